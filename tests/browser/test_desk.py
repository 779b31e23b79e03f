"""The desk by itself: two agents, one buyer, and what each of them sees of the others."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watch
from tests.running import Buyer, RunningServer

T = TypeVar("T")
UNDONE_MS = 45_000
"""A reply can be taken back for five seconds before it goes."""


@pytest.fixture
def seats(browser: Browser, problems: list[str]) -> Iterator[tuple[Page, Page]]:
    """Two desks, each in a browser context of its own."""
    contexts = [browser.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN") for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.set_default_timeout(45_000)
        watch(page, problems)
    yield pages[0], pages[1]
    for context in contexts:
        context.close()


def log_in(page: Page, server: RunningServer, name: str, password: str = "") -> None:
    page.goto(f"{server.base}/desk")
    page.get_by_test_id("login-name").fill(name)
    page.get_by_test_id("login-password").fill(password or f"star-desk-{name}")
    page.get_by_test_id("login-submit").click()


def waits(server: RunningServer, *words: str) -> str:
    """A buyer says something and asks for a person; the conversation's id."""

    async def talk() -> str:
        async with Buyer(server) as buyer:
            await buyer.next("synced")
            conversation = "new"
            for word in words:
                ack, _ = await buyer.say(word, conversation)
                conversation = str(ack["d"]["conversation"])
            await buyer.send("handoff", {"conversation": conversation})
            await buyer.next("ack", "error")  # words that ask for a person may have had their handoff already
            return conversation

    return beside(talk())


def proves(server: RunningServer, wish: str, number: str, proof: str) -> str:
    """A buyer wishes something and fills the form that asks for the order; the conversation's id."""

    async def talk() -> str:
        async with Buyer(server) as buyer:
            await buyer.next("synced")
            ack, done = await buyer.say(wish)
            conversation = str(ack["d"]["conversation"])
            given = {"order.number": number, "order.proof": proof}
            card = {"conversation": conversation, "message": done["d"]["message"]["id"], "action": "submit"}
            await buyer.send("act", card | {"value": given})
            await buyer.next("done")
            return conversation

    return beside(talk())


def beside(talk: Coroutine[Any, Any, T]) -> T:
    with ThreadPoolExecutor(1) as thread:  # Playwright's own loop runs in this one
        return thread.submit(lambda: asyncio.run(talk)).result()


def open_conversation(page: Page, conversation: str) -> None:
    page.goto(page.url.split("#", maxsplit=1)[0] + f"#/c/{conversation}")
    expect(page.locator(f'[data-testid="conversation"][data-conversation="{conversation}"]')).to_be_visible()


