"""`anxin doctor`: what works here and what does not, in plain words."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import typer

from support.cli.options import AsJson
from support.cli.outcome import UNAVAILABLE, print_json

if TYPE_CHECKING:
    from support.orders.connector import Connector
    from support.realtime.fan_out import FanOut

BROKER_SECONDS = 10.0
"""A busy machine takes its time, and a broker that is there is not to be called away."""


def doctor(as_json: AsJson = False) -> None:
    """Say what works here and what does not. Exit 3 if something that is needed is missing."""
    checks = [_run(name, needed, check) for name, needed, check in CHECKS]
    if as_json:
        print_json({"checks": checks})
    else:
        for one in checks:
            mark = "ok " if one["ok"] else ("NO " if one["needed"] else "–  ")
            typer.echo(f"{mark} {one['name']}: {one['says']}")
    raise typer.Exit(0 if all(one["ok"] or not one["needed"] for one in checks) else UNAVAILABLE)


def _run(name: str, needed: bool, check: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"name": name, "needed": needed, "ok": True, "says": check()}
    except Exception as error:
        return {"name": name, "needed": needed, "ok": False, "says": str(error) or type(error).__name__}


def _python() -> str:
    return f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def _data() -> str:
    from support.bootstrap import open_application

    with open_application() as application:
        folder = application.settings.data_dir.resolve()
        free = shutil.disk_usage(folder).free // 2**20
        shops = ", ".join(f"{shop.id} ({len(shop.search.passages)} passages)" for shop in application.shops.all())
    return f"{folder}, {free} MiB free; shops: {shops or 'none yet: anxin shop import DIR'}"


def _record() -> str:
    """Which engine the record is in, and where; opening it has shown that it answers."""
    from support.bootstrap import open_application
    from ticketing.storage.database import described

    with open_application() as application:
        return application.journal.read_now(described)


def _sealing() -> str:
    """Whether secrets and contacts are sealed in the record, and every key that they need is here."""
    from support.bootstrap import open_application
    from support.service.sealed_state import sealed_state

    with open_application() as application:
        found = application.journal.read_now(sealed_state)
    if not found.sealed:
        raise LookupError(found.says())
    return found.says()


def _broker() -> str:
    """Whether workers hear of each other at once; without it they look, and chat goes on."""
    import asyncio

    from support.bootstrap import fan_out_of
    from support.settings import Settings

    settings = Settings()
    if settings.nats_url is None:
        return "none: one process, which is the default (docs/several-workers.md)"
    if trouble := asyncio.run(_tried(fan_out_of(settings))):
        raise ConnectionError(f"degraded: {trouble}; workers look for what the others did, within a second or two")
    return "answers: workers hear of each other at once"


async def _tried(fan_out: FanOut) -> str | None:
    """What keeps a fan-out from being reached in BROKER_SECONDS."""
    import asyncio
    import time

    await fan_out.start("doctor", lambda data: None)
    deadline = time.monotonic() + BROKER_SECONDS
    while fan_out.trouble is not None and time.monotonic() < deadline:  # noqa: ASYNC110  # a fan-out tells nobody when it is reached
        await asyncio.sleep(0.02)
    trouble = fan_out.trouble
    await fan_out.close()
    return trouble


def _workers() -> str:
    """Who serves the record now, and since when each was not heard of."""
    from datetime import UTC, datetime

    from support.bootstrap import open_application
    from ticketing.storage import workers

    with open_application() as application:
        if not application.journal.shared:
            return "one: the record is a file"
        known = [one for one in application.journal.read_now(workers.all_of) if not one.left]
        duties = application.journal.read_now(workers.holders)
    ago = {one.id: max(0.0, (datetime.now(UTC) - one.at).total_seconds()) for one in known}
    busy = dict.fromkeys(duties.values(), ", with duties")
    told = [f"{one.id[-6:]} {ago[one.id]:.0f} s ago{busy.get(one.id, '')}{_holds(one.figures)}" for one in known]
    return f"{len(known)}, heard of: {'; '.join(told)}" if known else "none runs now"


def _holds(figures: Mapping[str, float]) -> str:
    """A worker's sockets and memory, where it tells them."""
    told = [f"{figures['sockets']:.0f} sockets"] if "sockets" in figures else []
    told += [f"{figures['resident_bytes'] / 2**20:.0f} MiB"] if "resident_bytes" in figures else []
    return "".join(f", {one}" for one in told)


