"""The same calls on this machine and on arm64, emulated: `python -m tests.architectures`."""
