"""Contact sheets of what the fake draws: `python -m tests.gallery`."""
