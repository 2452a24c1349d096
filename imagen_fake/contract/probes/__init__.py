"""Requests beside the cases' own: credentials, paths, storage, the life of models."""
