import base64
from io import BytesIO

from PIL import Image

from imagen_fake import spec
from imagen_fake.openapi.examples import SIDE, example, example_picture
from imagen_fake.predict import choose_task
from tests.sweep import sweep

MODELS = [
    (name, task) for name in spec.model_ids() if (model := spec.model(name)) for task in model.tasks
]


@sweep(("name", "task"), MODELS)
def test_an_example_asks_for_its_task(name: str, task: str) -> None:
    known = spec.model(name)
    assert known
    body = example(known, task, spec.request(known.id, task, "vertex").schema)
    assert choose_task(known, body) == task


def test_the_picture_is_small_and_white() -> None:
    image = Image.open(BytesIO(base64.b64decode(example_picture())))
    assert (image.size, image.getcolors()) == ((SIDE, SIDE), [(SIDE * SIDE, (255, 255, 255))])
