"""JSON as Google's front end reads it: more than the standard has, with complaints of its own.

After protobuf's `json_stream_parser.cc`. Keys may be bare, quotes single, a comma may stand before
a closing bracket, a string may hold line breaks, and a backslash keeps whatever follows it.
"""

import json
import re
from math import isinf
from typing import NoReturn

SPACE = re.compile(r"[ \t\n\v\f\r]*+")
NUMBER = re.compile(r"[0-9.eE+x-]*+")
WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*+")
STRING = {quote: re.compile(rf"[^{quote}\\]*+") for quote in "\"'"}
HEXADECIMAL = re.compile(r"[0-9a-fA-F]{4}")

ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
KEYWORDS = ("true", "false", "null")
MARKS = {
    "element_end": ("element", "],", "element"),
    "entry_end": ("comma", "},", "entry"),
    "colon": ("colon", ":", "value"),
}
"""The problem if there is none, which marks there are, and what follows a comma or a colon."""


class MalformedError(ValueError):
    """What is no JSON: the key of the problem in `errors.json`, and where.

    `ended` where the text ends too early, `cut` where the parser has forgotten what stands before
    the place.
    """

    def __init__(self, problem: str, place: int, *, cut: bool = False, ended: bool = False) -> None:
        super().__init__(problem, place)
        self.problem, self.place, self.cut, self.ended = problem, place, cut, ended


def to_standard_json(text: str) -> str:
    """The same as standard JSON. Raises MalformedError."""
    return _Parser(text).read()


class _Parser:
    """One text on its way; `_expected` holds what is still to come, the next at its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._pieces: list[str] = []
        self._expected = ["value"]

    def read(self) -> str:
        self._skip()
        while self._expected:
            name, character = self._expected.pop(), self._next()
            if name in MARKS:
                self._mark(name, character)
            else:
                getattr(self, f"_{name}")(character)
            self._skip()
        if self._place < len(self._text):
            self._fail("trailing")
        return "".join(self._pieces)

    def _next(self) -> str:
        """The next character; empty at the end of the text."""
        return self._text[self._place : self._place + 1]

    def _skip(self) -> None:
        match = SPACE.match(self._text, self._place)
        self._place = match.end() if match else self._place

    def _fail(self, problem: str) -> NoReturn:
        raise MalformedError(problem, self._place)

    def _reject_unknown(self, problem: str) -> None:
        """Complain of a character that begins nothing, or of the end of the text."""
        character = self._next()
        if not character:
            raise MalformedError(problem, self._place, cut=True, ended=True)
        if not (character in "{}[]:,\"'-" or character in "0123456789" or WORD.match(character)):
            raise MalformedError(problem, self._place, cut=True)

    def _take(self, piece: str) -> None:
        """Step over a mark, and write it; a comma before a closing bracket goes."""
        if piece in "]}" and self._pieces[-1] == ",":
            self._pieces.pop()
        self._pieces.append(piece)
        self._place += 1

    def _value(self, character: str) -> None:
        self._reject_unknown("value")
        keyword = next((one for one in KEYWORDS if self._text.startswith(one, self._place)), None)
        if character == "{":
            self._take(character)
            self._expected.append("entry")
        elif character == "[":
            self._take(character)
            self._expected.append("element")
        elif character in "\"'":
            self._string(character)
        elif character == "-" or character in "0123456789":
            self._number()
        elif keyword:
            self._pieces.append(keyword)
            self._place += len(keyword)
        else:
            self._fail("token")

    def _element(self, character: str) -> None:
        self._reject_unknown("element_value")
        if character == "]":
            self._take(character)
        else:
            self._expected.append("element_end")
            self._value(character)

    def _entry(self, character: str) -> None:
        self._reject_unknown("key")
        if character == "}":
            self._take(character)
            return
        self._expected += ["entry_end", "colon"]
        if character in "\"'":
            self._string(character)
        elif bare := WORD.match(self._text, self._place):
            self._pieces.append(json.dumps(bare[0]))
            self._place = bare.end()
            if bare[0] in KEYWORDS:
                self._fail("key")
        else:
            self._fail("key")

    def _mark(self, name: str, character: str) -> None:
        """One of the marks of that name; but for a closing bracket, something has to follow it."""
        problem, marks, following = MARKS[name]
        self._reject_unknown(problem)
        if character not in marks:
            self._fail(problem)
        self._take(character)
        if character in ",:":
            self._expected.append(following)

    def _number(self) -> None:
        match = NUMBER.match(self._text, self._place)
        number = match[0] if match else ""
        is_integer = not set(number) & set(".eE")
        digits = number.removeprefix("-")
        if is_integer and len(digits) > 1 and digits[0] == "0":
            self._fail("octal")
        try:
            value = float(number)
        except ValueError:
            self._fail("number")
        if isinf(value):
            self._fail("range")
        self._pieces.append(number if is_integer else json.dumps(value))
        self._place += len(number)

    def _string(self, quote: str) -> None:
        self._place += 1
        parts: list[str] = []
        while True:
            match = STRING[quote].match(self._text, self._place)
            parts.append(json.dumps(match[0])[1:-1] if match else "")
            self._place = match.end() if match else self._place
            if self._next() == quote:
                break
            parts.append(self._escape())
        self._place += 1
        self._pieces.append(f'"{"".join(parts)}"')

    def _escape(self) -> str:
        """What a backslash and the character after it stand for, as JSON spells that."""
        after = self._text[self._place + 1 : self._place + 2]
        if not after:
            raise MalformedError("quote", len(self._text), cut=True)
        if after != "u":
            self._place += 2
            return json.dumps(ESCAPES.get(after, after))[1:-1]
        if len(self._text) < self._place + 6:
            self._fail("hexadecimal")
        code = HEXADECIMAL.match(self._text, self._place + 2)
        if not code:
            self._fail("escape")
        self._place += 6
        return f"\\u{code[0]}"
