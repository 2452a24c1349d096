"""Pictures changed in part, or made after others."""
