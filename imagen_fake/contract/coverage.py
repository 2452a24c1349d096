"""Which facts the cases touch, and by which kind of check every other fact is exercised."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from imagen_fake.contract.check_answers import response_file
from imagen_fake.contract.exchange import Case, Fact
from imagen_fake.contract.facts import DIALECTS, all_facts, holder

FORCED = [
    f"errors.json#/errors/{name}"
    for name in (
        "quota_exceeded", "gemini_quota_exceeded", "unavailable", "gemini_unavailable",
        "deadline_exceeded", "invalid_argument", "failed_precondition", "out_of_range",
        "already_exists", "aborted", "cancelled", "unknown", "data_loss", "unimplemented",
    )
]  # fmt: skip
"""Texts that only a directive brings forth."""

KINDS: Mapping[str, str] = {
    # of a model
    "models/*#/quota": "prose",
    "models/*#/versionId": "listing",
    "models/*#/launchStage": "listing",
    "models/*#/predictSchemata": "listing",
    "models/*#/geminiListing": "listing",
    "models/*#/lifeCycle/*": "life cycle",
    "models/*#/filteredReason": "filters",
    "models/*": "bodies",
    # of a request
    "tasks/*#/x-wording": "filters",
    "tasks/*": "bodies",
    "surfaces/aiml.json#/request/*": "bodies",
    "surfaces/openai.json#/request/*": "bodies",
    "surfaces/gemini.json#/tasks/*": "bodies",
    # of a refusal
    "errors.json#/supportCodes": "filters",
    "errors.json#/filters/*": "filters",
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
    "errors.json#/errors/images_key*": "credentials",
    "errors.json#/errors/permission_denied": "credentials",
    "errors.json#/errors/images_denied": "credentials",
    "errors.json#/errors/caller_unregistered": "credentials",
    "errors.json#/errors/storage_uri": "bodies",
    "errors.json#/errors/storage_bad_uri": "bodies",
    "errors.json#/errors/storage_*": "storage",
    "errors.json#/errors/fake_*": "prose",
    **dict.fromkeys(FORCED, "forced"),
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
    "tables/hosts.json*": "credentials",
    "tables/latencies.json*": "prose",
    "tables/prices.json*": "prose",
    # of a surface
    "surfaces/oauth.json*": "credentials",
    "surfaces/storage.json*": "storage",
    "surfaces/vertex_grpc.json*": "gRPC",
    "surfaces/*#/pageSize": "listing",
    "surfaces/*#/methods": "listing",
    "surfaces/*#/owner": "listing",
    "surfaces/*#/models": "listing",
    "surfaces/*#/paths": "paths",
    "surfaces/*#/versions": "paths",
    "surfaces/*#/rpc": "credentials",
    "surfaces/*": "answers",
}
"""The kind of check that exercises each group of facts; of the patterns that fit the first holds.

`bodies` are the cases of this kit, `answers` the checks of what comes back, `filters` prompts that
are refused or filtered, `life cycle` calls as of a day, `listing` the lists of models, `payloads`
bodies that are no JSON. `prose` is what no request can show, `spare` a text for a keyword that
every schema has words of its own for.
"""


def kind(fact: Fact) -> str:
    """The kind of check that exercises a fact. Raises LookupError for one of no kind."""
    for pattern, found in KINDS.items():
        if fnmatchcase(fact.pointer, pattern):
            return found
    raise LookupError(fact.pointer)


def touchable(fact: Fact) -> bool:
    """Whether some request shows that a fact holds, or does not."""
    return kind(fact) not in ("prose", "spare", "gRPC")


def untouched(cases: Iterable[Case]) -> list[Fact]:
    """The facts that some request could show, and none of the cases does."""
    known = list(cases)
    touched = {holder(pointer) for case in known for pointer in case.facts}
    asked = {(case.surface, case.task, bool(case.broken)) for case in known}
    judged = [pattern for one in asked for pattern in _judged(*one)]
    return [
        fact
        for pointer, fact in all_facts().items()
        if touchable(fact)
        and pointer not in touched
        and not (kind(fact) == "answers" and any(fnmatchcase(pointer, one) for one in judged))
    ]


def _judged(surface: str, task: str, refused: bool) -> Iterator[str]:
    """Patterns of the facts that the checks hold every such answer against."""
    dialect = surface in DIALECTS
    if refused:
        yield f"responses/{'openai_error' if dialect else 'status'}.json#*"
        yield "tables/status_codes.json#*"
    elif dialect:
        yield f"responses/{surface}.json#*"
    elif task:
        yield f"{response_file(task)}#*"
        yield "tables/image_sizes.json#"
        yield "tables/mime_types.json#"
    for part in ("", *SHOWN):
        yield f"surfaces/{'openai' if dialect and part in SPOKEN else surface}.json#{part}"


SHOWN = (
    "/headers", "/serverTiming", "/rewrittenPrompt", "/supportCodes", "/item", "/credits", "/types",
    "/codes",
)  # fmt: skip
"""What of a surface shows in its answers."""

SPOKEN = ("/headers", "/types", "/codes", "/supportCodes")
"""What AI/ML API's surface has in common with OpenAI's."""
