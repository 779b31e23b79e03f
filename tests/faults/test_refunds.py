"""Money leaves once: under random interleavings of workers that die anywhere, and in every order of a small case."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count, repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from support.service import refund_work
from tests.faults.refund_search import Search
from tests.faults.refund_world import Bank, History, Record, Tally, histories
from ticketing.storage import refunds as rows

SHORT, LONG, AT_ONCE = 100, 100_000, 2000
MOST = 700
"""Histories after which a guard that is missing must have been missed."""
SEEDS = {"a sleeper sends after its time": 5}
"""Where the first seed's histories come to it late."""


def tell(tally: Tally) -> None:
    """How much was gone through, for whoever reads the run."""
    print(
        f"\nseed {tally.seed}: {tally.histories} histories, {tally.refunds} refunds, {tally.paid} paid out, "
        f"{tally.chargebacks} chargebacks, {len(tally.faults)} faults"
    )


def test_over_random_histories_never_more_than_paid_and_each_refund_once() -> None:
    tally = histories(int(os.environ.get("SEED", "7")), SHORT)
    tell(tally)
    assert tally.faults == []
    assert tally.histories == SHORT
    assert tally.paid > SHORT / 4
    assert tally.chargebacks > SHORT / 10


@pytest.mark.soak
def test_the_same_over_a_hundred_thousand() -> None:
    whole = Tally(secrets.randbelow(10**6))
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for part in pool.map(histories, range(whole.seed, whole.seed + LONG // AT_ONCE), repeat(AT_ONCE)):
            whole.join(part)
    tell(whole)
    Path("build").mkdir(exist_ok=True)
    Path("build/refunds-soak.json").write_text(json.dumps({
        "seed": whole.seed, "histories": whole.histories, "refunds": whole.refunds, "paid": whole.paid,
        "faults": len(whole.faults),
    }))  # fmt: skip
    assert whole.faults == []


def _without_the_constraint(record: Record) -> None:
    for name in ("refunds_within_paid_insert", "refunds_within_paid_update"):
        record.tx.exec_driver_sql(f"DROP TRIGGER {name}")


def _nothing(record: Record) -> None:
    """The database is left as it is."""


def _key_each_time(patch: pytest.MonkeyPatch) -> None:
    fresh = count()
    patch.setattr(rows, "key_of", lambda *given: f"refund_{next(fresh)}")


def _doubt_sent_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Bank, "ask", lambda self, given, now: self.execute(given))


def _not_claimed(patch: pytest.MonkeyPatch) -> None:
    def look_only(tx: Any, shop: str, refund: str, at: Any, *told: Any) -> Any:
        found = rows.get(tx, shop, refund)
        if found.deadline is None:
            found = rows.note(tx, found, "server", "-", at, deadline=at + timedelta(seconds=60))
        return replace(found, state="executing")

    patch.setattr(refund_work, "claim", look_only)
    patch.setattr(refund_work, "record", lambda *given: None)


def _sleeper_sends(patch: pytest.MonkeyPatch) -> None:
    """And stamps it with the time at which it wakes."""
    patch.setattr(refund_work, "may_send", lambda claimed, at: True)
    patch.setattr(Bank, "_arrived", _pay_anything)


def _pay_anything(bank: Bank, given: Any) -> None:
    bank.paid[given.key] += 1
    bank.sums[given.line] += int(given.amount)


def _hold_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(History, "judge", lambda self, tx, refund, at: refund)


MUTATIONS: dict[str, tuple[Callable[[Record], None], Callable[[pytest.MonkeyPatch], None], str]] = {
    "constraint dropped": (_without_the_constraint, lambda patch: None, "more than paid"),
    "idempotency key dropped": (_nothing, _key_each_time, "executed twice"),
    "retry on doubt": (_nothing, _doubt_sent_again, "executed twice"),
    "not claimed before it is sent": (_nothing, _not_claimed, "executed twice"),
    "held order not looked at": (_nothing, _hold_not_looked_at, "an order that was held"),
    "a sleeper sends after its time": (_nothing, _sleeper_sends, "paid and taken for failed"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_guard_that_is_taken_away_is_missed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database, code, words = MUTATIONS[name]
    code(monkeypatch)
    tally = histories(SEEDS.get(name, 1), MOST, mutation=database, until=words)
    assert any(words in fault for fault in tally.faults), f"{name} went unseen: {tally}"


def test_every_order_of_a_small_case_is_gone_through() -> None:
    """One decision, two workers, a machine that may lose, delay or refuse, a person who settles, a chargeback."""
    search = Search(refunds=1, chargeback=True)
    search.run()
    print(f"\n{search.states} states, {search.moves} moves")
    assert search.faults == []
    assert search.ended == {"done", "failed", "cancelled"}
    assert search.states > 300


def test_the_search_too_finds_what_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    search = Search(refunds=1, chargeback=False, resend=True)
    search.run()
    assert any("executed twice" in fault for fault in search.faults)
