"""Evidence of a ticket: typed items in a chain of hashes that is only ever added to.

What may have to be erased or withheld is not in the chain itself but beside it, as parts: the chain holds a commitment
to each, SHA-256 over a salt of its own and the part's JSON. Without its salt a commitment tells nothing of the part, so
that a part can be erased, or left out of a buyer's copy, and the chain still verifies. An entry's body enters its hash
by a salted commitment too: of a hidden entry, a buyer's copy holds the hashes alone.

JSON is hashed with its keys sorted, without spaces, in UTF-8.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

_ENCODER = msgspec.json.Encoder(order="deterministic")
Json = dict[str, Any]
Kind = Literal[
    "ticket", "order", "payment", "delivery", "key", "confirmation", "store_event", "message", "upload", "decision",
    "suggestion", "review", "finding", "note", "risk", "viewed", "refund", "supplier", "erased",
    "account", "webhook", "api_key", "settings", "privacy",
]  # fmt: skip
HIDDEN: frozenset[str] = frozenset({"suggestion", "review", "finding", "note", "risk", "viewed", "supplier"})
"""Kinds of which a buyer's copy holds hashes alone: what the shop's people and its supplier tell each other, and who
looked at what."""
TEXT, REDACTED, INNER, TRADE = "text", "redacted", "inner", "trade"
SALT = 32
"""Bytes of a salt."""
FOR_BUYER = frozenset({REDACTED})
PERSONAL = frozenset({TEXT, REDACTED, INNER})
"""Parts that go when a buyer's text is erased."""


class Item(msgspec.Struct, frozen=True, gc=False):
    """Something to be kept. `open` is what may stand for ever and be shown to both sides; `parts` by name the rest."""

    kind: Kind
    source: str
    subject: str
    at: datetime
    open: Json
    parts: Mapping[str, Json] = msgspec.field(default_factory=dict)


class Part(msgspec.Struct, frozen=True, gc=False):
    """A part with the salt (hex) that opens its commitment."""

    salt: str
    value: Json


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One link: `at` is when it happened, `recorded_at` when it entered the chain, both ISO 8601 in UTC."""

    n: int
    kind: str
    source: str
    subject: str
    at: str
    recorded_at: str
    open: Json
    commitments: Mapping[str, str]
    salt: str
    previous: str
    hash: str
    parts: Mapping[str, Part] = msgspec.field(default_factory=dict)

    def body(self) -> Json:
        """What the entry's own salt commits to."""
        return _body(self.kind, self.source, self.subject, self.at, self.recorded_at, self.open, dict(self.commitments))


def canonical(value: Any) -> bytes:
    """JSON as it is hashed."""
    return _ENCODER.encode(value)


def commitment(salt: str, value: Any) -> str:
    """SHA-256 over a salt, as hex, and JSON."""
    return hashlib.sha256(salt.encode() + canonical(value)).hexdigest()


def link_hash(shop: str, ticket: str, n: int, body: str, previous: str) -> str:
    """The hash of a link: of which chain, its place, the commitment to its body, and the link before it."""
    return hashlib.sha256(canonical([shop, ticket, n, body, previous])).hexdigest()


def extended(
    shop: str, ticket: str, entries: Sequence[Entry], items: Iterable[Item], at: datetime
) -> tuple[Entry, ...]:
    """The entries to be added: for items that are new, or not as they were when they were last added."""
    latest = {entry.subject: entry for entry in entries}
    recorded_at = at.astimezone(UTC).isoformat()
    previous, n = (entries[-1].hash, entries[-1].n) if entries else ("", 0)
    added: list[Entry] = []
    for item in items:
        before = latest.get(item.subject)
        if before is not None and _stands(before, item):
            continue
        n += 1
        entry = _entry(shop, ticket, n, item, recorded_at, previous)
        latest[item.subject] = entry
        added.append(entry)
        previous = entry.hash
    return tuple(added)


def broken_at(shop: str, ticket: str, entries: Sequence[Entry]) -> int | None:
    """The place, from 1, of the first link that does not follow from what it holds and from the link before it."""
    previous = ""
    for n, entry in enumerate(entries, 1):
        parts = all(
            commitment(part.salt, part.value) == entry.commitments.get(name) for name, part in entry.parts.items()
        )
        body = commitment(entry.salt, entry.body())
        follows = entry.hash == link_hash(shop, ticket, entry.n, body, entry.previous)
        if not (parts and follows and entry.n == n and entry.previous == previous):
            return n
        previous = entry.hash
    return None


def _entry(shop: str, ticket: str, n: int, item: Item, recorded_at: str, previous: str) -> Entry:
    drawn = secrets.token_hex(SALT * (len(item.parts) + 1))  # at one go: each go asks the system
    salt, *salts = (drawn[i : i + 2 * SALT] for i in range(0, len(drawn), 2 * SALT))
    parts = {name: Part(own, value) for own, (name, value) in zip(salts, item.parts.items(), strict=True)}
    commitments = {name: commitment(part.salt, part.value) for name, part in parts.items()}
    times = (item.at.astimezone(UTC).isoformat(), recorded_at)
    body = commitment(salt, _body(item.kind, item.source, item.subject, *times, item.open, commitments))
    return Entry(
        n, item.kind, item.source, item.subject, *times, item.open, commitments, salt, previous,
        link_hash(shop, ticket, n, body, previous), parts,
    )  # fmt: skip


def _body(
    kind: str, source: str, subject: str, at: str, recorded_at: str, open: Json, commitments: Mapping[str, str]
) -> Json:
    return {
        "kind": kind, "source": source, "subject": subject, "at": at, "recorded_at": recorded_at, "open": open,
        "commitments": commitments,
    }  # fmt: skip


def _stands(before: Entry, item: Item) -> bool:
    """Whether an item is as it was; of what was erased nobody can say, and it is not added again."""
    kept = {name: part.value for name, part in before.parts.items()}
    new = {name: value for name, value in item.parts.items() if name in kept or name not in before.commitments}
    return canonical([before.open, kept]) == canonical([item.open, new])
