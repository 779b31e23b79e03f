"""What is asked of the shop itself, and of goods by their kind, in a shop that wrote little."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from knowledge_base.reader import read_directory, read_shop
from retrieval.chunking import source_text
from retrieval.shop_text import PROFILE, profile_lines
from support.bootstrap import Application, open_application
from support.service.ask import Question, ask
from support.settings import Settings
from support.web.app import create_app

Say = Callable[..., dict[str, Any]]
NEW = Path(__file__).parents[3] / "knowledge_base" / "new_shop"

MEMBERSHIP = """---
id: membership
title: 会员能在几台设备上看
lang: zh-CN
questions: [能几个人一起看, 会不会自动续费]
---
最多登录 5 台设备，同时 2 台播放。到期就停，不会自动续费。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("little") / "my-shop"
    shutil.copytree(NEW, place)
    toml = place / "shop.toml"
    toml.write_text(toml.read_text("utf-8").replace('id = "my-shop"', 'id = "little"'), "utf-8")
    (place / "articles" / "membership.md").write_text(MEMBERSHIP, "utf-8")
    products = place / "products.csv"
    products.write_text(products.read_text("utf-8").replace("30,30,示例供货商,,,", "30,30,示例供货商,7,,"), "utf-8")
    orders_of_a_week = (
        "LU1007,,seven@buyer.example,p1007,sample-membership,1,1,15.00,15.00,CNY,2026-02-27T12:00:00+08:00"
    )
    row = "late,buyer-3,three@buyer.example,q-3,sample-card,1,0,29.80,29.80,CNY,2026-03-01T12:00:00+08:00"
    with (place / "orders.csv").open("a", encoding="utf-8") as orders:
        orders.write(f"{row},2026-03-01T12:01:00+08:00,PAY3,manual,not_delivered,,,,0.00,false,true,,,\n")
        paid = "2026-02-27T12:00:00+08:00,PAY7,auto,delivered,2026-02-27T12:00:05+08:00"
        orders.write(f"{orders_of_a_week},{paid},false,,0.00,false,true,,,\n")
    return place


@pytest.fixture(scope="module")
def little(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    settings = Settings.alone(data_dir=tmp_path_factory.mktemp("data"))
    with open_application(settings) as application:
        application.shops.import_folder(folder)
        yield application


@pytest.fixture(scope="module")
def say(little: Application) -> Say:
    def asked(text: str, **slots: str) -> dict[str, Any]:
        named = {f"order.{name}": value for name, value in slots.items()}
        now = datetime.fromisoformat("2026-03-01T12:40:00+08:00")
        return ask(little.runtime(), Question("little", text, slots=named, now=now))

    return asked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("微信能付款吗", "支付方式：支付宝、微信支付"),
        ("怎么联系你们", "联系方式：support@shop.example"),
        ("你们的邮箱是多少", "联系方式：support@shop.example"),
        ("你们公司叫什么", "经营主体：请填写营业主体名称"),
        ("营业时间是什么时候", "人工客服时间：周一至周五 09:00–12:00、13:00–23:00；周六 10:00–18:00；周日休息"),
        ("can I pay with wechat", "Ways to pay: 支付宝, 微信支付"),
        ("who runs this shop", "Run by: Write the company's name here"),
        (
            "what are your opening hours",
            "A person answers: Mon–Fri 09:00–12:00, 13:00–23:00; Sat 10:00–18:00; Sun closed (Asia/Shanghai)",
        ),
    ],
)
def test_the_shop_itself_is_told_by_its_settings(say: Say, text: str, said: str) -> None:
    answer = say(text)
    assert said in answer["text"]
    assert [(one["kind"], one["id"]) for one in answer["citations"]] == [("article", PROFILE)]
    assert answer["citations"][0]["quote"] == said


@pytest.mark.parametrize(
    "text", ["你们有ICP备案吗", "你们公司地址在哪", "is your company registered, show the licence"]
)
def test_what_the_shop_does_not_say_is_not_told(say: Say, text: str) -> None:
    answer = say(text)
    assert PROFILE not in {one["id"] for one in answer["citations"]}


def test_what_was_quoted_is_opened_at_its_place(little: Application, folder: Path) -> None:
    shop = read_shop(read_directory(folder))
    source = source_text(shop, "article", PROFILE, "zh-CN")
    assert source is not None
    assert source.text.split("\n") == list(profile_lines(shop.shop, "zh-CN").values())
    with TestClient(create_app(little)) as client:
        shown = client.get(f"/api/v1/shops/little/sources/article/{PROFILE}", params={"lang": "en"}).json()
    assert (shown["title"], shown["lang"]) == ("About this shop", "en")


@pytest.mark.parametrize(
    ("text", "said", "product"),
    [
        ("会员多少钱", "“示例会员月卡”现价 ¥15.00", "sample-membership"),
        ("会员质保多久", "质保：30 天", "sample-membership"),
        ("how much is the membership", '"Sample monthly membership" costs ¥15.00', "sample-membership"),
    ],
)
def test_the_only_goods_of_a_kind_are_meant_by_it(say: Say, text: str, said: str, product: str) -> None:
    answer = say(text)
    assert said in answer["text"]
    assert answer["citations"][0]["id"] == f"product/{product}"


@pytest.mark.parametrize("text", ["会员能几个人看", "会自动续费吗"])
def test_an_article_on_the_question_goes_before_the_page_of_the_goods_that_says_nothing_on_it(
    say: Say, text: str
) -> None:
    assert [one["id"] for one in say(text)["citations"]] == ["membership"]


def test_a_short_number_with_its_password_opens_the_order(say: Say) -> None:
    assert [one["id"] for one in say("LU1007 p1007")["citations"]] == ["LU1007"]


def test_who_proves_an_order_asks_of_that_order_and_not_in_general(say: Say) -> None:
    answer = say("订单号 LU1007 查询密码 p1007 会员还没激活，可以退吗")
    assert answer["decision"]["missing"] == ["claim.reason"], answer["text"]


def test_which_goods_are_meant_is_asked_before_nothing_is_known(say: Say) -> None:
    answer = say("多久发货")
    assert answer["asks"] == ["product"]
    options = [one["value"] for part in answer["parts"] if part["type"] == "choices" for one in part["options"]]
    assert sorted(options) == ["product:sample-card", "product:sample-membership"]


def test_what_people_deliver_did_not_fail_to_run_by_itself(say: Say) -> None:
    answer = say("还没到账", number="late", proof="q-3")
    assert "自动发货没有完成" not in answer["text"]
    assert "已超过承诺的 10 分钟" in answer["text"]


def test_what_a_shop_wrote_for_agents_under_its_name_stays_theirs(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(folder, own)
    (own / "articles" / f"{PROFILE}.md").write_text("---\ntitle: 内部\naudience: agents\n---\n只给客服看。\n", "utf-8")
    with open_application(Settings.alone(data_dir=tmp_path / "data")) as application:
        application.shops.import_folder(own)
        with TestClient(create_app(application)) as client:
            assert client.get(f"/api/v1/shops/little/sources/article/{PROFILE}").status_code == 404
