"""The buyer says whether it is solved, and how it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.state import TicketRequest
from support.service.hand_off import Case, hand_off
from support.service.people import Person
from support.service.tell import patch, say_as_house
from support.service.views import rating_view
from ticketing.conversation import Conversation, Message
from ticketing.errors import Conflict, NotFound
from ticketing.storage import event_log, ratings, talk, tickets
from ticketing.storage.ratings import Rating
from ticketing.ticket import BUYER

Json = dict[str, Any]
LOOKED_THROUGH = 200
LONGEST_TAG, MOST_TAGS, LONGEST_COMMENT = 64, 10, 2000


@dataclass(frozen=True, slots=True)
class Stars:
    """1 to 5, what stood out, and a word."""

    score: int
    tags: tuple[str, ...] = ()
    comment: str = ""


def rate(
    tx: sa.Connection, shop: Shop, person: Person, conversation: str, message: str | None, stars: Stars, at: datetime
) -> Json:
    """Keep the stars under the message that asked for them (None: the last one that did); the ack.

    Where nobody asked, it is the assistant's last answer that is rated. Raises NotFound where there is nothing to
    rate, Conflict where it was rated.
    """
    row = talk.get(tx, shop.id, conversation, person.owner)
    rated = _rated_message(tx, row, message)
    place = _rating_place(rated)
    known = ratings.find(tx, shop.id, rated.id)
    if known is not None and known.score is not None:
        raise Conflict(rating_view(known))
    tags = tuple(tag[:LONGEST_TAG] for tag in stars.tags[:MOST_TAGS])
    rating = replace(
        known or _new(tx, row, rated, at), score=max(1, min(stars.score, 5)), tags=tags,
        comment=stars.comment.strip()[:LONGEST_COMMENT], at=at,
    )  # fmt: skip
    _keep(tx, row, rated, place, rating, at)
    return {"conversation": row.id, "rev": row.rev, "rating": rating_view(rating)}


def say_whether_solved(
    tx: sa.Connection, shop: Shop, row: Conversation, message: Message, value: object, at: datetime
) -> Json:
    """Keep the answer to 问题解决了吗？; a "no" puts the same dispute back into its queue. Once; the ack.

    Raises NotFound for a message that does not ask, or another answer than "yes" and "no"; Conflict for a second one.
    """
    place = _rating_place(message)
    if place is None or value not in ("yes", "no"):
        raise NotFound("card", f"solved on {message.id}")
    known = ratings.find(tx, shop.id, message.id)
    if known is not None and known.solved is not None:
        raise Conflict(rating_view(known))
    rating = replace(known or _new(tx, row, message, at), solved=value == "yes")
    _keep(tx, row, message, place, rating, at)
    last = _reopened(tx, shop, row, at) if value == "no" and row.state in {"resolved", "bot"} else message
    return {"conversation": row.id, "message": {"id": last.id, "seq": last.seq}}


def _reopened(tx: sa.Connection, shop: Shop, row: Conversation, at: datetime) -> Message:
    held = tickets.dispute_of(tx, shop.id, row.id)
    request = TicketRequest(held.reason if held else "human")
    case = Case(row, row.lang, held.order_no if held else None, None, BUYER, "not solved")
    handed = hand_off(tx, shop, case, request, at)
    return say_as_house(tx, shop, talk.get(tx, shop.id, row.id), handed.line, at, handed.parts)


def _rated_message(tx: sa.Connection, row: Conversation, message: str | None) -> Message:
    if message is not None:
        found = talk.get_message(tx, row.shop, row.id, message)
        if _rating_place(found) is None:
            raise NotFound("rating", message)
        return found
    page = talk.page(tx, row.shop, row.id, None, LOOKED_THROUGH)
    asking = [one for one in page if _rating_place(one) is not None]
    answers = [one for one in page if one.author_kind == "assistant"]
    if not (asking or answers):
        raise NotFound("rating", row.id)
    return (asking or answers)[-1]


def _rating_place(message: Message) -> int | None:
    return next((i for i, part in enumerate(message.parts) if part["type"] == "rating"), None)


def _new(tx: sa.Connection, row: Conversation, message: Message, at: datetime) -> Rating:
    """Who is rated: the agent whose ticket it was where people were asked about, else the assistant."""
    if _rating_place(message) is None:
        return Rating(message.id, row.id, at)
    ticket = tickets.dispute_of(tx, row.shop, row.id) or tickets.main_ticket_of(tx, row.shop, row.id)
    agent = row.assignee or (ticket.assignee if ticket else None)
    return Rating(message.id, row.id, at, ticket.id if ticket else None, agent)


def _keep(
    tx: sa.Connection, row: Conversation, message: Message, place: int | None, rating: Rating, at: datetime
) -> None:
    ratings.save(tx, row.shop, rating)
    if place is not None:
        said = {"solved": rating.solved, "score": rating.score, "tags": list(rating.tags), "comment": rating.comment}
        patch(tx, row, message, place, message.parts[place] | said, at)
    body = {"conversation": row.id, "rating": rating_view(rating)}
    event_log.append(tx, row.shop, "rated", row.id, row.owner, body, at)
