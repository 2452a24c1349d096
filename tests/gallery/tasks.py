"""One result of every task, as a caller gets them, on one page with what was sent."""

from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from tests.conftest import ask, opened
from tests.pictures import file_of, media

SIDE = 232
GAP = 8
TITLE = 22
COLUMNS = 6
INK = "#202028"

Cell = tuple[str, Image.Image | str]

CAPABILITY = "imagen-3.0-capability-001"
LEGACY = "imagegeneration@006"
MASK_FREE = "imagegeneration@002"


def cells() -> Iterator[Cell]:
    """A title and a picture, or words, for everything the fake does."""
    scene = made("imagen-4.0-generate-001", {"prompt": "a lighthouse by the sea"})
    yield "generate", scene
    yield "upscale x2", made(
        "imagen-4.0-upscale-preview", {"image": media(scene.resize((512, 512)))},
        upscaleConfig={"upscaleFactor": "x2"},
    )  # fmt: skip
    yield "sent: a bottle", bottle()
    yield "sent: a mask", area().convert("RGB")
    yield from edits(scene)
    yield from customizations(scene)
    yield from legacy(scene)
    yield from contexts()
    yield from masks(scene)
    yield from words(scene)


def edits(scene: Image.Image) -> Iterator[Cell]:
    """Masked editing in every mode."""
    drawn = {"maskMode": "MASK_MODE_USER_PROVIDED"}
    for title, prompt in (("INSERTION", "a red apple"), ("REMOVAL", "")):
        yield f"INPAINT_{title}", edited(scene, area(), drawn, f"INPAINT_{title}", prompt)
    padded, edge = outpainting()
    yield "OUTPAINT", edited(padded, edge, drawn, "OUTPAINT", "a beach with palm trees")
    background = {"maskMode": "MASK_MODE_BACKGROUND", "dilation": 0}
    yield "BGSWAP", edited(bottle(), None, background, "BGSWAP", "a desert at sunset")
    semantic = {"maskMode": "MASK_MODE_SEMANTIC", "maskClasses": [7]}
    yield "SEMANTIC", edited(scene, None, semantic, "INPAINT_INSERTION", "yellow flowers")


def customizations(scene: Image.Image) -> Iterator[Cell]:
    """References of every type."""
    style = Image.merge(
        "RGB",
        [Image.radial_gradient("L"), Image.new("L", (256, 256), 70), Image.linear_gradient("L")],
    )
    lines = Image.new("L", (512, 512))
    ImageDraw.Draw(lines).ellipse((100, 100, 400, 400), outline=255, width=8)
    ImageDraw.Draw(lines).line((0, 450, 512, 420), fill=255, width=8)
    yield "STYLE", customized("a church in the mountains", [reference("STYLE", style)])
    subject = reference("SUBJECT", bottle(), subjectImageConfig={"subjectDescription": "bottle"})
    yield "SUBJECT", customized("[1] on a table in a kitchen", [subject])
    config = {"controlType": "CONTROL_TYPE_SCRIBBLE"}
    control = reference("CONTROL", lines, controlImageConfig=config)
    yield "CONTROL", customized("a lake in autumn", [control])
    both = [reference("CONTENT", bottle()), reference("STYLE", style)]
    yield "CONTENT + STYLE", customized("in a city", both)
    yield "RAW alone", customized("at night with a red boat", [reference("RAW", scene)])


def legacy(scene: Image.Image) -> Iterator[Cell]:
    """Editing on Imagen 2."""
    config = {"editMode": "product-image"}
    yield (
        "product-image",
        made(LEGACY, {"prompt": "a meadow", "image": media(bottle())}, editConfig=config),
    )
    yield "mask-free", made(MASK_FREE, {"prompt": "in pink light", "image": media(scene)})


def contexts() -> Iterator[Cell]:
    """Products in a scene, and on a person."""
    products = [{"image": media(bottle())}]
    yield (
        "recontext",
        made(
            "imagen-product-recontext-preview-06-30",
            {"prompt": "on a beach in the evening", "productImages": products},
        ),
    )
    shirts = [{"image": media(shirt())}]
    person = {"image": media(someone())}
    yield "try-on", made("virtual-try-on-001", {"personImage": person, "productImages": shirts})


def masks(scene: Image.Image) -> Iterator[Cell]:
    """Segmentation."""
    model = "image-segmentation-001"
    yield "segment: foreground", made(model, {"image": media(bottle())}, mode="foreground")
    sent = {"image": media(scene), "prompt": "the lighthouse"}
    yield "segment: prompt", made(model, sent, mode="prompt", maxPredictions=1)


def words(scene: Image.Image) -> Iterator[Cell]:
    """What is said of a picture."""
    marked = made("imagen-4.0-generate-001", {"prompt": "a fox in a forest"})
    (verdict,) = said("imageverification@001", {"image": media(marked)})
    yield "verify", str(verdict["decision"])
    again = file_of(scene, "JPEG", quality=80)
    yield "caption", "\n".join(said("imagetext@001", {"image": media(again)}, sampleCount=2))
    asked = {"image": media(bottle()), "prompt": "what colours are there?"}
    yield "answer", "what colours are there?\n" + said("imagetext@001", asked)[0]


