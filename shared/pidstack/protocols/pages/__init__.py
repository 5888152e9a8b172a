"""Pages for people: one look, no script needed, nothing from elsewhere."""
