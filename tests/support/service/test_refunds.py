"""From the buyer's yes to the money: what the chat tells, what a machine does by itself, and who allowed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from knowledge_base.shop import RefundLimits, Shop
from support.bootstrap import Application
from support.refunds.executor import Answer, Instruction
from support.service.ask import Question, ask
from support.service.order_event_body import Given
from support.service.receive_order_event import receive_order_event
from support.service.refund_holds import Judge, judged
from support.service.refund_judge import judge_of
from support.service.refund_orders import order_of
from support.service.refund_payments import charge_back
from support.service.refund_views import audit
from support.service.refund_work import carry_out
from support.service.refunds import Asked, approve, ask_for, call_off, execute
from ticketing.agent import Agent
from ticketing.ids import new_id
from ticketing.order_event import OrderEvent
from ticketing.refund import Refund
from ticketing.refund_rules import NotAllowed
from ticketing.storage import cases, claims, talk
from ticketing.storage import refunds as rows

NOW = datetime(2026, 11, 12, 4, 0, tzinfo=UTC)
ANN = Agent("star", "ann", "ann", "Ann", "agent", (), 6, True, NOW)
SAM = Agent("star", "sam", "sam", "Sam", "senior", (), 6, True, NOW)
ORDER, PROOF = "SC20261112001", "lotus-2026"
Json = dict[str, Any]


@dataclass
class Machine:
    """An executor that answers as it is told, and keeps what it was told."""

    answers: list[Answer]
    done: list[Instruction] = field(default_factory=list)
    asked: int = 0

    def execute(self, given: Instruction) -> Answer:
        self.done.append(given)
        return self.answers.pop(0)

    def ask(self, given: Instruction, now: datetime) -> Answer:
        self.asked += 1
        return self.answers.pop(0)


def the_refund(application: Application) -> Refund:
    found = application.journal.read_now(lambda tx: rows.of_order(tx, "star", ORDER))
    return found[-1]


def state_of(application: Application, refund: Refund) -> str:
    return application.journal.read_now(lambda tx: rows.get(tx, "star", refund.id)).state


def said_to(application: Application, conversation: str) -> list[tuple[str, list[Json]]]:
    """The words of the house in a chat, and the cards as they stand."""
    page = application.journal.read_now(lambda tx: talk.page(tx, "star", conversation, None, 50))
    return [(one.text, [part for part in one.parts if part["type"] == "refund"]) for one in page]


@pytest.fixture
def agreed(application: Application) -> Json:
    """A buyer was granted a refund and agreed."""
    slots, name = {"order.number": ORDER, "order.proof": PROOF}, new_id()
    ask(application.runtime(), Question("star", "退款", slots=slots, now=NOW, conversation=name))
    return ask(application.runtime(), Question("star", "好的，确认", slots=slots, now=NOW, conversation=name))


def test_a_buyers_yes_becomes_a_refund_that_people_carry_out_and_the_chat_tells(
    application: Application, agreed: Json
) -> None:
    journal, shop = application.journal, application.shops.get("star").folder.shop
    refund = the_refund(application)
    card = {
        "type": "refund", "id": refund.number, "state": "requested", "amount": str(refund.amount), "currency": "CNY",
        "kind": "refund",
    }  # fmt: skip
    assert card in agreed["parts"]
    assert (refund.requested_by, refund.state, refund.held) == ("assistant", "requested", False)
    number, conversation = refund.refund_no, refund.conversation
    assert conversation is not None
    journal.write_now(lambda tx: approve(tx, shop, SAM, number, None, NOW))
    journal.write_now(lambda tx: execute(tx, shop, SAM, number, "T-20261112", None, NOW))
    told = said_to(application, conversation)
    states = [part["state"] for _, parts in told for part in parts]
    assert states == ["done"], "one card, as it stands"
    assert told[-1][0] == f"¥{refund.amount} 的退款（{refund.number}）已执行，到账时间以支付渠道为准。"
    assert journal.read_now(lambda tx: cases.open_work_on(tx, "star", ORDER, "refunds")) is None
    shown = journal.read_now(lambda tx: audit(tx, "star", number))
    assert shown["ownership"]["by"] == "proof"
    assert shown["verdict"]["verdict"] == "grant"
    assert shown["verdict"]["clause"]["id"]
    assert shown["verdict"]["facts"]["order.paid"]["value"] is True
    assert [one["by"] for one in shown["steps"]] == ["assistant", "agent:sam", "agent:sam", "agent:sam"]
    assert shown["reference"] == "T-20261112"


@pytest.fixture
def auto(application: Application) -> Callable[..., tuple[Refund, Shop]]:
    """A granted refund of a shop whose machine may run alone, asked for on an order of its own."""
    loaded = application.shops.get("star")
    limits = RefundLimits(Decimal(10**6), None, "webhook", "https://a.example", "env:A")

    def auto(
        order_no: str, frozen: bool = False, day: Decimal | None = None, at: datetime = NOW
    ) -> tuple[Refund, Shop]:
        shop = replace(loaded.folder.shop, refunds=replace(limits, auto_day=day))
        order = replace(order_of(application.journal, loaded, order_no), frozen=frozen)
        outcome = {"refund": {"amount": "3.00", "currency": "CNY"}}
        proof = {
            "verdict": "grant",
            "request": "refund",
            "digest": "d",
            "outcome": outcome,
            "clause": None,
            "facts": {},
        }
        decision = application.journal.write_now(
            lambda tx: cases.save_decision(tx, "star", "", order.number, proof, NOW)
        )
        asked = Asked(order, order.items[0].product_id, decision=decision)
        refund, _ = application.journal.write_now(partial(ask_for, shop=shop, agent=None, asked=asked, at=at))
        return refund, shop

    return auto


def test_within_the_limits_a_machine_does_it_once(application: Application, auto: Any) -> None:
    refund, shop = auto("SC20260301001")
    assert (refund.state, refund.approved_by) == ("approved", "policy")
    machine = Machine([Answer("done", "T-1")])
    for _ in range(3):
        carry_out(application.journal, machine, shop, lambda: NOW)
    assert [one.key for one in machine.done] == [refund.key]
    assert application.journal.read_now(lambda tx: rows.get(tx, "star", refund.id)).state == "done"


def test_an_unknown_outcome_is_asked_for_and_not_sent_again(application: Application, auto: Any) -> None:
    refund, shop = auto("SC20260412001")
    machine, now = Machine([Answer("unknown", "no answer"), Answer("unknown", "?"), Answer("done", "T-2")]), [NOW]
    states = []
    for minutes in (0, 0, 2, 1, 6):
        now[0] += timedelta(minutes=minutes)
        carry_out(application.journal, machine, shop, lambda: now[0])
        states.append(application.journal.read_now(lambda tx: rows.get(tx, "star", refund.id)).state)
    assert states == ["in_doubt", "in_doubt", "in_doubt", "in_doubt", "done"]
    assert (len(machine.done), machine.asked) == (1, 2)


def test_a_held_order_waits_for_people(application: Application, auto: Any) -> None:
    refund, shop = auto("SC20260520001", frozen=True)
    assert (refund.state, refund.held) == ("requested", True)
    machine = Machine([])
    assert carry_out(application.journal, machine, shop, lambda: NOW) == 0
    application.journal.write_now(lambda tx: call_off(tx, shop, SAM, refund.refund_no, "it is held", None, NOW))


def test_what_the_decision_does_not_grant_is_not_asked_for_in_its_name(application: Application, auto: Any) -> None:
    from support.service.refunds import NotGranted

    refund, shop = auto("SC20260228001")
    order = order_of(application.journal, application.shops.get("star"), "SC20260228001")
    item = order.items[0].product_id
    for wrong in ({"amount": Decimal("3.01")}, {"kind": "coupon", "amount": Decimal(1)}):
        asked = Asked(order, item, decision=refund.decision, **wrong)
        with pytest.raises(NotGranted):
            application.journal.write_now(partial(ask_for, shop=shop, agent=SAM, asked=asked, at=NOW))


def told_frozen(application: Application, order_no: str, shop: Shop, at: datetime) -> None:
    """The store tells that it holds an order."""
    event = OrderEvent("star", f"e-{order_no}", "frozen", order_no, at, at, frozen=True)
    application.journal.write_now(lambda tx: receive_order_event(tx, shop, Given(event, order_no), b""))


def risky(application: Application, order_no: str, at: datetime) -> None:
    """A claim on an order is found risky, in some chat."""
    report = {"score": 99}
    application.journal.write_now(lambda tx: claims.save_report(tx, "star", "", order_no, None, report, at))


def taken_back(application: Application, order_no: str, shop: Shop, at: datetime) -> None:
    """A bank takes a part back, and leaves room."""
    order = order_of(application.journal, application.shops.get("star"), order_no)
    application.journal.write_now(
        lambda tx: charge_back(tx, shop, "agent:sam", order, Decimal("0.50"), "case 4711", at)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("order_no", "come", "mark"),
    [("SC20250618001", "told", "frozen@"), ("SC20251231001", "risk", "risk"), ("SC20260606001", "bank", "chargeback:"),
     ("SC20260901001", "shown", "frozen")],
)  # fmt: skip
def test_what_comes_to_hold_an_order_after_the_approval_puts_its_refund_back(
    application: Application, auto: Any, order_no: str, come: str, mark: str
) -> None:
    refund, shop = auto(order_no)
    assert refund.state == "approved"
    later, machine = NOW + timedelta(minutes=1), Machine([Answer("done", "T-1")] * 9)
    if come == "told":
        told_frozen(application, order_no, shop, later)
        assert state_of(application, refund) == "requested", "at once, not only when it is due"
    elif come == "risk":
        risky(application, order_no, later)
    elif come == "bank":
        taken_back(application, order_no, shop, later)
    shown = come == "shown"

    def look(one: Refund) -> Judge:
        return lambda tx, it, at: judged(tx, shop, it, shown, at)

    carry_out(application.journal, machine, shop, lambda: later, look)
    back = application.journal.read_now(lambda tx: rows.get(tx, "star", refund.id))
    assert (back.state, back.approved_by, back.executed_by) == ("requested", None, None)
    assert refund.key not in [one.key for one in machine.done]
    assert back.holds.startswith(mark)
    cause = application.journal.read_now(lambda tx: rows.changes_of(tx, back))[-1].cause
    assert cause == f"held: {back.holds}"
    with pytest.raises(NotAllowed):
        application.journal.write_now(lambda tx: approve(tx, shop, ANN, back.refund_no, None, later))
    application.journal.write_now(lambda tx: approve(tx, shop, SAM, back.refund_no, None, later))
    carry_out(application.journal, machine, shop, lambda: later, look)
    assert state_of(application, refund) == "done", "a senior knew of it"


def test_what_the_store_gave_back_by_itself_meanwhile_is_not_given_again(application: Application, auto: Any) -> None:
    refund, shop = auto("SC20260718001")
    loaded = application.shops.get("star")
    whole = order_of(application.journal, loaded, "SC20260718001").paid_amount
    event = OrderEvent("star", "gone", "refunded", "SC20260718001", NOW, NOW, whole, "CNY")
    application.journal.write_now(lambda tx: receive_order_event(tx, shop, Given(event, event.order_no), b""))
    look = partial(judge_of, application.journal, loaded)
    carry_out(application.journal, Machine([Answer("done", "T-1")] * 9), shop, lambda: NOW, look)
    assert state_of(application, refund) == "cancelled"


def test_a_machine_gives_back_so_much_a_day_and_the_rest_waits_for_people(application: Application, auto: Any) -> None:
    later = NOW + timedelta(days=30)
    first, _ = auto("SC20260730001", day=Decimal(5), at=later)
    second, shop = auto("SC20260815001", day=Decimal(5), at=later)
    assert (first.state, second.state, second.held) == ("approved", "requested", False)
    cause = application.journal.read_now(lambda tx: rows.changes_of(tx, second))[-1].cause
    assert cause == "waits for a person: auto_day 5 CNY is spent"
    assert replace(shop.refunds, auto_limit=Decimal(50), auto_day=None).a_day_alone == 1000
    assert RefundLimits().a_day_alone is None
