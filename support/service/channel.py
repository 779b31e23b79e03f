"""Conversations for other systems: who speaks by way of one, and what they read of what buyers see."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from support.chat.frames import utc
from support.service.people import Person
from support.service.views import conversation_head, message_view
from ticketing.events import Event
from ticketing.storage import event_log, shops, talk

Json = dict[str, Any]
MOST_EVENTS = 200


class Speaker(msgspec.Struct, frozen=True):
    """A buyer as another system names them: the store's own by `id` alone, somebody of a `channel` with it."""

    id: str
    channel: str | None = None

    def person(self, shop: str) -> Person:
        """Whose rows these are. Somebody of a channel is a visitor: the channel's word opens no order."""
        if self.channel is None:
            return Person(shop, f"buyer:{self.id}", self.id)
        return Person(shop, f"visitor:{self.channel}:{self.id}")


def speaker_view(owner: str) -> Json:
    """An owner as another system knows it; a visitor of our own chat is one of the channel `web`."""
    kind, _, key = owner.partition(":")
    if kind == "buyer":
        return {"id": key, "channel": None}
    channel, colon, id = key.partition(":")
    return {"id": id, "channel": channel} if colon else {"id": key, "channel": "web"}


def conversation_of(tx: sa.Connection, shop: str, conversation: str) -> Json:
    """A conversation without its messages. Raises NotFound."""
    row = talk.get(tx, shop, conversation)
    return conversation_head(tx, row) | {"buyer": speaker_view(row.owner)}


def conversations_of(tx: sa.Connection, shop: str, who: Speaker | None, after: str | None, limit: int) -> Json:
    """A page, the newest first; `next` is the `after` of the page after."""
    owner = who.person(shop).owner if who else None
    found = talk.listed(tx, shop, owner, after, limit)
    shown = [conversation_head(tx, row) | {"buyer": speaker_view(row.owner)} for row in found]
    return {"conversations": shown, "next": found[-1].id if len(found) == limit else None}


def messages_of(tx: sa.Connection, shop: str, conversation: str, before: int | None, limit: int) -> Json:
    """The messages before a `seq`, or the last ones, in order; `next` is the `before` of the page before them."""
    talk.get(tx, shop, conversation)
    page = talk.page(tx, shop, conversation, before, limit)
    return {
        "messages": [message_view(one) for one in page],
        "next": page[0].seq if page and page[0].seq > 1 else None,
    }


def events_after(tx: sa.Connection, shop: str, after: int | None, conversation: str | None, limit: int) -> Json:
    """What buyers saw after a cursor, in order; without one nothing, and in `next` the cursor of the present."""
    now = shops.get_shop(tx, shop).n
    if after is None:
        return {"events": [], "next": now}
    found = event_log.seen_by_buyers(tx, shop, after, conversation, limit)
    last = found[-1].n if len(found) == limit else max(now, after)
    return {"events": [event_view(one) for one in found], "next": last}


def event_view(event: Event) -> Json:
    """An event as another system reads it."""
    return {
        "n": event.n, "type": event.type, "at": utc(event.at), "conversation": event.conversation or None,
        "buyer": speaker_view(event.owner) if event.owner else None, "data": event.body,
    }  # fmt: skip
