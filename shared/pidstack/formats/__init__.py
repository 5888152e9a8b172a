"""The forms that descriptions come in and go out in, one module each: pure functions between text and the metadata model."""
