from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.running import RunningServer

ZH = {
    "lang": "zh-CN", "question": "付款后多久发货", "undelivered": "我付款了但是没有发货，我要退款",
    "counterfeit": "你们卖的是假货，我要举报", "order": "SC20261118001",
    "granted": "¥49.00", "submitted": "已提交退款申请",
    "clause": "未发货可全额退款", "queued": "已登记",
}  # fmt: skip
EN = {
    "lang": "en", "question": "How long does delivery take?",
    "undelivered": "I paid but nothing was delivered, I want a refund",
    "counterfeit": "This is a fake, you sell counterfeit goods, I will report you", "order": "SC20261112001",
    "granted": "¥128.00",
    "submitted": "The refund request", "clause": "refund", "queued": "is open",
}  # fmt: skip
PROOF = "lotus-2026"


def open_chat(page: Page, server: RunningServer, lang: str, buyer: str = "guest") -> None:
    page.goto(f"{server.base}/demo")
    page.get_by_test_id(f"buyer-{buyer}").click()
    if lang == "en":
        page.get_by_test_id("locale").click()
    page.get_by_test_id("launcher").click()
    page.get_by_test_id("panel").wait_for()


def say(page: Page, text: str) -> Locator:
    """Say something and wait for the answer to it; the answer."""
    answers = page.locator('[data-testid="message"][data-author="assistant"]')
    before = answers.count()
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")
    expect(answers).to_have_count(before + 1)
    return answers.last


def go_on(page: Page) -> None:
    """Be in the conversation that stands: the chat opens on it by itself where something in it is unread."""
    offered = page.get_by_test_id("continue")
    expect(offered.or_(page.get_by_test_id("composer"))).to_be_visible()
    if offered.is_visible():
        offered.click()


def shows_its_quote(sheet: Locator) -> None:
    """At the words that were quoted; its title stands above the text, and not again as its first line."""
    quote = sheet.get_by_test_id("source-quote").first
    expect(quote).to_be_visible()
    assert len(quote.inner_text()) > 10
    expect(sheet.get_by_text(sheet.locator("h3").inner_text(), exact=True)).to_have_count(1)


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_ask_cite_identify_decide_dispute_ticket(
    page: Page, server: RunningServer, words: dict[str, str], problems: list[str]
) -> None:
    open_chat(page, server, words["lang"])
    page.get_by_test_id("begin").click()
    expect(page.get_by_test_id("disclosure")).to_be_visible()

    answer = say(page, words["question"])  # ask
    expect(answer.get_by_test_id("ai-mark")).to_be_visible()
    answer.get_by_test_id("citation-chip").first.click()  # cite
    sheet = page.get_by_test_id("source-sheet")
    shows_its_quote(sheet)
    page.get_by_test_id("source-close").click()
    expect(sheet).to_have_count(0)

    asked = say(page, words["undelivered"])  # identify
    form = asked.get_by_test_id("card-form")
    form.get_by_test_id("field-order.number").fill(f" {words['order'].lower()} ")
    form.get_by_test_id("field-order.proof").fill(PROOF)
    answers = page.locator('[data-testid="message"][data-author="assistant"]')
    before = answers.count()
    form.get_by_test_id("form-submit").click()
    expect(answers).to_have_count(before + 1)

    decision = answers.last.get_by_test_id("card-decision")  # decide
    expect(decision).to_contain_text(words["granted"])
    expect(decision).to_contain_text(re.compile(words["clause"], re.IGNORECASE))
    expect(answers.last.get_by_test_id("card-order")).to_contain_text(words["order"])
    assert PROOF not in page.content()
    answers.last.get_by_test_id("confirm-yes").click()
    expect(answers.last).to_contain_text(words["submitted"])
    expect(answers.last.get_by_test_id("card-ticket")).to_be_visible()
    expect(page.get_by_test_id("confirm-yes")).to_have_count(0)

    told = say(page, words["counterfeit"])  # dispute
    expect(told.get_by_test_id("card-ticket")).to_be_visible()  # ticket
    expect(told).to_contain_text(words["queued"])
    assert problems == []


def test_a_signed_buyer_asks_from_the_order_and_a_refusal_can_be_contested(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    open_chat(page, server, "zh-CN", "alice")
    page.get_by_test_id("begin").click()
    answer = say(page, "订单 SC20260301001 我不想要了，退款")
    expect(answer.get_by_test_id("card-decision")).to_contain_text("不能通过")
    answers = page.locator('[data-testid="message"][data-author="assistant"]')
    before = answers.count()
    answer.get_by_test_id("review-button").click()
    expect(answers).to_have_count(before + 1)
    expect(answers.last.get_by_test_id("card-ticket")).to_contain_text("申请复核")
    assert problems == []


def test_a_person_is_one_tap_away_and_quick_replies_are_used_once(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    open_chat(page, server, "zh-CN", "carol")
    page.get_by_test_id("begin").click()
    say(page, "卡密无效，订单 SC20261109001")
    answers = page.locator('[data-testid="message"][data-author="assistant"]')
    choice = answers.first.get_by_test_id("choice").first
    choice.click()
    expect(page.locator('[data-testid="message"][data-author="buyer"]')).to_have_count(2)
    expect(choice).to_be_disabled()
    page.get_by_test_id("handoff-button").click()
    expect(page.get_by_test_id("card-handoff")).to_be_visible()  # also where the choice is answered only after it
    assert problems == []
