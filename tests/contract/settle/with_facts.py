"""`python -m tests.contract.settle.with_facts SCHEMAS …`: imagen-fake with a folder's facts."""

import sys
from pathlib import Path

from imagen_fake import spec


def main() -> None:
    """Run the command behind the folder in a process that reads no other facts."""
    spec.ROOT = Path(sys.argv[1])
    from imagen_fake.cli.main import main as imagen_fake

    imagen_fake(sys.argv[2:])


if __name__ == "__main__":
    main()
