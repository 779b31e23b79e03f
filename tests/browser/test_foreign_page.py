from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import watch
from tests.browser.test_journey import go_on, say
from tests.running import RunningServer
from tests.support.files.photos import photo

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="img-src 'none'"><title>A shop elsewhere</title>
<style>* {{ font-family: serif !important; color: red }} button {{ display: none !important }}</style>
<h1>A shop elsewhere</h1>
<script async src="{base}/widget.js" data-shop="star" data-locale="en"></script>
<script async src="{base}/widget.js" data-shop="star" data-locale="en"></script></html>"""


def test_one_script_tag_on_a_page_of_another_origin(
    context: BrowserContext, elsewhere: RunningServer, tmp_path: Path, host: tuple[str, Path], problems: list[str]
) -> None:
    origin, root = host
    (root / "index.html").write_text(PAGE.format(base=elsewhere.base), "utf-8")
    page = context.new_page()
    watch(page, problems)
    page.goto(f"{origin}/index.html")
    expect(page.get_by_test_id("launcher")).to_have_count(1)
    page.get_by_test_id("launcher").click()
    page.get_by_test_id("begin").click()
    answer = say(page, "Which payment methods do you take?")
    expect(answer).to_contain_text("Alipay")
    font = answer.evaluate("node => getComputedStyle(node).fontFamily")
    assert font != "serif"
    (tmp_path / "shot.png").write_bytes(photo("PNG"))
    page.get_by_test_id("attach-input").set_input_files(tmp_path / "shot.png")
    expect(page.locator('[data-testid="upload"][data-state="done"]')).to_have_count(1)
    page.get_by_test_id("send").click()
    drawn = page.locator('[data-testid="message"][data-id] canvas[data-seen="there"]')
    expect(drawn).to_have_count(1)
    expect(page.locator('[data-testid="message"][data-author="assistant"]')).to_have_count(2)
    page.reload()
    page.get_by_test_id("launcher").click()
    go_on(page)
    expect(drawn).to_have_count(1)  # fetched from another origin, and shown though the page allows no pictures
    assert page.evaluate("Object.keys(window).filter(key => /anxin/i.test(key))") == ["Anxin"]
    assert [text for text in problems if "favicon" not in text and "404" not in text] == []
