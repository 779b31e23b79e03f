"""是正版吗: the registered path or that none is registered, never more, and nothing of a record that was changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from support.bootstrap import Application, open_application
from support.cli.app import app
from support.service.ask import Question, ask
from support.settings import Settings
from ticketing.storage.tables import authorisation_entries, shop_files

PATH_50 = "星云发行（示例） → 星卡商城 → 星云点卡 50 元（国服） → NB50-2026Q4"
SUPPLIERS_OF_OTHERS = ("远星供应链", "青屿分销", "山川音频")
Said = Callable[..., dict[str, Any]]


@pytest.fixture
def said(application: Application) -> Said:
    def say(text: str, **slots: str) -> dict[str, Any]:
        named = {f"order.{name}": value for name, value in slots.items()}
        return ask(application.runtime(), Question("star", text, slots=named))

    return say


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("星云点卡 50 元国服的是正版吗", PATH_50),
        ("星云点卡 100 的授权书给我看看", "星云发行（示例） → 星卡商城 → 星云点卡 100 元（国服） → NB100-2026Q4"),
        ("查一下鹿鸣笔记专业版的授权", "鹿鸣软件（示例） → 星卡商城 → 鹿鸣笔记专业版 1 年许可 → LM-2026-A"),
        ("轻墨办公有没有授权", "“轻墨办公家庭版 1 年许可”的授权路径：未登记。"),
        ("星云点卡 50 元国际服是正版吗", "“星云点卡 50 元（国际服）”的授权路径：未登记。"),
        ("灯下迷城激活码是正版的吗", "授权登记已于 2026-07-31 到期"),
        ("Is the Cloudsea standard key genuine?", "→ 星卡商城 → Cloudsea Scavenger standard key → CS-2026-02"),
        ("is the mountain sounds pack official?", '"Mountain sound pack (download)": not registered.'),
        ("Is Lantern Labyrinth key legit?", "ended on 2026-07-31"),
        ("竹影学习席位 BS-2026-08 是正规渠道吗", "竹影学习（示例） → 星卡商城 → 竹影学习平台席位（季度） → BS-2026-08"),
        ("竹影学习席位批次 BS-2025-01 是正品吗", "批次 BS-2025-01 的授权路径：未登记。"),
        ("is Luming Notes Pro batch LM-2099-Z genuine", "batch LM-2099-Z: not registered."),
    ],
)  # fmt: skip
def test_a_named_product_has_its_registered_path_or_none(said: Said, text: str, expected: str) -> None:
    answer = said(text)
    assert expected in answer["text"]
    assert answer["ticket"] is None
    assert not any(name in answer["text"] for name in SUPPLIERS_OF_OTHERS)


@pytest.mark.parametrize("text", ["are your keys genuine", "你们卖的是正版吗", "沙丘王座激活码是正版吗"])
def test_without_a_known_product_nothing_is_claimed(said: Said, text: str) -> None:
    answer = said(text)
    assert "登记的授权路径" not in answer["text"]
    assert "Registered path" not in answer["text"]
    assert "product" in answer["asks"] or "登记" in answer["text"] or "register" in answer["text"]


@pytest.mark.parametrize(
    "text", ["这是盗版吧，你们没有授权", "我买到的星云点卡不是正版，是假的", "This key is counterfeit"]
)
def test_a_claim_that_it_is_forged_goes_to_a_person(said: Said, text: str) -> None:
    answer = said(text)
    assert (answer["ticket"]["reason"], answer["ticket"]["priority"]) == ("counterfeit", "urgent")


def test_of_an_opened_order_the_way_it_came_counts_and_no_other(said: Said) -> None:
    registered = said("这个订单的卡是正版吗", number="SC20260412001", proof="han@buyer.example")
    assert "星云发行（示例） → 青屿小店（示例分销） → " in registered["text"]
    assert "→ 星卡商城 →" not in registered["text"], "another distributor's path says nothing of these goods"
    elsewhere = said("订单 SC20260520001 里的卡是正版吗", proof="jin@buyer.example")
    assert "未登记" in elsewhere["text"]
    assert "→" not in elsewhere["text"]
    assert "远星供应链" not in elsewhere["text"]
    closed = said("订单 SC20260412001 里的卡是正版吗", proof="guessed")
    assert "青屿小店" not in closed["text"]


def test_a_supplier_that_the_shop_keeps_to_itself_is_not_told(untouched: Path, tmp_path: Path) -> None:
    from support.bootstrap import DEMO_SHOPS

    folder = tmp_path / "star"
    shutil.copytree(DEMO_SHOPS / "star", folder)
    file = folder / "authorisations.csv"
    head, *rows = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([f"{head},public", *(f"{row},false" for row in rows)]) + "\n", "utf-8")
    shutil.copytree(untouched, tmp_path / "data")
    with open_application(Settings.alone(data_dir=tmp_path / "data")) as application:
        application.shops.import_folder(folder)
        for text, supplier in (
            ("星云点卡 100 是正版吗", "已登记的供货方"),
            ("is Nebula card 100 genuine", "a registered supplier"),
        ):
            told = ask(application.runtime(), Question("star", text))["text"]
            assert f"{supplier} → 星卡商城 → " in told
            assert "星云发行" not in told
            assert "SQ-2026-001" not in told


@pytest.fixture
def own(untouched: Path, tmp_path: Path) -> Path:
    """A data folder to be tampered with."""
    shutil.copytree(untouched, tmp_path, dirs_exist_ok=True)
    return tmp_path


def tampered(data: Path, statement: sa.Executable) -> None:
    with open_application(Settings.alone(data_dir=data)) as application:
        assert application.journal.write_now(lambda tx: tx.execute(statement).rowcount) >= 1


NOT_HELD: dict[str, sa.Executable] = {
    "a row of the file": sa.update(shop_files).where(shop_files.c.path == "authorisations.csv").values(
        content=sa.func.replace(sa.cast(shop_files.c.content, sa.Text), "LT-2025-11", "LT-2025-12")
    ),
    "an entry's cells": sa.update(authorisation_entries).where(authorisation_entries.c.n == 3).values(
        cells=sa.func.replace(authorisation_entries.c.cells, "2026", "2027")
    ),
    "an entry's time": sa.text("UPDATE authorisation_entries SET at = at + 1 WHERE n = 5"),
    "the last entry": sa.delete(authorisation_entries).where(authorisation_entries.c.n == 12),
    "every entry": sa.delete(authorisation_entries),
}  # fmt: skip


TOLD = {"星云点卡 50 元国服的是正版吗": "没有通过核对", "is Nebula card 100 genuine": "did not pass its check"}


@pytest.mark.parametrize("what", NOT_HELD)
def test_a_changed_record_is_found_and_nothing_of_it_is_claimed(
    own: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = NOT_HELD[what]
    monkeypatch.setenv("ANXIN_DATA_DIR", str(own))
    trace = ("authorisation", "trace", "nebula-card-50", "--shop", "star")
    before = CliRunner().invoke(app, trace)
    assert (before.exit_code, "星云发行（示例） → 星卡商城 → nebula-card-50 → NB50-2026Q4" in before.stdout) == (
        0,
        True,
    )
    with open_application(Settings.alone(data_dir=own)) as application:
        question = Question("star", "星云点卡 50 元国服的是正版吗")
        assert PATH_50 in ask(application.runtime(), question)["text"]
        assert application.journal.write_now(lambda tx: tx.execute(statement).rowcount) >= 1
        for text, words in (
            ("星云点卡 50 元国服的是正版吗", "没有通过核对"),
            ("is Nebula card 100 genuine", "did not pass its check"),
        ):
            told = ask(application.runtime(), Question("star", text))["text"]
            assert words in told, "the running service reads the record anew"
            assert "→" not in told
    after = CliRunner().invoke(app, trace)
    assert (after.exit_code, "未登记" in after.stdout, "the record does not hold" in after.stdout) == (1, True, True)


def test_after_a_look_at_it_the_record_is_begun_anew(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from support.bootstrap import DEMO_SHOPS

    monkeypatch.setenv("ANXIN_DATA_DIR", str(own))
    restart = ("authorisation", "restart", "--shop", "star")
    assert CliRunner().invoke(app, restart).exit_code == 1
    tampered(own, NOT_HELD["a row of the file"])
    tampered(own, NOT_HELD["an entry's cells"])
    assert CliRunner().invoke(app, ("shop", "import", str(DEMO_SHOPS / "star"))).exit_code == 0
    assert CliRunner().invoke(app, restart).exit_code == 2, "nobody said that they have looked"
    assert CliRunner().invoke(app, (*restart, "--yes")).exit_code == 0
    trace = CliRunner().invoke(app, ("authorisation", "trace", "lantern-key", "--shop", "star"))
    assert "2026-07-31" in trace.stdout
    assert CliRunner().invoke(app, ("authorisation", "trace", "nebula-card-50", "--shop", "star")).exit_code == 0
