"""Which clause is tried first, and which are not tried at all."""

from __future__ import annotations

from datetime import date

from knowledge_base.policy import PolicyVersion
from tests.knowledge_base.small_folder import HEAD, read
from tests.knowledge_base.small_folder import clause as written
from tests.support.policy.case import clause, decided, facts, version
from tests.support.policy.clauses.told import clause_id

UNDELIVERED = clause("undelivered", "order.paid", 'delivery.state == "failed"', requests=("refund", "cancel"))
REFER = "then:\n  refer: {priority: low}"


def test_clauses_in_the_order_of_the_file() -> None:
    """Clauses are tried in the order of the file."""
    first = clause("first", kind="refer", value="low")
    assert clause_id(decided(version(first, UNDELIVERED))) == "first"
    assert clause_id(decided(version(UNDELIVERED, first))) == "undelivered"
    [read_] = read(**{"policies/a.md": HEAD + written(REFER, "z") + written(REFER, "a")}).policies
    assert clause_id(decided(read_)) == "z"


def _never(name: str, order: int | None, effective: date = date(2026, 1, 1)) -> PolicyVersion:
    never = clause(name, "claim.evidence > 9", kind="refer", value="low", policy=name, effective=effective)
    return version(never, order=order)


def test_policies_by_order_then_by_name() -> None:
    """Several policies are tried by `order:` in their front matter, then by name, each with its own version in force;
    those with none are passed over.

    A policy without `order:` comes after those that have one."""
    given: list[tuple[str, int | None]] = [("a", None), ("z", -1), ("y", 2), ("c", 2), ("b", None), ("x", 10)]
    decision = decided(tuple(_never(*each) for each in given), facts({"claim.evidence": 0}))
    assert [tried["policy"] for tried in decision.proof["clauses"]] == ["z", "c", "y", "x", "a", "b"]


def test_the_order_of_a_policy_is_that_of_its_version_in_force() -> None:
    moved = (_never("a", 9, date(2026, 2, 1)), _never("a", 1), _never("b", 5))
    decision = decided(moved, facts({"claim.evidence": 0}))
    assert [tried["policy"] for tried in decision.proof["clauses"]] == ["b", "a"]


def test_order_is_read_from_the_front_matter() -> None:
    """Several policies are tried by `order:` in their front matter, then by name, each with its own version in force;
    those with none are passed over."""
    first, second = HEAD.replace("lang", "order: 20\nlang"), HEAD.replace("after-sales", "price")
    texts = {
        "policies/1.md": first + written(REFER, "a"),
        "policies/2.md": second.replace("lang", "order: 3\nlang") + written(REFER, "b"),
    }
    assert clause_id(decided(read(**texts).policies)) == "b"


def test_each_policy_has_its_own_version_and_those_with_none_are_passed_over() -> None:
    """Several policies are tried by `order:` in their front matter, then by name, each with its own version in force;
    those with none are passed over."""
    future = version(clause("future", policy="a", kind="refuse", value="no", effective=date(2030, 1, 1)))
    old = version(clause("old", policy="b", kind="refer", value="low", effective=date(2020, 1, 1)))
    assert clause_id(decided((future, old))) == "old"


def test_a_clause_for_other_requests_does_not_apply() -> None:
    """A clause whose `requests` lack the request does not apply; without `requests` it applies to all."""
    decision = decided(version(UNDELIVERED), request="reissue")
    assert (decision.verdict, decision.clause, decision.proof["clauses"]) == ("refer", None, [])
    assert decided(version(UNDELIVERED), request="cancel").verdict == "grant"
    assert clause_id(decided(version(clause("any", kind="refer", value="low")), request="privacy")) == "any"
