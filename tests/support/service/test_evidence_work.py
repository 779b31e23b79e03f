"""Evidence is collected as things happen, each once; whoever dies on the way misses and doubles nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from support.bootstrap import Application
from support.service import evidence_work
from support.service.evidence_verify import verify_folder
from support.service.evidence_work import REPORTS_EVERY, Collector, collect_new
from support.service.person_erase import erase_person
from support.service.shops import LoadedShop
from support.service.tell import tell_message
from tests.support.a_dispute import NOW, ORDER, PHONE, House, dispute
from ticketing.evidence import Entry
from ticketing.ids import new_id
from ticketing.refund import Refund
from ticketing.storage import event_log, evidence, refunds, talk, tickets, unanswered
from ticketing.storage.journal import Journal
from ticketing.unanswered import Question

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def house(application: Application, tmp_path: Path) -> House:
    """A dispute of which nothing was collected, its events the only ones that are due."""
    while collect_new(application.journal, application.shop("star"), NOW) or _due(application):
        pass
    owner = f"visitor:{new_id()}"
    ticket = application.journal.write_now(lambda tx: dispute(tx, application, owner))
    return House(application, owner, ticket, tmp_path)


def _due(application: Application) -> bool:
    begun, to, _ = application.journal.read_now(lambda tx: evidence.due(tx, "star", 1))
    return begun != to


def chain(house: House) -> tuple[Entry, ...]:
    return house.application.journal.read_now(lambda tx: evidence.of_ticket(tx, "star", house.ticket))


def work(house: House) -> int:
    return collect_new(house.application.journal, house.application.shop("star"), LATER)


def happens(house: House, kind: str) -> None:
    journal = house.application.journal
    chat = journal.read_now(lambda tx: tickets.get(tx, "star", house.ticket)).conversation
    journal.write_now(lambda tx: event_log.append(tx, "star", kind, chat, house.owner, {"conversation": chat}, LATER))


def asked(house: House, text: str) -> None:
    journal = house.application.journal
    chat = journal.read_now(lambda tx: tickets.get(tx, "star", house.ticket)).conversation
    question = Question(new_id(), chat, LATER, "zh-CN", "unknown", text)
    journal.write_now(lambda tx: unanswered.add(tx, "star", question))


def test_an_open_ticket_has_its_order_and_its_talk_before_anybody_exports_it(house: House) -> None:
    happens(house, "decision_made")
    assert work(house) > 0
    kinds = {entry.kind for entry in chain(house)}
    assert kinds >= {"message", "upload", "decision", "viewed", "note", "finding", "risk"}
    assert "order" not in kinds, "the store is asked where something of the order may have changed"
    happens(house, "order")
    work(house)
    assert {entry.kind for entry in chain(house)} >= {"order", "payment", "delivery", "confirmation"}
    assert {entry.recorded_at for entry in chain(house)} == {LATER.isoformat()}


def test_what_happens_later_is_added_once_and_an_export_finds_it_all_there(house: House) -> None:
    happens(house, "order")
    work(house)
    before = chain(house)
    assert work(house) == 0
    chat = house.application.journal.read_now(lambda tx: tickets.get(tx, "star", house.ticket)).conversation
    given: Any = {"at": LATER, "author_kind": "buyer", "author_name": "访客", "text": "还没好吗", "lang": "zh-CN"}

    def say(tx: sa.Connection) -> None:
        tell_message(tx, "star", house.owner, talk.append(tx, "star", chat, **given, told=True))

    house.application.journal.write_now(say)
    work(house)
    after = chain(house)
    assert after[: len(before)] == before
    assert [(entry.kind, entry.open["seq"]) for entry in after[len(before) :]] == [("message", 4)]
    assert house.pack()[1].entries == len(after)


def test_a_failure_on_the_way_leaves_the_events_due(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    happens(house, "order")
    with monkeypatch.context() as patched:
        patched.setattr(evidence, "collected", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work(house)
    assert chain(house) == ()
    assert work(house) > 0
    assert len({entry.subject for entry in chain(house)}) == len(chain(house))


def test_each_step_of_a_refund_is_evidence_and_the_buyers_copy_keeps_back_who_took_it(house: House) -> None:
    asked = refunds.Wanted(
        "star", "refund", ORDER, "", _amount("9.00"), "CNY", "manual", reason=f"shown on {new_id()}"
    )  # fmt: skip

    def ask(tx: Any) -> Refund:
        refunds.set_paid(tx, "star", ORDER, "", _amount("97.50"), "CNY")
        return refunds.request(tx, asked, "agent:lin", LATER)[0]

    refund = house.application.journal.write_now(ask)
    by_chen = house.application.journal.write_now(
        lambda tx: refunds.move(tx, refund, "approved", "agent:chen", "seen", LATER)
    )
    house.application.journal.write_now(lambda tx: refunds.move(tx, by_chen, "executing", "server", "by hand", LATER))
    happens(house, "done")
    work(house)
    found = [entry for entry in chain(house) if entry.kind == "refund" and entry.open["number"] == refund.number]
    assert [entry.open["state"] for entry in found] == ["requested", "approved", "executing"]
    assert found[1].parts["inner"].value["by"] == "agent:chen"
    copies = {who: house.pack(who, "en")[0] / "evidence.html" for who in ("shop", "buyer")}
    chinese = (house.pack("shop", "zh-CN")[0] / "evidence.html").read_text("utf-8")
    assert [word in chinese for word in ("人工执行", "系统", "by hand")] == [True, True, False]
    assert "agent:chen" in copies["shop"].read_text("utf-8")
    assert "agent:chen" not in copies["buyer"].read_text("utf-8")
    assert refund.number in copies["buyer"].read_text("utf-8")


def _amount(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def test_erasing_takes_the_words_out_says_so_in_the_chain_and_the_chain_verifies(house: House) -> None:
    happens(house, "order")
    work(house)
    assert PHONE in repr(chain(house))
    asked(house, "公会怎么创建")
    files, loaded = house.application.uploads, house.application.shop("star")
    erased = erase_person(house.application.journal, loaded, files, house.owner, "server", LATER)
    gone, after = erased.rows["evidence_parts"], chain(house)
    assert (gone > 3, erased.rows["unanswered"]) == (True, 1)
    assert PHONE not in repr(after)
    assert (after[-1].kind, after[-1].open) == ("erased", {"parts": gone})
    folder, pack = house.pack()
    assert PHONE not in (folder / "evidence.json").read_text("utf-8")
    assert verify_folder(folder, pack.digest) == ()


def test_a_shop_in_which_nothing_happened_is_not_read_and_reports_are_kept_up_once_a_minute(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes, asked_of, kept_up = [0.0], list[str](), list[str]()
    runtime = replace(house.application.runtime(), clock=lambda: LATER + timedelta(minutes=minutes[0]))
    collector = Collector(runtime)

    def collecting(journal: Journal, loaded: LoadedShop, at: datetime) -> int:
        asked_of.append(loaded.id)
        return collect_new(journal, loaded, at)

    monkeypatch.setattr(evidence_work, "collect_new", collecting)
    monkeypatch.setattr(evidence_work, "catch_up", lambda journal, folder, at: kept_up.append(folder.shop.id))
    collector.look()
    while asked_of:
        asked_of.clear()
        collector.look()
    kinds = {entry.kind for entry in chain(house)}
    assert kinds >= {"message", "decision"}, "all of it was collected before the shop was left alone"
    happens(house, "order")
    collector.look()
    assert asked_of == ["star"]
    assert kept_up.count("star") == 1
    minutes[0] = REPORTS_EVERY / timedelta(minutes=1)
    collector.look()
    assert kept_up.count("star") == 2
