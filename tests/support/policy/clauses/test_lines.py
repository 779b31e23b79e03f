"""The lines of `when`: true, false or unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import cel
import pytest

from knowledge_base.facts import FACTS
from tests.knowledge_base.small_folder import clause_faults, policy, read
from tests.support.policy.case import clause, decided, facts, version
from tests.support.policy.clauses.told import clause_id

GRANT = "then:\n  grant: {refund: item.paid_amount}\n"


def _line(text: str, known: dict[str, Any] | None = None, **more: Any) -> object:
    """What one line comes to, as the trace has it."""
    return decided(version(clause("line", text)), known, **more).proof["trace"][0]["value"]


@pytest.mark.parametrize(
    ("line", "value"), [("order.paid", True), ("'!order.paid'", False), ("order.frozen", "unknown")]
)
def test_a_line_is_true_false_or_unknown(line: str, value: object) -> None:
    """Each `when` line is one YAML string holding a CEL expression that is true, false or unknown."""
    [read_] = read(**{"policies/a.md": policy(f"when:\n  - {line}\n{GRANT}")}).policies
    assert decided(read_).proof["trace"][0]["value"] == value


@pytest.mark.parametrize(
    "line",
    [
        "order.paid: true", "order.paid ? true : false", "[order.paid]", "[order.paid, order.frozen]", "!order.paid",
        "!known(order.paid)", 'order.note != "A" # note', 'order.note == "A #1"', "{order.paid}", "true", "~", "",
        '"a" == order.note', "'a' == order.note",
    ],
)  # fmt: skip
def test_anything_else_is_a_fault_that_says_to_quote_it(line: str) -> None:
    """Anything else (a mapping, a list, a bare `!x`, text cut by ` #`) is a fault at its line that says to quote
    it."""
    found = clause_faults(f"when:\n  - order.paid\n  - {line}\n{GRANT}")
    assert [at for at, _ in found] == [3]
    assert "quote" in found[0][1]


@pytest.mark.parametrize(
    "line",
    [
        "order.paid || order.frozen", "order.frozen || order.paid", "true || order.frozen", "false && order.frozen",
        "order.paid ? true : order.frozen", "order.frozen ? true : true", "!order.paid && order.frozen",
        "[order.frozen].exists(x, true)", "known(order.frozen) && order.frozen", "!known(order.frozen) || order.frozen",
    ],
)  # fmt: skip
def test_a_line_is_unknown_when_a_fact_that_it_names_is(line: str) -> None:
    """A line is unknown exactly when a fact that it names is not known: there is no short cut through `||`, `&&` or
    `?:`."""
    decision = decided(version(clause("short", line)))
    assert (decision.verdict, decision.missing) == ("need", ("order.frozen",))
    assert decision.proof["trace"][0]["value"] == "unknown"
    assert _line(line, facts({"order.frozen": False})) in (True, False)


def test_a_fact_inside_a_text_is_not_named() -> None:
    """The facts that a line names are those of the table below, found outside string literals."""
    lines = (
        'order.note != "order.frozen"', "order.note != 'known(order.frozen)'", r'order.note != "\" order.frozen"',
        r'order.note != r"\d order.frozen"', "order.note != '''order.frozen'''", 'order.note != "order.frozen || x"',
    )  # fmt: skip
    assert clause_id(decided(version(clause("quoted", *lines)), facts({"order.note": "x"}))) == "quoted"
    block = "when:\n" + "".join(f"  - |\n    {line}\n" for line in lines) + GRANT
    [read_] = read(**{"policies/a.md": policy(block)}).policies
    assert {line.facts for line in read_.clauses[0].when} == {("order.note",)}


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_fact_of_the_table_is_one_that_a_line_names(name: str) -> None:
    """The facts that a line names are those of the table below, found outside string literals."""
    [read_] = read(**{"policies/a.md": policy(f"when:\n  - {name} == {name}\n{GRANT}")}).policies
    assert read_.clauses[0].when[0].facts == (name,)
    missing = decided(
        version(clause("x", f"{name} == {name}", kind="refer", value="low")), facts(without=(name,))
    ).missing
    assert missing == (() if name == "now" else (name,))


@pytest.mark.parametrize(
    "line",
    [
        'order["paid"]', "order['paid'] == true", 'order.note["x"] == "y"', "risk.signals[0] == 'x'", "order.payd",
        "orders.paid", "paid", "order", "order.paid.x", "user.name == 'x'", "item.quantity == count",
    ],
)  # fmt: skip
def test_other_names_and_the_index_form_are_faults(line: str) -> None:
    """Any other name and the index form `order["paid"]` are faults."""
    found = clause_faults(f"when:\n  - order.paid\n  - |\n    {line}\n{GRANT}")
    assert {at for at, _ in found} == {3}
    assert clause_id(decided(version(clause("bad", line, kind="refuse", value="no")), facts())) == "bad"
    assert decided(version(clause("bad", line, kind="refuse", value="no")), facts()).verdict in ("refer", "need")


def test_known_is_always_known() -> None:
    """`known(fact)` is always known."""
    asked = version(clause("asked", "!known(order.frozen)", "known( order.paid )", kind="refer", value="low"))
    assert clause_id(decided(asked)) == "asked"
    assert clause_id(decided(asked, facts({"order.frozen": False}))) is None


@pytest.mark.parametrize(
    "line",
    [
        "has(order.paid)", "order.paid == null", "null != order.paid_at", "order.paid == 1", "1 == order.paid",
        'order.paid == "true"', "item.paid_amount / 2 > 1.0", "item.paid_amount > 5", "item.paid_amount == 30",
        "item.unit_price * item.quantity > 1.0", "item.quantity * item.unit_price > 1.0", "item.quantity + 0.5 > 1.0",
        "item.quantity in [1.0]", "order.paid_at == order.note", "now - order.paid_at > 24",
        'now - order.paid_at > "24h"', "order.paid ? 1 == 1.0 : false", "[1, 2.0].exists(x, x == 1)",
        'order.note + 1 == "x"', "order.paid_at + 5 < now", "!order.paid == 0", "claim.evidence >= 0.5",
    ],
)  # fmt: skip
def test_has_null_and_unlike_types_are_faults_at_file_and_line(line: str) -> None:
    """`has()`, comparison with `null`, and comparison or arithmetic between unlike types (`order.paid == 1`,
    `item.paid_amount / 2`, double times int) are faults that the check reports, at file and line."""
    found = clause_faults(f"when:\n  - order.paid\n  - |\n    {line}\n{GRANT}")
    assert {at for at, _ in found} == {3}
    assert all(len(message.split(": ", 1)[1]) > 20 for _, message in found), "and how to write it"


@pytest.mark.parametrize("value", ["item.paid_amount / 2", "item.unit_price * item.quantity", "item.quantity"])
def test_they_are_faults_in_an_outcome_too(value: str) -> None:
    assert [at for at, _ in clause_faults(f"when:\n  - order.paid\nthen:\n  grant: {{refund: {value}}}")] == [4]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("item.paid_amount / 2 > 1.0", "item.paid_amount / 2.0 > 1.0"),
        ("item.unit_price * item.quantity > 1.0", "item.unit_price * double(item.quantity) > 1.0"),
    ],
)
def test_the_remedy_is_told_and_right(wrong: str, right: str) -> None:
    """Write `2.0` or `double(item.quantity)` instead."""
    [(_, message)] = clause_faults(f"when:\n  - {wrong}\n{GRANT}")
    assert ("2.0" if "2.0" in right else "double(item.quantity)") in message
    assert clause_faults(f"when:\n  - {right}\n{GRANT}") == []
    assert _line(right, facts({"item.unit_price": 15.0})) is True


def test_a_duration_has_no_text() -> None:
    """`string()` of a duration is a fault too, for the CEL package writes one below zero wrongly."""
    [(line, message)] = clause_faults(f"when:\n  - string(now - order.paid_at) == '1h'\n{GRANT}")
    assert (line, "is duration" in message) == (2, True)
    assert "-1h" not in cel.evaluate('string(duration("-1h"))', {})


def test_the_cel_package_checks_no_types() -> None:
    """The CEL package itself checks no types, names only roots in `references`, and answers some of these silently
    with false."""
    assert cel.evaluate("paid == 1", {"paid": True}) is False
    assert cel.evaluate("note == null", {"note": "x"}) is False
    assert cel.evaluate("amount / 2.0", {"amount": 30.0}) == 15.0
    assert set(cel.compile("order.paid && item.quantity > 1").references()["variables"]) == {"order", "item"}


def test_methods_on_facts_name_the_fact() -> None:
    line = clause("method", 'order.note.contains("x") && order.paid_at.getFullYear() == 2026')
    assert decided(version(line)).missing == ("order.note",)
    assert clause_id(decided(version(line), facts({"order.note": "x"}))) == "method"


def test_times_are_compared_to_the_microsecond_and_read_in_utc() -> None:
    week = 'now - order.paid_at <= duration("168h")'
    assert _line(week) is True
    assert _line(week, now=datetime(2026, 3, 8, 3, 1, tzinfo=UTC)) is True
    assert _line(week, now=datetime(2026, 3, 8, 3, 1, 0, 1, tzinfo=UTC)) is False
    assert _line("order.paid_at.getHours() == 3") is True


def test_lists() -> None:
    assert _line('"vpn" in risk.signals', facts({"risk.signals": ["vpn"]})) is True
    assert _line('"vpn" in risk.signals', facts({"risk.signals": []})) is False
