from pathlib import Path

from tests.clients.pictures import decoded
from tests.clients.snippet import DEFAULT_GRPC, run_snippet


def test_the_documented_snippet_saves_a_picture(secure: str, tmp_path: Path) -> None:
    run_snippet("vertexai_grpc", secure, tmp_path, DEFAULT_GRPC)
    assert decoded((tmp_path / "apple.png").read_bytes()).size == (1024, 1024)
