"""What a buyer asked and nothing answered becomes an article at the desk, by keys alone, and leaves the list."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_desk import log_in, waits
from tests.running import RunningServer

ASKED = "公会怎么创建"


def test_an_unanswered_question_is_written_up_and_put_aside(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    conversation = waits(server, ASKED)
    log_in(page, server, "chen")
    page.get_by_test_id("nav-unanswered").press("Enter")
    group = page.get_by_test_id("asked-group").filter(has_text=ASKED)
    group.get_by_test_id("asked-write").press("Enter")
    text = page.get_by_test_id("draft-text")
    expect(text).to_be_focused()
    page.keyboard.type("在公会页面点创建。")
    with page.expect_download() as download:
        page.get_by_test_id("draft-save").press("Enter")
    saved = Path(download.value.path()).read_text("utf-8")
    assert f"\n- {ASKED}\n" in saved
    assert saved.endswith("\n---\n在公会页面点创建。")
    assert download.value.suggested_filename.startswith("asked-")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("draft")).to_have_count(0)
    expect(group.get_by_test_id("asked-write")).to_be_focused()

    group.get_by_test_id("asked-dismiss").press("Enter")
    expect(group.get_by_test_id("asked-undo")).to_be_visible()
    page.get_by_test_id("asked-days-7").click()
    expect(page.get_by_test_id("unanswered").locator(".skeleton")).to_have_count(0)
    expect(group).to_have_count(0)

    page.goto(f"{server.base}/desk#/unanswered")
    expect(page.get_by_test_id("unanswered")).to_be_visible()
    page.goto(f"{server.base}/desk#/c/{conversation}")
    expect(page.get_by_test_id("message").first).to_contain_text(ASKED)
    assert problems == []
