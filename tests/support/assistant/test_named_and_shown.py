"""What is said by a name alone, and by a picture that comes after the trouble: neither is asked for again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from support.bootstrap import Application
from support.service.ask import Question, ask
from ticketing.ids import new_id

NOW = datetime.fromisoformat("2026-11-21T12:00:00+08:00")
Json = dict[str, Any]


@pytest.fixture
def talk(application: Application) -> Any:
    """A new conversation: a function from a text to the answer."""
    name = new_id()
    return lambda text: ask(application.runtime(), Question("star", text, conversation=name, now=NOW))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("SC20261120002 river-71 申请退款", "山川音色包"),
        ("SC20261120002 river-71 申请退款", "音色包那个"),
        ("Refund order SC20261120002, password river-71", "Mountain sound pack"),
    ],
)
def test_a_products_name_chooses_the_item_that_was_asked_for(talk: Any, asked: str, name: str) -> None:
    assert talk(asked)["asks"] == ["order.item"]
    answer = talk(name)
    assert answer["ticket"] is None
    assert answer["decision"]["outcome"] == {"refund": {"amount": "39.00", "currency": "CNY"}}


def test_an_item_that_was_named_is_remembered_over_the_questions_that_follow(talk: Any) -> None:
    assert talk("SC20261107001 linen-31 卡密无效，换一个")["asks"] == ["order.item"]
    assert talk("星云点卡")["asks"] == ["claim.evidence"]
    decision = talk("有截图")["decision"]
    assert (decision["verdict"], decision["clause"]["id"]) == ("refer", "key-invalid")


@pytest.mark.parametrize("name", ["山川音色包", "Mountain sound pack"])
def test_a_products_name_alone_asks_what_it_is(talk: Any, name: str) -> None:
    answer = talk(name)
    assert [one["id"] for one in answer["citations"]] == ["product/mountain-sounds"]
    assert answer["ticket"] is None


@pytest.mark.parametrize(
    ("trouble", "picture"), [("卡密无效", "截图发你了"), ("the key says invalid", "here is the screenshot")]
)
def test_a_picture_of_a_trouble_that_was_told_leads_on_to_the_order(talk: Any, trouble: str, picture: str) -> None:
    assert talk(trouble)["asks"] == ["order.number", "order.proof"]
    assert talk(picture)["asks"] == ["order.number", "order.proof"]


def test_a_picture_after_the_order_was_shown_asks_only_what_is_wished(talk: Any) -> None:
    shown = talk("SC20261115001 river-71 会员失效了")
    assert (shown["asks"], len(shown["citations"])) == (["claim.request"], 1)
    again = talk("截图发给你了")
    assert (again["asks"], again["citations"]) == (["claim.request"], [])
    assert talk("给我补一个")["asks"] == ["claim.evidence"]


def test_a_guess_at_what_a_message_is_about_asks_for_nothing(talk: Any) -> None:
    """“That one” beside a number was guessed to be about a refund, and a screenshot for one was asked for."""
    assert talk("cdk用不了，一直报兑换码错误")["asks"] == ["order.number", "order.proof"]
    shown = talk("单号SC20261120002，river-71，星云点卡那个")
    assert (shown["decision"], shown["asks"]) == (None, ["claim.request"])
    assert [one["id"] for one in shown["citations"]] == ["SC20261120002"]


def test_what_a_buyer_can_check_meanwhile_is_quoted_though_a_rule_is_nearer(talk: Any) -> None:
    answer = talk("I entered the promo code and it was still full price")
    assert answer["asks"] == ["order.number", "order.proof"]
    assert [one["id"] for one in answer["citations"]] == ["coupons"]


@pytest.mark.parametrize(
    ("text", "unsaid", "told"),
    [
        ("灯下迷城的激活码港区能激活吗", "没有写明可用区域", "区域信息由发行方公布"),
        ("Can I activate the Lantern Labyrinth key in Germany?", "do not state the region", "The publisher announces"),
    ],
)
def test_a_region_that_the_page_does_not_name_is_said_to_be_unknown(
    talk: Any, text: str, unsaid: str, told: str
) -> None:
    """Heard at the demo: the platform came back for it, and not a word of regions."""
    said = talk(text)["text"]
    assert unsaid in said
    assert told in said


def test_who_asks_of_the_platform_alone_hears_of_no_region(talk: Any) -> None:
    said = talk("灯下迷城在什么平台激活")["text"]
    assert "流岚启动器" in said
    assert "没有写明" not in said
