"""Queries about who is there: visitors, what they may open, what they tried, and what they already sent."""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from ticketing.errors import IdReused
from ticketing.ids import new_id
from ticketing.storage import sealed
from ticketing.storage.database import encode
from ticketing.storage.prepared import Prepared, micros
from ticketing.storage.spool import flush, insert
from ticketing.storage.tables import commands, messages, order_grants, proof_attempts, turns, visitors

KEEP_COMMANDS = timedelta(days=7)
AT_ONCE = 1000
"""Messages looked up in one query."""
_KEEP_ACK = Prepared.insert(commands)
_VISITOR = Prepared(
    sa.select(visitors.c.id).where(
        visitors.c.shop == sa.bindparam("which"), visitors.c.token_sha256 == sa.bindparam("hashed")
    )
)
_GRANTED = sa.select(order_grants.c.order_no).where(
    order_grants.c.shop == sa.bindparam("which"), order_grants.c.owner == sa.bindparam("whose")
)
_ACK = Prepared(
    sa.select(commands.c.sha256, sa.cast(commands.c.ack, sa.Text)).where(
        commands.c.shop == sa.bindparam("which"), commands.c.client_id == sa.bindparam("key"),
        commands.c.sender == sa.bindparam("whose"),
    )
)  # fmt: skip


def new_visitor(tx: sa.Connection, shop: str, at: datetime) -> tuple[str, str]:
    """A fresh visitor: its id and the token that its browser keeps; only the token's hash is stored."""
    visitor, token = new_id(), secrets.token_urlsafe(24)
    tx.execute(sa.insert(visitors).values(shop=shop, id=visitor, token_sha256=_digest(token), created_at=at))
    return visitor, token


def find_visitor(tx: sa.Connection, shop: str, token: str) -> str | None:
    """The visitor whose token this is."""
    row = _VISITOR.run(tx, {"which": shop, "hashed": _digest(token)}).fetchone()
    return None if row is None else str(row[0])


def grant_order(tx: sa.Connection, shop: str, owner: str, order_no: str, by: str, at: datetime) -> None:
    """Remember that `owner` proved an order to be theirs."""
    if order_no not in granted_orders(tx, shop, owner):
        tx.execute(sa.insert(order_grants).values(shop=shop, owner=owner, order_no=order_no, by=by, at=at))


def granted_orders(tx: sa.Connection, shop: str, owner: str) -> frozenset[str]:
    """Order numbers that `owner` may open."""
    return frozenset(tx.execute(_GRANTED, {"which": shop, "whose": owner}).scalars())


def move_grants(tx: sa.Connection, shop: str, old_owner: str, new_owner: str, at: datetime) -> None:
    """Carry a visitor's opened orders over to the buyer that the visitor proved to be."""
    for order_no in granted_orders(tx, shop, old_owner):
        grant_order(tx, shop, new_owner, order_no, "proof", at)


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """Wrong proofs in a window, by order and by visitor."""

    per_order: int = 5
    per_owner: int = 20
    window: timedelta = timedelta(minutes=10)


Attempt = str | Literal[False]


def begin_attempt(
    tx: sa.Connection, shop: str, owner: str, order_no: str, at: datetime, limits: AttemptLimits
) -> Attempt:
    """Count a try before it is compared, so that tries at once cannot outrun the limit; False when it must wait."""
    recent = (proof_attempts.c.shop == shop) & (proof_attempts.c.at > at - limits.window) & (proof_attempts.c.at <= at)
    count = sa.select(sa.func.count()).select_from(proof_attempts).where(recent)
    if tx.execute(count.where(proof_attempts.c.order_no == order_no)).scalar_one() >= limits.per_order:
        return False
    if tx.execute(count.where(proof_attempts.c.owner == owner)).scalar_one() >= limits.per_owner:
        return False
    key = new_id()
    tx.execute(sa.insert(proof_attempts).values(shop=shop, id=key, owner=owner, order_no=order_no, at=at))
    return key


def forgive_attempt(tx: sa.Connection, shop: str, attempt: str) -> None:
    """A right proof does not count."""
    mine = (proof_attempts.c.shop == shop) & (proof_attempts.c.id == attempt)
    tx.execute(sa.delete(proof_attempts).where(mine))


def repeated(tx: sa.Connection, shop: str, sender: str, client_id: str, body: bytes) -> str | None:
    """The ack, as JSON, that this id already got; IdReused if it came with another body."""
    flush(tx)
    row = _ACK.run(tx, {"which": shop, "whose": sender, "key": client_id}).fetchone()
    if row is None:
        return None
    if row[0] != hashlib.sha256(body).hexdigest():
        raise IdReused(client_id)
    return str(row[1])


