"""The client and the worked example against a real server, each in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest

from support.client import Anxin, ApiProblem, Event
from tests.running import PATIENCE, RunningServer, free_port

BOT = Path(__file__).parents[2] / "docs" / "examples" / "community_bot.py"
QUESTION = "付款后没有发货怎么办"


@pytest.fixture(scope="module")
def server(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    import shutil

    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(untouched, folder, dirs_exist_ok=True)
    server = RunningServer(folder).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def key(server: RunningServer) -> str:
    scopes = ("messages:write", "conversations:read", "tickets:read", "tickets:write", "reports:read")
    named = [word for scope in scopes for word in ("--scope", scope)]
    return str(json.loads(server.anxin("key", "create", "bot", "--shop", "star", *named, "--json").stdout)["text"])


@pytest.fixture
def anxin(server: RunningServer, key: str) -> Iterator[Anxin]:
    with Anxin(server.base, key) as client:
        yield client


class Follower(threading.Thread):
    """Follows the events in a thread of its own, as a service would."""

    def __init__(self, client: Anxin, since: int) -> None:
        super().__init__(daemon=True)
        self.heard: Queue[Event] = Queue()
        self._client, self._since, self._over = client, since, False

    def run(self) -> None:
        with self._client:
            for event in self._client.follow(self._since):
                self.heard.put(event)
                if self._over:
                    return

    def end(self, anxin: Anxin) -> None:
        """Something more happens, upon which it ends."""
        self._over = True
        anxin.say("再见", buyer="the-last", channel="qq")
        self.join(PATIENCE)
        assert not self.is_alive()

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        while True:
            event = self.heard.get(timeout=PATIENCE)
            if wanted(event):
                return event


def answered(event: Event) -> bool:
    return event.message is not None and event.message["author"]["kind"] == "assistant"


def test_a_question_is_asked_and_its_answer_is_followed_read_and_found_again(
    server: RunningServer, key: str, anxin: Anxin
) -> None:
    since = anxin.now()
    follower = Follower(Anxin(server.base, key), since)
    follower.start()
    said = anxin.say(QUESTION, buyer="m1", channel="qq", once="m1-1")
    assert anxin.say(QUESTION, buyer="m1", channel="qq", once="m1-1") == said
    answer = follower.until(answered)
    assert answer.conversation == said.conversation
    assert answer.buyer == {"id": "m1", "channel": "qq"}
    newest, oldest = anxin.messages(said.conversation)
    assert (newest, oldest["text"], oldest["seq"]) == (answer.message, QUESTION, said.seq)
    assert [event.n for event in anxin.events(since) if answered(event)] == [answer.n]
    assert [one["id"] for one in anxin.conversations("m1", "qq")] == [said.conversation]
    follower.end(anxin)


def test_a_reader_goes_on_where_it_was_when_the_server_was_killed(
    server: RunningServer, key: str, anxin: Anxin
) -> None:
    follower = Follower(Anxin(server.base, key), anxin.now())
    follower.start()
    anxin.say(QUESTION, buyer="m2", channel="qq")
    first = follower.until(answered)
    server.kill()
    server.start()
    said = anxin.say("怎么兑换", buyer="m2", channel="qq")
    heard = [follower.until(lambda event: event.n > first.n)]
    while not answered(heard[-1]):
        heard.append(follower.until(lambda event: True))
    assert [one.n for one in heard] == sorted({one.n for one in heard})
    assert heard[-1].conversation == said.conversation
    follower.end(anxin)


def test_a_server_that_stops_lets_its_readers_go_at_once(untouched: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(untouched, tmp_path, dirs_exist_ok=True)
    server = RunningServer(tmp_path).start()
    scopes = ("--scope", "conversations:read", "--scope", "messages:write")
    made = server.anxin("key", "create", "bot", "--shop", "star", *scopes, "--json")
    with Anxin(server.base, str(json.loads(made.stdout)["text"])) as client:
        since = client.now()
        client.say("你好", buyer="m1", channel="qq")
        with client._http.stream("GET", "events/stream", headers={"Last-Event-ID": str(since)}) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("id: ")
            assert server.stop() == 0
            assert list(lines)[-1] == ""


def test_tickets_are_found_and_changed_and_reports_are_read(anxin: Anxin) -> None:
    said = anxin.say("转人工", buyer="m3", channel="qq")
    deadline = time.monotonic() + PATIENCE
    while not (found := [one for one in anxin.tickets() if one["conversation"]["id"] == said.conversation]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    number = found[0]["ticket"]["number"]
    assert anxin.change_ticket(number, tags=["vip"])["ticket"]["tags"] == ["vip"]
    assert anxin.ticket(number)["ticket"]["tags"] == ["vip"]
    assert anxin.report()


def test_the_page_shows_what_works(server: RunningServer, key: str, anxin: Anxin) -> None:
    """Its commands for a shell are run as they stand, and its Python until the first answer."""
    page = (BOT.parents[1] / "channel.md").read_text("utf-8")
    shell, python = (re.search(rf"```{name}\n(.*?)```", page, re.DOTALL) for name in ("sh", "python"))
    assert shell is not None
    assert python is not None
    env = os.environ | {"ANXIN_URL": server.base, "ANXIN_KEY": key}
    done = subprocess.run(["bash", "-c", shell[1]], env=env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["message"]["seq"] == 1
    code = python[1].replace("http://127.0.0.1:8000", server.base).replace("axk.…", key)
    with subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True) as asks:
        assert asks.stdout is not None
        told = asks.stdout.readline()
        asks.kill()
    assert "'channel': 'community'" in told


def test_what_is_refused_says_why_and_is_not_tried_again(server: RunningServer, anxin: Anxin) -> None:
    with pytest.raises(ApiProblem, match="buyers:act") as refused:
        anxin.say("hi", buyer="alice")
    assert (refused.value.status, refused.value.scope) == (403, "buyers:act")
    with Anxin(server.base, "axk.star.0000000000.x") as client, pytest.raises(ApiProblem) as nobody:
        next(client.follow(0))
    assert nobody.value.status == 401


def test_what_fails_for_the_moment_is_tried_again_under_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr(time, "sleep", paused.append)
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["idempotency-key"])
        if len(asked) == 1:
            raise httpx.ConnectError("down")
        if len(asked) < 4:
            told = {2: (429, {"Retry-After": "7"}, {}), 3: (409, {}, {"code": "in_progress"})}[len(asked)]
            return httpx.Response(told[0], headers=told[1], json=told[2])
        return httpx.Response(201, json={"conversation": "c", "message": {"id": "m", "seq": 1}})

    client = Anxin("http://anxin", "k", transport=httpx.MockTransport(answer))
    assert client.say("hi", buyer="b").message == "m"
    assert (len(asked), len(set(asked)), paused[1]) == (4, 1, 7.0)


class Platform(ThreadingHTTPServer):
    """The community's side: what the bot sends to its members."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Members)
        self.sent: Queue[dict[str, Any]] = Queue()


