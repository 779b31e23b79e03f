"""Every hint on the demo page stands beside an order that exists, and every order shown has one."""

from __future__ import annotations

import csv
from importlib.resources import files

from support.web.demo import BUYERS
from support.web.demo_hints import GUEST_ORDERS, HINTS

TOLD = files("knowledge_base").joinpath("shops/star/orders.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TOLD.splitlines()))


def test_every_order_that_the_page_shows_has_a_hint_in_both_languages_and_none_is_left_over() -> None:
    shown = {row["order_no"] for row in ROWS if row["buyer_id"] in BUYERS} | set(GUEST_ORDERS)
    assert set(HINTS) == shown
    assert all(words["zh-CN"] and words["en"] for words in HINTS.values())


def test_guest_orders_belong_to_nobody_and_can_be_proved() -> None:
    guests = [row for row in ROWS if row["order_no"] in GUEST_ORDERS]
    assert {row["order_no"] for row in guests} == set(GUEST_ORDERS)
    assert all(not row["buyer_id"] and (row["proof"] or row["contact"]) for row in guests)
