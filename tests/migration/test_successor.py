"""Where a successor is asked."""

from imagen_fake.migration.migrate import migrate


def test_vertex_serves_it_globally() -> None:
    (call,) = migrate(
        {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}},
        "imagen-4.0-generate-001",
        surface="vertex",
    ).calls
    assert "/locations/global/" in call.path
    assert call.path.endswith("models/gemini-nano-banana-2.1:generateContent")
