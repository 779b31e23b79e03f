"""The desk's queue: all tickets searched at the server, ten thousand rows scrolled, the same done to several."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import partial
from statistics import median
from typing import Any

import httpx
from playwright.sync_api import Page, Route, expect

from tests.browser.heard import until
from tests.browser.test_desk import beside, log_in, proves, waits
from tests.running import Desk, RunningServer

ROWS = 10_000
ROW = 88
LONGEST_DOM = 60
"""Rows that may be drawn at once, whatever the list's length."""


def search(page: Page, words: str) -> None:
    page.keyboard.press("/")
    expect(page.get_by_test_id("queue-search")).to_be_focused()
    page.get_by_test_id("queue-search").fill(words)


def row(page: Page, conversation: str) -> Any:
    return page.locator(f'[data-testid="queue-row"][data-conversation="{conversation}"]')


def ready(page: Page, server: RunningServer) -> None:
    log_in(page, server, "chen")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")


def test_every_ticket_is_found_by_what_was_said_and_a_failure_can_be_tried_again(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    conversation = waits(server, "抹香鲸礼包的卡密兑换失败", "补充一下，昨天买的")
    ready(page, server)
    page.get_by_test_id("view-snoozed").click()
    search(page, "抹香鲸")
    expect(row(page, conversation)).to_contain_text("抹香鲸礼包")
    page.get_by_test_id("queue-search").fill("独角鲸的角")
    expect(page.get_by_text("没有符合“独角鲸的角”的会话")).to_be_visible()
    assert problems == []
    page.route("**/api/v1/desk/tickets?*", lambda route: route.abort())
    page.get_by_test_id("queue-search").fill("抹香鲸 昨天")
    expect(page.get_by_test_id("search-failed")).to_be_visible()
    page.unroute("**/api/v1/desk/tickets?*")
    page.get_by_test_id("search-again").click()
    expect(row(page, conversation)).to_be_visible()
    page.get_by_test_id("queue-search").press("Escape")
    expect(row(page, conversation)).to_have_count(0)


def many(route: Route, rows: int) -> None:
    """What the server tells of one conversation, told of so many."""
    answer = route.fetch()
    told = answer.json()
    first, told["rows"], told["next"] = told["rows"][0], [], None
    for n in range(rows):
        one = deepcopy(first) if n == 0 else {**first, "conversation": {**first["conversation"], "id": f"many-{n:05}"}}
        one["conversation"]["updated_at"] = f"2026-01-01T00:00:{n // 1000:02}.{n % 1000:03}Z"
        told["rows"].append(one)
    route.fulfill(response=answer, body=json.dumps(told))


SCROLL = """async ([times, step]) => {
  const rows = document.querySelector('.rows');
  const one = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  let most = 0;
  for (let i = 1; i <= times; i++) {
    rows.scrollTop = i * step;
    await one();
    most = Math.max(most, rows.querySelectorAll('.row-item').length);
  }
  return most;
}"""


FRAME = """async (to) => {
  document.querySelector('.rows').scrollTop = to;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}"""
FRAMES, SCREEN = 60, 8
"""… and rows that a screen shows: no hand scrolls faster than one of these a frame."""
FEW = FRAMES * SCREEN + SCREEN
DEARER = 1.5
"""How much more a frame may cost in the long list than in a short one. By how many milliseconds is the machine's
matter: 60 frames a second leave it 16.7, and what it took is printed."""


def frame_costs(page: Page, frames: int, step: int) -> list[float]:
    """Milliseconds of its own processor time that the page's thread works in each frame of a scroll.

    By thread time, which a machine that is busy otherwise does not lengthen.
    """
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        return float(
            next(one["value"] for one in cdp.send("Performance.getMetrics")["metrics"] if one["name"] == "TaskDuration")
        )

    costs, before = list[float](), worked()
    for frame in range(1, frames + 1):
        page.evaluate(FRAME, frame * step)
        after = worked()
        costs.append((after - before) * 1000)
        before = after
    return costs


def scrolled(page: Page, rows: int) -> float:
    """The median frame of a list of so many, scrolled a whole screen a frame."""
    page.get_by_test_id("view-all").click()
    until(page, lambda: int(page.get_by_test_id("rows").get_attribute("data-n") or 0) >= rows)
    return median(frame_costs(page, FRAMES, ROW * SCREEN))


def test_of_ten_thousand_rows_only_those_in_sight_are_drawn_and_each_knows_its_place(
    page: Page, server: RunningServer
) -> None:
    waits(server, "会员没有到账")
    page.route("**/api/v1/desk/queue?*", partial(many, rows=FEW))
    ready(page, server)
    short = scrolled(page, FEW)
    page.unroute("**/api/v1/desk/queue?*")
    page.route("**/api/v1/desk/queue?*", partial(many, rows=ROWS))
    page.reload()
    long = scrolled(page, ROWS)
    print(f"a frame one screen further down: {long:.1f} ms of {ROWS} rows, {short:.1f} ms of {FEW}")
    assert long <= short * DEARER, "what a frame costs grows with the list"
    n = int(page.get_by_test_id("rows").get_attribute("data-n") or 0)
    page.evaluate("document.querySelector('.rows').scrollTop = 0")
    assert page.evaluate(SCROLL, [40, ROW * 200]) <= LONGEST_DOM
    page.evaluate("document.querySelector('.rows').scrollTop = 1e9")
    last = page.locator(f'.row-item[aria-posinset="{n}"]')
    expect(last).to_be_in_viewport()
    expect(last).to_have_attribute("aria-setsize", str(n))
    last.get_by_test_id("queue-row").focus()
    page.keyboard.press("k")
    above = page.locator(f'.row-item[aria-posinset="{n - 1}"]').get_by_test_id("queue-row")
    expect(above).to_be_focused()
    page.evaluate("document.querySelector('.rows').scrollTop = 0")
    expect(page.locator('.row-item[aria-posinset="1"]')).to_be_in_viewport()
    expect(above).to_be_focused()
    page.keyboard.press("j")
    expect(last.get_by_test_id("queue-row")).to_be_focused()
    expect(last).to_be_in_viewport()


def test_the_same_is_done_to_several_and_what_is_refused_says_why(page: Page, server: RunningServer) -> None:
    chats = [waits(server, f"蓝鳍金枪鱼兑换码提示无效，第{n}单") for n in ("一", "二", "三")]
    ready(page, server)
    search(page, "蓝鳍金枪鱼")
    for chat in chats:
        expect(row(page, chat)).to_be_visible()
    newest, second, oldest = (row(page, chat) for chat in reversed(chats))
    bar = page.get_by_test_id("bulk-bar")
    newest.focus()
    page.keyboard.press("x")
    expect(bar).to_have_attribute("data-n", "1")
    oldest.click(modifiers=["Shift"])
    expect(bar).to_have_attribute("data-n", "3")

    page.get_by_test_id("bulk-tag").click()
    page.get_by_test_id("bulk-value").fill("tuna")
    page.get_by_test_id("dialog-submit").click()
    told = page.get_by_test_id("bulk-told")
    expect(told).to_have_attribute("data-done", "3")
    expect(told).to_have_attribute("data-refused", "0")
    page.get_by_test_id("dialog-submit").click()
    expect(bar).to_have_count(0)

    for one in (newest, second):
        one.click(modifiers=["Control"])
    page.get_by_test_id("bulk-assign").click()
    page.get_by_test_id("dialog-bulk").get_by_text("陈").first.click()
    page.get_by_test_id("dialog-submit").click()
    expect(told).to_have_attribute("data-done", "2")
    page.get_by_test_id("dialog-submit").click()

    newest.click(modifiers=["Control"])
    page.get_by_test_id("bulk-all").click()
    expect(bar).to_have_attribute("data-n", "3")
    page.get_by_test_id("bulk-resolve").click()
    page.get_by_test_id("dialog-submit").click()
    expect(told).to_have_attribute("data-done", "2")
    expect(page.get_by_test_id("bulk-refused")).to_have_count(1)
    page.get_by_test_id("dialog-submit").click()
    expect(bar).to_have_attribute("data-n", "1")


def owing(server: RunningServer) -> tuple[str, str]:
    """A conversation whose buyer is promised a refund that nobody has given yet, and the refund's number."""
    chat = proves(server, "蓝鲸王的卡密兑换失败，我要退款", "SC20260301001", "lotus-2026")

    async def ask() -> None:
        async with Desk(server, "chen") as chen:
            await chen.opened()
            claimed = await chen.do("takeover", conversation=chat, if_rev=None)
            assert claimed["t"] == "ack", claimed

    beside(ask())
    login = {"name": "chen", "password": "star-desk-chen"}
    token = httpx.post(f"{server.base}/api/v1/agent/session", json=login).json()["token"]
    wanted = {"order": "SC20260301001", "amount": "1.00", "reason": "蓝鲸王兑换失败，截图已核对", "conversation": chat}
    asked = httpx.post(f"{server.base}/api/v1/desk/refunds", json=wanted, headers={"Authorization": f"Bearer {token}"})
    assert asked.status_code == 200, asked.text
    return chat, str(asked.json()["number"])


def test_of_several_what_owes_its_buyer_something_is_not_resolved_with_the_rest(
    page: Page, server: RunningServer
) -> None:
    chat, refund = owing(server)
    other = waits(server, "蓝鲸王礼包什么时候到货")
    ready(page, server)
    page.goto(f"{server.base}/desk#/c/{other}")
    page.get_by_test_id("claim").press("Enter")
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    page.keyboard.press("Escape")
    search(page, "蓝鲸王")
    for one in (chat, other):
        row(page, one).click(modifiers=["Control"])
    page.get_by_test_id("bulk-resolve").click()
    page.get_by_test_id("dialog-submit").click()
    told = page.get_by_test_id("bulk-told")
    expect(told).to_have_attribute("data-done", "1")
    expect(page.get_by_test_id("bulk-refused")).to_contain_text(f"还欠买家 {refund}")
    expect(page.get_by_test_id("dialog-submit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("bulk-bar")).to_have_attribute("data-n", "1")  # it stays chosen
    row(page, chat).click()
    expect(page.get_by_test_id("conversation")).to_have_attribute("data-state", "human")
