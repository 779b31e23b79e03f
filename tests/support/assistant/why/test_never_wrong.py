"""No two lines that differ in any case have the same words: whatever is changed in a line is seen in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import knowledge_base
from knowledge_base.cel_parser import CelSyntaxError, parse
from knowledge_base.cel_types import check
from knowledge_base.facts import FACTS
from knowledge_base.reader import read_directory, read_shop
from support.assistant.why.conditions import condition, negation
from support.assistant.why.speech import Speech
from support.policy.proof import utc
from support.policy.tree import walk
from support.policy.tree_values import Undefined, Value, instant
from tests.examples import examples

ROOM = Path(knowledge_base.__file__).parent
SPEECHES = [Speech(lang, ZoneInfo("Asia/Shanghai"), "CNY") for lang in ("zh-CN", "en")]
START = datetime(2026, 3, 1, tzinfo=UTC)


def _case(seed: int) -> dict[str, Value]:
    """Facts of one case; numbers, times and texts are near the constants that lines compare them with."""
    found: dict[str, Value] = {}
    for place, (name, fact) in enumerate(FACTS.items()):
        turn = (seed * 7919 + place * 104729 + seed * place) % 997
        if fact.type == "bool":
            found[name] = turn % 2 == 0
        elif fact.type == "int":
            found[name] = (0, 1, 2, 5, 24, 80)[turn % 6]
        elif fact.type == "double":
            found[name] = (0.0, 0.5, 1.0, 2.0, 30.0, 45.5)[turn % 6]
        elif fact.type == "timestamp":
            hours = (0, 1, 23, 71, 72, 73, 167, 168, 169, 719, 721, 8760)[turn % 12]
            found[name] = instant(utc(START + timedelta(hours=hours if name != "now" else hours + 168)))
        elif fact.type == "string":
            values = fact.values or ("", "a", "退款", "nebula-intl-50")
            found[name] = values[turn % len(values)]
        else:
            found[name] = list(("vpn", "a", "b")[: turn % 4])
    return found


CASES = [_case(seed) for seed in range(160)]


@cache
def _values(line: str) -> tuple[object, ...]:
    node = parse(line)
    found: list[object] = []
    for case in CASES:
        try:
            found.append(walk(node, case))
        except Undefined:
            found.append(None)
    return tuple(found)


def _is_a_line(line: str) -> bool:
    try:
        found = check(parse(line), line)
    except (CelSyntaxError, RecursionError):
        return False
    return not found.mistakes and found.type == "bool"


def differing(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of lines that have the same words and do not come to the same in every case."""
    wrong: list[tuple[str, str]] = []
    for speech in SPEECHES:
        by_words: defaultdict[str, list[str]] = defaultdict(list)
        for line in lines:
            by_words[condition(speech, line)].append(line)
        for group in by_words.values():
            known: dict[tuple[object, ...], str] = {}
            for line in group if len(group) > 1 else ():
                known.setdefault(_values(line), line)
            if len(known) > 1:
                one, other, *_ = known.values()
                wrong.append((one, other))
    return wrong


SWAPS = (
    ("<", "<=", ">", ">=", "==", "!="), ("&&", "||"), ("+", "-", "*", "/", "%"), ("true", "false"),
    ("168", "72", "1", "30", "24"), ("h", "m", "s"), ("exists", "all"), ("contains", "startsWith", "endsWith"),
    tuple(name for name, fact in FACTS.items() if fact.type == "bool"),
    tuple(name for name, fact in FACTS.items() if fact.type == "int"),
    tuple(name for name, fact in FACTS.items() if fact.type == "double"),
    tuple(name for name, fact in FACTS.items() if fact.type == "timestamp"),
    tuple(name for name, fact in FACTS.items() if fact.type == "string" and not fact.values),
    FACTS["claim.reason"].values, FACTS["delivery.state"].values, FACTS["item.kind"].values,
)  # fmt: skip
TOKEN = re.compile(r"[a-z_0-9]+(?:\.[a-z_0-9]+)+|\w+|<=|>=|==|!=|&&|\|\||.")


def altered(line: str) -> list[str]:
    """The line with one token changed for another of its kind, dropped, or with its brackets gone."""
    tokens = TOKEN.findall(line)
    found = [line, line.replace("(", "").replace(")", ""), f"!({line})"]
    for place, token in enumerate(tokens):
        others = [other for group in SWAPS if token in group for other in group if other != token]
        others += [""] if token in "!()-" else []
        found += ["".join([*tokens[:place], other, *tokens[place + 1 :]]) for other in others]
    return [other for other in dict.fromkeys(found) if _is_a_line(other)]


def _lines_of_the_shops() -> list[str]:
    folders = (read_shop(read_directory(ROOM / name)) for name in ("shops/star", "new_shop"))
    return sorted(
        {line.text for folder in folders for version in folder.policies for one in version.clauses for line in one.when}
    )


def test_every_line_of_the_shops_has_words_of_its_own() -> None:
    lines = _lines_of_the_shops()
    assert len(lines) > 40
    assert differing(lines) == []
    for speech in SPEECHES:
        unworded = [line for line in lines if line in condition(speech, line) or line in negation(speech, line)]
        assert unworded == []


