"""A real server that starts in a tenth of a second: forked from a process that has imported and warmed everything.

Run as a program it reads a line of JSON for each server to start, answers with the process's number, and ends what it
started when its input ends. What it serves is the web application as `anxin serve` does it, over the shop folder that
`anxin shop new` makes; only a fault that a line asks for, and the route that arms one, are added.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import tqdm  # type: ignore[import-untyped]
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

SHOP = "my-shop"
SHOP_FOLDER = Path(__file__).parents[2] / "knowledge_base" / "new_shop"
PR_SET_PDEATHSIG = 1
Json = dict[str, Any]


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


def _settings(data_dir: Path, port: int, database_url: str | None = None) -> Settings:
    url = None if database_url is None else SecretStr(database_url)
    none: Json = dict.fromkeys((name for name in Settings.model_fields if name.startswith("rate_")), 0)
    return Settings(data_dir=data_dir, port=port, database_url=url, _env_file=None, **none)  # type: ignore[call-arg]


def serve(order: Json) -> None:
    """Serve until killed or asked to stop."""
    for mutation in order.get("mutations", ()):
        mutations.MUTATIONS[mutation]()
    failing.put(support.web.app, "LOOK_FOR_IMPORTS", 3600.0)
    failing.install()
    with open_application(_settings(Path(order["data_dir"]), order["port"], order["database_url"])) as application:
        failing.watch(application.journal)
        app = create_app(application)
        _add_routes(app)
        with suppress(KeyboardInterrupt):  # uvicorn raises it again once everything is closed
            draining(uvicorn.Server)(uvicorn_config(app, application.settings)).run()


def _add_routes(app: FastAPI) -> None:
    """`/faults/arm` fails the n-th call of a point from now on; `/faults/calls` counts them."""

    @app.get("/faults/arm")
    async def arm(point: str = "", n: int = 0, times: int = 1) -> dict[str, int]:
        return failing.arm(point, n, times)

    @app.get("/faults/calls")
    async def calls() -> dict[str, int]:
        return dict(failing.calls)


def fork(order: Json) -> int:
    """A child that serves; its process number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        _be_a_child(order)
        serve(order)
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _be_a_child(order: Json) -> None:
    """Die with the parent, print into the data folder's log, and take the faulty disk into use if one is given."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    log = os.open(Path(order["data_dir"]) / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    null = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((null, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    os.environ.update(order.get("env", {}))


def main(template: Path) -> None:
    """Make the template, then answer orders until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    tqdm.tqdm.monitor_interval = 0  # its thread would not survive the fork
    make_template(template)
    warm(template)
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        answer = {"pid": fork(order)} if order["do"] == "start" else {"status": os.waitpid(order["pid"], 0)[1]}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
