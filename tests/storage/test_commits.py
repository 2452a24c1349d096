import json
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from imagen_fake.storage.commits import HIDDEN, RECORD, STAGING, Commits, Move, parse_record
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.files import sidecar_path
from imagen_fake.storage.objects import NewObject, StorageError
from tests.storing import fetch

OLD, NEW = NewObject("gs://pictures/a", b"old", "image/old"), b"new" * 100
"""An object, and what is to take its place."""

KILLED = """
import os, pathlib, signal, sys
from imagen_fake.storage.objects import NewObject
from imagen_fake.storage.embedded import Storage

EVENTS = "open", "os.rename", "os.remove", "os.mkdir"
URIS = [f"gs://pictures/set/{n}.png" for n in range(4)]


def write(root, last):
    storage = Storage(root)
    storage.write(URIS[0], b"old", "image/old")
    turns = iter(range(last))

    def count(event, arguments):
        if event in EVENTS and next(turns, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    storage.put([NewObject(uri, b"new", "image/new") for uri in URIS])
    turns = iter(range(10**9))
    os._exit(0)


for last in range(1000):
    root = pathlib.Path(sys.argv[1]) / str(last)
    process = os.fork()
    if process == 0:
        write(root, last)
    _, status = os.waitpid(process, 0)
    print(root, os.waitstatus_to_exitcode(status), flush=True)
    if status == 0:
        break
"""


def test_a_set_is_there_as_a_whole_or_not_at_all_whenever_its_writer_is_killed(
    tmp_path: Path,
) -> None:
    """The writer is killed before each of its steps on the disk in turn."""
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    seen = []
    for root, code in map(str.split, told):
        storage = Storage(Path(root))
        objects = storage.list("pictures").objects
        kinds = {stored.content_type for stored in objects}
        whole = {(b"old", "image/old")} if len(objects) == 1 else {(b"new", "image/new")}
        pairs = [fetch(storage, f"gs://pictures/{stored.name}") for stored in objects]
        assert {(data, stored.content_type) for stored, data in pairs} == whole, (root, kinds)
        assert len(objects) in (1, 4)
        with storage.folder.stage() as staged:
            assert [*(Path(root) / HIDDEN / STAGING).iterdir()] == [staged.path.parent]
        seen.append((int(code), len(objects)))
    assert len(seen) > 15
    assert {code for code, _ in seen[:-1]} == {-9}
    assert seen[-1] == (0, 4)
    assert [count for _, count in seen] == sorted(count for _, count in seen)


WRITING = """
import sys, pathlib
from imagen_fake.storage.objects import NewObject
from imagen_fake.storage.embedded import Storage

storage, mine = Storage(pathlib.Path(sys.argv[1])), sys.argv[2]
sys.stdin.readline()
for turn in range(40):
    pictures = [NewObject(f"gs://pictures/{n}", mine.encode() * 50_000, mine) for n in range(3)]
    storage.put(pictures)
    storage.list("pictures")
    if turn % 4 == 3:
        for n in range(3):
            try:
                storage.delete(f"gs://pictures/{n}")
            except Exception as error:
                assert error.reason == "missing_object", error
"""


def test_two_processes_on_one_folder_never_mix_what_they_write(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    storage.create("pictures")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITING, str(tmp_path), name],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("a", "b")
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    while any(writer.poll() is None for writer in writers):
        for stored in storage.list("pictures").objects:
            found, data = pair(storage, f"gs://pictures/{stored.name}")
            assert data == found.encode() * 50_000
    for writer in writers:
        assert writer.communicate()[1] == ""
        assert writer.returncode == 0


def pair(storage: Storage, uri: str) -> tuple[str, bytes]:
    """The type and the data of an object; both empty if it is deleted just now."""
    try:
        stored, data = fetch(storage, uri)
    except StorageError as error:
        if error.reason != "missing_object":
            raise
        return "", b""
    return stored.content_type, data


