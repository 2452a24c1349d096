"""Generators, linters and a mock server, run over the OpenAPI document that the fake gives."""
