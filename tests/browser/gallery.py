"""Every state of the desk and of the chat, as pictures: `make gallery`, then build/gallery/index.html.

Both languages, both schemes, a desktop and a phone, over one demo server. Checked is that each state can be reached and
what axe finds in it, which is told at the end; whether it looks right is for eyes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html import escape
from itertools import product
from pathlib import Path

import httpx
from playwright.sync_api import Error, Page, expect, sync_playwright

from tests.browser.camera import LANGS, OUT, SCHEMES, SETTLE_MS, SIZES, Camera, open_thread
from tests.browser.conftest import QUIET
from tests.browser.gallery_chat import CHAT_STATES
from tests.browser.test_desk import open_conversation, waits
from tests.browser.test_desk_tickets import asks_twice
from tests.browser.test_journey import say
from tests.running import RunningServer


def login(camera: Camera) -> None:
    """The way in, a wrong password, and a queue as it is met."""
    waits(camera.server, camera.words["invalid"])
    with camera.page() as page:
        page.goto(f"{camera.server.base}/desk")
        camera.shoot(page, "desk-01-login")
        _enter(page, "chen", "not it")
        expect(page.get_by_test_id("login-error")).not_to_be_empty()
        camera.shoot(page, "desk-02-wrong-password")
        _enter(page, "chen", "star-desk-chen")
        expect(page.get_by_test_id("queue-row").first).to_be_visible()
        camera.shoot(page, "desk-03-queue")
        page.get_by_test_id("view-snoozed").click()
        page.get_by_test_id("queue-search").fill("none of this")
        expect(page.locator(".list .empty, .queue .empty").first).to_be_visible()
        camera.shoot(page, "desk-04-empty")
        page.get_by_test_id("queue-search").fill(camera.words["invalid"])
        page.get_by_test_id("row-pick").first.click()
        page.get_by_test_id("bulk-resolve").click()
        page.get_by_test_id("dialog-submit").click()
        expect(page.get_by_test_id("bulk-told")).to_be_visible()
        camera.shoot(page, "desk-04-several")


def conversation(camera: Camera) -> None:
    """One conversation from the queue to its end."""
    key = waits(camera.server, camera.words["invalid"])
    with _desk(camera, "lin") as page:
        open_conversation(page, key)
        camera.shoot(page, "desk-05-waiting")
        page.get_by_test_id("claim").click()
        expect(page.get_by_test_id("composer-reply")).to_be_visible()
        camera.shoot(page, "desk-06-claimed")
        page.get_by_test_id("composer-reply").fill("/")
        expect(page.get_by_test_id("macro").first).to_be_visible()
        camera.shoot(page, "desk-07-macros")
        page.get_by_test_id("composer-reply").fill(camera.words["hello"])
        page.get_by_test_id("composer-reply").press("Enter")
        expect(page.get_by_test_id("undo")).to_be_visible()
        camera.shoot(page, "desk-08-undo")
        page.get_by_test_id("undo-now").click()
        page.get_by_test_id("mode-note").click()
        page.get_by_test_id("composer-note").fill(camera.words["refund"])
        camera.shoot(page, "desk-09-note")
        page.get_by_test_id("send").click()
        _dialogs(camera, page)
        page.get_by_test_id("snooze").click()
        page.get_by_test_id("snooze-1h").click()
        expect(page.get_by_test_id("resume")).to_be_visible()
        camera.shoot(page, "desk-13-snoozed")
        page.get_by_test_id("resume").click()
        page.get_by_test_id("resolve").click()
        page.get_by_test_id("dialog-submit").click()
        expect(page.get_by_test_id("reopen")).to_be_visible()
        camera.shoot(page, "desk-14-resolved")


def _dialogs(camera: Camera, page: Page) -> None:
    for place, name in ((10, "resolve"), (11, "transfer"), (12, "snooze")):
        page.get_by_test_id(name).click()
        expect(page.get_by_test_id(f"dialog-{name}")).to_be_visible()
        camera.shoot(page, f"desk-{place}-{name}")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id(f"dialog-{name}")).to_have_count(0)


def collision(camera: Camera) -> None:
    """A colleague looks at it too, takes it first, and is seen to have it."""
    key = waits(camera.server, camera.words["invalid"])
    with _desk(camera, "chen") as page, _desk(camera, "lin") as other:
        open_conversation(page, key)
        open_conversation(other, key)
        expect(page.get_by_test_id("viewing")).to_be_visible()
        camera.shoot(page, "desk-15-viewing")
        other.get_by_test_id("claim").click()
        expect(page.get_by_test_id("taken")).to_be_visible()
        camera.shoot(page, "desk-16-taken")
        page.context.set_offline(True)
        camera.shoot(page, "desk-17-offline")


def decision(camera: Camera) -> None:
    """A decision with its proof, verified and broken."""
    with camera.page() as buyer:
        open_thread(camera, buyer, "alice")
        say(buyer, f"SC20260301001 {camera.words['refund']}")
        buyer.get_by_test_id("review-button").last.click()
        expect(buyer.get_by_test_id("handoff-queue")).to_be_visible()
    with _desk(camera, "lin") as page:
        page.locator('[data-testid="queue-row"]', has_text="alice").first.click()
        expect(page.get_by_test_id("conversation")).to_be_visible()
        if not page.get_by_test_id("verify-proof").first.is_visible():
            page.get_by_test_id("context-toggle").click()
        page.get_by_test_id("verify-proof").first.click()
        expect(page.get_by_test_id("proof-result").first).to_be_visible()
        page.get_by_test_id("proof-result").first.scroll_into_view_if_needed()
        camera.shoot(page, "desk-18-proof")
        page.get_by_test_id("break-proof").first.click()
        expect(page.get_by_test_id("proof-result").first).to_have_attribute("data-holds", "false")
        page.get_by_test_id("proof-result").first.scroll_into_view_if_needed()
        camera.shoot(page, "desk-19-broken")
        page.get_by_test_id("answer-other").first.click()
        page.get_by_test_id("answer").first.scroll_into_view_if_needed()
        camera.shoot(page, "desk-34-override")


def reports(camera: Camera) -> None:
    """The numbers, one of them drilled, the shortcuts and the palette."""
    waits(camera.server, camera.words["unknown"])  # whatever the past of the demo holds on this day
    with _desk(camera, "chen") as page:
        page.keyboard.press("?")
        camera.shoot(page, "desk-20-shortcuts")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        camera.shoot(page, "desk-21-palette")
        page.keyboard.press("Escape")
        page.get_by_test_id("nav-reports").click()
        expect(page.get_by_test_id("report-handoffs-value")).to_be_visible()
        camera.shoot(page, "desk-22-reports")
        page.get_by_test_id("report-handoffs-value").click()
        expect(page.get_by_test_id("report-row").first).to_be_visible()
        camera.shoot(page, "desk-23-drilled")
        page.keyboard.press("Escape")
        page.get_by_test_id("report-by").select_option("agent")
        expect(page.get_by_test_id("report-group").first).to_be_visible()
        camera.shoot(page, "desk-32-grouped")
        page.get_by_test_id("range-own").click()
        page.get_by_test_id("report-unanswered").scroll_into_view_if_needed()
        camera.shoot(page, "desk-33-unanswered-on-top")


def tickets(camera: Camera) -> None:
    """What can be done with a ticket beside its talk."""
    first, second = asks_twice(camera.server)
    with _desk(camera, "lin") as page:
        open_conversation(page, second)
        _beside(page)
        card = page.get_by_test_id("context").get_by_test_id("card-ticket").first
        card.get_by_test_id("ticket-merge").click()
        expect(page.get_by_test_id("dialog-merge").get_by_role("radio").first).to_be_visible()
        camera.shoot(page, "desk-24-merge")
        page.keyboard.press("Escape")
        open_conversation(page, first)
        page.get_by_test_id("claim").click()
        expect(page.get_by_test_id("resolve")).to_be_visible()
        _beside(page)
        card.get_by_test_id("ticket-split").click()
        page.get_by_test_id("split-link").fill("SC20260301002")
        page.get_by_test_id("split-link-go").click()
        page.get_by_test_id("split-SC20260301002").click()
        camera.shoot(page, "desk-25-split")
        page.get_by_test_id("dialog-submit").click()
        expect(card.get_by_test_id("merge")).to_be_visible()
        card.get_by_test_id("ticket-supplier").click()
        camera.shoot(page, "desk-26-ask-supplier")
        page.get_by_test_id("dialog-submit").click()
        expect(page.get_by_test_id("dialog-supplier").get_by_test_id("supplier-link")).to_be_visible()
        camera.shoot(page, "desk-27-supplier-link")
        page.keyboard.press("Escape")
        expect(card.get_by_test_id("supplier-request")).to_be_visible()
        card.scroll_into_view_if_needed()
        camera.shoot(page, "desk-28-ticket")

        card.get_by_test_id("ticket-evidence").click()
        expect(page.get_by_test_id("evidence-item").first).to_be_visible()
        camera.shoot(page, "desk-29-evidence")
        page.get_by_test_id("finding").click()
        page.get_by_test_id("evidence-item").nth(6).scroll_into_view_if_needed()
        camera.shoot(page, "desk-30-evidence-items")
        page.goto(f"{camera.server.base}/desk#/suppliers")
        expect(page.get_by_test_id("supply-rate").first).to_be_visible()
        camera.shoot(page, "desk-31-suppliers")


def copilot(camera: Camera) -> None:
    """A draft from the case, why it is not used, and how a similar ticket ended."""
    key = waits(camera.server, camera.words["fake"])
    with _desk(camera, "lin") as page:
        open_conversation(page, key)
        page.get_by_test_id("claim").click()
        expect(page.get_by_test_id("resolve")).to_be_visible()
        _beside(page)
        page.route("**/suggestion", lambda route: None)
        page.get_by_test_id("copilot-draft").click()
        camera.shoot(page, "desk-35-copilot-drafting")
        page.keyboard.press("Escape")
        page.unroute("**/suggestion")
        page.get_by_test_id("copilot-draft").click()
        expect(page.get_by_test_id("copilot-text")).to_be_visible()
        camera.shoot(page, "desk-35-copilot")
        page.get_by_test_id("copilot-source").first.locator("summary").click()
        page.get_by_test_id("suggestion-reject").click()
        page.get_by_test_id("why-tone").check()
        page.get_by_test_id("suggestion-why").scroll_into_view_if_needed()
        camera.shoot(page, "desk-36-not-used")
        page.get_by_test_id("similar").first.click()
        expect(page.get_by_test_id("dialog-past").get_by_test_id("message").first).to_be_visible()
        camera.shoot(page, "desk-37-similar")


def _beside(page: Page) -> None:
    """Open what stands beside the talk, where it does not by itself."""
    if page.get_by_test_id("context-toggle").is_visible():
        page.get_by_test_id("context-toggle").click()


def refunds(camera: Camera) -> None:
    """What waits for an approval: a step that this agent may take, and one that the rules bar."""
    for name, order in (("lin", "SC20260301001"), ("chen", "SC20260606001")):
        asked = {"order": order, "amount": "9.00", "reason": camera.words["refund"]}
        _as(camera, name).post("/api/v1/desk/refunds", json=asked).raise_for_status()
    with _desk(camera, "lin") as page:
        page.goto(f"{camera.server.base}/desk#/refunds")
        expect(page.get_by_test_id("refund-bar-approval").first).to_be_visible()
        camera.shoot(page, "desk-38-refunds")


def handoff(camera: Camera) -> None:
    """The buyer's side of it: queued, taken, joined, resolved, rated, and again."""
    with camera.page() as buyer, _desk(camera, "lin") as desk:
        open_thread(camera, buyer, "guest")
        say(buyer, camera.words["invalid"])
        buyer.get_by_test_id("handoff-button").click()
        expect(buyer.get_by_test_id("handoff-queue")).to_be_visible()
        camera.shoot(buyer, "chat-01-queued")
        open_conversation(desk, _newest(camera))
        desk.get_by_test_id("claim").click()
        expect(buyer.get_by_test_id("handoff-assigned")).to_be_visible()
        camera.shoot(buyer, "chat-02-assigned")
        desk.get_by_test_id("composer-reply").fill(camera.words["hello"])
        desk.get_by_test_id("composer-reply").press("Enter")
        desk.get_by_test_id("undo-now").click()
        expect(buyer.get_by_test_id("handoff-joined")).to_be_visible()
        camera.shoot(buyer, "chat-03-joined")
        desk.get_by_test_id("resolve").click()
        desk.get_by_test_id("dialog-submit").click()
        expect(buyer.get_by_test_id("resolved-yes")).to_be_visible()
        camera.shoot(buyer, "chat-04-resolved")
        buyer.get_by_test_id("resolved-yes").click()
        buyer.get_by_test_id("rate-4").click()
        camera.shoot(buyer, "chat-05-rating")
        buyer.get_by_test_id("rate-send").click()
        expect(buyer.get_by_test_id("rated")).to_be_visible()
        camera.shoot(buyer, "chat-06-rated")
        buyer.get_by_test_id("composer").fill(camera.words["invalid"])
        buyer.get_by_test_id("composer").press("Enter")
        buyer.wait_for_timeout(SETTLE_MS)
        camera.shoot(buyer, "chat-07-again")


