"""A person takes over: the whole of it, through the pages of one buyer and two agents, over a server that is killed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watch
from tests.browser.heard import Heard, SlowLine, all_text, until
from tests.browser.takeover_words import EN, ZH
from tests.browser.test_desk import log_in, open_conversation, waits
from tests.browser.test_journey import go_on, say
from tests.running import RunningServer

AGENT = "林晓 Lin"
ORDER, PROOF = "SC20260228001", "lamp-14"
BACK_MS = 60_000
"""A killed server needs some seconds to be back, and a page up to half a minute to try again."""
GONE = re.compile("ERR_CONNECTION|Failed to load resource|WebSocket")
"""What a browser itself writes to the console about a server that is not there."""


@dataclass
class Stage:
    """The three pages of a story, and what the buyer's heard."""

    server: RunningServer
    words: dict[str, str]
    buyer: Page
    heard: Heard
    lin: Page
    chen: Page
    line: SlowLine
    conversation: str = ""

    def said(self, author: str, words: str) -> Locator:
        """The buyer's view of messages by `author` with these words."""
        return _messages(self.buyer, author).filter(has_text=words)

    def record(self) -> list[tuple[str, str]]:
        """The conversation's messages as the server keeps them: author and text."""
        head = {"Authorization": f"Bearer {self.server.login('chen')}"}
        found = httpx.get(f"{self.server.base}/api/v1/desk/conversations/{self.conversation}", headers=head)
        return [(one["author"]["kind"], one["text"]) for one in found.json()["conversation"]["messages"]]


