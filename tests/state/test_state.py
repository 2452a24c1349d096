from pathlib import Path

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.storage.objects import NewObject


def test_the_storage_is_the_folder_of_the_config(tmp_path: Path) -> None:
    state = State(Config(storage=tmp_path))
    state.storage.put([NewObject("gs://pictures/a", b"data", "image/png")])
    assert (tmp_path / "pictures" / "a").read_bytes() == b"data"


def test_changed_settings_discard_the_kept_answers() -> None:
    state = State(Config())
    before = state.responses
    state.configure(strict=True)
    changed = state.responses
    state.reset()
    assert len({id(cache) for cache in (before, changed, state.responses)}) == 3
