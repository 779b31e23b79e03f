"""A ticket with everything that became of it, and the tickets that are like it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from knowledge_base.authorisation import trace
from support.assistant.masking import mask_keys
from support.chat.frames import utc
from support.service.desk_queue import Reader
from support.service.shops import LoadedShop
from ticketing.storage import dossier, refunds, talk, ticket_links, ticket_merges, tickets
from ticketing.storage.ticket_merges import Merge
from ticketing.ticket import Ticket

Json = dict[str, Any]
BATCH_DAYS = timedelta(days=30)
"""How far back claims about the same batch are looked for."""


def record(tx: sa.Connection, show: Reader, ticket: Ticket) -> Json:
    """The ticket, what it is linked with, its refunds, each change with who and why, its merges and splits."""
    chats = ticket_links.linked(tx, ticket, "conversation")
    orders = ticket_links.linked(tx, ticket, "order")
    money = {one.id: one for chat in chats for one in refunds.listed(tx, ticket.shop, (), 50, chat)}
    money |= {one.id: one for order in orders for one in refunds.of_order(tx, ticket.shop, order)}
    into = tickets.get(tx, ticket.shop, ticket.merged_into).number if ticket.merged_into else None
    return {
        "ticket": show.ticket(ticket), "conversations": list(chats), "merged_into": into,
        "orders": list(orders),
        "refunds": [{"number": one.number, "state": one.state, "order": one.order_no} for one in money.values()],
        "changes": [
            _masked(body) | {"at": utc(at)} for body, at in dossier.changes_of(tx, ticket.shop, chats, ticket.id)
        ],
        "merges": [merge_view(tx, one) for one in ticket_merges.of_ticket(tx, ticket.shop, ticket.id)],
    }  # fmt: skip


def merge_view(tx: sa.Connection, merge: Merge) -> Json:
    """A merge or a split, both tickets by their numbers; `undone_at` None while it stands."""
    numbers = {key: tickets.get(tx, merge.shop, key).number for key in (merge.ticket, merge.other)}
    return {
        "id": merge.id, "kind": merge.kind, "ticket": numbers[merge.ticket], "other": numbers[merge.other],
        "at": utc(merge.at), "by": merge.by, "undone_at": utc(merge.undone_at) if merge.undone_at else None,
        "undone_by": merge.undone_by,
    }  # fmt: skip


def related(tx: sa.Connection, loaded: LoadedShop, show: Reader, ticket: Ticket, now: datetime) -> list[Json]:
    """Other tickets by order, buyer, key and batch, each with all that it has in common, most first.

    Keys are compared by their marks. A batch is what the register of authorisations named for the claimed product on
    the day of the claim: no store records from which batch a single key was.
    """
    shop, chats = ticket.shop, ticket_links.linked(tx, ticket, "conversation")
    owner = talk.get(tx, shop, ticket.conversation).owner
    by_key = ticket_links.claiming_same_keys(tx, shop, chats) - set(chats)
    by_batch = _same_batch(tx, loaded, chats, now)
    ways: tuple[tuple[str, Iterable[Ticket]], ...] = (
        ("order", ticket_links.about_orders(tx, shop, ticket_links.linked(tx, ticket, "order"))),
        ("buyer", ticket_links.of_owner(tx, shop, owner)),
        ("key", ticket_links.in_conversations(tx, shop, by_key)),
        ("batch", ticket_links.in_conversations(tx, shop, by_batch)),
    )
    found: dict[str, tuple[Ticket, list[str]]] = {}
    for way, others in ways:
        for one in others:
            if one.id != ticket.id:
                found.setdefault(one.id, (one, []))[1].append(way)
    rows = sorted(found.values(), key=lambda row: (-len(row[1]), -row[0].ticket_no))
    return [{"ticket": show.ticket(one), "by": by} for one, by in rows]


def _same_batch(tx: sa.Connection, loaded: LoadedShop, chats: Iterable[str], now: datetime) -> frozenset[str]:
    mine = set(chats)
    claimed = ticket_links.products_claimed(tx, loaded.id, now - BATCH_DAYS, mine)
    wanted = {batch for _, product, at in claimed for batch in _batches(loaded, product, at)}
    if not wanted:
        return frozenset()
    others = ticket_links.products_claimed(tx, loaded.id, now - BATCH_DAYS)
    return frozenset(
        chat for chat, product, at in others if chat not in mine and wanted & _batches(loaded, product, at)
    )


def _batches(loaded: LoadedShop, product: str, at: datetime) -> frozenset[str]:
    day = at.astimezone(loaded.folder.shop.timezone).date()
    return frozenset(path.batch for path in trace(loaded.folder.authorisations, product, day) if path.batch)


def _masked(body: Json) -> Json:
    return body | {"cause": mask_keys(body["cause"])}
