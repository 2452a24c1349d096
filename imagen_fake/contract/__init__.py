"""The contract kit: one suite, held against the fake, recordings, or any other service."""
