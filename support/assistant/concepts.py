"""Ideas that a message touches, found by the plain words of `concepts.toml`.

An embedding blurs rare words and hashed pieces never learn a synonym that no utterance holds; a list of near-synonyms
lets the head take what it learned of one word to the next, across both languages.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import normalise

_LONGEST = 2000
"""Characters read of one message, as for the pieces."""


@cache
def ideas() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every idea with its words, in the file's order: what the head's columns mean."""
    table = tomllib.loads(files(__package__).joinpath("concepts.toml").read_text("utf-8"))
    return tuple((name, tuple(words)) for name, words in table.items())


@cache
def _pairs() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(len(ideas()), 1)


def width() -> int:
    """How many numbers `touched` gives."""
    return len(ideas()) + len(_pairs()[0])


def touches(text: str, idea: str) -> bool:
    """Whether `text` holds a word of `idea`. KeyError for one that the file does not have."""
    return _holds(_spaced(text), dict(ideas())[idea])


def touched(text: str) -> NDArray[np.float32]:
    """(width,) float32 of 0 and 1: each idea, then each two of them together."""
    spaced = _spaced(text)
    found = np.array([_holds(spaced, words) for _, words in ideas()], np.float32)
    first, second = _pairs()
    return np.concatenate([found, found[first] * found[second]])


@cache
def _needles(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_needle(normalise(word.rstrip("*"))) + ("" if word.endswith("*") or not word.isascii() else " ")
                 for word in words)  # fmt: skip


def _needle(word: str) -> str:
    return f" {word}" if word.isascii() else word


def _holds(spaced: str, words: tuple[str, ...]) -> bool:
    return any(map(spaced.__contains__, _needles(words)))


def _spaced(text: str) -> str:
    """`text` with a space around every Latin word and number, so that a whole word is one between spaces."""
    plain = normalise(text[:_LONGEST]).replace("’", "'")
    kept = (char if char.isalnum() or char in "'-" else " " for char in plain)
    parts, latin = [" "], False
    for char in kept:
        now = char.isascii() and char != " "
        parts.append(char if now == latin else f" {char}")
        latin = now
    return f" {' '.join(''.join(parts).split())} "
