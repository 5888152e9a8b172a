"""What an identifier, its record and its keepers are, and which rules they obey. Standard library only."""
