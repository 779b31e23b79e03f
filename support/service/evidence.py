"""The evidence of a ticket, collected from the record and from the store.

It is collected as things happen (`evidence_work`) and once more when it is exported: each time, what is new or changed
since is added to the ticket's chain, and what stands there stays. So the times at which things happened are those of
the record, and the time at which a link was added is its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from support.assistant.entities import ORDER_PROOF, entities
from support.assistant.guard import visible
from support.assistant.masking import mask_keys
from support.assistant.redact import redacted
from support.assistant.redact_people import without_people
from support.assistant.why.telling import why
from support.orders.connector import StoreUnavailable
from support.orders.number import normalise_number
from support.orders.order import Order
from support.service.evidence_order import items_of_order
from support.service.shops import LoadedShop
from support.service.without_collecting import without_collecting
from ticketing.errors import NotFound
from ticketing.evidence import INNER, REDACTED, TEXT, Entry, Item, Kind
from ticketing.storage import agents, dossier, evidence, notes, refunds, tickets
from ticketing.storage.journal import Journal
from ticketing.ticket import Ticket

Json = dict[str, Any]
RECORD = "record"
DECIDED = ("request", "verdict", "clause", "outcome", "digest")
PASSWORD = re.compile(r"密[码碼]|passw|passc|\bpwd?\b|\bpin\b", re.IGNORECASE)
TELLING = re.compile(r"[0-9@•]|[A-Za-z]{3}|[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]{4}")
"""A text without any of these holds no number, address of the net or key that could be taken out of it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket with its chain as it stands now; `store_down` where the store could not be asked."""

    ticket: Ticket
    entries: tuple[Entry, ...]
    store_down: bool


@without_collecting()
def collect(journal: Journal, loaded: LoadedShop, ticket: str, at: datetime) -> Case:
    """Add what is new of a ticket to its chain. Raises NotFound."""
    case = journal.read_now(lambda tx: tickets.get(tx, loaded.id, ticket))
    order, store_down = _order(loaded, case.order_no)
    items = journal.read_now(lambda tx: _of_record(tx, loaded, case))  # outside of the one transaction that may write
    items += list(items_of_order(order, loaded, at)) if order else []
    return Case(case, journal.write_now(lambda tx: evidence.add(tx, loaded.id, ticket, items, at)), store_down)


def new_items(tx: sa.Connection, loaded: LoadedShop, ticket: Ticket) -> list[Item]:
    """What the record holds of a ticket, without the messages that stand in its chain already."""
    return _of_record(tx, loaded, ticket, evidence.last_said(tx, loaded.id, ticket.id))


def order_items(loaded: LoadedShop, ticket: Ticket, at: datetime) -> list[Item]:
    """What the store shows of a ticket's order now; nothing where it cannot be asked."""
    order, _ = _order(loaded, ticket.order_no)
    return list(items_of_order(order, loaded, at)) if order else []


def _order(loaded: LoadedShop, number: str | None) -> tuple[Order | None, bool]:
    if number is None or loaded.connector is None:
        return None, False
    try:
        return loaded.connector.find(number), False
    except StoreUnavailable:
        return None, True


def _of_record(tx: sa.Connection, loaded: LoadedShop, ticket: Ticket, after: int = 0) -> list[Item]:
    """In the order in which it happened; of equal times the one that is found first."""
    shop, chat = loaded.id, ticket.conversation
    found = [
        *_messages(evidence.said(tx, shop, chat, max(0, after - 1)), ticket.order_no, after),
        *_uploads(tx, ticket),
        *_decisions(tx, loaded, chat),
        *_told(tx, ticket),
        *_refunds(tx, ticket),
        *_of_people(tx, ticket),
    ]
    return sorted(found, key=lambda item: item.at)


def _messages(rows: Iterable[sa.Row[Any]], order_no: str | None, after: int) -> Iterator[Item]:
    """Those after the message `after`; the one before tells whether the next was to be a password."""
    asked = False
    for id, seq, at, author, name, generated_by, lang, text, citations in map(tuple, rows):
        if author == "assistant":
            asked = PASSWORD.search(text) is not None
        if seq > after:
            shown = without_password(text, order_no, asked) if author == "buyer" else text
            about = {
                "seq": seq, "author": author, "generated_by": generated_by, "lang": lang,
                "cites": [f"{one.get('kind')}:{one.get('id')}" for one in citations],
            }  # fmt: skip
            yield Item("message", RECORD, f"message:{id}", at, about, _texts(author, name, shown, order_no))
        if author == "buyer":
            asked = False


def _texts(author: str, name: str, text: str, order_no: str | None) -> dict[str, Json]:
    """Its text stands once, unless the buyer's copy has another one, or leaves out who wrote it."""
    text = mask_keys(text)
    plain = for_buyer(text, order_no)
    parts = {REDACTED: {"text": plain}}
    if plain != text or author in {"agent", "system"}:
        parts[TEXT] = {"name": name, "text": text}
    return parts


def without_password(text: str, order_no: str | None, asked: bool = False) -> str:
    """A buyer's text without the password that opens an order: called one, beside its number, or asked for."""
    if not (asked or PASSWORD.search(text) or (order_no and order_no in text)):
        return text
    found = entities(text, frozenset({ORDER_PROOF}) if asked else frozenset()).proof_candidates
    for one in sorted(found, key=len, reverse=True):
        text = text if one in text else visible(text)
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(one)}(?![A-Za-z0-9])", "[password]", text)
    return text