def test_threads_that_write_delete_list_and_reset_see_no_error() -> None:
    storage = Storage()
    errors: list[BaseException] = []
    start = threading.Barrier(6)

    def work(number: int) -> None:
        start.wait()
        try:
            for turn in range(30):
                if number == 0:
                    storage.folder.reset()
                    continue
                name = f"gs://pictures/{turn % 3}"
                storage.put([NewObject(name, bytes([number]) * 1000, f"image/{number}")])
                storage.version(name)
                storage.buckets()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it must not be
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize(
    "record",
    [
        "", "{", "[]", "null", '"text"', "[1]", '[["a"]]', "[" * 100_000,
        json.dumps([["00/00", "..", "a"]]),
        json.dumps([["00/00", "pictures", "../../a"]]),
        json.dumps([["00/00", "pictures", ".hidden"]]),
        json.dumps([["../../a", "pictures", "a"]]),
        json.dumps([["/etc/passwd", "pictures", "a"]]),
    ],
)  # fmt: skip
def test_a_record_that_a_person_spoiled_moves_nothing(tmp_path: Path, record: str) -> None:
    assert list(parse_record(record.encode())) == []
    with Commits(durable=False).locked(tmp_path):
        (tmp_path / HIDDEN / RECORD).write_text(record)
    with Commits(durable=False).locked(tmp_path):
        assert not (tmp_path / HIDDEN / RECORD).exists()
    assert [file.name for file in tmp_path.iterdir()] == [HIDDEN]


def test_a_move_that_the_disk_refuses_undoes_those_before_it(tmp_path: Path) -> None:
    staging = tmp_path / HIDDEN / STAGING / "00"
    staging.mkdir(parents=True)
    for name in ("01", "02"):
        (staging / name).write_bytes(b"data")
    (tmp_path / "pictures" / "b").mkdir(parents=True)
    (tmp_path / "pictures" / "c").write_bytes(b"kept")
    commits = Commits(durable=True)
    moves = [("00/01", "a"), ("00/02", "b"), ("00/03", "c")]
    (staging / "03").write_bytes(b"data")
    with commits.locked(tmp_path), pytest.raises(OSError, match="b"):
        commits.commit(tmp_path, [Move(staged, "pictures", file) for staged, file in moves])
    assert sorted(file.name for file in (tmp_path / "pictures").iterdir()) == ["b", "c"]
    assert (tmp_path / "pictures" / "c").read_bytes() == b"kept"
    assert not (tmp_path / HIDDEN / RECORD).exists()


def in_the_way(root: Path) -> list[NewObject]:
    """New pictures of which the last cannot be written: a folder lies where its hidden file goes.

    The first one is there before, in an older form.
    """
    Storage(root).put([OLD])
    (root / "pictures" / ".c.json").mkdir()
    return [NewObject(f"gs://pictures/{name}", NEW, "image/new") for name in "abc"]


def assert_only_the_old_one_is_there(root: Path) -> None:
    storage = Storage(root)
    assert [stored.name for stored in storage.list("pictures").objects] == ["a"]
    stored, data = fetch(storage, OLD.uri)
    assert (data, stored.content_type) == OLD[1:]


def test_a_set_that_cannot_be_written_leaves_what_it_would_have_replaced(tmp_path: Path) -> None:
    pictures = in_the_way(tmp_path)
    with pytest.raises(StorageError) as caught:
        Storage(tmp_path).put(pictures)
    assert caught.value.reason == "denied"
    assert_only_the_old_one_is_there(tmp_path)
    assert (tmp_path / "pictures" / ".c.json").is_dir()


def test_what_is_replaced_is_gone_once_the_set_is_written(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    storage.put([OLD])
    storage.put([OLD._replace(data=NEW)])
    files = [file.name for file in tmp_path.rglob("*") if file.is_file()]
    assert sorted(files) == [".a.json", ".alive", "a", "lock"]


def test_a_set_that_cannot_be_written_after_a_crash_leaves_it_too(tmp_path: Path) -> None:
    pictures = in_the_way(tmp_path)
    storage = Storage(tmp_path)
    with ExitStack() as stack, storage.folder.locked("gs://"):
        moves = []
        for uri, data, _ in pictures:
            staged = stack.enter_context(storage.folder.stage())
            staged.write(data)
            staged.finish()
            sidecar_path(staged.path).write_text("{}")
            name = f"{staged.path.parent.name}/{staged.path.name}"
            moves.append(Move(name, "pictures", uri[-1]))
        (tmp_path / HIDDEN / RECORD).write_text(json.dumps(moves))
    assert_only_the_old_one_is_there(tmp_path)
