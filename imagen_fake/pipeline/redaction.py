"""What a credential is told by in a body: nothing of one is kept or shown.

Clients send them where nobody reads them: litellm puts `vertex_credentials` among the parameters.
"""

import re

REDACTED = "(redacted)"

WORDS = (
    r"credential|secret|passw|passphrase|private[\W_]?key|authorization|api[\W_]?key|cookie"
    r"|assertion|jwt"
)

SECRET_KEY = re.compile(
    rf"(?i:.*(?:{WORDS}).{{0,32}}|(?!.*page).*token|(?:.*[\W_])?key|auth)|.*[a-z]Key", re.DOTALL
)
"""Names whose values are nobody's business."""

PROSE = (
    r"(?<=:)\s{1,8}(?:(?:array|boolean|cannot|could|expected|integer|invalid|is|it|missing|must"
    r"|number|object|required|should|string|unknown)\s|\d{1,9}\sgiven,)"
)
"""How an error goes on after a name and a colon; a value of JSON has quotation marks."""

QUOTED = r"[^\"\\]{0,200}+(?:\\.[^\"\\]{0,40}+){0,32}?[\"\\][\"\\\s]{0,64}+:"
"""The rest of a key of JSON, in another text of JSON perhaps, up to its value."""

BARE = r"[\w.-]{0,32}+(?:\s[a-z]{1,12}+){0,3}+[\"'\\\s]{0,64}+[:=]"
"""The rest of a name in a header, a form, a command; `my password for it: …`, too.

Nothing is given back in either: what follows could not take it, and a text may be all names.
"""

SECRET_TEXT = re.compile(
    rf"(?i:(?:(?:{WORDS})(?:{QUOTED}|{BARE})|(?:token|key|auth)[\"'\\\s]{{0,64}}[:=])"
    rf"(?!{PROSE})|bearer\s|-----BEGIN)|ya29\.|AIza|\\u00[4-7]",
    re.DOTALL,
)
"""Where a credential may follow in a text: after such a name, or as it begins itself.

What only speaks of a name is prose. Nobody but who hides a name writes letters as `\\u0063`.
"""

SECRET_BYTES = re.compile(SECRET_TEXT.pattern.encode(), re.DOTALL)


def masked(text: str) -> str:
    """The text, stars in place of all that follows where a credential may."""
    found = SECRET_TEXT.search(text)
    return text[: found.end()].ljust(len(text), "*") if found else text
