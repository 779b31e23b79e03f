"""Every state and every card of the chat: nothing that axe finds, 44 px to tap, and said aloud once."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.gallery_chat import Line, others
from tests.browser.looker import Looker
from tests.browser.staged import CARDS, PERSON, QUEUE, RATE, SOLVED, Stage, cards, ended, long, message
from tests.running import RunningServer

TEXTS = {
    "order": "SC20261106001 · 3 · 5 · ¥490.00 · XY••••78", "decision": "¥196.00 · Undelivered: full refund",
    "confirm": "Submit the refund request? · ¥196.00", "choices": "The key is invalid · Wrong region",
    "form": "Order number · Submit", "ticket": "T-1042 · key invalid · In progress",
    "handoff": "person", "article": "How to redeem a Nebula card", "refund": "Refund progress · ¥196.00",
}  # fmt: skip
REFUNDS = "Under review · Approved · Refunding · Being checked · Refunded · Did not go through · Cancelled · Sent"


@pytest.fixture
def shown(context: BrowserContext) -> Page:
    context.add_init_script("localStorage.setItem('demo:split', 'off'); localStorage.setItem('demo:locale', 'en')")
    return context.new_page()


def test_every_state_can_be_read_and_tapped_by_everybody(shown: Page, server: RunningServer) -> None:
    page, looker = shown, Looker(shown)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/widget" in request.url else None)
    stage = Stage(page, cards("en"), long("en"), *others("en"), ended("en", None), ended("en", True))
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{server.base}/demo")
    page.get_by_test_id("buyer-alice").click()
    page.get_by_test_id("launcher").click()
    expect(page.get_by_test_id("home-orders")).to_be_visible()
    looker.look("home")
    fetched = {url.split("/")[-1] for url in asked if url.endswith(".js") and "/demo/" not in url}
    assert fetched == {"widget.js", "chat.js", "thread.js"}, "more than three files for the first look"
    page.get_by_test_id("tab-messages").click()
    looker.look("messages")
    page.get_by_test_id("tab-help").click()
    page.get_by_test_id("help-search").fill("refund")
    page.get_by_test_id("help-hit").first.click()
    expect(page.get_by_test_id("source-sheet")).to_be_visible()
    looker.look("sheet")
    page.get_by_test_id("source-close").click()
    looker.look("help")
    page.get_by_test_id("tab-home").click()
    page.get_by_test_id("begin").or_(page.get_by_test_id("continue")).first.click()
    for state, id in {"cards": CARDS, "queue": QUEUE, "person": PERSON, "solved": SOLVED, "rate": RATE}.items():
        page.get_by_test_id("back").click()
        page.get_by_test_id("tab-messages").click()
        page.locator(f'[data-id="{id}"]').click()
        expect(page.locator(".attach")).to_be_visible()
        if state == "cards":
            expect(page.get_by_test_id("rated")).to_be_visible()
            _read(page)
        if state == "rate":
            page.get_by_test_id("rate-2").click()
        looker.look(state)
        if state == "cards":
            _tap_twice(page, stage)
        elif state in {"solved", "rate"}:
            _end_twice(page, stage, state)
    assert looker.found == {}


def _tap_twice(page: Page, stage: Stage) -> None:
    """The second tap on a card does nothing, though it comes before the page was drawn anew."""
    page.get_by_test_id("field-number").first.fill("SC20261106001")
    page.get_by_test_id("field-proof").first.fill("kelp-30")
    for button in ("review-button", "choice", "confirm-yes", "form-submit"):
        page.get_by_test_id(button).first.evaluate("button => { button.click(); button.click(); }")
    page.get_by_test_id("card-choices").nth(1).get_by_test_id("choice").first.click()
    told: list[str] = []
    for _ in range(400):  # frames come in order: once the last tap is here, so is all that came before it
        told = [frame["d"]["action"] for frame in stage.said if frame["t"] == "act"]
        if told.count("choose") == 2 and told[-1] == "choose":
            break
        page.wait_for_timeout(50)
    assert told == ["review", "choose", "confirm", "submit", "choose"]


def _end_twice(page: Page, stage: Stage, state: str) -> None:
    """Nor does the second tap on what ends a conversation; what came before it was told in words."""
    words = {"solved": "solved", "rate": "Chen · Unclear"}[state]
    card = page.get_by_test_id("resolved" if state == "solved" else "rate")
    for word in words.split(" · "):
        expect(card).to_contain_text(word)
    button = page.get_by_test_id("resolved-yes" if state == "solved" else "rate-send")
    button.evaluate("button => { button.click(); button.click(); }")
    page.get_by_test_id("composer").fill("after it")
    page.get_by_test_id("composer").press("Enter")
    here = {"solved": SOLVED, "rate": RATE}[state]
    told: list[str] = []
    for _ in range(400):  # frames come in order
        told = [frame["t"] for frame in stage.said if frame["d"].get("conversation") == here]
        if "say" in told:
            break
        page.wait_for_timeout(50)
    assert [one for one in told if one in {"act", "rate"}] == ["act" if state == "solved" else "rate"]


def _read(page: Page) -> None:
    """Each card says in plain text what it shows."""
    for kind, words in TEXTS.items():
        card = page.get_by_test_id(f"card-{kind}").first
        for word in words.split(" · "):
            expect(card).to_contain_text(word)
    expect(page.get_by_test_id("reviewed")).to_contain_text("Review requested")
    states = [card.locator(".chip").inner_text() for card in page.get_by_test_id("card-refund").all()]
    assert " · ".join(states) == REFUNDS
    assert page.locator(".stepper").count() == 6, "what goes no further has no steps"


def test_what_stands_in_the_way_is_told_and_nothing_is_lost(shown: Page, server: RunningServer) -> None:
    page, looker, line = shown, Looker(shown), Line(shown)
    page.goto(f"{server.base}/demo")
    page.get_by_test_id("buyer-guest").click()
    page.get_by_test_id("launcher").click()
    page.get_by_test_id("begin").click()
    expect(page.locator(".attach")).to_be_visible()
    expect(page.get_by_test_id("thread-status")).to_have_text("Instant answers")
    looker.look("first words")
    line.refuse = True
    _send(page, "Which payment methods do you take?")
    expect(page.get_by_test_id("retry")).to_be_visible()
    looker.look("failed")
    page.context.set_offline(True)
    expect(page.get_by_test_id("state-offline")).to_be_visible()
    expect(page.get_by_test_id("thread-status")).to_have_text("")
    _send(page, "Are you there?")
    expect(page.locator('[data-state="queued"]')).to_contain_text("Waiting to send")
    looker.look("offline")
    line.refuse, line.down = False, 1012
    page.context.set_offline(False)
    expect(page.get_by_test_id("state-reconnecting")).to_be_visible()
    line.down = 0
    expect(page.locator('[data-author="assistant"]')).to_have_count(1)
    page.get_by_test_id("retry").click()
    expect(page.locator('[data-author="assistant"]')).to_have_count(2)
    line.cut(4401)
    expect(page.get_by_test_id("state-expired")).to_be_visible()
    expect(page.get_by_test_id("thread-status")).to_have_text("")
    looker.look("expired")
    assert looker.found == {}


def test_an_answer_is_said_aloud_once_when_it_is_whole(shown: Page, server: RunningServer) -> None:
    page, looker, stage = shown, Looker(shown), Stage(shown, *others("en"))
    page.goto(f"{server.base}/demo")
    page.get_by_test_id("buyer-alice").click()
    page.get_by_test_id("launcher").click()
    page.get_by_test_id("tab-messages").click()
    page.locator(f'[data-id="{QUEUE}"]').click()
    expect(page.get_by_test_id("composer")).to_be_visible()
    looker.listen()
    stage.tell("step", conversation=QUEUE, label_key="step.order", args={})
    for i, word in enumerate(("The ", "answer ", "is 42.")):
        stage.tell("delta", conversation=QUEUE, message="staged-m9", i=i, text=word)
    expect(page.get_by_test_id("streaming")).to_contain_text("The answer is 42.")
    assert looker.heard() == []
    for seq in (9, 10):  # the same words twice are two messages
        stage.tell("done", conversation=QUEUE, re="x", message=message(seq, "assistant", "The answer is **42**."))
    expect(page.get_by_test_id("streaming")).to_have_count(0)
    looker.heard(2)
    page.evaluate("Anxin('close')")
    stage.tell("message", conversation=PERSON, message=message(9, "agent", "I am here.", name="Chen"))
    expect(page.get_by_test_id("teaser")).to_contain_text("I am here.")
    said = ["AI assistant: The answer is 42."] * 2 + ["Chen: I am here."]
    assert looker.heard(3) == said


def _send(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")
