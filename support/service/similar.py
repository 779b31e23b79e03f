"""Solved tickets that are like one, and how each ended: found by what the record has anyway, in one shop alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from support.assistant.case_reply import NO_MATTER
from support.assistant.wording import decimal_text
from support.service.brief import cause_of, first_words, known_of
from support.service.brief_facts import Known
from support.service.desk_queue import Reader, order_number
from support.service.shops import LoadedShop
from support.service.ticket_words import wanted, words_of
from ticketing.storage import dossier, refunds, talk, ticket_links, ticket_list, ticket_words
from ticketing.storage.desk import DeskRow
from ticketing.storage.ticket_list import Filters
from ticketing.ticket import TicketState

Json = dict[str, Any]
SOLVED: tuple[TicketState, ...] = ("resolved", "closed")
LOOKED_AT, SHOWN = 60, 5
WORTH: Mapping[str, float] = {"product": 3.0, "reason": 3.0, "supplier": 1.0, "words": 4.0}
ENOUGH = 3.0
"""As much as one reason or one product: words alone have to be many."""
COMMON = 0.5
"""A word that stands in more of the tickets than this share tells nothing."""


@dataclass(slots=True)
class _Like:
    row: DeskRow
    by: set[str] = field(default_factory=set)
    words: float = 0.0

    @property
    def worth(self) -> float:
        return sum(WORTH[way] for way in self.by) + WORTH["words"] * self.words


def similar(tx: sa.Connection, loaded: LoadedShop, show: Reader, conversation: str) -> list[Json]:
    """`[{ticket, conversation, by, outcome}]`, the most alike first: by type, product, supplier and words."""
    known = known_of(tx, loaded, talk.get(tx, loaded.id, conversation), show.lang)
    found = _found(tx, known, show)
    _weigh_words(tx, known, found)
    alike = sorted(found.values(), key=lambda one: (-one.worth, -_no(one)))
    return [_shown(tx, show, one) for one in alike if one.worth >= ENOUGH][:SHOWN]


def _found(tx: sa.Connection, known: Known, show: Reader) -> dict[str, _Like]:
    shop, mine = known.loaded.id, known.conversation.id
    said = first_words(known)
    products = _products(tx, known, show)
    catalogue = known.loaded.folder.products
    suppliers = {catalogue[one].supplier for one in products if one in catalogue} - {None}
    asked: list[tuple[str, Filters]] = []
    if (cause := cause_of(known)) not in NO_MATTER:
        asked.append(("reason", Filters(SOLVED, reason=cause)))
    asked += [("product", Filters(SOLVED, product=one)) for one in sorted(products)]
    asked += [("supplier", Filters(SOLVED, supplier=one)) for one in sorted(filter(None, suppliers))]
    if said is not None and (words := wanted(said.text)):
        asked.append(("", Filters(SOLVED, words=words, some=True)))
    found: dict[str, _Like] = {}
    for way, filters in asked:
        for row in ticket_list.page(tx, shop, filters, LOOKED_AT).rows:
            ticket = row.ticket
            if ticket is None or ticket.is_work or ticket.merged_into or row.conversation.id == mine:
                continue
            found.setdefault(ticket.id, _Like(row)).by |= {way} - {""}
    return found


def _products(tx: sa.Connection, known: Known, show: Reader) -> set[str]:
    order = show.order(order_number(known.conversation, known.ticket))
    item = known.conversation.memory.get("item")
    rows = [one.product_id for one in order.items] if order else []
    row = known.conversation
    claimed = ticket_links.products_claimed(tx, row.shop, row.created_at - timedelta(seconds=1), {row.id})
    return {one for one in (*([item] if item in rows else rows), *(product for _, product, _ in claimed)) if one}


def _weigh_words(tx: sa.Connection, known: Known, found: Mapping[str, _Like]) -> None:
    """How much of what is rare among these tickets both say: the cosine of words, weighted by how few have them."""
    chats = {one.row.conversation.id for one in found.values()} | {known.conversation.id}
    sources = ticket_words.sources(tx, known.loaded.id, chats)
    words = {source.ticket_no: _telling(words_of(source).split()) for source in sources}
    mine = words.get(known.ticket.ticket_no if known.ticket else 0, frozenset())
    counts = Counter(word for said in words.values() for word in said)
    weight = {
        word: math.log(len(words) / count) ** 2 for word, count in counts.items() if count <= COMMON * len(words) + 1
    }
    for one in found.values():
        its = words.get(_no(one), frozenset())
        size = math.sqrt(_sum(weight, mine) * _sum(weight, its))
        one.words = _sum(weight, mine & its) / size if size else 0.0


def _telling(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in words if len(word) > 1 and not any(map(str.isdigit, word)))


def _sum(weight: Mapping[str, float], words: Iterable[str]) -> float:
    return sum(weight.get(word, 0.0) for word in words)


def _no(one: _Like) -> int:
    return one.row.ticket.ticket_no if one.row.ticket else 0


def _shown(tx: sa.Connection, show: Reader, one: _Like) -> Json:
    chat, shop = one.row.conversation.id, show.loaded.id
    ticket = show.ticket(one.row.ticket)
    money = next(iter(refunds.listed(tx, shop, (), 1, chat)), None)
    decided = next(iter(dossier.decisions_of(tx, shop, chat)), None)
    return {
        "ticket": ticket, "conversation": chat, "by": [way for way in WORTH if way in one.by or _says(one, way)],
        "outcome": {
            "resolution": ticket["resolution"] if ticket else None,
            "verdict": decided.proof["verdict"] if decided else None,
            "refund": None if money is None else {
                "number": money.number, "kind": money.kind, "state": money.state,
                "amount": decimal_text(money.amount), "currency": money.currency,
            },
        },
    }  # fmt: skip


def _says(one: _Like, way: str) -> bool:
    return way == "words" and one.words >= 0.15
