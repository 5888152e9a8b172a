"""Snapshots: the whole registry in a few files, made by many workers side by side.

plan: how many parts the registry is read in                                               (`plan`)
take: each part is read once, and laid down as a sheet: a file of lines, sorted            (`take`, one worker a part)
arrange: the sheets' lines are dealt out to writers, so that every member is full          (`arrange`)
write: members of archives, compressed, as pieces of the files to come                     (`write`, one worker a task)
assemble: the pieces are joined on the server                                              (`assemble`, one worker a file)
publish: all is compared with what was promised, and can be found from then on             (`publish`)

The same records and the same number of parts give the same bytes: a part's records depend on their names alone, a sheet is sorted,
and nothing that is written knows the time of its writing.
"""
