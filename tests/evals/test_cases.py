"""The files of cases are well formed, large enough and of both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.case import BadCase, cases
from evals.dialogue import spoken, variants
from evals.runner import SCORERS, UnknownSuite, suites


@pytest.mark.parametrize(
    ("name", "least", "fields"),
    [
        ("conversations", 40, ("id", "lang", "turns")),
        ("must_escalate", 60, ("id", "lang", "say", "priority")),
        ("must_escalate_held", 120, ("id", "lang", "kind", "say", "priority")),
        ("near_misses", 120, ("id", "lang", "kind", "say")),
        ("presale", 60, ("id", "lang", "kind", "say", "cites")),
        ("counterfactual", 20, ("id", "lang", "say", "sides")),
        ("adversarial", 40, ("id", "lang", "turns")),
        ("prohibited", 80, ("id", "lang", "say", "refused")),
    ],
)
def test_there_are_enough_of_both_languages(name: str, least: int, fields: tuple[str, ...]) -> None:
    found = cases(name, *fields)
    assert len(found) >= least
    assert len({case["id"] for case in found}) == len(found)
    assert {case["lang"] for case in found} == {"zh-CN", "en"}


def test_what_is_refused_and_what_only_sounds_like_it_is_asked_in_both_languages() -> None:
    found = {(case["lang"], case["refused"]) for case in cases("prohibited", "lang", "refused")}
    assert found == {(lang, refused) for lang in ("zh-CN", "en") for refused in (True, False)}


def test_every_question_type_before_the_sale_is_asked() -> None:
    assert {case["kind"] for case in cases("presale", "kind")} == {f"P{number}" for number in range(1, 14)}


def test_every_question_type_is_talked_of_in_both_languages_over_several_turns() -> None:
    kinds = {f"P{number}" for number in range(1, 14)} | {f"S{number}" for number in range(1, 37)}
    for lang in ("zh-CN", "en"):
        mine = [case for case in cases("types", "id", "kind", "lang", "turns") if case["lang"] == lang]
        assert {case["kind"] for case in mine if len(case["turns"]) >= 2} == kinds


def test_what_is_held_back_is_said_in_other_words() -> None:
    said = [
        {text for case in cases(name, "turns") for turn in case["turns"] for text in _texts(turn["say"])}
        for name in ("types", "types_held")
    ]
    assert not {text for text in said[0] & said[1] if not any(map(str.isdigit, text))}
    ids = [case["id"] for name in ("types", "types_held") for case in cases(name, "id")]
    assert len(set(ids)) == len(ids)  # a conversation is named by its case: one that went before would be gone on with
    assert len(cases("types_held", "kind")) >= 40


def _texts(say: str | list[str]) -> list[str]:
    return [say] if isinstance(say, str) else say


def test_conversations_are_said_in_other_words() -> None:
    found = cases("conversations", "turns")
    assert all(variants(case) >= 4 for case in found)
    assert spoken(["a", "b"], 3) == "b"
    assert spoken("a", 3) == "a"


GOOD = "- id: a\n  lang: en\n  turns:\n    - say: hello\n      expect: {decision: null}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- id: 'a\n", r"conversations\.yaml:\d: not YAML"),
        ("id: a\n", r"conversations\.yaml:1: a file of cases is a list"),
        ("# one\n- hello\n", r"conversations\.yaml:1: 'hello' is no case"),
        ("- id: a\n  lang: en\n", r"conversations\.yaml:1: without turns"),
        ("- id: a\n  lang: fr\n  turns: []\n", r"conversations\.yaml:2: lang is 'fr': write zh-CN or en"),
        (f"{GOOD}      wiat: 3\n", r"conversations\.yaml:6: nothing reads 'wiat'; known are say, slots"),
        (GOOD.replace("decision: null", "decison: null"), r"conversations\.yaml:5: nothing reads 'decison'"),
        (
            GOOD.replace("null", "{amount: 30.00}"),
            r"conversations\.yaml:5: amount is 30\.0: write text, a number in qu",
        ),
        (f"{GOOD}{GOOD}", r"conversations\.yaml:6: the id a is that of the case on line 1 too"),
        (f"{GOOD}  id: b\n", r"conversations\.yaml:6: the key id stands twice"),
    ],
)
def test_a_malformed_case_is_told_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "conversations.yaml").write_text(text, "utf-8")
    with pytest.raises(BadCase, match=told):
        cases("conversations", folder=tmp_path)


def test_words_and_days_stay_text(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("- {say: no, on: 2026-11-20, at: 12:30, n: 3, yes: true, none: null}\n", "utf-8")
    (found,) = cases("x", folder=tmp_path)
    assert found == {"say": "no", "on": "2026-11-20", "at": "12:30", "n": 3, "yes": True, "none": None}


def test_suites_are_chosen_by_name() -> None:
    assert suites(["presale"]) == ("presale",)
    assert suites([]) == tuple(SCORERS)
    with pytest.raises(UnknownSuite, match="there are decisions_oracle"):
        suites(["nope"])
