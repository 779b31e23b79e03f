"""Each sentence of the language of clauses, on the engine."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from support.policy.decision import Decision
from tests.support.policy.case import LEFT, NOW, clause, decided, facts, version

UNDELIVERED = clause(
    "undelivered-refund", "order.paid", 'delivery.state in ["not_delivered", "failed"]', requests=("refund", "cancel")
)
REFUSAL = clause("no-return", "order.no_return_confirmed", kind="refuse", value="confirmed_no_return")


def _id(decision: Decision) -> str | None:
    return decision.clause.id if decision.clause else None


def test_the_clause_of_the_language_page_grants_what_is_left() -> None:
    decision = decided(version(UNDELIVERED))
    assert decision.verdict == "grant"
    assert decision.outcome == {"refund": {"amount": "30.00", "currency": "CNY"}}
    assert decision.missing == ()
    assert decision.error is None
    assert decision.clause is not None
    assert decision.clause.as_json() == {
        "policy": "after-sales",
        "id": "undelivered-refund",
        "effective": "2026-01-01",
        "sha256": UNDELIVERED.sha256,
    }


class TestVersion:
    OLD = version(clause("old", kind="refer", value="low", effective=date(2025, 1, 1)))
    NEW = version(clause("new", kind="refer", value="high", effective=date(2026, 3, 1)))

    @pytest.mark.parametrize(
        ("paid_at", "expected"),
        [
            ("2026-02-28T23:59:59.999999+08:00", "old"),
            ("2026-03-01T00:00:00+08:00", "new"),
            ("2026-02-28T16:00:00+00:00", "new"),
            ("2024-12-31T23:59:59+08:00", None),
        ],
    )
    def test_the_newest_not_after_the_day_of_payment_from_midnight_in_the_zone(
        self, paid_at: str, expected: str | None
    ) -> None:
        decision = decided((self.NEW, self.OLD), facts({"order.paid_at": paid_at}))
        assert _id(decision) == expected
        assert decision.verdict == "refer"

    def test_the_day_of_creation_stands_in_for_payment(self) -> None:
        created = facts({"order.created_at": "2026-02-01T00:00:00+08:00"}, without=("order.paid_at",))
        assert _id(decided((self.NEW, self.OLD), created)) == "old"

    def test_an_order_of_unknown_age_needs_its_time(self) -> None:
        decision = decided((self.NEW, self.OLD), facts(without=("order.paid_at", "order.created_at")))
        assert decision.verdict == "need"
        assert decision.missing == ("order.created_at", "order.paid_at")
        assert decision.clause is None

    def test_a_version_replaces_the_whole_policy(self) -> None:
        old = version(REFUSAL, clause("other", kind="refer", value="low"))
        new = version(clause("only", "order.frozen", kind="refer", value="high", effective=date(2026, 2, 1)))
        decision = decided((old, new), facts({"order.frozen": False, "order.no_return_confirmed": True}))
        assert (decision.verdict, decision.clause) == ("refer", None)

    def test_none_in_force_refers(self) -> None:
        later = version(clause("later", kind="refuse", value="no", effective=date(2027, 1, 1)))
        decision = decided(later)
        assert (decision.verdict, decision.clause, decision.outcome) == ("refer", None, {"priority": "normal"})

    def test_no_policies_refer(self) -> None:
        assert decided(()).verdict == "refer"
        assert decided((), {}).verdict == "refer"


class TestOrder:
    def test_clauses_in_the_order_of_the_file(self) -> None:
        first = clause("first", kind="refer", value="low")
        assert _id(decided(version(first, UNDELIVERED))) == "first"
        assert _id(decided(version(UNDELIVERED, first))) == "undelivered-refund"

    def test_policies_by_order_then_by_name_those_without_last(self) -> None:
        def policy(name: str, order: int | None) -> object:
            return version(clause(name, "claim.evidence > 9", kind="refer", value="low", policy=name), order=order)

        versions = tuple(policy(*given) for given in [("a", None), ("z", 1), ("y", 2), ("c", 2), ("b", None)])
        decision = decided(versions, facts({"claim.evidence": 0}))  # type: ignore[arg-type]
        assert [tried["policy"] for tried in decision.proof["clauses"]] == ["z", "c", "y", "a", "b"]

    def test_each_policy_has_its_own_version_and_those_with_none_are_passed_over(self) -> None:
        future = version(clause("future", policy="a", kind="refuse", value="no", effective=date(2030, 1, 1)))
        old = version(clause("old", policy="b", kind="refer", value="low", effective=date(2020, 1, 1)))
        assert _id(decided((future, old))) == "old"

    def test_a_clause_for_other_requests_does_not_apply(self) -> None:
        decision = decided(version(UNDELIVERED), request="reissue")
        assert (decision.verdict, decision.clause) == ("refer", None)
        assert decision.proof["clauses"] == []
        assert decided(version(UNDELIVERED), request="cancel").verdict == "grant"

    def test_a_clause_without_requests_applies_to_all(self) -> None:
        assert _id(decided(version(clause("any", kind="refer", value="low")), request="privacy")) == "any"


class TestLines:
    @pytest.mark.parametrize(
        "line",
        [
            "order.paid || order.frozen",
            "order.frozen || order.paid",
            "order.paid ? true : order.frozen",
            "!order.paid && order.frozen",
        ],
    )
    def test_a_line_is_unknown_when_a_fact_that_it_names_is(self, line: str) -> None:
        decision = decided(version(clause("short", line)))
        assert (decision.verdict, decision.missing) == ("need", ("order.frozen",))

    def test_known_is_always_known(self) -> None:
        asked = version(clause("asked", "!known(order.frozen)", "known( order.paid )", kind="refer", value="low"))
        assert _id(decided(asked)) == "asked"
        assert _id(decided(asked, facts({"order.frozen": False}))) is None

    def test_a_fact_inside_a_text_is_not_named(self) -> None:
        quoted = clause("quoted", 'order.note != "order.frozen"', "order.note != 'known(order.frozen)'")
        assert decided(version(quoted), facts({"order.note": "known(order.frozen)"})).clause is None
        assert _id(decided(version(quoted), facts({"order.note": "x"}))) == "quoted"

    def test_a_fact_inside_a_raw_or_escaped_text_is_not_named(self) -> None:
        lines = (
            r'order.note != "\" order.frozen"',
            r'order.note != r"\d order.frozen"',
            "order.note != '''order.paid'''",
        )
        assert _id(decided(version(clause("quoted", *lines)), facts({"order.note": "x"}))) == "quoted"

    def test_methods_on_facts_name_the_fact(self) -> None:
        line = clause("method", 'order.note.contains("x") && order.paid_at.getFullYear() == 2026')
        assert decided(version(line)).missing == ("order.note",)
        assert _id(decided(version(line), facts({"order.note": "x"}))) == "method"

    def test_times_and_durations(self) -> None:
        week = version(clause("week", 'now - order.paid_at <= duration("168h")'))
        assert _id(decided(week)) == "week"
        assert _id(decided(week, now=datetime(2026, 3, 8, 3, 1, tzinfo=UTC))) == "week"
        assert _id(decided(week, now=datetime(2026, 3, 8, 3, 1, 0, 1, tzinfo=UTC))) is None

    def test_times_are_read_in_utc(self) -> None:
        assert _id(decided(version(clause("hour", "order.paid_at.getHours() == 3")))) == "hour"

    def test_lists(self) -> None:
        risky = version(clause("risky", '"vpn" in risk.signals', kind="refer", value="high"))
        assert _id(decided(risky, facts({"risk.signals": ["vpn"]}))) == "risky"
        assert _id(decided(risky, facts({"risk.signals": []}))) is None


class TestClause:
    def test_any_false_line_settles_it_whatever_the_others_are(self) -> None:
        for line in ("order.frozen", "1 / 0 == 1", "order.nonsense"):
            for lines in (("!order.paid", line), (line, "!order.paid")):
                decision = decided(version(clause("false", *lines), UNDELIVERED))
                assert _id(decision) == "undelivered-refund"

    def test_a_need_names_all_missing_facts_of_the_clause_and_tries_nothing_later(self) -> None:
        lacking = clause("lacking", "order.paid", "order.frozen || delivery.redeemed", "claim.evidence > 0")
        decision = decided(version(lacking, UNDELIVERED))
        assert decision.verdict == "need"
        assert decision.missing == ("claim.evidence", "delivery.redeemed", "order.frozen")
        assert _id(decision) == "lacking"
        assert decision.outcome is None
        assert [tried["id"] for tried in decision.proof["clauses"]] == ["lacking"]

    def test_facts_of_the_outcome_are_not_missing_while_a_line_is_unknown(self) -> None:
        lacking = clause("lacking", "order.frozen", value="item.price_now")
        assert decided(version(lacking)).missing == ("order.frozen",)

    def test_an_outcome_that_lacks_a_fact_needs_it(self) -> None:
        decision = decided(version(clause("outcome", "order.paid", value="item.price_now - item.unit_price")))
        assert (decision.verdict, decision.missing) == ("need", ("item.price_now", "item.unit_price"))
        assert _id(decision) == "outcome"

    def test_no_lines_decide_at_once(self) -> None:
        assert _id(decided(version(clause("always", kind="wait", value="10")))) == "always"


class TestNoneAndErrors:
    def test_none_decides_refers(self) -> None:
        decision = decided(version(UNDELIVERED), facts({"delivery.state": "delivered"}))
        assert (decision.verdict, decision.clause, decision.outcome) == ("refer", None, {"priority": "normal"})
        assert decision.missing == ()

    @pytest.mark.parametrize(
        ("line", "says"),
        [
            ("1 / 0 == 1", "division by zero"),
            ("item.paid_amount / 2 == 15.0", "Unsupported operation"),
            ("item.quantity", "neither true nor false"),
            ("order.paid ==", "is no expression"),
            ("order.shipped", "order.shipped is not a fact"),
            ('order["paid"] && order', "order is not a fact"),
        ],
    )
    def test_an_engine_error_refers_with_what_went_wrong(self, line: str, says: str) -> None:
        decision = decided(version(clause("broken", line, kind="refuse", value="no"), UNDELIVERED))
        assert decision.verdict == "refer"
        assert decision.error is not None
        assert says in decision.error
        assert _id(decision) == "broken"
        assert decision.as_json()["failure"] == decision.error

    @pytest.mark.parametrize("value", ["1 / 0", '"ten"', "item.paid_amount / 0.0", "order.paid"])
    @pytest.mark.parametrize("kind", ["refund", "deliver"])
    def test_an_outcome_that_fails_refers(self, kind: str, value: str) -> None:
        decision = decided(version(clause("broken", kind=kind, value=value)))  # type: ignore[arg-type]
        assert (decision.verdict, decision.outcome) == ("refer", {"priority": "normal"})
        assert decision.error


class TestOutcomes:
    @pytest.mark.parametrize(
        ("kind", "value", "verdict", "outcome"),
        [
            ("deliver", "item.quantity - item.delivered_quantity", "grant", {"deliver": 2}),
            ("reissue", "1", "grant", {"reissue": 1}),
            ("reissue", "2.0", "grant", {"reissue": 2}),
            ("exchange", "steam-hk-100", "grant", {"exchange": "steam-hk-100"}),
            ("wait", "10", "grant", {"wait": 10}),
            ("refuse", "used_key", "refuse", {"reason": "used_key"}),
            ("refer", "urgent", "refer", {"priority": "urgent"}),
            ("refund", "12.5", "grant", {"refund": {"amount": "12.50", "currency": "CNY"}}),
            ("refund", "item.paid_amount * 0.5", "grant", {"refund": {"amount": "15.00", "currency": "CNY"}}),
        ],
    )
    def test_each_outcome(self, kind: str, value: str, verdict: str, outcome: dict[str, object]) -> None:
        decision = decided(version(clause("gives", kind=kind, value=value)))  # type: ignore[arg-type]
        assert (decision.verdict, decision.outcome) == (verdict, outcome)
        assert _id(decision) == "gives"

    @pytest.mark.parametrize("value", ["item.delivered_quantity", "0", "-1", "item.quantity - 3"])
    def test_nothing_owed_refers(self, value: str) -> None:
        decision = decided(version(clause("none", kind="deliver", value=value)))
        assert (decision.verdict, decision.outcome) == ("refer", {"priority": "normal"})

    def test_half_a_key_is_an_error(self) -> None:
        assert decided(version(clause("half", kind="reissue", value="0.5"))).error


class TestWithoutAnOrder:
    def test_its_number_stands_for_all_that_is_missing_of_it(self) -> None:
        decision = decided(version(clause("x", "order.paid", "claim.evidence > 0")), {})
        assert decision.missing == ("claim.evidence", "order.number")

    def test_a_clause_that_needs_no_order_decides(self) -> None:
        privacy = clause("privacy", "buyer.verified", kind="refer", value="high", requests=("privacy",))
        verified = {"buyer.verified": facts({"buyer.verified": True})["buyer.verified"]}
        assert _id(decided(version(privacy), verified, "privacy")) == "privacy"

    def test_a_choice_of_item_is_asked_for_before_any_clause(self) -> None:
        decision = decided(version(UNDELIVERED), asks=("order.item",))
        assert (decision.verdict, decision.missing, decision.clause) == ("need", ("order.item",), None)


def test_the_same_case_gives_the_same_bytes_and_a_different_one_does_not() -> None:
    one, two = decided(version(UNDELIVERED)).proof, decided(version(UNDELIVERED)).proof
    assert one == two
    assert one["digest"] != decided(version(UNDELIVERED), now=NOW.replace(second=1)).proof["digest"]


def test_the_outcome_expression_of_the_page_names_its_facts() -> None:
    decision = decided(version(UNDELIVERED), facts(without=("item.refunded_amount",)))
    assert decision.missing == ("item.refunded_amount",)
    assert UNDELIVERED.then.value == LEFT
