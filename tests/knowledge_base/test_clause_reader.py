from __future__ import annotations

import pytest

from tests.knowledge_base.small_folder import clause_faults, faults, policy, read

GRANT = "then:\n  grant: {refund: item.paid_amount}\n"


def test_a_right_block_is_read() -> None:
    block = (
        "requests: [refund, cancel]\n"
        "when:\n"
        "  - order.paid\n"
        "  - '!order.frozen'\n"
        '  - delivery.state in ["not_delivered", "failed"]\n'
        "  - known(claim.reason)\n"
        "then:\n"
        "  grant: {refund: item.paid_amount - item.refunded_amount}\n"
    )
    (version,) = read(**{"policies/after-sales.md": policy(block)}).policies
    (clause,) = version.clauses
    assert clause.requests == ("refund", "cancel")
    assert [(line.text, line.facts, line.line) for line in clause.when] == [
        ("order.paid", ("order.paid",), 12),
        ("!order.frozen", ("order.frozen",), 13),
        ('delivery.state in ["not_delivered", "failed"]', ("delivery.state",), 14),
        ("known(claim.reason)", (), 15),
    ]
    assert clause.then.kind == "refund"
    assert clause.then.facts == ("item.paid_amount", "item.refunded_amount")
    assert clause.text == "可以退款。"
    assert (clause.source, clause.line) == ("policies/after-sales.md", 7)


@pytest.mark.parametrize(
    ("outcome", "kind", "value"),
    [
        ("grant: {refund: 30.00}", "refund", "30.00"),
        ("grant: {refund: 30}", "refund", "30"),
        ("grant: {refund: 'item.paid_amount * 0.5'}", "refund", "item.paid_amount * 0.5"),
        ("grant: {deliver: item.quantity - item.delivered_quantity}", "deliver", None),
        ("grant: {reissue: 1}", "reissue", "1"),
        ("grant: {exchange: sun-key}", "exchange", "sun-key"),
        ("grant: {wait: delivery.promised_minutes}", "wait", "delivery.promised_minutes"),
        ("refer: {priority: urgent}", "refer", "urgent"),
    ],
)
def test_each_outcome_is_read(outcome: str, kind: str, value: str | None) -> None:
    (version,) = read(**{"policies/a.md": policy(f"then:\n  {outcome}\n")}).policies
    then = version.clauses[0].then
    assert then.kind == kind
    assert value is None or then.value == value


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("order.paid: true", "mapping"),
        ("order.paid ? true : false", "mapping"),
        ("[order.paid]", "list"),
        ("!order.paid", "tag"),
        ("!order.paid == true", "tag"),
        ('order.note != "A" # note', "` #`"),
        ('order.note == "A #1"', "` #`"),
        ("true", "bool"),
        ("1", "int"),
        ("~", "null"),
        ("2026-01-01", "timestamp"),
    ],
)
def test_lines_that_yaml_reads_otherwise_say_to_quote(line: str, says: str) -> None:
    (found,) = clause_faults(f"when:\n  - order.paid\n  - {line}\n{GRANT}")
    assert found[0] == 3
    assert says in found[1]
    assert "quote the whole line" in found[1]


@pytest.mark.parametrize("line", ['"a" == order.note', "!order.paid && order.frozen", "@x", "`x`", "*x", "&x y", "%a"])
def test_lines_that_are_no_yaml_say_to_quote(line: str) -> None:
    found = clause_faults(f"when:\n  - order.paid\n  - {line}\n{GRANT}")
    assert found[0][0] in (3, 4)
    assert "quote" in found[0][1]


