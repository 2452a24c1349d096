"""How long a function takes for texts, in CPU seconds of a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import product

MEASURE = """
import json, sys
from importlib import import_module
from time import process_time
module, name, texts = json.load(sys.stdin)
function = getattr(import_module(module), name)
taken = []
for text in texts:
    start = process_time()
    try:
        function(text)
    except ValueError:
        pass
    taken.append(process_time() - start)
json.dump(taken, sys.stdout)
"""


def repeated(fragments: Sequence[str], length: int) -> Iterator[str]:
    """Texts of that length, of one fragment before another, repeated, before a third."""
    for first, often, last in product(["", *fragments], fragments, ["", *fragments]):
        yield first + often * ((length - len(first) - len(last)) // len(often)) + last


def slowest(module: str, function: str, texts: Sequence[str]) -> tuple[float, str]:
    """The CPU seconds of the text that takes longest, and how it begins."""
    made = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=json.dumps([module, function, texts]),
        capture_output=True,
        text=True,
        check=True,
    )
    taken, text = max(zip(json.loads(made.stdout), texts, strict=True))
    return taken, text[:80]
