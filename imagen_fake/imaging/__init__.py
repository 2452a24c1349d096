"""Pictures: what is drawn, and the bytes it travels as. Knows Pillow, knows no API."""
