"""The operator's command line, `pidstack`. Rules are in `pidstack.services`; here are words, tables and where to look."""
