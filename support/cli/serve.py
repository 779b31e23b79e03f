"""`anxin serve`: migrate, index what changed, serve."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import socket

    import uvicorn
    from fastapi import FastAPI

    from support.settings import Settings


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="With the demo shop and its store page.")] = False,
) -> None:
    """Serve chat, pages and API until Ctrl-C."""
    started = time.perf_counter()
    import uvicorn

    from support.bootstrap import DEMO_SHOPS, open_application
    from support.web.app import create_app

    with open_application(demo=demo) as application:
        settings = application.settings
        folders = _folders(settings.shops_dir)
        if demo and all(folder.name != "star" for folder in folders):  # a merchant's own star stands before ours
            folders.append(DEMO_SHOPS / "star")
        for folder in folders:
            _import(application, folder)
        own = DEMO_SHOPS / "star" in folders
        _demo_agents(application, own)
        past = own and settings.demo_history
        app = create_app(application, demo=demo, started=started, history=past, begin_anew=begin_anew)
        with suppress(KeyboardInterrupt):  # uvicorn raises it again once everything is closed
            draining(uvicorn.Server)(uvicorn_config(app, settings)).run()


def uvicorn_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How the application is served.

    The protocol's own heartbeat finds dead sockets, so uvicorn sends no pings. An address is the peer's; where that is
    a trusted proxy it is the first one behind it that is none.
    """
    import uvicorn

    from support.web.protocol import Protocol

    return uvicorn.Config(
        app, host=settings.host, port=settings.port, loop="uvloop", ws=Protocol,
        ws_per_message_deflate=False, ws_max_size=8 * 2**20, ws_ping_interval=None, log_level="warning",
        timeout_graceful_shutdown=5, proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
    )  # fmt: skip


def begin_anew() -> None:
    """The demo's switch: this process ends where it stands, as by `kill -9`, and its own command begins in its place.

    Nothing is closed, flushed or said; the terminal, Ctrl-C and the process id stay as they are.
    """
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606


def draining(server: type[uvicorn.Server]) -> type[uvicorn.Server]:
    """A server that lets the application say goodbye before it closes the sockets itself, which it does at once."""

    class Draining(server):  # type: ignore[misc, valid-type]
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await self.config.app.state.drain()
            await super().shutdown(sockets)

    return Draining


def _folders(shops_dir: Path | None) -> list[Path]:
    if shops_dir is None:
        return []
    if not shops_dir.is_dir():
        raise typer.BadParameter(f"ANXIN_SHOPS_DIR: {shops_dir} is no folder")
    return sorted(path for path in shops_dir.iterdir() if (path / "shop.toml").is_file())


def _demo_agents(application: object, wanted: bool) -> None:
    """The demo's logins open the demo's own shop, and nothing once it is not served."""
    from support.bootstrap import Application
    from support.service.demo_agents import DEMO_AGENTS, close_demo_agents, make_demo_agents

    assert isinstance(application, Application)
    if not wanted:
        close_demo_agents(application.journal, datetime.now(UTC))
        return
    shop = application.shops.get("star")
    make_demo_agents(application.journal, shop.id, shop.folder.shop.languages, datetime.now(UTC))
    for one in DEMO_AGENTS:
        typer.echo(f"  demo agent   {one.name} / {one.password}  ({one.display_name}, {one.role})")


def _import(application: object, folder: Path) -> None:
    """Take up a shop's folder; one that did not change is only read."""
    from support.bootstrap import Application
    from support.cli.progress import progress_line
    from support.service.policy_gate import HistoryRewritten

    assert isinstance(application, Application)
    known = application.shops.as_imported(folder)
    try:
        with progress_line(f"indexing {folder.name}") as progress:
            taken = known.folder if known else application.shops.import_folder(folder, progress, by="serve")
            warnings = taken.warnings
    except HistoryRewritten as error:
        kept = f"{folder} is not imported, and what is published is served; see `anxin shop import --help`"
        warnings = (*(str(fault) for fault in error.faults), kept)
    for warning in warnings:
        typer.secho(f"  warning: {warning}", fg="yellow", err=True)
