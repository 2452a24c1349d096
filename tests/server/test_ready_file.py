import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from imagen_fake.server.ready_file import ready_file_writer
from tests.http import call

DOORS = {"url": "http://127.0.0.1:1", "grpcPort": 2}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ready.json"


def test_it_is_there_from_the_announcement_to_the_end(file: Path) -> None:
    with ready_file_writer(file) as announce:
        assert not file.exists()
        announce(DOORS)
        assert json.loads(file.read_text()) == DOORS
        assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert not file.exists()


def test_an_old_one_is_gone_before_the_announcement(file: Path) -> None:
    file.write_text(json.dumps({"url": "http://127.0.0.1:9"}))
    with ready_file_writer(file) as announce:
        assert not file.exists()
        announce(DOORS)
        assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert list(file.parent.iterdir()) == []


def test_a_start_that_fails_leaves_the_file_of_a_server_that_runs(file: Path) -> None:
    def fail() -> None:
        with ready_file_writer(file):
            raise KeyError

    file.write_text("another")
    with pytest.raises(KeyError):
        fail()
    assert {one.name: one.read_text() for one in file.parent.iterdir()} == {file.name: "another"}


def test_a_start_that_fails_leaves_the_file_of_a_server_that_came_later(file: Path) -> None:
    file.write_text("old")
    with ready_file_writer(file):
        file.write_text("later")
    assert {one.name: one.read_text() for one in file.parent.iterdir()} == {file.name: "later"}


def test_it_is_gone_after_a_failure(file: Path) -> None:
    def fail() -> None:
        with ready_file_writer(file) as announce:
            announce(DOORS)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not file.exists()


def test_that_of_a_server_that_came_later_stays(file: Path) -> None:
    with ready_file_writer(file) as announce:
        announce(DOORS)
        file.write_text("another")
    assert file.read_text() == "another"


def test_it_never_has_a_part_of_the_text(file: Path) -> None:
    seen: set[str] = set()
    done = False

    def look() -> None:
        while not done:
            try:
                seen.add(file.read_text())
            except FileNotFoundError:
                seen.add("(none)")

    with ready_file_writer(file) as announce:
        watcher = Thread(target=look)
        watcher.start()
        for _ in range(300):
            announce(DOORS)
        done = True
        watcher.join()
    assert seen <= {"(none)", json.dumps(DOORS) + "\n"}


def test_a_draft_that_a_killed_server_left_is_no_obstacle(file: Path) -> None:
    file.with_name(f".{file.name}.{os.getpid()}").symlink_to(file.parent / "elsewhere")
    with ready_file_writer(file) as announce:
        announce(DOORS)
        assert json.loads(file.read_text()) == DOORS
    assert list(file.parent.iterdir()) == []


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    with ready_file_writer(pipe) as announce:
        announce(DOORS)
    reader.join()
    assert json.loads(got[0]) == DOORS
    assert pipe.is_fifo()


def test_nothing_is_written_without_a_file() -> None:
    with ready_file_writer(None) as announce:
        announce(DOORS)


@contextmanager
def served(file: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "imagen_fake", "serve", "--port", "0", "--ready-file"]
    with subprocess.Popen([*command, str(file)], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_lives_as_long_as_a_server(file: Path, number: int) -> None:
    file.write_text("old")
    with served(file) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        assert json.loads(file.read_text()) == {"url": url}
        assert call(url, "/_fake/health").status == 200
        process.send_signal(number)
        process.wait()
    assert list(file.parent.iterdir()) == []


def test_a_server_that_cannot_start_leaves_that_of_another(file: Path, url: str) -> None:
    file.write_text("another")
    port = url.rpartition(":")[2]
    command = [sys.executable, "-m", "imagen_fake", "serve", "--port", port]
    done = subprocess.run([*command, "--ready-file", str(file)], capture_output=True, check=False)
    assert (done.returncode, file.read_text()) == (2, "another")
