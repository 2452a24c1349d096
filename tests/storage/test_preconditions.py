from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.storage.metadata import Version
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.preconditions import (
    NotModified,
    Preconditions,
    parse_etags,
    parse_preconditions,
    parse_source_preconditions,
)
from tests.storing import reason
from tests.sweep import sweep

VERSION = Version(7, 2)
NUMBERS = st.one_of(st.none(), st.sampled_from([0, 2, 7, 10**18, -1]))


def holds(wanted: Preconditions, version: Version | None) -> bool:
    refused = reason(lambda: wanted.check(version, "gs://pictures/a"))
    assert refused in (None, "precondition")
    return refused is None


@given(wanted=st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), there=st.booleans())
def test_numbers_are_compared_and_what_is_not_there_counts_as_zero(
    wanted: tuple[int | None, ...], there: bool
) -> None:
    names = [
        f"if{kind}{test}"
        for kind, test in product(("Generation", "Metageneration"), ("Match", "NotMatch"))
    ]
    query = {
        name: str(value) for name, value in zip(names, wanted, strict=True) if value is not None
    }
    generation, metageneration = (7, 2) if there else (0, 0)
    expected = (
        wanted[0] in (None, generation)
        and (wanted[1] is None or wanted[1] != generation)
        and wanted[2] in (None, metageneration)
        and (wanted[3] is None or wanted[3] != metageneration)
    )
    assert holds(parse_preconditions(query, {}), VERSION if there else None) == expected


@pytest.mark.parametrize(
    ("name", "value", "there", "missing"),
    [
        ("if-match", VERSION.etag, True, False),
        ("if-match", f'"x", "{VERSION.etag}"', True, False),
        ("if-match", '"x"', False, False),
        ("if-match", "*", True, False),
        ("if-none-match", f'W/"{VERSION.etag}"', False, True),
        ("if-none-match", '"x"', True, True),
        ("if-none-match", "*", False, True),
    ],
)
def test_entity_tags_are_compared(name: str, value: str, there: bool, missing: bool) -> None:
    wanted = parse_preconditions({}, {name: value})
    assert (holds(wanted, VERSION), holds(wanted, None)) == (there, missing)


@pytest.mark.parametrize(
    "query", [{"ifGenerationNotMatch": "7"}, {"ifMetagenerationNotMatch": "2"}]
)
def test_one_who_reads_what_it_has_is_told_so(query: dict[str, str]) -> None:
    with pytest.raises(NotModified):
        parse_preconditions(query, {}).check(VERSION, "gs://pictures/a", reading=True)
    with pytest.raises(NotModified):
        parse_preconditions({}, {"if-none-match": VERSION.etag}).check(VERSION, "", reading=True)


@pytest.mark.parametrize("version", [VERSION, None])
def test_another_generation_is_missing(version: Version | None) -> None:
    with pytest.raises(StorageError, match="missing_object"):
        parse_preconditions({"generation": "8"}, {}).check(version, "gs://pictures/a")


@sweep("text", ["", "x", "1.5", "1" * 20, "٣", "1 ", "+1"])
@sweep("name", ["generation", "ifGenerationMatch", "ifMetagenerationNotMatch"])
def test_what_is_no_number_is_refused(name: str, text: str) -> None:
    with pytest.raises(StorageError, match="bad_parameter"):
        parse_preconditions({name: text}, {})


def test_conditions_on_the_source_of_a_copy_have_names_of_their_own() -> None:
    query = {"sourceGeneration": "1", "ifSourceGenerationMatch": "2", "ifGenerationMatch": "3"}
    assert parse_source_preconditions(query) == Preconditions(1, (2, None))


def test_entity_tags_are_read() -> None:
    assert parse_etags(' "a" , W/"b",c,,') == ("a", "b", "c")
