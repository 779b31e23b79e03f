"""A decision in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from knowledge_base.shop import ShopFolder
from support.assistant.phrases import phrase
from support.assistant.why.telling import FactTold, Why, why

MARKS = {True: "✓", False: "✗", None: "?"}


def explanation(proof: Mapping[str, Any], lang: str, folder: ShopFolder | None, changes: Iterable[str] = ()) -> str:
    """Verdict, clause, each of its lines, the amount, what is missing, what follows, and every fact.

    `changes` are sentences that say what would alter the decision.
    """
    return "\n".join(_lines(why(proof, lang, folder), str(proof["digest"]), tuple(changes)))


def words(proof: Mapping[str, Any], lang: str, folder: ShopFolder | None) -> dict[str, Any]:
    """The same as data."""
    return why(proof, lang, folder).as_json()


def _lines(told: Why, digest: str, changes: tuple[str, ...]) -> Iterator[str]:
    head = _Heads(told.lang)
    yield phrase(told.lang, "why.asked", request=told.request)
    yield f"{head('verdict')}{told.verdict}{head.stop}{told.summary}"
    yield f"{head('clause')}{told.clause}"
    yield from head.listed("because", (f"{MARKS[one.holds]} {one.text}" for one in told.because))
    yield from head.listed("amount", told.amount)
    yield from head.listed("missing", told.missing)
    yield from head.listed("after", told.after)
    yield from head.listed("changes", changes)
    yield from head.listed("facts", (_fact(told.lang, one) for one in told.facts))
    yield from head.listed("passed", told.passed)
    yield f"{head('proof')}{phrase(told.lang, 'why.digest', digest=digest)}"


def _fact(lang: str, one: FactTold) -> str:
    slots = {"a": one.label, "b": one.value, "source": one.source}
    return phrase(lang, "why.fact", at=one.at, **slots) if one.at else phrase(lang, "why.fact_short", **slots)


class _Heads:
    """The headings in one language."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self.stop = phrase(lang, "why.end") + ("" if lang.startswith("zh") else " ")

    def __call__(self, key: str) -> str:
        return phrase(self._lang, f"why.head_{key}") + phrase(self._lang, "why.colon")

    def listed(self, key: str, lines: Iterable[str]) -> Iterator[str]:
        """A heading and its lines, nothing where there are none."""
        found = tuple(lines)
        if found:
            yield self(key).rstrip()
            yield from (f"  {line}" for line in found)
