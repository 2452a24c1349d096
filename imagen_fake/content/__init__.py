"""`generateContent`: from a parsed body to a Call, and from predictions to the answer."""
