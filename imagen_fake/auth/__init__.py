"""Who calls: credentials, tokens in Google's look, and the files that hold them."""
