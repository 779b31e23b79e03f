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
from support.realtime.hub import Hub
from support.service.agent_commands import AgentCommands
from support.service.commands import Commands
from support.service.evidence_work import keep_collecting
from support.service.forget_uploads import forget_uploads
from support.service.limits import Door
from support.service.presence import PresenceNews
from support.service.refund_work import keep_refunding
from support.service.retention import keep_forgetting
from support.service.runtime import Runtime, Whisper
from support.service.shops import Shops
from support.service.watch import keep_watch
from support.service.webhooks import keep_telling
from support.web.agent_link import AgentLink
from support.web.api import api_routes
from support.web.audit_api import audit_routes
from support.web.auth import auth_routes
from support.web.buyer_link import BuyerLink
from support.web.copilot_api import copilot_routes
from support.web.decisions_api import decision_routes
from support.web.demo import DEMO_SHOP, demo_routes
from support.web.desk_api import desk_routes
from support.web.evidence_api import evidence_routes
from support.web.files_api import file_routes
from support.web.health import health_routes
from support.web.install_api import install_routes
from support.web.keys_api import key_routes
from support.web.link import Link, Wire
from support.web.once import Once
from support.web.openapi import document
from support.web.order_events import order_event_routes
from support.web.pages import page_routes
from support.web.policies_api import policy_routes
from support.web.policy_drafts_api import policy_draft_routes
from support.web.privacy_api import privacy_routes
from support.web.problems import install
from support.web.quota import Quota
from support.web.refunds_api import refund_routes
from support.web.socket import Socket, keep_pulse
from support.web.suppliers_api import supplier_routes
from support.web.team_api import team_routes
from support.web.ticket_list_api import ticket_list_routes
from support.web.tickets_api import ticket_routes
from support.web.unanswered_api import unanswered_routes
from support.web.upload_gate import UploadGate
from support.web.uploads import Uploads, upload_routes
from support.web.webhooks_api import webhook_routes
from ticketing.errors import RecordUnavailable
from ticketing.events import Event
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

    def runtime(self, whisper: Whisper | None = None) -> Runtime:
        """The use cases' dependencies."""
        ...

    def warm(self) -> None:
        """Load every model."""
        ...


