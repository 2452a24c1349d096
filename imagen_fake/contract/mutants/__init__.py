"""Deliberately wrong fakes that the suite has to notice."""
