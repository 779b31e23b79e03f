"""`first_sentence_added_ms`: the first sentence of a model's answer through us, over the model's own first sentence.

A model behind a real socket writes at a steady pace. Bare, a client waits until it has read the first sentence; through
us, a buyer's message is kept, understood, answered, reworded and checked, and its first piece is passed to the pages.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from evals.report import Row
from support.assistant.phrases import phrase
from support.assistant.prompts import prompt
from support.bootstrap import DEMO_SHOPS, open_application
from support.realtime.streams import Piece
from support.service.answer import answer
from support.service.people import visitor
from support.service.receive_message import Words, receive_message
from support.service.runtime import Runtime
from support.settings import Settings
from ticketing.ids import new_id
from ticketing.storage import visitors

ROUNDS, WARM, SHOP = 25, 3, "star"
ASKED = "查一下我的订单"
NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
KEY = "first_sentence_added_ms"


@dataclass
class FirstPiece:
    """When the first piece of an answer was passed on."""

    at: tuple[float, float] | None = None
    texts: list[str] = field(default_factory=list)

    def stream(self, piece: Piece, text: str) -> None:
        """Note the time of the first."""
        self.at = self.at or _now()
        self.texts.append(piece.text)

    def stream_over(self, shop: str, conversation: str) -> None:
        """Nothing."""


def measure() -> list[Row]:
    """The row; without a value where the adapter for such endpoints is not installed."""
    if find_spec("langchain_openai") is None:
        return [Row(KEY, None, "ms", 0, note="pip install 'anxin[openai]' to measure it")]
    with _talker() as url, tempfile.TemporaryDirectory() as folder:
        settings = Settings.alone(data_dir=Path(folder), model="openai:m", model_base_url=url)
        with open_application(settings) as application:
            application.shops.import_folder(DEMO_SHOPS / SHOP)
            application.warm()
            return _rows(application.runtime(), url)


def _now() -> tuple[float, float]:
    """Milliseconds of the clock and of this process's CPU, all threads."""
    return time.perf_counter() * 1e3, time.process_time() * 1e3


def _rows(runtime: Runtime, url: str) -> list[Row]:
    body = _body()
    mine, bare = [], []
    with httpx.Client(base_url=url) as client:
        for _ in range(WARM + ROUNDS):
            bare.append(_bare(client, body))
            mine.append(_ours(runtime))
    return [_row(KEY, mine, bare, 0), _row(KEY.replace("_ms", "_cpu_ms"), mine, bare, 1)]


def _row(key: str, mine: list[tuple[float, float]], bare: list[tuple[float, float]], which: int) -> Row:
    ours, theirs = ([took[which] for took in side[WARM:]] for side in (mine, bare))
    added = [one - other for one, other in zip(ours, theirs, strict=True)]
    note = f"{median(ours):.0f} ms from a message to its first sentence, {median(theirs):.0f} ms the model's own"
    samples = tuple(round(one, 1) for one in added)
    return Row(
        key, round(median(added), 1), "ms", ROUNDS, baseline=round(median(theirs), 1), samples=samples, note=note
    )


def _since(started: tuple[float, float], ended: tuple[float, float]) -> tuple[float, float]:
    return ended[0] - started[0], ended[1] - started[1]


def _ours(runtime: Runtime) -> tuple[float, float]:
    first = FirstPiece()
    heard = replace(runtime, streams=first)
    folder = runtime.shops.get(SHOP).folder
    started = _now()

    def keep(tx: Any) -> Any:
        person = visitor(SHOP, visitors.new_visitor(tx, SHOP, NOW)[0])
        return receive_message(tx, folder.shop, person, new_id(), b"", Words("new", ASKED, "zh-CN", {}), NOW)

    done = answer(heard, heard.journal.write_now(keep).turn, NOW)
    if done is None or done.message.generated_by != "model" or first.at is None:
        raise RuntimeError("the model's words were not sent: there is nothing to measure")
    return _since(started, first.at)


def _bare(client: httpx.Client, body: bytes) -> tuple[float, float]:
    """How long until the model's first sentence has been read."""
    text, started = "", _now()
    with client.stream("POST", "/chat/completions", content=body) as reply:
        for line in reply.iter_lines():
            if line.startswith("data: {"):
                text += json.loads(line[6:])["choices"][0]["delta"]["content"]
            if "。" in text:
                took = _since(started, _now())
                break
    return took


def _body() -> bytes:
    """The request that we make for such a message."""
    lines = {"1": phrase("zh-CN", "ask.order")}
    given = json.dumps({"buyer": ASKED, "language": "zh-CN", "lines": lines}, ensure_ascii=False)
    messages = [{"role": "system", "content": prompt("reword")}, {"role": "user", "content": given}]
    return json.dumps({"model": "m", "stream": True, "messages": messages}).encode()


@contextmanager
def _talker() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "bench.talker"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
    finally:
        process.kill()
        process.wait()
