"""Anything on the socket, from both roles: a real server answers or closes, and goes on as before.

`FAULT_SEED=n` repeats a run's frames.
"""

from __future__ import annotations

import asyncio
import json
import random
import string
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from support.chat.frames import COMMANDS, FOREIGN, MAX_FRAME_BYTES, Role
from tests.faults.agents import an_agents_token
from tests.faults.record import faults_of
from tests.faults.seeds import seed
from tests.faults.spawner import SHOP, MortalServer, Spawner
from tests.faults.visitor import Visitor, compare_with_fresh

SOCKETS, FRAMES, AT_ONCE = 40, 60, 8
LAST = "the last one"
GROWTH = 12 * 2**20
"""Bytes that so many more sockets may leave behind: what allocators and caches take, not what somebody forgot."""
CLOSES = {1000, 4400, 4401, 4403, 4426}
TYPES = sorted({*COMMANDS["buyer"], *COMMANDS["agent"], *FOREIGN["buyer"], "hello", "pong", "welcome", "dance", ""})
FIELDS = (
    "conversation", "text", "message", "seq", "before_seq", "limit", "on", "action", "value", "attachments", "context",
    "reason", "score", "tags", "comment", "token", "if_rev", "to", "note", "until", "macro", "lang", "state",
    "resolution", "role", "shop", "visitor", "cursor", "epoch", "locale", "page", "more",
)  # fmt: skip


@pytest.fixture
def server(spawner: Spawner, tmp_path: Path) -> Iterator[MortalServer]:
    with spawner.server(tmp_path / "data") as server:
        yield server.wait_ready()


async def test_no_frame_whatever_ends_hangs_or_fattens_the_server(server: MortalServer) -> None:
    rng, token = random.Random(chosen := seed()), an_agents_token(server)
    async with Visitor(server.url, "bystander") as bystander, Visitor(server.url, "target") as target:
        first, aim = await bystander.say("旁观者的问题"), await target.say("你好")
        await bystander.answered(*bystander.said)
        known = ["new", aim["conversation"], aim["message"]["id"], target.page.visitor, SHOP, token]
        await _storm(server, rng, known, token)
        before = _memory(server)
        await _storm(server, rng, known, token)
        grown = _memory(server) - before
        async with asyncio.timeout(60):
            await bystander.say("还在吗", first["conversation"])
        await bystander.answered(*bystander.said)
        assert await compare_with_fresh(server.url, [bystander]) == []
    assert faults_of(server.data_dir / "anxin.sqlite", [bystander]) == [], f"seed {chosen}"
    assert [line for line in server.log().splitlines() if "error" in line or "Traceback" in line] == [], (
        f"seed {chosen}"
    )
    assert grown < GROWTH, f"seed {chosen}: {grown / 2**20:.1f} MiB"


async def _storm(server: MortalServer, rng: random.Random, known: list[Any], token: str) -> None:
    """Sockets of both roles, some at once, each with frames of its own."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(role: Role, own: random.Random) -> None:
        async with gate, asyncio.timeout(60):
            await _one_socket(server, role, own, known, token)

    roles: list[Role] = ["buyer", "agent"]
    await asyncio.gather(*(one(roles[i % 2], random.Random(rng.random())) for i in range(SOCKETS)))


async def _one_socket(server: MortalServer, role: Role, rng: random.Random, known: list[Any], token: str) -> None:
    """Say hello, mostly, then anything; in the end ask something, which is answered unless the server closed."""
    who = {"role": role, "shop": SHOP, "token": token if role == "agent" else None}
    last = json.dumps({"v": 1, "t": "history", "id": LAST, "d": {"conversation": "nowhere"}})
    frames = [*(_frame(rng, role, known) for _ in range(FRAMES)), last]
    async with connect(server.url, subprotocols=[Subprotocol("anxin.v1")], compression=None, close_timeout=1) as socket:
        with suppress(ConnectionClosed):
            if rng.random() < 0.9:
                await socket.send(json.dumps({"v": 1, "t": "hello", "d": who}))
                await _until(socket, "synced")
            await asyncio.gather(_send(socket, frames), _until(socket, "error", LAST))
    assert socket.close_code in CLOSES, (socket.close_code, socket.close_reason, server.log()[-4_000:])


async def _send(socket: ClientConnection, frames: Sequence[str | bytes]) -> None:
    for frame in frames:
        await socket.send(frame)


async def _until(socket: ClientConnection, t: str, re: str | None = None) -> None:
    """Read to a frame; none tells of a fault of ours."""
    while True:
        frame = json.loads(await socket.recv())
        assert frame["d"].get("code") != "internal", frame
        if frame["t"] == t and re in (None, frame.get("re")):
            return


def _frame(rng: random.Random, role: Role, known: list[Any]) -> str | bytes:
    """Mostly an envelope that might be one; else what is no JSON, no UTF-8 or far too long."""
    match rng.randrange(200):
        case 0:
            return rng.randbytes(rng.randrange(40))
        case 1:
            return "".join(rng.choices(string.printable + "很😀\u2028", k=rng.randrange(60)))
        case 2:
            return "[" * rng.choice((10, 5_000)) + "x"
        case 3:
            return json.dumps(
                {"v": 1, "t": "say", "id": "a", "d": {"conversation": "new", "text": "x" * MAX_FRAME_BYTES}}
            )
    t = rng.choice(sorted(COMMANDS[role])) if rng.random() < 0.8 else rng.choice(TYPES)
    envelope: dict[str, Any] = {"v": 1, "t": t, "id": str(rng.random()), "d": _body(rng, known)}
    if rng.random() < 0.1:
        envelope["id"] = rng.choice(("a", "b", "i" * 64, "i" * 65, "", "\0", 7, None))
    if rng.random() < 0.03:
        envelope[rng.choice(("v", "t", "d", "n", "re"))] = _value(rng, known)
    text = json.dumps(envelope)
    return text.encode() if rng.random() < 0.1 else text


def _body(rng: random.Random, known: list[Any]) -> dict[str, Any]:
    """What fits every command, for each overlooks what it does not know; but for a field or two."""
    good = {
        "conversation": known[1] if rng.random() < 0.6 else rng.choice(known), "text": "你好", "message": known[2],
        "action": "choose", "value": "1", "seq": 1, "on": True, "score": 3, "token": known[-1], "to": None,
        "until": "2099-01-01T00:00:00Z", "state": "online", "if_rev": None, "macro": "m",
    }  # fmt: skip
    return good | {rng.choice(FIELDS): _value(rng, known) for _ in range(rng.choice((0, 0, 0, 1, 1, 2)))}


def _value(rng: random.Random, known: list[Any], depth: int = 2) -> Any:
    """Something that a field might hold, or never."""
    if depth and rng.random() < 0.2:
        some = [_value(rng, known, depth - 1) for _ in range(rng.randrange(4))]
        return some if rng.random() < 0.5 else {rng.choice(FIELDS): one for one in some}
    return rng.choice((
        *known, None, True, 0, 1, -1, 2**31, 2**63, 10**30, -(2**70), 0.5, 1e308, float("inf"), float("nan"), "", " ",
        "\0", "\ud800", "很" * 4001, "2026-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00Z",
        "online", "转人工", "我要退款，订单 SAMPLE0001，查询密码 query-1", "../../etc/passwd", "' OR 1=1 --", "{{7*7}}",
    ))  # fmt: skip


def _memory(server: MortalServer) -> int:
    """Bytes that it holds now."""
    lines = dict(line.split(":") for line in Path(f"/proc/{server.pid}/status").read_text().splitlines())
    return int(lines["VmRSS"].removesuffix("kB")) * 1024
