"""P7 「优惠码怎么用/为什么用不了」: what the store knows of a coupon, said to whoever names its code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.bootstrap import Application
from support.service.ask import Question, ask
from tests.support.orders.stores import dujiao_next, dujiaoka
from tests.support.orders.stores.filling import Rows, sqlite_running

NOW = datetime(2026, 3, 10, tzinfo=UTC)
TOML = """id = "{shop}"
languages = ["zh-CN", "en"]
[orders]
source = "{source}"
url = "sqlite:///store.db"
"""
PRODUCTS = (
    "id,name,kind,region,platform,price,warranty_days,promised_minutes,supplier,return_days,no_return_confirmation,"
    "redeem_help,name_en\n1,星云礼品卡,gift_card,CN,steam,30.00,,,,,,,Nebula card\n"
)
Say = Callable[..., dict[str, Any]]


def opened(application: Application, folder: Path, source: str, schema: str, rows: Rows) -> Iterator[Say]:
    """A shop over a store: a function from a text to the answer of a new conversation."""
    shop = f"coupons-{source.replace('_', '-')}"
    (folder / "shop.toml").write_text(TOML.format(shop=shop, source=source))
    (folder / "products.csv").write_text(PRODUCTS)
    with sqlite_running(folder / "store.db", schema, rows):
        application.shops.import_folder(folder)
        yield lambda text, at=NOW, **more: ask(application.runtime(), Question(shop, text, now=at, **more))


@pytest.fixture(scope="module")
def next_shop(application: Application, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Say]:
    schema = dujiao_next.SCHEMA.replace("{time}", "datetime")
    yield from opened(application, tmp_path_factory.mktemp("next"), "dujiao_next", schema, dujiao_next.rows())


@pytest.fixture(scope="module")
def old_shop(application: Application, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Say]:
    yield from opened(application, tmp_path_factory.mktemp("old"), "dujiaoka", dujiaoka.SCHEMA, dujiaoka.ROWS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "优惠码 SPRING 怎么用",
            "优惠码 SPRING 目前有效。有效期至 2026-04-01 08:00。订单满 ¥20.00 可用。适用商品：星云礼品卡。",
        ),
        (
            "is the coupon SPRING still valid?",
            "Coupon SPRING is valid now. It ends on 2026-04-01 08:00. It is for orders of ¥20.00 and more. "
            "It is for: Nebula card.",
        ),
        ("优惠券USEDUP为什么用不了", "优惠码 USEDUP 的使用次数已用完。"),
        ("my voucher USEDUP does not work", "Coupon USEDUP is used up."),
        ("优惠码 NOSUCH99 用不了", "本店没有查到优惠码 NOSUCH99，请核对拼写和大小写。"),
    ],
)
def test_a_code_is_answered_from_the_store(next_shop: Say, text: str, said: str) -> None:
    answer = next_shop(text)
    assert answer["text"] == said
    assert (answer["asks"], answer["ticket"]) == ([], None)
    assert [part["type"] for part in answer["parts"]] == ["choices"]


def test_a_coupon_before_and_after_its_time(next_shop: Say) -> None:
    early = next_shop("优惠码 SPRING 为什么用不了", at=datetime(2026, 2, 1, tzinfo=UTC))
    assert early["text"] == "优惠码 SPRING 还没有到开始使用的时间。"
    late = next_shop("优惠码 SPRING 为什么用不了", at=datetime(2026, 5, 1, tzinfo=UTC))
    assert late["text"] == "优惠码 SPRING 已于 2026-04-01 08:00 过期。"


def test_what_another_store_knows_and_what_it_does_not(old_shop: Say) -> None:
    assert old_shop("优惠码 SPRING 怎么用")["text"] == "优惠码 SPRING 目前有效。适用商品：星云礼品卡。"
    assert old_shop("优惠码 CLOSED 用不了")["text"] == "优惠码 CLOSED 目前不能使用：已停用或正被占用。"
    assert old_shop("优惠码 ONCE 怎么提示无效")["text"] == "优惠码 ONCE 的使用次数已用完。"


def test_a_question_without_a_code_and_a_shop_without_coupons_go_the_usual_way(
    next_shop: Say, application: Application
) -> None:
    assert "优惠码" not in next_shop("优惠码怎么用")["text"]
    star = ask(application.runtime(), Question("star", "优惠码 STAR5 怎么用", now=NOW))
    assert [citation["id"] for citation in star["citations"]] == ["coupons"]


def test_an_order_in_question_is_looked_up_beside_its_coupon(next_shop: Say) -> None:
    answer = next_shop("下单用了优惠码 USEDUP 没有抵扣，订单 DJ2026MANUAL，查询密码 查询密码9")
    assert answer["text"].startswith("优惠码 USEDUP 的使用次数已用完。\n\n")
    assert "DJ2026MANUAL" in answer["text"]
