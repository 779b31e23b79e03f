"""What a message names, by exact example."""

from __future__ import annotations

from decimal import Decimal

import pytest

from support.assistant.entities import Amount, Entities, entities

PROOF = frozenset({"order.proof"})
NUMBER = frozenset({"order.number"})


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("订单号：SN20250301881 没发货", ("SN20250301881",)),
        ("订单号：ＭＭ２０２５０１０１３３", ("MM2025010133",)),
        ("单\u200b号\u200b:  G-2025-0311-08 😀", ("G-2025-0311-08",)),
        ("X9Y8\u2060Z7W6", ("X9Y8Z7W6",)),
        ("单号 a8f3-22bc-9910", ("a8f3-22bc-9910",)),
        ("訂單編號是QP20241231A7，麻煩查一下", ("QP20241231A7",)),
        ("订单号错了 是 AQ77810", ("AQ77810",)),
        ("请把订单DD8820190034取消", ("DD8820190034",)),
        ("订单 ABC01 没发货", ("ABC01",)),
        ("我的订单：AB12 还没到", ("AB12",)),
        ("订单 2 个都没发货", ()),
        ("订单 30 元没到账", ()),
        ("订单 3天 了还没发", ()),
        ("订单 2026-03-01 买的", ()),
        ("20250308154422871", ("20250308154422871",)),
        ("订单号A1001 A1002345、A1003456 和 A1004567 都没发", ("A1001", "A1002345", "A1003456", "A1004567")),
        ("A8F3-22BC-9910 and a8f3_22bc_9911", ("A8F3-22BC-9910", "a8f3_22bc_9911")),
        ("MM2025010133 还是 MM2025010133", ("MM2025010133",)),
        ("order no. AB-1234-99", ("AB-1234-99",)),
        ("Order #4471 is wrong", ("4471",)),
        ("my order is WD88220713.", ("WD88220713",)),
        ("single word order number", ()),
        ("订单号是多少", ()),
        ("订单号忘了", ()),
    ],
)
def test_order_numbers(text: str, numbers: tuple[str, ...]) -> None:
    assert entities(text).order_numbers == numbers


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138-1234-5678",
        "20250301 买的",
        "2025-03-01买的",
        "2025/3/1 12:30",
        "sunny_day77 是我的用户名",
        "卡密 7H8J9QQQQ1ZZ 无效",
        "ABCD1-EFGH2-JK3LM-7H8J9-QQQQ1",
        "my key is 7H8J9QQQQ1ZZ",
        "税号9145050012345678X1",
        "优惠码SPRING2025A1",
        "hi_zhou1990@qq.com",
        "https://shop.example/p/a1234567890",
        "支持windows11吗",
        "一共1,299.50元",
        "99999999999999999999999999999999999999999999",
    ],
)
def test_what_is_no_order_number(text: str) -> None:
    assert entities(text).order_numbers == ()


@pytest.mark.parametrize(
    ("text", "proofs"),
    [
        ("查询密码 abc123", ("abc123",)),
        ("查詢密碼：小鱼干88", ("小鱼干88",)),
        ("查询密码：ａｂｃ１２３", ("abc123",)),
        ("密码8866谢谢", ("8866",)),
        ("密码是8866谢谢", ("8866谢谢", "8866")),
        ("order SN771002 pw: hunter2", ("hunter2",)),
        ("the lookup password is mimi520.", ("mimi520",)),
        ("LL202502280007 mimi520", ("mimi520",)),
        ("查询密码是什么", ()),
        ("查询密码忘了", ()),
        ("password isn't working", ()),
        ("I lost my password please help", ()),
        ("8866", ()),
    ],
)
def test_labelled_proofs(text: str, proofs: tuple[str, ...]) -> None:
    assert entities(text).proof_candidates == proofs


