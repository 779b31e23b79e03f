"""How Han characters sound: the readings of `syllables.toml`, folded where many speakers make no difference.

zh, ch and sh are read as z, c and s, and ang, eng and ing as an, en and in: who types by sound mixes them up.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_RETROFLEX = re.compile("^([zcs])h")
_NASAL = re.compile("([aei]n)g$")
_ANY_RETROFLEX = re.compile("([zcs])h")
_ANY_NASAL = re.compile("([aei]n)g(?![aeiou])")


def sound(character: str) -> str:
    """The syllable of a character; the character itself where its reading is not known."""
    return _readings().get(character, character)


def joined(letters: str) -> str:
    """Syllables written as one word, folded like each alone: `chongfu` is how 从复 and 重复 sound."""
    return _ANY_NASAL.sub(r"\1", _ANY_RETROFLEX.sub(r"\1", letters))


@cache
def _readings() -> dict[str, str]:
    table = tomllib.loads(files(__package__).joinpath("syllables.toml").read_text("utf-8"))
    return {character: _folded(syllable) for syllable, characters in table.items() for character in characters}


def _folded(syllable: str) -> str:
    return _NASAL.sub(r"\1", _RETROFLEX.sub(r"\1", syllable))
