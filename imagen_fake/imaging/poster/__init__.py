"""A whole picture: staged, painted, captioned."""
