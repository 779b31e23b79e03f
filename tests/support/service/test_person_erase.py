"""A buyer is erased: no word and no name is left anywhere, and money and chains of hashes are what they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from support.bootstrap import Application
from support.service.audit import faults_of_record
from support.service.evidence import collect
from support.service.evidence_verify import verify_folder
from support.service.find_tickets import filters, find_tickets
from support.service.person_erase import Held, erase_person, plan
from support.service.person_export import NothingKept
from tests.support.a_dispute import FINDING, IDENTITY, MAIL, NOTE, NOW, ORDER, PHONE, House, dispute
from ticketing.claim import Claim
from ticketing.evidence import broken_at
from ticketing.ids import new_id
from ticketing.privacy import Hold
from ticketing.review import Review
from ticketing.storage import (
    audit,
    claims,
    evidence,
    kept_answers,
    privacy,
    ratings,
    reviews,
    talk,
    tickets,
    unanswered,
    visitors,
)
from ticketing.storage import refunds as refund_rows
from ticketing.storage.claims import Who
from ticketing.storage.ratings import Rating
from ticketing.storage.tables import metadata
from ticketing.unanswered import Question

LATER = NOW + timedelta(days=1)
WORDS = (PHONE, MAIL, IDENTITY, NOTE, FINDING, "差劲", "我叫王小明", "怎么注销")


@dataclass(frozen=True)
class Case:
    application: Application
    id: str
    owner: str
    ticket: str
    chat: str
    house: House


@pytest.fixture
def case(application: Application, tmp_path: Path) -> Case:
    """A buyer with everything that the record can hold of one, and a neighbour with the same."""
    return a_case(application, new_id(), tmp_path)


def a_case(application: Application, id: str, folder: Path) -> Case:
    owner, loaded, order = f"buyer:{id}", application.shop("star"), f"SC-{id[-12:]}"

    def write(tx: sa.Connection) -> tuple[str, str]:
        ticket = dispute(tx, application, owner)
        chat = tickets.get(tx, "star", ticket).conversation
        said = talk.append(
            tx, "star", chat, at=NOW, author_kind="buyer", author_name=id, text="我叫王小明", lang="zh-CN",
            parts=[{"type": "order", "number": order}],
        )  # fmt: skip
        turn = visitors.PendingTurn("star", chat, said.id, new_id(), owner, {"proof": PHONE})
        visitors.save_ack(tx, "star", owner, turn.client_id, b"", {"conversation": chat}, NOW, turn)
        said_before = talk.page(tx, "star", chat, said.seq, 1)[0]
        answered = visitors.PendingTurn("star", chat, said_before.id, new_id(), owner, {})
        visitors.save_ack(tx, "star", owner, answered.client_id, b"", {"conversation": chat}, NOW, answered)
        visitors.close_turn(tx, answered, {"searched": PHONE}, NOW)
        visitors.grant_order(tx, "star", owner, ORDER, "proof", NOW)
        visitors.begin_attempt(tx, "star", owner, order, NOW, visitors.AttemptLimits())
        unanswered.add(tx, "star", Question(said.id, chat, NOW, "zh-CN", "unknown", "怎么注销"))
        ratings.save(tx, "star", Rating(said.id, chat, NOW, ticket, None, False, 1, (), "差劲"))
        claims.record(tx, "star", chat, Who(owner, f"contact-{id}", f"account-{id}"), Claim(order, "p", "other", NOW))
        kept_answers.begin(tx, "star", "api:1", order[-6:], b"", NOW)
        kept_answers.end(tx, "star", "api:1", order[-6:], {"status": 200, "told": True, "body": f"{PHONE} 我叫王小明"})
        _money(tx, order, chat, ticket)
        return ticket, chat

    ticket, chat = application.journal.write_now(write)
    collect(application.journal, loaded, ticket, NOW)
    return Case(application, id, owner, ticket, chat, House(application, owner, ticket, folder))


def _money(tx: sa.Connection, order: str, chat: str, ticket: str) -> None:
    refund_rows.set_paid(tx, "star", order, "", Decimal(9), "CNY")
    wanted = refund_rows.Wanted(
        "star", "refund", order, "", Decimal(9), "CNY", "manual", "未到账", conversation=chat
    )  # fmt: skip
    refund, _ = refund_rows.request(tx, wanted, "agent:lin", NOW)
    for state in ("approved", "executing", "done"):
        refund = refund_rows.move(tx, refund, state, "agent:chen", state, NOW, reference="PAY-1")
    decision = new_id()
    review = Review(
        "star", decision, ticket, chat, order, "overridden", "deny", "a/b", "refund", refund.id, "补偿", "lin", NOW
    )
    audit.record_review(tx, review)
    reviews.add(tx, review)


def erased(case: Case) -> Any:
    loaded, files = case.application.shop("star"), case.application.uploads
    return erase_person(case.application.journal, loaded, files, case.owner, "server", LATER)


def kept(case: Case, without: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Every row of every table, as text."""

    def read(tx: sa.Connection) -> dict[str, list[str]]:
        return {
            table.name: sorted(repr(row) for row in tx.execute(sa.select(table).where(table.c.shop == "star")))
            for table in metadata.sorted_tables
            if "shop" in table.c and table.name not in without
        }

    return case.application.journal.read_now(read)


