"""The values that recordings show instead of those of a fact, as far as answers tell them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from imagen_fake.contract.checks.response import decoded_pictures, json_body, picture_predictions
from imagen_fake.contract.exchange import Difference, Response
from imagen_fake.contract.facts.facts import is_graded, split_pointer
from imagen_fake.contract.facts.lookup import read_value
from imagen_fake.contract.facts.messages import matching_errors
from imagen_fake.contract.settle.change import Values
from imagen_fake.contract.settle.errors import DerivationError, derive_error
from imagen_fake.contract.settle.observation import Observation
from imagen_fake.contract.settle.opening import shared_opening
from imagen_fake.contract.settle.settlement import Settlement

Derive = Callable[[Settlement, Sequence[Observation]], Values]


def derive(settlement: Settlement, observations: Sequence[Observation]) -> Values:
    """The values that a contradicted fact has instead; `observations` are all of the run.

    Raises DerivationError, in words, where the answers do not tell.
    """
    file, steps = split_pointer(settlement.fact.pointer)
    if file == "errors.json" and steps[:1] == ("errors",):
        others = [one for one in observations if not one.is_about_the_caller]
        return derive_error(settlement.fact.pointer, others)
    if steps[-1:] == ("x-failure",):
        opening = shared_opening([one for one, _ in settlement.contradicting])
        return Values({f"{settlement.fact.pointer}/text": opening})
    checks = {one.check for _, one in settlement.contradicting}
    if len(checks) == 1 and (function := BY_CHECK.get(checks.pop())):
        return function(settlement, observations)
    raise _underivable(settlement)


def _from_header(settlement: Settlement, observations: Sequence[Observation]) -> Values:
    """Headers that every answer has with another value, or that none has."""
    pointer = f"{settlement.fact.pointer}/value"
    predictions = [one.exchange.response for one in observations if one.exchange.case.model]
    headers: list[list[str]] = []
    for name, value in read_value(pointer):
        present = [_values_of(name, response) for response in predictions]
        if all(value in values for values in present):
            headers.append([name, value])
        elif any(present):
            (other, *more) = _same(present)
            if more:
                raise _underivable(settlement)
            headers.append([name, other])
    return Values({pointer: headers})


def _values_of(name: str, response: Response) -> list[str]:
    """Every value of a header."""
    return [
        value.decode("latin-1") for key, value in response.headers if key.decode().lower() == name
    ]


def _from_json(settlement: Settlement, _: Sequence[Observation]) -> Values:
    """What the answer's JSON has under the name of the fact."""
    pointer = settlement.fact.pointer
    key = split_pointer(pointer)[1][-1]
    bodies = [json_body(one.exchange.response) for one, _ in settlement.contradicting]
    observed = _same([body.get(key) if isinstance(body, dict) else None for body in bodies])
    old = read_value(pointer)
    if observed is None:
        raise _underivable(settlement)
    if "value" in old:
        return Values({f"{pointer}/value": observed})
    if not isinstance(observed, dict):
        raise _underivable(settlement)
    names = {name for name in old if not name.startswith("x-")}
    return Values(
        {f"{pointer}/{name}": one for name, one in observed.items() if old.get(name) != one},
        tuple(f"{pointer}/{name}" for name in sorted(names - observed.keys())),
    )


def _from_limit(settlement: Settlement, _: Sequence[Observation]) -> Values:
    """The limit that the message of an error states."""
    by_pointer: dict[str, list[str]] = {}
    for _observation, one in settlement.contradicting:
        by_pointer.setdefault(one.fact.pointer, []).append(one.observed)
    return Values({place: _number(_same(texts)) for place, texts in by_pointer.items()})


def _from_refusal(settlement: Settlement, _: Sequence[Observation]) -> Values:
    """The limit that a refusal of a valid body states."""
    limits: dict[str, list[Any]] = {}
    for observation, difference in settlement.contradicting:
        pointer = difference.fact.pointer
        keyword = pointer.rpartition("/")[2]
        words = _words(observation, difference)
        if observation.exchange.case.violation or not {keyword, "options"} & words.keys():
            raise _underivable(settlement)
        stated: Any = (
            words["options"].split(", ") if keyword == "enum" else _number(words.get(keyword))
        )
        limits.setdefault(pointer, []).append(stated)
    return Values({pointer: _same(stated) for pointer, stated in limits.items()})


def _from_default(settlement: Settlement, _: Sequence[Observation]) -> Values:
    """The default of a parameter that the request does not have, by the picture."""
    pointer = f"{settlement.fact.pointer}/default"
    if not is_graded(pointer):
        raise _underivable(settlement)
    name = split_pointer(settlement.fact.pointer)[1][-1]
    if any(name in str(one.exchange.case.body["parameters"]) for one, _ in settlement.contradicting
           if "parameters" in one.exchange.case.body):  # fmt: skip
        raise _underivable(settlement)
    exchanges = [one.exchange for one, _ in settlement.contradicting]
    observed: list[Any] = [len(picture_predictions(each)) for each in exchanges]
    if name == "mimeType":
        observed = [picture.mime_type for each in exchanges for picture in decoded_pictures(each)]
    return Values({pointer: _same(observed)})


BY_CHECK: Mapping[str, Derive] = {
    "headers": _from_header,
    "value": _from_json,
    "quoted": _from_limit,
    "status": _from_refusal,
    "count": _from_default,
    "mime": _from_default,
}
"""What derives a value, by the one check that a fact fails."""


def _underivable(settlement: Settlement) -> DerivationError:
    """What was seen, where it does not tell the value."""
    one = settlement.contradicting[0][1]
    return DerivationError(f"{one.check}: expected {one.expected}, was {one.observed}")


def _words(observation: Observation, difference: Difference) -> Mapping[str, str]:
    """The words of the error that an answer is."""
    case, (_, _, text) = observation.exchange.case, difference.observed.partition(" ")
    return next((words for _, words in matching_errors(case, text)), {})


def _same(values: Sequence[Any]) -> Any:
    """The one value that all are."""
    if any(value != values[0] for value in values):
        raise DerivationError(f"it was {values[0]!r}, and {values[-1]!r}")
    return values[0]


def _number(text: str | None) -> int:
    if text is None or not text.removeprefix("-").isdecimal():
        raise DerivationError(f"{text!r} is no number")
    return int(text)
