from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from support.cli.app import app
from support.cli.outcome import DONE, NO, USAGE


def test_an_agents_account_from_beginning_to_end(anxin: CliRunner) -> None:
    add = ["agent", "add", "Wang", "--shop", "small", "--role", "senior", "--display", "小王", "--json"]
    made = anxin.invoke(app, add)
    assert made.exit_code == DONE, made.output
    document = json.loads(made.stdout)
    assert {key: document[key] for key in ("name", "shop", "role", "display_name", "languages", "active")} == {
        "name": "wang", "shop": "small", "role": "senior", "display_name": "小王", "languages": ["zh-CN"],
        "active": True,
    }  # fmt: skip
    assert len(document["password"]) >= 16
    again = anxin.invoke(app, add)
    assert (again.exit_code, again.stdout) == (NO, "")
    assert "choose another name" in again.stderr
    listed = anxin.invoke(app, ["agent", "list", "--shop", "small"])
    assert listed.stdout == "wang  small  senior  小王\n"
    changed = anxin.invoke(app, ["agent", "password", "wang"])
    assert changed.exit_code == DONE
    name, password = (line.split()[1] for line in changed.stdout.splitlines())
    assert name == "wang"
    assert password != document["password"]
    assert anxin.invoke(app, ["agent", "remove", "WANG"]).exit_code == DONE
    assert json.loads(anxin.invoke(app, ["agent", "list", "--json"]).stdout) == {"agents": []}
    kept = json.loads(anxin.invoke(app, ["agent", "list", "--removed", "--json"]).stdout)["agents"]
    assert [(one["name"], one["active"]) for one in kept] == [("wang", False)]
    assert "password" not in json.dumps(kept)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["add", "two words", "--shop", "small"], USAGE, "cannot be a login name"),
        (["add", "wang", "--shop", "small", "--role", "boss"], USAGE, "agent, senior, admin"),
        (["add", "wang", "--shop", "small", "--lang", "fr"], USAGE, "the shop speaks zh-CN"),
        (["add", "wang"], USAGE, "--shop"),
        (["password", "nobody"], NO, "no agent 'nobody'"),
        (["remove", "nobody"], NO, "no agent 'nobody'"),
    ],
)
def test_what_cannot_be_is_said(anxin: CliRunner, arguments: list[str], code: int, says: str) -> None:
    done = anxin.invoke(app, ["agent", *arguments])
    assert (done.exit_code, done.stdout) == (code, "")
    assert says in done.stderr
