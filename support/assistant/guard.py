"""The first node: what a message looks like before anybody reads meaning into it."""

from __future__ import annotations

import re
import unicodedata

from support.assistant.pinyin import as_han
from support.assistant.state import TurnState

INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """The text as a person sees it: compatibility forms folded, invisible marks gone, spaces single."""
    folded = unicodedata.normalize("NFKC", text)
    return SPACES.sub(" ", INVISIBLE.sub("", folded)).strip()


def guard(state: TurnState) -> TurnState:
    """Fold the text, write pinyin as Han, and note where there is nothing to read in it."""
    text = visible(state["given"].text)
    han = as_han(text)
    wordless = not any(char.isalnum() for char in text)
    flags = {name for name, holds in (("wordless", wordless), ("pinyin", han is not None)) if holds}
    return {"text": text if han is None else han, "flags": frozenset(flags)}
