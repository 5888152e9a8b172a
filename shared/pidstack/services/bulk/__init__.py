"""Bulk files: written in pieces by many workers, joined on the server, and then one ordinary file that every tool opens."""
