import json

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.surfaces.image_refusals import dialect_below, dialect_error
from tests.sweep import sweep

PATH = "/v1/images/generations"


@sweep(
    ("path", "name"),
    [
        (PATH, "aiml"), ("/v1/images/edits", "aiml"), ("/v1beta/openai/models/x", "openai"),
        ("/v1beta/openai/images/generations", "openai"), ("/_fake/pictures/x.png", "openai"),
        ("/v1/models", None), ("/v1/imagesx", None), ("/", None), ("/_fake/calls", None),
    ],
)  # fmt: skip
def test_a_path_tells_the_dialect_of_its_errors(path: str, name: str | None) -> None:
    found = dialect_below(path)
    assert (found and found.name) == name


@sweep("error_id", list(spec.read("errors.json")["errors"]))
@sweep(("name", "key"), [("aiml", "message"), ("openai", "error")])
def test_every_error_can_be_said_in_either_envelope(error_id: str, name: str, key: str) -> None:
    words = dict.fromkeys(BLANKS, "…")
    made = dialect_error(ApiError(error_id, **words), spec.surface(name), PATH)
    told = json.loads(made.body)
    assert key in told
    assert (told["statusCode"] if name == "aiml" else made.status) == made.status >= 400


BLANKS = {
    word.partition("}")[0]
    for error in spec.read("errors.json")["errors"].values()
    for word in json.dumps(error).split("{")
    if "}" in word and word.partition("}")[0].isidentifier()
} - {"failed", "task", "error_codes"}
