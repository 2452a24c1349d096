"""The mask for removing a foreground: the subject with its shadow."""

from PIL import Image, ImageChops

from imagen_fake.imaging.editing.shadows import shadow_mask
from imagen_fake.imaging.vision.cutout import detect_foreground
from imagen_fake.imaging.vision.footer import clear_caption
from imagen_fake.imaging.vision.silhouette import silhouette


def removable_mask(image: Image.Image) -> Image.Image:
    """Return the mask of the subject and of the shadow it casts: as `foreground_mask`."""
    outline = silhouette(image, with_shadows=True)
    if outline and outline.getbbox():
        return outline
    mask = detect_foreground(image)
    return clear_caption(image, ImageChops.lighter(mask, shadow_mask(image, mask)))
