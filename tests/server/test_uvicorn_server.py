import logging
from threading import Thread

import pytest

from imagen_fake.server.uvicorn_server import url, without_uvicorn_logs


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::", "http://[::1]:1"),
        ("::1", "http://[::1]:1"),
        ("fe80::2", "http://[fe80::2]:1"),
    ],
)
def test_a_url_can_be_called(host: str, shown: str) -> None:
    assert url(host, 1) == shown


def test_lifecycle_messages_of_the_servers_own_thread_are_kept_out_of_the_logs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logger = logging.getLogger("uvicorn.error")

    def run() -> None:
        logger.info("started")
        logger.warning("a warning")

    thread = Thread(target=run)
    with caplog.at_level(logging.INFO, "uvicorn.error"), without_uvicorn_logs(thread):
        thread.start()
        thread.join()
        logger.info("of another server")
    assert caplog.messages == ["a warning", "of another server"]
