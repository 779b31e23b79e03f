"""A ticket beside its talk: merged, split and put back, its supplier asked, and put aside by the shop's clock."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_desk import beside, log_in, open_conversation
from tests.running import Buyer, RunningServer

ORDER, PROOF, OTHER = "SC20260301001", "lotus-2026", "SC20260301002"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def asks_twice(server: RunningServer) -> tuple[str, str]:
    """A buyer asks for a person about an order, and in another chat once more; both conversations' ids."""

    async def talk() -> tuple[str, str]:
        async with Buyer(server) as buyer:
            await buyer.next("synced")
            ack, done = await buyer.say("我的卡密兑换失败，提示无效，我要退款")
            first = str(ack["d"]["conversation"])
            card = {"conversation": first, "message": done["d"]["message"]["id"], "action": "submit"}
            await buyer.send("act", card | {"value": {"order.number": ORDER, "order.proof": PROOF}})
            await buyer.next("done")
            ack, _ = await buyer.say("还有一个问题，客服在吗")
            second = str(ack["d"]["conversation"])
            for one in (first, second):
                await buyer.send("handoff", {"conversation": one})
                await buyer.next("ack", "error")
            return first, second

    return beside(talk())


def card(page: Page) -> Locator:
    return page.get_by_test_id("context").get_by_test_id("card-ticket").first


def number(page: Page) -> str:
    return card(page).get_attribute("data-number") or ""