def save_ack(
    tx: sa.Connection, shop: str, sender: str, client_id: str, body: bytes, ack: Any, at: datetime,
    owes: PendingTurn | None = None,
) -> str:  # fmt: skip
    """Keep the ack, which is anything that JSON can hold, in the transaction of the change; the ack's JSON.

    So is the turn that is owed.
    """
    text = encode(ack)
    owed, digest = None if owes is None else _owed(tx, owes), hashlib.sha256(body).hexdigest()
    row = (shop, client_id, sender, digest, text, micros(at), owed)
    insert(tx, _KEEP_ACK, row, key=(shop, sender, client_id))
    return text


def forget_commands(tx: sa.Connection, now: datetime) -> None:
    """Drop acks that are older than the promise to repeat them, but for those of what is still owed an answer."""
    tx.execute(sa.delete(commands).where(commands.c.at < now - KEEP_COMMANDS, commands.c.owes.is_(None)))


class PendingTurn(msgspec.Struct, frozen=True):
    """A buyer's message that the assistant still owes an answer; `sender` is whose command brought it."""

    shop: str
    conversation: str
    message: str
    client_id: str
    sender: str
    input: Mapping[str, Any]


class _Owed(msgspec.Struct):
    """What is kept of a turn beside its command."""

    message: str
    conversation: str
    input: Mapping[str, Any]


def _owed(tx: sa.Connection, turn: PendingTurn) -> str:
    """As it is kept: sealed where a form came with it, which may hold a proof."""
    text = encode(_Owed(turn.message, turn.conversation, turn.input))
    if not turn.input.get("form"):
        return text
    return sealed.seal_json(tx, sealed.OWED.place(turn.shop, turn.client_id, turn.sender), text)


def close_turn(tx: sa.Connection, turn: PendingTurn, trace: dict[str, Any], at: datetime) -> bool:
    """Keep how a turn was answered and forget what was given with it, proofs among it.

    False if it was answered already, in which case nothing may be answered again.
    """
    if tx.execute(sa.update(commands).where(_is(turn)).values(owes=None)).rowcount != 1:
        return False
    tx.execute(sa.insert(turns).values(
        shop=turn.shop, message=turn.message, conversation=turn.conversation, client_id=turn.client_id,
        created_at=at, trace=trace,
    ))  # fmt: skip
    return True


def is_owed(tx: sa.Connection, turn: PendingTurn) -> bool:
    """Whether a turn has no answer yet."""
    return tx.execute(sa.select(sa.literal(1)).where(_is(turn))).first() is not None


def _is(turn: PendingTurn) -> sa.ColumnElement[bool]:
    """The command that still owes a turn."""
    return sa.and_(
        commands.c.shop == turn.shop, commands.c.client_id == turn.client_id, commands.c.sender == turn.sender,
        commands.c.owes.is_not(None),
    )  # fmt: skip


def pending_turns(tx: sa.Connection) -> tuple[PendingTurn, ...]:
    """Every turn that was owed when the last process stopped, oldest first."""
    query = (
        sa.select(commands.c.shop, commands.c.client_id, commands.c.sender, commands.c.owes)
        .where(commands.c.owes.is_not(None))
        .order_by(commands.c.at)
    )
    return tuple(_pending(tx, row) for row in tx.execute(query))


def _pending(tx: sa.Connection, row: Any) -> PendingTurn:
    owes = sealed.opened_json(tx, sealed.OWED.place(row.shop, row.client_id, row.sender), row.owes)
    return PendingTurn(row.shop, owes["conversation"], owes["message"], row.client_id, row.sender, owes["input"])


def owed_in_order(tx: sa.Connection) -> dict[str, tuple[str, ...]]:
    """The messages that are owed an answer, as they were said, by conversation; of those alone that hold several."""
    said: defaultdict[str, list[str]] = defaultdict(list)
    shops = set[str]()
    for turn in pending_turns(tx):
        said[turn.conversation].append(turn.message)
        shops.add(turn.shop)
    several = {chat: ids for chat, ids in said.items() if len(ids) > 1}
    wanted, seqs = [one for ids in several.values() for one in ids], dict[str, int]()
    for start in range(0, len(wanted), AT_ONCE):
        query = sa.select(messages.c.id, messages.c.seq).where(
            messages.c.shop.in_(shops), messages.c.id.in_(wanted[start : start + AT_ONCE])
        )
        seqs |= {row.id: row.seq for row in tx.execute(query)}
    return {chat: tuple(sorted(ids, key=lambda one: seqs.get(one, 0))) for chat, ids in several.items()}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
