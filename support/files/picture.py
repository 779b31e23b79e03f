"""Pictures made anew from their points: what a camera wrote beside them, its place among it, is not copied.

Making them anew also drops whatever else a file carried, and proves that it is a picture to its end.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, ImageSequence

MOST_POINTS = 50_000_000
"""Width times height times frames: what a telephone makes at most, and 150 MB while it is at work."""
MOST_FRAMES = 500
CAREFUL = frozenset({"icc_profile", "transparency", "loop"})
"""What is kept of a picture beside its points: how its colours are meant, and how often it moves."""
BARE: dict[str, Any] = {"exif": b"", "xmp": b"", "comment": b""}
AS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92}, "WEBP": {"quality": 92}, "PNG": {"compress_level": 6}, "GIF": {},
}  # fmt: skip
MOVES = frozenset({"GIF", "PNG", "WEBP"})

BLOCK = 64 * 1024 * 1024
"""Above what the C library ever keeps for itself, so that a large picture's memory goes back to the system."""

Image.core.set_block_size(BLOCK)  # type: ignore[attr-defined]  # of the library's own C part
Image.MAX_IMAGE_PIXELS = MOST_POINTS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


class BadPicture(Exception):
    """It is no picture, or not a whole one."""


class TooManyPoints(Exception):
    """It would fill the memory once unpacked."""


@dataclass(frozen=True, slots=True)
class Size:
    """In points, as it is to be looked at."""

    width: int
    height: int


def strip(given: Path, clean: Path, form: str) -> Size:
    """Write the picture `given`, of that form and no other, to `clean`, upright. Raises BadPicture, TooManyPoints."""
    try:
        with Image.open(given, formats=(form,)) as image:
            return _made_anew(image, clean, form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise TooManyPoints(str(error)) from error
    except TooManyPoints:
        raise
    except OSError as error:
        if error.errno is not None:  # the disk's, not the picture's
            raise
        raise BadPicture(str(error)) from error
    except Exception as error:  # decoders raise whatever they like on what somebody broke on purpose
        raise BadPicture(str(error)) from error


def _made_anew(image: Image.Image, clean: Path, form: str) -> Size:
    frames = getattr(image, "n_frames", 1) if form in MOVES else 1
    if frames > MOST_FRAMES or image.width * image.height * frames > MOST_POINTS:
        raise TooManyPoints(f"{image.width} x {image.height} x {frames}")
    if frames == 1:
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        if form == "JPEG" and image.mode not in {"RGB", "L"}:
            image = image.convert("RGB")
    moving = _moving(image) if frames > 1 else {}
    image.info = {key: value for key, value in image.info.items() if key in CAREFUL}
    image.save(clean, form, **AS[form], **BARE, **moving)
    return Size(image.width, image.height)


def _moving(image: Image.Image) -> dict[str, Any]:
    """Every frame, each for as long as it was shown, in milliseconds."""
    return {"save_all": True, "duration": [_shown_for(frame) for frame in ImageSequence.Iterator(image)]}


def _shown_for(frame: Image.Image) -> int:
    frame.load()  # some forms tell it no earlier
    return int(frame.info.get("duration", 100))
