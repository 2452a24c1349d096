"""What is checked of one answer, and of several that belong together."""
