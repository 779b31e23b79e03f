from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from typer.testing import CliRunner

from support.bootstrap import open_application
from support.cli.app import app
from support.cli.outcome import NO, USAGE
from support.service.webhooks import carry_out

URL = "https://127.0.0.1:9/hook"
SHOP = ["--shop", "small"]


def run(anxin: CliRunner, *words: str, code: int = 0) -> str:
    ended = anxin.invoke(app, ["webhook", *words, *SHOP])
    assert ended.exit_code == code, ended.output
    return ended.stdout if code == 0 else ended.output


def read(anxin: CliRunner, *words: str) -> Any:
    return json.loads(run(anxin, *words, "--json"))


def test_an_address_from_beginning_to_end(anxin: CliRunner) -> None:
    made = read(anxin, "add", URL, "--kind", "refund", "--kind", "ticket")
    assert (made["url"], made["kinds"], made["paused"]) == (URL, ["ticket", "refund"], False)
    start = made["id"][:13]
    listed = run(anxin, "list")
    assert (made["id"] in listed, made["secret"] in listed) == (True, False)
    sent = read(anxin, "test", start)
    with open_application() as application:
        carry_out(application.journal, "small", partial(datetime.now, UTC))
    (told,) = read(anxin, "log", start)["deliveries"]
    assert (told["id"], told["kind"], len(told["attempts"])) == (sent["id"], "ping", 1)
    assert told["attempts"][0]["trouble"], "nobody answers there"
    (line,) = run(anxin, "log", start).splitlines()
    assert sent["id"] in line
    assert "tries: 1" in line
    assert read(anxin, "redeliver", start, sent["id"])["state"] == "pending"
    assert read(anxin, "rotate", start)["secret"] != made["secret"]
    assert read(anxin, "pause", start)["paused"]
    assert not read(anxin, "resume", start)["paused"]
    assert read(anxin, "remove", start)["removed"]
    assert read(anxin, "list")["webhooks"] == []
    heard = anxin.invoke(app, ["audit", "list", *SHOP, "--kind", "webhook", "--json"])
    links = json.loads(heard.stdout)["links"]
    assert [one["what"] for one in links] == ["deleted", "changed", "changed", "rotated", "added"]
    assert all(one["actor"].startswith("terminal:") for one in links)


def test_what_cannot_be_is_said_in_the_terminals_language(
    anxin: CliRunner, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert run(anxin, "add", "ftp://x.example", "--kind", "ticket", code=NO).startswith("write https://")
    run(anxin, "add", URL, "--kind", "nothing", code=USAGE)
    run(anxin, "log", "0", code=NO)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "没有这个地址" in run(anxin, "rotate", "0", code=NO)
    hook = read(anxin, "add", URL, "--kind", "ticket")
    assert "没有这次投递" in run(anxin, "redeliver", hook["id"], "none", code=NO)
    assert "不再通知" in run(anxin, "remove", hook["id"])
