"""What goes when the foreground of a picture is removed: the things, and their shadows."""

from PIL import Image, ImageChops

from imagen_fake.imaging.editing.shadows import shadows
from imagen_fake.imaging.seeing.cutout import found
from imagen_fake.imaging.seeing.footer import off_caption
from imagen_fake.imaging.seeing.silhouette import silhouette


def removable(image: Image.Image) -> Image.Image:
    """Return the mask of what a picture shows with the shadows it casts: as of `foreground`."""
    known = silhouette(image, shadowed=True)
    if known and known.getbbox():
        return known
    mask = found(image)
    return off_caption(image, ImageChops.lighter(mask, shadows(image, mask)))
