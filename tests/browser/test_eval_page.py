"""The report of an evaluation in a browser: in two languages, on a phone, searched, and without a request."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.evals.test_page import page as report


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Page:
    report().write(tmp_path / "eval.html")
    page = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 800}).new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "eval.html").as_uri())
    assert (problems, len(asked)) == ([], 1)
    return page


def test_a_failed_case_is_found_and_read_on_a_phone(opened: Page) -> None:
    expect(opened.get_by_role("heading", level=1)).to_have_text("How good the answers are", use_inner_text=True)
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened.get_by_role("searchbox").fill("极光月卡")
    expect(opened.locator(".case:visible")).to_have_count(1)
    opened.locator(".case:visible summary").click()
    expect(opened.locator(".bubble.buyer").first).to_be_visible()
    opened.get_by_role("button", name="中文").click()
    expect(opened.get_by_role("heading", level=1)).to_have_text("回答质量报告", use_inner_text=True)
    opened.context.close()
