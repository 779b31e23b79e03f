"""How much is taken and how long it is kept, with a clock that the test moves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from support.bootstrap import Application, open_application
from support.service.forget_uploads import forget_uploads
from support.service.runtime import Runtime
from support.settings import Settings
from support.web.app import create_app
from ticketing.ids import new_id
from ticketing.storage import talk, uploads, visitors

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MIB = 1024 * 1024


class Shop:
    """An application over a data folder of its own, with one visitor."""

    def __init__(self, application: Application) -> None:
        self.application, self.now = application, NOW
        self.app: FastAPI = create_app(application)
        self.runtime: Runtime = replace(self.app.state.runtime, clock=lambda: self.now)
        self.app.state.runtime = self.runtime
        self.client, self.owner = TestClient(self.app), ""
        self.visits()

    def visits(self) -> None:
        """A new visitor from now on."""
        key, token = self.runtime.journal.write_now(lambda tx: visitors.new_visitor(tx, "star", self.now))
        self.owner, self.client.headers["Authorization"] = f"visitor:{key}", f"Visitor {token}"

    def allow(self, **limits: Any) -> None:
        """Other limits from now on."""
        self.runtime = replace(self.runtime, upload_limits=replace(self.runtime.upload_limits, **limits))
        self.app.state.runtime = self.runtime

    def send(self, content: bytes, key: str = "") -> Any:
        headers = {"Idempotency-Key": key or new_id(), "Upload-Name": "a.txt"}
        return self.client.post("/api/v1/uploads?shop=star", content=content, headers=headers)

    def sent(self, content: bytes) -> str:
        answer = self.send(content)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def said(self, content: bytes) -> str:
        """An upload in a message of a new conversation."""
        key = self.sent(content)

        def say(tx: Any) -> None:
            conversation = talk.start(tx, "star", self.owner, "en", "", self.now)
            uploads.said(tx, uploads.of_owner(tx, "star", self.owner, [key]), conversation.id, self.now)

        self.runtime.journal.write_now(say)
        return key

    def status(self, upload: str) -> int:
        return self.client.get(f"/api/v1/uploads/{upload}?shop=star").status_code

    def clean(self) -> int:
        """What the server does every hour, to files that are old enough."""
        for path in self.files():
            os.utime(path, (0, 0))
        return forget_uploads(self.runtime, self.application.uploads)

    def files(self) -> list[Path]:
        folder = self.application.settings.data_dir / "uploads"
        return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def shop(untouched: Path, tmp_path: Path) -> Iterator[Shop]:
    shutil.copytree(untouched, tmp_path, dirs_exist_ok=True)
    settings = Settings.alone(data_dir=tmp_path, upload_mib=1, upload_days=30)
    with open_application(settings) as application:
        yield Shop(application)


def test_the_largest_file_is_a_setting(shop: Shop) -> None:
    assert shop.send(b"x" * MIB).status_code == 201
    refused = shop.send(b"x" * (MIB + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert str(MIB) in refused.json()["detail"]


@pytest.mark.parametrize("limit", [{"per_day": 3}, {"size_per_day": 300}])
def test_one_sender_sends_so_much_a_day_and_a_repetition_is_heard_all_the_same(
    shop: Shop, limit: dict[str, int]
) -> None:
    shop.allow(**limit)
    keys = [new_id() for _ in range(3)]
    first, *_ = (shop.send(b"x" * 100, key) for key in keys)
    refused = shop.send(b"y")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate")
    assert refused.headers["retry-after"]
    again = shop.send(b"x" * 100, keys[0])
    assert (again.status_code, again.json()) == (200, first.json())
    shop.now += DAY + timedelta(seconds=1)
    assert shop.send(b"y").status_code == 201


def test_many_senders_together_do_not_fill_the_disk(shop: Shop) -> None:
    shop.allow(shop_size_per_day=1000)
    assert shop.send(b"x" * 1000).status_code == 201
    shop.visits()
    assert shop.send(b"y").json()["code"] == "rate"


def test_what_was_never_said_goes_after_a_day(shop: Shop) -> None:
    upload = shop.sent(b"never said")
    shop.now += DAY - timedelta(minutes=1)
    assert shop.clean() == 0
    assert shop.status(upload) == 200
    shop.now += timedelta(minutes=2)
    assert shop.clean() == 1
    assert shop.status(upload) == 404
    assert shop.files() == []


def test_what_was_said_goes_after_its_time_and_says_so(shop: Shop) -> None:
    upload = shop.said(b"said")
    shop.now += 30 * DAY - timedelta(minutes=1)
    assert shop.clean() == 0
    assert shop.status(upload) == 200
    shop.now += timedelta(minutes=2)
    assert shop.clean() == 1
    assert shop.status(upload) == 410
    assert shop.files() == []


def test_a_file_that_somebody_removed_is_not_there_any_more(shop: Shop) -> None:
    upload = shop.said(b"said")
    [path] = shop.files()
    path.unlink()
    assert shop.status(upload) == 410


def test_a_file_without_a_row_goes(shop: Shop) -> None:
    shop.said(b"said")
    [path] = shop.files()
    path.with_name(f"{'0' * 64}.{new_id()}").write_bytes(b"left by a server that was killed")
    assert shop.clean() == 1
    assert shop.files() == [path]
