"""What would change a decision: each change that is told does so, and the ones that people look for are found."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from knowledge_base.reader import read_directory, read_shop
from knowledge_base.shop import ShopFolder
from support.bootstrap import DEMO_SHOPS
from support.policy.counterfactual import changes
from support.policy.replay import Recorded, came_of, read_proof
from support.service.explain import ExplainCase, explain
from support.stores import connect

STAR = DEMO_SHOPS / "star"
NOW = datetime.fromisoformat("2026-11-20T12:00:00+08:00")


@pytest.fixture(scope="module")
def star() -> ShopFolder:
    return read_shop(read_directory(STAR))


def recorded(star: ShopFolder, order: str, reason: str | None = None, **facts: object) -> Recorded:
    case = ExplainCase(order, "refund", NOW, reason=reason, facts={k.replace("__", "."): v for k, v in facts.items()})
    return read_proof(json.dumps(explain(star, connect(star, STAR), case).proof))


def told(star: ShopFolder, case: Recorded) -> dict[str, str]:
    """The one fact of each change, and the verdict and clause that it leads to."""
    return {name: str(one.after) for one in changes(star.policies, case, "CNY") for name in one.facts}


def test_a_refusal_names_the_confirmation_it_rests_on(star: ShopFolder) -> None:
    case = recorded(star, "SC20261103001", "changed_mind")
    assert case.verdict == "refuse"
    found = told(star, case)
    assert found["order.no_return_confirmed"] == "refer after-sales/changed-mind-unconfirmed"
    assert found["delivery.state"] == "grant after-sales/undelivered-refund"
    assert "claim.reason" not in found, "what the buyer said stands"


def test_what_is_missing_comes_first(star: ShopFolder) -> None:
    case = recorded(star, "SC20261109001", "changed_mind")
    assert case.verdict == "need"
    assert next(iter(told(star, case))) == "order.no_return_confirmed"


def test_a_span_of_time_turns_at_its_end(star: ShopFolder) -> None:
    case = recorded(star, "SC20261118002")
    [change] = [one for one in changes(star.policies, case, "CNY") if "now" in one.facts]
    paid_at = datetime.fromisoformat(str(case.facts["order.paid_at"].value))
    assert change.facts["now"][1] == paid_at + timedelta(hours=168, seconds=1)


@pytest.mark.parametrize("order", ["SC20261103001", "SC20261109001", "SC20261118001", "SC20261118002", "SC20260301001"])
@pytest.mark.parametrize("reason", ["changed_mind", "key_invalid", None])
def test_every_change_that_is_told_changes_the_outcome_when_it_is_supposed(
    star: ShopFolder, order: str, reason: str | None
) -> None:
    case = recorded(star, order, reason)
    before, found = came_of(case), changes(star.policies, case, "CNY")
    assert found
    for change in found:
        facts = {name: value for name, (_, value) in change.facts.items()}
        now = facts.pop("now", NOW)
        assert isinstance(now, datetime)
        supposed = ExplainCase(order, "refund", now, reason=reason, facts=facts)
        after = came_of(read_proof(json.dumps(explain(star, connect(star, STAR), supposed).proof)))
        assert after == change.after
        assert (after.verdict, after.outcome) != (before.verdict, before.outcome)
