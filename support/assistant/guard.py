"""The first node: what a message looks like before anybody reads meaning into it."""

from __future__ import annotations

import re
import unicodedata

from support.assistant.state import TurnState

INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """The text as a person sees it: compatibility forms folded, invisible marks gone, spaces single."""
    folded = unicodedata.normalize("NFKC", text)
    return SPACES.sub(" ", INVISIBLE.sub("", folded)).strip()


def guard(state: TurnState) -> TurnState:
    """Fold the text, and note where there is nothing to read in it."""
    text = visible(state["given"].text)
    wordless = not any(char.isalnum() for char in text)
    return {"text": text, "flags": frozenset({"wordless"} if wordless else ())}
