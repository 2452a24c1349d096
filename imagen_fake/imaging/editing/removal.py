"""What goes when the foreground of a picture is removed: the things, and their shadows."""

from PIL import Image, ImageChops

from imagen_fake.imaging.editing.shadows import shadows
from imagen_fake.imaging.vision.cutout import detect_foreground
from imagen_fake.imaging.vision.footer import clear_caption
from imagen_fake.imaging.vision.silhouette import silhouette


def removable(image: Image.Image) -> Image.Image:
    """Return the mask of what a picture shows with the shadows it casts: as of `foreground`."""
    known = silhouette(image, with_shadows=True)
    if known and known.getbbox():
        return known
    mask = detect_foreground(image)
    return clear_caption(image, ImageChops.lighter(mask, shadows(image, mask)))