def test_a_wrong_password_is_told_and_the_right_one_opens_the_queue(page: Page, server: RunningServer) -> None:
    log_in(page, server, "chen", "not it")
    expect(page.get_by_test_id("login-error")).to_contain_text("不对")
    log_in(page, server, "chen")
    expect(page.get_by_test_id("view-waiting")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")


def test_a_colleague_sees_by_name_who_took_it_and_reads_the_note(
    seats: tuple[Page, Page], server: RunningServer, problems: list[str]
) -> None:
    chen, lin = seats
    conversation = waits(server, "我的卡密兑换失败，提示无效")
    for page, name in ((chen, "chen"), (lin, "lin")):
        log_in(page, server, name)
        expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
        open_conversation(page, conversation)
    expect(chen.get_by_test_id("viewing")).to_contain_text("林晓")

    lin.get_by_test_id("claim").click()
    expect(chen.get_by_test_id("taken")).to_contain_text("林晓 Lin 已接入")
    expect(chen.get_by_test_id("claim")).to_have_count(0)

    lin.get_by_test_id("mode-note").click()
    lin.get_by_test_id("composer-note").fill("上游已确认这一批有问题")
    lin.get_by_test_id("send").click()
    expect(chen.get_by_test_id("note")).to_contain_text("上游已确认这一批有问题")
    assert problems == []


def test_a_reply_can_be_taken_back_and_otherwise_goes_once(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    conversation = waits(server, "充值一直没有到账")
    log_in(page, server, "chen")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(page, conversation)
    page.get_by_test_id("claim").click()
    field = page.get_by_test_id("composer-reply")
    expect(field).to_be_focused()
    field.fill("写错了")
    field.press("Enter")
    page.get_by_test_id("undo").click()
    expect(field).to_have_value("写错了")
    field.fill("您好，正在为您核对。")
    field.press("Enter")
    said = page.locator('[data-testid="message"][data-author="agent"]')
    expect(said).to_have_count(1, timeout=UNDONE_MS)
    expect(said).to_contain_text("您好，正在为您核对。")
    expect(page.get_by_test_id("pending")).to_have_count(0)
    assert problems == []


def _claimed(page: Page, server: RunningServer, *words: str) -> str:
    """A desk at which chen has just taken what a buyer said; the conversation's id."""
    conversation = waits(server, *words)
    log_in(page, server, "chen")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(page, conversation)
    page.get_by_test_id("claim").click()
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    return conversation


def _reply(page: Page, text: str) -> None:
    page.get_by_test_id("composer-reply").fill(text)
    page.get_by_test_id("composer-reply").press("Enter")
    expect(page.get_by_test_id("undo")).to_be_visible()


def test_what_ends_a_turn_lets_the_words_before_it_go_first(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    _claimed(page, server, "充值一直没有到账，请转人工")
    _reply(page, "已经补到您的账号。")
    page.get_by_test_id("resolve").click()
    page.get_by_test_id("dialog-submit").click()
    asked = page.locator('[data-testid="message"][data-author="system"]', has_text="问题解决了吗")
    expect(asked).to_be_visible()
    said = page.locator('[data-testid="message"][data-author="agent"]')
    expect(said).to_have_count(1)
    assert _seq(said) < _seq(asked)
    page.get_by_test_id("reopen").click()
    _reply(page, "还有一件事：请重新登录一次。")
    page.get_by_test_id("giveback").click()
    expect(page.get_by_test_id("conversation")).to_have_attribute("data-state", "bot")
    expect(said).to_have_count(2)
    back = page.locator('[data-testid="message"][data-author="system"]', has_text="AI 助手继续")
    assert _seq(said.last) < _seq(back)
    assert problems == []


def _seq(message: Locator) -> int:
    return int(message.get_attribute("data-seq") or 0)


def test_a_dialog_is_answered_by_enter_and_not_before_something_is_chosen(
    seats: tuple[Page, Page], server: RunningServer, problems: list[str]
) -> None:
    page, colleague = seats
    log_in(colleague, server, "lin")  # without a colleague the queue alone could be chosen, and is
    expect(colleague.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    _claimed(page, server, "充值没到账，请转人工")
    talk = page.get_by_test_id("conversation")
    page.locator("h2").first.click()
    page.keyboard.press("a")
    page.get_by_test_id("transfer-note").fill("请看一下")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("dialog-transfer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("dialog-transfer")).to_have_count(0)
    page.locator("h2").first.click()
    page.keyboard.press("e")
    page.get_by_test_id("resolve-more").fill("已补发")
    page.keyboard.press("Control+Enter")
    expect(talk).to_have_attribute("data-state", "resolved")
    assert problems == []


def test_an_ended_session_asks_again_and_keeps_the_draft(page: Page, server: RunningServer) -> None:
    conversation = waits(server, "请转人工")
    log_in(page, server, "chen")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(page, conversation)
    page.locator("h2").first.click()
    page.keyboard.press("n")
    expect(page.get_by_test_id("composer-note")).to_be_focused()
    page.keyboard.type("写到一半")
    token = page.evaluate("JSON.parse(localStorage.getItem('anxin:desk:session')).token")
    httpx.delete(f"{server.base}/api/v1/agent/session", headers={"Authorization": f"Bearer {token}"})
    expect(page.get_by_test_id("login-name")).to_have_value("chen")
    page.get_by_test_id("login-password").fill("star-desk-chen")
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("login")).to_have_count(0)
    expect(page.get_by_test_id("composer-note")).to_have_value("写到一半")


@pytest.mark.parametrize(("locale", "lacking"), [("zh-CN", "是否被冻结"), ("en-US", "on hold")])
def test_a_fact_that_nobody_knows_is_named_in_the_brief(
    browser: Browser, server: RunningServer, locale: str, lacking: str
) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    log_in(page, server, "chen")
    wish = "没收到货，我要退款"
    open_conversation(page, proves(server, wish, "SC20261119003", "fang@buyer.example"))
    brief = page.get_by_test_id("brief")
    expect(brief.locator(".brief-missing")).to_have_text(lacking)
    expect(brief.locator(".next")).to_contain_text(lacking)
    expect(brief.get_by_test_id("brief-claim").filter(has_text=wish)).to_have_count(2)  # why it came, what is wanted
    expect(brief).not_to_contain_text("••••")
    context.close()


def test_a_number_of_the_reports_leads_to_its_conversations(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    waits(server, "我要投诉")
    log_in(page, server, "chen")
    page.get_by_test_id("nav-reports").click()
    page.get_by_test_id("report-handoffs-value").click()
    page.get_by_test_id("report-row").first.click()
    expect(page.get_by_test_id("conversation")).to_be_visible()
    assert problems == []


TOLD = """() => {
const page = document.documentElement;
window.Notification = class {
  static permission = "default";
  static async requestPermission() { page.dataset.asked = "yes"; return (this.permission = "granted"); }
  constructor(title) { page.dataset.told = (page.dataset.told ?? "") + title; }
  close() {}
};
}"""
"""In place of the browser's own question and of the notices of the machine, which nobody sees here."""


def test_who_looks_elsewhere_is_told_by_the_browser_once_something_was_claimed(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    conversation = waits(server, "充值没到账，请转人工")
    log_in(page, server, "chen")
    page.evaluate(TOLD)
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(page, conversation)
    told = page.locator("html")
    expect(page.get_by_test_id("claim")).to_be_visible()
    assert told.get_attribute("data-asked") is None
    page.get_by_test_id("claim").click()
    expect(told).to_have_attribute("data-asked", "yes")
    assert told.get_attribute("data-told") is None
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    waits(server, "又有一个问题，转人工")
    expect(told).to_have_attribute("data-told", re.compile("在等待接入"))
    assert problems == []
