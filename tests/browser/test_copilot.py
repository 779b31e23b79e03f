"""Beside the agent: a draft with its sources, taken over or put aside, and a solved ticket to be read."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import watch
from tests.browser.test_desk import log_in, open_conversation, waits
from tests.running import RunningServer


@pytest.fixture
def page(browser: Browser, problems: list[str]) -> Iterator[Page]:
    """A desk in English, wide enough for all three panes."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(45_000)
    watch(page, problems)
    yield page
    context.close()


def test_a_draft_is_looked_at_put_aside_and_taken(server: RunningServer, page: Page, problems: list[str]) -> None:
    before = waits(server, "This is a counterfeit card, you are not authorised to sell these!")
    log_in(page, server, "lin")
    open_conversation(page, before)
    page.get_by_test_id("claim").click()
    page.get_by_test_id("mode-reply").click()
    page.get_by_test_id("resolve").click()
    page.get_by_test_id("resolve-more").fill("The register shows the path.")
    page.get_by_test_id("dialog-submit").click()
    key = waits(server, "This is a counterfeit card, you are not authorised to sell these!")
    open_conversation(page, key)
    page.get_by_test_id("claim").click()
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    _stops(page)
    _draft(page)
    page.locator(".copilot-text .cite").first.click()
    source = page.get_by_test_id("copilot-source").first
    expect(source).to_have_attribute("open", "")
    source.get_by_test_id("source-whole").click()
    expect(source.get_by_test_id("source-whole")).to_have_count(0)
    page.get_by_test_id("suggestion-reject").click()
    expect(page.get_by_test_id("why-wrong")).to_be_focused()  # the first field, not the reply to the buyer
    page.get_by_test_id("why-tone").check()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("copilot-text")).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("copilot-draft")).to_be_visible()
    expect(page.get_by_test_id("copilot-text")).to_have_count(0)
    said = _draft(page)
    page.get_by_test_id("suggestion-insert").click()
    expect(page.get_by_test_id("composer-reply")).to_have_value(said)
    expect(page.get_by_test_id("suggestion")).to_have_count(0)
    _reads_the_solved_one(page)
    assert problems == []


def _stops(page: Page) -> None:
    """A draft that is on its way is stopped by Escape, and the hand is where it was."""
    page.route("**/suggestion", lambda route: None)
    page.get_by_test_id("copilot-draft").press("Enter")
    expect(page.get_by_test_id("copilot-stop")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("copilot-draft")).to_be_focused()
    expect(page.get_by_test_id("copilot-told")).to_contain_text("Stopped")
    page.unroute("**/suggestion")


def _draft(page: Page) -> str:
    """Ask for a draft by its key; what an agent would send of it."""
    heard: list[str] = []

    def pass_on(route: Route) -> None:  # the browser keeps no body of a stream
        answer = route.fetch()
        heard.append(answer.text())
        route.fulfill(response=answer)

    page.route("**/suggestion", pass_on)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("d")
    expect(page.get_by_test_id("copilot-text")).to_be_focused()
    expect(page.get_by_test_id("copilot-told")).to_have_text("The draft is ready")
    page.unroute("**/suggestion")
    told = heard[0].strip().split("\n\n")
    body = json.loads(told.pop().removeprefix("event: done\ndata: "))
    assert "".join(json.loads(one.split("data: ")[1])["text"] for one in told) == body["text"]
    assert body["citations"]
    text = str(body["text"])
    for cited in body["citations"]:
        text = text.replace(f" [{cited['n']}]", "").replace(f"[{cited['n']}]", "")
    return text.strip()


def _reads_the_solved_one(page: Page) -> None:
    """Nothing in it can be written or changed."""
    solved = page.get_by_test_id("similar").first
    expect(solved).to_contain_text("The register shows the path.")
    solved.click()
    past = page.get_by_test_id("dialog-past")
    expect(past.get_by_test_id("past-end")).to_contain_text("The register shows the path.")
    expect(past.get_by_test_id("message").first).to_be_visible()
    expect(past.locator("textarea, input, select")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(past).to_have_count(0)
    expect(page.get_by_test_id("composer-reply")).to_be_visible()
