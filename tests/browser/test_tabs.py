from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, expect

from tests.browser.conftest import QUIET, watch
from tests.browser.test_journey import go_on
from tests.running import RunningServer

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>A shop</title>
<link rel="icon" href="data:,"><h1>A shop</h1>
<script>window.Anxin = function () {{ (Anxin.q = Anxin.q || []).push(arguments) }};
Anxin("boot", {{ shop: "star", locale: "zh-CN", getToken: async () => {token} }})</script>
<script async src="{base}/widget.js"></script></html>"""
SLOW = 45_000


@dataclass
class Profile:
    """One browser with its tabs; `sockets` are those that are open now."""

    context: BrowserContext
    address: str
    problems: list[str]
    tabs: list[Page] = field(default_factory=list)
    sockets: list[tuple[Page, WebSocket]] = field(default_factory=list)
    opened: int = 0

    def open(self) -> Page:
        page = self.context.new_page()
        watch(page, self.problems)
        page.on("websocket", lambda socket: self._socket(page, socket))
        page.goto(self.address)
        page.get_by_test_id("launcher").click()
        self.tabs.append(page)
        return page

    def close(self, page: Page) -> None:
        self.tabs.remove(page)
        page.close()
        self.sockets = [(of, socket) for of, socket in self.sockets if of != page]  # nobody is left to say so

    def _socket(self, page: Page, socket: WebSocket) -> None:
        self.sockets.append((page, socket))
        self.opened += 1
        socket.on("close", self._closed)

    def _closed(self, gone: WebSocket) -> None:
        self.sockets = [(of, socket) for of, socket in self.sockets if socket != gone]


@pytest.fixture(scope="module")
def shop(untouched: Path, tmp_path_factory: pytest.TempPathFactory, host: tuple[str, Path]) -> Iterator[RunningServer]:
    """A server whose socket pages of the other origin may open, and such pages, for a visitor and for a buyer."""
    origin, root = host
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("tabs"), dirs_exist_ok=True)
    server = RunningServer(folder, ANXIN_OWN_HOSTS=origin.removeprefix("http://")).start()
    for name, token in (("visitor", None), ("carol", server.token("carol"))):
        (root / f"{name}.html").write_text(PAGE.format(base=server.base, token=json.dumps(token)), "utf-8")
    yield server
    server.stop()


def profile(browser: Browser, address: str, problems: list[str]) -> Profile:
    context = browser.new_context(viewport={"width": 480, "height": 720}, locale="zh-CN")
    context.set_default_timeout(SLOW)
    return Profile(context, address, problems)


def shown(page: Page) -> list[tuple[str, str]]:
    """The thread as it is drawn: id and first line of each message."""
    found = page.locator('[data-testid="message"]').evaluate_all(
        "nodes => nodes.map(node => [node.dataset.id ?? '', node.querySelector('.bubble')?.innerText ?? ''])"
    )
    return [(key, text) for key, text in found]


def kept(server: RunningServer) -> list[tuple[str, str]]:
    """The record's messages in their order: id and text."""
    with closing(sqlite3.connect(server.data_dir / "anxin.sqlite")) as db:
        mine = "SELECT id FROM conversations WHERE owner = 'buyer:carol'"
        rows = db.execute(f"SELECT id, text FROM messages WHERE conversation IN ({mine}) ORDER BY seq").fetchall()
    return [(str(key), str(text)) for key, text in rows]


