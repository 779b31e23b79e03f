"""The background: questions that a shop does not answer, and where each model puts them.

Some passages lie near to everything that is asked, related or not. Taking the middle of the background from a
question's vector lowers each passage by just how near it lies to what has nothing to do with it, at no cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import language_of
from retrieval.embedder import Embedder, Matrix

Centres = Mapping[str, NDArray[np.float32]]

LANGUAGES = ("zh", "en")


@cache
def background_questions() -> tuple[str, ...]:
    """Questions that a shop for digital goods does not answer, in Chinese and English."""
    lines = files("retrieval").joinpath("background.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith(("#", "---")))


def centres_of(embedder: Embedder) -> Matrix:
    """(languages, dimension): the mean of the background questions of each of `LANGUAGES`. Embeds them all."""
    by_language = {
        lang: [question for question in background_questions() if language_of(question) == lang] for lang in LANGUAGES
    }
    return np.stack([embedder.embed_queries(by_language[lang]).mean(axis=0) for lang in LANGUAGES])


def centres_by_language(centres: Matrix) -> Centres:
    """The rows of `centres_of` by language."""
    return dict(zip(LANGUAGES, centres, strict=True))
