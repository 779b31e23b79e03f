"""The tables and lists of facts on the page are those of the code."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from knowledge_base.facts import DELIVERY_KINDS, DELIVERY_STATES, FACTS
from knowledge_base.policy import REASONS, REQUESTS
from knowledge_base.product import PRODUCT_KINDS
from support.orders.order import DeliveryState
from support.policy.facts import Claims
from tests.knowledge_base.small_folder import clause_faults
from tests.support.policy.clauses.page import sentences, table
from tests.support.policy.clauses.told import small, told, values
from tests.support.policy.test_facts import ITEM, NOW, ORDER, PRODUCT, known

OTHER_SOURCES = {"token or proof; a person": {"buyer.verified": "token or proof", "buyer.minor": "a person"}}


def _listed(start: str) -> tuple[str, ...]:
    [line] = [line for line in sentences() if line.startswith(start)]
    return tuple(re.findall(r"\w+", line.removeprefix(start)))


def test_the_table_of_facts_is_the_codes() -> None:
    found = {}
    for names, type_, _ in table("fact"):
        for name in re.findall(r"`((?:\w+\.\w+)|now)`", names):
            found[name] = type_.split(",")[0].replace("list of string", "list(string)")
    assert found == {name: fact.type for name, fact in FACTS.items()}
    assert DELIVERY_KINDS == ("auto", "manual", "upstream")


def test_where_each_comes_from_is_the_codes() -> None:
    for names, _, source in table("fact"):
        for name in re.findall(r"`((?:\w+\.\w+)|now)`", names):
            plain = source.split(" (")[0].replace("store, and our", "store, our")
            assert FACTS[name].source == OTHER_SOURCES.get(plain, {}).get(name, plain), name


@pytest.mark.parametrize(
    ("start", "listed"),
    [
        ("`item.kind` is one of", tuple(PRODUCT_KINDS)),
        ("Requests are", tuple(REQUESTS)),
        ("Reasons are", tuple(REASONS)),
    ],
)
def test_the_lists_are_the_codes(start: str, listed: tuple[str, ...]) -> None:
    """`item.kind` is one of `gift_card, game_key, license, membership, top_up, prepaid, download, account, service`.

    Requests are `refund, cancel, reissue, deliver, exchange, invoice, privacy, complaint`.

    Reasons are `not_delivered, paid_shows_unpaid, duplicate_payment, partial_delivery, key_invalid, key_used,
    wrong_region, wrong_product, changed_mind, top_up_missing, wrong_account, membership_inactive, account_banned,
    counterfeit, price_drop, coupon, invoice, minor, chargeback, risk_hold, other`."""
    assert _listed(start) == listed


def test_the_states_are_the_codes() -> None:
    """`delivery.state` is one of the following."""
    states = tuple(row[0].strip("`") for row in table("state"))
    assert states == DELIVERY_STATES == get_args(DeliveryState)
    [(line, message)] = clause_faults("when:\n  - delivery.state == 'frozen'\nthen:\n  refer: {priority: low}\n")
    assert (line, "never 'frozen'" in message) == (2, True)


def test_frozen_is_a_flag_and_unknown_is_absence() -> None:
    """Frozen is a flag, not a state; unknown is the absence of the fact."""
    facts = values(told(small("A,steam,1,0,30.00,CNY,DAY,,0")))
    assert facts["order.frozen"] is False
    assert "delivery.state" not in facts
    assert {"frozen", "unknown"}.isdisjoint(DELIVERY_STATES)


def test_types_of_money_counts_times_and_differences() -> None:
    """Money and rates are doubles, counts and days ints, times timestamps, differences durations (`"168h"`, not
    `"7d"`)."""
    types = {fact.type for name, fact in FACTS.items() if "amount" in name or "price" in name}
    assert types == {"double"}
    assert {FACTS[f"item.{name}"].type for name in ("quantity", "delivered_quantity", "return_days")} == {"int"}
    assert {fact.type for name, fact in FACTS.items() if name.endswith("_at") or name == "now"} == {"timestamp"}
    within = 'when:\n  - now - order.paid_at <= duration("{}")\nthen:\n  refer: {{priority: low}}\n'
    assert clause_faults(within.format("168h")) == []
    [(line, message)] = clause_faults(within.format("7d"))
    assert (line, 'duration("168h")' in message) == (2, True)


def test_each_fact_carries_value_source_and_time() -> None:
    """Each fact carries value, source and time."""
    proof = told(small("A,steam,1,0,30.00,CNY,DAY,failed,0")).proof
    assert all(set(fact) == {"value", "source", "at"} for fact in proof["facts"].values())
    sources = {name: proof["facts"][name]["source"] for name in ("order.paid", "item.kind", "claim.request", "now")}
    assert list(sources.values()) == ["store", "catalogue", "buyer", "clock"]


def test_the_buyers_word_makes_only_claims_known() -> None:
    """The buyer's word makes only `claim.*` known; a clause never rests on it for anything else."""
    said = known(ORDER, ITEM, PRODUCT, claims=Claims("refund", "not_delivered", "I was never paid back", 3))
    of_the_buyer = {name for name, fact in said.items() if fact.source == "buyer"}
    assert of_the_buyer == {name for name in FACTS if name.startswith("claim.")}
    without = known(ORDER, ITEM, PRODUCT)
    assert {name: fact for name, fact in said.items() if name not in of_the_buyer} == without
    assert all(fact.at == NOW for fact in said.values())
