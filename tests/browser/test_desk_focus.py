"""Whoever works the desk by its keys always knows where the hand is: never on the bare page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_desk import log_in, open_conversation, waits
from tests.running import RunningServer


def _in_the_queue(page: Page) -> None:
    expect(page.locator(".rows:focus, .rows :focus")).to_have_count(1)


def _at_the_talk(page: Page) -> None:
    expect(page.locator(".timeline")).to_be_focused()


@pytest.fixture
def seated(page: Page, server: RunningServer) -> str:
    """chen at the desk, nothing open; a conversation that waits."""
    page.set_default_timeout(45_000)
    conversation = waits(server, "我的卡密兑换失败，提示无效")
    log_in(page, server, "chen")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    return conversation


def test_after_the_login_the_hand_is_in_the_queue_and_walks_along_it(page: Page, seated: str) -> None:
    _in_the_queue(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("conversation")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_test_id("queue-search")).to_be_focused()
    page.keyboard.press("Escape")
    _in_the_queue(page)


def test_from_a_button_elsewhere_the_keys_take_the_hand_into_the_queue(page: Page, seated: str) -> None:
    page.get_by_test_id("nav-talks").focus()
    page.keyboard.press("j")
    _in_the_queue(page)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("conversation")).to_be_visible()


def test_dialogs_and_escape_give_the_hand_back(page: Page, seated: str) -> None:
    open_conversation(page, seated)
    page.keyboard.press("c")
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    page.keyboard.press("Escape")
    _at_the_talk(page)
    expect(page.get_by_test_id("transfer")).to_be_visible()  # the claim was acked, so it may be handed on
    for key, dialog in (("a", "dialog-transfer"), ("s", "dialog-snooze"), ("e", "dialog-resolve"), ("?", "shortcuts")):
        page.keyboard.press(key)
        expect(page.get_by_test_id(dialog)).to_be_visible()
        page.keyboard.press("Escape")
        _at_the_talk(page)
    page.get_by_test_id("transfer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("dialog-transfer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("transfer")).to_be_focused()


def test_a_button_that_goes_does_not_take_the_hand_with_it(page: Page, seated: str) -> None:
    open_conversation(page, seated)
    page.get_by_test_id("claim").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    page.keyboard.type("您好")
    page.keyboard.press("Enter")
    page.get_by_test_id("undo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    page.get_by_test_id("resolve").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("resolve-answered")).to_be_focused()
    page.get_by_test_id("dialog-submit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("conversation")).to_have_attribute("data-state", "resolved")
    _at_the_talk(page)
    page.get_by_test_id("nav-reports").focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("report-handoffs-value").focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("report-row").first.focus()
    page.keyboard.press("Enter")
    _at_the_talk(page)


def test_whoever_goes_on_elsewhere_while_a_claim_is_on_its_way_is_not_called_back(page: Page, seated: str) -> None:
    open_conversation(page, seated)
    held: list[Route] = []
    page.route(f"**/desk/conversations/{seated}?*", lambda route: held.append(route))  # noqa: PLW0108  # Playwright takes no built-in
    page.keyboard.press("c")
    expect(page.get_by_test_id("conversation")).to_have_attribute("data-state", "human")
    page.get_by_test_id("mode-note").focus()
    while not held:
        page.wait_for_timeout(50)
    with page.expect_response(f"**/desk/conversations/{seated}?*"):
        for one in held:
            one.continue_()
    page.evaluate(
        "new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 50))"
    )
    expect(page.get_by_test_id("mode-note")).to_be_focused()


def test_a_new_login_gives_the_hand_back_to_what_it_held(page: Page, server: RunningServer, seated: str) -> None:
    open_conversation(page, seated)
    page.keyboard.press("n")
    page.keyboard.type("写到一半")
    page.evaluate(
        "fetch('/api/v1/agent/session', {method: 'DELETE', headers: {Authorization: "
        "'Bearer ' + JSON.parse(localStorage.getItem('anxin:desk:session')).token}})"
    )
    expect(page.get_by_test_id("login-password")).to_be_focused()
    page.keyboard.type("star-desk-chen")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("login")).to_have_count(0)
    expect(page.get_by_test_id("composer-note")).to_be_focused()