@pytest.mark.parametrize(
    ("text", "proofs"),
    [
        ("8866", ("8866",)),
        (" xiaomao \u200b", ("xiaomao",)),
        ("是 qw8821", ("qw8821",)),
        ("应该是qw8821吧", ("qw8821",)),
        ("4200002345202503010012345678", ("4200002345202503010012345678",)),
        ("it is hunter2", ("hunter2",)),
        ("ok", ()),
        ("忘了", ()),
        ("我不记得了", ()),
        ("refund", ()),
        ("why do you need that?", ()),
    ],
)
def test_a_bare_word_is_a_proof_when_one_was_asked_for(text: str, proofs: tuple[str, ...]) -> None:
    found = entities(text, PROOF)
    assert found.proof_candidates == proofs
    assert found.order_numbers == ()


def test_a_number_is_an_order_number_when_both_were_asked_for() -> None:
    found = entities("XK99201144 8866", PROOF | NUMBER)
    assert found.order_numbers == ("XK99201144",)
    assert found.proof_candidates == ("8866",)


def test_a_labelled_number_stays_one_when_a_proof_was_asked_for() -> None:
    assert entities("订单号 XK99201144", PROOF).order_numbers == ("XK99201144",)


def test_each_stretch_is_taken_once() -> None:
    found = entities("单号 AK20250112 邮箱 hi_zhou@qq.com 电话13700009999 买了3张 付了￥89.90", NUMBER)
    assert found == Entities(
        order_numbers=("AK20250112",),
        emails=("hi_zhou@qq.com",),
        phones=("13700009999",),
        amounts=(Amount(Decimal("89.90"), "CNY"),),
        quantities=(3,),
    )


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("花了30元", (Amount(Decimal(30), "CNY"),)),
        ("３０块", (Amount(Decimal(30), "CNY"),)),
        ("￥89.9 付了两次", (Amount(Decimal("89.9"), "CNY"),)),
        ("I paid $1,299.50 and 20 usdt", (Amount(Decimal("1299.50"), "USD"), Amount(Decimal(20), "USDT"))),
        ("3张100元的卡", (Amount(Decimal(100), "CNY"),)),
        ("星穹点卡648", ()),
    ],
)
def test_amounts(text: str, amounts: tuple[Amount, ...]) -> None:
    assert entities(text).amounts == amounts


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("+86 138-1234-5678", ("+86 138-1234-5678",)),
        ("手机１３８１２３４５６７８", ("13812345678",)),
        ("call +44 20 7946 0018", ("+44 20 7946 0018",)),
        ("12345678901", ()),
    ],
)
def test_phones(text: str, phones: tuple[str, ...]) -> None:
    assert entities(text).phones == phones


@pytest.mark.parametrize(
    "text", ["", "   ", "😀", "\u200b", "，。！", "\0", "订单号", "密码：", "a" * 100_000, "1-" * 50_000]
)
def test_nothing_named_and_no_hang(text: str) -> None:
    assert entities(text, PROOF | NUMBER).order_numbers == ()


@pytest.mark.parametrize(
    ("text", "proofs"),
    [
        ("SN20250301881 mimi-520 没发货，退款", ("mimi-520",)),
        ("退款，SN20250301881，mimi-520", ("mimi-520",)),
        ("Order SN20250301881, mimi-520: I want a refund", ("mimi-520",)),
        ("order SN20250301881 (password mimi-520) failed", ("mimi-520",)),
        ("SN20250301881 / mimi-520, refund it", ("mimi-520",)),
        ("SN20250301881 30pcs of it are missing", ()),
        ("SN20250301881, phone 13800000000", ()),
        ("SN20250301881 没发货", ()),
    ],
)
def test_a_password_behind_the_number_is_found_in_a_sentence(text: str, proofs: tuple[str, ...]) -> None:
    assert entities(text).proof_candidates == proofs


def test_the_end_of_a_masked_key_is_no_proof() -> None:
    assert entities("My key is ••••8812 and it does not work", PROOF).proof_candidates == ()
    assert entities("••••8812 mimi-520", PROOF).proof_candidates == ("mimi-520",)
