"""What an error is instead: its canonical code, HTTP status, and the template of its message."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from imagen_fake import spec
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.checks.response import error_object
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.lookup import read_value
from imagen_fake.contract.facts.messages import match_message
from imagen_fake.contract.facts.schemas import task_schema
from imagen_fake.contract.settle.change import Values
from imagen_fake.contract.settle.observation import Observation
from imagen_fake.contract.settle.template import Words, derive_template
from imagen_fake.contract.targets.targets import InProcessTarget


class DerivationError(ValueError):
    """Answers that contradict a fact without telling what is true instead, in words."""


def derive_error(pointer: str, observations: Sequence[Observation]) -> Values:
    """What an error of `errors.json` is, by all observations of it.

    Raises DerivationError where they are about something else, or have no template in common.
    Details are not derived.
    """
    error_id, entry = pointer.rpartition("/")[2], read_value(pointer)
    observed = [one for one in observations if _shows(one, pointer)]
    if not observed:
        raise DerivationError("nothing was refused")
    _check_specific(error_id, observed, observations)
    values = dict(_status(pointer, entry, observed))
    texts = [_text(one) for one in observed]
    words = [_words(one.exchange.case, error_id) for one in observed]
    template = derive_template(list(zip(texts, words, strict=True)))
    if template is None:
        raise DerivationError(
            f"no template makes {' and '.join(map(repr, sorted(set(texts))[:3]))}"
        )
    if any(match_message(one.exchange.case, error_id, _text(one)) is None for one in observed):
        values[f"{pointer}/message"] = template
    if not values:
        raise DerivationError("its status and message are as they were")
    removed = tuple(place for place, value in values.items() if value is None)
    return Values({place: one for place, one in values.items() if one is not None}, removed)


def _shows(observation: Observation, pointer: str) -> bool:
    """Whether a case ought to be refused with an error, and was refused."""
    exchange = observation.exchange
    return pointer in exchange.case.facts and exchange.response.status >= 400


def _check_specific(
    error_id: str, observed: Sequence[Observation], observations: Sequence[Observation]
) -> None:
    """Raise DerivationError for answers whose words are those to other bodies, too."""
    pointer = f"errors.json#/errors/{error_id}"
    texts = set(map(_text, observed))
    for other in observations:
        if pointer not in other.exchange.case.facts and _text(other) in texts and _text(other):
            raise DerivationError(f"the same words answer {other.exchange.case.name!r}, too")


def _status(
    pointer: str, entry: Mapping[str, object], observed: Sequence[Observation]
) -> Iterator[tuple[str, object]]:
    """The canonical code and the HTTP status that differ; None: the canonical code tells it."""
    codes = {str(error_object(one.exchange.response).get("status")) for one in observed}
    statuses = {one.exchange.response.status for one in observed}
    if len(codes) > 1 or len(statuses) > 1:
        raise DerivationError(f"its status was {' and '.join(sorted(codes | _texts(statuses)))}")
    code, status = codes.pop(), statuses.pop()
    if code not in _codes():
        raise DerivationError(f"{code} is no canonical code")
    if code != entry["status"]:
        yield f"{pointer}/status", code
    if status != _http({"status": code, "http": entry.get("http")}):
        yield f"{pointer}/http", None if status == _http({"status": code}) else status


def _text(observation: Observation) -> str:
    return str(error_object(observation.exchange.response).get("message", ""))


@cache
def _fake() -> InProcessTarget:
    return InProcessTarget()


def _words(case: Case, error_id: str) -> Words:
    """The words that the fake puts into its message for a case, as a recording would have them."""
    if not case.model:
        return {}
    request = _fake().request(case)
    response = _fake().ask(request)
    scrub = Scrubber()
    scrub.learn(request, response)
    message = scrub(str(error_object(response).get("message", "")))
    opening = str(task_schema(case.task)["x-failure"]["text"])
    words = match_message(case, error_id, message) or {}
    return {"failed": opening, **{name: word for name, word in words.items() if name != "codes"}}


def _http(entry: Mapping[str, object]) -> int:
    return int(str(entry.get("http") or _codes()[str(entry["status"])]["http"]))


def _codes() -> Mapping[str, Mapping[str, object]]:
    codes: Mapping[str, Mapping[str, object]] = spec.table("status_codes")["codes"]
    return codes


def _texts(numbers: set[int]) -> set[str]:
    return set(map(str, numbers))
