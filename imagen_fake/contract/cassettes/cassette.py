"""Cassettes: requests and responses as YAML that VCR and pytest-recording replay, too."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from imagen_fake.contract.exchange import Request, Response

VERSION = 1
"""The version of VCR's format."""

MAX_LENGTH = 300
"""The most characters of what is said to be wrong with a file."""

LINE_BREAKS = set("\r\x85\u2028\u2029")
"""Characters that YAML takes for line ends, and writes as plain ones."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The source of a cassette, and how far it is what the service sent.

    `sources` are keys of `tables/sources.json` or threads as `github:owner/repo#number`.
    """

    shows: str
    grade: str
    sources: tuple[str, ...]
    license: str
    date: str
    differs: tuple[str, ...] = ()
    """The differences from what was observed."""
    when: Mapping[str, Any] = field(default_factory=dict)
    """The settings under which the fake shows it: names of `Config`; `header`, directives to send;
    `objects`, sizes in pixels of the pictures behind `gs://` URIs."""
    unsettled: Mapping[str, str] = field(default_factory=dict)
    """Parts of the answer that another observation contradicts, or the fake's own leniency, with
    the reason: not compared."""
    pictures: tuple[Mapping[str, Any], ...] = ()
    """The known properties of each picture that a placeholder replaces."""
    case: str = ""
    """The case of the kit that was sent, by name."""
    findings: tuple[Mapping[str, Any], ...] = ()
    """What differed from the facts then: each `check`, `fact`, `grade`, `expected`, `observed`."""


@dataclass(frozen=True, slots=True)
class Cassette:
    """One observed behaviour: its source, and its requests and responses in order."""

    name: str
    provenance: Provenance
    interactions: tuple[tuple[Request, Response], ...]


def read(path: Path, folder: Path | None = None) -> Cassette:
    """The cassette in a file, named by its path in a folder.

    Raises ValueError for a file that is none.
    """
    import yaml

    try:
        document = yaml.load(path.read_text("utf-8"), _loader())  # noqa: S506 (a safe one)
        _check(document)
        provenance: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in document["provenance"].items()
        }
        turns = tuple(
            (_request(one["request"]), _response(one["response"]))
            for one in document["interactions"]
        )
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name} is no cassette: {error}") from error
    name = path.relative_to(folder or path.parent).with_suffix("").as_posix()
    return Cassette(name, Provenance(**provenance), turns)


@cache
def _loader() -> Any:
    """What reads YAML without aliases, of which a few lines can stand for more than any memory."""
    import yaml

    class Loader(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("it has an alias")
            return super().compose_node(parent, index)

    return Loader


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(Path(__file__).with_name("cassette.json").read_bytes()))


def _check(document: Any) -> None:
    """Raise ValueError for a document that is no cassette."""
    error = best_match(_validator().iter_errors(document))
    if error:
        raise ValueError(f"{error.json_path}: {error.message[:MAX_LENGTH]}")


def write(cassette: Cassette, folder: Path) -> Path:
    """The file that a cassette was written to: its name, in a folder."""
    path = folder / f"{cassette.name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_yaml(cassette), "utf-8")
    return path


def to_yaml(cassette: Cassette) -> str:
    """A cassette as YAML; bodies keep their lines."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes texts of several lines as blocks."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
            super().increase_indent(flow, False)

    def represent(dumper: Dumper, text: str) -> yaml.ScalarNode:
        style = '"' if LINE_BREAKS & set(text) else "|" if "\n" in text else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)

    Dumper.add_representer(str, represent)
    document = {"version": VERSION, "provenance": _provenance_data(cassette.provenance)}
    document["interactions"] = [
        {"request": _request_data(request), "response": _response_data(response)}
        for request, response in cassette.interactions
    ]
    return yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100)


def _provenance_data(provenance: Provenance) -> dict[str, Any]:
    values = {name: value for name, value in asdict(provenance).items() if value}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def _request_data(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "uri": request.url,
        "headers": _header_lists(request.headers),
        "body": request.body.decode() or None,
    }


def _reason_phrase(status: int) -> str:
    """The reason phrase of a status; empty for one that HTTP does not have, such as 499."""
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""


def _response_data(response: Response) -> dict[str, Any]:
    return {
        "status": {"code": response.status, "message": _reason_phrase(response.status)},
        "headers": _header_lists(response.headers),
        "body": {"string": response.body.decode()},
    }


def _header_lists(headers: Any) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in headers:
        lists.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return lists


def _request(data: Mapping[str, Any]) -> Request:
    body = (data["body"] or "").encode()
    return Request(data["method"], data["uri"], tuple(_header_pairs(data["headers"])), body)


def _response(data: Mapping[str, Any]) -> Response:
    headers = tuple(_header_pairs(data["headers"]))
    return Response(int(data["status"]["code"]), headers, (data["body"]["string"] or "").encode())


def _header_pairs(headers: Mapping[str, list[str]]) -> Iterator[tuple[bytes, bytes]]:
    for name, values in headers.items():
        for value in values:
            yield name.encode("latin-1"), value.encode("latin-1")