def for_buyer(text: str, order_no: str | None) -> str:
    """A text without keys and without what tells who somebody is; the case's own order number stays."""
    return "\n".join(
        (order_no or "").join(_piece(piece) for piece in (line.split(order_no) if order_no else [line]))
        for line in text.split("\n")
    )


def _piece(text: str) -> str:
    """As it was written where nothing is taken out."""
    if TELLING.search(text):
        return redacted(text)
    named = without_people(folded := visible(text))
    return text if named == folded else named


def _uploads(tx: sa.Connection, ticket: Ticket) -> Iterator[Item]:
    for row in evidence.uploads_said(tx, ticket.shop, ticket.conversation):
        about = {
            "by": row.owner.partition(":")[0], "sha256": row.sha256, "media_type": row.media_type, "size": row.size,
        }  # fmt: skip
        yield Item("upload", RECORD, f"upload:{row.id}", row.said_at, about, {TEXT: {"file": mask_keys(row.name)}})


def _decisions(tx: sa.Connection, loaded: LoadedShop, chat: str) -> Iterator[Item]:
    """What was decided; what was only suggested to agents is told apart, for no buyer saw it."""
    told = evidence.told_of(tx, loaded.id, chat, ("decision",))
    unseen = {row.body["decision"]["id"] for row in told if row.audience == "agents"}
    for one in dossier.decisions_of(tx, loaded.id, chat):
        kind: Kind = "suggestion" if one.id in unseen else "decision"
        proof = one.proof
        about = {"order_no": one.order_no} | {name: proof[name] for name in DECIDED}
        said = {lang: why(proof, lang, loaded.folder).summary for lang in ("zh-CN", "en")}
        inner = {INNER: {"proof": proof, "summary": said}}
        yield Item(kind, "policy", f"{kind}:{one.id}", one.at, about, inner)


def _told(tx: sa.Connection, ticket: Ticket) -> Iterator[Item]:
    """How the ticket moved, who looked at the case, and what the store told of its order."""
    for row in evidence.told_of(tx, ticket.shop, ticket.conversation, ("ticket", "opened", "review")):
        subject = f"event:{row.n}"
        if row.type == "review":
            yield Item("review", "agent", subject, row.at, {}, {INNER: _review(row.body["review"])})
            continue
        if row.type == "opened":
            yield Item(
                "viewed", RECORD, subject, row.at, {}, {INNER: {"by": row.body["agent"]["name"], "what": "opened"}}
            )
            continue
        moved = row.body["ticket"]
        about = {name: moved.get(name) for name in ("number", "reason", "priority", "queue", "state", "order_no")}
        if moved["id"] == ticket.id:
            yield Item("ticket", RECORD, subject, row.at, about)
    number = ticket.order_no and normalise_number(ticket.order_no)
    for row in evidence.told_by_store(tx, ticket.shop, number) if number else ():
        about = {"told": row.kind, "amount": row.amount, "currency": row.currency, "frozen": row.frozen}
        yield Item("store_event", "store", f"store_event:{row.id}", row.occurred_at, about)


def _review(said: Json) -> Json:
    """What an agent said to a decision, and why."""
    names = ("decision", "said", "verdict", "clause", "gave", "refund")
    return {"by": said["agent"]["name"], "text": said["reason"]} | {name: said[name] for name in names}


def _refunds(tx: sa.Connection, ticket: Ticket) -> Iterator[Item]:
    """Each step of the refunds of its order: who took it, and why, is for the shop alone."""
    for refund in refunds.of_order(tx, ticket.shop, ticket.order_no) if ticket.order_no else ():
        about = {"number": refund.number, "kind": refund.kind, "amount": str(refund.amount)}
        about |= {"currency": refund.currency, "line": refund.line}
        for step in refunds.changes_of(tx, refund):
            by = _who(tx, ticket.shop, step.actor)
            inner = {"by": by, "actor": step.actor, "cause": step.cause, "reference": step.reference}
            subject, moved = f"refund:{refund.id}:{step.n}", about | {"was": step.was, "state": step.state}
            yield Item("refund", RECORD, subject, step.at, moved, {INNER: inner})


def _who(tx: sa.Connection, shop: str, actor: str) -> str:
    """An actor as people know it: an agent by the name that is shown."""
    kind, _, key = actor.partition(":")
    if kind != "agent":
        return actor
    try:
        return agents.get(tx, shop, key).display_name
    except NotFound:
        return actor


def _of_people(tx: sa.Connection, ticket: Ticket) -> Iterator[Item]:
    """What the shop's people noted and found, and the signals of risk: no buyer sees any of it."""
    for note in notes.of_conversation(tx, ticket.shop, ticket.conversation):
        inner = {INNER: {"by": note.author_name, "text": mask_keys(note.text)}}
        yield Item("note", RECORD, f"note:{note.id}", note.at, {}, inner)
    for row in evidence.risk_of(tx, ticket.shop, ticket.conversation):
        yield Item("risk", RECORD, f"risk:{row.id}", row.at, {}, {INNER: {"report": row.report}})
    if ticket.resolution is not None and ticket.resolved_at is not None:
        inner = {INNER: {"by": _agent(tx, ticket), "text": mask_keys(ticket.resolution)}}
        yield Item("finding", RECORD, f"finding:{ticket.id}", ticket.resolved_at, {}, inner)


def _agent(tx: sa.Connection, ticket: Ticket) -> str:
    try:
        return agents.get(tx, ticket.shop, ticket.assignee).display_name if ticket.assignee else ""
    except NotFound:
        return ticket.assignee or ""
