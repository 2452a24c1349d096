"""The fake on sockets: HTTP/1.1, gRPC, TLS."""
