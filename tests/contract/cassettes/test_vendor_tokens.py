"""Credentials of other vendors, told by how they begin."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from imagen_fake.contract.cassettes.patterns import REDACTED, redact
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.cassettes.vendor_tokens import PREFIXES
from tests.sweep import sweep

TAIL = "Quiet7moon8OVER9birches"
TOKENS = [prefix + TAIL for prefixes in PREFIXES.values() for prefix in prefixes]

TEXTS: dict[str, Callable[[str], str]] = {
    "prose": lambda token: f"the credential {token} was revoked.",
    "quotation marks": lambda token: f"no such one: '{token}', \"{token}\", `{token}`",
    "brackets": lambda token: f"({token})[{token}]<{token}>{{{token}}}",
    "JSON": lambda token: json.dumps({"said": [token]}),
    "JSON twice": lambda token: json.dumps(json.dumps({"said": f"\n{token}"})),
    "a line of its own": lambda token: f"line\n{token}\nline",
    "percent": lambda token: quote(token, safe=""),
    "entities": lambda token: "".join(f"&#{ord(one)};" for one in token),
    "HTML": lambda token: f"<p>{html.escape(token)}</p>",
    "base64": lambda token: base64.b64encode(f"it was {token} there".encode()).decode(),
    "after an underscore": lambda token: f"ci_{token}",
    "a path": lambda token: f"/v1/x/{token}/y",
}


@sweep("name", TEXTS)
def test_it_is_taken_out_wherever_it_stands(name: str) -> None:
    shown = {token: Scrubber()(TEXTS[name](token)) for token in TOKENS}
    left = [token for token, text in shown.items() if TAIL in html.unescape(text)]
    assert left == []
    assert [token for token, text in shown.items() if REDACTED not in text] == []


@pytest.mark.parametrize(
    "text",
    [
        "SK0123456789abcdef0123456789abcdef",  # Twilio: hexadecimal digits after two letters
        "aws_secret_access_key = quiet/moon+over/17/Birches/and+Tarns4567",
        "AccountKey=quietmoonover17birches==;",
        "access_key: quietmoon",
    ],
)
def test_what_is_named_or_hexadecimal_is_taken_out_too(text: str) -> None:
    shown = redact(text)
    assert REDACTED in shown
    assert not {"quiet", "birches", "0123456789"} & set(shown.replace("/", " ").split())


@sweep(
    "text",
    ["npm_config", "hf_hub", "a sk-y", "AKIA", "ASIA and EUROPE", "the xoxb- prefix",
     "glpat-", "tasks-list", "disk-space-is-low-on-the-machine"],
)  # fmt: skip
def test_a_word_stays(text: str) -> None:
    assert redact(text) == text


def test_the_prefixes_are_told_apart() -> None:
    every = [prefix for prefixes in PREFIXES.values() for prefix in prefixes]
    assert len(every) == len(set(every))
    assert not [one for one in every if any(one != other and one.startswith(other)
                                            for other in every)]  # fmt: skip