def write(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def answers(page: Page, count: int) -> None:
    expect(page.locator('[data-testid="message"][data-author="assistant"]')).to_have_count(count, timeout=SLOW)


def test_tabs_and_browsers_agree_through_a_killed_server(
    browser: Browser, shop: RunningServer, host: tuple[str, Path]
) -> None:
    quiet: list[str] = []  # what a page says of a server that is down is no fault of the page
    home, phone = (profile(browser, f"{host[0]}/carol.html", quiet) for _ in range(2))
    try:
        first = home.open()
        first.get_by_test_id("begin").click()
        write(first, "可以用支付宝吗")
        answers(first, 1)
        for one in (home.open(), home.open(), phone.open(), phone.open()):
            go_on(one)
            answers(one, 1)
        assert [len(home.sockets), len(phone.sockets)] == [1, 1]

        shop.kill()
        second, third = home.tabs[1:]
        write(third, "还有货吗")
        write(first, "付款后多久发货")
        write(phone.tabs[1], "支持开发票吗")
        for tab in home.tabs:
            expect(tab.locator('[data-testid="message"][data-state]')).to_have_count(2)
        home.close(first)  # its message is in the hands of the others
        shop.start()
        write(second, "怎么联系人工")
        tabs = home.tabs + phone.tabs
        for tab in tabs:
            answers(tab, 5)
            expect(tab.locator('[data-testid="message"][data-state]')).to_have_count(0)

        record = kept(shop)
        asked = {"可以用支付宝吗", "还有货吗", "付款后多久发货", "支持开发票吗", "怎么联系人工"}
        assert sorted(text for _, text in record if text in asked) == sorted(asked)
        assert len(record) == len({key for key, _ in record}) == 10
        for tab in tabs:
            assert [key for key, _ in shown(tab)] == [key for key, _ in record]
        assert [len(home.sockets), len(phone.sockets)] == [1, 1]
    finally:
        home.context.close()
        phone.context.close()


def test_the_tab_with_the_socket_closes_and_the_next_message_goes_all_the_same(
    browser: Browser, shop: RunningServer, host: tuple[str, Path], problems: list[str]
) -> None:
    home = profile(browser, f"{host[0]}/visitor.html", problems)
    try:
        first = home.open()
        first.get_by_test_id("begin").click()
        write(first, "你好")
        answers(first, 1)
        second = home.open()
        go_on(second)
        answers(second, 1)
        assert home.opened == 1
        home.close(first)
        write(second, "可以用支付宝吗")
        answers(second, 2)
        assert (home.opened, len(home.sockets)) == (2, 1)
        third = home.open()
        go_on(third)
        answers(third, 2)
        assert [key for key, _ in shown(third)] == [key for key, _ in shown(second)]
        third.evaluate("Anxin('shutdown')")
        expect(second.locator('[data-testid="message"]')).to_have_count(0, timeout=SLOW)
        assert second.evaluate("Object.keys(localStorage).filter(key => key.startsWith('anxin:star'))") == []
        assert problems == []
    finally:
        home.context.close()


def test_a_page_that_comes_out_of_the_back_forward_cache_follows_and_leads_again(
    browser: Browser, shop: RunningServer, host: tuple[str, Path], problems: list[str]
) -> None:
    cached = browser.browser_type.launch(
        executable_path="/usr/bin/chromium", args=QUIET, ignore_default_args=["--disable-back-forward-cache"]
    )
    home = profile(cached, f"{host[0]}/visitor.html", problems)
    (host[1] / "elsewhere.html").write_text(
        "<!doctype html><title>Elsewhere</title><link rel=icon href=data:,>", "utf-8"
    )
    try:
        first = home.open()
        first.get_by_test_id("begin").click()
        write(first, "你好")
        answers(first, 1)
        first.evaluate("addEventListener('pageshow', event => { window.kept = event.persisted })")
        first.goto(f"{host[0]}/elsewhere.html")
        second = home.open()
        go_on(second)
        write(second, "可以用支付宝吗")
        answers(second, 2)
        first.go_back(wait_until="commit")
        answers(first, 2)
        assert first.evaluate("window.kept") is True
        assert [key for key, _ in shown(first)] == [key for key, _ in shown(second)]
        assert home.opened == 2  # the tab that was put away let go, and follows now
        home.close(second)
        write(first, "付款后多久发货")
        answers(first, 3)
        assert problems == []
    finally:
        cached.close()
