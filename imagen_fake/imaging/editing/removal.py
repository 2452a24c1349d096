"""What goes when the foreground of a picture is removed: the things, and their shadows."""

from PIL import Image, ImageChops

from imagen_fake.imaging.editing.shadows import shadow_mask
from imagen_fake.imaging.vision.cutout import detect_foreground
from imagen_fake.imaging.vision.footer import clear_caption
from imagen_fake.imaging.vision.silhouette import silhouette


def removable_mask(image: Image.Image) -> Image.Image:
    """Return the mask of what a picture shows with the shadows it casts: as of `foreground`."""
    outline = silhouette(image, with_shadows=True)
    if outline and outline.getbbox():
        return outline
    mask = detect_foreground(image)
    return clear_caption(image, ImageChops.lighter(mask, shadow_mask(image, mask)))
