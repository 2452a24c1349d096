"""What the vertexai vision models and the clients below them get from the fake."""
