"""A signal that comes where Python swallows exceptions: within a destructor."""

from pathlib import Path

HOOK = """
import os, signal, sys

class Dying:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            Dying()

sys.meta_path.insert(0, Hook())
"""


def signal_at_import(folder: Path, module: str) -> dict[str, str]:
    """Variables with which a program gets SIGTERM once a module is imported; a folder for it."""
    (folder / "sitecustomize.py").write_text(HOOK.format(module=module))
    return {"PYTHONPATH": str(folder)}