def settings(camera: Camera) -> None:
    """What admins set: the chat tried live, the articles, one of them as it is written, hours and rules."""
    name = f"{camera.lang}-{camera.scheme}-{camera.size}".lower()
    made = camera.server.anxin("agent", "add", name, "--shop", "star", "--role", "admin", "--json")
    with camera.page() as page:
        page.goto(f"{camera.server.base}/desk")
        _enter(page, name, json.loads(made.stdout)["password"])
        page.get_by_test_id("nav-settings").click()
        expect(page.get_by_test_id("install-snippet")).to_be_visible()
        page.get_by_test_id("install-open").click()
        camera.shoot(page, "settings-01-install")
        page.get_by_test_id("settings-articles").click()
        expect(page.get_by_test_id("file").first).to_be_visible()
        camera.shoot(page, "settings-02-articles")
        page.get_by_test_id("file").first.click()
        page.get_by_test_id("field-valid_from").fill("2026-12-02")
        page.get_by_test_id("field-valid_to").fill("2026-12-01")
        expect(page.get_by_test_id("finding").first).to_be_visible()
        camera.shoot(page, "settings-03-article")
        page.get_by_test_id("settings-settings").click()
        expect(page.get_by_test_id("file-body")).to_be_visible()
        camera.shoot(page, "settings-04-rules")
        page.get_by_test_id("settings-policies").click()
        expect(page.get_by_test_id("policy-version").first).to_be_visible()
        camera.shoot(page, "settings-05-policies")
        page.get_by_test_id("settings-team").click()
        page.get_by_test_id("team-new").click()
        camera.shoot(page, "settings-06-team")