class Server:
    """What runs while the application is up."""

    def __init__(self, application: Application, started: float, demo: bool, history: bool) -> None:
        self.application, self.hub = application, Hub(event_frame)
        self.runtime = replace(application.runtime(self.hub.whisper), tell_desks=self.hub.tell_desks, streams=self.hub)
        self.commands, self.agent_commands = Commands(self.runtime), AgentCommands(self.runtime)
        self.uploads = Uploads(application.uploads)
        self.news = PresenceNews(self.runtime)
        self.sockets: set[Socket] = set()
        self.door = Door(self.runtime.rates)
        self.ready = {"record": True, "models": False, "shops": False}
        self._started, self._demo, self._history = started, demo, history
        self._leaving = threading.Event()
        self._past: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Warm up beside serving, answer what was owed, and drain at the end."""
        self.hub.start()
        self.news.start()
        self.application.journal.on_commit = self._published
        ways = (
            self._warm(), self._keep_house(), keep_watch(self.runtime), keep_refunding(self.runtime),
            keep_collecting(self.runtime), keep_telling(self.runtime), keep_pulse(self.sockets),
            keep_forgetting(self.runtime, self.application.uploads),
        )  # fmt: skip
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            yield
        finally:
            self._leaving.set()
            for task in tasks:
                task.cancel()
            await self.drain()
            if self._past is not None:
                await self._past
            await self.commands.close()
            self.uploads.close()

    async def drain(self) -> None:
        """Tell every page that the server goes, and close; whoever serves calls it before it closes by itself."""
        await asyncio.gather(*(socket.drain(500) for socket in self.sockets), return_exceptions=True)

    def _published(self, events: tuple[Event, ...]) -> None:
        self.hub.published(events)
        self.news.heard(events)

    async def _warm(self) -> None:
        shops = await asyncio.to_thread(self.application.shops.all)
        self.ready["shops"] = True
        await asyncio.to_thread(self.application.warm)
        _leave_alone_what_stays()
        self.ready["models"] = True
        owed = self.commands.resume()
        if owed:
            log.info("answering what was owed", turns=owed)
        self._announce([shop.id for shop in shops])
        if self._history:
            self._past = asyncio.create_task(asyncio.to_thread(self._tell_past))

    def _tell_past(self) -> None:
        """The demo shop gets its past in the background; what is left when the server goes is told next time."""
        from support.service.demo_history import make_history

        try:
            make_history(self.runtime, DEMO_SHOP, self.runtime.clock(), lambda: not self._leaving.is_set())
        except Exception as error:
            log.exception("the demo shop has no past", error=type(error).__name__)

    def _announce(self, shops: list[str]) -> None:
        settings = self.application.settings
        base = f"http://{settings.host}:{settings.port}"
        seconds = time.perf_counter() - self._started
        lines = [f"Anxin is ready after {seconds:.1f} s · shops: {', '.join(shops) or 'none'}"]
        if self._demo:
            lines.append(f"  demo store   {base}/demo")
        lines += [f"  widget       {base}/widget.js", f"  API          {base}/api/docs", "  Ctrl-C stops it."]
        print("\n".join(lines), flush=True, file=sys.stdout)

    async def _keep_house(self) -> None:
        cleaned = self.runtime.clock()
        while True:
            await asyncio.sleep(LOOK_FOR_IMPORTS)
            try:
                if self.runtime.clock() - cleaned > CLEAN_EVERY:
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

    def _link(self, role: str, wire: Wire) -> Link:
        if role == "agent":
            return AgentLink(wire, self.agent_commands, self.news)
        return BuyerLink(wire, self.commands)

    @cached_property
    def own_hosts(self) -> tuple[str, ...]:
        """Further hosts of this server, whose pages are its own."""
        return tuple(host.strip() for host in self.application.settings.own_hosts.split(",") if host.strip())


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
    begin_anew: Callable[[], None] | None = None,
) -> FastAPI:  # fmt: skip
    """The ASGI application over an open `Application`.

    `history` tells the demo shop's past, once; `begin_anew` is what the demo page's switch does to the process.
    """
    server = Server(application, time.perf_counter() if started is None else started, demo, history)
    app = WebApplication(
        server.serve_socket, title="Anxin", version="0.1.0", openapi_url="/api/openapi.json", docs_url="/api/docs",
        redoc_url=None, lifespan=server.lifespan,
    )  # fmt: skip
    install(app)
    app.state.runtime, app.state.drain = server.runtime, server.drain
    routers = [
        health_routes(lambda: server.ready),
        api_routes(application.shops),
        order_event_routes(server.runtime),
        auth_routes(),
        desk_routes(),
        copilot_routes(),
        policy_draft_routes(),
        policy_routes(),
        install_routes(),
        file_routes(),
        team_routes(),
        webhook_routes(),
        key_routes(),
        audit_routes(),
        unanswered_routes(),
        refund_routes(),
        privacy_routes(application.uploads),
        evidence_routes(application.uploads),
        ticket_list_routes(),
        ticket_routes(),
        supplier_routes(),
        decision_routes(),
        upload_routes(server.uploads),
        *([demo_routes(application.shops, begin_anew)] if demo else []),
        page_routes(demo),
    ]
    for router in routers:
        app.include_router(router)
    document(app, routers)
    app.add_middleware(Once, runtime=lambda: app.state.runtime)
    app.add_middleware(Quota, rates=server.runtime.rates)
    app.add_middleware(UploadGate, shops=application.shops, own_hosts=server.own_hosts)
    return app


__all__ = ["create_app"]
