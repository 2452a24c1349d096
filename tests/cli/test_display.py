import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from imagen_fake.cli.display import display


@pytest.mark.parametrize(
    "value", [True, False, 0, 7, 1.5, "", "a", 'say "é\n\\"', ["a", "b"], {"7": "m", "a.b": "c"}]
)
def test_a_value_is_shown_as_toml_spells_it(value: Any) -> None:
    assert tomllib.loads(f"value = {display(value)}") == {"value": value}


def test_other_values_are_shown_as_a_file_would_have_them() -> None:
    assert display(None) == "not set"
    assert display(Path("/a b")) == '"/a b"'
    assert display(datetime(2026, 8, 18)) == "2026-08-18"
    assert display(frozenset("cab")) == '["a", "b", "c"]'
    assert display(("a", "b")) == '["a", "b"]'


SECRETS = (
    "https://alice:s3cret@proxy.test/", "http://h/?key=s3cret", "AIzas3cret" + "x" * 30,
    "ya29.s3cret" + "x" * 30,
)  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("wrap", [str, lambda text: [text], lambda text: {"7": text}])
def test_a_credential_is_masked_wherever_it_stands(secret: str, wrap: Any) -> None:
    assert "s3cret" not in display(wrap(secret))
    assert json.dumps(secret) == display("x").replace("x", secret)  # it would be shown as it is
