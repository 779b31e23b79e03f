"""What a file is, by its bytes: neither its name nor what its sender calls it counts."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

HEAD = 64
CHUNK = 64 * 1024
MARKUP = re.compile(r"\ufeff?\s*<[!?/a-z]", re.IGNORECASE)
"""How a text begins that some program would run rather than show: HTML, SVG, XML."""
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that may be sent; the first suffix is the one a nameless file gets."""

    media_type: str
    suffixes: tuple[str, ...]
    picture: str | None = None
    """What the picture library calls it; None for what is no picture."""


PNG = Kind("image/png", (".png",), "PNG")
JPEG = Kind("image/jpeg", (".jpg", ".jpeg", ".jfif"), "JPEG")
WEBP = Kind("image/webp", (".webp",), "WEBP")
GIF = Kind("image/gif", (".gif",), "GIF")
PDF = Kind("application/pdf", (".pdf",))
TEXT = Kind("text/plain", (".txt", ".log", ".csv", ".md"))
KINDS = (PNG, JPEG, WEBP, GIF, PDF, TEXT)


def kind_of(path: Path) -> Kind | None:
    """The kind of a file, None for one that may not be sent."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(b"%PDF-"):
        return PDF
    return TEXT if _is_text(path) else None


def _is_text(path: Path) -> bool:
    """Whether it is UTF-8 throughout, without control characters, and no markup."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = True
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                text = decoder.decode(chunk)
                if CONTROLS.search(text) or (first and MARKUP.match(text)):
                    return False
                first = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not first
