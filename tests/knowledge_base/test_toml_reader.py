from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from knowledge_base.shop import OrderSource, RiskSettings, RoleLimit
from tests.knowledge_base.small_folder import SHOP, faults, read

EVERYTHING = """\
id = "moon"
languages = ["zh-cn", "en"]
currency = "USD"
timezone = "UTC"

[name]
zh-CN = "月光"
en = "Moon"

[hours]
mon = "09:00-12:00, 13:00-23:00"
tue = "22:00-02:00"
wed = "00:00-24:00"
sun = ""

[profile]
contact = "a@b.example"
payments = ["支付宝", "微信"]
[profile.company]
zh-CN = "月光公司"

[orders]
source = "dujiaoka"
url = "env:SHOP_DB"
table_prefix = "dj_"

[refunds]
auto_limit = "50.00"
approval_limit = "300"
executor = "manual"

[deadlines]
human_minutes = 15

[assume]
"order.frozen" = false
item.refunded_amount = 0
"buyer.claims_90d" = 3
"delivery.redeemed_at" = 2026-01-01T00:00:00Z
"risk.signals" = ["a"]

[risk]
review_score = 40
large_amount = "800"
burst_orders = 4
late_days = 3

[widget]
origins = ["https://shop.example", "http://localhost:8000"]
accent = "#abc"
welcome = "你好"
"""


def test_everything_is_read() -> None:
    shop = read(shop_toml=EVERYTHING).shop
    assert (shop.id, shop.languages, shop.currency, shop.timezone.key) == ("moon", ("zh-CN", "en"), "USD", "UTC")
    assert shop.name == {"zh-CN": "月光", "en": "Moon"}
    assert shop.hours == {
        "mon": ((time(9), time(12)), (time(13), time(23))),
        "tue": ((time(22), time(2)),),
        "wed": ((time(0), time(0)),),
        **dict.fromkeys(("thu", "fri", "sat", "sun"), ()),
    }
    assert shop.profile == {
        "contact": "a@b.example",
        "payments": ("支付宝", "微信"),
        "company": {"zh-CN": "月光公司"},
    }
    assert shop.orders == OrderSource("dujiaoka", "env:SHOP_DB", "dj_")
    assert shop.refunds.auto_limit == Decimal("50.00")
    assert shop.refunds.approval_limit == Decimal(300)
    assert shop.deadlines.human_minutes == 15
    assert shop.deadlines.resolve_hours == 24
    assert shop.assume == {
        "order.frozen": False,
        "item.refunded_amount": 0.0,
        "buyer.claims_90d": 3,
        "delivery.redeemed_at": datetime(2026, 1, 1, tzinfo=UTC),
        "risk.signals": ("a",),
    }
    assert isinstance(shop.assume["item.refunded_amount"], float)
    assert shop.risk == RiskSettings(40, Decimal(800), burst_orders=4, late_days=3)
    assert shop.widget.origins == ("https://shop.example", "http://localhost:8000")
    assert shop.widget.welcome == {"zh-CN": "你好"}


def test_only_id_and_languages_are_required() -> None:
    shop = read(shop_toml='id = "moon"\nlanguages = ["en"]\n').shop
    assert (shop.currency, shop.timezone.key, shop.hours, shop.orders) == ("CNY", "Asia/Shanghai", None, None)
    assert shop.refunds.auto_limit is None


