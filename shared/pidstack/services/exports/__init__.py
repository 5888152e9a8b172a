"""Exports: ordered, planned, written by many, joined, reported. Every step may be repeated, or run twice at the same time."""
