"""The web application: socket, pages, API."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import cached_property, partial
from typing import Any, Protocol

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from support.chat.frames import event_frame
from support.realtime.bells import Bells
from support.realtime.fan_out import FanOut
from support.realtime.hub import Hub
from support.service.agent_commands import AgentCommands
from support.service.cluster import Cluster
from support.service.commands import Commands
from support.service.duties import HISTORY, HOUSE
from support.service.evidence_work import keep_collecting
from support.service.forget_uploads import forget_uploads
from support.service.limits import Door
from support.service.presence import PresenceNews
from support.service.refund_work import keep_refunding
from support.service.retention import keep_forgetting
from support.service.runtime import Runtime, Whisper
from support.service.shops import Shops
from support.service.turns import Turns
from support.service.watch import keep_watch
from support.service.webhooks import keep_telling
from support.web.agent_link import AgentLink
from support.web.buyer_link import BuyerLink
from support.web.demo import DEMO_SHOP
from support.web.every_router import Parts, every_router
from support.web.link import Link, Wire
from support.web.metrics import Metrics, of_this_process
from support.web.once import Once
from support.web.openapi import document
from support.web.problems import install
from support.web.quota import Quota
from support.web.socket import Socket, keep_pulse
from support.web.upload_gate import UploadGate
from support.web.uploads import Uploads
from ticketing.errors import RecordUnavailable
from ticketing.storage import webhooks
from ticketing.storage.agents import forget_logins
from ticketing.storage.journal import Journal
from ticketing.storage.upload_files import UploadFiles
from ticketing.storage.visitors import forget_commands

LOOK_FOR_IMPORTS = 1.0
YOUNG_OBJECTS = 10_000
"""How many come before the collector looks through them."""
CLEAN_EVERY = timedelta(hours=1)
log = structlog.get_logger()


class Settings(Protocol):
    """What the web room needs to know of the settings."""

    host: str
    port: int
    own_hosts: str


class Application(Protocol):
    """What was put together for it to serve."""

    @property
    def settings(self) -> Settings: ...

    journal: Journal
    shops: Shops
    uploads: UploadFiles
    fan_out: FanOut

    def runtime(self, whisper: Whisper | None = None) -> Runtime:
        """The use cases' dependencies."""
        ...

    def warm(self) -> None:
        """Load every model."""
        ...


