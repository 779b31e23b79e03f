"""Risk over the chat: held orders are never refunded by themselves, a key that two report points at the shop, and no
buyer hears a word of any of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from support.bootstrap import Application
from support.service.ask import Question, ask
from support.service.brief import brief
from tests.support.service import risky_shops as shops
from ticketing.ids import new_id
from ticketing.storage import cases, talk
from ticketing.storage.tables import claim_keys, claims, decisions, events, messages, risk_reports, turns
from ticketing.ticket import Ticket

Json = dict[str, Any]
Say = Callable[..., Json]
SUSPICION = ("风险", "风控", "risk", "contact_burst", "shared_key", "split_amount", "sold_twice")


def opened(application: Application, folder: Path) -> str:
    """The shop's id, imported."""
    return application.shops.import_folder(folder).shop


def chat(application: Application, shop: str) -> Say:
    """A new visitor's conversation."""
    name = new_id()

    def say(text: str, **slots: str) -> Json:
        given = {key.replace("_", "."): value for key, value in slots.items()}
        return ask(application.runtime(), Question(shop, text, conversation=name, slots=given, now=shops.NOW))

    return say


def wants_refund(say: Say, number: str, proof: str | None = None) -> Json:
    return say("退款", request="refund", order_number=number, order_proof=proof or f"pw-{number}")


def reports_key(say: Say, number: str, proof: str) -> Json:
    slots = {"claim_reason": "key_used", "request": "reissue", "order_number": number, "order_proof": proof}
    return say("卡密已被使用，要求补换", **slots)


def cards(answer: Json) -> set[str]:
    return {part["type"] for part in answer["parts"]}


def tickets(application: Application, shop: str, answer: Json) -> tuple[Ticket, ...]:
    return application.journal.read_now(lambda tx: cases.tickets_of(tx, shop, answer["conversation"]))


def heard_by_the_buyer(application: Application, answer: Json) -> str:
    """All that went to the buyer's page."""
    mine = (events.c.conversation == answer["conversation"], events.c.audience == "all")
    read = sa.select(events.c.body).where(*mine)
    return application.journal.read_now(
        lambda tx: json.dumps([dict(body) for body in tx.execute(read).scalars()], ensure_ascii=False)
    )


def brief_of(application: Application, shop: str, answer: Json, lang: str = "zh-CN") -> Json:
    loaded = application.shop(shop)
    return application.journal.read_now(lambda tx: brief(tx, loaded, talk.get(tx, shop, answer["conversation"]), lang))


def test_a_held_order_is_never_refunded_by_itself_whatever_the_policy_grants(
    application: Application, tmp_path: Path
) -> None:
    shop = opened(
        application, shops.folder(tmp_path, f"held-{new_id()[-6:]}", shops.row("H1", "a@example.org", frozen="true"))
    )
    answer = wants_refund(chat(application, shop), "H1")
    assert answer["decision"]["verdict"] == "grant"
    assert "confirm" not in cards(answer)
    (ticket,) = tickets(application, shop, answer)
    assert (ticket.reason, ticket.priority, ticket.queue) == ("risk_hold", "urgent", "after-sales")


def test_an_order_that_the_store_holds_after_the_offer_is_not_refunded_on_a_yes(
    application: Application, tmp_path: Path
) -> None:
    name = f"later-{new_id()[-6:]}"
    shop = opened(application, shops.folder(tmp_path, name, shops.row("H2", "a@example.org")))
    say = chat(application, shop)
    assert "confirm" in cards(wants_refund(say, "H2"))
    opened(application, shops.folder(tmp_path, name, shops.row("H2", "a@example.org", frozen="true")))
    answer = say("确认", confirm="yes")
    assert [(one.reason, one.queue) for one in tickets(application, shop, answer)] == [("risk_hold", "after-sales")]


def test_an_ordinary_refund_is_offered_and_goes_to_work(application: Application, tmp_path: Path) -> None:
    shop = opened(application, shops.folder(tmp_path, f"calm-{new_id()[-6:]}", shops.row("C1", "a@example.org")))
    say = chat(application, shop)
    assert "confirm" in cards(wants_refund(say, "C1"))
    answer = say("确认", confirm="yes")
    assert [(one.reason, one.queue, one.tags) for one in tickets(application, shop, answer)] == [
        ("refund", "refunds", ())
    ]


def test_a_score_that_is_supposed_brings_a_person_as_one_that_was_found(
    application: Application, tmp_path: Path
) -> None:
    shop = opened(application, shops.folder(tmp_path, f"said-{new_id()[-6:]}", shops.row("S1", "a@example.org")))
    for score, offered in ((59, True), (60, False)):
        slots = {"request": "refund", "order.number": "S1", "order.proof": "pw-S1"}
        given = Question(shop, "退款", slots=slots, facts={"risk.score": score}, now=shops.NOW)
        assert ("confirm" in cards(ask(application.runtime(), given))) is offered


