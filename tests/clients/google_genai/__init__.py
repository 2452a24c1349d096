"""What the google-genai client gets from the fake."""
