"""What the bounds are.

The tests of a module take its bounds from it, and hold whatever they are: each stands here once
more, so that none is moved unnoticed. Some are written in the documentation as well.
"""

from imagen_fake import clock, config_checks, hosts, predict
from imagen_fake.auth import tokens
from imagen_fake.cli import run
from imagen_fake.contract.cassettes import scrub, secrets
from imagen_fake.contract.checks import registry
from imagen_fake.directives import directives, patterns, values
from imagen_fake.imaging.files import budget
from imagen_fake.imaging.prompt import languages
from imagen_fake.middleware import content_coding
from imagen_fake.pipeline import (
    media,
    normalize,
    payload,
    prompt_directives,
    repeated_keys,
    validate,
)
from imagen_fake.server import grpc, http, idle, uvicorn_server
from imagen_fake.state import (
    called,
    head,
    journal,
    matching,
    rule,
    rules,
    snapshot,
    state,
    summary,
)
from imagen_fake.storage import bucket, files, uploads
from imagen_fake.surfaces import (
    control_calls,
    control_requests,
    faults,
    grpc_reply,
    model_paths,
    multipart,
    oauth,
    request_body,
    storage_writes,
    vertex_grpc,
    worker,
)
from imagen_fake.tasks import caption, customize, segment, upscale
from tests.sweep import sweep

KB, MB = 2**10, 2**20

