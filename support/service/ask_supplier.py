"""A supplier is asked about goods in dispute: by a signed link to a small page, once, with a deadline.

The ticket waits for the supplier meanwhile. The answer, or that none came in time, goes to the agent as a note, into
the ticket's evidence, and takes the ticket on. No buyer hears who the supplier is, and no supplier who the buyer is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.masking import mask_keys
from support.assistant.phrases import phrase
from support.assistant.redact import redacted
from support.orders.connector import StoreUnavailable
from support.orders.order import Order, OrderItem
from support.service.shops import LoadedShop
from support.service.ticket_waits import carry_on, wait_for
from support.service.views import note_view
from ticketing.agent import Agent, actor_of
from ticketing.claim import mark_of
from ticketing.errors import Conflict, NotFound
from ticketing.evidence import INNER, TRADE, Item
from ticketing.storage import event_log, evidence, notes, suppliers, talk, tickets
from ticketing.supplier import SupplierAnswer, SupplierRequest
from ticketing.ticket import Ticket

Json = dict[str, Any]
SUPPLIER = "supplier"
PURPOSE = b"anxin supplier link 1"
PRINT = 12
"""As many places of a key's keyed fingerprint tell two keys apart."""


class NoSupplier(Exception):
    """Nobody knows who supplied it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked, about which product where the order holds goods of several suppliers, in which language."""

    question: str
    product: str | None = None
    lang: str = ""
    if_rev: int | None = None


def goods_of(loaded: LoadedShop, ticket: Ticket, product: str | None) -> tuple[str, Json]:
    """`(supplier, what it is shown)`. Raises NoSupplier; blocks for the store."""
    order = _order(loaded, ticket)
    items = [item for item in order.items if product in (None, item.product_id)] if order else []
    if order and not items:
        raise NoSupplier(f"this order has no product {product!r}")
    ids = [item.product_id for item in items if item.product_id] or ([product] if product else [])
    known = {(order.supplier if order else None) or _supplier(loaded, one) for one in ids}
    if order and order.supplier:
        known = {order.supplier}
    names = {name for name in known if name}
    if len(names) != 1:
        raise NoSupplier("several suppliers: say which product" if names else "no supplier of these goods is recorded")
    keys = [key for item in items for key in _keys(loaded, item)]
    goods = {"products": [{"id": one, "name": _names(loaded, one)} for one in dict.fromkeys(ids)], "keys": keys}
    delivered = [item.delivered_at for item in items if item.delivered_at]
    return names.pop(), goods | {"delivered_on": min(delivered).date().isoformat() if delivered else None}


def ask(
    tx: sa.Connection, shop: Shop, agent: Agent, ticket: str, about: tuple[str, Json], wanted: Wanted, at: datetime
) -> SupplierRequest:
    """Ask, and let the ticket wait. Raises NotFound, Conflict where it is asked already, IllegalTransition."""
    row = tickets.get(tx, shop.id, ticket)
    if any(one.state == "asked" for one in suppliers.of_ticket(tx, shop.id, ticket)):
        raise Conflict({"id": row.id, "number": row.number, "rev": row.rev, "state": row.state})
    name, goods = about
    request = suppliers.ask(
        tx, shop.id, ticket=row.id, conversation=row.conversation, supplier=name, goods=goods,
        question=redacted(wanted.question), lang=wanted.lang or shop.languages[0], asked_by=actor_of(agent),
        asked_at=at, due_at=at + timedelta(hours=shop.suppliers.answer_hours),
    )  # fmt: skip
    wait_for(tx, row, "supplier", actor=actor_of(agent), cause=request.number, at=at, if_rev=wanted.if_rev)
    told = {INNER: {"by": agent.display_name, "text": request.question}, TRADE: {"supplier": name}}
    _keep(tx, request, "asked", "agent", told, at)
    return request


def answer(
    tx: sa.Connection, shop: Shop, request: SupplierRequest, said: SupplierAnswer, text: str, at: datetime
) -> SupplierRequest:
    """Keep a supplier's answer, keys masked, and go on with the ticket. Raises IllegalTransition where it has ended."""
    words = mask_keys(text.strip()) or None
    done = suppliers.end(tx, request, "answered", answer=said, answer_text=words, answered_at=at)
    told = {TRADE: {"supplier": done.supplier}} | ({INNER: {"text": words}} if words else {})
    _keep(tx, done, "answered", SUPPLIER, told, at)
    lang = shop.languages[0]
    line = phrase(lang, "supplier.answered", number=done.number, answer=phrase(lang, f"supplier.{said}"))
    _go_on(tx, shop, done, f"{line} {words or ''}".strip(), SUPPLIER, f"{done.number}: {said}", at)
    return done


