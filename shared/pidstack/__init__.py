"""pidstack: a registry of persistent identifiers. `domain` decides, `store` remembers, `protocols` translate."""

__version__ = "0.1.0"
