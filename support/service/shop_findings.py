"""What a check finds of a shop that can be read: gaps and contradictions of its clauses, and reasons without words."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge_base.errors import Fault
from knowledge_base.findings import suggestion
from knowledge_base.policy import REASONS
from knowledge_base.rules import broken
from knowledge_base.shop import ShopFolder
from support.assistant.phrases import keys, label
from support.policy.coverage import coverage

_REFUSAL = "refusal."
_OF_NO_CLAUSE = ("of_reason", "other")


def findings_of(folder: ShopFolder) -> tuple[Fault, ...]:
    """Warnings and notes beyond those of the reading."""
    return (*coverage(folder, label), *_reasons_without_words(folder))


def _reasons_without_words(folder: ShopFolder) -> Iterator[Fault]:
    """Refusals whose reason nothing says: the buyer then reads the clause's title."""
    known = sorted(
        name
        for key in keys("en")
        if key.startswith(_REFUSAL) and (name := key.removeprefix(_REFUSAL)) not in _OF_NO_CLAUSE
    )
    for version in folder.policies:
        for clause in version.clauses:
            reason = clause.then.value
            if clause.then.kind == "refuse" and reason not in (*known, *REASONS):
                near = suggestion(reason, known).removeprefix("; did you mean ").removesuffix("?")
                yield broken(
                    "policy.reason", clause.source, clause.line, clause=clause.id, title=clause.title, reason=reason,
                    known=near.strip("'") or ", ".join(known), known_zh=near.strip("'") or "、".join(known),
                )  # fmt: skip
