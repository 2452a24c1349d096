"""What the safety filter says of a prompt and of its pictures."""
