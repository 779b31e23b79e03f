"""What a refusal must rest on. What it shows buyers is held in `tests/support/assistant`."""

from __future__ import annotations

import pytest

from knowledge_base.policy import REASONS
from tests.knowledge_base.small_folder import clause_faults
from tests.support.policy.case import clause, decided, facts, version
from tests.support.policy.clauses.told import clause_id

REFUSE = "then:\n  refuse: {reason: no_return}\n"


def _faults(*lines: str) -> list[tuple[int, str]]:
    return clause_faults("when:\n" + "".join(f"  - |\n    {line}\n" for line in lines) + REFUSE)


@pytest.mark.parametrize(
    "lines",
    [
        ["order.no_return_confirmed"],
        ["order.paid", "order.no_return_confirmed", 'claim.reason == "changed_mind"'],
        ['claim.reason in ["price_drop", "coupon"]'],
        ['claim.reason == "price_drop"'],
    ],
)
def test_a_refusal_with_the_confirmation_or_its_reasons_may_stand(lines: list[str]) -> None:
    """A `refuse` must either have `order.no_return_confirmed` as a line, or name the reasons it is for, `changed_mind`
    not among them; the check says so."""
    assert _faults(*lines) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["order.paid"],
        ["order.paid && order.no_return_confirmed"],
        ["!order.no_return_confirmed"],
        ["order.no_return_confirmed || order.paid"],
        ["known(order.no_return_confirmed)"],
        ['claim.reason == "changed_mind"'],
        ['claim.reason in ["price_drop", "changed_mind"]'],
        ['claim.reason != "price_drop"'],
        ['claim.reason == "coupon" || order.paid'],
        ['!(claim.reason == "coupon")'],
    ],
)
def test_any_other_is_a_fault(lines: list[str]) -> None:
    """A `refuse` must either have `order.no_return_confirmed` as a line, or name the reasons it is for, `changed_mind`
    not among them; the check says so."""
    [(line, message)] = _faults(*lines)
    assert line == 4, "where `then` stands"
    assert "order.no_return_confirmed" in message


@pytest.mark.parametrize("reason", [reason for reason in REASONS if reason != "changed_mind"])
def test_every_other_reason_may_be_named(reason: str) -> None:
    """A `refuse` must either have `order.no_return_confirmed` as a line, or name the reasons it is for, `changed_mind`
    not among them; the check says so."""
    assert _faults(f'claim.reason == "{reason}"') == []
    assert len(_faults(f'claim.reason in ["{reason}", "changed_mind"]')) == 1


def test_a_better_promise_decides_first() -> None:
    """A shop's own better promise, in a clause before the refusal, decides first."""
    promise = clause("promise", "item.return_days > 0", 'claim.reason == "changed_mind"')
    refusal = clause("refusal", "order.no_return_confirmed", kind="refuse", value="no_return")
    changed = {"claim.reason": "changed_mind", "order.no_return_confirmed": True}
    for days, expected in ((7, "promise"), (0, "refusal")):
        known = facts(changed, {"item.return_days": days})
        assert clause_id(decided(version(promise, refusal), known)) == expected
