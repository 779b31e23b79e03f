"""The simulated buyer: drawn from a seed alone, never twice alike, and exact where it must be."""

from __future__ import annotations

import re
import unicodedata

import pytest

from evals.buyer import MOODS, ORDER, SLIPS, Buyer
from evals.case import cases
from evals.dialogue import buyers, play, spoken
from evals.stage import Stage

EXACT = re.compile(r"[a-z]+-\d+|[\w.]+@[\w.]+\w")
RUNS = 8


def said(case: dict[str, object], run: int) -> tuple[str, ...]:
    buyer = buyers(case, RUNS)[run]
    turns = case["turns"]
    assert isinstance(turns, list)
    return tuple(buyer.say(spoken(turn["say"], run), place) for place, turn in enumerate(turns))


def test_the_runs_of_each_conversation_differ_and_a_seed_says_the_same_again() -> None:
    for case in cases("conversations"):
        runs = [said(case, run) for run in range(RUNS)]
        assert len(set(runs)) == RUNS, case["id"]
        assert runs == [said(case, run) for run in range(RUNS)]


def test_numbers_passwords_and_addresses_stay_what_they_are() -> None:
    for case in cases("conversations"):
        for run in range(RUNS):
            for turn, typed in zip(case["turns"], said(case, run), strict=True):
                text, plain = spoken(turn["say"], run), unicodedata.normalize("NFKC", typed)
                assert set(ORDER.findall(text)) <= set(ORDER.findall(plain)), (text, typed)
                for exact in EXACT.findall(text):
                    assert re.search(rf"(?<![\w.@-]){re.escape(exact)}(?![\w@-])", typed, re.ASCII), (text, typed)


def test_every_way_to_type_comes_up() -> None:
    typed = [one for case in cases("conversations") for run in range(RUNS) for one in said(case, run)]
    written = [
        spoken(turn["say"], run) for case in cases("conversations") for run in range(RUNS) for turn in case["turns"]
    ]
    pairs = list(zip(written, typed, strict=True))
    assert (
        sum(any(slip in new and slip not in old for slips in SLIPS.values() for slip in slips) for old, new in pairs)
        > 50
    )
    assert sum(bool(re.search("[０-９]", new)) and not re.search("[０-９]", old) for old, new in pairs) > 50, (
        "full-width"
    )
    assert sum(bool(re.search("[，。？,?]", old)) and not re.search("[，。？,?]", new) for old, new in pairs) > 50, (
        "no marks"
    )
    moved = [(old, new) for old, new in pairs if ORDER.search(old) and old[:4] not in new[:16]]
    assert len(moved) > 20, "facts in another order"
    moods = {buyer.mood for case in cases("conversations") for buyer in buyers(case, RUNS)}
    assert moods == set(MOODS)


@pytest.mark.parametrize("mood", MOODS)
def test_a_mood_changes_no_meaning_of_a_yes(mood: str) -> None:
    for place in range(20):
        assert "确" in Buyer("x", mood).say("确认", place) or "queren" in Buyer("x", mood).say("确认", place)


def test_a_simulated_buyer_begins_another_conversation(stage: Stage) -> None:
    case = {"id": "hi", "lang": "en", "turns": [{"say": "hello"}]}
    plain, typed = (play(stage, case, 0, buyer=buyer) for buyer in (None, Buyer("x", "polite")))
    assert plain.conversation != typed.conversation
