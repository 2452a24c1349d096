"""`python -m tests.openapi_tools`: what ten tools make of the OpenAPI document of a running fake.

Exits with 1 where one makes less than all of it, or finds a problem. The tools are pinned in
`project/`, and installed anew from PyPI and npm.
"""

import sys
from time import perf_counter

from imagen_fake.server.http import serve_in_thread
from tests.openapi_tools.generators import generators
from tests.openapi_tools.linters import linters
from tests.openapi_tools.prism import judged
from tests.openapi_tools.workplace import workplace


def main() -> int:
    """Run all; the exit code."""
    failed, start = 0, perf_counter()
    with serve_in_thread() as url, workplace(url) as here:
        print(f"installed in {perf_counter() - start:.0f} s", flush=True)  # noqa: T201
        for tool, problems in linters(here):
            print(f"{tool}: {problems} problems", flush=True)  # noqa: T201
            failed += problems > 0
        for tool, made, of in [*generators(here), ("prism", *judged(here))]:
            print(f"{tool}: {made} of {of}", flush=True)  # noqa: T201
            failed += made < of
    print(f"{perf_counter() - start:.0f} s")  # noqa: T201
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