class _Members(BaseHTTPRequestHandler):
    server: Platform

    def do_POST(self) -> None:
        self.server.sent.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def test_the_example_answers_a_communitys_member(server: RunningServer, key: str, tmp_path: Path) -> None:
    port = free_port()
    with Platform() as platform:
        threading.Thread(target=platform.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        env = os.environ | {
            "ANXIN_URL": server.base, "ANXIN_KEY": key, "BOT_CURSOR": str(tmp_path / "cursor"),
            "PLATFORM_URL": f"http://127.0.0.1:{platform.server_address[1]}/send",
        }  # fmt: skip
        with subprocess.Popen([sys.executable, str(BOT), str(port)], env=env, stdout=subprocess.PIPE, text=True) as bot:
            try:
                assert bot.stdout is not None
                assert bot.stdout.readline() == "ready\n"
                while not (tmp_path / "cursor").exists():
                    time.sleep(0.05)
                update = {"id": "u-1", "user": "wang", "text": QUESTION}
                for _ in range(2):  # platforms call again when they did not hear the answer
                    assert httpx.post(f"http://127.0.0.1:{port}/update", json=update).status_code == 200
                told = platform.sent.get(timeout=PATIENCE)
                assert (told["user"], bool(told["text"])) == ("wang", True)
            finally:
                bot.kill()
        platform.shutdown()
    assert platform.sent.empty()
