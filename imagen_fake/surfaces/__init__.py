"""The dialects the service speaks, one file each: path and body in, answer out."""
