"""The pictures that Google's tests send and their wheel lacks: of the same kind, drawn here."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageDraw

from tests.http import call
from tests.pictures import file_of, gradient, person, product

Size = tuple[int, int]
SCENE, SKY, INK = (640, 480), "#9cc3e6", "#3a4258"


def logo() -> Image.Image:
    """Six letters as blocks on a clear ground."""
    image = Image.new("RGBA", (272, 92))
    for number, colour in enumerate(("blue", "red", "gold", "blue", "green", "red")):
        left = 8 + number * 44
        ImageDraw.Draw(image).ellipse((left, 20, left + 36, 72), outline=colour, width=10)
    return image


def checkerboard() -> Image.Image:
    """Eight times eight squares, black and white."""
    squares = Image.new("L", (8, 8))
    squares.putdata([255 * ((place // 8 + place) % 2) for place in range(64)])
    return squares.resize((128, 128), Image.Resampling.NEAREST)


def bridge() -> Image.Image:
    """Two towers and a road before the sky."""
    image = Image.new("RGB", (512, 384), SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 240, 512, 260), fill=INK)
    for left in (120, 370):
        draw.rectangle((left, 90, left + 24, 330), fill="#b04a32")
    return image


def street() -> Image.Image:
    """A red sign and a board on wheels."""
    image = Image.new("RGB", SCENE, SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 380, *SCENE), fill="#70757a")
    draw.regular_polygon((180, 150, 90), 8, fill="#c41f1f")
    draw.rectangle((360, 360, 560, 376), fill=INK)
    return image


def scribble() -> Image.Image:
    """A stroke over the sign."""
    image = Image.new("L", SCENE)
    ImageDraw.Draw(image).line((130, 150, 230, 155), fill=255, width=12)
    return image


LOCAL: Mapping[str, Callable[[], Image.Image]] = {
    "google.png": logo,
    "checkerboard.png": checkerboard,
    "bridge1.png": bridge,
    "skateboard_stop_sign.jpg": street,
    "segmentation_scribble.jpg": scribble,
}
"""Below `google/genai/tests/data`."""

STORED: Mapping[str, Callable[[], Image.Image]] = {
    "man.jpg": person,
    "pants.jpg": lambda: product((200, 240), INK),
    "dog.jpg": lambda: product((256, 256), "#8a5a2b"),
    "cyberpunk.jpg": lambda: gradient((256, 256)),
}
"""Below `gs://genai-sdk-tests/inputs/images`."""


def draw(folder: Path) -> None:
    """Write the local pictures into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in LOCAL.items():
        picture().save(folder / name)


def upload(url: str) -> None:
    """Store the other pictures in the Cloud Storage at a URL."""
    for name, picture in STORED.items():
        path = "/upload/storage/v1/b/genai-sdk-tests/o?uploadType=media&name=inputs%2Fimages%2F"
        data = file_of(picture(), "JPEG")
        call(url, path + name, data, "POST", **{"Content-Type": "image/jpeg"})
