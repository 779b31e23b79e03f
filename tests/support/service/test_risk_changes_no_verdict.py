"""Whatever signals are found, the verdict is what it is without them, unless the shop's own clause names risk."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base.policy import REASONS
from knowledge_base.reader import read_directory, read_shop
from knowledge_base.shop import ShopFolder
from support.bootstrap import DEMO_SHOPS
from support.orders.csv_file import CsvConnector
from support.policy.decision import Decision
from support.risk.assess import Assessment
from support.risk.gate import gate
from support.risk.signal import Signal, Unknown
from support.risk.watch import Assessed
from support.service.explain import ExplainCase, explain
from tests.examples import examples

NOW = datetime.fromisoformat("2026-11-20T21:30:00+08:00")
SIGNALS = st.lists(
    st.builds(
        Signal, st.sampled_from(["contact_burst", "shared_key", "late_report"]), st.sampled_from(["for", "against"]),
        st.sampled_from(["buyer", "shop", "supplier"]), st.integers(1, 100), st.just(()),
    ),
    max_size=6,
)  # fmt: skip
UNKNOWN = st.lists(st.just(Unknown("contact_burst", "order.contact")), max_size=1)


@pytest.fixture(scope="module")
def star() -> ShopFolder:
    return read_shop(read_directory(DEMO_SHOPS / "star"))


@pytest.fixture(scope="module")
def orders(star: ShopFolder) -> CsvConnector:
    return CsvConnector(star.orders_csv or b"", star.shop)


def names_risk(decision: Decision) -> bool:
    """Whether the clause that decided names risk in so many words."""
    return decision.clause is not None and any(
        "risk." in line
        for one in decision.proof["clauses"]
        for line in one["when"]
        if one["id"] == decision.clause.id
    )  # fmt: skip


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.data(), SIGNALS, UNKNOWN, st.sampled_from([None, *REASONS]), st.sampled_from(["refund", "reissue", "deliver"]),
    st.integers(0, 60),
)  # fmt: skip
def test_no_signal_turns_a_grant_into_a_refusal_or_a_refusal_into_a_grant(
    star: ShopFolder, orders: CsvConnector, data: st.DataObject, signals: list[Signal], unknown: list[Unknown],
    reason: str | None, request: str, days: int,
) -> None:  # fmt: skip
    number = data.draw(st.sampled_from(orders.numbers(100)))
    order = orders.find(number)
    assert order is not None
    now = NOW + timedelta(days=days)
    found, nothing = Assessment(tuple(signals), tuple(unknown), now, "CNY"), Assessment((), (), now, "CNY")

    def decided(assessment: Assessment) -> Decision:
        item, told = order.items[0].product_id, Assessed(assessment, 0)
        return explain(star, orders, ExplainCase(number, request, now, item, reason, assess=lambda *_: told))

    plain, risky = decided(nothing), decided(found)
    if names_risk(risky):
        assert risky.verdict == "refer"
        assert found.score is not None
        assert found.score >= 80
    else:
        assert (risky.verdict, risky.clause, risky.outcome, risky.missing) == (
            plain.verdict, plain.clause, plain.outcome, plain.missing,
        )  # fmt: skip
    stands = gate(
        risky.verdict, risky.outcome or (), order.frozen is True, found.known_score, star.shop.risk.review_score
    )
    assert stands == "open" or risky.verdict == "grant"
