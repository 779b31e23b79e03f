"""What agents do with refunds: ask for one, approve, call off, execute, and settle what is in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.orders.order import Order
from support.policy.item import item_in_question
from support.service.refund_holds import Judge, judged, marks
from support.service.refund_news import tell_desks, tell_refund
from support.service.refund_payments import line_of
from support.service.refund_steps import day_of
from support.service.reissued_keys import give_keys
from ticketing import refund_rules as rules
from ticketing.agent import Agent, actor_of
from ticketing.errors import Conflict, IllegalTransition, TicketingError
from ticketing.refund import ASSISTANT, POLICY, SERVER, Refund, RefundKind
from ticketing.storage import cases
from ticketing.storage import refunds as rows
from ticketing.storage.refunds import Wanted

Json = dict[str, Any]
BY_HAND = timedelta(hours=24)
"""How long a person may take between starting a transfer and showing it; after that it is in doubt."""
OUTCOME: dict[str, RefundKind] = {"refund": "refund", "reissue": "reissue", "exchange": "reissue"}
"""What a decision grants, as a kind of refund."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys as an agent entered them, which no message and no log shows, and the secret to fingerprint them by."""

    secret: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)


class NotGranted(TicketingError):
    """The decision does not grant this; the message says what it grants."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an agent asks for. Without an `amount` it is what the decision grants; without a decision, `reason` counts.

    `quantity` is how many keys a reissue holds; `message` is the answer that is just being written, with its card.
    """

    order: Order
    product: str | None = None
    kind: RefundKind = "refund"
    amount: Decimal | None = None
    quantity: int = 0
    decision: str | None = None
    reason: str = ""
    conversation: str | None = None
    message: str | None = None


def ask_for(tx: sa.Connection, shop: Shop, agent: Agent | None, asked: Asked, at: datetime) -> tuple[Refund, bool]:
    """The refund of this line and decision, and whether it is new; None as the agent is the assistant.

    Raises NotAllowed, NotGranted, PaidUnknown, TooMuch.
    """
    if agent is not None:
        rules.check_request(agent, asked.kind)
    if asked.decision is None:
        rules.check_proof(asked.reason)
    line = line_of(tx, shop, asked.order, asked.product, at)
    wanted = Wanted(
        shop.id, asked.kind, asked.order.number, line, _amount(tx, shop, asked, line),
        asked.order.currency or shop.currency, shop.refunds.executor, " ".join(asked.reason.split())[:500],
        asked.quantity, asked.decision, asked.conversation,
        " ".join(marks(tx, shop, asked.order.number, asked.order.frozen))[:500], asked.message,
    )  # fmt: skip
    by = ASSISTANT if agent is None else actor_of(agent)
    refund, new = rows.request(tx, wanted, by, at)
    if not new:
        return refund, False
    refund = _alone(tx, shop, refund, at)
    if asked.message is None:
        return tell_refund(tx, shop, refund, at), True
    tell_desks(tx, refund, at)  # the answer that is being written carries the card
    return refund, True


def _alone(tx: sa.Connection, shop: Shop, refund: Refund, at: datetime) -> Refund:
    """Approved without a person, where the shop's limits let it be; beyond the day's sum it waits for one."""
    if not rules.may_run_alone(refund, shop.refunds):
        return refund
    most = shop.refunds.a_day_alone
    if most is not None and rows.spent(tx, shop.id, POLICY, day_of(shop, at)) + refund.amount > most:
        return rows.note(tx, refund, POLICY, f"waits for a person: auto_day {most} {refund.currency} is spent", at)
    values: Json = {"approved_by": POLICY, "approved_at": at, "executed_by": SERVER}
    return rows.move(tx, refund, "approved", POLICY, "granted, within auto_limit and auto_day, not held", at, **values)


def _amount(tx: sa.Connection, shop: Shop, asked: Asked, line: str) -> Decimal:
    granted = None if asked.decision is None else _granted(tx, shop, asked)
    if asked.kind == "reissue" and asked.amount is None:
        return _worth(tx, shop, asked, line)
    if granted is not None and asked.amount is not None and asked.amount > granted:
        raise NotGranted(f"the decision grants {granted}, and no more")
    amount = granted if asked.amount is None else asked.amount
    if amount is None:
        raise NotGranted("say how much: no decision does")
    return amount


def _granted(tx: sa.Connection, shop: Shop, asked: Asked) -> Decimal | None:
    """What the decision grants, None where it is no sum of money. Raises NotGranted."""
    proof = cases.get_decision(tx, shop.id, asked.decision or "")
    outcome = proof.get("outcome") or {}
    kind = next((OUTCOME[name] for name in outcome if name in OUTCOME), None)
    of = cases.order_of_decision(tx, shop.id, asked.decision or "")
    if proof["verdict"] != "grant" or kind != asked.kind or of != asked.order.number:
        raise NotGranted(f"the decision grants no {asked.kind} on {asked.order.number}")
    return Decimal(outcome["refund"]["amount"]) if kind == "refund" else None


