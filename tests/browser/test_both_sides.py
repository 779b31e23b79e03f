"""The demo page with the desk beside the store: one visitor, both sides of a dispute."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.conftest import watch
from tests.running import RunningServer

WIDE = ViewportSize(width=1440, height=900)
AGENT = "林晓 Lin"
UNDONE_MS = 45_000
"""An agent may take a reply back for five seconds before it goes."""
BACK_MS = 60_000
"""A stopped server needs some seconds to be back, and a page up to half a minute to try again."""
MEANWHILE = "断线时写的一句"
REPLY = "您好，我来为您复核这张订单。"


def _demo(page: Page, server: RunningServer) -> None:
    page.set_viewport_size(WIDE)
    page.goto(f"{server.base}/demo")
    page.get_by_test_id("buyer-alice").click()


def test_a_dispute_goes_to_a_person_and_is_rated_in_one_window(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    _demo(page, server)
    desk = page.frame_locator('[data-testid="desk-frame"]')
    page.get_by_test_id("step-dispute").click()
    page.get_by_test_id("composer").press("Enter")
    page.get_by_test_id("review-button").last.click()
    expect(page.get_by_test_id("handoff-queue")).to_be_visible()
    expect(page.get_by_test_id("handoff-button")).to_be_disabled()

    desk.get_by_test_id("claim").first.click()  # the case has opened by itself
    expect(page.get_by_test_id("handoff-assigned")).to_contain_text(AGENT)
    expect(page.get_by_test_id("thread-name")).to_have_text(AGENT)

    desk.locator("textarea").first.fill(REPLY)
    desk.locator("textarea").first.press("Enter")
    said = page.locator('[data-testid="message"][data-author="agent"]')
    expect(said).to_contain_text(REPLY, timeout=UNDONE_MS)
    expect(said.get_by_test_id("human-mark")).to_be_visible()
    expect(said.get_by_test_id("ai-mark")).to_have_count(0)
    expect(page.get_by_test_id("handoff-joined")).to_be_visible()

    desk.get_by_test_id("resolve").first.click()
    desk.get_by_test_id("dialog-resolve").get_by_test_id("dialog-submit").click()
    page.get_by_test_id("resolved-yes").click()
    page.get_by_test_id("rate-5").click()
    page.get_by_test_id("rate-tag-clear").click()
    page.get_by_test_id("rate-send").click()
    expect(page.get_by_test_id("rated")).to_be_visible()
    expect(page.get_by_test_id("rate-send")).to_have_count(0)
    assert problems == []


def test_one_fact_turns_the_verdict_and_one_byte_breaks_its_proof(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    _demo(page, server)
    page.get_by_test_id("nav-what-if").click()
    before, after = page.get_by_test_id("verdict-before"), page.get_by_test_id("verdict-after")
    expect(before).to_have_attribute("data-verdict", "grant")
    page.get_by_test_id("fact-delivery.state-yes").click()
    expect(after).to_have_attribute("data-turned", "true")
    expect(after).to_have_attribute("data-verdict", "refuse")
    expect(before).to_have_attribute("data-verdict", "grant")

    page.get_by_test_id("verify-proof").click()
    expect(page.get_by_test_id("proof-holds")).to_have_attribute("data-holds", "true")
    page.get_by_test_id("break-byte").click()
    expect(page.get_by_test_id("proof-fails")).to_have_attribute("data-holds", "false")
    assert problems == []


@pytest.fixture
def own_server(untouched: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """Not the one that other tests use, for it is stopped."""
    running = RunningServer(shutil.copytree(untouched, tmp_path, dirs_exist_ok=True)).start()
    yield running
    assert running.stop() == 0


def test_the_server_is_stopped_from_the_page_and_the_chat_goes_on(page: Page, own_server: RunningServer) -> None:
    _demo(page, own_server)
    desk = page.frame_locator('[data-testid="desk-frame"]')
    page.get_by_test_id("step-person").click()
    page.get_by_test_id("composer").press("Enter")
    desk.get_by_test_id("claim").first.click()
    expect(page.get_by_test_id("handoff-assigned")).to_contain_text(AGENT)

    page.get_by_test_id("stop-server").click()
    expect(page.get_by_test_id("state-reconnecting")).to_be_visible()
    page.get_by_test_id("composer").fill(MEANWHILE)
    page.get_by_test_id("composer").press("Enter")
    expect(page.get_by_test_id("guide-look")).to_have_attribute("data-power", "back", timeout=BACK_MS)
    said = desk.locator('[data-testid="message"][data-author="buyer"]').filter(has_text=MEANWHILE)
    expect(said).to_have_count(1, timeout=BACK_MS)
    expect(page.locator('[data-testid="message"]').filter(has_text=MEANWHILE)).to_have_count(1)
    expect(page.locator('[data-testid="message"][data-state]')).to_have_count(0)
    assert own_server.process is not None
    assert own_server.process.poll() is None
    assert own_server.log().count("Anxin is ready") == 2


def test_a_phone_shows_one_side_at_a_time(context: BrowserContext, server: RunningServer, problems: list[str]) -> None:
    page = context.new_page()
    watch(page, problems)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{server.base}/demo")
    expect(page.get_by_test_id("store-pane")).to_be_visible()
    expect(page.get_by_test_id("desk-pane")).to_have_count(0)
    page.get_by_test_id("side-desk").click()
    expect(page.get_by_test_id("store-pane")).to_be_hidden()
    expect(page.frame_locator('[data-testid="desk-frame"]').get_by_test_id("desk")).to_be_visible()
    page.get_by_test_id("side-buyer").click()
    expect(page.get_by_test_id("desk-pane")).to_be_hidden()
    page.get_by_test_id("launcher").click()
    expect(page.get_by_test_id("panel")).to_be_visible()
    assert problems == []


def test_a_policy_draft_tells_what_it_would_have_moved(page: Page, server: RunningServer, problems: list[str]) -> None:
    page.set_viewport_size(WIDE)
    page.goto(f"{server.base}/demo#/what-if")
    page.get_by_test_id("draft-goodwill").click()
    result = page.get_by_test_id("draft-result")
    expect(result).to_contain_text("个决定中")
    expect(result).to_contain_text("退款变化")
    expect(page.get_by_test_id("draft-goodwill")).to_have_attribute("aria-pressed", "true")
    assert problems == []
