"""A server in a process of its own, and a plain client."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from ticketing.ids import new_id

Json = dict[str, Any]
READY_SECONDS = 400


class NotReady(Exception):
    """A process to be measured did not start; the message has what it printed."""


class Child:
    """A process on a port of its own, stopped at the end."""

    def __init__(self, command: Sequence[str], folder: Path, **env: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._log = folder / "child.log"
        settings = os.environ | {"ANXIN_PORT": str(self.port), "OMP_NUM_THREADS": "1", **env}
        given = [word.replace("{port}", str(self.port)) for word in command]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(given, env=settings, stdout=log, stderr=log, cwd=folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(30)

    def wait(self, path: str | None) -> Self:
        """Until it answers `path`, or takes connections where there is none. Raises NotReady."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers(path):
                return self
            time.sleep(0.1)
        self.process.kill()
        self.process.wait()
        raise NotReady(self._log.read_text("utf-8")[-2000:])

    def _answers(self, path: str | None) -> bool:
        try:
            if path is None:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return True
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system, of all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mib(self) -> float:
        """Its resident memory."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024


def anxin(folder: Path) -> Child:
    """`anxin serve --demo` over an empty folder, without its invented past, ready. Raises NotReady."""
    command = [sys.executable, "-m", "support", "serve", "--demo"]
    settings = {"ANXIN_DATA_DIR": str(folder / "data"), "ANXIN_DEMO_HISTORY": "false"}
    return Child(command, folder, **settings).wait("/readyz")


class Buyer:
    """A visitor's page: hello, say, and what comes back."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.conversation = "new"
        self.heard: list[Json] = []

    @classmethod
    async def come(cls, port: int, shop: str = "star", **more: Any) -> Buyer:
        """Connect and greet."""
        socket = await connect(f"ws://127.0.0.1:{port}/ws", subprotocols=[Subprotocol("anxin.v1")], compression=None)
        buyer = cls(socket)
        hello = {"role": "buyer", "shop": shop, "locale": "zh-CN", "timezone": "Asia/Shanghai", **more}
        await buyer._send("hello", hello)
        await buyer.until("synced")
        return buyer

    async def leave(self) -> None:
        """Close."""
        await self.socket.close()

    async def say(self, text: str, until: str = "ack") -> Json:
        """Say something; the first frame of the kind `until` that follows."""
        await self._send("say", {"conversation": self.conversation, "text": text, "attachments": []})
        ack = await self.until("ack", "error")
        self.conversation = ack["d"].get("conversation", self.conversation)
        return ack if until == "ack" else await self.until(until)

    async def until(self, *kinds: str) -> Json:
        """The next frame of one of these kinds."""
        async with asyncio.timeout(30):
            while True:
                frame: Json = json.loads(await self.socket.recv())
                self.heard.append(frame)
                if frame["t"] == "ping":
                    await self._send("pong", {"id": frame["d"]["id"]})
                if frame["t"] in kinds:
                    return frame

    async def _send(self, kind: str, body: Json) -> None:
        await self.socket.send(say_frame(kind, body))


def say_frame(kind: str, body: Json) -> str:
    """A client's frame."""
    return json.dumps({"v": 1, "t": kind, "id": new_id(), "d": body}, ensure_ascii=False)
