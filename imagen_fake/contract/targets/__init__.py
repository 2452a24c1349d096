"""Targets: the fake in this process, a URL, the real service."""
