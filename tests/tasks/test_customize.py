from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageStat

from imagen_fake.pipeline.errors import ApiError
from imagen_fake.tasks.customize import expand_markers, scenery_prompt
from tests.conftest import ask, opened, refused
from tests.pictures import gradient, media, product
from tests.sweep import sweep

MODEL = "imagen-3.0-capability-002"
PLAIN: dict[str, Any] = {"addWatermark": False}


def reference(kind: str, image: Any, number: int = 1, **config: Any) -> Any:
    made = {"referenceType": f"REFERENCE_TYPE_{kind}", "referenceId": number, **config}
    return made if image is None else {**made, "referenceImage": media(image)}


def control(image: Image.Image | None, kind: str = "CANNY", **config: Any) -> Any:
    return reference(
        "CONTROL", image, 2, controlImageConfig={"controlType": f"CONTROL_TYPE_{kind}", **config}
    )


def body(references: list[Any], prompt: str = "a garden with [1]", **parameters: Any) -> Any:
    return {
        "instances": [{"prompt": prompt, "referenceImages": references}],
        "parameters": {"sampleCount": 1, **parameters},
    }


def made(references: list[Any], prompt: str = "a garden with [1]", **parameters: Any) -> Any:
    (prediction,) = ask(MODEL, body=body(references, prompt, **{**PLAIN, **parameters}))
    return opened(prediction)


def refusal(sent: Any, model: str = MODEL) -> str:
    return refused(model, sent)


