"""Whole turns that go on with the one before: the same subject, or another order, and nothing that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from support.bootstrap import Application
from support.service.ask import Question, ask
from ticketing.ids import new_id

NOW = datetime.fromisoformat("2026-11-20T21:30:00+08:00")
Talk = Callable[[str], dict[str, Any]]


@pytest.fixture
def talk(application: Application) -> Talk:
    name = new_id()
    return lambda text: ask(application.runtime(), Question("star", text, conversation=name, now=NOW))


@pytest.mark.parametrize(
    ("first", "document", "then"),
    [
        ("保价吗", "price-guarantee", "多久"),
        ("do you pay the difference when a price drops", "price-guarantee", "how long does that hold?"),
        ("do you take paypal", "payment-methods", "and how long does it take"),
    ],
)
def test_a_question_that_names_nothing_is_answered_from_what_was_spoken_of(
    talk: Talk, first: str, document: str, then: str
) -> None:
    for text in (first, then):
        assert [one["id"] for one in talk(text)["citations"]] == [document], text


def test_a_question_that_names_its_own_matter_leaves_what_was_spoken_of(talk: Talk) -> None:
    talk("保价吗")
    assert [one["id"] for one in talk("可以用支付宝吗")["citations"]] == ["payment-methods"]


@pytest.mark.parametrize("other", ["sorry not that order, the other one: SC20261118001", "不是这一单，是SC20261118001"])
def test_another_order_is_named_and_nothing_is_granted_that_nobody_asked_for(talk: Talk, other: str) -> None:
    talk("SC20261112001 lotus-2026 nothing arrived")
    talk(other)
    answer = talk("lotus-2026")
    assert (answer["decision"], answer["asks"]) == (None, ["claim.request"])
    assert talk("refund that one")["decision"]["verdict"] == "grant"
