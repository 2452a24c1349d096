"""Recorded traffic: recording, scrubbing, replaying, comparing."""
