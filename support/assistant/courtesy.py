"""A message without what is said around it: “Sorry to bother you, I don't have one, thanks” is “I don't have one”.

The head reads a message whole, and a greeting or a sigh beside three words outweighs them.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_MARK = re.compile(r"[\s,，.。;；:：!！~～、…]+")
_GAP = re.compile(r"[,，.。;；:：!！~～、…]|(?<=[\u4e00-\u9fff])\s|\s(?=[\u4e00-\u9fff])|$")
_SMILE = re.compile(r"\s*(?::-?[)D(]|\^_?\^)\s*$")
_MOST = 3
"""Clauses taken off at either end."""


def without_courtesy(text: str) -> str:
    """`text` without greetings, sighs and thanks before and after it; empty where it is nothing else."""
    said = _SMILE.sub("", text)
    for _ in range(_MOST):
        shorter = _without_after(_without_before(said))
        if shorter == said:
            break
        said = shorter
    return said


def _without_before(text: str) -> str:
    lower = text.lower()
    if len(lower) != len(text):
        return text
    for word in _lists()["before"]:
        if not lower.startswith(word):
            continue
        rest = text[len(word) :]
        loose = word in _lists()["before_without_a_mark"] and rest.startswith(" ")
        if loose or _GAP.match(text, len(word)):
            return _MARK.sub("", rest, count=1) if _MARK.match(rest) else rest
    return text


def _without_after(text: str) -> str:
    bare = text.rstrip(" ,，.。;；:：!！~～、…")
    lower = bare.lower()
    if len(lower) != len(bare):
        return text
    for word in _lists()["after"]:
        if not lower.endswith(word):
            continue
        rest = bare[: -len(word)]
        kept = rest.rstrip(" ,，.。;；:：!！~～、…")
        if not kept or rest[len(kept) :].strip() or (rest != kept and "\u4e00" <= kept[-1] <= "\u9fff"):
            return kept
    return text


@cache
def _lists() -> dict[str, list[str]]:
    found = tomllib.loads(files(__package__).joinpath("courtesy.toml").read_text("utf-8"))
    return {name: sorted(words, key=len, reverse=True) for name, words in found.items()}
