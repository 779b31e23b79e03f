"""Pictures made here, with what a telephone writes beside the points."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = b"HOME-OF-THE-BUYER"
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + PLACE + b"</x:xmpmeta>"


def scene(width: int = 60, height: int = 40, seed: int = 1) -> Image.Image:
    """Points that do not compress to nothing; red above, so that one sees what is up."""
    points = random.Random(seed).randbytes(width * height * 3)
    image = Image.frombytes("RGB", (width, height), points)
    image.paste((255, 0, 0), (0, 0, width, height // 2))
    return image


def photo(form: str = "JPEG", *, lying: bool = False, **size: int) -> bytes:
    """A picture that tells where it was taken; `lying` as a telephone held upright stores it."""
    image, options = scene(**size), dict[str, Any]()
    exif = Image.Exif()
    exif[DESCRIPTION] = PLACE.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 14.0, 5.0), 3: "E", 4: (121.0, 28.0, 7.0)})
    if lying:
        image, exif[ORIENTATION] = image.transpose(Image.Transpose.ROTATE_90), 6
    if form == "JPEG":
        options = {"exif": exif, "xmp": XMP, "comment": PLACE, "quality": 95}
    elif form == "WEBP":
        options = {"exif": exif, "xmp": XMP, "quality": 95}
    elif form == "GIF":
        options = {"comment": PLACE}
    else:
        info = PngInfo()
        info.add_text("Location", PLACE.decode())
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options = {"exif": exif, "pnginfo": info}
    return saved(image, form, **options)


def film(form: str, frames: int = 3, milliseconds: int = 240) -> bytes:
    """A picture that moves."""
    first, *others = (scene(seed=seed) for seed in range(frames))
    return saved(first, form, save_all=True, append_images=others, duration=milliseconds, loop=0)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """A picture's bytes."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """A picture from its bytes, all of it read."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
