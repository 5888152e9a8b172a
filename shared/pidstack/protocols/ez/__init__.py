"""The EZ API, which is EZID as DataCite speaks it."""