def draw() -> Image.Image:
    """All cells on one page."""
    shown = list(cells())
    rows = -(-len(shown) // COLUMNS)
    step = (SIDE + GAP, SIDE + TITLE + GAP)
    page = Image.new("RGB", (COLUMNS * step[0] + GAP, rows * step[1] + GAP), "white")
    write = ImageDraw.Draw(page)
    for number, (title, shows) in enumerate(shown):
        left, top = GAP + number % COLUMNS * step[0], GAP + number // COLUMNS * step[1]
        write.text((left, top + 2), title, INK, ImageFont.load_default(14))
        cell = shows if isinstance(shows, Image.Image) else lettered(shows)
        fitted = cell.convert("RGB")
        fitted.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        page.paste(fitted, (left, top + TITLE))
    return page


def lettered(words: str) -> Image.Image:
    """Words as a picture."""
    card = Image.new("RGB", (SIDE, SIDE), "#ecece8")
    lines, font = [""], ImageFont.load_default(15)
    for word in words.replace("\n", " \n ").split(" "):
        if word == "\n" or font.getlength(f"{lines[-1]} {word}") > SIDE - 24:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    ImageDraw.Draw(card).multiline_text((12, 12), "\n".join(lines), INK, font)
    return card


def made(model: str, instance: dict[str, Any], **parameters: Any) -> Image.Image:
    """The first picture of an answer."""
    return opened(said(model, instance, **parameters)[0])


def said(model: str, instance: dict[str, Any], **parameters: Any) -> list[Any]:
    """The predictions of a call."""
    return ask(model, body={"instances": [instance], "parameters": parameters})


def reference(kind: str, image: Image.Image, **config: Any) -> dict[str, Any]:
    """A reference picture."""
    made_of = {"referenceType": f"REFERENCE_TYPE_{kind}", "referenceId": 1}
    return {**made_of, "referenceImage": media(image), **config}


def edited(
    scene: Image.Image, mask: Image.Image | None, config: Any, mode: str, prompt: str
) -> Image.Image:
    """A picture with a masked part edited."""
    masking: dict[str, Any] = {"referenceType": "REFERENCE_TYPE_MASK", "maskImageConfig": config}
    if mask:
        masking["referenceImage"] = media(mask)
    instance = {"prompt": prompt, "referenceImages": [reference("RAW", scene), masking]}
    return made(CAPABILITY, instance, editMode=f"EDIT_MODE_{mode}", sampleCount=1)


def customized(prompt: str, references: list[dict[str, Any]]) -> Image.Image:
    """A picture after references."""
    return made(CAPABILITY, {"prompt": prompt, "referenceImages": references}, sampleCount=1)


def bottle() -> Image.Image:
    """A product shot."""
    picture = Image.new("RGB", (512, 512), (236, 236, 232))
    draw_on = ImageDraw.Draw(picture)
    draw_on.rectangle((225, 90, 285, 170), fill=(30, 80, 120))
    draw_on.rounded_rectangle((185, 150, 325, 440), 34, fill=(40, 110, 160))
    draw_on.rectangle((185, 250, 325, 340), fill=(240, 220, 120))
    return picture


def shirt() -> Image.Image:
    """A garment."""
    picture = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(picture).polygon(
        [(60, 120), (140, 60), (180, 80), (220, 80), (260, 60), (340, 120), (310, 180), (275, 160),
         (275, 350), (125, 350), (125, 160), (90, 180)],
        fill=(190, 40, 60),
    )  # fmt: skip
    return picture


def someone() -> Image.Image:
    """A person, roughly."""
    picture = Image.new("RGB", (384, 512), (214, 222, 228))
    draw_on = ImageDraw.Draw(picture)
    draw_on.rounded_rectangle((132, 170, 252, 360), 40, fill=(90, 110, 140))
    draw_on.rectangle((146, 350, 186, 500), fill=(50, 54, 70))
    draw_on.rectangle((198, 350, 238, 500), fill=(50, 54, 70))
    draw_on.ellipse((152, 70, 232, 170), fill=(206, 160, 128))
    return picture


def area() -> Image.Image:
    """A mask: an ellipse."""
    mask = Image.new("L", (1024, 1024))
    ImageDraw.Draw(mask).ellipse((380, 170, 900, 720), fill=255)
    return mask


def outpainting() -> tuple[Image.Image, Image.Image]:
    """A picture with room around it, and the mask of that room."""
    padded, edge = Image.new("RGB", (768, 512)), Image.new("L", (768, 512), 255)
    padded.paste(bottle().resize((384, 384)), (192, 64))
    edge.paste(0, (192, 64, 576, 448))
    return padded, edge