def _worth(tx: sa.Connection, shop: Shop, asked: Asked, line: str) -> Decimal:
    """What the keys of a reissue cost on this order: their share of what was paid, rounded up."""
    item = item_in_question(asked.order, asked.product)
    pieces = (item.quantity if item else None) or 1
    if not 0 < asked.quantity <= pieces:
        raise NotGranted(f"a reissue holds 1 to {pieces} keys")
    paid = rows.paid(tx, shop.id, asked.order.number, line)
    if asked.quantity == pieces:
        return paid
    return (paid * asked.quantity / pieces).quantize(Decimal("0.01"), "ROUND_UP")


def approve(tx: sa.Connection, shop: Shop, agent: Agent, number: int, if_rev: int | None, at: datetime) -> Refund:
    """Stand behind a request. Raises NotFound, Conflict, IllegalTransition, NotAllowed.

    Where a machine carries it out and two people have spoken, or one is enough, it begins at once.
    """
    refund = _here(tx, shop, number, if_rev)
    _check_state(refund, "requested", "approved")
    refund = judged(tx, shop, refund, None, at)
    by = actor_of(agent)
    day = day_of(shop, at)
    rules.check_approval(refund, agent, shop.refunds, rows.spent(tx, shop.id, by, day))
    enough = not rules.needs_two(refund, shop.refunds) or refund.requested_by != ASSISTANT
    begins = enough and refund.executor != "manual"
    return _approved(tx, shop, refund, by, "approved", at, SERVER if begins else None)


def _approved(
    tx: sa.Connection, shop: Shop, refund: Refund, by: str, cause: str, at: datetime, begin: str | None
) -> Refund:
    values: Json = {"approved_by": by, "approved_at": at, "executed_by": begin}
    return tell_refund(tx, shop, rows.move(tx, refund, "approved", by, cause, at, **values), at)


def call_off(
    tx: sa.Connection, shop: Shop, agent: Agent, number: int, reason: str, if_rev: int | None, at: datetime
) -> Refund:
    """Take back a request or an approval that was not executed. Raises as `approve`."""
    refund = _here(tx, shop, number, if_rev)
    by, why = actor_of(agent), rules.check_proof(reason)
    return tell_refund(tx, shop, rows.move(tx, refund, "cancelled", by, why, at), at)


def execute(
    tx: sa.Connection, shop: Shop, agent: Agent, number: int, reference: str | None, if_rev: int | None, at: datetime,
    judge: Judge | None = None, keys: Keys | None = None,
) -> Refund:  # fmt: skip
    """Carry it out: by hand, with `reference` once the transfer is made; or let the machine begin.

    What has come to hold the order since the approval puts it back: it is `requested` then, and its `holds` say why.
    `judge` has looked at the store. A reissue by hand is shown by its `keys`. Raises as `approve`.
    """
    refund, by = _here(tx, shop, number, if_rev), actor_of(agent)
    by_keys = refund.kind == "reissue" and refund.executor == "manual"
    if by_keys and refund.state in {"approved", "executing"} and (keys is not None or reference is not None):
        reference = give_keys(tx, keys.secret if keys else "", refund, keys.keys if keys else (), at)
    if refund.state == "executing" and refund.executor == "manual" and reference is not None:
        rules.check_execution(refund, agent, shop.refunds)
        return _shown(tx, shop, refund, by, reference, at)
    _check_state(refund, "approved", "executing")
    rules.check_execution(refund, agent, shop.refunds)
    refund = judged(tx, shop, refund, None, at) if judge is None else judge(tx, refund, at)
    if refund.state != "approved":
        return refund
    if refund.executor != "manual":
        return tell_refund(tx, shop, rows.note(tx, refund, by, "let the machine begin", at, executed_by=by), at)
    if reference is not None:
        rules.check_proof(reference)
    begun = rows.move(tx, refund, "executing", by, "by hand", at, executed_by=by, deadline=at + BY_HAND)
    return tell_refund(tx, shop, begun, at) if reference is None else _shown(tx, shop, begun, by, reference, at)


def _shown(tx: sa.Connection, shop: Shop, refund: Refund, by: str, reference: str, at: datetime) -> Refund:
    proof = rules.check_proof(reference)
    return tell_refund(tx, shop, rows.move(tx, refund, "done", by, "by hand", at, reference=proof), at)


def settle(
    tx: sa.Connection, shop: Shop, agent: Agent, number: int, outcome: Literal["done", "failed"], reference: str,
    if_rev: int | None, at: datetime,
) -> Refund:  # fmt: skip
    """Say what became of one in doubt, with what shows it. Raises as `approve`."""
    refund = _here(tx, shop, number, if_rev)
    _check_state(refund, "in_doubt", outcome)
    rules.check_settlement(refund, agent, shop.refunds)
    proof, by = rules.check_proof(reference), actor_of(agent)
    return tell_refund(tx, shop, rows.move(tx, refund, outcome, by, f"settled: {proof}"[:500], at, reference=proof), at)


def _here(tx: sa.Connection, shop: Shop, number: int, if_rev: int | None) -> Refund:
    refund = rows.by_number(tx, shop.id, number)
    if if_rev is not None and if_rev != refund.rev:
        raise Conflict(refund)
    return refund


def _check_state(refund: Refund, expected: str, to: str) -> None:
    if refund.state != expected:
        raise IllegalTransition("refund", refund.state, to, (expected,))
