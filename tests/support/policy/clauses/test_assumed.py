"""What a shop assumes where its source is silent."""

from __future__ import annotations

from support.assistant.cards import source_word
from tests.knowledge_base.small_folder import SHOP, faults
from tests.support.policy.clauses.told import clause_id, small, told

ROW = "A,steam,1,0,30.00,CNY,DAY,failed,0"


def test_the_shop_says_what_to_take_a_fact_for() -> None:
    """A shop whose source cannot hold a fact may say what to take it for, in `shop.toml`: `[assume]`
    `"order.frozen" = false`."""
    assert told(small(ROW)).verdict == "grant"
    unknown = small(ROW, **{"shop.toml": 'id = "small"\nlanguages = ["zh-CN"]\n[orders]\nsource = "csv"\n'})
    assert (told(unknown).verdict, told(unknown).missing) == ("need", ("order.frozen",))
    assert clause_id(told(small(ROW, **{"shop.toml": FROZEN}))) == "frozen"


FROZEN = 'id = "small"\nlanguages = ["zh-CN"]\n[orders]\nsource = "csv"\n[assume]\n"order.frozen" = true\n'


def test_what_the_store_says_stands() -> None:
    assert told(small(ROW, shop='"delivery.state" = "delivered"\n')).verdict == "grant"


def test_the_fact_carries_its_source() -> None:
    """The fact then carries the source `assumed by the shop`, in every proof and on the desk."""
    fact = told(small(ROW)).proof["facts"]["order.frozen"]
    assert fact == {"value": False, "source": "assumed by the shop", "at": "2026-03-01T12:00:00Z"}
    words = {lang: source_word(lang, "assumed by the shop, our own refunds") for lang in ("zh-CN", "en")}
    assert words == {"zh-CN": "店铺设定、本店已退款记录", "en": "set by the shop, our own refunds"}


def test_what_is_assumed_is_checked_like_a_fact() -> None:
    for line, says in (
        ('"order.frozn" = false', "did you mean"),
        ('"order.frozen" = 0', "true or false"),
        ('"claim.reason" = "other"', "cannot be assumed"),
        ('"delivery.state" = "sent"', "never 'sent'"),
    ):
        [found] = faults(shop_toml=f"{SHOP}[assume]\n{line}\n")
        assert (found.file, found.line, says in found.message) == ("shop.toml", 4, True), found
