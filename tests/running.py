"""A real server in a process of its own, and a plain client of the socket."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Protocol, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect

from support.chat.conformity import check_frame
from support.chat.frames import Role
from tests.forked import anxin_parent
from tests.forking import Child
from ticketing.ids import new_id

Json = dict[str, Any]
READY_SECONDS = 180
PATIENCE = 60.0
"""Seconds after which nothing more is expected of a server; a busy machine is no fault of its own."""
PORTS = (20_000, 32_000)


def free_port() -> int:
    """A port to listen on, now and after a kill: no client is given it, and no test run beside this one takes it.

    Below those that the system gives to clients; claimed by its namesake of UDP until this process ends.
    """
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with suppress(OSError), socket.socket() as probe:
            claim = socket.socket(type=socket.SOCK_DGRAM)
            with claim:
                claim.bind(("127.0.0.1", port))
                probe.bind(("127.0.0.1", port))
                claim.detach()
            return port


def is_ready(port: int, host: str = "127.0.0.1") -> bool:
    """Whether the server on a port says so; asked plainly, for a client of httpx costs the work of a small turn."""
    connection = HTTPConnection(host, port, timeout=60)
    with closing(connection), suppress(OSError, HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    return False


class RunningServer:
    """`anxin serve --demo` on a free port over a data folder; may be killed and started again."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir, self.port = data_dir, free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.ws = f"ws://127.0.0.1:{self.port}/ws"
        self._env = os.environ | {
            "ANXIN_DATA_DIR": str(data_dir), "ANXIN_PORT": str(self.port), "OMP_NUM_THREADS": "1",
            "ANXIN_DEMO_HISTORY": "false", **settings,
        }  # fmt: skip
        self.process: Child | None = None

    def start(self) -> Self:
        """Start and wait until it is ready."""
        log = self.data_dir / "server.log"
        self.process = self._fork(("serve", "--demo"), log, log)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log()}")
            if is_ready(self.port):
                return self
            time.sleep(0.02)
        self.kill()
        raise AssertionError(f"not ready: {self.log()}")

    def _fork(self, arguments: Sequence[str], out: Path, err: Path) -> Child:
        """The command `anxin` with these arguments."""
        return anxin_parent().fork(out, err, self._env, cwd=str(self.data_dir), argv=arguments)

    def log(self) -> str:
        """What the server printed."""
        return (self.data_dir / "server.log").read_text()

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def anxin(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command over the same data folder."""
        with TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            code = self._fork(arguments, out, err).wait()
            return subprocess.CompletedProcess(["anxin", *arguments], code, out.read_text(), err.read_text())

    def token(self, sub: str = "alice", shop: str = "star") -> str:
        """A buyer's token as the command line prints it."""
        done = self.anxin("token", "buyer", "--shop", shop, "--sub", sub)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def login(self, name: str = "lin", password: str = "") -> str:
        """An agent's session token, one of the demo's agents if no password is given."""
        given = {"name": name, "password": password or f"star-desk-{name}"}
        done = httpx.post(f"{self.base}/api/v1/agent/session", json=given, timeout=60)
        assert done.status_code == 200, done.text
        return str(done.json()["token"])


class Served(Protocol):
    """Where a client connects."""

    @property
    def ws(self) -> str:
        """The socket's URL."""
        ...


class Buyer:
    """A client that keeps every frame it got, each of which the schema must know."""

    def __init__(self, server: Served, shop: str = "star", **hello: Any) -> None:
        self._url, self.frames = server.ws, list[Json]()
        self._headers = {"Origin": hello.pop("origin")} if "origin" in hello else {}
        self._subprotocols = hello.pop("subprotocols", ["anxin.v1"])
        self._hello = {"role": "buyer", "shop": shop, "locale": "zh-CN", "timezone": "Asia/Shanghai", **hello}
        self._role: Role = self._hello["role"]
        self._sent: dict[str, str] = {}
        self.socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        self.socket = await connect(
            self._url, subprotocols=self._subprotocols, compression=None, additional_headers=self._headers
        )  # fmt: skip
        if self._hello.get("shop"):
            await self.send("hello", self._hello)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.socket is not None
        await self.socket.close()

    async def send(self, t: str, d: Json, id: str | None = None) -> str:
        """Send a frame; its id."""
        key = id or new_id()
        self._sent[key] = t
        await self.raw(json.dumps({"v": 1, "t": t, "id": key, "d": d}, ensure_ascii=False))
        return key

    async def raw(self, text: str) -> None:
        """Send text as it is."""
        assert self.socket is not None
        await self.socket.send(text)

    async def next(self, *types: str, seconds: float = PATIENCE) -> Json:
        """The next frame of one of these types; the others are kept in `frames` too."""
        assert self.socket is not None
        async with asyncio.timeout(seconds):
            while True:
                text = await self.socket.recv()
                check_frame(text, self._role, self._sent)
                frame: Json = json.loads(text)
                self.frames.append(frame)
                if not types or frame["t"] in types:
                    return frame

    async def say(self, text: str, conversation: str = "new", id: str | None = None) -> tuple[Json, Json]:
        """Say something: its ack and the answer's `done`."""
        key = await self.send("say", {"conversation": conversation, "text": text, "attachments": []}, id)
        ack = await self.next("ack", "error")
        done = await self.next("done") if ack["t"] == "ack" else {}
        assert ack.get("re") == key
        return ack, done

    async def closed(self, seconds: float = PATIENCE) -> int:
        """Read on until the server closes; the code."""
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                await self.next(seconds=seconds)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


class Desk(Buyer):
    """An agent's client."""

    def __init__(self, server: Served, name: str = "lin", **hello: Any) -> None:
        if (token := hello.pop("token", None)) is None:
            assert isinstance(server, RunningServer)
            token = server.login(name)
        super().__init__(server, role="agent", token=token, **hello)

    async def opened(self) -> Json:
        """Read until the desk is up to date; the `welcome`."""
        welcome = await self.next("welcome", "error")
        await self.next("synced")
        return dict(welcome["d"])

    async def do(self, t: str, **d: Any) -> Json:
        """Send a command; its ack or error."""
        key = await self.send(t, d)
        while (answer := await self.next("ack", "error")).get("re") != key:
            pass
        return answer
