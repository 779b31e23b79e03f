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
from support.service.refund_orders import order_of
from support.service.refund_views import audit
from support.service.refund_work import carry_out
from support.service.refunds import Asked, approve, ask_for, call_off, execute
from ticketing.agent import Agent
from ticketing.ids import new_id
from ticketing.refund import Refund
from ticketing.storage import cases, talk
from ticketing.storage import refunds as rows

NOW = datetime(2026, 11, 12, 4, 0, tzinfo=UTC)
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
    shop = replace(loaded.folder.shop, refunds=limits)

    def auto(order_no: str, frozen: bool = False) -> tuple[Refund, Shop]:
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
        refund, _ = application.journal.write_now(partial(ask_for, shop=shop, agent=None, asked=asked, at=NOW))
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
