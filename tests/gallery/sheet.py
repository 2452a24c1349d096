"""The page: one picture per prompt, as a caller gets them."""

from PIL import Image

from tests.conftest import ask, opened

MODEL = "imagen-4.0-generate-001"
PROMPTS = (
    "a robot holding a red skateboard",
    "two hot air balloons over a desert at sunset",
    "sailboat on a calm lake, golden hour",
    "three pink flowers in a meadow",
    "cyberpunk city street at night, neon",
    "a fox in an autumn forest",
    "minimalist product shot of a perfume bottle",
    "a castle in the mountains under the moon",
)
COLUMNS = 4
SIDE = 320
GAP = 8


def draw() -> Image.Image:
    """The prompts' pictures on one page, each `SIDE` pixels wide and high."""
    rows = -(-len(PROMPTS) // COLUMNS)
    size = (COLUMNS * (SIDE + GAP) + GAP, rows * (SIDE + GAP) + GAP)
    page = Image.new("RGB", size, "white")
    for number, prompt in enumerate(PROMPTS):
        row, column = divmod(number, COLUMNS)
        picture = opened(ask(MODEL, prompt=prompt, sampleCount=1)[0])
        thumbnail = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        page.paste(thumbnail, (GAP + column * (SIDE + GAP), GAP + row * (SIDE + GAP)))
    return page
