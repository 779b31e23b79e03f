"""`anxin` without its imports: the parent of the tests' servers and commands, and the program that it is."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
import threading
from functools import cache
from importlib import import_module
from pathlib import Path

from tests.forking import Json, Parent, answer_orders

LOADED_LATE = (
    "chromadb.api.rust", "httptools", "uvicorn.lifespan.on", "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl", "support.web.protocol",
)  # fmt: skip
"""What a server loads only when it begins to serve."""


@cache
def anxin_parent() -> Parent:
    """One for this process; it ends with it."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    parent = Parent(["tests.forked"], folder / "log", os.environ | {"OMP_NUM_THREADS": "1"})
    atexit.register(parent.close)
    return parent


def warm() -> None:
    """Load what a server loads, and its models. No thread may be left, for none survives a fork."""
    import tqdm
    import typer.main

    import support.cli.app
    from knowledge_base.reader import read_directory, read_shop
    from support.bootstrap import DEMO_SHOPS, open_application
    from support.settings import Settings
    from support.web.app import create_app
    from tests.once import remember

    for name in LOADED_LATE:
        import_module(name)
    remember()
    typer.main.get_command(support.cli.app.app)
    read_shop(read_directory(DEMO_SHOPS / "star"))  # which remembers it
    tqdm.tqdm.monitor_interval = 0  # its thread would not survive the fork
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.alone(data_dir=Path(folder))
        with open_application(settings) as application:
            application.warm()
            create_app(application)
    left = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    assert not left, f"threads do not survive a fork: {left}"
    gc.collect()
    gc.freeze()


def carry_out(order: Json) -> None:
    """A whole command, from its arguments to its exit code, with nothing in its environment but what is given."""
    from support.cli.app import main

    for name in os.environ.keys() - order["env"].keys():
        del os.environ[name]
    os.chdir(order["cwd"])
    sys.argv[:] = ["anxin", *order["argv"]]
    sys.orig_argv[:] = [sys.executable, "-m", "support", *order["argv"]]
    main()


if __name__ == "__main__":
    answer_orders(warm, carry_out)