def test_a_burst_of_large_orders_waits_for_a_person_and_the_verdict_stands(
    application: Application, tmp_path: Path
) -> None:
    rows = "".join(shops.row(f"B{n}", "burst@example.org", n, "60.00") for n in range(12))
    shop = opened(application, shops.folder(tmp_path, f"burst-{new_id()[-6:]}", rows))
    answer = wants_refund(chat(application, shop), "B5")
    assert answer["decision"]["verdict"] == "grant"
    assert answer["decision"]["outcome"] == {"refund": {"amount": "60.00", "currency": "CNY"}}
    assert "confirm" not in cards(answer)
    (ticket,) = tickets(application, shop, answer)
    assert (ticket.reason, ticket.priority, ticket.tags) == ("not_delivered", "high", ("risk",))
    heard = heard_by_the_buyer(application, answer)
    assert not [word for word in SUSPICION if word in heard]
    found = brief_of(application, shop, answer)["risk"]
    assert (found["score"], {one["name"] for one in found["signals"]}) == (60, {"contact_burst", "split_amount"})
    assert "12 单" in found["signals"][0]["text"]
    assert all(fact["source"] and fact["at"] for one in found["signals"] for fact in one["facts"])
    english = brief_of(application, shop, answer, "en")["risk"]
    assert any("¥720.00 in 12 orders" in one["text"] for one in english["signals"])


def test_a_contact_that_the_shop_knows_to_be_many_buyers_counts_nobody_together(
    application: Application, tmp_path: Path
) -> None:
    rows = "".join(shops.row(f"D{n}", "Dealer@example.org", n, "60.00") for n in range(12))
    folder = shops.folder(tmp_path, f"dealer-{new_id()[-6:]}", rows)
    settings = folder / "shop.toml"
    settings.write_text(settings.read_text("utf-8") + '[risk]\nshared_contacts = ["dealer@EXAMPLE.org"]\n', "utf-8")
    shop = opened(application, folder)
    answer = wants_refund(chat(application, shop), "D5")
    assert "confirm" in cards(answer)
    assert brief_of(application, shop, answer)["risk"]["score"] == 0


def test_the_proof_holds_what_was_found_with_its_source(application: Application, tmp_path: Path) -> None:
    rows = "".join(shops.row(f"P{n}", "proof@example.org", n) for n in range(5))
    shop = opened(application, shops.folder(tmp_path, f"proof-{new_id()[-6:]}", rows))
    answer = wants_refund(chat(application, shop), "P0")
    stored = application.journal.read_now(
        lambda tx: tx.execute(
            sa.select(decisions.c.proof).where(decisions.c.conversation == answer["conversation"])
        ).scalar_one()
    )
    facts = {name: (fact["value"], fact["source"]) for name, fact in stored["facts"].items()}
    assert facts["risk.score"] == (25, "risk signals")
    assert facts["risk.signals"] == (["contact_burst"], "risk signals")
    assert facts["buyer.claims_90d"] == (0, "our record")


@pytest.fixture
def twice(application: Application, tmp_path: Path) -> str:
    return opened(application, shops.dujiaoka_folder(tmp_path, f"twice-{new_id()[-6:]}"))


def test_one_key_reported_by_two_buyers_points_at_the_shop(application: Application, twice: str) -> None:
    first = reports_key(chat(application, twice), "FIRSTBUYER000001", "pw-1")
    before = brief_of(application, twice, first)["risk"]
    assert "shared_key" not in {one["name"] for one in before["signals"]}
    second = reports_key(chat(application, twice), "SECONDBUYER00002", "pw-2")
    found = {one["name"]: one for one in brief_of(application, twice, second)["risk"]["signals"]}
    assert (found["shared_key"]["direction"], found["shared_key"]["points_at"]) == ("for", "shop")
    assert "2 位不同的买家" in found["shared_key"]["text"]


def test_the_same_buyer_who_reports_twice_is_one_report(application: Application, twice: str) -> None:
    reports_key(chat(application, twice), "FIRSTBUYER000001", "pw-1")
    again = reports_key(chat(application, twice), "FIRSTBUYER000001", "pw-1")
    assert "shared_key" not in {one["name"] for one in brief_of(application, twice, again)["risk"]["signals"]}


def test_another_key_meets_nobody(application: Application, twice: str) -> None:
    reports_key(chat(application, twice), "FIRSTBUYER000001", "pw-1")
    other = reports_key(chat(application, twice), "THIRDBUYER000003", "pw-3")
    assert "shared_key" not in {one["name"] for one in brief_of(application, twice, other)["risk"]["signals"]}


def test_signals_that_point_at_the_shop_raise_and_tag_the_ticket(application: Application, twice: str) -> None:
    reports_key(chat(application, twice), "FIRSTBUYER000001", "pw-1")
    say = chat(application, twice)
    reports_key(say, "SECONDBUYER00002", "pw-2")
    answer = say("确认", confirm="yes")
    (ticket,) = tickets(application, twice, answer)
    assert (ticket.queue, ticket.priority, ticket.tags) == ("fulfilment", "high", ("shop",))


def test_no_buyer_hears_of_another_and_no_key_or_contact_is_kept(application: Application, twice: str) -> None:
    reports_key(chat(application, twice), "FIRSTBUYER000001", "pw-1")
    second = reports_key(chat(application, twice), "SECONDBUYER00002", "pw-2")
    heard = heard_by_the_buyer(application, second)
    assert "SECONDBUYER00002" in heard
    for foreign in ("FIRSTBUYER000001", shops.FIRST, "pw-1", shops.KEY, *SUSPICION):
        assert foreign not in heard
    kept = application.journal.read_now(
        lambda tx: repr([
            tuple(row) for table in (claims, claim_keys, risk_reports, turns, messages)
            for row in tx.execute(sa.select(table).where(table.c.shop == twice))
        ])
    )  # fmt: skip
    plain = hashlib.sha256(shops.KEY.encode()).hexdigest()
    for secret in (shops.KEY, plain, shops.FIRST, shops.SECOND, "192.0.2.1"):
        assert secret not in kept
