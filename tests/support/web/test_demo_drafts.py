"""A draft over the demo's invented past: which decisions it would flip, what money would move; nothing is stored."""

from __future__ import annotations

from decimal import Decimal

from support.web.demo_drafts import DRAFTS
from tests.support.web.desk_app import Desk

BASE = "/api/v1/demo/drafts"


def test_each_draft_flips_some_of_what_was_decided_and_says_the_money(desk: Desk) -> None:
    listed = desk.nobody.get(BASE).json()
    assert [draft["id"] for draft in listed] == list(DRAFTS)
    for draft in listed:
        told = desk.nobody.post(f"{BASE}/{draft['id']}").json()
        assert 0 < told["flips"] < told["decisions"]
        assert sum(group["count"] for group in told["groups"]) == told["flips"]
        assert sum(Decimal(group["money"]) for group in told["groups"]) == Decimal(told["money"]) != 0
        assert all(set(draft["title"]) == {"zh-CN", "en"} for draft in listed)
    assert desk.nobody.post(f"{BASE}/none").status_code == 404


def test_a_draft_leaves_the_shop_as_it_is(desk: Desk) -> None:
    before = desk.application.shop("star").folder.digest
    first = desk.nobody.post(f"{BASE}/goodwill").json()
    assert desk.nobody.post(f"{BASE}/goodwill").json() == first
    assert desk.application.shop("star").folder.digest == before
