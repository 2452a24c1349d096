"""From the bytes of a request to a Call, and from its predictions to an answer."""
