"""A refund at the desk, from the conversation to the proof: four eyes, refusals in words, and one in doubt."""

from __future__ import annotations

import sqlite3

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_desk import log_in, open_conversation, proves, seats
from tests.running import RunningServer

__all__ = ["seats"]
ORDER, PROOF = "SC20260301001", "lotus-2026"


def one(page: Page, number: str) -> Locator:
    return page.get_by_test_id("refund").and_(page.locator(f'[data-number="{number}"]'))


def doubtful(server: RunningServer, number: str) -> None:
    """As though a day had gone by since it was begun: the server finds out for itself."""
    with sqlite3.connect(server.data_dir / "anxin.sqlite", timeout=60) as record:
        record.execute("UPDATE refunds SET deadline = 0 WHERE refund_no = ?", (int(number.removeprefix("R-")),))
    record.close()


def barred(entry: Locator, step: str, why: str, who: list[str]) -> None:
    """A step that this agent may not take is there and says why, also to who hears the page, and who could."""
    button, told = entry.get_by_test_id(f"refund-{step}"), entry.get_by_test_id(f"refund-bar-{step}")
    expect(button).to_be_disabled()
    expect(told).to_contain_text(why)
    for name in who:
        expect(told).to_contain_text(name)
    assert button.get_attribute("aria-describedby") == told.get_attribute("id")


def test_a_refund_is_asked_for_approved_carried_out_and_settled_by_people_who_are_not_the_same(
    seats: tuple[Page, Page], server: RunningServer, problems: list[str]
) -> None:
    chen, lin = seats
    conversation = proves(server, "我要退款", ORDER, PROOF)
    log_in(chen, server, "chen")
    log_in(lin, server, "lin")
    open_conversation(chen, conversation)
    chen.get_by_test_id("refund-ask").press("Enter")
    chen.get_by_test_id("refund-amount").fill("12.00")
    chen.get_by_test_id("refund-reason").fill("兑换失败，截图已核对")
    chen.get_by_test_id("dialog-submit").press("Enter")
    expect(chen.get_by_test_id("dialog-refund")).to_have_count(0)
    here = chen.get_by_test_id("ctx-refund")
    expect(here).to_have_attribute("data-state", "requested")
    number = here.locator("code").inner_text()

    expect(lin.get_by_test_id("nav-refunds").locator(".rail-badge")).to_be_visible()  # lin may approve it
    chen.get_by_test_id("nav-refunds").press("Enter")
    mine = one(chen, number)
    barred(
        mine,
        "approval",
        "批准：超过店铺门槛、没有判定依据或订单被冻结时，须由主管批准。",
        ["林晓 Lin", "苏敏 Su", "何静 He"],
    )
    mine.get_by_test_id("refund-approval").press("Enter")
    expect(mine).to_have_attribute("data-state", "requested")
    lin.get_by_test_id("nav-refunds").press("Enter")
    one(lin, number).get_by_test_id("refund-approval").press("Enter")
    expect(mine).to_have_count(0)  # heard live: it waits for something else now
    lin.get_by_test_id("refunds-due").press("Enter")
    theirs = one(lin, number)
    barred(theirs, "execution", "执行：批准人不能执行自己批准的退款：请找同事执行。", ["陈默 Chen"])
    expect(theirs.get_by_test_id("refund-cancellation")).to_be_enabled()

    chen.get_by_test_id("refunds-due").press("Enter")
    mine.get_by_test_id("refund-execution").press("Enter")
    expect(mine.get_by_test_id("refund-text")).to_be_focused()
    expect(mine.get_by_test_id("refund-by-hand")).to_contain_text("不会替您转账")
    expect(mine.get_by_test_id("refund-go")).to_have_text("先标为执行中")
    mine.get_by_test_id("refund-text").fill("支付宝 1")
    expect(mine.get_by_test_id("refund-go")).to_have_text("登记为已退")
    mine.get_by_test_id("refund-text").fill("")
    chen.keyboard.press("Enter")
    expect(mine).to_have_attribute("data-state", "executing")
    doubtful(server, number)
    lin.get_by_test_id("refunds-doubt").press("Enter")
    theirs.get_by_test_id("refund-settlement").press("Enter")
    theirs.get_by_test_id("refund-outcome-done").press("Space")
    theirs.get_by_test_id("refund-text").fill("11月账单第 4 行")
    theirs.get_by_test_id("refund-text").press("Enter")
    expect(theirs).to_have_count(0)
    lin.get_by_test_id("refunds-all").press("Enter")
    expect(theirs).to_have_attribute("data-state", "done")
    theirs.get_by_test_id("refund-trail").press("Enter")
    expect(theirs.get_by_test_id("refund-steps")).to_contain_text("存疑 · 系统")
    expect(theirs.get_by_test_id("refund-steps")).to_contain_text("已完成 · 林晓 Lin")
    expect(theirs.get_by_test_id("refund-steps")).to_contain_text("到时没有答复")
    expect(theirs.get_by_test_id("refund-steps")).to_contain_text("已下结论：11月账单第 4 行")
    lin.get_by_test_id("locale").click()
    expect(lin.get_by_test_id("refund").first).to_contain_text("asked by")
    open_conversation(lin, conversation)
    expect(lin.get_by_test_id("ctx-refund")).to_have_attribute("data-state", "done")
    assert problems == []
