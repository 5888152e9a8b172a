"""Archives: what is new or was updated, or everything, one file a title, for recipients who fetch files instead of harvesting.

plan: which prefixes have something, dealt out in units; and what was decided about which recipients   (`make`)
write: each unit is listed and sorted by title, and its members are written for each variant           (`listing`, `write`)
assemble: the pieces of a variant are joined on the server                                             (`make`, one worker a file)
publish: a folder is switched to the run, in one step                                                  (`make`)

The same records give the same bytes: what is listed is sorted, a member's text is compressed in blocks of so many records, and of
time nothing is written but the day of the run.
"""
