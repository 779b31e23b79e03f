"""What is found wrong, in Chinese: looked up by the English message in a file of words, such as `fault_words.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FAULT_WORDS = Path(__file__).with_name("fault_words.toml")
_SLOT = re.compile(r"\{([a-z])\}")
_QUOTED = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")


@dataclass(frozen=True, slots=True)
class _Message:
    """A message's pattern, its Chinese, and how many of its letters are its own: the most special one is meant."""

    pattern: re.Pattern[str]
    zh: str
    own: int


def chinese(message: str, words: Path = FAULT_WORDS) -> str:
    """The message in Chinese; empty where no words stand for it."""
    name, mark, rest = message.partition(": ")
    if mark and (prefix := _told(words, "prefixes", name)):
        return f"{prefix}：{told}" if (told := chinese(rest, words)) else ""
    problem, mark, remedy = message.rpartition("; ")
    if mark and (do := _told(words, "remedies", remedy)) and (told := chinese(problem, words)):
        return f"{told}；{do}"
    if told := _told(words, "messages", message):
        return told
    told = chinese(rest, words) if rest else ""
    return f"{name}：{told}" if told else ""


def remedy_in_chinese(english: str) -> str:
    """What to do, in Chinese; in English where no words stand for it."""
    return _told(FAULT_WORDS, "remedies", english) or english


def _told(words: Path, section: str, english: str) -> str:
    found = [(one, match) for one in _section(words, section) if (match := one.pattern.fullmatch(english))]
    if not found:
        return ""
    one, match = max(found, key=lambda each: each[0].own)
    slots = match.groupdict()
    return _SLOT.sub(lambda slot: as_shown(slots[slot[1]], words), one.zh)


def as_shown(found: str, words: Path = FAULT_WORDS) -> str:
    """What fills a slot: a quoted word in Chinese quotes, a kind of value in Chinese."""
    if quoted := _QUOTED.fullmatch(found):
        return f"“{quoted[1] if quoted[1] is not None else quoted[2]}”"
    return _told(words, "values", found) or found


@cache
def _section(file: Path, name: str) -> tuple[_Message, ...]:
    words: Mapping[str, Mapping[str, str]] = tomllib.loads(file.read_text("utf-8"))
    return tuple(_Message(_pattern(en), zh, len(_SLOT.sub("", en))) for en, zh in words[name].items())


def _pattern(english: str) -> re.Pattern[str]:
    parts = _SLOT.split(english)
    written = (f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(written), re.DOTALL)
