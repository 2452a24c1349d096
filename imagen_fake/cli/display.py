"""The values of options as `imagen-fake config` and notes show them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from imagen_fake.pipeline.redaction import redact
from imagen_fake.state.head import redact_url


def display(value: Any) -> str:
    """A value as TOML spells it, without credentials; `not set` for None."""
    if value is None:
        return "not set"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, Mapping):
        pairs = (f"{display(str(name))} = {display(one)}" for name, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, frozenset):
        return display(sorted(value))
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(display, value))}]"
    if isinstance(value, datetime):
        return value.date().isoformat()
    return json.dumps(redact(redact_url(str(value))), ensure_ascii=False)