def test_quoted_and_folded_lines_may_hold_anything() -> None:
    block = (
        "when:\n"
        "  - 'order.note == \"A #1\"'  # a comment after a quoted line\n"
        "  - >-\n    order.paid &&\n    !order.frozen\n"
        '  - |\n    risk.signals.exists(s, s == "x: y")\n' + GRANT
    )
    (version,) = read(**{"policies/a.md": policy(block)}).policies
    assert [line.text for line in version.clauses[0].when] == [
        'order.note == "A #1"',
        "order.paid && !order.frozen",
        'risk.signals.exists(s, s == "x: y")',
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("order.paid == 1", "unlike types"),
        ("item.paid_amount / 2 > 1.0", "write 2.0"),
        ("has(order.paid)", "known("),
        ("item.paid_amount", "must be true or false"),
        ("order.payd", "did you mean"),
        ('delivery.state == "shipped"', "never 'shipped'"),
        ('claim.reason in ["foo"]', "never 'foo'"),
        ("order.paid &&", "at character 14"),
    ],
)
def test_wrong_expressions_are_faults_at_their_line(line: str, says: str) -> None:
    (found,) = clause_faults(f"when:\n  - order.frozen\n  - '{line}'\n{GRANT}")
    assert found[0] == 3
    assert says in found[1]


@pytest.mark.parametrize(
    ("block", "line", "says"),
    [
        ("when: []\n", 1, "then is missing"),
        ("- a\n", 1, "`when:` and `then:`"),
        ("", 1, "`when:` and `then:`"),
        (f"whem: []\n{GRANT}", 1, "did you mean 'when'"),
        (f"when: order.paid\n{GRANT}", 1, "must be a list"),
        (f"requests: [refnd]\n{GRANT}", 1, "did you mean 'refund'"),
        (f"requests: refund\n{GRANT}", 1, "must be a list"),
        ("then:\n  grant: {refund: 1.0}\n  refer: {priority: low}\n", 2, "2 outcomes"),
        ("then:\n  grant: {refund: 1.0, deliver: 1}\n", 2, "2 outcomes"),
        ("then:\n  grant: {money: 1.0}\n", 2, "unknown key 'money'"),
        ("then:\n  give: {refund: 1.0}\n", 2, "unknown key 'give'"),
        ("then: grant\n", 1, "must be a mapping"),
        ("then:\n  grant: {refund: item.quantity}\n", 2, "double(item.quantity)"),
        ("then:\n  grant: {deliver: item.paid_amount}\n", 2, "int(item.paid_amount)"),
        ("then:\n  grant: {deliver: 1.5}\n", 2, "whole number"),
        ("then:\n  grant: {refund: order.paid}\n", 2, "must be double"),
        ("then:\n  grant: {refund: [1]}\n", 2, "one expression"),
        ("then:\n  grant: {refund: }\n", 2, "one expression"),
        ("then:\n  grant: {exchange: ghost}\n", 2, "not in products.csv"),
        ("then:\n  grant: {exchange: moon-kee}\n", 2, "did you mean 'moon-key'"),
        ("then:\n  refer: {priority: hi}\n", 2, "low, normal, high, urgent"),
        ("then:\n  refer: {}\n", 2, "priority"),
        (f"when: []\nwhen: []\n{GRANT}", 2, "stands twice"),
        ("a: &x 1\nb: *x\n", 1, "anchors"),
    ],
)
def test_other_mistakes_of_a_block(block: str, line: int, says: str) -> None:
    found = clause_faults(block)
    assert found
    assert (line, True) in [(at, says in message) for at, message in found]


REFUSE = "then:\n  refuse: {reason: no_return}\n"


@pytest.mark.parametrize(
    "lines",
    [
        ["order.no_return_confirmed"],
        ["order.no_return_confirmed == true", "claim.reason == 'changed_mind'"],
        ['claim.reason == "price_drop"'],
        ['"price_drop" == claim.reason'],
        ['claim.reason in ["price_drop", "coupon"]'],
        ['order.paid && claim.reason == "coupon"'],
        ['claim.reason == "coupon" || claim.reason == "price_drop"'],
        ['claim.reason in ["changed_mind", "coupon"]', 'claim.reason != "" && claim.reason == "coupon"'],
    ],
)
def test_refusals_that_may_stand(lines: list[str]) -> None:
    when = "".join(f"  - |\n    {line}\n" for line in lines)
    assert clause_faults(f"when:\n{when}{REFUSE}") == []


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "order.no_return_confirmed"),
        (["order.paid"], "names the reasons"),
        (["order.paid && order.no_return_confirmed"], "order.no_return_confirmed"),
        (["!order.no_return_confirmed"], "order.no_return_confirmed"),
        (['claim.reason == "changed_mind"'], "changed_mind"),
        (['claim.reason in ["coupon", "changed_mind"]'], "changed_mind"),
        (['claim.reason != "changed_mind"'], "names the reasons"),
        (['claim.reason == "coupon" || order.paid'], "names the reasons"),
        (["known(claim.reason)"], "names the reasons"),
    ],
)
def test_refusals_that_may_not_stand(lines: list[str], says: str) -> None:
    when = "".join(f"  - |\n    {line}\n" for line in lines)
    (found,) = clause_faults(f"when:\n{when}{REFUSE}")
    assert found[0] == 2 + 2 * len(lines)
    assert says in found[1]