def mean(image: Image.Image) -> tuple[float, ...]:
    top = image.crop((0, 0, image.width, image.height // 2))
    return tuple(ImageStat.Stat(top).mean)


def share_of(image: Image.Image, colour: tuple[int, int, int], reach: int = 24) -> float:
    apart = ImageChops.difference(image, Image.new("RGB", image.size, colour))
    near = [band.point([255 * (level <= reach) for level in range(256)]) for band in apart.split()]
    mask = ImageChops.darker(ImageChops.darker(near[0], near[1]), near[2])
    return mask.histogram()[255] / (image.width * image.height)


def test_a_style_gives_its_colours() -> None:
    warm = Image.merge("RGB", [gradient((64, 64)).getchannel(0), Image.new("L", (64, 64), 60),
                               Image.new("L", (64, 64), 20)])  # fmt: skip
    cold = Image.merge("RGB", [Image.new("L", (64, 64), 10), Image.new("L", (64, 64), 80),
                               gradient((64, 64)).getchannel(0)])  # fmt: skip
    warmed, cooled = (mean(made([reference("STYLE", style)])) for style in (warm, cold))
    assert warmed[0] > warmed[2] + 30
    assert cooled[2] > cooled[0] + 30


@pytest.mark.parametrize("kind", ["SUBJECT", "CONTENT"])
def test_a_subject_stands_in_the_picture(kind: str) -> None:
    colour = (201, 24, 130)
    thing = product((96, 96), "#c91882")
    assert share_of(made([reference(kind, thing)]), colour) > 0.03
    assert share_of(made([reference("STYLE", gradient((64, 64)))]), colour) < 0.01


def test_several_subjects_all_stand_in_it() -> None:
    colours = {"#c91882": (201, 24, 130), "#18c982": (24, 201, 130), "#1882c9": (24, 130, 201)}
    things = [reference("SUBJECT", product((96, 96), colour)) for colour in colours]
    picture = made(things)
    assert all(share_of(picture, colour) > 0.01 for colour in colours.values())


@pytest.mark.parametrize("kind", ["CANNY", "SCRIBBLE", "FACE_MESH", "DEFAULT", "COLOR_SUPERPIXEL"])
def test_a_control_map_that_is_given_shows_as_lines(kind: str) -> None:
    drawn = Image.new("L", (128, 128))
    ImageDraw.Draw(drawn).line((64, 0, 64, 128), fill=255, width=4)
    picture = made([control(drawn, kind)], "a lake between mountains")
    line, beside = (picture.crop((x, 40, x + 8, 760)) for x in (508, 300))
    assert max(ImageStat.Stat(line).stddev) < 6
    assert max(ImageStat.Stat(beside).stddev) > 12


@pytest.mark.parametrize("name", ["enableControlImageComputation", "computeControl"])
def test_a_control_map_is_computed_where_that_is_asked(name: str) -> None:
    photo = product((128, 128), "black")
    computed = made([control(photo, "CANNY", **{name: True})], "a lake")
    taken = made([control(photo, "CANNY", **{name: False})], "a lake")
    assert computed.tobytes() != taken.tobytes()


def test_a_control_map_without_a_picture_follows_the_raw_one() -> None:
    raw = reference("RAW", product((128, 128)))
    lined = made([raw, control(None, enableControlImageComputation=True)], "a lake")
    assert lined.tobytes() != made([raw], "a lake").tobytes()


def test_a_raw_picture_is_recognised_in_the_result() -> None:
    raw = Image.new("RGB", (100, 100), "#d0d0d0")
    raw.paste("#202020", (0, 0, 50, 100))
    scene = made([reference("RAW", raw)], "in bright daylight")
    grey = scene.convert("L").crop((100, 100, 900, 500)).resize((2, 1), Image.Resampling.BOX)
    dark, bright = grey.tobytes()
    assert bright > dark + 60


def test_another_prompt_makes_another_picture_of_the_same_raw() -> None:
    raw = reference("RAW", gradient((64, 64)))
    assert made([raw], "snow").tobytes() != made([raw], "a red boat").tobytes()


@pytest.mark.parametrize(("ratio", "size"), [("16:9", (1408, 768)), ("3:4", (896, 1280))])
def test_a_ratio_decides_the_size(ratio: str, size: tuple[int, int]) -> None:
    assert made([reference("STYLE", gradient((32, 32)))], aspectRatio=ratio).size == size


@pytest.mark.parametrize("kind", ["RAW", "STYLE", "SUBJECT", "CONTENT"])
def test_without_a_ratio_it_is_a_square_of_1024_whatever_the_reference(kind: str) -> None:
    assert made([reference(kind, product((70, 40)))]).size == (1024, 1024)


def test_four_samples_unless_it_is_said_otherwise() -> None:
    sent = body([reference("STYLE", gradient((32, 32)))])
    del sent["parameters"]
    assert len(ask(MODEL, body=sent)) == 4


def test_snake_case_configs_are_understood() -> None:
    camel: Any = {"styleImageConfig": {"styleDescription": "paper cut"}}
    snake: Any = {"styleImageConfig": {"style_description": "paper cut"}}
    plain: Any = {}
    pictures = [
        made([reference("STYLE", gradient((32, 32)), **config)], "boats in [1] style")
        for config in (camel, snake, plain)
    ]
    assert pictures[0].tobytes() == pictures[1].tobytes()
    assert pictures[0].tobytes() != pictures[2].tobytes()


@pytest.mark.parametrize(
    ("prompt", "spelled"),
    [
        ("a party with [1]", "a party with a red ball"),
        ("[1] on a table", "a red ball on a table"),
        ("a red ball [1] on a table", "a red ball on a table"),
        ("[7] and [2] there", "and there"),
        ("nothing", "nothing"),
        ("[1]", "a red ball"),
    ],
)
def test_markers_stand_for_the_descriptions_of_their_references(prompt: str, spelled: str) -> None:
    ball = reference("SUBJECT", None, subjectImageConfig={"subjectDescription": "a red ball"})
    assert expand_markers(prompt, [ball, reference("RAW", None, 2)]) == spelled


@pytest.mark.parametrize(
    ("prompt", "painted"),
    [
        ("a photo of the ball [1] on a beach", "a photo of the  on a beach"),
        ("a red ball on a beach", "on a beach"),
        ("A Red Ball [1] beside a dog", "beside a dog"),
        ("a house [2] by the sea", "a house by the sea"),
        ("redder than a red balloon", "redder than a red balloon"),
        ("[1]", ""),
    ],
)
def test_what_a_subject_shows_is_not_painted_as_well(prompt: str, painted: str) -> None:
    ball = reference("SUBJECT", None, subjectImageConfig={"subjectDescription": "a red ball"})
    left = scenery_prompt(prompt, [ball, reference("RAW", None, 2)])
    assert " ".join(left.split()) == " ".join(painted.split())


@pytest.mark.parametrize("filler", [" ", "\t", "a", "[", "[1"])
def test_markers_are_found_at_once_in_the_longest_prompt(filler: str) -> None:
    ball = reference("SUBJECT", None, subjectImageConfig={"subjectDescription": "a red ball"})
    start = perf_counter()
    scenery_prompt(filler * 40_000, [ball])
    assert perf_counter() - start < 1


def test_a_quality_of_jpeg_has_no_effect_as_was_recorded() -> None:
    style = [reference("STYLE", gradient((32, 32)))]
    options = {"mimeType": "image/jpeg"}
    plain, asked = (
        ask(MODEL, body=body(style, outputOptions=sent))
        for sent in (options, {**options, "compressionQuality": 5})
    )
    assert plain == asked


@sweep(
    ("references", "said"),
    [
        ([], "No uri or raw bytes"),
        ([reference("STYLE", None)], "No uri or raw bytes"),
        ([reference("STYLE", gradient((8, 8)))] * 5, "5 reference images"),
        ([reference("RAW", gradient((8, 8)))] * 2, "one raw"),
        ([reference("OTHER", gradient((8, 8)))], "REFERENCE_TYPE_OTHER"),
        ([reference("CONTROL", gradient((8, 8)))], "controlType"),
        ([control(gradient((8, 8)), "EDGES")], "CONTROL_TYPE_EDGES"),
        ([control(None, enableControlImageComputation=True)], "No uri or raw bytes"),
        (
            [reference("SUBJECT", gradient((8, 8)), subjectImageConfig={"subjectType": "CAR"})],
            "CAR",
        ),
    ],
)
def test_references_that_do_not_fit_are_refused_by_what_is_wrong(
    references: list[Any], said: str
) -> None:
    message = refusal(body(references))
    assert message.startswith("Image editing failed with the following error: ")
    assert said in message


def test_the_ingredients_model_takes_content_and_style_alone() -> None:
    model = "imagen-4.0-ingredients-preview"
    pair = [reference("CONTENT", product((64, 64))), reference("STYLE", gradient((64, 64)), 2)]
    (prediction,) = ask(model, body=body(pair, "[1] in the style of [2]"))
    assert opened(prediction).size == (1024, 1024)
    assert "REFERENCE_TYPE_RAW" in refusal(body([reference("RAW", gradient((8, 8)))]), model)


def test_base_steps_may_stand_in_either_place() -> None:
    style = [reference("STYLE", gradient((32, 32)))]
    assert (
        made(style, baseSteps=35).tobytes() == made(style, editConfig={"baseSteps": 35}).tobytes()
    )


def test_seeds_differ_and_repeat() -> None:
    style = [reference("STYLE", gradient((32, 32)))]
    first, again, other = (made(style, seed=seed).tobytes() for seed in (1, 1, 2))
    assert first == again != other


@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.sampled_from(["RAW", "STYLE", "SUBJECT", "CONTENT"]),
    st.text(max_size=40),
)
@settings(max_examples=25, deadline=None)
def test_any_picture_may_be_a_reference(size: tuple[int, int], kind: str, prompt: str) -> None:
    sent = body([reference(kind, gradient(size))], "a tree " + prompt, aspectRatio="16:9")
    assert opened(ask(MODEL, body=sent)[0]).size == (1408, 768)


def test_a_control_map_cannot_be_computed_without_any_picture() -> None:
    with pytest.raises(ApiError) as refused:
        made([control(None, enableControlImageComputation=True)], "a lake")
    assert refused.value.id == "picture_missing"


def test_of_a_long_prompt_and_of_long_words_the_beginning_counts() -> None:
    words = {"referenceId": 1, "subjectImageConfig": {"subjectDescription": "a" * 500}}
    assert expand_markers("[1]", [words]) == "a" * 400
    assert expand_markers("b" * 5000, []) == scenery_prompt("b" * 5000, []) == "b" * 4000
