"""What a file may be called: shown to people, offered when it is saved, and never a path of ours."""

from __future__ import annotations

import re
import unicodedata

from support.files.kind import KINDS, Kind

LONGEST = 120
NAMELESS = "file"
PLACES = re.compile(r"^.*[/\\]", re.DOTALL)
UNSAFE = re.compile(r'[<>:"|?*]')
KNOWN = frozenset(suffix for kind in KINDS for suffix in kind.suffixes)


def clean_name(name: str, kind: Kind) -> str:
    """The last step of a name without what hides, turns or breaks its writing, ending as its kind does."""
    last = PLACES.sub("", unicodedata.normalize("NFC", name))
    shown = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    stem = " ".join(UNSAFE.sub("_", shown).split()).strip(" .")
    stem, suffix = _split(stem)
    suffix = suffix if suffix.lower() in kind.suffixes else kind.suffixes[0]
    return (stem[: LONGEST - len(suffix)].strip(" .") or NAMELESS) + suffix


def _split(name: str) -> tuple[str, str]:
    """A name and its suffix, if it is one of a kind that may be sent; another is part of the name."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem and (dot + suffix).lower() in KNOWN else (name, "")
