"""The fan-out by a NATS server: its plain publish and subscribe, which keeps nothing.

A lost server costs nothing but what was told meanwhile. This side comes back by itself, for ever.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from support.realtime.fan_out import LARGEST, MOST_WAITING, Hear

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

AGAIN_SECONDS, CONNECT_SECONDS = 0.5, 2
PING_SECONDS, SILENT_PINGS = 2, 2
"""A server that does not answer so many pings is gone: so a cut cable is noticed, which says nothing by itself."""
log = structlog.get_logger()


class Nats:
    """One worker's connection. `url` is `nats://[user:password@]host[:port]` or `tls://…`, several by comma."""

    def __init__(self, url: str) -> None:
        self._servers = [one.strip() for one in url.split(",")]
        self._places = ", ".join(map(_place, self._servers))
        self._trouble: str | None = "not connected yet"
        self._waiting: deque[bytes] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bell, self._closing = asyncio.Event(), False
        self._lost = asyncio.Event()
        self._client: Client | None = None
        self._cause: Exception | None = None
        self._task: asyncio.Task[None] | None = None
        self._subject = ""
        self._hear: Hear = _nobody

    @property
    def trouble(self) -> str | None:
        """Why there is no connection."""
        return None if self._trouble is None else f"no way to NATS at {self._places} ({self._trouble})"

    @property
    def alone(self) -> bool:
        """Never."""
        return False

    async def start(self, channel: str, hear: Hear) -> None:
        """Begin to connect, and go on trying for ever; returns before there is a connection."""
        self._loop, self._subject, self._hear = asyncio.get_running_loop(), f"anxin.{channel}", hear
        self._task = asyncio.create_task(self._stay())

    def tell(self, data: bytes) -> None:
        """Queue it, unless the server is away."""
        if self._trouble is None and self._loop is not None and not self._loop.is_closed() and len(data) <= LARGEST:
            self._loop.call_soon_threadsafe(self._queue, data)

    async def close(self) -> None:
        """Send what waits, and go."""
        self._closing = True
        self._bell.set()
        self._lost.set()
        if self._task is not None:
            with suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(self._task, 2 * CONNECT_SECONDS)
        self._trouble = "left"

    def _queue(self, data: bytes) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(data)
            self._bell.set()

    async def _stay(self) -> None:
        while not self._closing:
            self._lost.clear()
            self._cause = None
            try:
                self._client = await self._connected()
                self._trouble = None
                log.info("connected to the broker", at=self._places)
                await self._send(self._client)
            except Exception as error:
                reason = _reason(self._cause or error)
                if self._trouble in {None, "not connected yet"}:
                    log.warning("the broker is away: workers hear of each other by looking", reason=reason)
                self._trouble = reason
            finally:
                self._waiting.clear()
                await self._let_go()
            if not self._closing:
                await asyncio.sleep(AGAIN_SECONDS)

    async def _connected(self) -> Client:
        from nats.aio.client import Client

        client = Client()
        await client.connect(
            self._servers, name="anxin", allow_reconnect=False, connect_timeout=CONNECT_SECONDS, no_echo=True,
            max_reconnect_attempts=1, reconnect_time_wait=0, ping_interval=PING_SECONDS,
            max_outstanding_pings=SILENT_PINGS, error_cb=self._failed, closed_cb=self._gone,
        )  # fmt: skip
        await client.subscribe(self._subject, cb=self._told)
        return client

    async def _send(self, client: Client) -> None:
        """Send what comes until the connection is lost or given up. Raises where it is lost."""
        while not self._closing or self._waiting:
            self._bell.clear()
            while self._waiting:
                await client.publish(self._subject, self._waiting.popleft())
            if not self._closing:
                await self._bell.wait()
            if self._lost.is_set() and not self._closing:
                raise ConnectionError("the connection was lost")
        await client.flush(CONNECT_SECONDS)

    async def _told(self, message: Msg) -> None:
        try:
            self._hear(message.data)
        except Exception as error:
            log.exception("not understood what a worker told", error=type(error).__name__)

    async def _failed(self, error: Exception) -> None:
        self._cause = error

    async def _gone(self) -> None:
        self._lost.set()
        self._bell.set()

    async def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                await asyncio.wait_for(client.close(), CONNECT_SECONDS)


def _nobody(data: bytes) -> None:
    """Before it started."""


def _place(url: str) -> str:
    found = urlsplit(url if "//" in url else f"nats://{url}")
    return f"{found.hostname}:{found.port or 4222}"


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
