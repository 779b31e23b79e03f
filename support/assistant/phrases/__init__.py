"""Phrases: every sentence of the assistant's own, by language, with slots for facts."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _table(lang: str) -> dict[str, str]:
    name = "zh-CN" if lang.startswith("zh") else "en"
    texts = (files(__name__).joinpath(f"{part}{name}.toml").read_text(encoding="utf-8") for part in ("", "why."))
    return {
        f"{section}.{key}": text
        for sections in map(tomllib.loads, texts)
        for section, entries in sections.items()
        for key, text in entries.items()
    }


def phrase(lang: str, key: str, **slots: object) -> str:
    """The phrase `section.key` with its slots filled; KeyError if the phrase or one of its slots is missing."""
    return _table(lang)[key].format(**slots)


def template(lang: str, key: str) -> str:
    """The phrase as it is written, its slots open."""
    return _table(lang)[key]


def label(lang: str, section: str, key: str | None) -> str:
    """A word for a value; a value that a shop made itself stands for itself."""
    table = _table(lang)
    return table.get(f"{section}.{key}") or (key or "").replace("_", " ")


def keys(lang: str) -> frozenset[str]:
    """Every phrase of a language."""
    return frozenset(_table(lang))
