"""How much memory a process has, as Linux tells."""

import re
from pathlib import Path

MB = 2**20


def readable() -> bool:
    """Whether this system tells."""
    return Path("/proc/self/status").exists()


def resident(pid: int) -> float:
    """Bytes that are in memory now."""
    return _status(pid, "VmRSS")


def peak(pid: int) -> float:
    """The most bytes that ever were in memory at once."""
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(rf"^{name}:\s*(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise LookupError(f"{name} of process {pid}")
    return int(found[1]) * 1024.0
