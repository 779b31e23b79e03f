"""An agent's shift over ten waiting tickets, login included, without a mouse."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watch
from tests.browser.heard import until
from tests.running import Buyer, Json, RunningServer

TICKETS = 10
NOTED = frozenset({2, 5, 8})
UNWATCHED = """() => {
  window.hand = [];
  for (const kind of ["pointerdown", "mousedown", "mousemove", "wheel", "touchstart"])
    addEventListener(kind, () => window.hand.push(kind), true);
}"""
FOCUSED = "() => document.activeElement !== null && document.activeElement !== document.body"
FOCUS_S = 45.0
AT = re.compile(r"\bat\b")
"""How a row looks that the keys have reached."""


@dataclass
class Hands:
    """A keyboard, and nothing else. What is typed has to have a field to go to."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.look(key)
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.look(words)
        self.page.keyboard.type(words)

    def look(self, before: str) -> None:
        """Wait until something is focused that is not the whole page."""
        try:
            until(self.page, lambda: bool(self.page.evaluate(FOCUSED)), FOCUS_S)
        except AssertionError as error:
            raise AssertionError(f"before {before!r} the focus is nowhere") from error


@pytest.fixture
def server_of_ten(untouched: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """One in whose queue nobody else waits."""
    running = RunningServer(shutil.copytree(untouched, tmp_path, dirs_exist_ok=True)).start()
    yield running
    assert running.stop() == 0


def _ten_wait(server: RunningServer) -> list[str]:
    """Ten visitors ask for a person, each over a socket of their own; their conversations."""

    async def one(number: int) -> str:
        async with Buyer(server) as buyer:
            await buyer.next("synced")
            ack, _ = await buyer.say(f"转人工，这是第{number}位")
            return str(ack["d"]["conversation"])

    async def all_of_them() -> list[str]:
        return [await one(number) for number in range(TICKETS)]

    with ThreadPoolExecutor(1) as beside:  # Playwright's own loop runs in this thread
        return beside.submit(lambda: asyncio.run(all_of_them())).result()


def test_a_shift_over_ten_tickets_needs_no_mouse(
    browser: Browser, server_of_ten: RunningServer, problems: list[str]
) -> None:
    waiting = _ten_wait(server_of_ten)
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN")
    page = context.new_page()
    watch(page, problems)
    page.add_init_script(f"({UNWATCHED})()")
    hands = Hands(page)
    _begin(hands, server_of_ten)
    _look_around(hands)
    for number in range(TICKETS):
        _serve(hands, number, TICKETS - number)
    expect(page.get_by_test_id("view-waiting")).to_have_attribute("data-count", "0")
    assert page.evaluate("window.hand") == []
    assert problems == []
    context.close()
    _all_are_resolved(server_of_ten, waiting)


def _begin(hands: Hands, server: RunningServer) -> None:
    hands.page.goto(f"{server.base}/desk")
    expect(hands.page.get_by_test_id("login-name")).to_be_focused()
    hands.type("chen")
    hands.press("Tab")
    hands.type("star-desk-chen")
    hands.press("Enter")
    expect(hands.page.get_by_test_id("view-waiting")).to_have_attribute("data-count", str(TICKETS))
    expect(hands.page.get_by_test_id("presence")).to_have_attribute("data-state", "online")


def _look_around(hands: Hands) -> None:
    """What the keys are, along the queue and back, and a search that is given up again."""
    page = hands.page
    rows = page.get_by_test_id("queue-row")
    hands.press("?")
    expect(page.get_by_test_id("shortcuts")).to_be_visible()
    hands.press("Escape")
    expect(page.get_by_test_id("shortcuts")).to_have_count(0)
    hands.press("j", "j")
    expect(rows.nth(1)).to_have_class(AT)
    hands.press("k")
    expect(rows.nth(0)).to_have_class(AT)
    hands.press("/")
    expect(page.get_by_test_id("queue-search")).to_be_focused()
    hands.type("第7位")
    expect(rows).to_have_count(1)
    hands.press("Escape")
    expect(rows).to_have_count(TICKETS)
    hands.press("Control+k")
    expect(page.get_by_test_id("palette-input")).to_be_focused()
    hands.press("Escape")
    expect(page.get_by_test_id("palette")).to_have_count(0)


def _serve(hands: Hands, number: int, left: int) -> None:
    page = hands.page
    talk = page.get_by_test_id("conversation")
    _open_the_next(hands, number)
    hands.press("c")
    expect(talk).to_have_attribute("data-state", "human")
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    hands.type(_reply(number))
    hands.press("Enter")
    expect(_said(page)).to_contain_text(_reply(number))
    hands.press("Escape")
    if number == 0:
        _look_into_dialogs(hands)
    if number in NOTED:
        _note(hands, number)
    _resolve(hands)
    expect(talk).to_have_attribute("data-state", "resolved")
    expect(page.get_by_test_id("view-waiting")).to_have_attribute("data-count", str(left - 1))


def _open_the_next(hands: Hands, number: int) -> None:
    """Along the queue, either way: from a row that has left it both lead to its first."""
    hands.press("jk"[number % 2])
    at = hands.page.locator('[data-testid="queue-row"].at')
    expect(at).to_have_attribute("data-state", "waiting")
    wanted = at.get_attribute("data-conversation")
    hands.press("Enter")
    talk = hands.page.locator(f'[data-testid="conversation"][data-conversation="{wanted}"]')
    expect(talk).to_have_attribute("data-state", "waiting")


def _look_into_dialogs(hands: Hands) -> None:
    for key, dialog in (("s", "dialog-snooze"), ("a", "dialog-transfer"), ("e", "dialog-resolve")):
        hands.press(key)
        expect(hands.page.get_by_test_id(dialog)).to_be_visible()
        hands.press("Escape")
        expect(hands.page.get_by_test_id(dialog)).to_have_count(0)


def _reply(number: int) -> str:
    return f"您好，第{number}位的问题已经处理好了。"


def _said(page: Page) -> Locator:
    """What is on its way and what has arrived look alike here."""
    return page.locator('[data-testid="pending"], [data-testid="message"][data-author="agent"]').last


def _note(hands: Hands, number: int) -> None:
    hands.press("n")
    expect(hands.page.get_by_test_id("composer-note")).to_be_focused()
    hands.type(f"记下第{number}位")
    hands.press("Enter")
    expect(hands.page.get_by_test_id("note")).to_contain_text(f"记下第{number}位")
    hands.press("Escape", "r")
    expect(hands.page.get_by_test_id("composer-reply")).to_be_focused()
    hands.press("Escape")


def _resolve(hands: Hands) -> None:
    page = hands.page
    hands.press("e")
    expect(page.get_by_test_id("resolve-answered")).to_be_focused()
    hands.press("Enter")
    expect(page.get_by_test_id("dialog-resolve")).to_have_count(0)


def _all_are_resolved(server: RunningServer, waiting: list[str]) -> None:
    head = {"Authorization": f"Bearer {server.login('lin')}"}
    with httpx.Client(base_url=f"{server.base}/api/v1/desk", headers=head) as desk:
        found = [desk.get(f"conversations/{key}").json() for key in waiting]
    assert [one["conversation"]["state"] for one in found] == ["resolved"] * TICKETS
    assert [one["ticket"]["state"] for one in found] == ["resolved"] * TICKETS
    assert sorted(_replies(one) for one in found) == sorted([_reply(number)] for number in range(TICKETS))
    assert sum(len(one["notes"]) for one in found) == len(NOTED)


def _replies(found: Json) -> list[str]:
    return [one["text"] for one in found["conversation"]["messages"] if one["author"]["kind"] == "agent"]
