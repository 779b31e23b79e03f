"""The desk's application in this process: the demo shop with its past, as it stood one evening, and a foreign shop."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from support.bootstrap import Application, open_application
from support.service.agents import NewAgent, add_agent
from support.service.demo_agents import CHEN, LIN, make_demo_agents
from support.service.demo_history import make_history
from support.settings import Settings
from support.web.app import create_app
from tests.support.service.small_shop import files

NOW = datetime.fromisoformat("2026-11-22T20:00:00+08:00")
FOREIGN = ("stranger", "of-another-shop")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """The application with its clock stopped at NOW, and a client for each agent."""

    application: Application
    app: FastAPI
    made: int
    lin: TestClient
    chen: TestClient
    stranger: TestClient
    nobody: TestClient

    def get(self, path: str, **query: Any) -> Any:
        """What lin reads."""
        answer = self.lin.get(f"/api/v1/desk/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def desk_over(untouched: Path, folder: Path, past: bool = True, **settings: Any) -> Iterator[Desk]:
    """A desk over a copy of a data folder, with the demo shop's past or without."""
    shutil.copytree(untouched, folder, dirs_exist_ok=True)
    with open_application(Settings.alone(data_dir=folder, **settings)) as own:
        make_demo_agents(own.journal, "star", ("zh-CN", "en"), NOW)
        _foreign_shop(own, folder / "small")
        runtime = replace(own.runtime(), clock=lambda: NOW)
        made = make_history(runtime, "star", NOW) if past else 0
        app = create_app(own, demo=True)
        app.state.runtime = replace(app.state.runtime, clock=lambda: NOW)
        logins = (LIN.name, LIN.password), (CHEN.name, CHEN.password), FOREIGN
        lin, chen, stranger = (_logged_in(app, *login) for login in logins)
        yield Desk(own, app, made, lin, chen, stranger, TestClient(app))


def _foreign_shop(application: Application, folder: Path) -> None:
    for name, content in files().items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    application.shops.import_folder(folder)
    add_agent(application.journal, NewAgent("small", FOREIGN[0], "admin"), FOREIGN[1], NOW)


def _logged_in(app: FastAPI, name: str, password: str) -> TestClient:
    client = TestClient(app)
    answer = client.post("/api/v1/agent/session", json={"name": name, "password": password})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client
