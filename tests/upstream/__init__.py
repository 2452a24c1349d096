"""Google's own tests of its Python SDK, run against the fake."""
