"""Probes of `generateContent` and `streamGenerateContent`, and what reads their answers."""
