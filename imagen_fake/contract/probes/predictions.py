"""Probes of answers that no check of the cases covers: images/generations, classes of masks."""

from collections.abc import Iterator

from imagen_fake import spec
from imagen_fake.contract.bodies.body import set_value
from imagen_fake.contract.bodies.fact_coverage import success_facts
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.bodies.sample_models import (
    AIML_MODEL,
    IMAGE_MODEL,
    first_operation,
    generate_operation,
)
from imagen_fake.contract.checks.response import decoded_pictures, picture_predictions
from imagen_fake.contract.exchange import Exchange
from imagen_fake.contract.facts.schemas import task_schema
from imagen_fake.contract.probes.expectations import (
    expect,
    expect_json,
    expect_prefix,
    expect_schema,
)
from imagen_fake.contract.probes.probe import Probe, predict_probe

STORED = "responses/generate.json#/properties/predictions/items/anyOf/1"
ENDINGS = "tables/mime_types.json#"
SAMPLES = 3
"""The pictures that are stored."""

CREDITS = ("meta", "usage", "credits_used")


def prediction_probes() -> Iterator[Probe]:
    """The probes of both dialects' answers, and of the classes of semantic masks."""
    yield _aiml_probe()
    yield _unlisted_model_probe()
    yield _openai_probe()
    yield _stored_picture_probe()
    names = spec.table("segmentation_classes")["names"]
    other = next(name for name in names if name.endswith(" (other)"))
    for name in (names[0], names[-1], other, other.replace(" (other)", "_other")):
        yield _semantic_mask_probe(name, [255], "itself")  # whatever the picture shows
    yield _semantic_mask_probe("a thing of no class", [0])


def _aiml_probe() -> Probe:
    """Two pictures, and what they cost."""
    operation, facts = generate_operation("aiml"), spec.surface("aiml").facts
    spent = facts["models"]["value"][AIML_MODEL]["credits"] * 2
    dollars = spent / facts["creditsPerDollar"]["value"]
    return predict_probe(
        operation.case("two pictures", {**minimal_body(operation), "num_images": 2}),
        expect_schema("aiml"),
        expect_json("surfaces/aiml.json#/models", spent, *CREDITS),
        expect_json("surfaces/aiml.json#/creditsPerDollar", dollars, "meta", "usage", "usd_spent"),
    )


def _unlisted_model_probe() -> Probe:
    """The cost of a picture by a model that AI/ML API does not list."""
    body = {"model": IMAGE_MODEL, "prompt": "a red apple"}
    case = Operation(IMAGE_MODEL, "generate", "aiml").case("its cost", body)
    spent = spec.surface("aiml").facts["credits"]["value"]
    cost = expect_json("surfaces/aiml.json#/credits", spent, *CREDITS)
    return predict_probe(case, cost, setting="itself")


def _openai_probe() -> Probe:
    """A picture, and when it was made."""
    operation = generate_operation("openai")
    created = spec.surface("openai").facts["created"]["value"]
    return predict_probe(
        operation.case("when it was made", minimal_body(operation)),
        expect_schema("openai"),
        expect_json("surfaces/openai.json#/created", created, "created"),
        setting="itself",
    )


def _stored_picture_probe() -> Probe:
    """A picture in a bucket, with its scores."""
    operation, bucket = generate_operation("vertex"), "gs://contract-kit-pictures"
    body = set_value(operation, minimal_body(operation), ("parameters", "storageUri"), bucket)
    body = set_value(operation, body, ("parameters", "includeSafetyAttributes"), True)
    body = set_value(operation, body, ("parameters", "sampleCount"), SAMPLES)
    body = set_value(operation, body, ("parameters", "outputOptions"), {"mimeType": "image/jpeg"})
    categories = spec.table("safety_categories")["image"]["value"]
    scores = ("predictions", 0, "safetyAttributes", "categories")
    return predict_probe(
        operation.case("scores of a stored picture", body, facts=success_facts(operation, body)),
        expect_prefix(STORED, f"{bucket}/", "predictions", 0, "gcsUri"),
        expect_json(f"{STORED}/properties/safetyAttributes", categories, *scores),
        expect("stored", STORED, SAMPLES, _count_objects),
        expect("stored", ENDINGS, [_ending("image/jpeg")] * SAMPLES, _endings),
        setting="itself",
    )


def _semantic_mask_probe(name: str, brightest: list[object], setting: str = "") -> Probe:
    """A mask of a class; an empty one where there is no such class."""
    operation = first_operation("segment")
    # The mode in which classes are named is the one whose masks have a longest side.
    mode = next(iter(task_schema("segment")["x-longest"]["value"]))
    body = set_value(operation, minimal_body(operation), ("parameters", "mode"), mode)
    body = set_value(operation, body, ("instances", 0, "prompt"), name)
    mask = expect("masks", "tables/segmentation_classes.json#", brightest, _brightest)
    return predict_probe(operation.case(f"a mask of {name}", body), mask, setting=setting)


def _count_objects(exchange: Exchange) -> int:
    """How many objects the pictures of an answer are stored in."""
    return len({one.get("gcsUri") for one in picture_predictions(exchange)})


def _ending(mime_type: str) -> str:
    """The first ending of a type."""
    endings = spec.table("mime_types")["types"].items()
    return next(str(ending) for ending, kind in endings if kind == mime_type)


def _endings(exchange: Exchange) -> list[str]:
    """How the names of the objects end that the pictures of an answer are stored in."""
    uris = (str(one.get("gcsUri")) for one in picture_predictions(exchange))
    return [uri.rpartition(".")[2] for uri in uris]


def _brightest(exchange: Exchange) -> list[object]:
    """The brightest level of grey in each mask."""
    masks = (one.image for one in decoded_pictures(exchange) if one.image)
    return [mask.convert("L").getextrema()[1] for mask in masks]
