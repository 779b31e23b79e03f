"""An agent asks what would change a decision, and is told what the engine makes of each change."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_desk import log_in, open_conversation, waits
from tests.running import RunningServer


@pytest.mark.parametrize(
    ("locale", "said", "words"),
    [
        ("zh-CN", "SC20261103001 jade-29 我不想要了，申请退款", ("什么会改变这个结论", "转人工")),
        ("en", "SC20261103001 jade-29 I no longer want it, refund please", ("What would change this", "refer")),
    ],
)
def test_an_agent_sees_which_facts_would_change_a_refusal(
    page: Page, server: RunningServer, problems: list[str], locale: str, said: str, words: tuple[str, str]
) -> None:
    page.add_init_script(f"localStorage.setItem('anxin:desk:locale', '{locale}')")
    conversation = waits(server, said)
    log_in(page, server, "lin")
    expect(page.get_by_test_id("view-waiting")).to_be_visible()
    open_conversation(page, conversation)
    panel = page.get_by_test_id("would-change").first
    panel.locator("summary").click()
    rows = panel.locator("li")
    expect(rows.first).to_be_visible()
    assert rows.count() >= 2
    expect(panel).to_contain_text("39.00")
    assert problems == []
    panel.scroll_into_view_if_needed()
