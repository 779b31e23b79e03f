"""An agent asks what would change a decision, and is told what the engine makes of each change."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_desk import log_in, open_conversation, waits
from tests.running import RunningServer


@pytest.mark.parametrize(
    ("locale", "said", "condition", "change"),
    [
        (
            "zh-CN",
            "SC20261103001 jade-29 我不想要了，申请退款",
            "下单时确认过交付后不可退",
            "如果下单时没有确认过交付后不可退（现在：是），结论会变成：转人工判断。",
        ),
        (
            "en",
            "SC20261103001 jade-29 I no longer want it, refund please",
            "It was confirmed at purchase that nothing can be returned after delivery",
            "If it was not confirmed at purchase that nothing can be returned after delivery (now: yes), the decision",
        ),
    ],
)
def test_an_agent_sees_which_facts_would_change_a_refusal(
    page: Page, server: RunningServer, problems: list[str], locale: str, said: str, condition: str, change: str
) -> None:
    page.add_init_script(f"localStorage.setItem('anxin:desk:locale', '{locale}')")
    conversation = waits(server, said)
    log_in(page, server, "lin")
    expect(page.get_by_test_id("view-waiting")).to_be_visible()
    open_conversation(page, conversation)
    expect(page.get_by_test_id("why").first).to_contain_text(condition)
    panel = page.get_by_test_id("would-change").first
    panel.locator("summary").click()
    rows = panel.locator("li")
    expect(rows.first).to_be_visible()
    assert rows.count() >= 2
    expect(panel).to_contain_text("39.00")
    expect(panel).to_contain_text(change)
    passed = page.get_by_test_id("passed").first
    passed.locator("summary").click()
    assert passed.locator("li").count() >= 3
    assert problems == []