def expire(tx: sa.Connection, shop: Shop, key: str, at: datetime) -> None:
    """Not answered in time: the agent goes on without."""
    request = suppliers.get(tx, shop.id, key)
    if request.state != "asked" or request.due_at > at:
        return
    done = suppliers.end(tx, request, "expired")
    _keep(tx, done, "expired", "record", {TRADE: {"supplier": done.supplier}}, at)
    line = phrase(shop.languages[0], "supplier.expired", number=done.number)
    _go_on(tx, shop, done, line, "server", f"{done.number}: not answered in time", at)


def link_of(secret: str, request: SupplierRequest) -> str:
    """The path of the supplier's page: whoever has it may answer until the deadline, and nobody can make one up."""
    named = f"{request.shop}.{request.id}.{int(request.due_at.timestamp())}"
    return f"/supplier/{named}.{_signature(secret, named)}"


def read_link(link: str) -> tuple[str, str, int, str]:
    """`(shop, request, until, signature)` of what may be a link. Raises NotFound."""
    shop, _, rest = link.partition(".")
    key, _, rest = rest.partition(".")
    until, _, signed = rest.partition(".")
    if not (shop and key and until.isascii() and until.isdecimal() and len(until) < 15):
        raise NotFound("supplier request", link)
    return shop, key, int(until), signed


def opened_by(tx: sa.Connection, secret: str, link: str) -> SupplierRequest:
    """The request that a link opens. Raises NotFound for one that was not made here."""
    shop, key, until, signed = read_link(link)
    if not hmac.compare_digest(_signature(secret, f"{shop}.{key}.{until}").encode(), signed.encode()):
        raise NotFound("supplier request", link)
    return suppliers.get(tx, shop, key)


def _signature(secret: str, named: str) -> str:
    own = hmac.digest(secret.encode(), PURPOSE, hashlib.sha256)
    return hmac.digest(own, named.encode(), hashlib.sha256).hex()


def _order(loaded: LoadedShop, ticket: Ticket) -> Order | None:
    if ticket.order_no is None or loaded.connector is None:
        return None
    try:
        return loaded.connector.find(ticket.order_no)
    except StoreUnavailable as error:
        raise NoSupplier("the store cannot be read now: try again later") from error


def _supplier(loaded: LoadedShop, product: str) -> str | None:
    found = loaded.folder.products.get(product)
    return found.supplier if found else None


def _names(loaded: LoadedShop, product: str) -> Json:
    found = loaded.folder.products.get(product)
    return dict(found.name) if found else {}


def _keys(loaded: LoadedShop, item: OrderItem) -> Iterable[Json]:
    prints = [mark_of(loaded.row.secret, "key", one)[:PRINT] for one in item.key_prints]
    for place, masked in enumerate(item.keys_masked):
        yield {"masked": masked, "print": prints[place] if place < len(prints) else ""}


def _keep(tx: sa.Connection, request: SupplierRequest, state: str, source: str, parts: Json, at: datetime) -> None:
    about = {"request": request.number, "state": state, "answer": request.answer}
    item = Item("supplier", source, f"supplier:{request.id}:{state}", at, about, parts)
    evidence.append(tx, request.shop, request.ticket, (item,), at)


def _go_on(
    tx: sa.Connection, shop: Shop, request: SupplierRequest, line: str, actor: str, cause: str, at: datetime
) -> None:
    row = talk.get(tx, shop.id, request.conversation)
    name = phrase(shop.languages[0], "supplier.name")
    note = notes.add(
        tx, shop.id, row.id, after_seq=row.seq, agent=SUPPLIER, author_name=name, text=line, at=at
    )  # fmt: skip
    body = {"conversation": row.id, "note": note_view(note)}
    event_log.append(tx, shop.id, "note", row.id, row.owner, body, at, audience="agents")
    ticket = tickets.get(tx, shop.id, request.ticket)
    if ticket.state == "waiting_supplier":
        carry_on(tx, shop, ticket, actor=actor, cause=cause, at=at)
