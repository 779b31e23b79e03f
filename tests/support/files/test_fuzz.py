"""Broken on purpose: whatever is done to a file's bytes, it is taken or refused, and nothing else happens."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from support.files.kind import kind_of
from support.files.picture import BadPicture, TooManyPoints, strip
from tests.support.files.photos import PLACE, film, photo

SEED = 20261127
VARIANTS = 60
SOURCES = [photo("JPEG"), photo("PNG"), photo("WEBP"), photo("GIF"), film("GIF"), film("WEBP"), film("PNG")]


def broken(content: bytes, rng: random.Random) -> bytes:
    """One of several kinds of damage, several times over."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data))
        match rng.randrange(5):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                del data[at : at + rng.randint(1, 64)]
            case 2:
                data[at:at] = rng.randbytes(rng.randint(1, 64))
            case 3:
                data[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff"])
            case _:
                data += data[at : at + 200]
        if not data:
            return b"\x00"
    return bytes(data)


@pytest.mark.parametrize("number", range(len(SOURCES)))
def test_a_damaged_picture_is_made_anew_or_refused(tmp_path: Path, number: int) -> None:
    rng = random.Random(SEED + number)
    given, clean = tmp_path / "given", tmp_path / "clean"
    for _ in range(VARIANTS):
        given.write_bytes(broken(SOURCES[number], rng))
        kind = kind_of(given)
        if kind is None or kind.picture is None:
            continue
        try:
            size = strip(given, clean, kind.picture)
        except (BadPicture, TooManyPoints):
            continue
        assert size.width * size.height > 0
        assert PLACE not in clean.read_bytes()
