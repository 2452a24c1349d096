"""Schemathesis against the fake, with the document that the fake gives of itself."""