STATES: tuple[Callable[[Camera], None], ...] = (
    login, conversation, collision, decision, reports, tickets, copilot, refunds, handoff, settings, *CHAT_STATES,
)  # fmt: skip


def _as(camera: Camera, name: str) -> httpx.Client:
    """The API for one of the demo's agents."""
    client = httpx.Client(base_url=camera.server.base)
    login = {"name": name, "password": f"star-desk-{name}"}
    client.headers["Authorization"] = f"Bearer {client.post('/api/v1/agent/session', json=login).json()['token']}"
    return client


def _newest(camera: Camera) -> str:
    """The conversation that began to wait last; a long queue draws the rows at its end only when they are reached."""
    found = _as(camera, "lin").get("/api/v1/desk/queue", params={"view": "waiting", "limit": 200}).json()["rows"]
    return str(max((row["conversation"] for row in found), key=lambda one: one["created_at"])["id"])


def _enter(page: Page, name: str, password: str) -> None:
    page.get_by_test_id("login-name").fill(name)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()


@contextmanager
def _desk(camera: Camera, name: str) -> Iterator[Page]:
    with camera.page() as page:
        page.goto(f"{camera.server.base}/desk")
        _enter(page, name, f"star-desk-{name}")
        expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
        yield page


def _index(shots: list[Path]) -> str:
    figures = "\n".join(
        f'<figure><a href="{shot.name}"><img loading="lazy" src="{shot.name}" alt=""></a>'
        f"<figcaption>{escape(shot.stem)}</figcaption></figure>"
        for shot in sorted(shots)
    )
    style = "body{font:14px system-ui;display:flex;flex-wrap:wrap;gap:16px}figure{margin:0}img{height:300px}"
    return f'<!doctype html><meta charset="utf-8"><title>Gallery</title><style>{style}</style>\n{figures}\n'