NESTED = (
    "item.paid_amount - (item.refunded_amount - item.price_now) > 1.0",
    "item.paid_amount / (item.price_now / 2.0) > 1.0",
    "item.paid_amount * (item.price_now + 2.0) - 0.5 > 1.0",
    "-(item.unit_price - item.price_now) < 1.0",
    "(item.quantity + 1) / 2 * 2 == item.quantity",
    "!(risk.score < 5)",
    '!(now - order.paid_at < duration("168h"))',
    'now - (order.paid_at + duration("24h")) < duration("168h") - duration("1h")',
    "(order.paid || order.frozen) && buyer.minor",
    "(order.paid ? order.frozen : buyer.minor) || delivery.redeemed",
    '!(delivery.state in ["failed", "delivered"]) && claim.reason != ""',
    'known(risk.score) || "vpn" in risk.signals',
)


@pytest.mark.parametrize("line", [*_lines_of_the_shops(), *NESTED])
def test_whatever_is_changed_in_a_line_is_seen_in_its_words(line: str) -> None:
    assert differing(altered(line)) == []


def _bools(depth: int) -> st.SearchStrategy[str]:
    leaves = st.one_of(
        st.sampled_from(["order.paid", "order.frozen", "delivery.redeemed", "true", "order.paid == false"]),
        st.builds("{} {} {}".format, _numbers("int"), st.sampled_from(SWAPS[0]), _numbers("int")),
        st.builds("{} {} {}".format, _numbers("double"), st.sampled_from(SWAPS[0]), _numbers("double")),
        st.builds("{} {} {}".format, _lengths(), st.sampled_from(SWAPS[0]), _lengths()),
        st.builds("{} {} {}".format, _times(), st.sampled_from(SWAPS[0]), _times()),
        st.builds('delivery.state {} "failed"'.format, st.sampled_from(["==", "!="])),
        st.builds('claim.reason in ["minor", "{}"]'.format, st.sampled_from(["coupon", "other"])),
        st.builds('order.note.{}("{}")'.format, st.sampled_from(SWAPS[7]), st.sampled_from(["a", "退", "”"])),
        st.sampled_from(['"vpn" in risk.signals', 'risk.signals.exists(x, x == "a")', "now.getDayOfWeek() == 0"]),
    )  # fmt: skip
    if depth == 0:
        return leaves
    inner = _bools(depth - 1)
    return st.one_of(
        leaves,
        st.builds("!({})".format, inner),
        st.builds("{} {} {}".format, inner, st.sampled_from(["&&", "||"]), inner),
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["&&", "||"]), inner),
        st.builds("(({}) ? ({}) : ({}))".format, inner, inner, inner),
    )


def _numbers(kind: str) -> st.SearchStrategy[str]:
    plain = (
        st.sampled_from(["item.quantity", "risk.score", "risk.signals.size()", "1", "5", "-2", "int(item.unit_price)"])
        if kind == "int"
        else st.sampled_from(["item.paid_amount", "item.price_now", "0.5", "double(item.quantity)", "-item.unit_price"])
    )
    ops = ["+", "-", "*", "/"] + (["%"] if kind == "int" else [])
    pair = st.builds("{} {} {}".format, plain, st.sampled_from(ops), plain)
    grouped = st.builds("({}) {} {}".format, pair, st.sampled_from(ops), plain)
    other = st.builds("{} {} ({})".format, plain, st.sampled_from(ops), pair)
    chosen = st.builds("(order.paid ? {} : {})".format, plain, plain)
    return st.one_of(plain, pair, grouped, other, chosen)


def _lengths() -> st.SearchStrategy[str]:
    plain = st.sampled_from([
        'duration("168h")', 'duration("30m")', 'duration("1h30m")', "now - order.paid_at",
        "now - delivery.delivered_at", "delivery.delivered_at - order.paid_at",
        'duration(string(item.warranty_days * 24) + "h")',
        'duration(string(delivery.promised_minutes) + "m")', 'duration(string(item.quantity) + "h")',
    ])  # fmt: skip
    return st.one_of(plain, st.builds("({} {} {})".format, plain, st.sampled_from("+-"), plain))


def _times() -> st.SearchStrategy[str]:
    plain = st.sampled_from(["now", "order.paid_at", "delivery.delivered_at", 'timestamp("2026-03-05T08:00:00+08:00")'])
    return st.one_of(plain, st.builds("({} {} {})".format, plain, st.sampled_from("+-"), st.just('duration("24h")')))


@settings(max_examples=examples(30))
@given(_bools(2), st.randoms(use_true_random=False))
def test_any_line_of_the_language_has_words_that_are_its_own(line: str, random: Random) -> None:
    if not _is_a_line(line):
        return
    others = altered(line)
    sample = random.sample(others, min(len(others), 12))
    assert differing([*others[:3], *sample]) == []
    for speech in SPEECHES:
        assert condition(speech, line).strip()
        assert negation(speech, line) != condition(speech, line)
