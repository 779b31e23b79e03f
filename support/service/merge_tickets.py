"""Two tickets of one buyer become one, or one becomes two; either can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import listed, phrase
from support.assistant.state import TicketRequest
from support.service.hand_off import Case, hand_off
from support.service.move_ticket import change_ticket, check_ticket_rev, move_ticket
from support.service.queue import tell_places
from support.service.tell import notice, say_as_house, tell_conversation
from ticketing.agent import Agent, actor_of, may
from ticketing.conversation import Conversation
from ticketing.errors import Conflict, TicketingError
from ticketing.storage import talk, ticket_links, ticket_merges, tickets
from ticketing.storage.ticket_merges import Merge
from ticketing.ticket import DONE, Ticket, higher

Json = dict[str, Any]
LEFT = ("state", "waiting_since", "snoozed_until", "assignee")


class NotMergeable(TicketingError):
    """These tickets cannot become one, or not two again; says why and what to do instead, in words of a language."""

    def __init__(self, rule: str, **slots: str) -> None:
        self.rule, self.slots = rule, slots
        super().__init__(self.told("en"))

    def told(self, lang: str) -> str:
        """The refusal as a sentence."""
        return phrase(lang, f"merge.{self.rule}", **self.slots)


@dataclass(frozen=True, slots=True)
class Read:
    """A ticket as the agent has read it."""

    ticket: Ticket
    if_rev: int | None = None


def merge(tx: sa.Connection, shop: Shop, agent: Agent, given: Read, into: Read, at: datetime) -> Merge:
    """The first ticket's orders, conversation and tags go to the second, which keeps the earlier deadlines.

    The first is closed and points at it; its chat goes back to the assistant, and the buyer reads where it goes on.
    Raises Conflict and NotMergeable.
    """
    gone, kept = given.ticket, into.ticket
    check_ticket_rev(gone, given.if_rev)
    check_ticket_rev(kept, into.if_rev)
    row, there = talk.get(tx, shop.id, gone.conversation), talk.get(tx, shop.id, kept.conversation)
    _check_merge(agent, gone, kept, row, there)
    by, why = actor_of(agent), f"{gone.number} went into {kept.number}"
    links = _link(tx, kept, gone, by, at)
    joined = _joined(gone, kept)
    changed = change_ticket(tx, kept, actor=by, cause=why, at=at, **joined)
    closed = move_ticket(tx, gone, "closed", actor=by, cause=why, at=at, merged_into=kept.id)
    before: Json = {
        "ticket": {name: _plain(getattr(gone, name)) for name in LEFT}, "rev": closed.rev,
        "other": {name: [_plain(getattr(kept, name)), _plain(getattr(changed, name))] for name in joined},
        "links": links, "chat": _leave(tx, shop, row, there, kept, at),
    }  # fmt: skip
    _tell_queue(tx, shop, at, gone, kept)
    return ticket_merges.add(tx, shop.id, "merge", gone.id, kept.id, by, before, at)


def split(
    tx: sa.Connection, shop: Shop, agent: Agent, given: Read, orders: tuple[str, ...], reason: str, at: datetime
) -> Merge:
    """Some of a ticket's further orders become a ticket of their own, in a chat of its own, where the buyer is told.

    Raises Conflict, and NotMergeable for orders that are not linked with it.
    """
    ticket, by = given.ticket, actor_of(agent)
    check_ticket_rev(ticket, given.if_rev)
    _check_open(ticket)
    if ticket.is_work:
        raise NotMergeable("work", number=ticket.number)
    linked = ticket_links.linked(tx, ticket, "order")
    for order in orders:
        if order == ticket.order_no or order not in linked:
            raise NotMergeable("unlinked", order=order, number=ticket.number)
    if not orders:
        raise NotMergeable("no_orders")
    old = talk.get(tx, shop.id, ticket.conversation)
    row = talk.start(tx, shop.id, old.owner, old.lang, orders[0], at)
    row = tell_conversation(tx, shop.id, row.id, at)
    cause = f"split off from {ticket.number}"
    request = TicketRequest(reason or ticket.reason, queue=ticket.queue, priority=ticket.priority, tags=ticket.tags)
    handed = hand_off(tx, shop, Case(row, row.lang, orders[0], None, by, cause), request, at)
    say_as_house(tx, shop, talk.get(tx, shop.id, row.id), handed.line, at, handed.parts)
    for order in orders:
        ticket_links.unlink(tx, ticket, "order", order)
        ticket_links.link(tx, handed.ticket, "order", order, by, at)
    change_ticket(tx, ticket, actor=by, cause=f"{handed.ticket.number} was split off", at=at)
    notice(tx, shop, old, "handoff.split", at, number=handed.ticket.number, orders=listed(old.lang, orders))
    before: Json = {
        "orders": list(orders),
        "rev": handed.ticket.rev,
        "chat": {"rev": talk.get(tx, shop.id, row.id).rev},
    }
    return ticket_merges.add(tx, shop.id, "split", handed.ticket.id, ticket.id, by, before, at)


def undo(tx: sa.Connection, shop: Shop, agent: Agent, merge_id: str, at: datetime) -> Merge:
    """Put back what a merge or a split has changed, as far as nothing else has changed it since.

    Raises NotFound, Conflict for one undone before, NotMergeable where a ticket or its chat has moved on since.
    """
    done = ticket_merges.get(tx, shop.id, merge_id)
    if done.undone_at is not None:
        raise Conflict({"id": done.id, "undone_at": done.undone_at.isoformat()})
    ticket, other = tickets.get(tx, shop.id, done.ticket), tickets.get(tx, shop.id, done.other)
    row = talk.get(tx, shop.id, ticket.conversation)
    moved = ticket.rev != done.before["rev"] or row.rev != done.before["chat"].get("rev", row.rev)
    if moved:
        raise NotMergeable("moved_on", number=ticket.number)
    if done.kind == "merge":
        _unmerge(tx, shop, agent, done, ticket, other, row, at)
    else:
        _unsplit(tx, shop, agent, done, ticket, other, row, at)
    _tell_queue(tx, shop, at, ticket, other)
    ticket_merges.undo(tx, done, actor_of(agent), at)
    return ticket_merges.get(tx, shop.id, merge_id)


def _tell_queue(tx: sa.Connection, shop: Shop, at: datetime, *before: Ticket) -> None:
    """Of these some stood in a queue, and one may have left it or moved up: who waits there hears the place anew."""
    for one in {one.queue: one for one in before if one.state == "new"}.values():
        tell_places(tx, shop, one, 0, at)


def _check_merge(agent: Agent, gone: Ticket, kept: Ticket, row: Conversation, there: Conversation) -> None:
    _check_open(gone)
    _check_open(kept)
    if gone.id == kept.id:
        raise NotMergeable("itself")
    if row.owner != there.owner:
        raise NotMergeable("two_buyers")
    if gone.is_work != kept.is_work:
        raise NotMergeable("apart")
    if kept.state == "waiting_buyer" and not kept.is_work:
        raise NotMergeable("waits_for_buyer", number=kept.number)
    if row.state == "human" and row.assignee != agent.id and not may(agent, "senior"):
        raise Conflict({"number": gone.number, "rev": gone.rev, "state": gone.state, "assignee": row.assignee})


def _check_open(ticket: Ticket) -> None:
    if ticket.state in DONE:
        raise NotMergeable("done", number=ticket.number)


def _joined(gone: Ticket, kept: Ticket) -> Json:
    """What changes of the ticket that stays; of two promised times the earlier one."""
    joined: Json = {
        "tags": sorted({*kept.tags, *gone.tags}), "priority": higher(kept.priority, gone.priority),
        "decision": kept.decision or gone.decision,
    }  # fmt: skip
    end = ("resolve_by", "remind_at", "legal_by")
    names = ("target_at", "due_at", *end) if kept.state == gone.state == "new" else end
    for name in names:
        times = [one for one in (getattr(kept, name), getattr(gone, name)) if one is not None]
        joined[name] = min(times, default=None)
    return joined


def _link(tx: sa.Connection, kept: Ticket, gone: Ticket, by: str, at: datetime) -> list[list[str]]:
    """Link what the other is about; what was new."""
    orders = [("order", one) for one in ticket_links.linked(tx, gone, "order")]
    chats = [("conversation", one) for one in ticket_links.linked(tx, gone, "conversation")]
    found: list[list[str]] = []
    for one in orders:
        if ticket_links.link(tx, kept, "order", one[1], by, at):
            found.append(["order", one[1]])
    for one in chats:
        if ticket_links.link(tx, kept, "conversation", one[1], by, at):
            found.append(["conversation", one[1]])
    return found


def _leave(tx: sa.Connection, shop: Shop, row: Conversation, there: Conversation, kept: Ticket, at: datetime) -> Json:
    """Nobody comes into this chat any more: the assistant answers again, and the buyer reads where it goes on."""
    if row.id == there.id or kept.is_work or row.state in {"bot", "resolved"}:
        return {}
    before = {name: _plain(getattr(row, name)) for name in ("state", "assignee", "joined_at", "snoozed_until")}
    if row.state == "snoozed":
        talk.move(tx, row, "human")
        row = talk.get(tx, shop.id, row.id)
    talk.move(tx, row, "bot", assignee=None, joined_at=None, snoozed_until=None)
    row = tell_conversation(tx, shop.id, row.id, at)
    notice(tx, shop, row, "handoff.merged", at, number=kept.number)
    return before | {"rev": row.rev}


def _unmerge(
    tx: sa.Connection, shop: Shop, agent: Agent, done: Merge, ticket: Ticket, other: Ticket, row: Conversation,
    at: datetime,
) -> None:  # fmt: skip
    by, why = actor_of(agent), f"{ticket.number} was taken out of {other.number} again"
    for kind, value in done.before["links"]:
        ticket_links.unlink(tx, other, kind, value)
    back = {
        name: _value(name, was) for name, (was, then) in done.before["other"].items()
        if _plain(getattr(other, name)) == then
    }  # fmt: skip
    change_ticket(tx, other, actor=by, cause=why, at=at, **back)
    left = {name: _value(name, was) for name, was in done.before["ticket"].items()}
    change_ticket(tx, ticket, actor=by, cause=why, at=at, merged_into=None, **left)
    chat = done.before["chat"]
    if not chat:
        return
    if chat["state"] == "waiting":
        request = TicketRequest(ticket.reason, priority=ticket.priority)
        handed = hand_off(tx, shop, Case(row, row.lang, actor=by, cause=why), request, at, promised=True)
        say_as_house(tx, shop, talk.get(tx, shop.id, row.id), handed.line, at, handed.parts)
        return
    talk.move(tx, row, "human", assignee=chat["assignee"], joined_at=_value("joined_at", chat["joined_at"]))
    if chat["state"] == "snoozed":
        until = _value("snoozed_until", chat["snoozed_until"])
        talk.move(tx, talk.get(tx, shop.id, row.id), "snoozed", snoozed_until=until)
    row = tell_conversation(tx, shop.id, row.id, at)
    notice(tx, shop, row, "handoff.unmerged", at, number=ticket.number)


def _unsplit(
    tx: sa.Connection, shop: Shop, agent: Agent, done: Merge, ticket: Ticket, other: Ticket, row: Conversation,
    at: datetime,
) -> None:  # fmt: skip
    by, why = actor_of(agent), f"{ticket.number} was put back into {other.number}"
    for order in done.before["orders"]:
        ticket_links.unlink(tx, ticket, "order", order)
        ticket_links.link(tx, other, "order", order, by, at)
    move_ticket(tx, ticket, "closed", actor=by, cause=why, at=at, merged_into=other.id)
    change_ticket(tx, other, actor=by, cause=why, at=at)
    _leave(tx, shop, row, talk.get(tx, shop.id, other.conversation), other, at)


def _plain(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _value(name: str, kept: Any) -> Any:
    return (
        datetime.fromisoformat(kept) if kept is not None and name.endswith(("_at", "_by", "_until", "_since")) else kept
    )