SENT = {
    "bytes of JSON": (payload.MAX_BYTES, 1 * MB),
    "values of JSON": (payload.MAX_VALUES, 4000),
    "levels of JSON": (payload.MAX_DEPTH, 100),
    "a picture's bytes": (media.MAX_BYTES, 128 * MB),
    "a picture's pixels": (media.MAX_PIXELS, 64_000_000),
    "a key that is compared": (normalize.MAX_NAME_LENGTH, 64),
    "warnings of a body": (normalize.MAX_WARNINGS, 100),
    "repeated keys that are named": (repeated_keys.MAX_KEYS, 100),
    "a value in an error": (validate.MAX_VALUE_LENGTH, 80),
    "a prompt that may have directives": (prompt_directives.MAX_PROMPT_LENGTH, 64 * KB),
    "digits of a length": (request_body.MAX_LENGTH_DIGITS, 20),
    "a form for a token": (oauth.MAX_FORM_BYTES, 64 * KB),
    "a body of multipart's head": (multipart.MAX_HEAD_BYTES, 64 * KB),
    "an object's properties": (storage_writes.MAX_JSON_BYTES, 64 * KB),
    "a message of gRPC that is parsed on the loop": (vertex_grpc.MAX_INLINE_BYTES, 64 * KB),
    "an error's message over gRPC": (grpc_reply.MAX_MESSAGE_BYTES, 1000),
    "an authority": (hosts.MAX_AUTHORITY, 300),
    "members of a body in gzip": (content_coding.MAX_MEMBERS, 16_384),
    "bytes that come of a coding at once": (content_coding.OUTPUT_CHUNK, 256 * KB),
    "bytes that a coding may add": (content_coding.MAX_OVERHEAD, 64 * KB),
    "words of a reference": (customize.LONGEST_WORDS, 400),
    "a prompt with references": (customize.MOST_CHARACTERS, 4000),
    "a word of a language": (languages.LONGEST_WORD, 40),
}
JOURNAL = {
    "calls": (journal.MAX_CALLS, 1000),
    "bytes": (journal.MAX_BYTES, 32 * MB),
    "a body that is kept": (journal.MAX_BODY_BYTES, 64 * KB),
    "a head that is kept": (journal.MAX_HEAD_BYTES, 16 * KB),
    "a path": (head.MAX_PATH_LENGTH, 2000),
    "a header's value": (head.MAX_VALUE_LENGTH, 1000),
    "a header's name": (head.MAX_NAME_LENGTH, 100),
    "headers": (head.MAX_HEADERS, 100),
    "what a call takes": (called.OVERHEAD, 4 * KB),
    "a thumbnail's side": (summary.THUMBNAIL_SIDE, 128),
    "a thumbnail's original": (summary.MAX_PIXELS, 40_000_000),
    "a text": (summary.MAX_TEXT_LENGTH, 10_000),
    "the beginning of what is no JSON": (summary.EXCERPT, 2000),
    "a summary": (summary.MAX_JSON_LENGTH, 64 * KB),
    "calls of a page": (control_calls.PAGE_SIZE, 50),
    "calls of the largest page": (control_calls.MAX_PAGE_SIZE, 1000),
    "warnings of a call": (control_calls.MAX_WARNINGS, 100),
}
RULES = {
    "a body of control": (control_requests.MAX_BODY_BYTES, 64 * KB),
    "a pattern of a query": (control_requests.MAX_PATTERN, 1000),
    "directives": (directives.LONGEST, 1000),
    "a pattern": (patterns.LONGEST_PATTERN, 250),
    "rules": (patterns.MOST_RULES, 1000),
    "patterns together": (rules.MAX_TOTAL_PATTERN_LENGTH, 50_000),
    "counts of prompts and headers": (rule.MAX_COUNTERS, 10_000),
    "a prompt that is compared": (matching.MAX_PROMPT_LENGTH, 8 * KB),
    "seconds of a delay": (values.LONGEST_DELAY, 600),
    "seconds of a step of the clock": (clock.MAX_STEP, 10**9),
    "seconds of a token": (config_checks.MAX_TOKEN_SECONDS, 10**9),
    "seconds that a clock may be off": (tokens.LEEWAY_SECONDS, 300),
    "pieces a second of a slow body": (faults.CHUNKS, 10),
}
WORK = {
    "workers": (worker.MAX_WORKERS, 4),
    "pixels that are drawn on the loop": (predict.LIGHT_PIXELS, 1_200_000),
    "bytes of all pictures": (budget.BYTES, 1024 * MB),
    "bytes of a pixel that is described": (caption.BYTES_PER_PIXEL, 16),
    "pixels of a mask's soft edge": (segment.SOFT, 2),
    "bytes of upscaling beside pixels": (upscale.BYTES_BESIDE, 150 * MB),
    "a request that is looked up": (snapshot.MAX_CACHED_BODY_BYTES, 64 * KB),
    "what an answer takes": (snapshot.ANSWER_OVERHEAD, 1 * KB),
    "errors": (snapshot.MAX_ERRORS, 20),
    "an error": (state.MAX_ERROR_LENGTH, 10_000),
    "paths of models": (model_paths.MAX_PATHS, 1000),
    "a path of a model": (model_paths.MAX_PATH_LENGTH, 1000),
    "uploads": (uploads.MAX_UPLOADS, 64),
    "full uploads": (uploads.MAX_FULL_UPLOADS, 8),
    "a part that is copied": (uploads.MAX_COPIED_PART, 1 * MB),
    "a file's name": (files.MAX_FILE_NAME, 200),
    "calls of gRPC": (grpc.MAX_STREAMS, 1000),
    "connections that wait": (http.BACKLOG, 2048),
    "looks at an idle server": (idle.QUIET_TICKS, 20),
    "seconds until calls are ended": (uvicorn_server.SHUTDOWN_SECONDS, 2),
    "seconds until a command is ended": (run.KILL_AFTER_SECONDS, 10),
    "seconds of the real storage": (bucket.TIMEOUT_SECONDS, 30),
}
KIT = {
    "spellings of a secret": (scrub.MAX_SPELLINGS, 600),
    "encodings within encodings": (scrub.MAX_NESTING, 3),
    "a secret's length": (secrets.MIN_LENGTH, 6),
    "a text of a report": (registry.MAX_LENGTH, 10_000),
}


@sweep(
    ("name", "found"),
    [*SENT.items(), *JOURNAL.items(), *RULES.items(), *WORK.items(), *KIT.items()],
    ids=lambda pair: pair[0],
)
def test_a_bound_is_what_it_was(name: str, found: tuple[float, float]) -> None:
    assert found[0] == found[1], name
