from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from support.cli.app import app
from support.cli.outcome import DONE, NO, USAGE


def test_a_key_from_beginning_to_end_and_what_the_audit_says_of_it(anxin: CliRunner) -> None:
    make = ["key", "create", "机器人", "--shop", "small", "--scope", "tickets:read", "--json"]
    made = json.loads(anxin.invoke(app, make).stdout)
    assert made["text"].startswith(made["prefix"] + ".")
    assert (made["scopes"], made["state"], made["expires_at"] > made["created_at"]) == (
        ["tickets:read"],
        "active",
        True,
    )
    listed = anxin.invoke(app, ["key", "list", "--shop", "small"])
    assert (listed.exit_code, made["prefix"] in listed.stdout, made["text"] in listed.stdout) == (DONE, True, False)
    whole = anxin.invoke(app, ["key", "revoke", made["text"], "--shop", "small"])
    assert (whole.exit_code, made["text"] in whole.output) == (USAGE, False)
    turned = json.loads(anxin.invoke(app, ["key", "rotate", made["prefix"], "--shop", "small", "--json"]).stdout)
    assert (turned["id"], turned["text"] != made["text"], bool(turned["old_until"])) == (made["id"], True, True)
    assert anxin.invoke(app, ["key", "revoke", made["id"], "--shop", "small"]).exit_code == DONE
    assert anxin.invoke(app, ["key", "rotate", made["id"], "--shop", "small"]).exit_code == NO
    read = ["audit", "list", "--shop", "small", "--kind", "api_key", "--json"]
    found = json.loads(anxin.invoke(app, read).stdout)["links"]
    assert [link["what"] for link in found] == ["revoked", "rotated", "made"]
    assert all(link["actor"].startswith("terminal:") for link in found)
    assert anxin.invoke(app, ["audit", "verify", "--shop", "small"]).exit_code == DONE


@pytest.mark.parametrize("wrong", [["--scope", "all"], ["--scope", "tickets:read", "--days", "-1"]])
def test_what_is_no_key_is_refused(wrong: list[str], anxin: CliRunner, tmp_path: Path) -> None:
    assert anxin.invoke(app, ["key", "create", "x", "--shop", "small", *wrong]).exit_code == USAGE
