from pathlib import Path

from tests.clients.pictures import decoded
from tests.clients.snippet import run_snippet


def test_the_documented_snippet_saves_a_picture(url: str, tmp_path: Path) -> None:
    run_snippet("google_genai", url, tmp_path)
    picture = decoded((tmp_path / "apple.png").read_bytes())
    assert (picture.format, picture.size) == ("PNG", (1024, 1024))


def test_the_documented_chat_saves_a_picture(url: str, tmp_path: Path) -> None:
    run_snippet("google_genai_content", url, tmp_path)
    assert decoded((tmp_path / "apple.jpg").read_bytes()).format == "JPEG"
