from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from ticketing.errors import Conflict, IllegalTransition, NotFound
from ticketing.refund import STATES, TRANSITIONS, Refund, RefundState, check_move
from ticketing.storage import refunds as rows
from ticketing.storage.journal import Journal
from ticketing.storage.refunds import TooMuch, Wanted
from ticketing.storage.tables import refund_changes, refund_lines, refunds

ORDER = "NO-1"


def wanted(amount: str, line: str = "card", decision: str | None = "d1", **more: Any) -> Wanted:
    """Something of the order, in yuan."""
    given = {"kind": "refund", "executor": "manual"} | more
    return Wanted("star", order_no=ORDER, line=line, amount=Decimal(amount), currency="CNY", decision=decision, **given)


@pytest.fixture
def ask(journal: Journal) -> Callable[..., tuple[Refund, bool]]:
    """An order of two lines, 30.00 and 10.00, of which things are asked for."""

    def pay(tx: sa.Connection) -> None:
        for line, paid in (("", "40"), ("card", "30"), ("game", "10")):
            rows.set_paid(tx, "star", ORDER, line, Decimal(paid), "CNY")

    journal.write_now(pay)

    def ask(amount: str, *given: Any, **more: Any) -> tuple[Refund, bool]:
        return journal.write_now(lambda tx: rows.request(tx, wanted(amount, *given, **more), "agent:a", NOW))

    return ask


def moved(journal: Journal, refund: Refund, *states: RefundState) -> Refund:
    for state in states:
        refund = journal.write_now(partial(rows.move, refund=refund, to=state, actor="agent:b", cause="said", at=NOW))
    return refund


def test_every_move_is_in_the_table_or_raises() -> None:
    for state in STATES:
        for to in STATES:
            if to in TRANSITIONS[state]:
                check_move(state, to)
            else:
                with pytest.raises(IllegalTransition, match=f"refund cannot go from '{state}' to '{to}'"):
                    check_move(state, to)


def test_asked_for_twice_it_is_one_refund(ask: Any) -> None:
    first, new = ask("30.00")
    again, second = ask("30.00")
    assert (new, second, first) == (True, False, again)
    assert first.number == "R-1"


def test_after_an_attempt_that_surely_failed_it_can_be_asked_for_anew(ask: Any, journal: Journal) -> None:
    first, _ = ask("30.00")
    moved(journal, first, "approved", "executing", "failed")
    second, new = ask("30.00")
    assert new
    assert second.key != first.key
    moved(journal, second, "approved", "executing", "in_doubt")
    assert ask("30.00") == (journal.read_now(lambda tx: rows.get(tx, "star", second.id)), False)


def test_parts_of_a_line_never_come_to_more_than_its_price(ask: Any) -> None:
    ask("10.00", "card", "d1")
    ask("20.00", "card", "d2", kind="reissue", quantity=1)
    with pytest.raises(TooMuch, match=r"0\.01 CNY is more than is left of what was paid: 0\.00 CNY"):
        ask("0.01", "card", "d3", kind="coupon")


def test_nor_the_lines_than_the_order(ask: Any, journal: Journal) -> None:
    """The whole order's row holds them together: a coupon took 5.00 off the whole, which no line shows."""
    journal.write_now(lambda tx: rows.set_paid(tx, "star", ORDER, "", Decimal(35), "CNY"))
    ask("30.00")
    with pytest.raises(TooMuch) as caught:
        ask("10.00", "game")
    assert caught.value.left == Decimal(5)
    ask("5.00", "game")


def test_nothing_is_given_back_of_a_line_that_nobody_knows(ask: Any) -> None:
    with pytest.raises(NotFound):
        ask("1.00", "other")
    for nothing in ("0", "-1"):
        with pytest.raises(TooMuch):
            ask(nothing)


@pytest.mark.parametrize("state", STATES)
def test_only_what_surely_did_not_leave_makes_room_again(ask: Any, journal: Journal, state: RefundState) -> None:
    way: dict[str, tuple[RefundState, ...]] = {
        "requested": (), "approved": ("approved",), "cancelled": ("cancelled",), "executing": ("approved", "executing"),
        "in_doubt": ("approved", "executing", "in_doubt"), "done": ("approved", "executing", "done"),
        "failed": ("approved", "executing", "failed"),
    }  # fmt: skip
    moved(journal, ask("30.00")[0], *way[state])
    room = journal.read_now(lambda tx: rows.left(tx, "star", ORDER, "card"))
    assert room == (30 if state in {"failed", "cancelled"} else 0)


def test_of_two_who_move_it_at_once_one_is_told_what_stands(ask: Any, journal: Journal) -> None:
    refund, _ = ask("30.00")
    approved = moved(journal, refund, "approved")
    with pytest.raises(Conflict) as caught:
        moved(journal, refund, "cancelled")
    assert caught.value.current == approved


