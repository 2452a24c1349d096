"""Recorded traffic: made, scrubbed, played again, compared."""
