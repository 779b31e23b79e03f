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

from support.cli.workers import AsWorker, Workers, listening, this_command

if TYPE_CHECKING:
    import socket

    import uvicorn
    from fastapi import FastAPI

    from support.bootstrap import Application
    from support.settings import Settings


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="With the demo shop and its store page.")] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes, instead of ANXIN_WORKERS (see the docs).")
    ] = None,
    as_worker: Annotated[str | None, typer.Option("--as-worker", hidden=True)] = None,
) -> None:
    """Serve chat, pages and API until Ctrl-C."""
    started = time.perf_counter()
    from support.settings import Settings

    settings = Settings()
    if as_worker is not None:
        _serve_one(settings.model_copy(update={"workers": 1}), demo, started, AsWorker(as_worker))
        return
    settings = settings.model_copy(update={"workers": workers or settings.workers})
    if settings.workers > 1:
        _serve_several(settings, demo, started)
    else:
        _serve_one(settings, demo, started, None)


def _serve_one(settings: Settings, demo: bool, started: float, parent: AsWorker | None) -> None:
    import uvicorn

    from support.bootstrap import open_application
    from support.web.app import create_app

    with open_application(settings, demo=demo) as application:
        past = _prepare(application, demo, quiet=parent is not None) and settings.demo_history
        app = create_app(
            application, demo=demo, started=started, history=past, begin_anew=begin_anew,
            ready=None if parent is None else parent.ready,
        )  # fmt: skip
        with suppress(KeyboardInterrupt):  # uvicorn raises it again once everything is closed
            server = draining(uvicorn.Server)(uvicorn_config(app, settings))
            server.run(None if parent is None else [parent.socket])


def _serve_several(settings: Settings, demo: bool, started: float) -> None:
    """Prepare once what all of them need, then have them serve."""
    from support.bootstrap import open_application
    from support.web.app import announce

    with open_application(settings, demo=demo) as application:
        _prepare(application, demo)
        shops = [shop.id for shop in application.shops.all()]
    opened = listening(settings.host, settings.port)
    several = Workers(this_command(), settings.workers, opened)
    several.run(lambda: announce(settings, shops, time.perf_counter() - started, demo, settings.workers))


def _prepare(application: Application, demo: bool, quiet: bool = False) -> bool:
    """Take up the shops' folders, and make or close the demo's accounts; whether the demo's own shop is served."""
    from support.bootstrap import DEMO_SHOPS

    folders = _folders(application.settings.shops_dir)
    if demo and all(folder.name != "star" for folder in folders):  # a merchant's own star stands before ours
        folders.append(DEMO_SHOPS / "star")
    for folder in folders:
        _import(application, folder)
    own = DEMO_SHOPS / "star" in folders
    _demo_agents(application, own, quiet)
    return own


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
    os.execv(sys.executable, this_command())  # noqa: S606  # no shell, and no word of anybody's


def draining(server: type[uvicorn.Server]) -> type[uvicorn.Server]:
    """A server that lets the application say goodbye before it closes the sockets itself, which it does at once."""

    class Draining(server):  # type: ignore[misc, valid-type]  # uvicorn is loaded late, and so given
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


def _demo_agents(application: Application, wanted: bool, quiet: bool) -> None:
    """The demo's logins open the demo's own shop, and nothing once it is not served."""
    from support.service.demo_agents import DEMO_AGENTS, close_demo_agents, demo_admin, make_demo_agents
    from ticketing.storage.shops import list_shops

    star = [row for row in application.journal.read_now(list_shops) if row.shop == "star"]
    who = (*DEMO_AGENTS, *(demo_admin(row.secret) for row in star))
    if not wanted:
        close_demo_agents(application.journal, datetime.now(UTC), who)
        return
    shop = application.shops.get("star")
    make_demo_agents(application.journal, shop.id, shop.folder.shop.languages, datetime.now(UTC), who)
    for one in () if quiet else who:
        typer.echo(f"  demo agent   {one.name} / {one.password}  ({one.display_name}, {one.role})")


def _import(application: Application, folder: Path) -> None:
    """Take up a shop's folder; one that did not change is only read."""
    from support.cli.progress import progress_line
    from support.service.policy_gate import HistoryRewritten

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
