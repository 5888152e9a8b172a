"""EZID API v2: metadata dictionaries in ANVL over HTTP."""
