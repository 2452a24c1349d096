r"""How directives are spelled: one grammar for prompt, header and rule.

    directives = [ token *( blanks token ) ]
    token      = 1*( plain | string | literal )
    plain      = one character, neither a blank nor a quotation mark
    string     = a string as in JSON: in double quotes, with the escapes \" \\ \n \u00e9 …
    literal    = single quotes around anything but single quotes

As in a shell, the parts of a token are put together, so `error="503:go away"` and
`"error=503:go away"` are the same; a backslash outside of double quotes is a character like
another. A token is a directive, `NAME` or `NAME=VALUE`; `directives.py` has their table.
"""

import json
import re

STRING = r'"(?:[^"\\]|\\.)*+"'
LITERAL = r"'[^']*+'"
PART = re.compile(rf"{STRING}|{LITERAL}|[^\s\"']++", re.DOTALL)
TOKEN = re.compile(rf"\s*+((?:{PART.pattern})++)", re.DOTALL)


def quote(text: str) -> str:
    """The text as a string of ASCII that `split` reads back: what a header can carry, too."""
    return json.dumps(text)


def split(text: str) -> list[str]:
    """The tokens of a text. Raises ValueError, which says what is wrong."""
    tokens, place = [], 0
    while token := TOKEN.match(text, place):
        tokens.append("".join(map(_read, PART.findall(token[1]))))
        place = token.end()
    if text[place:].strip():
        raise ValueError("a quotation mark is not closed.")
    return tokens


def _read(part: str) -> str:
    """The text of a part of a token. Raises ValueError."""
    if part[0] == "'":
        return part[1:-1]
    if part[0] != '"':
        return part
    try:
        text = str(json.loads(part, strict=False))
        text.encode()
    except ValueError:  # no escape of JSON, or half a surrogate pair
        raise ValueError(r'in double quotes, " and \ are written as \" and \\.') from None
    return text
