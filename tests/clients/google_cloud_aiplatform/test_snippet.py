from pathlib import Path

from tests.clients.pictures import decoded
from tests.clients.snippet import run_snippet


def test_the_documented_snippet_saves_a_picture(url: str, tmp_path: Path) -> None:
    run_snippet("vertexai", url, tmp_path)
    picture = decoded((tmp_path / "apple.png").read_bytes())
    assert (picture.format, picture.size) == ("PNG", (1024, 1024))