def main() -> None:
    """Take the pictures of the combinations and states that were asked for, by default all of them."""
    parser = argparse.ArgumentParser(prog="make gallery", description=main.__doc__)
    parser.add_argument("--only", default="", help="part of a state's name: login, conversation, …, handoff")
    parser.add_argument("--lang", choices=LANGS)
    parser.add_argument("--scheme", choices=SCHEMES)
    parser.add_argument("--size", choices=SIZES)
    asked = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    shots: list[Path] = []
    found: dict[str, None] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = RunningServer(Path(folder), ANXIN_OWN_HOSTS="", ANXIN_DEMO_HISTORY="true").start()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        try:
            for lang, scheme, size in product(LANGS, SCHEMES, SIZES):
                if asked.lang in (None, lang) and asked.scheme in (None, scheme) and asked.size in (None, size):
                    _take(Camera(server, browser, lang, scheme, size, shots, found), asked.only)
        finally:
            browser.close()
            server.stop()
    (OUT / "index.html").write_text(_index(list(OUT.glob("*.png"))), encoding="utf-8")
    print("\n".join(f"axe: {one}" for one in found))
    print(f"{len(shots)} pictures, {OUT / 'index.html'}; axe found {len(found)}")


def _take(camera: Camera, only: str) -> None:
    for state in STATES:
        if only in state.__name__:
            print(f"{state.__name__} {camera.lang} {camera.scheme} {camera.size}", flush=True)
            try:
                state(camera)
            except (Error, AssertionError) as error:
                print(f"  not reached: {str(error).splitlines()[0]}", flush=True)
                with suppress(Error):
                    camera.browser.contexts[-1].pages[-1].screenshot(path=OUT / "broken.png")


if __name__ == "__main__":
    main()