def _orders() -> str:
    from support.bootstrap import open_application

    with open_application() as application:
        answers = [_answer(shop.id, shop.connector) for shop in application.shops.all()]
    if any(not answers_now for answers_now, _ in answers):
        raise ConnectionError("; ".join(line for _, line in answers))
    return "; ".join(line for _, line in answers) or "no shop yet"


def _answer(shop: str, connector: Connector | None) -> tuple[bool, str]:
    """Whether a shop's order source answers, in words; a shop without one is in order."""
    from support.orders.connector import StoreUnavailable

    if connector is None:
        return True, f"{shop}: no order source"
    try:
        newest = connector.numbers(1)
    except StoreUnavailable as error:
        return False, f"{shop}: {error}"
    finally:
        connector.close()
    return True, f"{shop}: answers{'' if newest else ', without an order to see'}"


def _events() -> str:
    """Whether each store's events could be checked; a shop that takes none is in order."""
    from support.bootstrap import open_application
    from support.service.webhook_secrets import webhook_keys
    from support.stores import environment

    with open_application() as application:
        shops = [one.folder.shop for one in application.shops.all()]
    found = {shop.id: webhook_keys(shop, environment) for shop in shops if shop.webhook.secrets}
    faults = [f"{shop}: {'; '.join(keys.faults)}" for shop, keys in found.items() if keys.faults]
    if faults:
        raise LookupError(f"{', '.join(faults)}: see `anxin shop webhook`")
    return f"taken from {', '.join(found)}" if found else "taken from no store: `anxin shop webhook DIR` shows how"


def _embedding() -> str:
    from retrieval.models import embedders_for
    from support.settings import Settings

    names = []
    for embedder in embedders_for(Settings().embedding_model):
        embedder.warm()
        names.append(f"{embedder.name} ({embedder.dimension} numbers)")
    return ", ".join(names)


def _widget() -> str:
    from support.web.pages import DIST

    if not (DIST / "widget.js").is_file():
        raise FileNotFoundError(f"{DIST} is not built: run `make widget`")
    return f"{(DIST / 'widget.js').stat().st_size} bytes"


def _model() -> str:
    """Whether the model that is named answers; the service goes on without it."""
    from support.bootstrap import helper_of
    from support.settings import Settings

    settings = Settings()
    helper = helper_of(settings)
    if helper is None:
        return "none: rules only, which is the default"
    if failed := helper.model.warm():
        raise ConnectionError(f"{settings.model} does not answer ({failed}); the rules answer alone meanwhile")
    return f"{settings.model} answers (it rewords and never decides; reads {settings.model_reads})"


def _extra() -> str:
    if importlib.util.find_spec("sentence_transformers") is None:
        raise ImportError("not installed; `pip install 'anxin[models]'` adds training and other embedding models")
    return "installed: training and other embedding models are possible"


CHECKS: tuple[tuple[str, bool, Callable[[], str]], ...] = (
    ("python", True, _python),
    ("record", True, _record),
    ("data folder", True, _data),
    ("sealed fields", False, _sealing),
    ("broker", False, _broker),
    ("workers", False, _workers),
    ("orders", False, _orders),
    ("order events", False, _events),
    ("embedding model", True, _embedding),
    ("browser files", False, _widget),
    ("language model", False, _model),
    ("sentence-transformers", False, _extra),
)
