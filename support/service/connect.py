"""The opening: who is there, and what they missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from support.chat.frames import MAX_FRAME_BYTES, MAX_TEXT, Hello, frame, utc
from support.service.people import Person, read_token, visitor
from support.service.shops import LoadedShop
from support.service.upload_limits import UploadLimits
from support.service.views import conversation_view
from ticketing.events import Event
from ticketing.ids import new_id
from ticketing.storage import claims, event_log, privacy, shops, talk, uploads, visitors
from ticketing.storage.journal import Journal

HEARTBEAT_MS = 25_000
LONGEST_REPLAY = 1000
JUST_NOW = 1000
"""Events of a shop, back from where a page stands: pieces of an answer that ended there may still be on their way."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Welcomed:
    """Who it is; the token for a visitor who is new; what one who was known had missed when it was looked up."""

    person: Person
    visitor_token: str | None = None
    gap: Missed | None = None


class TooManyVisitors(Exception):
    """So many came from one address that no new one is let in for `after_ms`."""

    def __init__(self, after_ms: int) -> None:
        super().__init__(f"too many new visitors from one address: again in {after_ms} ms")
        self.after_ms = after_ms


async def recognise(
    journal: Journal, loaded: LoadedShop, hello: Hello, at: datetime, wait_ms: Callable[[], int] = lambda: 0
) -> Welcomed:
    """The person of a hello; a new visitor where there is neither a token nor a known visitor.

    `wait_ms` says, once for each new visitor, how long to wait. Raises BadToken, TooManyVisitors.
    """
    if hello.token:
        return Welcomed(read_token(loaded, hello.token))
    if given := hello.visitor:
        back = await journal.read(lambda tx: _come_back(tx, loaded.id, given, hello))
        if back is not None:
            return back
    if wait := wait_ms():
        raise TooManyVisitors(wait)
    key, token = await journal.write(lambda tx: visitors.new_visitor(tx, loaded.id, at))
    return Welcomed(visitor(loaded.id, key), token)


def _come_back(tx: sa.Connection, shop: str, token: str, hello: Hello) -> Welcomed | None:
    """Both in one look: handing work to another thread costs as much as the look itself."""
    if (known := visitors.find_visitor(tx, shop, token)) is None:
        return None
    person = visitor(shop, known)
    return Welcomed(person, gap=missed(tx, person, hello.cursor, hello.epoch))


@dataclass(frozen=True, slots=True)
class Missed:
    """What happened since the cursor: events, or a snapshot where there is no way back; `n` is how far it goes.

    `before` are a buyer's events of just before, which the page knows or finds in the snapshot.
    """

    resume: str
    n: int
    epoch: str
    events: tuple[Event, ...] = ()
    snapshot: Json | None = None
    before: tuple[Event, ...] = ()

    def ends(self) -> Iterator[Event]:
        """The ends of answers that this page has, or is told of now."""
        return (event for event in (*self.before, *self.events) if event.type == "done")


def missed(tx: sa.Connection, person: Person, cursor: int | None, epoch: str | None) -> Missed:
    """A buyer's events after the cursor, or everything that is the buyer's."""
    return resumed(
        tx, person.shop, cursor, epoch,
        events=lambda since: event_log.after(tx, person.shop, person.owner, since, JUST_NOW + LONGEST_REPLAY + 1),
        snapshot=lambda: snapshot(tx, person), back=JUST_NOW,
    )  # fmt: skip


def resumed(
    tx: sa.Connection, shop: str, cursor: int | None, epoch: str | None, *,
    events: Callable[[int], tuple[Event, ...]], snapshot: Callable[[], Json], back: int = 0,
) -> Missed:  # fmt: skip
    """The events after the cursor; a snapshot without one, for one of another or a later life, or for too many."""
    n, life = shops.place(tx, shop)
    lost = cursor is None or epoch not in (None, life) or cursor > n
    if not lost and cursor is not None:
        found = events(max(0, cursor - back))
        missed = tuple(event for event in found if event.n > cursor)
        if len(missed) <= LONGEST_REPLAY:
            return Missed("ok", n, life, missed, before=found[: len(found) - len(missed)])
    return Missed("reset", n, life, snapshot=snapshot(), before=events(max(0, n - back)) if back else ())


def snapshot(tx: sa.Connection, person: Person) -> Json:
    """Everything of a person's that a fresh page needs."""
    conversations = talk.of_owner(tx, person.shop, person.owner)
    told = event_log.of_kinds(tx, person.shop, [one.id for one in conversations], ("handoff", "ticket"))
    return {
        "conversations": [conversation_view(tx, one) for one in conversations],
        "handoffs": list({body["conversation"]: body for kind, body in told if kind == "handoff"}.values()),
        "tickets": list({body["ticket"]["id"]: body for kind, body in told if kind == "ticket"}.values()),
        "me": me(person),
    }


def me(person: Person) -> Json:
    """The person as its own page knows it."""
    kind = "buyer" if person.buyer_id else "visitor"
    return {"kind": kind, "id": person.owner.partition(":")[2], "name": None, "verified": bool(person.buyer_id)}


def welcome(welcomed: Welcomed, gap: Missed, now: datetime, uploads: UploadLimits) -> str:
    """A buyer's `welcome` frame."""
    features = {"handoff": True, "attachments": True, "rating": True}
    more = {"visitor": welcomed.visitor_token} if welcomed.visitor_token else {}
    return welcome_frame(gap, me(welcomed.person), features, now, more, uploads)


def welcome_frame(gap: Missed, me: Json, features: Json, now: datetime, more: Json, uploads: UploadLimits) -> str:
    """The `welcome` of either role."""
    limits = {"text": MAX_TEXT, "frame": MAX_FRAME_BYTES, "uploads": uploads.told()}
    body: Json = {
        "session": new_id(), "epoch": gap.epoch, "now": utc(now), "heartbeat_ms": HEARTBEAT_MS,
        "resume": gap.resume, "n": gap.n, "me": me, "limits": limits,
        "features": features,
    }  # fmt: skip
    return frame("welcome", body | more)


def identify(tx: sa.Connection, old: Person, new: Person, at: datetime) -> None:
    """A visitor proved to be a buyer: the visitor's own conversations, uploads and opened orders go along."""
    if old.buyer_id is None and old.owner != new.owner:
        talk.give_to(tx, old.shop, old.owner, new.owner)
        uploads.give_to(tx, old.shop, old.owner, new.owner)
        visitors.move_grants(tx, old.shop, old.owner, new.owner, at)
        claims.move(tx, old.shop, old.owner, new.owner)
        privacy.move(tx, old.shop, old.owner, new.owner)
