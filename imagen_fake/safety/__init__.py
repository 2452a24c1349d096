"""The safety filter: of prompts and of their pictures."""
