"""The settings at the desk, by mouse and by keyboard: each page's actions in one walk."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from support.webhook_signature import check, key_of
from tests.browser.conftest import watch
from tests.browser.test_desk import log_in
from tests.browser.test_desk_tickets import by_palette
from tests.running import RunningServer
from tests.support.refunds.test_executors import Shop

BLANK = "<!doctype html><link rel=icon href=data:,><body>"


@pytest.fixture(scope="module")
def admin(elsewhere: RunningServer) -> tuple[str, str]:
    """Name and password."""
    made = json.loads(elsewhere.anxin("agent", "add", "sun", "--shop", "star", "--role", "admin", "--json").stdout)
    return made["name"], made["password"]


def settings(page: Page, server: RunningServer, admin: tuple[str, str], room: str) -> None:
    """Log in and open a page of the settings."""
    log_in(page, server, *admin)
    expect(page.get_by_test_id("nav-settings")).to_be_visible()
    page.goto(f"{server.base}/desk#/settings/{room}")


def test_an_admin_tries_the_chat_and_takes_the_code_to_the_shops_page(
    page: Page, elsewhere: RunningServer, admin: tuple[str, str], host: tuple[str, Path], problems: list[str]
) -> None:
    log_in(page, elsewhere, *admin)
    page.get_by_test_id("nav-settings").press("Enter")
    shown = page.frame_locator('[data-testid="install-frame"]').locator("anxin-chat .root")
    expect(shown).to_have_attribute("data-position", "end")
    assert page.get_by_test_id("install-snippet").inner_text().count("<script") == 1
    page.get_by_test_id("install-position-end").press("ArrowLeft")
    expect(shown).to_have_attribute("data-position", "start")
    page.get_by_test_id("install-scheme-dark").click()
    expect(shown).to_have_attribute("data-scheme", "dark")
    page.get_by_test_id("install-accent").fill("teal")
    expect(page.get_by_test_id("install-accent")).to_have_attribute("aria-invalid", "true")
    page.get_by_test_id("install-accent").fill("#b3261e")
    page.get_by_test_id("install-y").fill("64")
    page.get_by_test_id("install-open").press("Enter")
    expect(shown.get_by_role("dialog")).to_be_visible()
    csp = page.get_by_test_id("install-csp").inner_text()
    assert csp == f"script-src {elsewhere.base};\nconnect-src {elsewhere.base} {elsewhere.base.replace('http', 'ws')};"
    _accepted(page, elsewhere)
    _on_a_shops_page(page, host, problems)
    _refused(page, elsewhere)
    assert problems == []


def _accepted(page: Page, server: RunningServer) -> None:
    """The code of both languages, run as it stands, signs what the server takes."""
    secret = server.anxin("token", "secret", "--shop", "star").stdout.strip()
    assert secret not in page.content()
    for language, run, call in (
        ("python", [sys.executable, "-c"], "print(buyer_token('alice'))"),
        ("node", ["node", "--input-type=module", "-e"], "console.log(buyerToken('alice'))"),
    ):  # fmt: skip
        page.get_by_test_id(f"install-language-{language}").click()
        code = page.get_by_test_id("install-token").inner_text()
        done = subprocess.run([*run, f"{code}\n{call}"], env={"ANXIN_BUYER_SECRET": secret, "PATH": "/usr/bin:/bin"},
                              capture_output=True, text=True, check=True)  # fmt: skip
        bearer = {"Authorization": f"Bearer {done.stdout.strip()}"}
        assert httpx.get(f"{server.base}/api/v1/shops/star/orders", headers=bearer).json()["orders"]


def _on_a_shops_page(page: Page, host: tuple[str, Path], problems: list[str]) -> None:
    """The snippet, pasted into a page that the shop names, brings the chat as it was tried; the desk then knows."""
    origin, root = host
    mine = page.locator(f'[data-testid="install-origin"]:has-text("{origin}")')
    (root / "pasted.html").write_text(f"{BLANK}{page.get_by_test_id('install-snippet').inner_text()}")
    shops = page.context.new_page()
    watch(shops, problems)
    shops.goto(f"{origin}/pasted.html")
    there = shops.locator("anxin-chat .root")
    expect(there).to_have_attribute("data-position", "start")
    expect(there).to_have_attribute("data-scheme", "dark")
    shops.locator("anxin-chat").get_by_test_id("launcher").click()
    expect(there.get_by_role("dialog")).to_be_visible()
    shops.close()
    page.get_by_test_id("install-check").click()
    expect(mine).to_have_attribute("data-state", "ok")


def _refused(page: Page, server: RunningServer) -> None:
    """A page that the shop does not name is told of, once it has called."""
    hello = {"role": "buyer", "shop": "star", "locale": "zh-CN", "timezone": "Asia/Shanghai"}
    with connect(server.ws, origin=Origin("https://other.example"), subprotocols=[Subprotocol("anxin.v1")]) as socket:
        socket.send(json.dumps({"v": 1, "t": "hello", "d": hello}))
        socket.recv(10)
    page.get_by_test_id("install-check").press("Enter")
    stranger = page.locator('[data-testid="install-origin"]:has-text("https://other.example")')
    expect(stranger).to_have_attribute("data-state", "no")


def test_an_article_is_begun_from_a_document_corrected_published_and_brought_back(
    page: Page, elsewhere: RunningServer, admin: tuple[str, str], problems: list[str]
) -> None:
    settings(page, elsewhere, admin, "articles")
    document = FilePayload(name="whale.html", mimeType="text/html", buffer=WHALE.encode())
    page.get_by_test_id("file-import").set_input_files(document)
    expect(page.get_by_test_id("new-title")).to_have_value("Whale vouchers")
    page.get_by_test_id("new-id").fill("whale")
    page.get_by_test_id("new-lang").fill("en")
    page.get_by_test_id("new-lang").press("Enter")
    expect(page.get_by_test_id("file-draft")).to_be_visible()
    expect(page.get_by_test_id("file-preview")).to_contain_text("A whale voucher is good for one year.")

    page.get_by_test_id("field-valid_from").fill("2026-12-02")
    page.get_by_test_id("field-valid_to").fill("2026-12-01")
    finding = page.get_by_test_id("finding").first
    expect(finding).to_have_attribute("data-severity", "fault")
    expect(page.get_by_test_id("file-publish")).to_be_disabled()
    finding.get_by_role("button").press("Enter")
    expect(page.get_by_test_id("field-valid_to")).to_be_focused()
    page.get_by_test_id("field-valid_to").fill("")
    page.get_by_test_id("field-valid_from").fill("")
    expect(page.get_by_test_id("finding").filter(has_text="valid_to")).to_have_count(0)
    _published_by_keys(page)

    page.get_by_test_id("file-body").fill("A whale voucher is good for two years.")
    page.get_by_test_id("file-note").fill("longer")
    page.get_by_test_id("file-publish").click()
    newest = page.locator('[data-testid="file-version"][data-n="3"]')
    newest.locator("summary").press("Enter")
    expect(newest.locator('[data-sign="+"]')).to_contain_text("two years")
    hits = httpx.get(f"{elsewhere.base}/api/v1/shops/star/search", params={"q": "whale voucher"}).json()["hits"]
    assert "two years" in hits[0]["text"]
    page.get_by_test_id("version-back").first.click()
    expect(page.get_by_test_id("file-body")).to_have_value(re.compile("one year"))
    page.get_by_test_id("file-back").press("Enter")
    page.get_by_test_id("file-search").fill("whale")
    expect(page.get_by_test_id("file")).to_have_count(1)
    assert problems == []


def _published_by_keys(page: Page) -> None:
    """The hand stays at the editor, while it is published and after."""
    sent: list[Route] = []
    page.route("**/desk/files/publication", lambda route: sent.append(route))  # noqa: PLW0108  # Playwright takes no built-in
    page.get_by_test_id("file-publish").press("Enter")
    hand = page.locator('[data-testid="file-editor"]:focus, [data-testid="file-editor"] :focus')
    expect(page.get_by_test_id("file-publish")).to_be_disabled()
    expect(hand).to_have_count(1)
    sent[0].continue_()
    page.unroute("**/desk/files/publication")
    expect(page.get_by_test_id("file-version").first).to_have_attribute("data-n", "2")
    expect(hand).to_have_count(1)


WHALE = "<html><head><title>Whale vouchers</title></head><body><article><h1>Whale vouchers</h1>" + (
    "<h2>How long</h2><p>A whale voucher is good for one year. It is taken in every shop of ours.</p>" * 3
)


def test_a_policy_is_drafted_corrected_tried_published_compared_and_taken_back(
    page: Page, elsewhere: RunningServer, admin: tuple[str, str], problems: list[str]
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    settings(page, elsewhere, admin, "policies")
    page.get_by_test_id("policy-which").select_option("price")
    page.get_by_test_id("policy-effective").fill("2099-01-01")
    page.get_by_test_id("policy-effective").press("Enter")
    page.get_by_test_id("policy-file-policies/2099-01-01/price.zh-CN.md").click()
    text = page.get_by_test_id("policy-text")
    expect(page.get_by_test_id("policy-fine")).to_be_visible()
    written = text.input_value()
    text.fill(written.replace("claim.reason", "claim.reasons", 1))
    finding = page.get_by_test_id("finding").first
    expect(finding).to_have_attribute("data-severity", "fault")
    expect(page.get_by_test_id("policy-publish")).to_be_disabled()
    finding.get_by_role("button").press("Enter")
    expect(text).to_be_focused()
    text.fill(written)
    expect(page.get_by_test_id("policy-fine")).to_be_visible()
    page.get_by_test_id("policy-try").press("Enter")
    expect(page.get_by_test_id("policy-trial")).to_be_visible()
    page.get_by_test_id("policy-note").fill("new year")
    page.get_by_test_id("policy-publish").press("Enter")
    coming = page.locator('[data-testid="policy-version"][data-state="future"]')
    expect(coming).to_contain_text("2099-01-01")
    page.get_by_test_id("policy-compare").click()
    expect(page.get_by_test_id("policy-compared")).to_be_visible()
    coming.get_by_test_id("policy-withdraw").press("Enter")
    expect(coming).to_have_count(0)
    assert problems == []


def test_hours_deadlines_and_teams_are_forms_over_the_same_file(
    page: Page, elsewhere: RunningServer, admin: tuple[str, str], problems: list[str]
) -> None:
    settings(page, elsewhere, admin, "hours")
    monday, told = page.get_by_test_id("hours.mon"), page.get_by_test_id("field-told")
    monday.fill("9-18")
    expect(told).to_contain_text("09:00-23:00")
    expect(monday).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_test_id("form-publish")).to_be_disabled()
    page.get_by_test_id("finding").get_by_role("button").press("Enter")
    expect(monday).to_be_focused()
    monday.fill("08:00-20:00")
    expect(told).to_have_count(0)
    page.get_by_test_id("hours-all").press("Enter")
    page.get_by_test_id("hours.holiday-own").press("Enter")
    page.get_by_test_id("form-note").fill("earlier")
    page.get_by_test_id("form-note").press("Enter")
    versions = page.get_by_test_id("file-version")
    expect(versions).to_have_count(2)
    versions.first.locator("summary").press("Enter")
    expect(versions.first.locator('[data-sign="+"]')).to_have_count(8)

    by_palette(page, "sx", "set-deadlines")
    page.get_by_test_id("deadlines-urgent").click()
    page.get_by_test_id("deadlines.urgent.human_minutes").fill("3")
    page.get_by_test_id("form-publish").click()
    expect(versions).to_have_count(3)
    page.get_by_test_id("settings-routing").click()
    page.get_by_test_id("routing-add").press("Enter")
    expect(page.get_by_test_id("form-publish")).to_be_disabled()
    page.get_by_test_id("member-sun").press("Space")
    expect(told).to_have_count(0)
    page.get_by_test_id("form-publish").press("Enter")
    expect(versions).to_have_count(4)

    page.get_by_test_id("settings-hours").click()
    versions.last.get_by_test_id("version-back").click()
    expect(monday).to_have_value("09:00-23:00")
    page.get_by_test_id("form-publish").click()
    expect(versions).to_have_count(5)
    page.get_by_test_id("settings-settings").click()
    text = page.get_by_test_id("file-body")
    expect(text).to_have_value(re.compile('# When people answer.*mon = "09:00-23:00".*urgent.*human_minutes = 3', re.S))
    expect(text).to_have_value(re.compile(r'\[teams\.team-1\]\nmembers = \["sun"\]'))
    assert problems == []


def test_an_admin_adds_a_webhook_tries_it_and_reads_how_it_went(
    page: Page, elsewhere: RunningServer, admin: tuple[str, str], problems: list[str]
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    with Shop() as there:
        threading.Thread(target=there.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        there.says = [(200, {}), (500, {})]
        settings(page, elsewhere, admin, "webhooks")
        page.get_by_test_id("hook-new").press("Enter")
        page.get_by_test_id("hook-url").fill(there.url)
        page.get_by_test_id("hook-url").press("Enter")
        secret = page.get_by_test_id("hook-secret").inner_text()
        hook = page.get_by_test_id("webhook")
        hook.get_by_test_id("hook-open").press("Enter")
        hook.get_by_test_id("hook-test").press("Enter")
        done = hook.locator('[data-testid="delivery"][data-state="done"]')
        _looked_until(page, done)
        _, _, headers, body = there.came[0]
        check([key_of(secret)], headers, body)
        done.locator("summary").press("Enter")
        expect(done).to_contain_text("200")
        done.get_by_test_id("hook-again").click()
        _looked_until(page, hook.locator('[data-testid="delivery"][data-state="pending"]').filter(has_text="· 500 ·"))
        assert there.came[1][2]["webhook-id"] == headers["webhook-id"]
        there.shutdown()
    hook.get_by_test_id("hook-pause").press("Enter")
    expect(hook.get_by_test_id("hook-test")).to_be_disabled()
    hook.get_by_test_id("hook-rotate").click()
    expect(page.get_by_test_id("hook-secret")).not_to_have_text(secret)
    hook.get_by_test_id("hook-drop").press("Enter")
    expect(hook).to_have_count(0)
    assert problems == []


def test_an_admin_makes_rotates_and_revokes_a_key_and_reads_it_in_the_audit(
    page: Page, elsewhere: RunningServer, admin: tuple[str, str], problems: list[str]
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    settings(page, elsewhere, admin, "keys")
    page.get_by_test_id("key-new").press("Enter")
    page.get_by_test_id("key-name").fill("社群机器人")
    page.get_by_test_id("scope-tickets:read").press("Space")
    page.get_by_test_id("key-ends-365").press("ArrowLeft")
    page.get_by_test_id("key-go").press("Enter")
    texts = [page.get_by_test_id("key-secret").inner_text()]
    row = page.get_by_test_id("key")
    expect(row).to_contain_text(texts[0].rpartition(".")[0])
    assert _with_key(elsewhere, texts[0]) == 200
    row.get_by_test_id("key-rotate").press("Enter")
    expect(page.get_by_test_id("key-secret")).not_to_have_text(texts[0])
    texts.append(page.get_by_test_id("key-secret").inner_text())
    assert [_with_key(elsewhere, text) for text in texts] == [200, 200]
    row.get_by_test_id("key-revoke").press("Enter")
    expect(row).to_have_attribute("data-state", "revoked")
    assert [_with_key(elsewhere, text) for text in texts] == [401, 401]

    page.get_by_test_id("settings-audit").click()
    page.get_by_test_id("audit-kind").select_option("api_key")
    links = page.get_by_test_id("audit-link")
    expect(links).to_have_count(3)
    links.first.locator("summary").press("Enter")
    expect(links.first).to_contain_text("社群机器人")
    page.get_by_test_id("audit-kind").select_option("account")
    expect(links.filter(has_text="sun")).to_have_count(1)
    assert problems == []


def _with_key(server: RunningServer, text: str) -> int:
    headers = {"Authorization": f"Bearer {text}"}
    return httpx.get(f"{server.base}/api/v1/desk/tickets", headers=headers).status_code


def _looked_until(page: Page, found: Locator) -> None:
    """Look at the log again until what the server owes is there."""
    for _ in range(100):
        if found.count():
            return
        with page.expect_response(lambda answer: "/deliveries" in answer.url):
            page.get_by_test_id("hook-look").click()
        page.wait_for_timeout(200)
    expect(found).to_have_count(1)


def test_an_admin_adds_an_agent_who_logs_in_and_is_sent_off(
    page: Page, elsewhere: RunningServer, admin: tuple[str, str], problems: list[str]
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    settings(page, elsewhere, admin, "team")
    page.get_by_test_id("team-new").press("Enter")
    page.get_by_test_id("team-name").fill("wei")
    page.get_by_test_id("team-display").fill("小魏")
    page.get_by_test_id("team-role").select_option("senior")
    page.get_by_test_id("team-display").press("Enter")
    elsewhere.login("wei", page.get_by_test_id("team-secret").inner_text())
    member = page.locator('[data-testid="team-member"][data-name="wei"]')
    member.get_by_test_id("team-edit").press("Enter")
    member.get_by_test_id("edit-role").select_option("agent")
    expect(page.get_by_test_id("toast")).to_contain_text("已修改")
    member.get_by_test_id("team-close").click()
    expect(member).to_have_attribute("data-active", "false")
    member.get_by_test_id("team-open").press("Enter")
    expect(member).to_have_attribute("data-active", "true")
    own = page.locator('[data-testid="team-member"][data-name="sun"]')
    own.get_by_test_id("team-edit").click()
    expect(own.get_by_test_id("edit-role")).to_be_disabled()
    expect(own.get_by_test_id("team-close")).to_have_count(0)
    assert problems == []
