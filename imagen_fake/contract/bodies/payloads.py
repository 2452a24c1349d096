"""Cases of bodies that are no JSON, or not the kind of it that is read."""

from collections.abc import Iterator, Mapping

from imagen_fake import spec
from imagen_fake.contract.bodies.chosen import painting
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.touch import error_text
from imagen_fake.contract.exchange import Broken, Case

ASKED = tuple(map(painting, ("vertex", "gemini", "aiml")))
"""Where such bodies are sent; what reads them is the same for every model."""

PROBLEMS: Mapping[str, bytes] = {
    "token": b'{"instances": nothing}',
    "colon": b'{"instances" []}',
    "comma": b'{"instances": [] "parameters": {}}',
    "element": b'{"instances": [1 2]}',
    "end": b'{"instances": [{"prompt": "a red apple"}], "parameters": ',
    "key": b'{"instances": [], 7: 1}',
    "value": b'{"instances": *}',
    "element_value": b'{"instances": [*]}',
    "quote": b'{"instances": [{"prompt": "a red apple',
    "escape": b'{"instances": [{"prompt": "a red \\u00pple"}]}',
    "hexadecimal": b'{"instances": [{"prompt": "a red \\u00',
    "number": b'{"instances": [], "parameters": {"sampleCount": 1-2}}',
    "octal": b'{"instances": [], "parameters": {"sampleCount": 01}}',
    "range": b'{"instances": [], "parameters": {"seed": 1e999}}',
    "trailing": b'{"instances": []} {}',
}
"""A body for each of the problems whose words are known, by the key in `errors.json`."""

TOO_DEEP = 101


def payloads() -> Iterator[Case]:
    """The refused bodies of each problem that reading one can have."""
    for form in ASKED:
        for problem, body in PROBLEMS.items():
            yield _refused(form, f"no JSON: {problem}", body, "json_malformed")
        for name, body in (("a byte", b'{"prompt": "\xff"}'), ("a half pair", b'["\\ud800"]')):
            yield _refused(form, f"{name} that no UTF-8 text has", body, "json_encoding")
        deep = b"[" * TOO_DEEP + b"]" * TOO_DEEP
        yield _refused(form, "nested too deep", deep, "json_too_deep")


def problem_of(case: Case) -> str:
    """The words for what is wrong with the JSON of a case; empty if that is something else."""
    words: Mapping[str, str] = spec.read("errors.json")["jsonProblems"]
    problem = next((name for name, body in PROBLEMS.items() if body == case.body), None)
    if problem == "end":
        return f"{words['end']} {words['value']}"
    return words[problem] if problem else ""


def _refused(form: Form, name: str, body: bytes, error: str) -> Case:
    named = f"{form.surface} {form.model} {form.task}: {name}"
    facts = {error_text(form, error)}
    if error == "json_malformed":
        facts.add("errors.json#/jsonProblems")
    told = Broken("payload", "", error)
    return Case(named, form.surface, form.model, form.task, body, told, frozenset(facts))
