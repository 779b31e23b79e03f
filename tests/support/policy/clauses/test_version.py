"""Which version of a policy speaks for an order."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from support.policy.engine import decide
from tests.knowledge_base.small_folder import HEAD, read
from tests.knowledge_base.small_folder import clause as written
from tests.support.policy.case import NOW, clause, decided, facts, version
from tests.support.policy.clauses.told import clause_id

OLD = version(clause("old", kind="refer", value="low", effective=date(2025, 1, 1)))
NEW = version(clause("new", kind="refer", value="high", effective=date(2026, 3, 1)))
REFER = "then:\n  refer: {priority: low}"


def test_two_files_of_one_day_are_one_version() -> None:
    """All files with the same `policy` and `effective` are one version."""
    first, second = HEAD + written(REFER, "a"), HEAD + written(REFER, "b")
    later = HEAD.replace("2026-01-01", "2026-01-02") + written(REFER, "c")
    folder = read(**{"policies/1.md": first, "policies/deep/2.md": second, "policies/3.md": later})
    assert [[each.id for each in one.clauses] for one in folder.policies] == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("paid_at", "expected"),
    [
        ("2026-02-28T23:59:59.999999+08:00", "old"),
        ("2026-03-01T00:00:00+08:00", "new"),
        ("2026-02-28T16:00:00+00:00", "new"),
        ("2026-02-28T15:59:59+00:00", "old"),
        ("2024-12-31T23:59:59+08:00", None),
    ],
)
def test_the_newest_not_after_the_day_of_payment_from_midnight_in_the_zone(paid_at: str, expected: str | None) -> None:
    """In force is the newest version whose `effective` day, from midnight in the shop's time zone, is not after
    `order.paid_at` (else `order.created_at`)."""
    decision = decided((NEW, OLD), facts({"order.paid_at": paid_at, "order.created_at": "2020-01-01T00:00:00Z"}))
    assert clause_id(decision) == expected
    assert decision.verdict == "refer"


def test_the_day_of_creation_stands_in_for_payment() -> None:
    """In force is the newest version whose `effective` day, from midnight in the shop's time zone, is not after
    `order.paid_at` (else `order.created_at`)."""
    created = facts({"order.created_at": "2026-02-01T00:00:00+08:00"}, without=("order.paid_at",))
    assert clause_id(decided((NEW, OLD), created)) == "old"


@pytest.mark.parametrize(
    ("zone", "paid_at", "expected"),
    [
        ("America/New_York", "2026-03-01T04:59:59Z", "old"),
        ("America/New_York", "2026-03-01T05:00:00Z", "new"),
        ("Pacific/Kiritimati", "2026-02-28T10:00:00Z", "new"),
        ("Asia/Kathmandu", "2026-02-28T18:14:59Z", "old"),
        ("Asia/Kathmandu", "2026-02-28T18:15:00Z", "new"),
    ],
)
def test_midnight_is_the_shops(zone: str, paid_at: str, expected: str) -> None:
    known = facts({"order.paid_at": paid_at})
    assert clause_id(decide((NEW, OLD), "refund", known, NOW, ZoneInfo(zone), "CNY", 2)) == expected


def test_a_day_without_midnight_begins_where_the_clocks_went_on() -> None:
    summer = version(clause("summer", kind="refer", value="low", effective=date(2018, 11, 4)))
    winter = version(clause("winter", kind="refer", value="low", effective=date(2018, 1, 1)))
    # São Paulo's 4 November 2018 began at one o'clock
    for paid_at, expected in (("2018-11-04T02:59:59Z", "winter"), ("2018-11-04T03:00:00Z", "summer")):
        known, zone = facts({"order.paid_at": paid_at}), ZoneInfo("America/Sao_Paulo")
        assert clause_id(decide((summer, winter), "refund", known, NOW, zone, "CNY", 2)) == expected


def test_a_version_replaces_the_whole_policy() -> None:
    """A version replaces the whole policy."""
    old = version(
        clause("no", "order.no_return_confirmed", kind="refuse", value="no"), clause("x", kind="refer", value="low")
    )
    new = version(clause("only", "order.frozen", kind="refer", value="high", effective=date(2026, 2, 1)))
    decision = decided((old, new), facts({"order.frozen": False, "order.no_return_confirmed": True}))
    assert (decision.verdict, decision.clause) == ("refer", None)


def test_none_in_force_refers() -> None:
    """With none in force in any policy, the verdict is refer."""
    later = version(clause("later", kind="refuse", value="no", effective=date(2027, 1, 1)))
    other = version(clause("other", kind="refuse", value="no", effective=date(2027, 1, 1), policy="price"))
    decision = decided((later, other))
    assert (decision.verdict, decision.clause, decision.outcome) == ("refer", None, {"priority": "normal"})
    assert decided(()).verdict == decided((), {}).verdict == "refer"


def test_an_order_of_unknown_age_needs_its_time() -> None:
    """An order whose paid and created times are both unknown needs them; where nothing is known of an order, today's
    versions speak."""
    decision = decided((NEW, OLD), facts(without=("order.paid_at", "order.created_at")))
    assert (decision.verdict, decision.clause) == ("need", None)
    assert decision.missing == ("order.created_at", "order.paid_at")
    assert clause_id(decided((NEW, OLD), {})) == "new"
    assert clause_id(decided((NEW, OLD), {}, now=NOW.replace(month=2))) == "old"
