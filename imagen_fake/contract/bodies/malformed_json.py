"""Cases of bodies that are not JSON, or not the kind of it that is read."""

from collections.abc import Iterable, Iterator, Mapping

from imagen_fake import spec
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.rejected_case import rejected_case
from imagen_fake.contract.bodies.sample_models import generate_operation
from imagen_fake.contract.exchange import Case

OPERATIONS = tuple(map(generate_operation, ("vertex", "gemini", "aiml")))
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
"""A body for each of the problems in `errors.json`, by its key there."""

TOO_DEEP = 101


def malformed_json_cases(operations: Iterable[Operation] = OPERATIONS) -> Iterator[Case]:
    """A case for each problem that the JSON of a body can have."""
    deep = b"[" * TOO_DEEP + b"]" * TOO_DEEP
    for operation in operations:
        for problem, body in PROBLEMS.items():
            name, facts = f"no JSON: {problem}", {"errors.json#/jsonProblems"}
            yield rejected_case(operation, name, "json_malformed", body, facts=facts)
        for name, error, body in (
            ("a byte that no UTF-8 text has", "json_encoding", b'{"prompt": "\xff"}'),
            ("a half pair that no UTF-8 text has", "json_encoding", b'["\\ud800"]'),
            ("nested too deep", "json_too_deep", deep),
        ):
            yield rejected_case(operation, name, error, body)


def json_problem(case: Case) -> str:
    """The message for the problem of a case's JSON; empty if it has none of `PROBLEMS`."""
    messages: Mapping[str, str] = spec.read("errors.json")["jsonProblems"]
    problem = next((name for name, body in PROBLEMS.items() if body == case.body), None)
    if problem == "end":
        return f"{messages['end']} {messages['value']}"
    return messages[problem] if problem else ""
