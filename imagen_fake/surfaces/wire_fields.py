"""Counts the fields of a protobuf message before it is parsed."""

from google.protobuf.descriptor import Descriptor

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""The wire types of proto3."""

FIXED_SIZES = {FIXED64: 8, FIXED32: 4}


def has_more_fields(raw: bytes, descriptor: Descriptor, limit: int) -> bool:
    """Whether a message and those within it have more fields than that, unknown ones included.

    No more of them are looked at. What is no message may have any number; the parser will say so.
    """
    place, open_messages = 0, [(len(raw), descriptor)]
    try:
        for _ in range(limit + 1):
            while place >= open_messages[-1][0]:
                open_messages.pop()
                if not open_messages:
                    return False
            tag, place = _varint(raw, place)
            number, kind = divmod(tag, 8)
            if kind == BYTES:
                length, place = _varint(raw, place)
                field = open_messages[-1][1].fields_by_number.get(number)
                if field and field.message_type:
                    open_messages.append((place + length, field.message_type))
                else:
                    place += length
            elif kind == VARINT:
                _, place = _varint(raw, place)
            else:
                place += FIXED_SIZES[kind]
    except (IndexError, KeyError):
        return False
    return True


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    """A varint and the position behind it. Raises IndexError."""
    value = 0
    for shift in range(0, 70, 7):
        byte = raw[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
    raise IndexError("a number of more than 64 bits")
