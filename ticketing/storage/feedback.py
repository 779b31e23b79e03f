"""What was made of the assistant's words: thumbs on answers, and what agents sent in a suggestion's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.storage.tables import events, messages, turns

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A buyer's message and how it was understood."""

    text: str
    trace: Json


@dataclass(frozen=True, slots=True)
class Thumb:
    """The last thumb on an answer, with the answer's own row."""

    at: datetime
    conversation: str
    message: str
    score: str
    reason: str
    text: str
    lang: str
    generated_by: str
    citations: list[Json]
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What the assistant suggested, and what the agent sent next."""

    at: datetime
    conversation: str
    message: str
    suggested: Json
    sent: str
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A suggestion, and whether an agent inserted it or why not."""

    at: datetime
    conversation: str
    verdict: Json
    suggested: Json
    asked: Asked | None


def thumbs(tx: sa.Connection, shop: str, since: datetime) -> Iterator[Thumb]:
    """The last thumb on each answer since then, in the order of the answers' first."""
    last: dict[str, sa.Row[Any]] = {}
    for event in _events(tx, shop, "feedback", since):
        last[str(event.body["message"])] = event
    for key, event in last.items():
        row = tx.execute(sa.select(messages).where(messages.c.shop == shop, messages.c.id == key)).one_or_none()
        if row is not None:
            yield Thumb(
                event.at, row.conversation, key, event.body["score"], event.body["reason"], row.text, row.lang,
                row.generated_by, list(row.citations), _asked_before(tx, shop, row.conversation, row.seq),
            )  # fmt: skip


def edits(tx: sa.Connection, shop: str, since: datetime) -> Iterator[Edit]:
    """Each agent's message that is the first one after a suggestion, with the last suggestion before it."""
    suggested: dict[str, list[sa.Row[Any]]] = {}
    for event in _events(tx, shop, "suggest", since):
        suggested.setdefault(event.conversation, []).append(event)
    for conversation, offers in suggested.items():
        said = _said(tx, shop, conversation)
        places = {row.id: row.seq for row in said}
        waiting = [(offer.body.get("after", places.get(offer.body["re"], 0)), offer) for offer in offers]
        for row in (one for one in said if one.author_kind == "agent"):
            before = [offer for seq, offer in waiting if seq < row.seq]
            waiting = [(seq, offer) for seq, offer in waiting if seq >= row.seq]
            if before:
                asked = _asked(tx, shop, before[-1].body["re"])
                yield Edit(row.at, conversation, row.id, dict(before[-1].body), row.text, asked)


def judged(tx: sa.Connection, shop: str, since: datetime) -> Iterator[Judged]:
    """What agents made of suggestions since then, in that order; a suggestion that is older is looked up no more."""
    offers = {offer.body.get("id"): offer for offer in _events(tx, shop, "suggest", since)}
    for event in _events(tx, shop, "suggestion", since):
        offer = offers.get(event.body["suggestion"])
        if offer is not None:
            asked = _asked(tx, shop, offer.body["re"])
            yield Judged(event.at, event.conversation, dict(event.body), dict(offer.body), asked)


def _events(tx: sa.Connection, shop: str, kind: str, since: datetime) -> list[sa.Row[Any]]:
    query = (
        sa.select(events.c.at, events.c.conversation, events.c.body)
        .where(events.c.shop == shop, events.c.type == kind, events.c.at >= since)
        .order_by(events.c.n)
    )
    return list(tx.execute(query))


def _said(tx: sa.Connection, shop: str, conversation: str) -> list[sa.Row[Any]]:
    query = (
        sa.select(messages.c.id, messages.c.seq, messages.c.at, messages.c.author_kind, messages.c.text)
        .where(messages.c.shop == shop, messages.c.conversation == conversation)
        .order_by(messages.c.seq)
    )
    return list(tx.execute(query))


def _asked_before(tx: sa.Connection, shop: str, conversation: str, seq: int) -> Asked | None:
    query = (
        sa.select(messages.c.id)
        .where(messages.c.shop == shop, messages.c.conversation == conversation, messages.c.author_kind == "buyer")
        .where(messages.c.seq < seq)
        .order_by(messages.c.seq.desc())
        .limit(1)
    )
    key = tx.execute(query).scalar_one_or_none()
    return None if key is None else _asked(tx, shop, key)


def _asked(tx: sa.Connection, shop: str, message: str) -> Asked | None:
    query = (
        sa.select(messages.c.text, turns.c.trace)
        .join(turns, sa.and_(turns.c.shop == messages.c.shop, turns.c.message == messages.c.id))
        .where(messages.c.shop == shop, messages.c.id == message)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else Asked(row.text, dict(row.trace))
