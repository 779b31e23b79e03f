"""Which product is named, and what a message asks once its name is taken away."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from knowledge_base.article import Article
from knowledge_base.product import Product
from support.assistant.products import by_coupon, by_kind, mentioned, nothing_but_named, of_another_kind

PRODUCTS: Mapping[str, Product] = {
    one.id: one
    for one in (
        Product("card-cn", {"zh-CN": "流火点卡 50 元（国服）", "en": "Liuhuo Card 50 (China server)"}, "gift_card"),
        Product("card-100", {"zh-CN": "流火点卡 100 元（国服）", "en": "Liuhuo Card 100 (China server)"}, "gift_card"),
        Product("notes", {"zh-CN": "松果笔记专业版", "en": "Pinecone Notes Pro"}, "license"),
        Product("pass", {"zh-CN": "《长夜》豪华版激活码", "en": "Long Night deluxe key"}, "game_key"),
        Product("talk", {"zh-CN": "蓝鲸席位", "en": "Blue Whale seat"}, "account"),
    )
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("松果笔记专业版库存多少", "软件库存多少"),
        ("松果笔记支持苹果电脑吗", "软件支持苹果电脑吗"),
        ("How do I redeem Liuhuo Card 100 (China server)?", "How do I redeem game card?"),
        ("《长夜》豪华版激活码怎么用", "激活码怎么用"),
        ("when is a Blue Whale seat opened after I pay", "when is a product opened after I pay"),
        ("付款多久发货", "付款多久发货"),
        ("松果笔记专业版", "松果笔记专业版"),
        ("can I use it outside China", "can I use it outside China"),
        ("İ want Pinecone Notes", "İ want Pinecone Notes"),
    ],
)
def test_a_name_is_said_as_its_kind(text: str, said: str) -> None:
    assert by_kind(text, PRODUCTS) == said


def test_words_in_brackets_that_several_share_name_none() -> None:
    assert mentioned("can I use it outside China", PRODUCTS) == ()
    assert mentioned("is the server down", PRODUCTS) == ()
    assert set(mentioned("流火点卡有货吗", PRODUCTS)) == {"card-cn", "card-100"}
    assert mentioned("Liuhuo Card 50 (China server)", PRODUCTS) == ("card-cn",)


def test_of_several_that_share_a_name_the_number_behind_it_chooses() -> None:
    assert mentioned("is the Liuhuo 100 card in stock", PRODUCTS) == ("card-100",)
    assert mentioned("流火点卡的 50 有货吗", PRODUCTS) == ("card-cn",)
    assert len(mentioned("流火点卡要 50 张", PRODUCTS)) == 2, "it counts"
    assert len(mentioned("100 Liuhuo cards, please", PRODUCTS)) == 2, "it stands before"
    assert len(mentioned("Liuhuo 70", PRODUCTS)) == 2, "none has it"


@pytest.mark.parametrize(
    ("text", "product", "another"),
    [
        ("普通卡密是秒发吗", "notes", True),
        ("are normal codes sent instantly", "talk", True),
        ("那这个激活码呢", "pass", False),
        ("要等多久", "notes", False),
    ],
)
def test_other_goods_are_heard_by_their_kind(text: str, product: str, another: bool) -> None:
    assert of_another_kind(text, PRODUCTS[product]) is another


COUPONS = (
    Article("c", "优惠码", "zh-CN", "# 优惠码\n\n- AUTUMN8：满 80 减 8\n- 每单限 1 张，WAV 除外", "c.md"),
    Article("s", "Sound pack", "en", "Plays WAV2 files.", "s.md"),
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("autumn8 点了没反应", "优惠码 点了没反应"),
        ("does AUTUMN8 work", "does promo code work"),
        ("WAV2 or WAV", "WAV2 or WAV"),
        ("AUTUMN8-X1", "AUTUMN8-X1"),
    ],
)
def test_a_coupon_that_the_shop_names_is_called_one(text: str, said: str) -> None:
    assert by_coupon(text, COUPONS) == said


@pytest.mark.parametrize(
    ("text", "alone", "with_pieces"),
    [
        ("流火点卡 50 元", True, True),
        ("Liuhuo Card 50 (China server)", True, True),
        ("松果笔记", False, True),
        ("松果笔记专业版多少钱", False, False),
        ("卡", False, False),
        ("…", False, False),
    ],
)
def test_a_name_alone_is_told_from_a_name_with_something_said_of_it(text: str, alone: bool, with_pieces: bool) -> None:
    assert nothing_but_named(text, PRODUCTS) is alone
    assert nothing_but_named(text, PRODUCTS, pieces=True) is with_pieces
