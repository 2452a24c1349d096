"""A notebook's kernel: its cells run within an event loop, and an interrupt stops one of them."""

from typing import Any

import nbformat
import pytest
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

START = """
from contextlib import ExitStack
import httpx
import imagen_fake
from tests.beside.asking import GOOGLE, PATH, ask, body
from tests.beside.asking_async import ask_async

notebook = ExitStack()
"""


def run(*cells: str) -> list[str]:
    """What each cell printed."""
    sources = [nbformat.v4.new_code_cell(cell) for cell in (START, *cells)]
    client = NotebookClient(nbformat.v4.new_notebook(cells=sources), timeout=120)
    done = client.execute()
    return ["".join(one.get("text", "") for one in cell.outputs) for cell in done.cells[1:]]


def test_served_over_many_cells() -> None:
    printed = run(
        "fake = notebook.enter_context(imagen_fake.serve())",
        "print(ask(fake.url), await ask_async(fake.url), len(fake.calls))",
        "fake.rule('error=503 times=1'); other = notebook.enter_context(imagen_fake.serve())",
        "print(ask(other.url), len(fake.calls), len(other.calls), fake.url == other.url)",
        "notebook.close()",
        "try:\n    ask(fake.url)\nexcept OSError as error:\n    print(error)",
    )
    assert printed[1] == "2 2 2\n"
    assert printed[3] == "2 2 1 False\n"
    assert "refused" in printed[5]


def test_intercepted_over_many_cells() -> None:
    printed = run(
        "fake = notebook.enter_context(imagen_fake.intercept())",
        "print(ask(), await ask_async(), len(fake.calls))",
        "inner = notebook.enter_context(imagen_fake.intercept())",
        "print(ask(), len(fake.calls), len(inner.calls))",
        "notebook.close()",
    )
    assert (printed[1], printed[3]) == ("2 2 2\n", "2 2 1\n")


INTERRUPTED = """
with imagen_fake.{fake}() as fake:
    fake.rule("delay=600")
    print("asking", flush=True)
    ask({base})
"""


@pytest.mark.parametrize(("fake", "base"), [("serve", "fake.url"), ("intercept", "")])
def test_an_interrupt_ends_a_cell_and_what_it_entered(fake: str, base: str) -> None:
    manager, client = start_new_kernel()
    try:
        assert reply(client, client.execute(START))["status"] == "ok"
        asked = client.execute(INTERRUPTED.format(fake=fake, base=base))
        while "asking" not in client.get_iopub_msg(timeout=60)["content"].get("text", ""):
            pass
        manager.interrupt_kernel()
        assert reply(client, asked)["ename"] == "KeyboardInterrupt"
        again = client.execute(f"with imagen_fake.{fake}() as fake:\n    assert ask({base}) == 2")
        assert reply(client, again)["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def reply(client: BlockingKernelClient, asked: str) -> Any:
    """What became of a cell."""
    while True:
        message = client.get_shell_msg(timeout=60)
        if message["parent_header"]["msg_id"] == asked:
            return message["content"]
