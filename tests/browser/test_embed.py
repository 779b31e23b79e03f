from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.heard import until
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


HEARD = """
window.heard = [];
window.Anxin = function () { (Anxin.q = Anxin.q || []).push(arguments) };
for (const name of ["ready", "open", "close", "unread", "message", "handoff", "error"])
  Anxin("on", name, value => heard.push([name, value]));
"""


def test_each_call_of_the_page_does_what_it_says_and_each_event_is_heard(
    shop: Page, elsewhere: RunningServer, host: tuple[str, Path], warnings: list[str]
) -> None:
    tag = f'<script>{HEARD}</script><script async src="{elsewhere.base}/widget.js" data-shop="star" data-locale="en">'
    calls = "Anxin('open', {prefill: 'Where is it?'}); Anxin('update', {user: {name: 'Ming Vase'}})"
    shop.goto(put(host, "calls.html", f"{tag}</script><script>{calls}</script>"))
    expect(shop.get_by_test_id("composer")).to_have_value("Where is it?")
    shop.get_by_test_id("composer").fill("I want a person")
    shop.get_by_test_id("composer").press("Enter")
    until(shop, lambda: bool(shop.evaluate("heard.some(([name]) => name === 'handoff')")))
    _seen_by_agents(elsewhere, "Ming Vase")
    told = shop.evaluate("heard.filter(([name]) => name === 'message').map(([, one]) => one.author)")
    assert "assistant" in told
    _changes_by_update(shop)
    shop.evaluate("Anxin('close')")
    expect(shop.get_by_test_id("panel")).to_have_count(0)

    token = elsewhere.anxin("token", "buyer", "--shop", "star", "--sub", "alice").stdout.strip()
    shop.evaluate("token => Anxin('identify', token)", token)
    shop.evaluate("Anxin('open')")
    shop.get_by_test_id("back").or_(shop.get_by_test_id("tab-home")).first.click()
    shop.get_by_test_id("tab-home").click()
    expect(shop.get_by_test_id("home-orders")).to_be_visible()
    shop.evaluate("Anxin('shutdown')")
    expect(shop.get_by_test_id("launcher")).to_have_count(0)
    assert [key for key in shop.evaluate("Object.keys(localStorage)") if "anxin" in key] == []
    names = [name for name, _ in shop.evaluate("heard")]
    assert {"ready", "open", "close", "message", "handoff"} <= set(names)
    assert "error" not in names
    assert warnings == []


def _seen_by_agents(server: RunningServer, name: str) -> None:
    """One who waits is known to agents by this name, which nobody has checked."""
    made = json.loads(server.anxin("agent", "add", "seer", "--shop", "star", "--role", "agent", "--json").stdout)
    desk = {"Authorization": f"Bearer {server.login(made['name'], made['password'])}"}
    queue = httpx.get(f"{server.base}/api/v1/desk/queue", params={"view": "waiting"}, headers=desk).json()["rows"]
    assert [one["buyer"]["verified"] for one in queue if one["buyer"]["name"].startswith(f"{name} · ")] == [False]


def _changes_by_update(shop: Page) -> None:
    root, send = shop.locator("anxin-chat .root"), shop.get_by_test_id("send")

    def accent(colour: str) -> str:
        shop.evaluate("colour => Anxin('update', {theme: {accent: colour, scheme: 'dark'}})", colour)
        return str(send.evaluate("node => getComputedStyle(node).getPropertyValue('--accent')"))

    shop.evaluate("Anxin('update', {theme: {scheme: 'dark'}, position: 'start', offset: {y: 40}})")
    expect(root).to_have_attribute("data-scheme", "dark")
    expect(root).to_have_attribute("data-position", "start")
    assert root.evaluate("node => node.style.getPropertyValue('--dy')") == "40px"
    assert accent("#b3261e") != accent("#0b6e4f")  # another colour and nothing else


def test_a_help_page_holds_the_chat_in_its_own_place(
    shop: Page, elsewhere: RunningServer, host: tuple[str, Path]
) -> None:
    tag = f'<script async src="{elsewhere.base}/widget.js" data-shop="star" data-locale="en"></script>'
    here = '<h1>Help</h1><anxin-chat mode="inline" style="display: block; height: 600px"></anxin-chat><p>below</p>'
    shop.goto(put(host, "help.html", here + tag))
    shop.get_by_test_id("begin").click()
    expect(say(shop, "Which payment methods do you take?")).to_contain_text("Alipay")
    expect(shop.get_by_test_id("launcher")).to_have_count(0)
    panel, below = shop.get_by_test_id("panel").bounding_box(), shop.get_by_text("below").bounding_box()
    assert panel is not None
    assert below is not None
    assert panel["height"] > 300
    assert panel["y"] + panel["height"] <= below["y"] + 1
