from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

import support.bootstrap
from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.settings import Settings
from tests.examples import examples
from tests.once import remember
from tests.postgres import Cluster
from tests.records import ENGINES, empty_sqlite, made_once, migrate_by_copy
from tests.running import RunningServer

settings.register_profile(
    "anxin", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize="CI" in os.environ, max_examples=examples(),
)  # fmt: skip
settings.load_profile("anxin")
"""A busy machine fails no law by the clock; what lands is tried on the examples on which it was seen to pass."""


remember()
support.bootstrap.migrate = migrate_by_copy  # type: ignore[attr-defined]  # imported there, and only for itself


def pytest_collection_finish() -> None:
    """Modules and tests stay: the collector need not look through them again and again, nor at every young object."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, *gc.get_threshold()[1:])


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the demo shop and nothing else, to be copied."""

    def make(folder: Path) -> None:
        with open_application(Settings.alone(data_dir=folder)) as application:
            application.shops.import_folder(DEMO_SHOPS / "star")

    return made_once("untouched", tmp_path_factory.mktemp("untouched"), make)


@pytest.fixture(scope="session")
def application(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The application over a data folder that tests share and write into."""
    folder = tmp_path_factory.mktemp("application")
    shutil.copytree(untouched, folder, dirs_exist_ok=True)
    with open_application(Settings.alone(data_dir=folder)) as application:
        yield application


@pytest.fixture(scope="session")
def server(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A real server with the demo shop, shared by the tests that do not kill it."""
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("server"), dirs_exist_ok=True)
    running = RunningServer(folder).start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def own_server(untouched: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """A real server of one's own, to be killed."""
    running = RunningServer(shutil.copytree(untouched, tmp_path, dirs_exist_ok=True)).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server of the tests' own."""
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(params=ENGINES)
def empty_record(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes the URL of a record with its tables and nothing in them: on each engine in turn."""
    if request.param == "sqlite":
        return partial(empty_sqlite, tmp_path)
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.empty


@pytest.fixture
def database_url(empty_record: Callable[[], str]) -> str:
    """An empty record's URL: whoever asks for it is tested on each engine."""
    return empty_record()
