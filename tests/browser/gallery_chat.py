"""The chat's states for the gallery: from the first visit to a session that has expired."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.camera import Camera, open_thread
from tests.browser.staged import CARDS, DAY, LONG, PERSON, QUEUE, Stage, cards, conversation, long, many, message
from tests.browser.staged_cards import every_card

NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
AWAY = "Anxin('close')"


def first_visit(camera: Camera) -> None:
    """Whoever comes for the first time: home, nothing said yet, help, a thread before its first word."""
    with camera.page() as page:
        _demo(camera, page, "guest")
        camera.shoot(page, "chat-10-first-visit")
        page.get_by_test_id("tab-messages").click()
        expect(page.get_by_test_id("new-conversation")).to_be_visible()
        camera.shoot(page, "chat-11-empty")
        page.get_by_test_id("tab-help").click()
        expect(page.get_by_test_id("help-search")).to_be_visible()
        camera.shoot(page, "chat-12-help")
        page.get_by_test_id("help-search").fill("退款 refund")
        expect(page.get_by_test_id("help-hit").first).to_be_visible()
        camera.shoot(page, "chat-13-found")
        page.get_by_test_id("help-hit").first.click()
        expect(page.get_by_test_id("source-sheet")).to_be_visible()
        camera.shoot(page, "chat-14-source")
        page.get_by_test_id("source-close").click()
        page.get_by_test_id("help-search").fill("zzzzqqqq")
        page.wait_for_timeout(600)
        camera.shoot(page, "chat-15-nothing-found")
        page.get_by_test_id("tab-home").click()
        page.get_by_test_id("begin").click()
        expect(page.get_by_test_id("disclosure")).to_be_visible()
        camera.shoot(page, "chat-16-thread-begins")


def returning(camera: Camera) -> None:
    """Whoever comes back: a teaser, a badge over ninety-nine, home with orders, the inbox, a long log."""
    with camera.page() as page:
        stage = Stage(page, many(150, camera.lang, unread=120), *others(camera.lang), long(camera.lang))
        _demo(camera, page, "alice", open=False)
        page.get_by_test_id("launcher").click()
        expect(page.get_by_test_id("continue")).to_be_visible()
        camera.shoot(page, "chat-20-returning")
        page.get_by_test_id("tab-messages").click()
        camera.shoot(page, "chat-21-inbox")
        page.evaluate(AWAY)
        stage.tell(
            "message",
            conversation=PERSON,
            message=message(9, "agent", every_card(camera.lang == "en")[0][0], name="Chen"),
        )
        expect(page.get_by_test_id("teaser")).to_be_visible()
        camera.shoot(page, "chat-22-teaser-and-badge")


def passing(camera: Camera) -> None:
    """A step, an answer as it is written, a person who types."""
    with camera.page() as page:
        stage = Stage(page, *others(camera.lang))
        _inbox(camera, page, QUEUE)
        stage.tell("step", conversation=QUEUE, label_key="step.order", args={})
        expect(page.get_by_test_id("step")).to_be_visible()
        camera.shoot(page, "chat-30-step")
        text = "\n\n".join(text for text, _ in every_card(camera.lang == "en")[:4]) + "\n\n- 1\n- 2"
        stage.tell("delta", conversation=QUEUE, message="staged-live", i=0, text=text)
        expect(page.get_by_test_id("streaming")).to_be_visible()
        camera.shoot(page, "chat-31-streaming")
        page.get_by_test_id("back").click()
        _row(page, PERSON)
        stage.tell("typing", conversation=PERSON, on=True, name="Chen")
        expect(page.get_by_test_id("step")).to_be_visible()
        camera.shoot(page, "chat-32-typing")


def every(camera: Camera) -> None:
    """All cards, one below the other, and what is hard to set: long words, right to left, twenty lines."""
    with camera.page(viewport={"width": 620 if camera.size == "desktop" else 390, "height": 900}) as page:
        Stage(page, cards(camera.lang), long(camera.lang))
        _inbox(camera, page, CARDS)
        expect(page.get_by_test_id("rated")).to_be_visible()
        _through(camera, page, "chat-40-cards")
        page.get_by_test_id("back").click()
        _row(page, LONG)
        _through(camera, page, "chat-41-long")


def cut(camera: Camera) -> None:
    """Offline with words that wait, refused words, a line that comes back, an expired session, no way in."""
    with camera.page() as page:
        line = Line(page)
        open_thread(camera, page, "alice")
        expect(page.get_by_test_id("disclosure")).to_be_visible()
        line.refuse = True
        _send(page, camera.words["invalid"])
        expect(page.get_by_test_id("retry")).to_be_visible()
        camera.shoot(page, "chat-50-failed")
        page.context.set_offline(True)
        expect(page.get_by_test_id("state-offline")).to_be_visible()
        _send(page, camera.words["refund"])
        camera.shoot(page, "chat-51-offline-queued")
        line.down = 1012
        page.context.set_offline(False)
        expect(page.get_by_test_id("state-reconnecting")).to_be_visible()
        camera.shoot(page, "chat-52-reconnecting")
        line.down = 4401
        expect(page.get_by_test_id("state-expired")).to_be_visible(timeout=30_000)
        camera.shoot(page, "chat-53-expired")
    with camera.page() as page:
        Line(page).down = 4403
        open_thread(camera, page, "alice")
        expect(page.get_by_test_id("state-stopped")).to_be_visible()
        camera.shoot(page, "chat-54-stopped")
    with camera.page() as page:
        page.add_init_script(NO_STORAGE)
        open_thread(camera, page, "guest")
        expect(page.get_by_test_id("state-storage")).to_be_visible()
        camera.shoot(page, "chat-55-storage-denied")


def loading(camera: Camera) -> None:
    """What is still on its way, and what does not come."""
    with camera.page() as page:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/api/v1/shops/star/widget", hold)
        page.route("**/widget/thread.js", hold)
        _demo(camera, page, "guest")
        camera.shoot(page, "chat-60-loading")
        page.get_by_test_id("begin").click()
        camera.shoot(page, "chat-61-thread-loading")
        for route in held:
            route.abort()
        page.get_by_test_id("back").click()
        camera.shoot(page, "chat-62-no-answer")


def closed(camera: Camera) -> None:
    """Outside hours: home says when people are back, the queue by when there is an answer."""
    with camera.page() as page:
        page.route("**/api/v1/shops/star/widget", _shut)
        Stage(page, *others(camera.lang))
        _demo(camera, page, "guest")
        camera.shoot(page, "chat-70-outside-hours")
        page.get_by_test_id("tab-messages").click()
        _row(page, QUEUE)
        expect(page.get_by_test_id("handoff-queue")).to_be_visible()
        camera.shoot(page, "chat-71-queue-outside-hours")


def seen_otherwise(camera: Camera) -> None:
    """Forced colours, and everything twice as large."""
    with camera.page(forced_colors="active", reduced_motion="reduce") as page:
        Stage(page, cards(camera.lang))
        _inbox(camera, page, CARDS)
        camera.shoot(page, "chat-80-forced-colours")
        page.get_by_test_id("back").click()
        page.get_by_test_id("tab-home").click()
        camera.shoot(page, "chat-81-forced-colours-home")
    half = {"width": 640, "height": 400} if camera.size == "desktop" else {"width": 320, "height": 422}
    with camera.page(viewport=half, device_scale_factor=2) as page:
        Stage(page, cards(camera.lang), *others(camera.lang))
        _inbox(camera, page, QUEUE)
        camera.shoot(page, "chat-82-twice-as-large")
        page.get_by_test_id("back").click()
        page.get_by_test_id("tab-home").click()
        camera.shoot(page, "chat-83-twice-as-large-home")


CHAT_STATES: tuple[Callable[[Camera], None], ...] = (
    first_visit, returning, passing, every, cut, loading, closed, seen_otherwise,
)  # fmt: skip


class Line:
    """A page's socket to its server that may refuse what is said, or be cut with the code `down`."""

    def __init__(self, page: Page) -> None:
        self.refuse, self.down = False, 0
        page.route_web_socket("**/ws", self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        if self.down:
            route.close(code=self.down)
            return
        self._route, server = route, route.connect_to_server()

        def say(text: str | bytes) -> None:
            frame: dict[str, Any] = json.loads(text)
            if self.refuse and frame["t"] == "say":
                said = {"code": "internal", "message_key": "error.internal", "retry": False}
                route.send(json.dumps({"v": 1, "t": "error", "re": frame["id"], "d": said}))
            else:
                server.send(text)

        route.on_message(say)

    def cut(self, code: int) -> None:
        """End the connection, and every one after it."""
        self.down = code
        self._route.close(code=code)


def others(lang: str) -> list[dict[str, Any]]:
    """A conversation in the queue, one with a person, one that is over."""
    texts = [text for text, _ in every_card(lang == "en")]
    asked, told = message(1, "buyer", texts[4]), message(2, "assistant", texts[0], cited=True)
    chen = {"id": "chen", "name": "Chen"}
    person = message(3, "agent", texts[2], name="Chen")
    return [
        conversation(QUEUE, [asked, told], lang, state="waiting", subject=texts[4]),
        conversation(PERSON, [asked, told, person], lang, state="human", assignee=chen, joined_at=f"{DAY}09:00:03Z"),
        conversation("staged-over", [asked, told], lang, state="resolved", subject=texts[3]),
    ]  # fmt: skip


def _demo(camera: Camera, page: Page, buyer: str, open: bool = True) -> None:
    page.goto(f"{camera.server.base}/demo")
    page.get_by_test_id(f"buyer-{buyer}").click()
    if open:
        page.get_by_test_id("launcher").click()
        expect(page.get_by_test_id("panel")).to_be_visible()


def _inbox(camera: Camera, page: Page, id: str) -> None:
    _demo(camera, page, "alice")
    page.get_by_test_id("tab-messages").click()
    _row(page, id)


def _row(page: Page, id: str) -> None:
    page.locator(f'[data-testid="conversation"][data-id="{id}"]').click()
    expect(page.get_by_test_id("composer")).to_be_visible()


def _send(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def _through(camera: Camera, page: Page, name: str) -> None:
    """A thread from its beginning to its end, one picture a window."""
    thread = page.locator(".thread")
    high = int(thread.evaluate("t => t.clientHeight")) - 40
    for at in range(-(-int(thread.evaluate("t => t.scrollHeight")) // high)):
        thread.evaluate("(t, y) => { t.scrollTop = y }", at * high)
        camera.shoot(page, f"{name}-{at + 1:02}")


def _shut(route: Route) -> None:
    answer = route.fetch()
    back = (datetime.now(UTC) + timedelta(hours=9)).isoformat()
    route.fulfill(response=answer, json=answer.json() | {"open_now": False, "next_open": back})
