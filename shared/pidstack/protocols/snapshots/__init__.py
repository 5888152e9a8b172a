"""Snapshots on the wire: how records stand in their members, and how they are asked for."""
