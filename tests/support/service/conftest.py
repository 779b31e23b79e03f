from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.settings import Settings
from tests.postgres import Cluster
from tests.records import ENGINES


@pytest.fixture(scope="session", params=ENGINES)
def application(
    request: pytest.FixtureRequest, untouched: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """The application over a data folder that tests share and write into: on each engine in turn."""
    folder = tmp_path_factory.mktemp("application")
    shutil.copytree(untouched, folder, dirs_exist_ok=True)
    if request.param == "sqlite":
        with open_application(Settings.alone(data_dir=folder)) as application:
            yield application
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with cluster.database() as url:
        settings = Settings.alone(data_dir=folder, database_url=SecretStr(url))
        with open_application(settings) as application:
            application.shops.import_folder(DEMO_SHOPS / "star")
            yield application
