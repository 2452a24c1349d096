"""Which facts the cases touch, and by which kind of check every other fact is exercised."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from itertools import chain

from imagen_fake import spec
from imagen_fake.contract.bodies.sample_models import models_without_reasons
from imagen_fake.contract.exchange import Case, Fact
from imagen_fake.contract.facts.facts import all_facts, graded_ancestor
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.registry import probes as all_probes

NOT_COVERABLE = ("prose", "spare", "gRPC", "guard")
"""The kinds of facts that no request over HTTP shows."""

ERROR_KINDS: Mapping[str, str] = {
    f"errors.json#/errors/{name}": known["x-check"]
    for name, known in spec.read("errors.json")["errors"].items()
    if "x-check" in known
}
"""The kinds that the texts of errors name themselves."""

KINDS: Mapping[str, str] = {
    "tables/http_limits.json*": "guard",
    **ERROR_KINDS,
    "errors.json#/jsonRepeatedKey": "guard",
    "surfaces/storage.json#/narrowed": "guard",
    "surfaces/storage.json#/fields": "guard",
    "surfaces/storage.json#/otherFields": "guard",
    "surfaces/storage.json#/permissions": "guard",
    "surfaces/storage.json#/access/*": "guard",
    # of a model
    "models/*#/quota": "prose",
    "models/*#/versionId": "listing",
    "models/*#/launchStage": "listing",
    "models/*#/predictSchemata": "listing",
    "models/*#/geminiListing": "listing",
    "models/*#/lifeCycle/*": "life cycle",
    **{f"models/{name}.json#/filteredReason": "prose" for name in models_without_reasons()},
    "models/*#/filteredReason": "filters",
    "models/*#/x-wording": "filters",
    "models/*": "bodies",
    # of a request
    "tasks/*#/x-wording": "filters",
    "tasks/*#/x-warnings/*": "settings",
    "tasks/*": "bodies",
    "surfaces/aiml.json#/request/*": "bodies",
    "surfaces/openai.json#/request/*": "bodies",
    "surfaces/gemini.json#/tasks/*": "bodies",
    # of a refusal
    "errors.json#/supportCodes": "filters",
    "errors.json#/filters/*": "filters",
    "errors.json#/errors/prompt_blocked": "filters",
    "errors.json#/errors/prompt_sensitive": "filters",
    "errors.json#/errors/prompt_threshold": "filters",
    "errors.json#/errors/prompt_person": "filters",
    "errors.json#/errors/reasoning_blocked": "filters",
    "errors.json#/errors/images_filtered": "filters",
    "errors.json#/jsonProblems": "payloads",
    "errors.json#/errors/json_*": "payloads",
    "errors.json#/errors/body_too_large": "payloads",
    "errors.json#/errors/strict_warning": "settings",
    "errors.json#/errors/internal": "prose",
    "errors.json#/errors/keyword_required": "spare",
    "errors.json#/errors/keyword_not": "spare",
    "errors.json#/errors/model_*": "life cycle",
    "errors.json#/errors/gemini_model_not_found": "life cycle",
    "errors.json#/errors/images_model": "life cycle",
    "errors.json#/errors/endpoint_not_found": "paths",
    "errors.json#/errors/base_url_only": "paths",
    "errors.json#/errors/picture_gone": "paths",
    "errors.json#/errors/*path*": "paths",
    "errors.json#/errors/*method*": "paths",
    "errors.json#/errors/page_*": "listing",
    "errors.json#/errors/*credential*": "credentials",
    "errors.json#/errors/token_*": "credentials",
    "errors.json#/errors/*key*_invalid": "credentials",
    "errors.json#/errors/*key*_blocked": "credentials",
    "errors.json#/errors/images_key*": "credentials",
    "errors.json#/errors/permission_denied": "credentials",
    "errors.json#/errors/images_denied": "credentials",
    "errors.json#/errors/caller_unregistered": "credentials",
    "errors.json#/errors/storage_uri": "bodies",
    "errors.json#/errors/storage_bad_uri": "bodies",
    "errors.json#/errors/storage_*": "storage",
    "errors.json#/errors/fake_*": "prose",
    "errors.json#/errors/*": "bodies",
    "errors.json#/byStatus": "forced",
    # of an answer
    "responses/*": "answers",
    "tables/image_metadata.json*": "answers",
    "tables/image_sizes.json*": "answers",
    "tables/mime_types.json*": "answers",
    "tables/status_codes.json*": "answers",
    "tables/safety_categories.json*": "filters",
    "tables/support_codes.json*": "filters",
    "tables/segmentation_classes.json*": "answers",
    "tables/hosts.json#/hosts": "prose",
    "tables/hosts.json*": "hosts",
    "tables/latencies.json*": "prose",
    "tables/prices.json*": "prose",
    # of a surface
    "surfaces/oauth.json*": "credentials",
    "surfaces/storage.json#/refusals/bad_uri": "spare",
    "surfaces/storage.json#/refusals/unavailable": "spare",
    "surfaces/storage.json#/refusals/cancelled_upload": "spare",
    "surfaces/storage.json*": "storage",
    "surfaces/vertex_grpc.json*": "gRPC",
    "surfaces/*#/pageSize": "listing",
    "surfaces/*#/methods": "listing",
    "surfaces/*#/otherMethods": "paths",
    "surfaces/*#/owner": "listing",
    "surfaces/*#/models": "listing",
    "surfaces/*#/paths": "paths",
    "surfaces/*#/versions": "paths",
    "surfaces/*#/rpc": "credentials",
    "surfaces/*": "answers",
}
"""The kind of check that exercises each group of facts; of the patterns that fit the first holds.

`bodies` are the cases of this kit, `answers` the checks of what comes back, `payloads` bodies that
are no JSON. The others are probes: `filters` prompts that are refused or filtered, `life cycle`
calls as of a day, `listing` the lists of models, and so on. `prose` is what no request can show, a
certificate for one; `spare` a text that nothing brings forth: every schema has words of its own
for the keyword, the storage in this process always has a URI and is always there, and an upload
that was cancelled is known by a secret that only its answer tells; `guard` a refusal of what no
client of the service sends, such as a header without an end.
"""


def check_kind(fact: Fact) -> str:
    """The kind of check that exercises a fact. Raises LookupError for one of no kind."""
    for pattern, found in KINDS.items():
        if fnmatchcase(fact.pointer, pattern):
            return found
    raise LookupError(fact.pointer)


def is_coverable(fact: Fact) -> bool:
    """Whether some request shows that a fact holds, or does not."""
    return check_kind(fact) not in NOT_COVERABLE


def uncovered_facts(cases: Iterable[Case], probes: Iterable[Probe] | None = None) -> list[Fact]:
    """The facts that some request shows, and none of the cases and probes touches.

    None: all the probes there are.
    """
    probed = (probe.case for probe in (all_probes() if probes is None else probes))
    touched = {graded_ancestor(pointer) for case in chain(cases, probed) for pointer in case.facts}
    return [
        fact
        for pointer, fact in all_facts().items()
        if is_coverable(fact) and pointer not in touched
    ]
