"""A case's evidence at the desk, and its supplier: read, added to, taken away, seen to break where it was altered."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from support.service.evidence_verify import verify_folder
from tests.browser.test_desk import log_in, open_conversation
from tests.browser.test_desk_tickets import asks_twice, card, number
from tests.running import RunningServer


def altered(server: RunningServer, ticket: str) -> None:
    """As though whoever owns the machine had changed, under the database's own guard, what was found out."""
    with sqlite3.connect(server.data_dir / "anxin.sqlite", timeout=60) as record:
        guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'evidence_parts'"
        guarded = record.execute(guards).fetchall()
        for name, _ in guarded:
            record.execute(f"DROP TRIGGER {name}")
        found = record.execute("SELECT id FROM tickets WHERE ticket_no = ?", (int(ticket.removeprefix("T-")),))
        changed = "UPDATE evidence_parts SET value = replace(value, '同批', '别的') WHERE ticket = ?"
        record.execute(changed, found.fetchone())
        for _, guard in guarded:
            record.execute(guard)
    record.close()


def test_evidence_is_read_added_to_taken_away_and_shows_where_it_was_altered(
    page: Page, server: RunningServer, tmp_path: Path, problems: list[str]
) -> None:
    conversation, _ = asks_twice(server)
    log_in(page, server, "lin")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(page, conversation)
    page.get_by_test_id("claim").click()
    expect(card(page)).to_have_attribute("data-state", "open")
    ticket = number(page)
    card(page).get_by_test_id("ticket-supplier").press("Enter")
    page.get_by_test_id("dialog-submit").press("Enter")
    expect(page.get_by_test_id("dialog-supplier").get_by_test_id("supplier-link")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_test_id("nav-suppliers").press("Enter")
    asked = page.locator(".supply-asked", has_text=f"{ticket} ·")
    expect(asked.get_by_test_id("supplier-request")).to_have_attribute("data-state", "asked")
    expect(page.get_by_test_id("supply-rate").first).to_have_attribute("data-party", "supplier")
    page.get_by_test_id("supply-days-7").press("Enter")
    asked.get_by_test_id("supply-open").press("Enter")
    card(page).get_by_test_id("ticket-evidence").press("Enter")

    chain = page.get_by_test_id("evidence-chain")
    expect(chain).to_have_attribute("data-holds", "true")
    page.get_by_test_id("finding").press("Enter")
    page.get_by_test_id("finding-text").fill("同批的另外三张卡也失效")
    page.get_by_test_id("finding-text").press("Control+Enter")
    page.get_by_test_id("evidence-kind").filter(has_text="核实").press("Enter")
    expect(page.get_by_test_id("evidence-item")).to_contain_text("同批的另外三张卡也失效")
    page.get_by_test_id("evidence-all").press("Enter")
    with page.expect_popup() as opened:
        page.get_by_test_id("evidence-read-buyer").press("Enter")
    expect(opened.value.locator("h1")).to_contain_text(ticket)
    expect(opened.value.locator("body")).not_to_contain_text("同批的另外三张卡")
    opened.value.close()
    with page.expect_download() as download:
        page.get_by_test_id("evidence-shop").press("Enter")
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    assert verify_folder(tmp_path / ticket) == ()

    altered(server, ticket)
    page.reload()
    expect(chain).to_have_attribute("data-holds", "false")
    page.get_by_test_id("locale").click()
    expect(chain).to_contain_text("Breaks at item")
    assert problems == []
