"""What callers and rules may ask of the fake itself, and how that is spelled."""
