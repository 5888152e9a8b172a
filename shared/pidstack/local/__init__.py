"""The local stack: the real template, deployed to an emulator on this machine. For operators and tests, never for Lambda."""
