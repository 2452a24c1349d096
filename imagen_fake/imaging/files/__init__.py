"""Pictures as bytes, and what is hidden in their pixels."""
