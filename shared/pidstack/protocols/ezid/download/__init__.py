"""EZID's batch download: what may be asked for, and the three forms of the file. Rule: EZID API v2, "Batch download"."""
