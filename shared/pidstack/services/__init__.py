"""What can be done with the registry, one use case a module: each takes domain values and the registry's ports, and decides."""
