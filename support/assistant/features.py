"""Hashed pieces of a message: what the head sees beside the embedding.

An embedding knows meanings and blurs the trade's own words (12315, 补单, cdk); the pieces keep them. So do their
sounds, for whoever types by sound and takes another character (推款 for 退款). The same code runs when training and
when serving, so the buckets agree.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import normalise
from support.assistant.syllables import sound

WRITTEN = 1 << 14
BUCKETS = 2 * WRITTEN
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe0f\ufeff]")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z_-]*\d)[a-z0-9]+(?:[-_][a-z0-9]+)*(?![a-z0-9])")
_RUN = re.compile(rf"[{_HAN}]+|[a-z']+|[^\s\w]")
_LONGEST = 2000
"""Characters read of one message: a longer one says what it wants before that, and time stays bounded."""


def pieces(text: str) -> NDArray[np.float32]:
    """(2, n) float32: bucket numbers over weights, those of what is written and of how it sounds of length 1 each.

    What is written has the first half of the buckets and its sounds the second; n is 0 for an empty message.
    """
    masked = _mask(normalise(_INVISIBLE.sub("", text[:_LONGEST])))
    return np.concatenate([_hashed(_pieces(masked), 0), _hashed(_sounds(masked), WRITTEN)], axis=1)


def _hashed(found: Iterator[str], first: int) -> NDArray[np.float32]:
    counts = Counter(zlib.crc32(piece.encode("utf-8", "surrogatepass")) % WRITTEN + first for piece in found)
    if not counts:
        return np.zeros((2, 0), np.float32)
    weights = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
    return np.stack([np.fromiter(counts, np.float32, len(counts)), weights / np.linalg.norm(weights)])


def _sounds(masked: str) -> Iterator[str]:
    """One, two and three syllables of each run of Han; a character that is not known sounds like itself."""
    for run in _RUN.findall(masked):
        if "\u3400" <= run[0] <= "\u9fff":
            read = [sound(character) for character in run]
            yield from (" ".join(read[i : i + size]) for size in (1, 2, 3) for i in range(len(read) - size + 1))


def _pieces(masked: str) -> Iterator[str]:
    for run in _RUN.findall(masked):
        if "\u3400" <= run[0] <= "\u9fff":
            yield from _grams(run, (1, 2, 3))
        elif run[0].isalpha():
            yield f"word {run}"
            yield from _grams(f"<{run}>", (3, 4))
        else:
            yield run
    words = re.findall(r"[a-z']+", masked)
    yield from (f"{first} {second}" for first, second in pairwise(words))


def _mask(text: str) -> str:
    """`text` with addresses and codes replaced by their kind: which order it is says nothing of what is wanted."""
    return _CODE.sub(_kind_of_code, _EMAIL.sub(" mailaddress ", text))


def _kind_of_code(match: re.Match[str]) -> str:
    code = match.group()
    if len(code) < 6:
        return f" {code} " if not code.isdigit() else f" number{len(code)} "
    return " phonenumber " if re.fullmatch(r"1[3-9]\d{9}", code) else " longcode "


def _grams(run: str, sizes: tuple[int, ...]) -> Iterator[str]:
    return (run[i : i + size] for size in sizes for i in range(len(run) - size + 1))