@pytest.fixture(scope="module")
def own_server(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Not the one that other tests use, for it is killed."""
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("takeover"), dirs_exist_ok=True)
    running = RunningServer(folder).start()
    yield running
    running.stop()


@pytest.fixture(params=[pytest.param(ZH, id="zh"), pytest.param(EN, id="en", marks=pytest.mark.soak)])
def stage(
    browser: Browser, own_server: RunningServer, problems: list[str], request: pytest.FixtureRequest
) -> Iterator[Stage]:
    words = request.param
    contexts = [browser.new_context(viewport={"width": 1180, "height": 800}, locale=words["locale"]) for _ in range(3)]
    buyer, lin, chen = pages = [context.new_page() for context in contexts]
    for page in pages:
        page.set_default_timeout(45_000)
        watch(page, problems)
    yield Stage(own_server, words, buyer, Heard(buyer), lin, chen, SlowLine(chen))
    for context in contexts:
        context.close()


def _messages(page: Page, author: str) -> Locator:
    return page.locator(f'[data-testid="message"][data-author="{author}"]')


def test_a_person_takes_over(stage: Stage, problems: list[str]) -> None:
    _ask_and_cite(stage)
    _identify_and_decide(stage)
    _dispute_and_queue(stage)
    _claim_once(stage)
    _read_the_brief(stage)
    _reply_and_note(stage)
    _the_assistant_only_suggests(stage)
    _the_server_is_killed(stage)
    _resolve_and_rate(stage)
    _reopen_by_writing(stage)
    _reopen_by_the_button(stage)
    _nothing_of_the_note_has_reached_the_buyer(stage)
    assert [told for told in problems if not GONE.search(told)] == []


def _ask_and_cite(stage: Stage) -> None:
    buyer = stage.buyer
    buyer.goto(f"{stage.server.base}/demo")
    buyer.get_by_test_id("buyer-guest").click()
    buyer.get_by_test_id("launcher").click()
    buyer.get_by_test_id("begin").click()
    answer = say(buyer, stage.words["question"])
    answer.get_by_test_id("citation-chip").first.click()
    done = stage.heard.of("done")[-1]
    stage.conversation = done["conversation"]
    lit = buyer.get_by_test_id("source-sheet").get_by_test_id("source-quote")
    expect(lit.first).to_be_in_viewport()
    quoted = done["message"]["citations"][0]["quote"].replace("**", "")
    assert [line for line in lit.all_inner_texts() if line not in quoted] == []
    buyer.get_by_test_id("source-close").click()


def _identify_and_decide(stage: Stage) -> None:
    answers = _messages(stage.buyer, "assistant")
    form = say(stage.buyer, stage.words["wish"]).get_by_test_id("card-form")
    form.get_by_test_id("field-order.number").fill(ORDER)
    form.get_by_test_id("field-order.proof").fill(PROOF)
    before = answers.count()
    form.get_by_test_id("form-submit").click()
    expect(answers).to_have_count(before + 1)
    expect(answers.last.get_by_test_id("card-decision")).to_contain_text(stage.words["refused"])
    assert PROOF not in all_text(stage.buyer)


def _dispute_and_queue(stage: Stage) -> None:
    """Somebody stands before them, and is taken: the buyer hears both places, and by when a person comes."""
    first = waits(stage.server, "请转人工")
    stage.buyer.get_by_test_id("review-button").click()
    ticket = _messages(stage.buyer, "assistant").last.get_by_test_id("card-ticket")
    expect(ticket).to_contain_text(stage.words["contest"])
    before = _place(stage)
    log_in(stage.chen, stage.server, "chen")
    open_conversation(stage.chen, first)
    stage.chen.get_by_test_id("claim").click()
    expect(stage.chen.get_by_test_id("conversation")).to_have_attribute("data-state", "human")
    until(stage.buyer, lambda: _places(stage)[-1] == before - 1)
    assert _place(stage) == before - 1


def _place(stage: Stage) -> int:
    """How many the buyer was told to stand before them; the page says the same, and by when a person comes."""
    queue = stage.buyer.get_by_test_id("handoff-queue")
    expect(queue).to_contain_text(re.compile(r"\d{1,2}:\d\d|\d+ (分钟|min)"))
    position = _places(stage)[-1]
    if queue.get_attribute("data-open") == "true":  # out of hours a place says nothing of when
        expect(queue).to_contain_text(stage.words["ahead"].format(position) if position else stage.words["next"])
    return position


def _places(stage: Stage) -> list[int]:
    told = [one for one in stage.heard.of("handoff") if one["stage"] == "queued"]
    assert all(one["eta_s"] > 0 for one in told)
    return [int(one["position"]) for one in told]


def _claim_once(stage: Stage) -> None:
    """Both have it open and both take it; word of the other's claim is slow to come to the second."""
    log_in(stage.lin, stage.server, "lin")
    for page in (stage.lin, stage.chen):
        open_conversation(page, stage.conversation)
        expect(page.get_by_test_id("claim")).to_be_visible()
    stage.line.slow()
    stage.lin.get_by_test_id("claim").click()
    expect(stage.buyer.get_by_test_id("handoff-assigned")).to_contain_text(AGENT)
    stage.chen.get_by_test_id("claim").click()
    stage.line.let_go()
    expect(stage.chen.get_by_test_id("taken")).to_contain_text(AGENT)
    expect(stage.chen.get_by_test_id("claim")).to_have_count(0)
    expect(stage.lin.get_by_test_id("conversation")).to_have_attribute("data-state", "human")
    expect(stage.buyer.get_by_test_id("thread-name")).to_have_text(AGENT)


def _read_the_brief(stage: Stage) -> None:
    brief = stage.lin.get_by_test_id("brief")
    for key in ("wants", "verdict", "refused", "step"):
        expect(brief).to_contain_text(stage.words[key])
    expect(brief).to_contain_text(ORDER)
    expect(brief).to_contain_text(re.compile(r"\d{1,2}:\d\d.*\d{1,2}:\d\d", re.DOTALL))
    for words, author in ((stage.words["wish"], "buyer"), (stage.words["verdict"], "assistant")):
        claim = brief.get_by_test_id("brief-claim").filter(has_text=words).last
        claim.click()
        message = stage.lin.locator(f'[data-id="{claim.get_attribute("data-message")}"]')
        expect(message).to_be_in_viewport()
        expect(message).to_be_focused()
        expect(message).to_have_attribute("data-author", author)


def _reply_and_note(stage: Stage) -> None:
    _write(stage.lin, "reply", stage.words["reply"])
    stage.lin.get_by_test_id("undo-now").click()
    said = stage.said("agent", stage.words["reply"])
    expect(said).to_contain_text(AGENT)
    expect(said.get_by_test_id("ai-mark")).to_have_count(0)
    expect(stage.buyer.get_by_test_id("handoff-joined")).to_contain_text(AGENT)
    _write(stage.lin, "note", stage.words["note"])
    for page in (stage.lin, stage.chen):
        expect(page.get_by_test_id("note")).to_contain_text(stage.words["note"])
    stage.chen.close()


def _write(page: Page, mode: str, words: str) -> None:
    page.get_by_test_id(f"mode-{mode}").click()
    page.get_by_test_id(f"composer-{mode}").fill(words)
    page.get_by_test_id(f"composer-{mode}").press("Enter")


def _the_assistant_only_suggests(stage: Stage) -> None:
    answers, since = _messages(stage.buyer, "assistant").count(), len(stage.heard.raw)
    _buyer_writes(stage, stage.words["more"])
    expect(stage.lin.get_by_test_id("suggestion")).to_be_visible()
    _write(stage.lin, "reply", stage.words["reply"] + "!")  # what a later frame shows to be missing is not on its way
    stage.lin.get_by_test_id("undo-now").click()
    expect(stage.said("agent", stage.words["reply"] + "!")).to_have_count(1)
    expect(_messages(stage.buyer, "assistant")).to_have_count(answers)
    for kind in ("done", "delta", "step", "live", "suggest"):
        assert stage.heard.of(kind, since) == []


def _buyer_writes(stage: Stage, words: str) -> None:
    stage.buyer.get_by_test_id("composer").fill(words)
    stage.buyer.get_by_test_id("composer").press("Enter")


def _the_server_is_killed(stage: Stage) -> None:
    """Both pages come back by themselves, and what was written meanwhile on either goes out once."""
    stage.server.kill()
    expect(stage.buyer.get_by_test_id("state-reconnecting")).to_be_visible()
    expect(stage.lin.get_by_test_id("presence")).to_have_attribute("data-state", "offline")
    _buyer_writes(stage, stage.words["while_away"])
    expect(stage.buyer.locator('[data-testid="message"][data-state]')).to_have_count(1)
    _write(stage.lin, "reply", stage.words["reply_away"])
    stage.lin.get_by_test_id("undo-now").click()
    expect(stage.lin.get_by_test_id("pending")).to_have_count(1)
    stage.server.start()
    expect(stage.said("agent", stage.words["reply_away"])).to_have_count(1, timeout=BACK_MS)
    expect(_messages(stage.lin, "buyer").filter(has_text=stage.words["while_away"])).to_have_count(1, timeout=BACK_MS)
    expect(stage.buyer.locator('[data-testid="message"][data-state]')).to_have_count(0)
    expect(stage.lin.get_by_test_id("pending")).to_have_count(0)
    for author, key in (("buyer", "while_away"), ("agent", "reply_away")):
        expect(stage.said(author, stage.words[key])).to_have_count(1)
        expect(_messages(stage.lin, author).filter(has_text=stage.words[key])).to_have_count(1)
        assert stage.record().count((author, stage.words[key])) == 1


def _resolve(stage: Stage) -> None:
    stage.lin.get_by_test_id("resolve").click()
    stage.lin.get_by_test_id("dialog-submit").click()
    expect(stage.lin.get_by_test_id("conversation")).to_have_attribute("data-state", "resolved")
    expect(stage.buyer.get_by_test_id("resolved")).to_contain_text(stage.words["solved"])


def _resolve_and_rate(stage: Stage) -> None:
    _resolve(stage)
    buyer = stage.buyer
    buyer.get_by_test_id("resolved-yes").click()
    expect(buyer.get_by_test_id("rate")).to_contain_text(AGENT)
    expect(buyer.get_by_test_id("rate-1")).to_be_focused()  # what was pressed is gone: the stars are next
    buyer.get_by_test_id("rate-5").click()
    buyer.get_by_test_id("rate-send").click()
    expect(buyer.get_by_test_id("rated")).to_be_visible()


def _reopen_by_writing(stage: Stage) -> None:
    _buyer_writes(stage, stage.words["again"])
    _is_back_at_the_agents(stage)


def _is_back_at_the_agents(stage: Stage) -> None:
    lin = stage.lin
    expect(stage.buyer.get_by_test_id("handoff-queue")).to_be_visible()
    expect(lin.get_by_test_id("conversation")).to_have_attribute("data-state", "waiting")
    lin.get_by_test_id("view-waiting").click()
    row = lin.locator(f'[data-testid="queue-row"][data-conversation="{stage.conversation}"]')
    expect(row).to_have_attribute("data-state", "waiting")


def _reopen_by_the_button(stage: Stage) -> None:
    stage.lin.get_by_test_id("claim").click()
    expect(stage.lin.get_by_test_id("conversation")).to_have_attribute("data-state", "human")
    _resolve(stage)
    stage.buyer.get_by_test_id("resolved-no").click()
    _is_back_at_the_agents(stage)


def _nothing_of_the_note_has_reached_the_buyer(stage: Stage) -> None:
    """Neither what was heard, nor the page as it stands, nor the page read anew from the record."""
    buyer = stage.buyer
    assert stage.words["note"] not in all_text(buyer)
    buyer.reload()
    buyer.get_by_test_id("launcher").click()
    go_on(buyer)
    expect(stage.said("agent", stage.words["reply_away"])).to_have_count(1)
    assert stage.words["note"] not in all_text(buyer)
    assert len(stage.heard.of("snapshot")) + len(stage.heard.of("synced")) >= 2
    assert any(stage.words["reply_away"] in text for text in stage.heard.raw)
    assert not any(stage.words["note"] in text for text in stage.heard.raw)
    assert stage.heard.of("note") == []
