"""Archives on the wire: how they are asked for."""
