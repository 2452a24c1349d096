"""What a credential is told by in a body: nothing of one is kept or shown.

Clients send them where nobody reads them: litellm puts `vertex_credentials` among the parameters.
"""

import re
from functools import cache

REDACTED = "(redacted)"

WORDS = (
    r"credential|secret|passw|passphrase|passcode|pwd|private[\W_]?key|authorization|api[\W_]?key"
    r"|cookie|assertion|jwt"
)
"""What a name may have at any place."""

SIGNATURE = r"(?<!thought)(?<!thought_)signature"
"""Of a URL; a thought's is no credential."""

ENDS = rf"token(?:[\W_]?value)?|auth|bearer|{SIGNATURE}|session[\W_]?id|csrf|xsrf"
"""What a name may end in."""

LAST_WORDS = r"pass|pw|sig|sid|otp"
"""What the last word of a name may be: `db_pass`, `compass` is another."""

KEYS = r"(?:access|account|encryption|master|pass|session|shared|signing|storage)key"

_SECRET_NAME = (
    rf"(?i:.*(?:{WORDS}).{{0,32}}|(?!.*page).*(?:{ENDS}|{KEYS})|(?:.*[\W_])?(?:{LAST_WORDS}|key))"
    r"|.*[a-z](?:Pass|Pw|Sig|Sid|Otp|Key)"
)

PROSE = (
    r"(?i:(?<=:)\s{1,8}(?:(?:array|boolean|cannot|could|expected|integer|invalid|is|it|missing|must"
    r"|number|object|required|should|string|unknown)\s|\d{1,9}\sgiven,))"
)
"""How an error goes on after a name and a colon; a value of JSON has quotation marks."""

QUOTED = r"[^\"\\]{0,200}+(?:\\.[^\"\\]{0,40}+){0,32}?[\"\\][\"\\\s]{0,64}+:"
"""The rest of a key of JSON, in another text of JSON perhaps, up to its value."""

BARE = r"[\w.-]{0,32}+(?:\s[a-z]{1,12}+){0,3}+[\"'\\\s]{0,64}+[:=]"
"""The rest of a name in a header, a form, a command; `my password for it: …`, too.

Nothing is given back in either: what follows could not take it, and a text may be all names.
"""

TAIL = (
    rf"(?:(?i:{ENDS}|key)|(?=[PpSsOo])(?:(?<![A-Za-z])|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{{4}}))"
    rf"(?i:{LAST_WORDS})|(?<=[a-z])(?:Pass|Pw|Sig|Sid|Otp))[\"'\\\s]{{0,64}}[:=]"
)
"""The end of a name that nothing but its value follows."""

CREDENTIAL = (
    rf"(?:(?i:(?:{WORDS})(?:{QUOTED}|{BARE}))|{TAIL})%s|(?i:bearer\s|-----BEGIN)|ya29\.|AIza"
    r"|\\u00[4-7]"
)
SECRET_TEXT = re.compile(CREDENTIAL % "", re.DOTALL)
"""Where a credential may follow in a text: after such a name, or as it begins itself.

Nobody but who hides a name writes letters as `\\u0063`.
"""

SECRET_BYTES = re.compile(SECRET_TEXT.pattern.encode(), re.DOTALL)


def redact(text: str, secret: re.Pattern[str] = SECRET_TEXT) -> str:
    """A text of a caller, stars in place of all that follows where a credential may."""
    match = secret.search(text)
    return text[: match.end()].ljust(len(text), "*") if match else text


def redact_error(text: str) -> str:
    """The same of an error's text from `schemas/errors.json`, filled with `redact` texts.

    Only there `password: is …` can be told to be prose: a caller may mean anything by it.
    """
    return redact(text, _secret_in_error())


def is_secret_name(name: str) -> bool:
    """Whether the values of fields of that name are nobody's business."""
    return _secret_name().fullmatch(name) is not None


@cache
def _secret_name() -> re.Pattern[str]:
    return re.compile(_SECRET_NAME, re.DOTALL)


@cache
def _secret_in_error() -> re.Pattern[str]:
    """A credential in the texts of `schemas/errors.json`, which may only speak of a name."""
    return re.compile(CREDENTIAL % f"(?!{PROSE})", re.DOTALL)
