"""How a record's fields are sealed, as the doctor and the command line say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ticketing.storage.sealed import FIELDS, ring_of, under_keys

NONE_GIVEN = "secrets and contacts stand in the clear: ANXIN_FIELD_KEYS names no key (docs/privacy.md)"
RENEW = "`anxin seal renew` seals them"


@dataclass(frozen=True, slots=True)
class SealedState:
    """`fields`: how many values of each column stand under each key's name, under an empty one in the clear;
    `given`: the names of the keys that are here, the newest first."""

    fields: Mapping[str, Mapping[str, int]]
    given: tuple[str, ...]

    @property
    def by_key(self) -> Mapping[str, int]:
        """How many values stand under each key's name, those aside that are kept in the clear on purpose."""
        optional = {field.name for field in FIELDS if field.kind == "json"}
        found: Counter[str] = Counter()
        for name, counts in self.fields.items():
            found.update({key: n for key, n in counts.items() if key or name not in optional})
        return found

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of keys that would be needed and are not here."""
        return tuple(sorted(self.by_key.keys() - {"", *self.given}))

    @property
    def due(self) -> int:
        """How many values are not under the newest key; without keys, how many need one."""
        newest = self.given[0] if self.given else ""
        return sum(n for key, n in self.by_key.items() if key != newest)

    @property
    def sealed(self) -> bool:
        """Whether everything stands under the newest key that is here."""
        return bool(self.given) and not self.missing and not self.due

    def says(self) -> str:
        """In one line for people, with the command that mends it where one does."""
        if self.missing:
            return f"fields are sealed with {', '.join(self.missing)}, which is not here: add that key"
        if not self.given:
            return NONE_GIVEN
        if self.due:
            return f"{self.due} values are not sealed under the newest key {self.given[0]}: {RENEW}"
        return f"{sum(self.by_key.values())} values, all sealed under key {self.given[0]}"

    def document(self) -> dict[str, Any]:
        """As `anxin seal status --json` prints it: names of keys and counts, no value and no key."""
        fields = {name: dict(counts) for name, counts in self.fields.items()}
        return {
            "keys": list(self.given), "fields": fields, "missing": list(self.missing), "due": self.due,
            "sealed": self.sealed,
        }  # fmt: skip


def sealed_state(tx: sa.Connection) -> SealedState:
    """How it is now."""
    return SealedState(under_keys(tx), ring_of(tx).names)
