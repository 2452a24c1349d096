"""What is remembered between two calls: calls, rules, settings, quotas."""
