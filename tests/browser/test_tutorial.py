"""docs/tutorials/embed.md, walked, and its pages opened from another origin."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_journey import say
from tests.running import PATIENCE, free_port
from tests.tutorials.walk import ROOT, Block, Walk, blocks

PAGES = "127.0.0.1:9000"


@contextmanager
def served(walk: Walk, block: Block, port: int) -> Iterator[None]:
    """The page's own web server."""
    command = walk.here(block.text).replace("http.server 9000", f"http.server {port}").split()
    server = subprocess.Popen(command, cwd=walk.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.kill()
        server.wait(PATIENCE)


def test_the_chat_on_a_page_of_another_origin(page: Page, tmp_path: Path, problems: list[str]) -> None:
    port = free_port()
    with Walk(tmp_path, {PAGES: f"127.0.0.1:{port}"}) as walk:
        found = list(blocks(ROOT / "docs/tutorials/embed.md"))
        for block in found:
            if block.more != "page":
                walk.take(block)
        with served(walk, next(one for one in found if one.more == "page"), port):
            for path, asked, answered in (("", "怎么兑换点卡", "粘贴卡密"), ("own.html", "我的订单", "SAMPLE0001")):
                opened(page, f"http://127.0.0.1:{port}/{path}")
                page.get_by_test_id("launcher").click()
                begin, composer = page.get_by_test_id("begin"), page.get_by_test_id("composer")
                expect(begin.or_(composer)).to_be_visible()
                if begin.is_visible():
                    begin.click()
                say(page, asked)
                expect(page.get_by_test_id("panel")).to_contain_text(answered)
    assert [text for text in problems if "favicon" not in text and "404" not in text] == []


def opened(page: Page, url: str) -> None:
    """Go there, as soon as its server listens."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            page.goto(url)
            return
        except Exception:
            assert time.monotonic() < deadline
            time.sleep(0.1)
