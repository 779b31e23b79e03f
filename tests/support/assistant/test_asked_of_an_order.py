"""What buyers answer where an order was asked for, and what they ask before there is one."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.bootstrap import Application
from support.service.answer import answer
from support.service.ask import Question, ask
from support.service.people import Person
from support.service.receive_message import Said, Words, receive_message
from ticketing.ids import new_id

NOW = datetime.fromisoformat("2026-11-21T12:00:00+08:00")
Json = dict[str, Any]


@pytest.fixture
def talk(application: Application) -> Any:
    """A new conversation: a function from a text (and slots) to the answer."""
    name = new_id()

    def say(text: str, lang: str = "", **slots: str) -> Json:
        given = {key.replace("_", "."): value for key, value in slots.items()}
        question = Question("star", text, lang=lang, conversation=name, slots=given, now=NOW)
        return ask(application.runtime(), question)

    return say


@pytest.mark.parametrize("name", ["星云", "星云点卡", "Nebula"])
def test_the_name_of_goods_is_no_password(talk: Any, name: str) -> None:
    assert talk("SC20261118001 没发货，我要退款")["asks"] == ["order.proof"]
    answer = talk(name)
    assert answer["asks"] == ["order.proof"], "asked for again, and no try is counted"
    assert answer["lang"] == "zh-CN"
    assert talk("lotus-2026")["decision"]["verdict"] == "grant"


def test_a_password_that_is_called_one_may_be_the_name_of_goods(talk: Any) -> None:
    talk("SC20261118001 没发货，我要退款")
    assert talk("密码是 Nebula")["asks"] == ["order.number", "order.proof"], "compared, and it is wrong"


@pytest.mark.parametrize(
    ("text", "cited"), [("买错了能退吗", "zh-CN"), ("bought the wrong one, can I return it?", "en")]
)
def test_who_asks_whether_goods_go_back_hears_the_rule_before_an_order_is_asked_for(
    talk: Any, text: str, cited: str
) -> None:
    answer = talk(text)
    assert answer["citations"], answer["text"]
    assert answer["lang"] == cited


@pytest.mark.parametrize(
    "text", ["this is fucking useless", "what a load of crap", "you bloody idiots", "气死我了，垃圾"]
)
def test_swearing_is_no_accusation(talk: Any, text: str) -> None:
    ticket = talk(text)["ticket"]
    assert ticket is None or ticket["reason"] == "human"


@pytest.mark.parametrize(("before", "after"), [("转人工", "😀"), ("转人工", "在吗"), ("human please", "hello?")])
def test_who_waits_for_a_person_and_calls_hears_how_long_still(talk: Any, before: str, after: str) -> None:
    number = talk(before)["ticket"]["number"]
    answer = talk(after)
    assert "AI" not in answer["text"]
    assert answer["ticket"]["number"] == number
    assert talk("谢谢" if before == "转人工" else "thanks")["ticket"] is None, "thanks are thanks"


def test_two_questions_that_are_easily_taken_for_each_other_are_both_answered_or_named(talk: Any) -> None:
    answer = talk("how will I get the code and how do I redeem it")
    offered = [option["value"] for part in answer["parts"] if part["type"] == "choices" for option in part["options"]]
    assert "topic:delivery_time" in offered or "delivery-time" in [one["id"] for one in answer["citations"]]


def test_a_button_is_nobodys_words_and_changes_no_language(talk: Any) -> None:
    assert talk("有没有货")["lang"] == "zh-CN"
    assert talk("", topic="delivery_time")["lang"] == "zh-CN", "whatever language the card was in"
    assert talk("and how long does delivery take?")["lang"] == "en"
    assert talk("", topic="payment_methods")["lang"] == "en"


@pytest.mark.parametrize("text", ["极光", "Aurora"])
def test_of_a_buyers_orders_those_are_shown_whose_goods_are_named(application: Application, text: str) -> None:
    runtime, bob, talk = application.runtime(), Person("star", "buyer:bob", "bob"), ""
    shop = runtime.shops.get("star").folder.shop
    for said in ("没发货", text):
        words = Words(talk or "new", said, "zh-CN", {"form": {}, "locale": "zh-CN", "facts": {}}, new_id())
        keep = partial(_keep, shop, bob, words)
        turn = runtime.journal.write_now(keep).turn
        assert turn is not None
        talk, found = turn.conversation, answer(runtime, turn, NOW)
        assert found is not None
        shown = [one["value"] for part in found.message.parts if part["type"] == "choices" for one in part["options"]]
    assert {one for one in shown if one.startswith("order:")} == {"order:SC20250618001", "order:SC20261115001"}


def _keep(shop: Shop, person: Person, words: Words, tx: sa.Connection) -> Said:
    return receive_message(tx, shop, person, new_id(), words.text.encode(), words, NOW)


@pytest.mark.parametrize("before", ["", "星云点卡怎么兑换"])
def test_whether_a_named_order_was_sent_is_asked_of_the_order_and_not_of_the_stock(talk: Any, before: str) -> None:
    if before:
        talk(before)
    assert talk("订单 SC20261118001 发货了吗")["asks"] == ["order.proof"]


def test_stock_is_still_asked_for_beside_a_number(talk: Any) -> None:
    answer = talk("SC20261118001 星云点卡还有货吗")
    assert answer["asks"] == []
    assert any(one["id"].startswith("product/") for one in answer["citations"]), answer["text"]
