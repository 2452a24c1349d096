import subprocess
import sys
from pathlib import Path

from imagen_fake.storage.metadata import Checksums
from imagen_fake.storage.staging import Staged, Staging, remove_abandoned

HOLDING = """
import sys, pathlib
from imagen_fake.storage.staging import Staging
staging = Staging()
print(staging.folder(pathlib.Path(sys.argv[1])).name, flush=True)
sys.stdin.read()
"""


def test_staged_data_is_counted_and_summed(tmp_path: Path) -> None:
    with Staged(tmp_path / "a", b"", durable=True) as staged:
        staged.write(b"he")
        staged.write(b"llo")
        assert staged.finish() == Checksums("XUFAKrxLKna5cZ2REBfFkg==", "mnG7TA==")
        assert (staged.size, staged.path.read_bytes()) == (5, b"hello")


def test_what_is_not_committed_leaves_nothing(tmp_path: Path) -> None:
    with Staged(tmp_path / "a", b"", durable=False) as staged:
        staged.write(b"data")
        assert staged.path.exists()
    assert [*tmp_path.iterdir()] == []


def test_a_process_has_one_folder(tmp_path: Path) -> None:
    staging, other = Staging(), Staging()
    folder = staging.folder(tmp_path)
    assert folder == staging.folder(tmp_path) != other.folder(tmp_path)


def test_what_a_dead_process_left_is_swept_and_what_a_live_one_has_is_not(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDING, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        folder = tmp_path / process.stdout.readline().strip()
        (folder / "half").write_bytes(b"data")
        remove_abandoned(tmp_path)
        assert (folder / "half").exists()
        process.kill()
        process.wait()
        remove_abandoned(tmp_path)
        assert [*tmp_path.iterdir()] == []
