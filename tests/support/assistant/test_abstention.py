"""A topic that is clear is no answer: where the shop's words do not hold one, the assistant says what it can do."""

from __future__ import annotations

from datetime import datetime

import pytest

from support.bootstrap import Application
from support.service.ask import Question, ask

NOW = datetime.fromisoformat("2026-11-21T12:00:00+08:00")


@pytest.mark.parametrize("text", ["公会战怎么报名", "How do I unlock the secret ending?", "Where is the save folder?"])
def test_a_question_on_a_clear_topic_without_an_answer_offers_a_person(application: Application, text: str) -> None:
    application.shop("star")
    lang = "en" if text.isascii() else "zh-CN"
    answer = ask(application.runtime(), Question("star", text, lang, now=NOW))
    assert answer["citations"] == []
    assert ("refund" if text.isascii() else "退款") in answer["text"], "what it can do"
    offered = [option["value"] for part in answer["parts"] if part["type"] == "choices" for option in part["options"]]
    assert offered == ["human"]


def test_what_was_hardly_understood_is_not_answered_from_what_lies_nearest(application: Application) -> None:
    application.shop("star")
    answer = ask(application.runtime(), Question("star", "那个东西弄一下行不行啊老铁", "zh-CN", now=NOW))
    assert answer["citations"] == []


@pytest.mark.parametrize(
    ("text", "lang", "says"),
    [
        ("How does the wallet balance work?", "en", "in Chinese only"),
        ("How do refunds work here?", "en", ""),
    ],
)
def test_where_an_article_is_in_another_language_only_the_answer_says_so(
    application: Application, text: str, lang: str, says: str
) -> None:
    application.shop("star")
    answer = ask(application.runtime(), Question("star", text, lang, now=NOW))
    assert answer["citations"]
    assert ("in Chinese only" in answer["text"]) == bool(says)
    offered = [option["value"] for part in answer["parts"] if part["type"] == "choices" for option in part["options"]]
    assert ("human" in offered) == bool(says), "a person can explain it"