def test_no_word_and_no_name_is_left_and_all_that_stays_is_nobodys(case: Case, tmp_path: Path) -> None:
    other = a_case(case.application, new_id(), tmp_path / "other")
    theirs = case.application.journal.read_now(lambda tx: _rows_naming(tx, (other.id, other.chat, other.ticket)))
    before = kept(case)
    done = erased(case)
    mine = "\n".join(row for row in _about(case) if case.id not in row)
    for word in WORDS:
        assert word not in mine, word
    acks = case.application.journal.read_now(lambda tx: tx.execute(sa.select(metadata.tables["commands"].c.ack)))
    assert not any(PHONE in str(ack) for ack in acks), "nor in what repeated writes are answered"
    named = {name: [row for row in rows if case.id in row] for name, rows in kept(case).items()}
    assert {name: len(rows) for name, rows in named.items() if rows} == {"conversations": 1}, "but for the notice"
    assert done.rows["messages"] == 4
    assert not case.application.uploads.path(_upload(case)).exists()
    for name in ("refunds", "refund_changes", "refund_lines", "decisions", "decision_reviews"):
        assert kept(case)[name] == before[name], name
    after = case.application.journal.read_now(lambda tx: _rows_naming(tx, (other.id, other.chat, other.ticket)))
    assert after == theirs


def _about(case: Case) -> list[str]:
    return case.application.journal.read_now(lambda tx: _rows_naming(tx, (case.chat, case.ticket)))


def _rows_naming(tx: sa.Connection, names: tuple[str, ...]) -> list[str]:
    rows = (repr(row) for table in metadata.sorted_tables for row in tx.execute(sa.select(table)))
    return sorted(row for row in rows if any(name in row for name in names))


def _upload(case: Case) -> Any:
    from ticketing.upload import Upload

    table = metadata.tables["uploads"]
    query = sa.select(table).where(table.c.conversation == case.chat)
    row = case.application.journal.read_now(lambda tx: tx.execute(query).one()._mapping)
    return Upload(**{name: row[name] for name in Upload.__slots__})


def test_audit_and_evidence_verify_and_say_that_something_was_erased(case: Case) -> None:
    journal = case.application.journal
    before = journal.read_now(lambda tx: evidence.of_ticket(tx, "star", case.ticket))
    erased(case)
    assert journal.read_now(lambda tx: list(faults_of_record(tx, "star"))) == []
    chain = collect(journal, case.application.shop("star"), case.ticket, LATER).entries
    assert broken_at("star", case.ticket, chain) is None
    assert [link.hash for link in chain[: len(before)]] == [link.hash for link in before]
    assert [link.kind for link in chain[len(before) :]] == ["erased"], "nothing is collected again"
    folder, pack = case.house.pack()
    assert verify_folder(folder, pack.digest) == ()
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.*"))
    assert [word for word in WORDS if word in text] == []


def test_it_is_found_no_more_and_no_answer_is_owed(case: Case) -> None:
    journal, loaded = case.application.journal, case.application.shop("star")

    def found(query: str) -> list[str]:
        rows = find_tickets(journal, loaded, None, filters(query), query, 200, None)["rows"]
        return [row["ticket"]["id"] for row in rows]

    assert case.ticket in found("王小明")
    assert case.ticket in found(case.id)
    erased(case)
    assert case.ticket not in found("王小明")
    assert case.ticket not in found(case.id)
    assert case.ticket in found(ORDER)
    assert [one for one in journal.read_now(visitors.pending_turns) if one.conversation == case.chat] == []


def test_whoever_comes_back_reads_what_was_done(case: Case) -> None:
    erased(case)
    journal = case.application.journal
    [chat] = journal.read_now(lambda tx: talk.of_owner(tx, "star", case.owner))
    [said] = journal.read_now(lambda tx: talk.page(tx, "star", chat.id, None, 10))
    assert (chat.subject, chat.state) == ("您的个人信息已删除", "bot")
    assert "2026-11-02" in said.text


def test_what_is_held_stays_until_the_hold_is_lifted(case: Case) -> None:
    journal = case.application.journal
    on_ticket = Hold("star", new_id(), "ticket", case.ticket, "消协调解", "lin", NOW)
    over = Hold("star", new_id(), "buyer", case.owner, "过去的", "lin", NOW, until=LATER - timedelta(hours=1))
    for one in (on_ticket, over):
        journal.write_now(partial(privacy.hold, one=one))
    before = kept(case)
    assert [one.reason for one in journal.read_now(lambda tx: plan(tx, "star", case.owner, LATER)).holds] == [
        "消协调解"
    ]
    with pytest.raises(Held, match="消协调解"):
        erased(case)
    assert kept(case) == before
    journal.write_now(lambda tx: privacy.lift(tx, "star", on_ticket.id, "lin", LATER))
    assert erased(case).rows["messages"] == 4


def test_of_a_stranger_there_is_nothing_to_plan(application: Application) -> None:
    with pytest.raises(NothingKept):
        application.journal.read_now(lambda tx: plan(tx, "star", f"buyer:{new_id()}", NOW))