@pytest.mark.parametrize(
    ("added", "line", "says"),
    [
        ('currency = "rmb"', 3, "ISO 4217"),
        ('timezone = "Asia/Shangai"', 3, "did you mean 'Asia/Shanghai'"),
        ('[hours]\nmon = "9-23"', 4, "09:00-23:00"),
        ('[hours]\nmon = "09:00-25:00"', 4, "24:00"),
        ('[hours]\nmon = "09:00-12:00,11:00-13:00"', 4, "overlap"),
        ('[hours]\nmon = "09:00-09:00"', 4, "00:00-24:00"),
        ("[hours]\nmon = 9", 4, "must be a text"),
        ("[refunds]\n\nauto_limit = 50.00", 5, "decimal text"),
        ('[refunds]\nauto_limit = "¥50"', 4, "without currency sign"),
        ('[refunds]\nauto_limit = "-1"', 4, "below zero"),
        ("[deadlines]\nhuman_minutes = 0", 4, "above zero"),
        ("[deadlines]\nhuman_minutes = true", 4, "above zero"),
        ('[orders]\nsource = "excel"', 4, "csv, dujiaoka"),
        ('[orders]\nurl = "x"', 3, "source"),
        ('[orders]\nsource = "sql"\nurl = "oracle://x"', 5, "mysql://"),
        ('[orders]\nsource = "sql"\nurl = "env:A B"', 5, "env:NAME"),
        ('[orders]\nsource = "sql"', 3, "env:NAME"),
        ('[orders]\nsource = "acg_faka"\nurl = "mysql://h/d"\ntable_prefix = "a; drop"', 6, "letters"),
        ('orders = "csv"', 3, "[orders]"),
        ('[assume]\n"order.frozn" = false', 4, "did you mean 'order.frozen'"),
        ('[assume]\n"order.frozen" = "no"', 4, "true or false"),
        ("[assume]\norder.paid_amount = true", 4, "0.0"),
        ('[assume]\n"order.paid_amount" = inf', 4, "0.0"),
        ('[assume]\n"claim.reason" = "other"', 4, "cannot be assumed"),
        ('[assume]\n"delivery.state" = "sent"', 4, "it is one of"),
        ('[assume]\n"order.paid_at" = 2026-01-01T00:00:00', 4, "offset"),
        ("[risk]\nreview_score = 101", 4, "from 0 to 100"),
        ('[risk]\nreview_score = "60"', 4, "from 0 to 100"),
        ("[risk]\nreview_score = true", 4, "from 0 to 100"),
        ("[risk]\nburst_orders = 1", 4, "2 or more"),
        ("[risk]\nkey_reporters = 0", 4, "above zero"),
        ("[risk]\nlate_days = 1.5", 4, "above zero"),
        ("[risk]\nlarge_amount = 500", 4, "decimal text"),
        ('[risk]\nlarge_amount = "0.00"', 4, "above zero"),
        ("risk = 5", 3, "[risk]"),
        ('[widget]\naccent = "green"', 4, "#2f6f5e"),
        ('[widget]\norigins = ["shop.example/path"]', 4, "https://shop.example"),
        ('[widget]\norigins = "https://shop.example"', 4, "list of texts"),
        ("[profile]\nphone = 12315", 4, "must be a text"),
        ("name = 5", 3, "[name]"),
        ("currency = CNY", 3, "no TOML"),
        ('currency = "CNY"\ncurrency = "CNY"', 4, "no TOML"),
    ],
)
def test_wrong_values_are_faults_at_their_line(added: str, line: int, says: str) -> None:
    found = faults(shop_toml=SHOP + added + "\n")
    assert [(fault.file, fault.line) for fault in found] == [("shop.toml", line)]
    assert says in found[0].message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('languages = ["en"]', "id is missing"),
        ('id = "Moon Shop"\nlanguages = ["en"]', "lower-case"),
        ('id = "moon"', "languages is missing"),
        ('id = "moon"\nlanguages = []', "empty"),
        ('id = "moon"\nlanguages = ["chinese"]', "zh-CN"),
        ('id = "moon"\nlanguages = ["en", "EN"]', "twice"),
        ('id = "moon"\nlanguages = "en"', "list of texts"),
    ],
)
def test_id_and_languages_must_be_right(text: str, says: str) -> None:
    assert says in " ".join(fault.message for fault in faults(shop_toml=text))


def test_unknown_keys_are_warnings_with_their_line() -> None:
    folder = read(
        shop_toml=SHOP
        + 'curency = "CNY"\n[hours]\nmonday = ""\n[orders]\nsource="sql"\nurl="env:X"\nq = "x"\n[risk]\nreview = 5\n'
    )
    assert [warning for warning in folder.warnings if "unknown key" in warning] == [
        "shop.toml:3: unknown key 'curency'; did you mean 'currency'?",
        "shop.toml:5: unknown key 'hours.monday'",
        "shop.toml:11: unknown key 'risk.review'",
    ]
    assert folder.shop.orders is not None
    assert folder.shop.orders.options == {"q": "x"}


def test_a_language_that_is_not_the_shops_is_warned_of() -> None:
    folder = read(shop_toml=SHOP + '[name]\nxx1 = "?"\nzh = "月"\n')
    assert folder.shop.name == {"zh-CN": "月"}
    assert any("name.xx1" in warning for warning in folder.warnings)


