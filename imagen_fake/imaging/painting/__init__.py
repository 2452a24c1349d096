"""Painting: settings, subjects, styles, and the page they are painted on."""
