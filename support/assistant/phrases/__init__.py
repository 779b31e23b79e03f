"""Phrases: every sentence of the assistant's own, by language, with slots for facts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase as it was filled."""

    key: str
    template: str
    slots: dict[str, str]
    text: str


_heard: ContextVar[list[Said] | None] = ContextVar("heard", default=None)


LANGUAGES = tuple(
    sorted(name.removeprefix("why.").removesuffix(".toml") for one in files(__name__).iterdir()
           if (name := one.name).startswith("why."))
)  # fmt: skip
"""Those that the assistant speaks: `en`, `zh-CN`, and whichever has its two files here."""
ELSE = "en"
"""What is spoken to whom it speaks no language of."""
ONE = "one"
"""The section of what is said of one thing where a language says it otherwise than of many."""


@cache
def _table(lang: str) -> dict[str, str]:
    return {
        f"{section}.{key}": text
        for section, entries in _sections(lang)
        if section != ONE
        for key, text in entries.items()
    }


@cache
def singular(lang: str) -> dict[str, tuple[str, str]]:
    """By phrase the slot that counts, and what is said where that is 1."""
    return {
        key: (by, text) for section, entries in _sections(lang) if section == ONE for key, (by, text) in entries.items()
    }


def _sections(lang: str) -> Iterator[tuple[str, dict[str, Any]]]:
    short = lang.split("-", 1)[0]
    name = next((one for one in LANGUAGES if one.split("-", 1)[0] == short), ELSE)
    for part in ("", "why."):
        yield from tomllib.loads(files(__name__).joinpath(f"{part}{name}.toml").read_text(encoding="utf-8")).items()


def phrase(lang: str, key: str, **slots: object) -> str:
    """The phrase `section.key` with its slots filled; KeyError if the phrase or one of its slots is missing."""
    template = _table(lang)[key]
    if (of_one := singular(lang).get(key)) and str(slots.get(of_one[0])) == "1":
        template = of_one[1]
    text = template.format(**slots)
    if (heard := _heard.get()) is not None:
        heard.append(Said(key, template, {name: str(value) for name, value in slots.items()}, text))
    return text


@contextmanager
def listening() -> Iterator[list[Said]]:
    """Collect the phrases that are filled meanwhile, for whoever has to know what in a text is a fact."""
    heard: list[Said] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def speaks(lang: str) -> bool:
    """Whether the assistant has words of that language."""
    return lang.split("-", 1)[0] in {one.split("-", 1)[0] for one in LANGUAGES}


def known(section: str, key: str) -> bool:
    """Whether there are words for `section.key`."""
    return f"{section}.{key}" in _table("en")


def template(lang: str, key: str) -> str:
    """The phrase as it is written, its slots open."""
    return _table(lang)[key]


def label(lang: str, section: str, key: str | None) -> str:
    """A word for a value; a value that a shop made itself stands for itself."""
    table = _table(lang)
    return table.get(f"{section}.{key}") or (key or "").replace("_", " ")


def listed(lang: str, words: Iterable[str], mark: str = "comma") -> str:
    """Words beside each other, with what a language sets between them: `comma`, `semicolon` or `space`."""
    return _table(lang)[f"mark.{mark}"].join(words)


def keys(lang: str) -> frozenset[str]:
    """Every phrase of a language."""
    return frozenset(_table(lang))


def section(lang: str, name: str) -> dict[str, str]:
    """A language's words of one section, in the order of its file."""
    start = f"{name}."
    return {key.removeprefix(start): text for key, text in _table(lang).items() if key.startswith(start)}


@cache
def figures(lang: str) -> str:
    """Every phrase of a language that has a figure of its own in it."""
    return "\n".join(text for text in _table(lang).values() if any(map(str.isdigit, text)))
