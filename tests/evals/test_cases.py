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
    ],
)
def test_there_are_enough_of_both_languages(name: str, least: int, fields: tuple[str, ...]) -> None:
    found = cases(name, *fields)
    assert len(found) >= least
    assert len({case["id"] for case in found}) == len(found)
    assert {case["lang"] for case in found} == {"zh-CN", "en"}


def test_every_question_type_before_the_sale_is_asked() -> None:
    assert {case["kind"] for case in cases("presale", "kind")} == {f"P{number}" for number in range(1, 14)}


def test_conversations_are_said_in_other_words() -> None:
    found = cases("conversations", "turns")
    assert all(variants(case) >= 4 for case in found)
    assert spoken(["a", "b"], 3) == "b"
    assert spoken("a", 3) == "a"


def test_a_bad_line_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": 1}\n{"no": 2}\n', "utf-8")
    with pytest.raises(BadCase, match=r"x\.jsonl:2: without id"):
        cases("x", "id", folder=tmp_path)
    (tmp_path / "y.jsonl").write_text("{\n", "utf-8")
    with pytest.raises(BadCase, match=r"y\.jsonl:1: not JSON"):
        cases("y", folder=tmp_path)


def test_suites_are_chosen_by_name() -> None:
    assert suites(["presale"]) == ("presale",)
    assert suites([]) == tuple(SCORERS)
    with pytest.raises(UnknownSuite, match="there are decisions_oracle"):
        suites(["nope"])
