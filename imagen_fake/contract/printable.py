"""Texts of a target as they may stand on a terminal, in XML, and in any file."""


def printable(text: str) -> str:
    """A text with escapes in place of what is neither printable nor a line break.

    Those are characters that steer a terminal, that XML forbids, and halves of surrogate pairs,
    which no encoding can write.
    """
    return "".join(one if one.isprintable() or one == "\n" else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
