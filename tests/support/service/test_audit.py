"""Whatever is altered, removed or swapped of who moved money is found: in an export, and in the record itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from support.service.audit import digest_of, faults_of_lines, faults_of_record, lines_of
from ticketing.refund import RefundState
from ticketing.review import Review
from ticketing.storage import audit, reviews
from ticketing.storage import refunds as rows
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.refunds import Wanted

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TABLES = ("refunds", "refund_changes", "evidence_entries", "evidence_parts")


class Undone(Exception):
    """What was tampered with is put back."""


@pytest.fixture
def journal(database_url: str) -> Iterator[Journal]:
    """Two refunds, one of them paid, and no trigger that would stop whoever has the database in hand."""
    journal = Journal(open_engine(database_url))

    def made(tx: sa.Connection) -> None:
        rows.set_paid(tx, "star", "NO-1", "", Decimal(9), "CNY")
        ways: tuple[tuple[RefundState, ...], ...] = (("approved", "executing", "done"), ("cancelled",))
        for n, end in enumerate(ways, 1):
            wanted = Wanted("star", "refund", "NO-1", "", Decimal(n), "CNY", "manual", f"reason {n}")
            refund, _ = rows.request(tx, wanted, "agent:ann", NOW)
            for i, state in enumerate(end, 1):
                at = NOW + timedelta(minutes=i)
                refund = rows.move(tx, refund, state, f"agent:{i}", f"step {i}", at, reference=f"T-{i}")

    journal.write_now(made)
    journal.write_now(_disarm)
    yield journal
    journal.write_now(_arm)
    journal.close()


def _arm(tx: sa.Connection) -> None:
    """PostgreSQL's databases are used again by other tests."""
    if tx.dialect.name == "postgresql":
        for table in TABLES:
            tx.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _disarm(tx: sa.Connection) -> None:
    if tx.dialect.name == "postgresql":
        for table in TABLES:
            tx.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return
    for name in tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
        tx.exec_driver_sql(f"DROP TRIGGER {name}")


def found(journal: Journal, tamper: str) -> list[str]:
    """What is found after such a statement, which is then undone."""
    faults: list[str] = []

    def work(tx: sa.Connection) -> None:
        assert tx.exec_driver_sql(tamper).rowcount > 0, tamper
        faults.extend(faults_of_record(tx, "star"))
        raise Undone

    with pytest.raises(Undone):
        journal.write_now(work)
    return faults


def test_each_row_of_the_record_that_is_altered_removed_or_swapped_is_found(journal: Journal) -> None:
    assert journal.read_now(lambda tx: list(faults_of_record(tx, "star"))) == []
    links = journal.read_now(lambda tx: audit.links(tx, "star"))
    assert [(one.open["refund"], one.open["to"]) for one in links] == [
        ("R-1", "requested"), ("R-1", "approved"), ("R-1", "executing"), ("R-1", "done"), ("R-2", "requested"),
        ("R-2", "cancelled"),
    ]  # fmt: skip
    steps = [f"n = {one.open['rev']} AND refund = '{one.subject.split(':')[1]}'" for one in links]
    for step, link in zip(steps, links, strict=True):
        for change in ("actor = 'agent:eve'", "cause = 'else'", "state = 'failed'", "at = at + 1", "was = 'x'"):
            assert found(journal, f"UPDATE refund_changes SET {change} WHERE {step}"), (change, step)
        assert found(journal, f"DELETE FROM refund_changes WHERE {step}"), step
        here = f"ticket = 'audit' AND n = {link.n}"
        for change in ("open = '{}'", "at = '2026'", "salt = 'ab'", "subject = 'x'", "hash = 'ab'"):
            assert found(journal, f"UPDATE evidence_entries SET {change} WHERE {here}"), (change, here)
        assert found(journal, f"DELETE FROM evidence_entries WHERE {here}"), here
        assert found(journal, f"UPDATE evidence_parts SET value = '{{}}' WHERE {here}"), here
    for change in ("amount = amount + 1", "state = 'failed'", "requested_by = 'agent:eve'", "rev = 1"):
        assert found(journal, f"UPDATE refunds SET {change} WHERE refund_no = 1"), change
    swap = "UPDATE evidence_entries SET n = CASE n WHEN 2 THEN 93 WHEN 3 THEN 92 ELSE n END WHERE ticket = 'audit'"
    assert found(journal, swap)


def test_each_line_of_an_export_that_is_altered_removed_or_swapped_is_found(journal: Journal) -> None:
    links = journal.read_now(lambda tx: audit.links(tx, "star"))
    lines, digest = list(lines_of("star", links)), digest_of(links)
    assert list(faults_of_lines(lines, digest)) == []
    assert list(faults_of_lines(lines[:-1])) == []
    for i, line in enumerate(lines):
        assert list(faults_of_lines([*lines[:i], *lines[i + 1 :]], digest)), f"link {i + 1} is gone"
        for name, value in json.loads(line).items():
            if name not in {"format", "parts"}:
                assert list(faults_of_lines(_with(lines, i, {name: _other(value)}), digest)), (i, name)
        parts = json.loads(line)["parts"]
        assert list(faults_of_lines(_with(lines, i, {"parts": {"text": parts["text"] | {"value": "x"}}}), digest))
    for i in range(len(lines) - 1):
        assert list(faults_of_lines([*lines[:i], lines[i + 1], lines[i], *lines[i + 2 :]], digest)), f"swapped at {i}"
    assert any("another digest" in fault for fault in faults_of_lines(lines[:-1], digest))


def test_words_that_were_erased_leave_a_chain_that_holds(journal: Journal) -> None:
    journal.write_now(lambda tx: tx.exec_driver_sql("DELETE FROM evidence_parts"))
    assert journal.read_now(lambda tx: list(faults_of_record(tx, "star"))) == []


def test_what_an_agent_said_to_a_decision_is_held_too(journal: Journal) -> None:
    said = Review(
        "star", "d1", "t1", "c1", "NO-1", "overridden", "refuse", "p/c", "coupon", None, "it was dead", "ann", NOW
    )
    journal.write_now(lambda tx: reviews.add(tx, said))
    assert journal.read_now(lambda tx: reviews.of_decision(tx, "star", "d1")) == said
    with pytest.raises(sa.exc.IntegrityError):
        journal.write_now(lambda tx: reviews.add(tx, replace(said, agent="bob")))
    assert journal.read_now(lambda tx: list(faults_of_record(tx, "star"))) == []
    for change in ("said = 'accepted'", "agent = 'eve'", "reason = 'else'", "at = at + 1", "refund = 'x'"):
        assert found(journal, f"UPDATE decision_reviews SET {change}"), change
    assert found(journal, "DELETE FROM decision_reviews")


def _with(lines: list[str], i: int, change: dict[str, Any]) -> list[str]:
    return [*lines[:i], json.dumps(json.loads(lines[i]) | change), *lines[i + 1 :]]


def _other(value: Any) -> Any:
    return value + 1 if isinstance(value, int) else ({"x": 1} if isinstance(value, dict) else f"{value}x")
