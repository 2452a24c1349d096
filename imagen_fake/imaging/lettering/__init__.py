"""Type: faces, glyphs, and words made ready to be set."""
