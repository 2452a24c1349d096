import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake.imaging.prompt.interpretation import Subject, interpret
from imagen_fake.imaging.prompt.languages import language_of, meaning_in
from imagen_fake.imaging.prompt.translation import meanings
from imagen_fake.imaging.prompt.vocabulary import vocabulary
from tests.conftest import ask
from tests.imaging.prompt.test_languages import CODES
from tests.sweep import sweep
from tests.workload import bodies, sent

KANA = re.compile("[\u3041-\u30ff]")
RED, BLUE, BLACK = (vocabulary().words[word].colour for word in ("red", "blue", "black"))
APPLES = {
    "en": "a red apple on a table",
    "es": "una manzana roja sobre una mesa",
    "pt": "uma maçã vermelha em uma mesa",
    "hi": "मेज़ पर लाल सेब",
    "ja": "テーブルの上の赤いりんご",
    "ko": "탁자 위의 빨간 사과",
    "zh": "桌子上的红色苹果",
    "zh-CN": "桌子上的红苹果",
    "zh-TW": "桌子上的紅蘋果",
    "ar": "تفاحة حمراء على طاولة",
}
COUNTED = {
    "en": "three black cats and a blue car",
    "es": "tres gatos negros y un coche azul",
    "pt": "três gatos pretos e um carro azul",
    "hi": "तीन काली बिल्लियाँ और एक नीली कार",
    "ja": "三匹の黒い猫と青い車",
    "ko": "검은 고양이 세 마리와 파란 자동차",
    "zh": "三只黑猫和一辆蓝色汽车",
    "zh-TW": "三隻黑貓和一輛藍色汽車",
    "ar": "ثلاث قطط سوداء وسيارة زرقاء",
}


def told(language: str) -> list[str]:
    """What the parameter may say of a prompt in a language; there is no word for Arabic."""
    return ["en", "auto", *([] if language == "ar" else [language])]


@sweep("language", APPLES)
def test_a_red_apple_is_one_in_every_language(language: str) -> None:
    for value in told(language):
        reading = interpret(APPLES[language], value)
        assert reading.subjects == [Subject("food_apple", "food", RED)]
        assert reading.settings == ["table"]


@sweep("language", COUNTED)
def test_colours_and_numbers_are_worn_by_their_nouns_in_every_language(language: str) -> None:
    for value in told(language):
        assert interpret(COUNTED[language], value).subjects == [
            Subject("cat", "animal", BLACK, 3), Subject("car_side", "vehicle", BLUE)
        ]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_every_word_of_a_language_is_understood_when_it_is_named(code: str) -> None:
    """Phrases as well; Arabic has no name, and needs none."""
    for word, meaning in language_of(code).words.items():
        assert list(meanings(word.replace("_", " "), code)) == [meaning]


@pytest.mark.parametrize("code", CODES)
def test_every_word_of_a_language_is_understood_when_none_is_named(code: str) -> None:
    """But for words that English has too, or the other language in the same letters.

    Japanese without kana is read as Chinese.
    """
    others = ["en", *{"es": ["pt"], "pt": ["es"], "zh": ["ja"], "ja": ["zh"]}.get(code, [])]
    for word, meaning in language_of(code).words.items():
        parts = [(other, part) for other in others for part in (word, *word.split("_"))]
        elsewhere = any(meaning_in(other, part) is not None for other, part in parts)
        if not elsewhere and (code != "ja" or KANA.search(word)):
            assert list(meanings(word.replace("_", " "))) == [meaning]


@pytest.mark.parametrize("language", ["en", "auto"])
@pytest.mark.parametrize("frame", ["{}", "a photo of a {}", "the {}, zork"])
def test_english_words_keep_their_meaning_unless_another_language_is_named(
    frame: str, language: str
) -> None:
    for word, meaning in vocabulary().words.items():
        text = frame.format(word.replace("_", " "))
        assert meaning in list(meanings(text, language))


HOMOGRAPHS = [
    ("a pie on a plate", "cake_layered"),
    ("a tan van on the road", "van_utility"),
    ("a llama in the field", "sheep"),
    ("a burro and a mesa", None),
    ("a pan on the stove", "stove"),
    ("dice on a table", "dice_5"),
]


@pytest.mark.parametrize(("prompt", "icon"), HOMOGRAPHS)
def test_homographs_of_other_languages_do_not_break_english(prompt: str, icon: str | None) -> None:
    assert [subject.icon for subject in interpret(prompt).subjects] == ([icon] if icon else [])


@sweep(
    ("word", "language", "icon"),
    [
        ("pan", "es", "bread_slice"),
        ("llama", "es", "fire"),
        ("llama", "en", "sheep"),
        ("llama", "pt", "sheep"),
        ("電車", "ja", "train"),
        ("電車", "zh-TW", "tram"),
        ("robot de pie", "es", "robot"),
        ("pie", "pt", "cake_layered"),
    ],
)
def test_the_named_language_goes_first(word: str, language: str, icon: str) -> None:
    assert [subject.icon for subject in interpret(word, language).subjects] == [icon]


def test_a_colour_that_no_noun_precedes_is_worn_by_the_next() -> None:
    assert interpret("rojo, un coche", "es").subjects == [Subject("car_side", "vehicle", RED)]


@pytest.mark.parametrize(
    "prompt", ["日本の抽象画", "海报设计、马赛克风格", "새로운 종이", "لقطة كبيرة", "スパルタンX"]
)
def test_parts_of_other_words_are_not_read_out_of_them(prompt: str) -> None:
    assert interpret(prompt).subjects == []


@given(
    text=st.text(max_size=80),
    language=st.sampled_from(["en", "auto", "es", "pt", "hi", "ja", "ko", "zh", "zh-TW"]),
)
@settings(deadline=None)
def test_any_text_is_read_in_any_language(text: str, language: str) -> None:
    meaning = list(meanings(text, language))
    assert len(meaning) <= 2 * len(text)
    assert meaning == list(meanings(text, language))


PAINTING = ("edit INPAINT_INSERTION USER_PROVIDED", "customize RAW", "legacy_edit mask")
BODIES = {name: (model, body) for name, model, body in bodies(*sent(256, 192), "una llama")}


@pytest.mark.parametrize("name", PAINTING)
def test_every_task_that_draws_what_a_prompt_names_knows_its_language(name: str) -> None:
    model, body = BODIES[name]
    drawn = [
        ask(model, body={**body, "parameters": {**body["parameters"], "language": language}})
        for language in ("es", "pt")
    ]
    assert drawn[0] != drawn[1]
