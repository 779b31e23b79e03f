"""A buyer's request at the desk, by keyboard: taken down, copied, held, looked at, erased."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_desk import log_in
from tests.running import RunningServer


def test_an_admin_takes_requests_down_hands_a_copy_out_and_erases_what_is_not_held(
    page: Page, elsewhere: RunningServer, problems: list[str], tmp_path: Path
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    made = json.loads(elsewhere.anxin("agent", "add", "luo", "--shop", "star", "--role", "admin", "--json").stdout)
    asked = json.loads(elsewhere.anxin("ask", "--shop", "star", "--json", "我叫王小明，转人工").stdout)
    ticket = next(one["number"] for one in asked["parts"] if one["type"] == "ticket")
    log_in(page, elsewhere, made["name"], made["password"])
    expect(page.get_by_test_id("nav-settings")).to_be_visible()
    page.goto(f"{elsewhere.base}/desk#/settings/privacy")
    _taken_down(page, "T-99999", "export")
    expect(page.get_by_test_id("toast").last).to_contain_text("没有保存")
    page.get_by_test_id("request-who").fill(ticket)
    page.get_by_test_id("request-who").press("Enter")
    copy = page.get_by_test_id("request")
    with page.expect_download() as download:
        copy.get_by_test_id("request-take").press("Enter")
    download.value.save_as(tmp_path / "copy.zip")
    assert "王小明" in zipfile.ZipFile(tmp_path / "copy.zip").read("index.html").decode()
    expect(copy).to_have_attribute("data-state", "done")
    expect(page.locator('[data-testid="look"][data-what="export"]')).to_be_visible()

    _taken_down(page, ticket, "erase")
    page.get_by_test_id("hold-new").press("Enter")
    page.get_by_test_id("hold-subject").fill(ticket)
    page.get_by_test_id("hold-reason").fill("消协调解")
    page.get_by_test_id("hold-reason").press("Enter")
    hold = page.get_by_test_id("hold")
    expect(hold).to_have_attribute("data-stands", "true")
    page.get_by_test_id("request-look").press("Enter")
    expect(page.get_by_test_id("request-plan")).to_contain_text("消息")
    expect(page.get_by_test_id("request-erase")).to_be_disabled()
    hold.get_by_test_id("hold-lift").press("Enter")
    expect(page.get_by_test_id("request-erase")).to_be_enabled()
    page.get_by_test_id("request-erase").press("Enter")
    expect(page.locator('[data-testid="request"][data-state="done"]')).to_have_count(2)
    expect(page.get_by_test_id("privacy")).to_contain_text("已删除的买家")
    assert problems == ["Failed to load resource: the server responded with a status of 404 (Not Found)"]


def _taken_down(page: Page, person: str, kind: str) -> None:
    page.get_by_test_id("request-new").press("Enter")
    page.get_by_test_id(f"request-kind-{kind}").click()
    page.get_by_test_id("request-who").fill(person)
    page.get_by_test_id("request-who").press("Enter")
