"""Takes pictures of pages in both languages, both schemes, on a desktop and a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.looker import AXE, axe_finds
from tests.running import RunningServer

OUT = Path("build/gallery")
SIZES = {"desktop": ViewportSize(width=1280, height=720), "phone": ViewportSize(width=390, height=844)}
LANGS, SCHEMES = ("zh-CN", "en"), ("light", "dark")
PHRASES = {
    "zh-CN": {"invalid": "我的卡密兑换失败，提示无效", "refund": "我不想要了，退款",
              "unknown": "公会怎么创建", "fake": "你们卖的是假卡，没有授权吧", "hello": "您好，正在为您核对这张订单。"},
    "en": {"invalid": "My key is invalid, it will not redeem", "refund": "I changed my mind, refund please",
           "unknown": "How do I create a guild?",
           "fake": "This is a counterfeit card, you are not authorised to sell these!",
           "hello": "Hello, I am looking at this order now."},
}  # fmt: skip
LOOK = """
const put = (name, value) => localStorage.getItem(name) ?? localStorage.setItem(name, value);
try {{
  put("anxin:desk:locale", "{lang}"), put("anxin:desk:scheme", "{scheme}"), put("demo:split", "off");
}} catch {{}}
"""
SETTLE_MS = 450
"""Until what moved has come to rest; a picture has no event to wait for."""


@dataclass
class Camera:
    """Takes the pictures of one combination."""

    server: RunningServer
    browser: Browser
    lang: str
    scheme: str
    size: str
    shots: list[Path]
    found: dict[str, None] = field(default_factory=dict)
    """What axe found, in the pictures that it was found in."""

    @property
    def words(self) -> dict[str, str]:
        return PHRASES[self.lang]

    def shoot(self, page: Page, name: str) -> None:
        """One picture."""
        page.mouse.move(0, 0)
        page.wait_for_timeout(SETTLE_MS)
        path = OUT / f"{name}.{self.lang}.{self.scheme}.{self.size}.png"
        page.screenshot(path=path)
        self.shots.append(path)
        self.found.update({f"{path.stem}: {one}": None for one in axe_finds(page)})

    @contextmanager
    def page(self, **more: Any) -> Iterator[Page]:
        """A browser context of its own, dressed as the combination says, or else as `more` does."""
        dress = {"locale": self.lang, "color_scheme": self.scheme, "viewport": SIZES[self.size]} | more
        context = self.browser.new_context(**dress)
        context.add_init_script(path=AXE)
        context.add_init_script(LOOK.format(lang=self.lang, scheme=self.scheme))
        page = context.new_page()
        page.set_default_timeout(15_000)
        yield page
        context.close()


def open_thread(camera: Camera, page: Page, buyer: str) -> None:
    """An empty thread of a demo buyer, as they would get to it."""
    page.goto(f"{camera.server.base}/demo?lang={camera.lang}")
    page.get_by_test_id(f"buyer-{buyer}").click()
    if page.locator("html").get_attribute("lang") != camera.lang:
        page.get_by_test_id("locale").first.click()
    page.get_by_test_id("launcher").click()
    page.get_by_test_id("tab-messages").click()
    page.get_by_test_id("new-conversation").click()
