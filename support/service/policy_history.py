"""The history of a shop's policies, each publication with the versions before and after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge_base.policy import PolicyVersion
from knowledge_base.policy_changes import Key, PartDifference, VersionChange, before_it, clause_differences
from knowledge_base.shop import Shop
from support.policy.proof import utc
from support.service.publish import versions_of
from ticketing.publication import Publication
from ticketing.storage import publications
from ticketing.storage.journal import Journal


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication, what it changed, and the versions that stood `before` it."""

    publication: Publication
    changes: tuple[VersionChange, ...]
    before: tuple[PolicyVersion, ...]


def history_of(journal: Journal, shop: Shop) -> list[Entry]:
    """Every publication, the first one first."""
    standing: dict[Key, PolicyVersion] = {}
    found = []
    for one in journal.read_now(lambda tx: publications.of_shop(tx, shop.id)):
        before, changes = tuple(standing.values()), []
        for change in one.changes:
            key = (change.policy, date.fromisoformat(change.effective))
            after = versions_of(change, shop.languages)
            changes.append(VersionChange(change.kind, standing.get(key), after))
            standing.pop(key, None)
            if after is not None:
                standing[key] = after
        found.append(Entry(one, tuple(changes), before))
    return found


def entry_json(entry: Entry, with_changes: bool) -> dict[str, Any]:
    """A publication for programs, with its clauses if they are wanted."""
    one = entry.publication
    versions = [
        {"policy": each.policy, "effective": each.effective, "change": each.kind, "digest": each.digest}
        for each in one.changes
    ]
    changes = [change_json(change, entry.before) for change in entry.changes] if with_changes else None
    return {
        "n": one.n, "at": utc(one.at), "by": one.by, "via": one.via, "note": one.note, "digest": one.digest,
        "versions": versions, "effect": dict(one.effect), **({} if changes is None else {"changes": changes}),
    }  # fmt: skip


def change_json(change: VersionChange, versions: Iterable[PolicyVersion]) -> dict[str, Any]:
    """A change of a version clause by clause, against itself as it was or the one among `versions` that it follows."""
    before = before_it(versions, change.version) if change.kind == "added" else change.before
    differences = () if change.kind == "removed" else clause_differences(before, change.after)
    return {
        "policy": change.version.policy, "effective": change.version.effective.isoformat(), "change": change.kind,
        "against": before.effective.isoformat() if before else None,
        "clauses": [
            {"id": one.id, "title": one.clause.title, "change": one.kind, "parts": [_part(part) for part in one.parts]}
            for one in differences
        ],
    }  # fmt: skip


def _part(part: PartDifference) -> dict[str, Any]:
    return {"part": part.part, "lang": part.lang, "removed": list(part.gone), "added": list(part.new)}
