"""The history of a shop's policies, each publication with the versions before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knowledge_base.policy import PolicyVersion
from knowledge_base.policy_changes import Key, VersionChange
from knowledge_base.shop import Shop
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