def test_examples_are_typed_by_the_table() -> None:
    block = GRANT + (
        "examples:\n"
        "  - {request: refund, now: 2026-03-01T12:00:00+08:00, facts: {order.paid: true, item.paid_amount: 30,"
        " item.quantity: 2, order.note: 007, risk.signals: [a, b], order.paid_at: 2026-03-01T11:00:00Z},"
        " expect: {grant: {refund: 30.00}}}\n"
        "  - {request: cancel, expect: {need: [item.paid_amount]}}\n"
    )
    (version,) = read(**{"policies/a.md": policy(block)}).policies
    first, second = version.clauses[0].examples
    assert first.facts["item.paid_amount"] == 30.0
    assert isinstance(first.facts["item.paid_amount"], float)
    assert first.facts["order.note"] == "007"
    assert first.facts["risk.signals"] == ("a", "b")
    assert str(first.facts["order.paid_at"]) == "2026-03-01 11:00:00+00:00"
    assert first.expect == {"grant": {"refund": "30.00"}}
    assert first.now == "2026-03-01T12:00:00+08:00"
    assert (second.facts, second.expect, second.now) == ({}, {"need": ("item.paid_amount",)}, "")


@pytest.mark.parametrize(
    ("example", "says"),
    [
        ("refund", "write {request"),
        ("{request: refnd, expect: {refer: {priority: low}}}", "request must be"),
        ("{request: refund, facts: {order.payd: true}, expect: {refer: {priority: low}}}", "did you mean 'order.paid'"),
        ("{request: refund, facts: {order.paid: yes}, expect: {refer: {priority: low}}}", "true or false"),
        ("{request: refund, facts: {item.quantity: 1.5}, expect: {refer: {priority: low}}}", "whole number"),
        ("{request: refund, facts: {item.paid_amount: much}, expect: {refer: {priority: low}}}", "30.00"),
        ("{request: refund, facts: {order.paid_at: 2026-03-01}, expect: {refer: {priority: low}}}", "offset"),
        ("{request: refund, facts: {delivery.state: sent}, expect: {refer: {priority: low}}}", "it is one of"),
        ("{request: refund, facts: {risk.signals: a}, expect: {refer: {priority: low}}}", "list of texts"),
        ("{request: refund, now: today, expect: {refer: {priority: low}}}", "now:"),
        ("{request: refund}", "expect holds one of"),
        ("{request: refund, expect: {win: 1}}", "expect holds one of"),
        ("{request: refund, expect: {grant: {refund: lots}}}", "no amount"),
        ("{request: refund, expect: {grant: {deliver: 1.5}}}", "whole number"),
        ("{request: refund, expect: {need: [order.payd]}}", "did you mean"),
        ("{request: refund, expect: {need: order.paid}}", "list of missing facts"),
        ("{request: refund, fact: {}, expect: {refer: {priority: low}}}", "unknown key 'fact'"),
    ],
)
def test_wrong_examples_are_faults_at_their_line(example: str, says: str) -> None:
    found = clause_faults(f"{GRANT}examples:\n  - {example}\n")
    assert {line for line, _ in found} == {4}
    assert says in " | ".join(message for _, message in found)


@pytest.mark.parametrize(
    "block",
    ["when: " + "[" * 3_000, "a: {b: " * 500, "- " * 2_000 + "a", "x: '" + "a" * 70_000 + "'", "? " * 300],
)
def test_nesting_and_size_are_refused_at_once(block: str) -> None:
    assert faults(**{"policies/a.md": policy(block)})


def test_an_alias_bomb_is_refused() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(9))
    (found,) = clause_faults(bomb)
    assert "anchors and aliases" in found[1]
