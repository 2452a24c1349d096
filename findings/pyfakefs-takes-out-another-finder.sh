#!/usr/bin/env bash
# pyfakefs 6.3.2, and an import hook that a fixture puts first into `sys.meta_path` while files are faked.
# Best guess: whatever its `fs` fixture has put into `sys.meta_path` it takes out again, and that alone.
# Seen: it takes out whatever stands first, and it does so already when the test has begun: the other hook
# is gone, and one of pyfakefs's own stays behind for the rest of the session.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet pyfakefs==6.3.2 pytest==9.2.0
cat >test_it.py <<'PY'
import sys

import pytest


class Hook:
    """Finds nothing."""

    def find_spec(self, name, path, target=None):
        return None


def finders():
    return [type(finder).__name__ for finder in sys.meta_path]


@pytest.fixture
def hook():
    hook = Hook()
    sys.meta_path.insert(0, hook)
    yield
    if hook in sys.meta_path:
        sys.meta_path.remove(hook)


def test_faked(fs, hook):
    print("\nwithin:", *[name for name in finders() if name in ("Hook", "DynamicPatcher")])


def test_afterwards():
    print("\nafterwards:", *[name for name in finders() if name in ("Hook", "DynamicPatcher")])
PY
venv/bin/python -m pytest -q -s test_it.py | grep -E '^(within|afterwards):' | tee seen.txt
[ "$(grep -c . seen.txt)" = 2 ]
grep -qx 'within: DynamicPatcher DynamicPatcher' seen.txt
grep -qx 'afterwards: DynamicPatcher' seen.txt
