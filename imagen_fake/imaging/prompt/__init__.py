"""What a painter takes from the words of a prompt."""
