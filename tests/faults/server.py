"""A real server that starts in a tenth of a second: forked from a process that has imported and warmed everything.

What it serves is the web application as `anxin serve` does it, over the shop folder that `anxin shop new` makes; only
a fault that an order asks for, and the route that arms one, are added.
"""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import tqdm
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

import support.web.app
from support.bootstrap import Application, open_application
from support.cli.serve import draining, uvicorn_config
from support.service.ask import Question, ask
from support.settings import Settings
from support.web.app import create_app
from tests.faults import failing, mutations
from tests.forking import Json, answer_orders

SHOP = "my-shop"
CLONE_NEWNET = 0x40000000
SHOP_FOLDER = Path(__file__).parents[2] / "knowledge_base" / "new_shop"


def make_template(folder: Path) -> None:
    """A data folder with the shop in it, made by a process of its own: Chroma's threads do not survive a fork."""
    child = os.fork()
    if child == 0:
        with open_application(_settings(folder, 1)) as application:
            _import(application)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status == 0, f"the shop could not be imported: {status}"


def fill(data_dir: Path, database_url: str) -> None:
    """Put the shop into another database than the data folder's own; its index is there already."""
    with open_application(_settings(data_dir, 1, database_url)) as application:
        _import(application)


def _import(application: Application) -> None:
    """The shop that a merchant begins with, whose store tells of its orders."""
    with tempfile.TemporaryDirectory() as folder:
        shop = shutil.copytree(SHOP_FOLDER, Path(folder) / SHOP)
        with (shop / "shop.toml").open("a") as file:
            file.write('\n[webhook]\nsecrets = ["env:STAR_EVENTS"]\n')
        application.shops.import_folder(shop)


def warm(template: Path) -> None:
    """Load what every server needs: a whole life of one in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(template, Path(folder) / "data")
        with open_application(_settings(copy, 1)) as application:
            application.warm()
            create_app(application)
            for text in ("怎么兑换", "我要退款，订单 SAMPLE0001，查询密码 query-1"):
                ask(application.runtime(), Question(SHOP, text))
    left = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    assert not left, f"threads do not survive a fork: {left}"
    gc.freeze()


def _settings(data_dir: Path, port: int, database_url: str | None = None, nats_url: str | None = None) -> Settings:
    url, nats = (None if one is None else SecretStr(one) for one in (database_url, nats_url))
    none: Json = dict.fromkeys((name for name in Settings.model_fields if name.startswith("rate_")), 0)
    return Settings.alone(data_dir=data_dir, port=port, database_url=url, nats_url=nats, **none)


def serve(order: Json) -> None:
    """Serve until killed or asked to stop."""
    for mutation in order.get("mutations", ()):
        mutations.MUTATIONS[mutation]()
    failing.put(support.web.app, "LOOK_FOR_IMPORTS", 3600.0)
    failing.install()
    if (namespace := order.get("namespace")) is not None:
        enter_namespace(namespace)
    settings = _settings(Path(order["data_dir"]), order["port"], order["database_url"], order.get("nats_url"))
    settings = settings.model_copy(update={"host": order.get("host") or settings.host})
    with open_application(settings) as application:
        failing.watch(application.journal)
        app = create_app(application)
        _add_routes(app)
        with suppress(KeyboardInterrupt):  # uvicorn raises it again once everything is closed
            draining(uvicorn.Server)(uvicorn_config(app, application.settings)).run()


def enter_namespace(name: str) -> None:
    """Be on the network of a namespace that `ip netns` has made. Raises OSError."""
    libc, fd = ctypes.CDLL(None, use_errno=True), os.open(f"/run/netns/{name}", os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"namespace {name}")
    os.close(fd)


def _add_routes(app: FastAPI) -> None:
    """`/faults/arm` fails the n-th call of a point from now on; `/faults/calls` counts them."""

    @app.get("/faults/arm")
    async def arm(point: str = "", n: int = 0, times: int = 1) -> dict[str, int]:
        return failing.arm(point, n, times)

    @app.get("/faults/calls")
    async def calls() -> dict[str, int]:
        return dict(failing.calls)


def main(template: Path) -> None:
    """Make the template, then serve as each order says."""

    def prepare() -> None:
        tqdm.tqdm.monitor_interval = 0  # its thread would not survive the fork
        make_template(template)
        warm(template)

    answer_orders(prepare, serve)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
