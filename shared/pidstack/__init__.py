"""pidstack: a registry of persistent identifiers. `domain` decides, `store` remembers, `protocols` translate."""
