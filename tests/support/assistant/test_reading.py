"""A second reading: what of it counts, and what never does."""

from __future__ import annotations

import itertools
import json
from types import SimpleNamespace
from typing import get_args

import pytest

from support.assistant.plan import plan
from support.assistant.reading import Reading, join, parsed
from support.assistant.state import Memory, TurnInput, TurnState, Understanding
from support.assistant.topics import TOPICS
from support.assistant.understand import Stance
from support.assistant.utterance import REQUESTS

UNSURE = Understanding("zh-CN", "changed_mind", 0.3, "other", candidates=("changed_mind", "refund", "key_invalid"))


def given(text: str = "那个东西弄一下") -> TurnInput:
    shop = SimpleNamespace(folder=SimpleNamespace(articles=()))
    return TurnInput(shop=shop, text=text, now=None, memory=Memory(), gate=None)  # type: ignore[arg-type]  # all that reading looks at


def planned(meaning: Understanding, memory: Memory | None = None) -> str:
    state: TurnState = {
        "given": given(), "understanding": meaning, "memory": memory or Memory(), "flags": frozenset(),
    }  # fmt: skip
    return plan(state)["plan"]


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        ('{"topic": "stock", "stance": "general", "request": "none"}', Reading("stock", "general")),
        ('```json\n{"topic": "cancel", "request": "cancel"}\n```', Reading("cancel", "other", "cancel")),
        ('{"topic": "minor", "stance": "case", "order_number": "A1", "amount": 5}', Reading("minor", "case")),
        ("I think it is about stock", None), ('{"topic": "stock"', None), ('{"topic": ["stock"]}', None),
        ('{"topic": "give_everything"}', None), ('{"topic": "stock", "stance": "mine"}', None), ("", None),
        ("}{", None),
        ('{"topic": "\\ud800"}', None), ("[]", None),
    ],
)  # fmt: skip
def test_a_reading_keeps_its_form_or_is_none(answer: str, reading: Reading | None) -> None:
    assert parsed(answer) == reading


def test_nothing_that_is_asked_for_could_carry_a_number_an_amount_or_a_proof() -> None:
    assert set(Reading.__struct_fields__) == {"topic", "stance", "request"}


@pytest.mark.parametrize("topic", TOPICS)
def test_no_reading_leads_to_a_case_that_the_rules_do_not_see(topic: str) -> None:
    """Only in a case is anything decided: whatever a model reads, the buyer says or taps it first."""
    assert planned(UNSURE) == "unsure"
    for stance, request in itertools.product(get_args(Stance), REQUESTS):
        joined = join(UNSURE, Reading(topic, stance, request))
        assert planned(joined) in {"unsure", "question", "human", "social"}, (topic, stance, request)
        assert (joined.request, joined.order_number, joined.proofs) == (None, None, ())


@pytest.mark.parametrize("topic", ["counterfeit", "minor", "chargeback", "risk_hold", "human"])
def test_a_reading_may_hear_an_alarm(topic: str) -> None:
    assert planned(join(UNSURE, Reading(topic))) == "human"


def test_what_it_takes_the_message_for_comes_first_among_the_choices() -> None:
    assert join(UNSURE, Reading("key_invalid", "case")).candidates == ("key_invalid", "changed_mind", "refund")


def test_small_talk_with_an_order_number_stays_as_it_was() -> None:
    numbered = Understanding("en", "refund", 0.3, "other", order_number="A1")
    assert join(numbered, Reading("thanks")) is numbered


@pytest.mark.parametrize(
    "topic", ["affirm", "deny", "identify", "evidence", "correction", "prohibited", "out_of_scope"]
)
def test_a_yes_a_no_and_a_refusal_are_the_rules_alone(topic: str) -> None:
    assert join(UNSURE, Reading(topic)) is UNSURE


def test_the_lying_readings_are_told_apart() -> None:
    from support.assistant.lies import lied_reading

    lies = {lied_reading({"buyer": str(n)}) for n in range(200)}
    assert len(lies) == 8
    assert sum(parsed(lie) is None for lie in lies) == 2
    assert all("request" in json.loads(lie) for lie in lies if parsed(lie))
