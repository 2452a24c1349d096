"""What Google's Cloud Storage client reads from the fake's own storage and writes to it."""
