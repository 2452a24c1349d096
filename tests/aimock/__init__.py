"""Another mock of this API, `@copilotkit/aimock` from npm, and what the contract kit says of it."""
