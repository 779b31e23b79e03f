"""docs/walks.md names functions in the order in which they are called: each walk is walked, and compared."""

from __future__ import annotations

import json
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.cli.serve import draining, uvicorn_config
from support.service.demo_agents import CHEN, LIN, DemoAgent, make_demo_agents
from support.settings import Settings
from support.web.app import create_app
from tests.walks.tracing import ROOT, Calls, listening
from ticketing.ids import new_id

PAGE = (ROOT / "docs" / "walks.md").read_text("utf-8")
PATIENCE = 60.0
ARTICLE = """---
id: parking
title: 门店停车
lang: zh-CN
questions:
  - 你们那里能停车吗
---
门店后面有三十个停车位，免费两小时。
"""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Served:
    """A server in threads of this process, whose calls are heard."""

    application: Application
    calls: Calls
    at: str

    @contextmanager
    def socket(self, **hello: str) -> Iterator[ClientConnection]:
        """A page's socket, welcomed."""
        with connect(f"ws://{self.at}/ws", subprotocols=[Subprotocol("anxin.v1")]) as page:
            page.send(json.dumps({"v": 1, "t": "hello", "d": {"shop": "star", **hello}}))
            heard(page, "welcome")
            yield page

    def token(self, one: DemoAgent) -> str:
        """A session of an agent of the demo's."""
        given = {"name": one.name, "password": one.password}
        return str(httpx.post(f"http://{self.at}/api/v1/agent/session", json=given).raise_for_status().json()["token"])


def heard(page: ClientConnection, what: str) -> Json:
    """The next frame of that type."""
    while (frame := json.loads(page.recv(timeout=PATIENCE)))["t"] != what:
        assert frame["t"] != "error", frame
    return dict(frame["d"])


def said(page: ClientConnection, what: str, **data: str) -> Json:
    """A command, and its ack."""
    page.send(json.dumps({"v": 1, "t": what, "id": new_id(), "d": data}))
    return heard(page, "ack")


@pytest.fixture(scope="module")
def served(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("walks"), dirs_exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings.alone(data_dir=folder, port=port)
    with listening() as calls, open_application(settings) as application:
        make_demo_agents(application.journal, "star", ("zh-CN", "en"), datetime.now(UTC))
        server = draining(uvicorn.Server)(uvicorn_config(create_app(application), settings))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            ready(f"http://127.0.0.1:{port}/readyz")
            yield Served(application, calls, f"127.0.0.1:{port}")
        finally:
            server.should_exit = True
            thread.join()


def ready(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(url)


def walked(title: str, calls: Calls) -> None:
    """Fails unless what the page tells of the walk was called, in its order."""
    section = PAGE.partition(f"## {title}")[2].partition("\n## ")[0]
    told = re.findall(r"^\d+\. `([\w.]+)`", section, re.MULTILINE)
    assert len(told) > 10, title
    first = dict(calls.first)
    assert [name for name in told if name not in first] == []
    assert told == sorted(told, key=first.__getitem__)


def test_a_buyers_text(served: Served) -> None:
    with served.socket(role="buyer") as page:
        served.calls.forget()
        said(page, "say", conversation="new", text="卡密怎么兑换？")
        assert heard(page, "done")["message"]["text"]
    walked("A buyer's text", served.calls)


def test_a_refund(served: Served) -> None:
    served.calls.forget()
    chen, lin = (
        httpx.Client(base_url=f"http://{served.at}/api/v1/desk/refunds/", headers={"Authorization": f"Bearer {token}"})
        for token in (served.token(CHEN), served.token(LIN))
    )
    with chen, lin:
        wanted = {"order": "SC20260301001", "amount": "30.00", "reason": "the key was dead, seen in the screenshot"}
        number = chen.post(chen.base_url.join("../refunds"), json=wanted).raise_for_status().json()["number"]
        lin.post(f"{number}/approval", json={}).raise_for_status()
        chen.post(f"{number}/execution", json={}).raise_for_status()
        done = chen.post(f"{number}/execution", json={"reference": "T20260301"}).raise_for_status()
    assert done.json()["state"] == "done"
    walked("A refund", served.calls)


def test_an_article(served: Served, tmp_path: Path) -> None:
    folder = shutil.copytree(DEMO_SHOPS / "star", tmp_path / "star")
    (folder / "articles" / "parking.md").write_text(ARTICLE, "utf-8")
    with served.socket(role="buyer") as page:
        served.calls.forget()
        served.application.shops.import_folder(folder)
        said(page, "say", conversation="new", text="你们那里能停车吗")
        assert "三十个停车位" in heard(page, "done")["message"]["text"]
    walked("An article", served.calls)


def test_an_agents_reply(served: Served) -> None:
    with served.socket(role="buyer") as page, served.socket(role="agent", token=served.token(CHEN)) as desk:
        chat = str(said(page, "handoff", conversation="new")["conversation"])
        said(desk, "claim", conversation=chat)
        served.calls.forget()
        said(desk, "say", conversation=chat, text="您好，我来处理")
        while heard(page, "message")["message"]["text"] != "您好，我来处理":
            pass
    walked("An agent's reply", served.calls)
