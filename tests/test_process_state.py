"""The fake shares a process with somebody's tests, and leaves it as it was whatever it does."""

import faulthandler
import gc
import json
import locale
import logging
import os
import random
import signal
import socket
import sys
import tempfile
import threading
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFile, PngImagePlugin, _imaging

import imagen_fake
from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.in_process import InProcess, Request
from imagen_fake.server import serving
from imagen_fake.state import State
from tests import http, rpc
from tests.conftest import RESOURCE
from tests.pictures import file_of, gradient, media
from tests.workload import bodies, sent

SMALL = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
PATH = f"/v1/{RESOURCE}imagen-4.0-generate-001:predict"


def state_of_the_process() -> Mapping[str, Any]:
    """All that a library could change for everybody in a process."""
    root = logging.getLogger()
    umask = os.umask(0)
    os.umask(umask)
    return {
        "warnings": (list(warnings.filters), warnings.showwarning),
        "locale": locale.setlocale(locale.LC_ALL),
        "environment": dict(os.environ),
        "folder": (Path.cwd(), umask, tempfile.tempdir),
        "signals": {each: signal.getsignal(each) for each in signal.valid_signals()},
        "sockets": socket.getdefaulttimeout(),
        "random": random.getstate(),
        "logging": (root.level, list(root.handlers), logging.root.manager.disable,
                    logging.raiseExceptions, logging.getLoggerClass()),
        "interpreter": (sys.getrecursionlimit(), sys.getswitchinterval(), sys.getprofile(),
                        sys.gettrace(), sys.excepthook, threading.excepthook, sys.unraisablehook,
                        sys.stdout, sys.stderr, faulthandler.is_enabled(),
                        gc.isenabled(), gc.get_threshold(), threading.stack_size()),
        "pillow": (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, ImageFile.MAXBLOCK,
                   PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY,
                   _imaging.get_blocks_max(), _imaging.get_block_size(),
                   _imaging.get_alignment(), Image.WARN_POSSIBLE_FORMATS),
    }  # fmt: skip


def asked() -> list[tuple[str, Any]]:
    """A path and a body of everything there is to be asked, damaged pictures among them."""
    exif = Image.new("RGB", (64, 64)).getexif()
    exif[0x0112] = 6
    damaged = file_of(gradient((64, 64)), "JPEG", exif=exif.tobytes()[:-9])
    pictures = [sent(64, 48), (media(damaged), media(damaged)), (media(b"GIF89a"), media(b"x"))]
    tasks = [(f"/v1/{RESOURCE}{model}:predict", body)
             for picture, mask in pictures for _, model, body in bodies(picture, mask)]  # fmt: skip
    linked = {"model": "imagen-4.0-generate-001", "prompt": "a red apple"}
    return [*tasks, (PATH, SMALL), ("/v1/images/generations", linked), ("/nowhere", {})]


@pytest.mark.filterwarnings("default")  # what Pillow says of damaged files
def test_no_task_and_no_door_changes_the_process() -> None:
    state = State(Config())
    door = InProcess(create_app(state=state))

    def ask(one: tuple[str, Any]) -> int:
        path, body = one
        raw = json.dumps(body).encode()
        return door.ask(Request("POST", f"https://fake{path}", (), raw)).status

    with serving(state=state) as url, rpc.channel(state=state) as channel:
        ask((PATH, SMALL))
        before = state_of_the_process()
        with ThreadPoolExecutor(8) as threads:
            statuses = set(threads.map(ask, asked()))
            threads.submit(http.call, url, PATH, SMALL).result()
            rpc.call(
                channel, "Predict", {"endpoint": f"{RESOURCE}imagen-4.0-generate-001", **SMALL}
            )
            shown = [(one.task, one.body, one.answer, one.thumbnails) for one in state.journal]
        assert (statuses, len(shown) > 50) == ({200, 400, 404}, True)
        assert state_of_the_process() == before
    door.close()


def test_interception_ends_with_the_process_as_it_was() -> None:
    with imagen_fake.intercept():
        pass
    before = state_of_the_process()
    with imagen_fake.intercept() as fake:
        fake.reset()
    assert state_of_the_process() == before


def test_threads_that_read_pictures_leave_the_filters_of_warnings_alone() -> None:
    path, body = asked()[0]
    door = InProcess(create_app(Config()))
    raw = json.dumps(body).encode()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = list(warnings.filters)
        with ThreadPoolExecutor(8) as threads:
            request = Request("POST", f"https://fake{path}", (), raw)
            answers = list(threads.map(lambda _: door.ask(request).status, range(40)))
        assert (set(answers), warnings.filters) == ({200}, before)
    door.close()
