"""Probes of answers that no check of the cases looks at: images/generations, classes of masks."""

from collections.abc import Iterator

from imagen_fake import spec
from imagen_fake.contract.bodies.body import placed
from imagen_fake.contract.bodies.chosen import PAINTER, RESOLD, doing, painting
from imagen_fake.contract.bodies.rules import plain_body
from imagen_fake.contract.bodies.touch import answered
from imagen_fake.contract.checks.reading import pictures
from imagen_fake.contract.checks.registry import differs
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.judges import holds, resting, shaped, starts
from imagen_fake.contract.probes.probing import Judge, Probe, predicting

CLASSES = "tables/segmentation_classes.json#"
STORED = "responses/generate.json#/properties/predictions/items/anyOf/1"
NOTHING = "a thing of no class"


def of_answers() -> Iterator[Probe]:
    """The probes of both dialects' answers, and of what a semantic mask may be asked for."""
    yield _aiml()
    yield _unlisted()
    yield _openai()
    yield _stored()
    names = spec.table("segmentation_classes")["names"]
    other = next(name for name in names if name.endswith(" (other)"))
    for name in (names[0], names[-1], other, other.replace(" (other)", "_other")):
        yield _semantic(name, marked=True)
    yield _semantic(NOTHING, marked=False)


def _aiml() -> Probe:
    """Two pictures, and what they cost."""
    form = painting("aiml")
    body = {**plain_body(form), "num_images": 2}
    case = Case(f"aiml {form.model} generate: two pictures", "aiml", form.model, "generate", body)
    facts = spec.surface("aiml").facts
    spent = facts["models"]["value"][RESOLD]["credits"] * 2
    dollars = spent / facts["creditsPerDollar"]["value"]
    return predicting(
        case,
        shaped("aiml"),
        holds("surfaces/aiml.json#/models", spent, "meta", "usage", "credits_used"),
        holds("surfaces/aiml.json#/creditsPerDollar", dollars, "meta", "usage", "usd_spent"),
    )


def _unlisted() -> Probe:
    """What a picture by a model that AI/ML API does not list costs."""
    body = {"model": PAINTER, "prompt": "a red apple"}
    case = Case(f"aiml {PAINTER} generate: what it costs", "aiml", PAINTER, "generate", body)
    spent = spec.surface("aiml").facts["credits"]["value"]
    cost = holds("surfaces/aiml.json#/credits", spent, "meta", "usage", "credits_used")
    return predicting(case, cost, setting="itself")


def _openai() -> Probe:
    """A picture, and when it was made."""
    form = painting("openai")
    name = f"openai {form.model} generate: when it was made"
    case = Case(name, "openai", form.model, "generate", plain_body(form))
    created = spec.surface("openai").facts["created"]["value"]
    made = holds("surfaces/openai.json#/created", created, "created")
    return predicting(case, shaped("openai"), made)


def _stored() -> Probe:
    """A picture in a bucket, with its scores."""
    form = painting("vertex")
    body = placed(form, plain_body(form), ("parameters", "storageUri"), "gs://contract-kit")
    body = placed(form, body, ("parameters", "includeSafetyAttributes"), True)
    case = Case(f"vertex {form.model} generate: scores of a stored picture", "vertex",
                form.model, "generate", body, facts=frozenset(answered(form, body)))  # fmt: skip
    table = spec.table("safety_categories")["image"]["value"]
    place = ("predictions", 0, "safetyAttributes", "categories")
    stored = starts(STORED, "gs://contract-kit/", "predictions", 0, "gcsUri")
    scored = holds(f"{STORED}/properties/safetyAttributes", table, *place)
    return predicting(case, stored, scored, setting="itself")


def _semantic(name: str, *, marked: bool) -> Probe:
    """A mask of a class; an empty one of what is none."""
    form = doing("segment")
    body = placed(form, plain_body(form), ("parameters", "mode"), _mode())
    body = placed(form, body, ("instances", 0, "prompt"), name)
    named = f"vertex {form.model} segment: a mask of {name}"
    return predicting(Case(named, "vertex", form.model, "segment", body), _masked(marked))


def _mode() -> str:
    """The mode in which classes are asked for: the one whose masks have a longest side."""
    longest = spec.task_schema("segment")["x-longest"]["value"]
    return str(next(iter(longest)))


def _masked(marked: bool) -> Judge:
    """Whether anything is white in the mask."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        masks = [one.image.convert("L").getextrema() for one in pictures(exchange) if one.image]
        if [one[1] == 255 for one in masks] != [marked]:
            expected = "a mask of a class" if marked else "an empty mask"
            yield differs("masks", fact(CLASSES), expected, masks)

    return resting(judge, CLASSES)
