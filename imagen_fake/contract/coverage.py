"""Which facts the cases and probes cover, and which no request over HTTP can show."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from itertools import chain

from imagen_fake import spec
from imagen_fake.contract.bodies.sample_models import models_without_reasons
from imagen_fake.contract.exchange import Case, Fact
from imagen_fake.contract.facts.facts import all_facts, graded_ancestor
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.registry import probes as all_probes

NOT_COVERABLE: Mapping[str, str] = {
    "content/migration.json*": "prose",
    "content/*/x-numbers": "unasked",
    "content/outcomes.json#/blockMessages": "unasked",
    "content/request.json#/$defs/media/x-tokens": "unasked",
    "content/stream.json#/chunk": "unasked",
    "content/surfaces.json#/vertex/drawn": "unasked",
    "content/thoughts.json#": "unasked",
    "content/count_tokens.json*": "unasked",
    "content/surfaces.json#/knownUntil": "prose",
    "content/surfaces.json#/*/errors": "unasked",
    "content/stream.json#/billablePromptUsage": "unasked",
    "content/outcomes.json#/surfaces": "prose",
    "content/outcomes.json#/images": "unasked",
    "content/outcomes.json#/messages/NO_IMAGE": "prose",
    "content/request.json#/$defs/Part/properties/fileData": "unasked",
    "content/request.json#/$defs/Part/properties/codeExecutionResult": "unasked",
    "content/request.json#/$defs/Part/properties/executableCode": "unasked",
    "content/models/*preview.json#/tasks/content/generationConfig/imageConfig": "unasked",
    "tables/picture_profiles.json#/profiles/vertex-2.5-jpeg": "unasked",
    "content/request.json#/x-*": "prose",
    "content/request.json#/$defs/media/x-max-bytes": "unasked",
    "content/request.json#/$defs/FileData/*": "unasked",
    "content/sizes.json#/sizes/free": "prose",
    **{
        f"content/models/*#/{name}": "unasked"
        for name in (
            "locations",
            "talks",
            "tokens/extra",
            "versionId",
            "launchStage",
        )
    },
    "content/models/*#/quota": "prose",
    **{
        f"content/models/{name}.json#/{fact}": "prose"
        for name in spec.content_model_ids()
        if (model := spec.content_model(name)) and model.id == name
        for fact, free in (
            ("maxImages", model.facts["maxImages"]["value"] is None),
            ("defaultSize", isinstance(model.facts["defaultSize"]["value"], dict)),
        )
        if free
    },
    **{
        f"errors.json#/errors/{name}": "guard"
        for name, error in spec.read("errors.json")["errors"].items()
        if error.get("x-check") == "guard"
    },
    "errors.json#/jsonRepeatedKey": "guard",
    "tables/http_limits.json*": "guard",
    "surfaces/vertex.json#/tuning": "guard",
    "surfaces/storage.json#/narrowed": "guard",
    "surfaces/storage.json#/fields": "guard",
    "surfaces/storage.json#/otherFields": "guard",
    "surfaces/storage.json#/permissions": "guard",
    "surfaces/storage.json#/access/*": "guard",
    "models/*#/quota": "prose",
    **{f"models/{name}.json#/filteredReason": "prose" for name in models_without_reasons()},
    "errors.json#/errors/internal": "prose",
    "errors.json#/errors/fake_*": "prose",
    "tables/hosts.json#/hosts": "prose",
    "tables/latencies.json*": "prose",
    "tables/prices.json*": "prose",
    "tables/retries.json*": "prose",
    "errors.json#/errors/keyword_required": "spare",
    "errors.json#/errors/keyword_not": "spare",
    "surfaces/storage.json#/refusals/bad_uri": "spare",
    "surfaces/storage.json#/refusals/unavailable": "spare",
    "surfaces/storage.json#/refusals/cancelled_upload": "spare",
    "tables/thought_signatures.json#/surfaces/*": "unasked",
    "tables/provenance.json*": "C2PA",
    "surfaces/vertex_grpc.json*": "gRPC",
}
"""Why no request over HTTP shows a fact, by pattern.

`guard`: an error for what no client of the service sends, such as a header without an end.
`prose`: nothing that an answer holds, such as a certificate. `spare`: a text that nothing brings
forth: every schema has an error of its own for the keyword, the storage in this process always has
a URI and is always available, and an upload that was cancelled is known by a secret that only its
answer holds. `unasked`: shown by answers of `generateContent` or `countTokens` that
no probe asks for yet.
"""


def is_coverable(fact: Fact) -> bool:
    """Whether some request shows that a fact holds, or does not."""
    return not any(fnmatchcase(fact.pointer, pattern) for pattern in NOT_COVERABLE)


def uncovered_facts(cases: Iterable[Case], probes: Iterable[Probe] | None = None) -> list[Fact]:
    """The coverable facts that none of the cases and probes covers; None: all probes."""
    probed = (probe.case for probe in (all_probes() if probes is None else probes))
    covered = {graded_ancestor(pointer) for case in chain(cases, probed) for pointer in case.facts}
    return [
        fact
        for pointer, fact in all_facts().items()
        if is_coverable(fact) and pointer not in covered
    ]
