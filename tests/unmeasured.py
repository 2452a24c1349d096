"""The environment of a child process that may write no file, or a small one."""

import os


def unmeasured() -> dict[str, str]:
    """Our variables without coverage's: such a child could not keep its measurements."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
