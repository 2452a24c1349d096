"""Objects: in a folder as Cloud Storage keeps them, or in a real bucket."""