def by_palette(page: Page, initials: str, command: str) -> None:
    """Ctrl-K, the initials of the command's pinyin, Enter. Buyers whose names hold the letters may stand below it."""
    page.keyboard.press("Control+k")
    page.get_by_test_id("palette-input").fill(initials)
    expect(page.locator(f"#p-{command}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")


def test_an_agent_accepts_what_the_policy_decided_once(page: Page, server: RunningServer, problems: list[str]) -> None:
    async def talk() -> str:
        async with Buyer(server) as buyer:
            await buyer.next("synced")
            ack, done = await buyer.say("我要退款，只发了一部分")
            chat = str(ack["d"]["conversation"])
            card = {"conversation": chat, "message": done["d"]["message"]["id"], "action": "submit"}
            await buyer.send("act", card | {"value": {"order.number": "SC20261106001", "order.proof": "kelp-30"}})
            await buyer.next("done")
            await buyer.send("handoff", {"conversation": chat})
            await buyer.next("ack", "error")
            return chat

    chat = beside(talk())
    log_in(page, server, "lin")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(page, chat)
    page.get_by_test_id("claim").click()
    expect(card(page)).to_have_attribute("data-state", "open")
    page.get_by_test_id("answer-accept").press("Enter")
    answered = page.get_by_test_id("answered")
    expect(answered).to_have_attribute("data-said", "accepted")
    expect(answered).to_contain_text("林晓 Lin")
    expect(page.get_by_test_id("answer-accept")).to_have_count(0)
    by_palette(page, "证据", "evidence")
    expect(page.get_by_test_id("evidence")).to_be_visible()
    assert problems == []


def test_a_ticket_is_merged_split_and_put_back_and_its_supplier_answers(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    first, second = asks_twice(server)
    log_in(page, server, "lin")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(page, second)
    gone = number(page)
    open_conversation(page, first)
    expect(page.get_by_test_id("related").and_(page.locator(f'[data-number="{gone}"]'))).to_contain_text("同一买家")
    kept = number(page)
    page.get_by_test_id("claim").click()
    expect(card(page)).to_have_attribute("data-state", "open")

    page.get_by_test_id("related").and_(page.locator(f'[data-number="{gone}"]')).press("Enter")
    expect(card(page)).to_have_attribute("data-number", gone)
    card(page).get_by_test_id("ticket-merge").press("Enter")
    expect(page.get_by_test_id(f"merge-into-{kept}")).to_be_visible()
    page.get_by_test_id("merge-number").fill(kept.removeprefix("T-"))
    expect(page.get_by_test_id(f"merge-into-{kept}")).to_be_checked()
    page.keyboard.press("Enter")
    expect(card(page)).to_have_attribute("data-state", "closed")
    expect(card(page).get_by_test_id("merge")).to_contain_text(f"已并入 {kept}")
    page.get_by_test_id("toast-action").press("Enter")
    expect(card(page)).to_have_attribute("data-state", "new")
    expect(card(page).get_by_test_id("merge")).to_have_count(0)

    open_conversation(page, first)
    card(page).get_by_test_id("ticket-split").press("Enter")
    page.get_by_test_id("split-link").fill(OTHER)
    page.keyboard.press("Enter")
    page.get_by_test_id(f"split-{OTHER}").press("Space")
    page.get_by_test_id("dialog-submit").press("Enter")
    expect(card(page).get_by_test_id("merge")).to_contain_text("拆出了 T-")
    card(page).get_by_test_id("merge-undo").press("Enter")
    expect(card(page).get_by_test_id("merge")).to_have_count(0)
    expect(card(page)).to_contain_text(OTHER)

    by_palette(page, "wghs", "supplier")
    page.get_by_test_id("supplier-question").fill("这个卡密用过吗？")
    page.keyboard.press("Control+Enter")
    link = page.get_by_test_id("dialog-supplier").get_by_test_id("supplier-link")
    expect(link).to_be_focused()
    httpx.post(link.input_value(), json={"answer": "used", "text": "已于昨天兑换"}).raise_for_status()
    page.keyboard.press("Escape")
    asked = card(page).get_by_test_id("supplier-request")
    expect(asked).to_have_attribute("data-state", "answered")
    expect(asked).to_contain_text("卡密已被使用")
    expect(card(page)).to_have_attribute("data-state", "open")

    page.get_by_test_id("answer-other").first.press("Enter")
    expect(page.get_by_test_id("answer-refund")).to_be_focused()  # the first field, not the reply to the buyer
    page.get_by_test_id("answer-nothing").press("Space")
    page.get_by_test_id("answer-reason").fill("供货商查到卡密昨天已被买家兑换")
    page.get_by_test_id("answer-go").press("Enter")
    expect(page.get_by_test_id("answered")).to_have_attribute("data-said", "decided")
    expect(page.get_by_test_id("answered")).to_contain_text("林晓 Lin · 不给 · 供货商查到卡密昨天已被买家兑换")

    for initials, command, dialog in (("hb", "merge", "merge-number"), ("cf", "split", "split-link")):
        by_palette(page, initials, command)
        expect(page.get_by_test_id(dialog)).to_be_visible()
        page.keyboard.press("Escape")
    by_palette(page, "wmj", "buyer")
    page.get_by_test_id("ask-error").press("Space")
    page.get_by_test_id("ask-words").fill("还差一项：")
    page.keyboard.press("Control+Enter")
    expect(card(page)).to_have_attribute("data-state", "waiting_buyer")
    expect(page.get_by_test_id("card-form").last).to_contain_text("报错的原文")
    card(page).get_by_test_id("ticket-go-on").press("Enter")
    expect(card(page)).to_have_attribute("data-state", "open")

    page.get_by_test_id("snooze").click()
    tomorrow = page.get_by_test_id("snooze-tomorrow").get_attribute("data-at") or ""
    assert datetime.fromisoformat(tomorrow).astimezone(SHANGHAI).strftime("%H:%M") == "09:00"
    page.get_by_test_id("snooze-custom").fill("2099-01-04T10:30")
    page.get_by_test_id("dialog-submit").click()
    expect(page.get_by_test_id("conversation")).to_have_attribute("data-state", "snoozed")
    page.get_by_test_id("locale").click()
    expect(page.locator(".talk-sub")).to_contain_text(re.compile("Snoozed until .*2099"))
    assert problems == []
