"""Bodies to send: whole ones, and such that break one rule."""
