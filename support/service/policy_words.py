"""Changes of policies in words that a merchant reads: which clauses came, went or changed, and how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge_base.facts import FACTS
from knowledge_base.policy import PolicyVersion
from knowledge_base.policy_changes import (
    ClauseDifference,
    PartDifference,
    VersionChange,
    before_it,
    clause_differences,
    rule_lines,
)
from support.assistant.phrases import label, listed, phrase

Sign = Literal["", "+", "-", "~"]
SIGNS: dict[str, Sign] = {"added": "+", "removed": "-", "altered": "~", "moved": "~"}
_FACT = re.compile(r"\b[a-z]+\.[a-z0-9_]+\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report: how deep it stands (0 a version, 1 a clause, 2 what of it), and what came or went."""

    depth: int
    sign: Sign
    text: str

    def __str__(self) -> str:
        return f"{'  ' * self.depth}{f'{self.sign} ' if self.sign else ''}{self.text}"


def change_lines(lang: str, change: VersionChange, versions: Iterable[PolicyVersion]) -> Iterator[Line]:
    """What changed in a version: against itself as it was, else against the one among `versions` that it follows."""
    version = change.version
    before = before_it(versions, version) if change.kind == "added" else change.before
    yield Line(0, SIGNS[change.kind], _heading(lang, change, before))
    if change.kind == "removed":
        return
    differences = clause_differences(before, change.after)
    for one in differences:
        yield from _clause(lang, one, _titled(lang, one, version if one.kind != "removed" else before))
    rest = len(version.clauses) - sum(one.kind != "removed" for one in differences)
    if not differences:
        heading = before is None or (before.title, before.order) != (version.title, version.order)
        yield Line(1, "", phrase(lang, "changes.heading_only" if heading else "changes.same_clauses"))
    elif rest:
        yield Line(1, "", phrase(lang, "changes.unchanged", count=rest))


def _heading(lang: str, change: VersionChange, before: PolicyVersion | None) -> str:
    key = "follows" if change.kind == "added" and before else change.kind
    version = change.version
    day = before.effective if before else ""
    return phrase(lang, f"changes.version_{key}", policy=version.policy, effective=version.effective, before=day)


def _titled(lang: str, one: ClauseDifference, version: PolicyVersion | None) -> str:
    """The clause's title in the reader's language, where it has one."""
    translated = version.translations.get((lang, one.id)) if version else None
    return (translated or one.clause).title


def _clause(lang: str, one: ClauseDifference, title: str) -> Iterator[Line]:
    named = phrase(lang, f"changes.clause_{one.kind}", title=title, id=one.id)
    yield Line(1, SIGNS[one.kind], named)
    if one.kind == "added":
        for part, lines in rule_lines(one.clause).items():
            yield from (line for line in _part(lang, PartDifference(part, "", (), lines)) if line.sign == "+")
        yield from (Line(2, "+", text) for text in one.clause.text.splitlines() if text.strip())
    for part_of in one.parts:
        yield from _part(lang, part_of)


def _part(lang: str, one: PartDifference) -> Iterator[Line]:
    name = phrase(lang, f"changes.{one.part}") + (f" [{one.lang}]" if one.lang else "")
    sides: tuple[tuple[Sign, tuple[str, ...]], ...] = (("-", one.gone), ("+", one.new))
    for sign, lines in sides:
        shown = [_shown(lang, one.part, line) for line in lines] or _none(lang, one, sign)
        if one.part == "requests" and lines:
            shown = [listed(lang, shown)]
        yield from (Line(2, sign, f"{name}: {text}") for text in shown)


def _none(lang: str, one: PartDifference, sign: Sign) -> list[str]:
    """What no line at all means: a clause without `requests` is for all of them."""
    if one.part == "requests":
        return [phrase(lang, "changes.every_request")] if sign == "+" or one.new else []
    return []


def _shown(lang: str, part: str, line: str) -> str:
    if part == "requests":
        return label(lang, "request", line)
    if part == "when":
        return _explained(lang, line)
    if part != "then":
        return line
    kind, _, value = line.partition(" ")
    section = {"refuse": "refusal", "refer": "priority"}.get(kind)
    said = label(lang, section, value).rstrip("。.") if section else _explained(lang, value)
    return phrase(lang, f"changes.{kind}", value=said)


def _explained(lang: str, text: str) -> str:
    """An expression, and behind it what its facts are called."""
    names = dict.fromkeys(name for name in _FACT.findall(text) if name in FACTS)
    words = ", ".join(label(lang, "fact", name.replace(".", "_")) for name in names)
    return f"{text}  ({words})" if words else text
