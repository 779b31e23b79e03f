from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_journey import say
from tests.running import RunningServer

AWAY = """
Object.defineProperty(document, "hidden", {get: () => window.away === true});
window.notes = 0;
const Context = window.AudioContext;
window.AudioContext = class extends Context {
  createOscillator() { window.notes += 1; return super.createOscillator(); }
};
"""

SEND_AND_GO = """() => {
  document.querySelector("anxin-chat").shadowRoot.querySelector("[data-testid=send]").click();
  Anxin("close");
  window.away = true;
}"""


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def shop(context: BrowserContext, warnings: list[str]) -> Page:
    """A page that collects what the chat warns of."""
    page = context.new_page()
    page.on("console", lambda said: warnings.append(said.text) if said.type == "warning" else None)
    return page


def put(host: tuple[str, Path], name: str, body: str) -> str:
    """The address of a page of another origin."""
    (host[1] / name).write_text(f'<!doctype html><meta charset="utf-8"><title>Lamps</title>{body}', "utf-8")
    return f"{host[0]}/{name}"


def test_a_page_has_one_shops_chat(
    shop: Page, elsewhere: RunningServer, host: tuple[str, Path], warnings: list[str]
) -> None:
    tag = '<script src="{}/widget.js" data-shop="{}" data-locale="en"></script>'
    shop.goto(put(host, "two.html", tag.format(elsewhere.base, "star") + tag.format(elsewhere.base, "moon")))
    expect(shop.get_by_test_id("launcher")).to_have_count(1)
    assert any("one chat" in text and "moon" in text for text in warnings)
    warnings.clear()
    shop.evaluate("Anxin('boot', {shop: 'moon'})")
    shop.evaluate("Anxin('booot')")
    assert ["moon" in warnings[0] and "shutdown" in warnings[0], "booot" in warnings[1]] == [True, True]
    shop.evaluate("Anxin('shutdown')")
    expect(shop.get_by_test_id("launcher")).to_have_count(0)
    shop.evaluate("Anxin('boot', {shop: 'star'})")
    expect(shop.get_by_test_id("launcher")).to_have_count(1)
    assert len(warnings) == 2


def test_who_stays_on_a_page_is_invited_once(shop: Page, elsewhere: RunningServer, host: tuple[str, Path]) -> None:
    rules = '[{path: "/cart/*", after: 1, text: "Never"}, {path: "/lamp*", after: 1, text: "Which lamp fits?"}]'
    boot = f"Anxin('boot', {{shop: 'star', locale: 'en', invite: {{rules: {rules}}}}})"
    url = put(host, "lamps.html", f'<script src="{elsewhere.base}/widget.js"></script><script>{boot}</script>')
    shop.goto(url)
    expect(shop.get_by_test_id("teaser")).to_contain_text("Which lamp fits?")
    shop.get_by_test_id("teaser").get_by_role("button").first.click()
    expect(shop.get_by_test_id("panel")).to_be_visible()
    shop.reload()
    expect(shop.get_by_test_id("launcher")).to_be_visible()
    shop.wait_for_timeout(2500)
    expect(shop.get_by_test_id("teaser")).to_have_count(0)


def test_what_comes_while_nobody_looks_is_counted_and_heard(
    shop: Page, elsewhere: RunningServer, host: tuple[str, Path]
) -> None:
    shop.add_init_script(AWAY)
    tag = f'<script src="{elsewhere.base}/widget.js" data-shop="star" data-locale="en"></script>'
    shop.goto(put(host, "away.html", tag))
    shop.get_by_test_id("launcher").click()
    shop.get_by_test_id("begin").click()
    say(shop, "Which payment methods do you take?")
    shop.get_by_test_id("composer").fill("How long does delivery take?")
    shop.evaluate(SEND_AND_GO)
    expect(shop).to_have_title("(1) Lamps")
    shop.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(shop).to_have_title("Lamps")
    expect(shop.get_by_test_id("badge")).to_have_text("1")
    assert shop.evaluate("window.notes") == 2


def test_a_shop_that_changes_pages_by_script_keeps_its_chat(
    shop: Page, elsewhere: RunningServer, host: tuple[str, Path]
) -> None:
    tag = f'<script src="{elsewhere.base}/widget.js" data-shop="star" data-locale="en"></script>'
    shop.goto(put(host, "app.html", tag))
    shop.get_by_test_id("launcher").click()
    shop.get_by_test_id("begin").click()
    say(shop, "Which payment methods do you take?")
    shop.evaluate("document.body = document.createElement('body'); history.pushState(null, '', '/cart')")
    expect(shop.get_by_test_id("message")).to_have_count(2)
    say(shop, "How long does delivery take?")
