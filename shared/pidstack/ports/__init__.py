"""What the services ask of the outside world, as `Protocol` classes. `store` fulfils them on AWS, `tests/fakes` in memory."""
