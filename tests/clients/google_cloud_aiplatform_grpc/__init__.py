"""What vertexai gets over gRPC, its default transport, and the clients below it."""
