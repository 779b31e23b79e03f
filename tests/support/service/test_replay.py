"""Recorded decisions made again: under the policies that made them nothing differs, under others what should."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from knowledge_base.errors import ShopFaults
from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.cli.app import app
from support.service.ask import Question, ask
from support.service.explain import ExplainCase, explain
from support.service.replay import replay, replay_under, with_policies
from support.settings import Settings
from ticketing.storage import cases

STAR = DEMO_SHOPS / "star"
NOW = datetime.fromisoformat("2026-11-21T12:00:00+08:00")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
REASONS = ("not_delivered", "changed_mind", "key_invalid", "partial_delivery", None)
UNDELIVERED = "grant: {refund: item.paid_amount - item.refunded_amount}"


@pytest.fixture(scope="module")
def data(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the demo shop in which every order was decided on, for several reasons."""
    folder = tmp_path_factory.mktemp("decided")
    shutil.copytree(untouched, folder, dirs_exist_ok=True)
    with open_application(Settings.alone(data_dir=folder)) as application:
        loaded = application.shop("star")
        numbers = sorted({line.split(b",")[0].decode() for line in (STAR / "orders.csv").read_bytes().splitlines()[1:]})
        wanted = [
            ExplainCase(number, request, NOW, reason=reason)
            for number in numbers for request in ("refund", "cancel", "reissue", "deliver") for reason in REASONS
        ]  # fmt: skip
        proofs = [(case.order, dict(explain(loaded.folder, loaded.connector, case).proof)) for case in wanted]

        def keep(tx: sa.Connection) -> None:
            for number, proof in proofs:
                cases.save_decision(tx, "star", "none", number, proof, NOW)

        application.journal.write_now(keep)
        slots = {"order.number": "SC20261118001", "order.proof": "lotus-2026"}
        said = Question("star", "付款了没发货，申请退款", slots=slots, now=NOW)
        assert ask(application.runtime(), said)["decision"]["verdict"] == "grant"
    return folder


@pytest.fixture
def decided(data: Path) -> Iterator[Application]:
    with open_application(Settings.alone(data_dir=data)) as application:
        yield application


def draft(folder: Path, old: str, new: str) -> Path:
    """The demo shop's policies with one rule changed, wherever it stands."""
    shutil.copytree(STAR / "policies", folder / "policies")
    changed = 0
    for path in sorted((folder / "policies").rglob("*.md")):
        text = path.read_text("utf-8")
        changed += text.count(old)
        path.write_text(text.replace(old, new), "utf-8")
    assert changed
    return folder


def test_the_same_policies_over_their_own_history_differ_in_nothing(decided: Application) -> None:
    tally = replay(decided.journal, with_policies(decided.journal, "star", STAR), LONG_AGO)
    assert tally.decisions > 800
    assert tally.unreadable == []
    assert tally.flips == []
    assert tally.money == {}


def test_a_changed_clause_flips_its_own_decisions_and_tells_the_money(decided: Application, tmp_path: Path) -> None:
    folder = draft(tmp_path, "reason: no_return_confirmed", "reason: no_return_confirmed_draft")
    tally = replay(decided.journal, with_policies(decided.journal, "star", folder), LONG_AGO)
    assert tally.flips
    assert {flip.before.verdict for flip in tally.flips} == {"refuse"}
    assert {(flip.after.outcome or {}).get("reason") for flip in tally.flips} == {"no_return_confirmed_draft"}
    assert tally.money == {}


def test_what_is_older_than_asked_for_is_left_out(decided: Application) -> None:
    folder = with_policies(decided.journal, "star", STAR)
    assert replay(decided.journal, folder, NOW + timedelta(seconds=1)).decisions == 0


def test_a_faulty_draft_says_where(decided: Application, tmp_path: Path) -> None:
    folder = draft(tmp_path, "order.paid", "order.payed")
    with pytest.raises(ShopFaults, match=r"policies/.*:\d+: .*order\.payed"):
        with_policies(decided.journal, "star", folder)
    with pytest.raises(ShopFaults, match="no policy file"):
        with_policies(decided.journal, "star", tmp_path / "policies" / "none")


def test_the_command_reports_flips_and_money(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANXIN_DATA_DIR", str(data))
    folder = draft(tmp_path, UNDELIVERED, "grant: {refund: (item.paid_amount - item.refunded_amount) / 2.0}")
    arguments = ["policy", "replay", "--shop", "star", "--policies", str(folder), "--since", "2020-01-01T00:00:00Z"]
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    lost = sum(
        float(flip["before"]["outcome"]["refund"]["amount"]) - float(flip["after"]["outcome"]["refund"]["amount"])
        for group in report["groups"] for flip in group["flips"]
    )  # fmt: skip
    assert report["flips"] == sum(group["count"] for group in report["groups"]) > 0
    assert float(report["money"]["CNY"]) == pytest.approx(-lost)
    plain = CliRunner().invoke(app, arguments)
    assert f"{report['flips']} would come out otherwise" in plain.stdout
    assert f"refunds would change by {report['money']['CNY']} CNY" in plain.stdout
    assert CliRunner().invoke(app, [*arguments[:-1], "soon"]).exit_code == 2


def test_two_processes_find_what_one_finds(
    decided: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.service.replay.WORTH", 1)
    monkeypatch.setattr("support.service.replay.PAGE", 50)
    changed = draft(tmp_path, "reason: no_return_confirmed", "reason: no_return_confirmed_draft")
    folder = with_policies(decided.journal, "star", changed)
    one, two = (
        replay_under(decided.journal, folder.shop, folder.policies, LONG_AGO, workers=workers) for workers in (1, 2)
    )
    assert one == two
    assert one.decisions > 100
    assert one.flips
