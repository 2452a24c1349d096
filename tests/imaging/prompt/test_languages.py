from collections.abc import Iterator

import pytest

from imagen_fake import spec
from imagen_fake.imaging.prompt.languages import (
    fold,
    language_of,
    meaning_in,
    simplified,
    tokens_of,
)
from imagen_fake.imaging.prompt.vocabulary import Meaning, vocabulary
from tests.sweep import sweep

CODES = ["es", "pt", "hi", "ja", "ko", "zh", "ar"]
ICONS = sorted({meaning.icon for meaning in vocabulary().words.values() if meaning.icon})
KINDS = ("setting", "mood", "style")
DOCUMENTED = spec.request("imagen-3.0-generate-002", "generate", "vertex").schema["$defs"][
    "parameters"]["properties"]["language"]["enum"]  # fmt: skip


def entries(code: str, kind: str) -> set[str]:
    """What the words of a language say of that kind."""
    meaning = {getattr(each, kind) for each in language_of(code).words.values()}
    return meaning - {None}


def in_english(kind: str) -> Iterator[str]:
    return (
        getattr(meaning, kind) for meaning in vocabulary().words.values() if getattr(meaning, kind)
    )


def test_every_documented_language_and_arabic_are_known() -> None:
    documented = {code.split("-")[0] for code in DOCUMENTED} - {"auto", "en"}
    assert documented | {"ar"} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_subject_has_a_word_in_every_language(code: str) -> None:
    assert [icon for icon in ICONS if icon not in entries(code, "icon")] == []


@sweep("code", CODES)
@sweep("kind", KINDS)
def test_every_setting_mood_and_style_has_a_word_in_every_language(code: str, kind: str) -> None:
    assert set(in_english(kind)) - entries(code, kind) == set()


@pytest.mark.parametrize("code", CODES)
def test_eleven_colours_and_the_numbers_to_five_have_a_word_in_every_language(code: str) -> None:
    basic = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown"]
    basic += ["black", "white", "grey"]
    colours = {vocabulary().words[word].colour for word in basic}
    assert colours - entries(code, "colour") == set()
    assert {2, 3, 4, 5} <= entries(code, "number")


@pytest.mark.parametrize("code", CODES)
def test_every_word_is_looked_up_as_it_is_kept(code: str) -> None:
    for word, meaning in language_of(code).words.items():
        assert "_".join(part for _, part in tokens_of(word.replace("_", " "))) == word
        assert meaning_in(code, word) == meaning


@sweep(
    ("code", "bent", "plain"),
    [
        ("es", "gatos", "gato"),
        ("es", "leones", "león"),
        ("es", "peces", "pez"),
        ("es", "rojas", "rojo"),
        ("es", "gatita", "gato"),
        ("pt", "balões", "balão"),
        ("pt", "pães", "pão"),
        ("pt", "animais", "animal"),
        ("pt", "anéis", "anel"),
        ("pt", "jardins", "jardim"),
        ("pt", "amarelas", "amarelo"),
        ("hi", "घोड़े", "घोड़ा"),
        ("hi", "बिल्लियाँ", "बिल्ली"),
        ("hi", "बिल्लियों", "बिल्ली"),
        ("hi", "मेज़ें", "मेज़"),
        ("ko", "고양이가", "고양이"),
        ("ko", "사과를", "사과"),
        ("ko", "강아지들이", "강아지"),
        ("ar", "القطة", "قطة"),
        ("ar", "والسيارة", "سيارة"),
        ("ar", "سيارات", "سيارة"),
    ],
)
def test_a_bent_word_is_known_by_its_plain_form(code: str, bent: str, plain: str) -> None:
    found, expected = (meaning_in(code, fold(word)) for word in (bent, plain))
    assert found is not None
    assert found == expected


@sweep(
    ("code", "word", "looks_like"),
    [
        ("es", "red", "red"),
        ("es", "tan", "tan"),
        ("es", "dice", "dice"),
        ("hi", "पर", "पंख"),
        ("ja", "日本", "本"),
        ("ja", "抽象", "象"),
        ("ko", "종이", "종"),
        ("zh", "海报", "海"),
        ("zh", "马赛克", "马"),
        ("ar", "لقطة", "قطة"),
    ],
)
def test_a_word_that_only_looks_like_another_means_nothing(
    code: str, word: str, looks_like: str
) -> None:
    assert meaning_in(code, fold(word)) == Meaning()
    assert meaning_in("en" if code == "es" else code, fold(looks_like)) != Meaning()


@sweep(
    ("written", "usual"),
    [
        ("LEÓN", "leon"),
        ("maçã", "maca"),
        ("ｃａｔ", "cat"),  # noqa: RUF001
        ("ﾘﾝｺﾞ", "リンゴ"),
        ("मेज़", "मेज"),
        ("पाँच", "पांच"),
        ("أَسَد", "اسد"),
        ("قطـــة", "قطه"),
    ],
)
def test_ways_of_writing_a_word_are_looked_up_alike(written: str, usual: str) -> None:
    assert fold(written) == usual


def test_traditional_characters_are_read_as_simplified_ones() -> None:
    assert "貓蘋果紅色龍貓頭鷹腳踏車".translate(simplified()) == "猫苹果红色龙猫头鹰脚踏车"


@sweep("code", ["en", *CODES])
@sweep("word", ["", "zork", "_", "x" * 5000, "猫" * 5000, "\ud800"])
def test_what_is_no_word_of_a_language_means_nothing(code: str, word: str) -> None:
    assert meaning_in(code, word) is None


def test_words_are_told_apart_by_their_scripts() -> None:
    assert tokens_of("A cat, बिल्ली और قطة 고양이ネコと2匹") == [
        ("latin", "a"), ("latin", "cat"), ("hi", "बिल्ली"), ("hi", "और"), ("ar", "قطه"),
        ("ko", "고양이"), ("han", "ネコと"), ("latin", "2"), ("han", "匹"),
    ]  # fmt: skip
