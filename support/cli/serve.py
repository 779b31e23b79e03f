"""`anxin serve`: migrate, index what changed, serve."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="With the demo shop and its store page.")] = False,
) -> None:
    """Serve chat, pages and API until Ctrl-C."""
    started = time.perf_counter()
    import uvicorn

    from support.bootstrap import DEMO_SHOPS, open_application
    from support.web.app import create_app

    with open_application() as application:
        settings = application.settings
        folders = _folders(settings.shops_dir)
        if demo and all(folder.name != "star" for folder in folders):  # a merchant's own star stands before ours
            folders.append(DEMO_SHOPS / "star")
        for folder in folders:
            _import(application, folder)
        app = create_app(application, demo=demo, started=started)
        config = uvicorn.Config(
            app, host=settings.host, port=settings.port, loop="uvloop", ws="websockets-sansio",
            ws_per_message_deflate=False, ws_max_size=8 * 2**20, log_level="warning", timeout_graceful_shutdown=5,
        )  # fmt: skip
        with suppress(KeyboardInterrupt):  # uvicorn raises it again once everything is closed
            uvicorn.Server(config).run()


def _folders(shops_dir: Path | None) -> list[Path]:
    if shops_dir is None:
        return []
    if not shops_dir.is_dir():
        raise typer.BadParameter(f"ANXIN_SHOPS_DIR: {shops_dir} is no folder")
    return sorted(path for path in shops_dir.iterdir() if (path / "shop.toml").is_file())


def _import(application: object, folder: Path) -> None:
    from support.bootstrap import Application
    from support.cli.progress import progress_line

    assert isinstance(application, Application)
    with progress_line(f"indexing {folder.name}") as progress:
        done = application.shops.import_folder(folder, progress)
    for warning in done.warnings:
        typer.secho(f"  warning: {warning}", fg="yellow", err=True)
