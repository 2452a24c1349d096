from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.surfaces.predict_call import refusal


def test_a_refusal_has_the_shape_of_googles_status() -> None:
    made = refusal(ApiError("prompt_empty"), spec.surface("vertex"))
    assert (made.status, made.body.startswith(b'{\n  "error": {\n    "code": 400')) == (400, True)
