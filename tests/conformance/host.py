"""The real application on a real socket, in a thread of this process."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from support.bootstrap import Application, open_application
from support.cli.serve import uvicorn_config
from support.service.demo_agents import make_demo_agents
from support.service.people import buyer_token
from support.settings import Settings
from support.web.app import create_app
from tests.running import READY_SECONDS, free_port, is_ready


@dataclass(slots=True)
class Host:
    """The server and the keys to it."""

    application: Application
    base: str
    loop: asyncio.AbstractEventLoop
    app: FastAPI

    @property
    def ws(self) -> str:
        """The socket's address."""
        return self.base.replace("http", "ws") + "/ws"

    def key(self, name: str) -> str:
        """`$token:alice` and `$session:lin` as they are today."""
        kind, _, rest = name.removeprefix("$").partition(":")
        if kind == "session":
            given = {"name": rest, "password": f"star-desk-{rest}"}
            return str(httpx.post(f"{self.base}/api/v1/agent/session", json=given, timeout=60).json()["token"])
        who, _, age = rest.partition(":")
        lifetime = timedelta(minutes=-1) if age == "expired" else timedelta(minutes=5)
        return buyer_token(self.application.shop("star"), who, lifetime)

    def restart(self) -> None:
        """Let every socket hear that the server goes, as it does before it really does."""
        asyncio.run_coroutine_threadsafe(self.app.state.drain(), self.loop).result(60)


@contextmanager
def hosted(untouched: Path, folder: Path, **settings: float | str) -> Iterator[Host]:
    """A server over a copy of a data folder, until the block ends."""
    shutil.copytree(untouched, folder, dirs_exist_ok=True)
    given = Settings.alone(data_dir=folder)
    with open_application(given.model_copy(update=settings)) as application:
        make_demo_agents(application.journal, "star", ("zh-CN", "en"), datetime.now(UTC))
        app, port = create_app(application), free_port()
        config = uvicorn_config(app, application.settings.model_copy(update={"port": port}))
        server, started = uvicorn.Server(config), threading.Event()
        loops: list[asyncio.AbstractEventLoop] = []
        thread = threading.Thread(target=_serve, args=(server, loops, started), daemon=True)
        thread.start()
        assert started.wait(60)
        host = Host(application, f"http://127.0.0.1:{port}", loops[0], app)
        _until_ready(port)
        yield host
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


def _serve(server: uvicorn.Server, loops: list[asyncio.AbstractEventLoop], started: threading.Event) -> None:
    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        started.set()
        await server._serve()

    asyncio.run(serve())


def _until_ready(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if is_ready(port):
            return
        time.sleep(0.02)
    raise AssertionError("the server is not ready")
