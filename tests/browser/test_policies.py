"""What was published of the policies, read at the desk by an admin, in both languages, by keys alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_desk import log_in
from tests.running import RunningServer

SHOTS = os.environ.get("ANXIN_POLICY_SHOTS")


def test_an_admin_reads_what_was_published_and_what_it_changed(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    made = server.anxin("agent", "add", "zhou", "--shop", "star", "--role", "admin", "--json")
    log_in(page, server, "zhou", json.loads(made.stdout)["password"])
    page.get_by_test_id("nav-policies").press("Enter")
    entry = page.get_by_test_id("publication").first
    expect(entry).to_contain_text("after-sales：2026-01-01 起生效")
    words = entry.get_by_test_id("publication-words")
    expect(words.locator('[data-sign="+"]').first).to_be_visible()
    expect(words.locator(".diff-sign").first).to_have_attribute("aria-label", "新增")
    _shot(page, "zh-light")
    entry.get_by_test_id("publication-diff").press("Enter")
    expect(words).to_have_count(0)
    entry.get_by_test_id("publication-diff").press("Enter")
    page.get_by_test_id("locale").press("Enter")
    expect(page.get_by_role("heading", name="Publications of the policies")).to_be_visible()
    expect(words.locator(".diff-sign").first).to_have_attribute("aria-label", "added")
    page.get_by_test_id("theme").press("Enter")
    _shot(page, "en-dark")
    assert problems == []


def test_other_agents_have_no_way_there(page: Page, server: RunningServer) -> None:
    log_in(page, server, "chen")
    expect(page.get_by_test_id("nav-policies")).to_have_count(0)
    page.goto(f"{server.base}/desk#/policies")
    expect(page.get_by_test_id("policies")).to_be_visible()
    expect(page.get_by_test_id("publication")).to_have_count(0)


def _shot(page: Page, name: str) -> None:
    """For people who look at it: ANXIN_POLICY_SHOTS names the folder."""
    if SHOTS:
        page.wait_for_timeout(400)
        page.screenshot(path=Path(SHOTS) / f"policies-{name}.png")
