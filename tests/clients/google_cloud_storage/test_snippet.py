from pathlib import Path

from tests.clients.pictures import decoded
from tests.clients.snippet import run_snippet


def test_the_documented_snippet_downloads_pictures(url: str, tmp_path: Path) -> None:
    run_snippet("google_cloud_storage", url, tmp_path)
    sizes = [decoded(file.read_bytes()).size for file in sorted(tmp_path.iterdir())]
    assert sizes == [(1024, 1024), (1024, 1024)]
