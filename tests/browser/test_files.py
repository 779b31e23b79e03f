"""Files in the chat: chosen, pasted and dropped, shown on both sides, and sent once whatever happens on the way."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import watch
from tests.browser.heard import until
from tests.browser.test_desk import log_in
from tests.browser.test_desk_tickets import by_palette
from tests.browser.test_journey import go_on, open_chat
from tests.running import RunningServer
from tests.support.files.photos import PLACE, photo, scene

PATIENCE = 60_000
GIVE = """([testid, type, name, kind, bytes]) => {
    const panel = document.querySelector('anxin-chat').shadowRoot.querySelector(`[data-testid="${testid}"]`);
    const given = new DataTransfer();
    given.items.add(new File([new Uint8Array(bytes)], name, {type: kind}));
    const about = {bubbles: true, cancelable: true, composed: true};
    panel.dispatchEvent(type === 'paste' ? new ClipboardEvent('paste', {...about, clipboardData: given})
        : new DragEvent(type, {...about, dataTransfer: given}));
}"""


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    (tmp_path / "one.jpg").write_bytes(photo())
    (tmp_path / "notes.txt").write_text("兑换时报错 10023")
    (tmp_path / "cute.png").write_text("<!doctype html><script>alert(1)</script>")
    return tmp_path


def begin(page: Page, server: RunningServer, lang: str = "zh-CN") -> None:
    open_chat(page, server, lang)
    page.get_by_test_id("begin").click()
    expect(page.get_by_test_id("attach")).to_be_visible()


def uploads(page: Page, state: str) -> Locator:
    return page.locator(f'[data-testid="upload"][data-state="{state}"]')


def _last_drawn(desk: Page, row: Locator) -> bool:
    """Whether a row is there once the list is scrolled to its end: only what is in sight is drawn, the newest last."""
    rows = desk.get_by_test_id("rows")
    if rows.count():
        rows.evaluate("rows => { rows.scrollTop = rows.scrollHeight; }")
    return row.count() > 0


def drawn(place: Page | Locator) -> Locator:
    return place.locator('[data-testid="picture"] canvas[data-seen="there"]')


def test_files_are_chosen_pasted_and_dropped_and_open_in_full(
    page: Page, server: RunningServer, pictures: Path, problems: list[str]
) -> None:
    begin(page, server)
    page.get_by_test_id("attach-input").set_input_files([pictures / "one.jpg", pictures / "notes.txt"])
    page.evaluate(GIVE, ["composer", "paste", "pasted.png", "image/png", list(photo("PNG", seed=2))])
    page.evaluate(GIVE, ["panel", "dragover", "dropped.png", "image/png", []])
    expect(page.locator(".tray-drop")).to_be_visible()
    page.evaluate(GIVE, ["panel", "drop", "dropped.png", "image/png", list(photo("PNG", seed=3))])
    expect(page.locator(".tray-drop")).to_have_count(0)
    expect(uploads(page, "done")).to_have_count(4)
    uploads(page, "done").filter(has_text="dropped.png").get_by_test_id("upload-remove").click()
    page.get_by_test_id("send").click()

    said = page.locator('[data-testid="message"][data-author="buyer"][data-id]')
    expect(drawn(said)).to_have_count(2)
    expect(said.get_by_test_id("file")).to_contain_text("notes.txt")
    expect(page.get_by_test_id("upload")).to_have_count(0)
    expect(page.locator('[data-testid="message"][data-author="assistant"]')).to_have_count(1)
    with page.expect_download() as saved:
        said.get_by_test_id("file").click()
    assert saved.value.suggested_filename == "notes.txt"
    assert Path(saved.value.path()).read_text() == "兑换时报错 10023"

    said.get_by_test_id("picture").first.click()
    sheet = page.get_by_test_id("picture-sheet")
    expect(sheet.locator('canvas[data-seen="there"]')).to_be_visible()
    expect(sheet).to_contain_text("one.jpg")
    with page.expect_download() as saved:
        sheet.get_by_test_id("picture-save").click()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    focused = "document.querySelector('anxin-chat').shadowRoot.activeElement.dataset.testid"
    assert page.evaluate(focused) == "picture"
    expect(page.get_by_test_id("panel")).to_be_visible()
    page.reload()
    page.get_by_test_id("launcher").click()
    go_on(page)
    expect(drawn(page.get_by_test_id("panel"))).to_have_count(2)
    page.get_by_test_id("picture").first.click()
    with page.expect_download() as saved:
        page.get_by_test_id("picture-save").click()
    assert PLACE not in Path(saved.value.path()).read_bytes(), "from the server it comes without its place"
    assert problems == []


def test_buyer_and_agent_see_each_others_files(
    context: BrowserContext, browser: Browser, server: RunningServer, pictures: Path, problems: list[str]
) -> None:
    page, desk = context.new_page(), browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    desk.set_default_timeout(45_000)
    for one in (page, desk):
        watch(one, problems)
    begin(page, server)
    page.get_by_test_id("attach-input").set_input_files(pictures / "one.jpg")
    expect(uploads(page, "done")).to_have_count(1)
    page.get_by_test_id("composer").fill("转人工，这是第77位")
    page.get_by_test_id("send").click()
    said = page.locator('[data-testid="message"][data-author="buyer"][data-id]')
    expect(drawn(said)).to_have_count(1)

    log_in(desk, server, "lin")
    desk.get_by_test_id("view-waiting").click()
    row = desk.get_by_test_id("queue-row").filter(has_text="第77位")
    until(desk, lambda: _last_drawn(desk, row))
    row.click()
    expect(drawn(desk)).to_have_count(1)
    desk.get_by_test_id("picture").click()
    expect(desk.locator('[data-testid="picture-sheet"] canvas[data-seen="there"]')).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_test_id("picture-sheet")).to_have_count(0)
    desk.get_by_test_id("takeover").or_(desk.get_by_test_id("claim")).first.click()
    desk.get_by_test_id("attach-input").set_input_files([pictures / "one.jpg", pictures / "notes.txt"])
    expect(uploads(desk, "done")).to_have_count(2)
    desk.get_by_test_id("send").click()
    desk.get_by_test_id("undo").click()
    expect(uploads(desk, "done")).to_have_count(2)
    desk.get_by_test_id("send").click()
    desk.get_by_test_id("undo-now").click()
    told = '[data-testid="message"][data-author="agent"]'
    for one in (page, desk):
        expect(drawn(one.locator(told))).to_have_count(1)
        expect(one.locator(told).get_by_test_id("file")).to_contain_text("notes.txt")

    by_palette(desk, "wmj", "buyer")
    expect(desk.get_by_test_id("ask-picture")).to_be_focused()
    desk.keyboard.press("Space")
    desk.keyboard.press("Control+Enter")
    form = page.get_by_test_id("card-form").last
    form.get_by_test_id("form-submit").press("Enter")
    expect(form.get_by_role("alert")).to_be_visible()  # nothing was picked
    with page.expect_file_chooser() as chooser:
        form.get_by_test_id("field-attach").press("Enter")
    chooser.value.set_files(pictures / "one.jpg")
    expect(form.locator('[data-testid="upload"][data-state="done"]')).to_have_count(1)
    form.get_by_test_id("form-submit").press("Enter")
    asked = '[data-testid="message"][data-author="buyer"]'
    for one in (page, desk):
        expect(drawn(one.locator(asked).last)).to_have_count(1)
    expect(desk.get_by_test_id("context").get_by_test_id("card-ticket")).to_have_attribute("data-state", "open")
    desk.context.close()
    assert problems == []


def test_what_is_refused_says_why_and_nothing_goes_without_it(
    page: Page, server: RunningServer, pictures: Path
) -> None:
    begin(page, server, "en")
    page.get_by_test_id("composer").fill("Here is my screenshot")
    page.get_by_test_id("attach-input").set_input_files(pictures / "cute.png")
    refused = uploads(page, "failed")
    expect(refused).to_contain_text("Only pictures, PDF and plain text")
    expect(refused.get_by_test_id("upload-retry")).to_have_count(0)
    expect(page.get_by_test_id("send")).to_be_disabled()
    expect(page.get_by_test_id("tray-hint")).to_be_visible()
    refused.get_by_test_id("upload-remove").click()
    expect(page.get_by_test_id("send")).to_be_enabled()


@pytest.mark.soak
def test_a_killed_server_costs_no_file_and_none_comes_twice(
    context: BrowserContext, untouched: Path, tmp_path: Path
) -> None:
    """One file has arrived and is kept by its id over a reload; one is cut off in the middle and goes again, once."""
    server = RunningServer(shutil.copytree(untouched, tmp_path, dirs_exist_ok=True)).start()
    try:
        page = context.new_page()
        watch(page, [])
        begin(page, server)
        page.get_by_test_id("composer").fill("卡密提示已被使用")
        page.get_by_test_id("send").click()
        expect(page.locator('[data-testid="message"][data-author="assistant"]')).to_have_count(1)
        small, large = tmp_path / "small.jpg", tmp_path / "large.bmp.txt"
        small.write_bytes(photo())
        large.write_text("一行日志\n" * 300_000)
        page.get_by_test_id("attach-input").set_input_files(small)
        expect(uploads(page, "done")).to_have_count(1)
        _slow_line(context, page, 300_000)
        page.get_by_test_id("attach-input").set_input_files(large)
        expect(page.locator('progress.upload-bar:not([value="0"])')).to_have_count(1, timeout=PATIENCE)
        server.kill()
        _slow_line(context, page, -1)
        expect(uploads(page, "sending")).to_have_count(0)
        server.start()
        retry = page.get_by_test_id("upload-retry")
        expect(uploads(page, "done").or_(retry)).to_have_count(2, timeout=PATIENCE)
        if retry.count():  # a slow machine's server came back after the last try
            retry.click()
        expect(uploads(page, "done")).to_have_count(2, timeout=PATIENCE)
        page.reload()
        page.get_by_test_id("launcher").click()
        go_on(page)
        expect(uploads(page, "done")).to_have_count(2)
        page.get_by_test_id("send").click()
        said = page.locator('[data-testid="message"][data-author="buyer"][data-id]').last
        expect(drawn(said)).to_have_count(1)
        expect(said.get_by_test_id("file")).to_have_count(1)
        with sqlite3.connect(tmp_path / "anxin.sqlite") as record:
            assert record.execute("SELECT COUNT(*) FROM uploads").fetchone() == (2,)
    finally:
        server.stop()


def test_a_file_that_a_reload_cut_off_asks_to_be_picked_again(
    context: BrowserContext, server: RunningServer, tmp_path: Path
) -> None:
    page = context.new_page()
    begin(page, server)
    page.get_by_test_id("composer").fill("付款后多久发货")
    page.get_by_test_id("send").click()
    expect(page.locator('[data-testid="message"][data-author="assistant"]')).to_have_count(1)
    large = tmp_path / "large.png"
    scene(900, 900).save(large)
    _slow_line(context, page, 100_000)
    page.get_by_test_id("attach-input").set_input_files(large)
    expect(uploads(page, "sending")).to_have_count(1)
    _slow_line(context, page, -1)
    page.reload()
    page.get_by_test_id("launcher").click()
    go_on(page)
    expect(uploads(page, "failed")).to_contain_text("请重新选择")
    expect(page.get_by_test_id("upload-retry")).to_have_count(0)
    page.get_by_test_id("upload-remove").click()
    expect(page.get_by_test_id("upload")).to_have_count(0)


def _slow_line(context: BrowserContext, page: Page, bytes_per_second: int) -> None:
    """How fast the page may send; -1 for as fast as it can."""
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second, "offline": False}
    session.send("Network.emulateNetworkConditions", speed)
