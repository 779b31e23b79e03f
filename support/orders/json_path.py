"""Places in a JSON answer: `data.items[0].price`. What is not there is None."""

from __future__ import annotations

import re
from collections.abc import Mapping

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
PATH = re.compile(r"[^.\[\]]+(\[\d+\])*(\.[^.\[\]]+(\[\d+\])*)*")


def is_path(written: str) -> bool:
    """Whether it is written like a path: names and `[places]`; what it leads to is not asked."""
    return PATH.fullmatch(written) is not None


def at(document: object, path: str | None) -> object:
    """What stands there; an empty path is the document itself."""
    found = document
    for step in STEP.finditer(path or ""):
        name, place = step.groups()
        if name is not None:
            found = found.get(name) if isinstance(found, Mapping) else None
        else:
            found = found[int(place)] if isinstance(found, list) and int(place) < len(found) else None
    return found


def rows_at(document: object, path: str | None) -> list[object]:
    """The list that stands there, else nothing."""
    found = at(document, path)
    return list(found) if isinstance(found, list) else []
