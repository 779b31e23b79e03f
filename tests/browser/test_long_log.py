"""An answer that is streamed into a long log: what a word costs does not grow with what was said before."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.staged import MANY, Stage, many
from tests.running import RunningServer

WORDS = 60
DRAWN = 80
"""Rows that a thread draws at once."""

WATCH = """() => {
  window.touched = 0;
  const rows = document.querySelector("anxin-chat").shadowRoot.querySelector(".rows-msg");
  new MutationObserver((all) => window.touched += all.length)
    .observe(rows, {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def test_a_word_of_an_answer_costs_the_same_however_long_the_log(browser: Browser, server: RunningServer) -> None:
    short, long = _streamed(browser, server, 20), _streamed(browser, server, 1000)
    assert long["rows"] == DRAWN
    assert [short["touched"], long["touched"]] == [0, 0], "a word draws rows again that did not change"
    assert long["layouts"] <= short["layouts"] * 1.5 + WORDS, (short, long)
    print(f"a word into 1,000 messages: {long['ms']:.1f} ms of script and layout, into 20: {short['ms']:.1f}")


def _streamed(browser: Browser, server: RunningServer, count: int) -> dict[str, float]:
    """Stream an answer, word by word, into a log of `count` messages; what that cost, per word where it is `ms`."""
    page = browser.new_page(locale="en", viewport={"width": 1100, "height": 800})
    stage = Stage(page, many(count, "en"))
    page.goto(f"{server.base}/demo")
    page.get_by_test_id("launcher").click()
    page.get_by_test_id("tab-messages").click()
    page.locator(f'[data-id="{MANY}"]').click()
    expect(page.locator(".attach")).to_be_visible()  # which comes last of what a thread is furnished with
    expect(page.get_by_test_id("message").last).to_have_attribute("data-seq", str(count))
    stage.tell("delta", conversation=MANY, message="live", i=0, text="Once")
    expect(page.get_by_test_id("streaming")).to_contain_text("Once")
    page.evaluate(WATCH)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")

    def metrics() -> dict[str, float]:
        return {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}

    before = metrics()
    for i in range(1, WORDS + 1):
        stage.tell("delta", conversation=MANY, message="live", i=i, text=f" word{i}")
    expect(page.get_by_test_id("streaming")).to_contain_text(f"word{WORDS}")
    after = metrics()
    spent = sum(after[name] - before[name] for name in ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration"))
    told = {
        "rows": page.get_by_test_id("message").count(), "touched": page.evaluate("window.touched"),
        "layouts": after["LayoutCount"] - before["LayoutCount"], "ms": spent * 1000 / WORDS,
    }  # fmt: skip
    page.close()
    return told
