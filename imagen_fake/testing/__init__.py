"""The fake inside other people's tests: in process, by transports, by interception."""
