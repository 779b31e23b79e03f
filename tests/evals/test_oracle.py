"""The oracle agrees with the engine, and would say so if it did not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_HALF_DOWN, Decimal
from itertools import product
from random import Random

import pytest

from evals import oracle
from evals.oracle import Verdict, Version, decided
from evals.oracle_orders import Shelf
from evals.oracle_rules import VERSIONS
from evals.scorers.decisions import Sides
from evals.scorers.trials import LIMITS, WHOLE, Trial, amounts, boundaries, states
from evals.stage import FOLDER, NOW
from knowledge_base.facts import DELIVERY_STATES
from knowledge_base.policy import REASONS, REQUESTS
from knowledge_base.reader import read_directory, read_shop
from support.orders.csv_file import CsvConnector

SHELF = Shelf.read(FOLDER)
SHOP = read_shop(read_directory(FOLDER))
SIDES = Sides(SHOP, CsvConnector((FOLDER / "orders.csv").read_bytes(), SHOP.shop), SHELF)


def test_an_undelivered_order_is_refunded_in_full() -> None:
    said = decided(VERSIONS, "refund", SHELF.known("SC20261118001"), NOW)
    assert said == Verdict("grant", "undelivered-refund", {"refund": {"amount": "49.00", "currency": "CNY"}})


def test_the_day_of_payment_chooses_the_version() -> None:
    known = SHELF.known("SC20251231001") | {"claim.reason": "membership_inactive", "claim.evidence": 1}
    late = known["delivery.delivered_at"] + timedelta(days=30, hours=1)
    assert decided(VERSIONS, "refund", known, late).verdict == "refuse"
    newer = SHELF.known("SC20260101001") | {"claim.reason": "membership_inactive", "claim.evidence": 1}
    assert decided(VERSIONS, "refund", newer, newer["delivery.delivered_at"] + timedelta(days=30)).verdict == "grant"


def test_what_is_unknown_is_asked_for() -> None:
    said = decided(VERSIONS, "refund", SHELF.known("SC20261119003"), NOW)
    assert said.verdict == "need"
    assert said.missing == ("order.frozen",)
    assert decided(VERSIONS, "refund", SHELF.known("SC20261107001"), NOW).missing == ("order.item",)


def test_both_sides_agree_and_a_wrong_oracle_is_noticed() -> None:
    trials = [Trial(number, item, "refund", None) for number, item in SHELF.choices()]
    assert [SIDES.compared(trial) for trial in trials] == [None] * len(trials)
    dearer = {
        number: [{**row, "paid_amount": str(Decimal(row["paid_amount"]) + 1)} for row in rows]
        for number, rows in SHELF.orders.items()
    }
    wrong = replace(SIDES, shelf=Shelf(dearer, SHELF.products))
    assert any(wrong.compared(trial) for trial in trials)


def test_a_rule_left_out_changes_a_verdict() -> None:
    less = tuple(Version(v.since, tuple(r for r in v.rules if r.id != "no-return-refusal")) for v in VERSIONS)
    known = SHELF.known("SC20260301001") | {"claim.reason": "changed_mind"}
    assert decided(VERSIONS, "refund", known, NOW).verdict == "refuse"
    assert decided(less, "refund", known, NOW) != decided(VERSIONS, "refund", known, NOW)


def test_every_request_reason_and_state_is_asked_together_under_each_version() -> None:
    for year in (2025, 2026):
        asked = {
            (trial.request, trial.reason, trial.facts["delivery.state"])
            for trial in states(SHELF)
            if trial.facts["order.paid_at"].year == year
        }
        assert asked == set(product(REQUESTS, (None, *REASONS), DELIVERY_STATES))


def test_each_span_of_the_rules_is_asked_a_second_before_at_and_after_it() -> None:
    spans = {timedelta(days=3), timedelta(days=7), timedelta(days=30), timedelta(minutes=30)}
    asked = {
        (limit, trial.now - known[limit])
        for trial in boundaries(SHELF)
        for known in [SHELF.known(trial.order, trial.item)]
        for limit in LIMITS
        if limit in known
    }
    for limit, span, second in product(LIMITS, spans, (-1, 0, 1)):
        assert (limit, span + timedelta(seconds=second)) in asked


@pytest.mark.parametrize("kind", [states, amounts])
def test_a_few_of_each_agree(kind: Callable[[Shelf], Iterable[Trial]]) -> None:
    trials = list(kind(SHELF))
    assert kind in WHOLE
    assert [SIDES.compared(trial) for trial in Random(3).sample(trials, 60)] == [None] * 60


def test_an_oracle_that_rounds_half_a_cent_down_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "ROUND_HALF_UP", ROUND_HALF_DOWN)
    halves = [trial for trial in amounts(SHELF) if trial.facts.get("payment.count") == 2]
    assert any(SIDES.compared(trial) for trial in halves)