def test_lines_stay_right_with_crlf_comments_and_long_texts() -> None:
    text = SHOP + '# note\n[profile]\nabout = """\ncurrency = "x"\n"""\n\n[refunds]\nauto_limit = 5\n'
    expected = [("shop.toml", 10)]
    assert [(fault.file, fault.line) for fault in faults(shop_toml=text)] == expected
    assert [(fault.file, fault.line) for fault in faults(shop_toml=text.replace("\n", "\r\n"))] == expected
    assert [(fault.file, fault.line) for fault in faults(shop_toml="\ufeff" + text)] == expected


def test_a_missing_or_broken_shop_toml_does_not_hide_other_faults() -> None:
    found = faults(shop_toml="id = ", products="id,name\na,\n")
    assert [(fault.file, fault.line) for fault in found] == [("products.csv", 2), ("shop.toml", 1)]


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000, "\n" + "a." * 20_000 + "a = 1", "x = {" + "a." * 9_000])
def test_deep_toml_is_refused(text: str) -> None:
    assert faults(shop_toml=text)[0].file == "shop.toml"


def test_how_refunds_are_carried_out_is_read() -> None:
    webhook = (
        '[refunds]\nauto_limit = "50"\nexecutor = "webhook"\nurl = "https://shop.example/refunds"\n'
        'secret = "env:SHOP_REFUND_SECRET"\nprivate = true\n[refunds.agent]\neach = "100.00"\nday = "500"\n'
    )
    limits = read(shop_toml=f'id = "small"\nlanguages = ["zh-CN"]\n{webhook}').shop.refunds
    assert (limits.executor, limits.url, limits.private) == ("webhook", "https://shop.example/refunds", True)
    assert limits.roles == {"agent": RoleLimit(Decimal(100), Decimal(500))}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('executor = "bank"', "one of manual, webhook, dujiao_next"),
        ('executor = "webhook"\nurl = "https://a.example"', "secret is missing: the executor 'webhook' needs it"),
        ('url = "https://me:word@a.example"', "refunds.url is an address without a password"),
        ('secret = "whsec_abc"', "refunds.secret names an environment variable, such as env:SHOP_REFUND_SECRET"),
        ('private = "yes"', "refunds.private is true or false"),
        ('agent = 5', "must be a table"),
    ],
)  # fmt: skip
def test_a_wrong_way_to_carry_refunds_out_is_a_fault(settings: str, message: str) -> None:
    fault = faults(shop_toml=f'id = "small"\nlanguages = ["zh-CN"]\n[refunds]\n{settings}\n')[0]
    assert message in fault.message


def test_deadlines_by_priority_and_hours_of_public_holidays_are_read() -> None:
    hours = '[hours]\nmon = "09:00-18:00"\nholiday = ""\n'
    added = f"{hours}[deadlines]\naway_minutes = 3\n[deadlines.urgent]\nhuman_minutes = 7\n"
    shop = read(**{"shop.toml": SHOP + added}).shop
    assert shop.hours is not None
    assert (shop.hours["holiday"], "workday" in shop.hours) == ((), False)
    assert (shop.deadlines.of("urgent").human_minutes, shop.deadlines.of("urgent").away_minutes) == (7, 3)
    assert (shop.deadlines.of("low").human_minutes, shop.deadlines.legal_days) == (30, 15)
    late = read(**{"shop.toml": SHOP + "[deadlines]\nlegal_days = 16\n"}).warnings
    assert any("deadlines.legal_days is more than 15 days" in one for one in late)


def test_retention_has_defaults_and_keeps_disputes_at_least_as_long_as_other_talk() -> None:
    longer = f"{SHOP}[retention]\nchat_days = 400\ndispute_days = 30\n"
    assert ["dispute_days is below chat_days" in one.message for one in faults(shop_toml=longer)] == [True]
    folder = read(shop_toml=f"{SHOP}[retention]\naccess_days = 90\nchat_day = 3\n")
    assert (folder.shop.retention.chat_days, folder.shop.retention.access_days) == (180, 90)
    for told in ("unknown key 'retention.chat_day'", "access_days is below 184"):
        assert any(told in one for one in folder.warnings), told


def test_what_is_not_kept_is_named_by_kind() -> None:
    folder = read(shop_toml=f'{SHOP}[privacy]\nwithout = ["identity", "phone"]\n')
    assert folder.shop.privacy.without == {"identity", "phone"}
    wrong = faults(shop_toml=f'{SHOP}[privacy]\nwithout = ["passport"]\n')
    assert ["'passport' is none of identity, bank_card, phone" in one.message for one in wrong] == [True]