class Server:
    """What runs while the application is up."""

    def __init__(
        self, application: Application, started: float, demo: bool, history: bool, ready: Callable[[], None] | None
    ) -> None:
        self.application, self.hub = application, Hub(event_frame)
        given = application.runtime()
        self.cluster = Cluster(application.journal, self.hub, application.fan_out, given.roster)
        relay = self.cluster.relay
        self.runtime = replace(
            given, whisper=relay.whisper, tell_desks=relay.tell_desks, streams=relay, on_duty=self.cluster.on_duty,
            rates=replace(given.rates, workers=self.cluster.living),
        )  # fmt: skip
        self.turns = Turns(self.runtime)
        self.commands, self.agent_commands = Commands(self.runtime, self.turns, relay.stop), AgentCommands(self.runtime)
        self.uploads, self.bells = Uploads(application.uploads), Bells()
        self.news = PresenceNews(self.runtime, self.hub.tell_desks, self.cluster.stir)
        self.cluster.join(self.turns, self.news, lambda shop: self.bells.ring([shop]), self._measure)
        self.sockets: set[Socket] = set()
        self.door = Door(self.runtime.rates)
        self.ready = {"record": True, "models": False, "shops": False}
        self._started, self._demo, self._history, self._ready = started, demo, history, ready
        self._leaving = threading.Event()
        self._past: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Warm up beside serving, answer what was owed, and drain at the end."""
        self.hub.start()
        self.bells.start()
        self.news.start()
        await self.cluster.start()
        ways = (
            self._warm(), self._keep_house(), keep_watch(self.runtime), keep_refunding(self.runtime),
            keep_collecting(self.runtime), keep_telling(self.runtime), keep_pulse(self.sockets),
            keep_forgetting(self.runtime, self.application.uploads),
        )  # fmt: skip
        tasks = [asyncio.create_task(way) for way in ways]
        seen = asyncio.create_task(self.cluster.keep())
        try:
            yield
        finally:
            self._leaving.set()
            for task in tasks:
                task.cancel()
            await self.drain()
            if self._past is not None:
                await self._past
            await self.turns.close()
            seen.cancel()
            await self.cluster.leave()
            self.uploads.close()

    async def drain(self) -> None:
        """Tell every page that the server goes, and close; whoever serves calls it before it closes by itself."""
        self.bells.close()
        await asyncio.gather(*(socket.drain(500) for socket in self.sockets), return_exceptions=True)

    async def _warm(self) -> None:
        shops = await asyncio.to_thread(self.application.shops.all)
        self.ready["shops"] = True
        await asyncio.to_thread(self.application.warm)
        _leave_alone_what_stays()
        self.ready["models"] = True
        owed = self.turns.resume()
        if owed:
            log.info("answering what was owed", turns=owed)
        if self._ready is not None:
            self._ready()
        else:
            seconds = time.perf_counter() - self._started
            announce(self.application.settings, [shop.id for shop in shops], seconds, self._demo)
        if self._history and self.runtime.on_duty(HISTORY):
            self._past = asyncio.create_task(asyncio.to_thread(self._tell_past))

    def _tell_past(self) -> None:
        """The demo shop gets its past in the background; what is left when the server goes is told next time."""
        from support.service.demo_history import make_history

        try:
            make_history(self.runtime, DEMO_SHOP, self.runtime.clock(), lambda: not self._leaving.is_set())
        except Exception as error:
            log.exception("the demo shop has no past", error=type(error).__name__)

    async def _keep_house(self) -> None:
        cleaned = self.runtime.clock()
        while True:
            await asyncio.sleep(LOOK_FOR_IMPORTS)
            try:
                if self.runtime.clock() - cleaned > CLEAN_EVERY and self.runtime.on_duty(HOUSE):
                    cleaned = self.runtime.clock()
                    await self.application.journal.write(partial(forget_commands, now=cleaned))
                    await self.application.journal.write(partial(forget_logins, now=cleaned))
                    await self.application.journal.write(partial(webhooks.forget, before=cleaned - webhooks.KEPT))
                    await asyncio.to_thread(forget_uploads, self.runtime, self.application.uploads)
                for shop in await asyncio.to_thread(self.application.shops.refresh):
                    log.info("shop taken up", shop=shop)
                self.ready["record"] = True
            except RecordUnavailable as error:
                if self.ready["record"]:
                    log.error("the record is unavailable", reason=error.reason)
                self.ready["record"] = False
            except Exception as error:
                log.exception("shop not taken up", error=type(error).__name__)

    async def serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        socket = Socket(scope, receive, send, self.runtime, self.hub, self._link, self.own_hosts, self.door)
        self.sockets.add(socket)
        try:
            with suppress(asyncio.CancelledError):
                await socket.run()
        finally:
            self.sockets.discard(socket)

    def _measure(self) -> dict[str, float]:
        return of_this_process(len(self.sockets), len(self.turns.under_way()))

    def _link(self, role: str, wire: Wire) -> Link:
        if role == "agent":
            return AgentLink(wire, self.agent_commands, self.news)
        return BuyerLink(wire, self.commands)

    @cached_property
    def own_hosts(self) -> tuple[str, ...]:
        """Further hosts of this server, whose pages are its own."""
        return tuple(host.strip() for host in self.application.settings.own_hosts.split(",") if host.strip())


def announce(settings: Settings, shops: list[str], seconds: float, demo: bool, workers: int = 1) -> None:
    """Print that it is ready, and where."""
    base, several = f"http://{settings.host}:{settings.port}", f" · {workers} workers" if workers > 1 else ""
    lines = [f"Anxin is ready after {seconds:.1f} s · shops: {', '.join(shops) or 'none'}{several}"]
    if demo:
        lines.append(f"  demo store   {base}/demo")
    lines += [f"  desk         {base}/desk", f"  widget       {base}/widget.js"]
    lines += [f"  API          {base}/api/docs", "  Ctrl-C stops it."]
    print("\n".join(lines), flush=True, file=sys.stdout)


def _leave_alone_what_stays() -> None:
    """Models, shops and modules live as long as the process: the collector need not look through them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


class WebApplication(FastAPI):
    """The pages and the API; sockets pass the layers that are for HTTP."""

    def __init__(self, serve_socket: ASGIApp, **given: Any) -> None:
        super().__init__(**given)
        self._serve_socket = serve_socket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI connection."""
        if scope["type"] == "websocket" and scope["path"] == "/ws":
            await self._serve_socket(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    application: Application, demo: bool = False, started: float | None = None, history: bool = False,
    begin_anew: Callable[[], None] | None = None, ready: Callable[[], None] | None = None,
) -> FastAPI:  # fmt: skip
    """The ASGI application over an open `Application`.

    `history` tells the demo shop's past, once; `begin_anew` is what the demo page's switch does to the process; `ready`
    is called instead of printing that it is.
    """
    server = Server(application, time.perf_counter() if started is None else started, demo, history, ready)
    app = WebApplication(
        server.serve_socket, title="Anxin", version="0.1.0", openapi_url="/api/openapi.json", docs_url="/api/docs",
        redoc_url=None, lifespan=server.lifespan,
    )  # fmt: skip
    install(app)
    app.state.runtime, app.state.drain = server.runtime, server.drain
    parts = Parts(
        application.shops, application.uploads, server.runtime, server.uploads, server.commands, server.bells,
        lambda: server.ready, lambda: server.cluster.degraded,
        Metrics(application.journal, server.runtime.clock, server.cluster.measured),
    )  # fmt: skip
    routers = every_router(parts, demo, begin_anew)
    for router in routers:
        app.include_router(router)
    document(app, routers)
    app.add_middleware(Once, runtime=lambda: app.state.runtime)
    app.add_middleware(Quota, rates=server.runtime.rates)
    app.add_middleware(UploadGate, shops=application.shops, own_hosts=server.own_hosts)
    return app


__all__ = ["announce", "create_app"]