def test_a_chargeback_takes_the_room_of_what_was_not_executed(ask: Any, journal: Journal) -> None:
    """And what the bank took on top of a refund is to be contested: it never counts as ours."""
    done = moved(journal, ask("10.00")[0], "approved", "executing", "done")
    waiting, _ = ask("20.00", "card", "d2")
    back = wanted("30.00", kind="chargeback")
    happens = partial(rows.happened, wanted=back, cause="case-9", actor="store", at=NOW)
    taken, off, _ = journal.write_now(happens)
    assert (taken.amount, taken.excess, taken.state) == (Decimal(20), Decimal(10), "done")
    assert [one.id for one in off] == [waiting.id]
    assert journal.write_now(happens) == (taken, (), False), "a doubled callback changes nothing"
    assert journal.read_now(lambda tx: rows.left(tx, "star", ORDER, "card")) == 0
    with pytest.raises(TooMuch):
        ask("0.01", "card", "d3")
    assert done.state == "done"


def test_a_chargeback_first_leaves_nothing_to_refund(ask: Any, journal: Journal) -> None:
    journal.write_now(lambda tx: rows.happened(tx, wanted("40.00", ""), "case-9", "store", NOW))
    with pytest.raises(TooMuch):
        ask("10.00", "game")


WRITTEN_PAST_THE_CODE = {
    "a second refund of the same line": lambda tx, row: tx.execute(
        sa.insert(refunds).values(**row | {"id": "x", "key": "x", "refund_no": 9, "amount": Decimal("0.01")})
    ),
    "a refund of a line without a payment": lambda tx, row: tx.execute(
        sa.insert(refunds).values(**row | {"id": "x", "key": "x", "refund_no": 9, "line": "none"})
    ),
    "the same key once more": lambda tx, row: tx.execute(
        sa.insert(refunds).values(**row | {"id": "x", "refund_no": 9, "line": "game", "amount": Decimal(1)})
    ),
    "another amount": lambda tx, row: tx.execute(sa.update(refunds).values(amount=Decimal(1))),
    "less paid": lambda tx, row: tx.execute(sa.update(refund_lines).values(paid=Decimal(1))),
    "a refund deleted": lambda tx, row: tx.execute(sa.delete(refunds)),
    "a step rewritten": lambda tx, row: tx.execute(sa.update(refund_changes).values(actor="agent:z")),
    "a step deleted": lambda tx, row: tx.execute(sa.delete(refund_changes)),
}


@pytest.mark.parametrize("way", WRITTEN_PAST_THE_CODE)
def test_the_database_itself_refuses(ask: Any, journal: Journal, way: str) -> None:
    ask("30.00")
    row = journal.read_now(lambda tx: tx.execute(sa.select(refunds)).one()._asdict())
    with pytest.raises(sa.exc.IntegrityError):
        journal.write_now(lambda tx: WRITTEN_PAST_THE_CODE[way](tx, row))


def test_what_has_ended_stays_so_in_the_database(ask: Any, journal: Journal) -> None:
    moved(journal, ask("30.00")[0], "approved", "executing", "failed")
    ask("30.00", "card", "d2")
    with pytest.raises(sa.exc.IntegrityError):
        journal.write_now(lambda tx: tx.execute(sa.update(refunds).values(state="done")))


def test_the_trail_holds_every_step_with_who_and_why(ask: Any, journal: Journal) -> None:
    refund = moved(journal, ask("30.00", "card", None, reason="the key was dead")[0], "approved", "executing", "done")
    steps = journal.read_now(lambda tx: rows.changes_of(tx, refund))
    assert [(one.n, one.was, one.state, one.actor, one.cause) for one in steps] == [
        (0, None, "requested", "agent:a", "the key was dead"), (1, "requested", "approved", "agent:b", "said"),
        (2, "approved", "executing", "agent:b", "said"), (3, "executing", "done", "agent:b", "said"),
    ]  # fmt: skip


def test_what_was_approved_on_a_day_is_summed_without_what_did_not_leave(ask: Any, journal: Journal) -> None:
    for number, amount in enumerate(("10.00", "5.00", "2.50")):
        refund, _ = ask(amount, "card", f"d{number}")
        at = NOW - timedelta(days=number == 2)
        approve = partial(rows.move, refund=refund, to="approved", actor="agent:s", cause="yes", at=NOW)
        journal.write_now(partial(approve, approved_by="agent:s", approved_at=at))
    first = journal.read_now(lambda tx: rows.by_number(tx, "star", 1))
    moved(journal, first, "cancelled")
    assert journal.read_now(lambda tx: rows.spent(tx, "star", "agent:s", NOW - timedelta(hours=1))) == Decimal(5)
