"""A socket that ended leaves nothing to the collector, whose long rounds come once in many thousand connections.

What waited for it was 16 KiB a connection: a worker's memory grew by 25 MiB in 1,500 returns of pages.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import socket
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn

from support.bootstrap import open_application
from support.cli.serve import draining, uvicorn_config
from support.service.demo_agents import LIN, make_demo_agents
from support.settings import Settings
from support.web.app import create_app
from support.web.protocol import Protocol
from tests.running import Buyer, Desk, free_port, is_ready
from tests.waiting import until


@dataclass(frozen=True, slots=True)
class Here:
    """A server in this process."""

    ws: str
    token: str
    engine: sa.Engine


@pytest.fixture
def here(untouched: Path, tmp_path: Path) -> Iterator[Here]:
    shutil.copytree(untouched, tmp_path, dirs_exist_ok=True)
    settings = Settings.alone(data_dir=tmp_path, port=free_port())
    with open_application(settings) as application:
        make_demo_agents(application.journal, "star", ("zh-CN", "en"), datetime.now(UTC))
        server = draining(uvicorn.Server)(uvicorn_config(create_app(application), settings))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            asyncio.run(until(lambda: is_ready(settings.port)))
            login = {"name": LIN.name, "password": LIN.password}
            answer = httpx.post(f"http://127.0.0.1:{settings.port}/api/v1/agent/session", json=login, timeout=60)
            yield Here(f"ws://127.0.0.1:{settings.port}/ws", answer.json()["token"], application.journal._engine)
        finally:
            server.should_exit = True
            thread.join()
            gc.unfreeze()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[object]]:
    """Every connection from now on, and its parser; a connection is held by whatever is left of its socket."""
    known, made = list[weakref.ref[object]](), Protocol.__init__

    def notes(protocol: Protocol, *given: Any, **named: Any) -> None:
        made(protocol, *given, **named)
        known.extend((weakref.ref(protocol), weakref.ref(protocol.conn)))

    monkeypatch.setattr(Protocol, "__init__", notes)
    return known


def left(seen: list[weakref.ref[object]]) -> int:
    """How many are still there."""
    return sum(one() is not None for one in seen)


async def test_whatever_its_end_a_socket_is_freed_at_once(here: Here, seen: list[weakref.ref[object]]) -> None:
    gc.collect()
    gc.disable()
    try:
        async with Buyer(here) as leaves, Buyer(here) as cut, Desk(here, token=here.token) as desk:
            await leaves.say("付款后多久发货？")
            await cut.next("synced")
            await desk.opened()
            assert left(seen) == len(seen) == 2 * 3
            assert cut.socket is not None
            raw: socket.socket = cut.socket.transport.get_extra_info("socket")
            raw.shutdown(socket.SHUT_RDWR)
        async with Buyer(here, shop="nowhere") as refused, Buyer(here, token="none of ours") as unknown:
            assert (await refused.closed(), await unknown.closed()) == (4403, 4403)
        async with Buyer(here) as broken:
            await broken.next("synced")
            for _ in range(5):
                await broken.raw("{")
            assert await broken.closed() == 4400
        assert len(seen) == 2 * 6
        await until(lambda: not left(seen))
    finally:
        gc.enable()


def _is_down(connection: sa.Connection) -> None:
    raise sa.exc.OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))


async def test_nor_is_one_kept_whose_record_was_unavailable(here: Here, seen: list[weakref.ref[object]]) -> None:
    """What a database that is away leaves are errors with all that was at hand when they were raised."""
    gc.collect()
    gc.disable()
    try:
        async with Buyer(here) as waits:
            visitor = (await waits.next("welcome"))["d"]["visitor"]
            await waits.next("synced")
            sa.event.listen(here.engine, "engine_connect", _is_down)
            try:
                await waits.send("say", {"conversation": "new", "text": "在吗"})
                await waits.next("error")
                async with Buyer(here) as new, Buyer(here, visitor=visitor) as back:
                    assert (await new.closed(), await back.closed()) == (1013, 1013)
            finally:
                sa.event.remove(here.engine, "engine_connect", _is_down)
        await until(lambda: not left(seen))
    finally:
        gc.enable()
