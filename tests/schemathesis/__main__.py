"""`python -m tests.schemathesis [SEED]`: all checks of schemathesis, which must find nothing.

Exits with 1 where it found something, or asked less than `LEAST` times.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from schemathesis.cli import schemathesis

from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State

LEAST = 2000
SEED = "20261121"
SETTINGS = Path(__file__).with_name("schemathesis.toml")

EXPRESS = ["--include-path-regex", "^/v1/publishers/"]
SCOPED = ["--include-path-regex", "^/v1/projects/"]
METHODS = "enerateContent$|countTokens$"
REFERENCES = f"capability|ingredients|{METHODS}"
"""Models whose bodies are lists of reference pictures, under rules; and contents."""

CONTENTS = ["--exclude-path-regex", METHODS]
"""What these take hangs on MIME types and signatures, of which JSON Schema says little."""

# Without a credential the Gemini API answers 403 (`caller_unregistered`), also where OpenAI's list
# of models shares its path. This check takes nothing but 401, and no other header is required.
UNREGISTERED = ["--exclude-checks", "missing_required_header"]

# AI/ML API, at whose path OpenAI's clients ask, answers 404 to another method (`aiml_path`).
NO_405 = ["--exclude-checks", "missing_required_header,unsupported_method"]
PHASES = ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "10"]

RUNS: Sequence[tuple[str, Sequence[str]]] = (
    ("gemini", [*PHASES, *UNREGISTERED, *CONTENTS]),
    ("openai", [*PHASES, *NO_405]),
    ("vertex", ["--phases", "examples,fuzzing", "--max-examples", "4", *EXPRESS, *CONTENTS]),
    # To cover all lists of references takes schemathesis minutes per model, most of it in
    # looking for bodies that keep the rules; examples and fuzzing do ask these models.
    ("vertex", ["--phases", "coverage", *EXPRESS, "--exclude-path-regex", REFERENCES]),
    # The same bodies as above at another path.
    ("vertex", ["--phases", "examples", *SCOPED, *CONTENTS]),
)
"""A surface, and what of it is tried in which way. AI/ML API's path is OpenAI's, too."""


def main(seed: str = SEED) -> int:
    """Run all; the exit code."""
    os.environ["SCHEMATHESIS_HOOKS"] = "tests.schemathesis.hooks"
    state, start = State(Config(auth="issued")), perf_counter()
    token = state.access.signer.issue("access", state.access.account)
    with serve_in_thread(state=state) as url:
        failed = [surface for surface, chosen in RUNS if run(url, token, seed, surface, chosen)]
    from tests.schemathesis.hooks import STATUSES

    told = ", ".join(f"{count} answered {status}" for status, count in sorted(STATUSES.items()))
    print(f"{STATUSES.total()} calls in {perf_counter() - start:.0f} s: {told}")  # noqa: T201
    return int(bool(failed) or STATUSES.total() < LEAST)


def run(url: str, token: str, seed: str, surface: str, chosen: Sequence[str]) -> bool:
    """Whether schemathesis finds anything; it prints what."""
    document = f"{url}/_fake/openapi.json?surface={surface}"
    order = [
        "--config-file",
        str(SETTINGS),
        "run",
        document,
        "--header",
        f"Authorization: Bearer {token}",
        "--seed",
        seed,
    ]
    settled = ["--continue-on-failure", "--generation-database", "none", "--no-color"]
    try:
        schemathesis([*order, *settled, *chosen], standalone_mode=False)
    except SystemExit as end:
        return bool(end.code)
    return False


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
