"""The page about several workers: its commands, settings and the files it names are there and mean what it says."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from typer.testing import CliRunner

from support.cli.app import app
from support.service.membership import FORGET_AFTER
from support.settings import Settings, check_settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "several-workers.md").read_text("utf-8")


def test_every_command_is_there_with_its_options() -> None:
    found = re.findall(r"\.venv/bin/anxin ([a-z]+)((?: --[a-z]+(?: \d+)?)*)", PAGE)
    assert {name for name, _ in found} == {"serve", "doctor"}
    for name, options in found:
        told = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"})
        assert told.exit_code == 0
        assert [one for one in re.findall(r"--[a-z]+", options) if one not in told.output] == []


def test_the_settings_that_it_exports_are_taken() -> None:
    given = dict(re.findall(r"export ANXIN_([A-Z_]+)='([^']+)'", PAGE))
    assert set(given) == {"DATABASE_URL", "NATS_URL"}
    values = {name.lower(): value for name, value in given.items()}
    check_settings(Settings.alone(workers=2, **values))
    check_settings(Settings.alone(workers=2, **values | {"nats_url": "tls://a:b@n.example.com"}))


def test_its_links_lead_somewhere_and_its_seconds_are_the_codes() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / link).exists(), link
    assert FORGET_AFTER == 4.0
    assert "four seconds" in PAGE


def test_the_composed_workers_have_what_they_need() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    given = services["anxin"]["environment"]
    values = {name.removeprefix("ANXIN_").lower(): value for name, value in given.items() if name != "ANXIN_SHOPS_DIR"}
    settings = Settings.alone(**values)
    check_settings(settings)
    assert settings.workers > 1
    assert set(services["anxin"]["depends_on"]) == {"db", "nats"}
