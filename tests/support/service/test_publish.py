"""Publishing policies: what passes the gate, what is kept of it, and what stays as it was for ever."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from knowledge_base.errors import ShopFaults
from support.bootstrap import Application, open_application
from support.service.explain import ExplainCase, explain
from support.service.policy_gate import HistoryRewritten
from support.service.policy_history import history_of
from support.service.publish import PublishedMeanwhile, Signed, let_draft_pass, tried_on_the_past, without_version
from support.settings import Settings
from tests.postgres import Cluster
from tests.records import ENGINES
from tests.support.service.small_shop import files
from ticketing.storage import cases, event_log, publications, shops

NOW = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FULL, HALF = "item.paid_amount - item.refunded_amount}", "(item.paid_amount - item.refunded_amount) / 2.0}"
POLICY = "policies/after-sales.md"


BOTH = pytest.mark.parametrize("application", ENGINES, indirect=True)
"""What the database itself has a part in."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the small shop, and the shop's own folder, to be copied."""
    place = tmp_path_factory.mktemp("imported")
    write(place / "small")
    with opened(place, None) as application:
        application.shops.import_folder(place / "small", by="li", now=NOW)
    return place


@pytest.fixture
def folder(imported: Path, tmp_path: Path) -> Path:
    """The small shop's folder."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return tmp_path / "small"


@pytest.fixture
def application(folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Application]:
    """The application with the small shop imported."""
    if getattr(request, "param", "sqlite") == "sqlite":
        with opened(tmp_path, None) as application:
            yield application
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with opened(tmp_path, cluster.empty()) as application:
        application.shops.import_folder(folder, by="li", now=NOW)
        yield application


def write(folder: Path) -> None:
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def opened(data: Path, url: str | None) -> AbstractContextManager[Application]:
    secret = None if url is None else SecretStr(url)
    return open_application(Settings.alone(data_dir=data, database_url=secret))


@pytest.fixture
def decided(application: Application) -> Application:
    """The same with a decision on SP1 in the record: 30.00 back."""
    loaded = application.shop("small")
    decision = explain(loaded.folder, loaded.connector, ExplainCase("SP1", "refund", NOW))
    assert decision.outcome == {"refund": {"amount": "30.00", "currency": "CNY"}}
    proof = dict(decision.proof)

    def keep(tx: sa.Connection) -> None:
        cases.save_decision(tx, "small", "none", "SP1", proof, NOW)

    application.journal.write_now(keep)
    return application


def edited(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def a_draft(folder: Path, effective: str, *changes: tuple[str, str]) -> Path:
    place = folder.parent / "draft" / "after-sales.md"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes((folder / POLICY).read_bytes())
    edited(place, ("effective: 2026-01-01", f"effective: {effective}"), *changes)
    return place


def published(application: Application, draft: Path, by: str = "wang", note: str = "") -> None:
    read = let_draft_pass(application.journal, "small", draft, NOW)
    application.shops.publish(read, Signed(by, "publish", NOW, note), {}, lambda done, total: None)


def events(application: Application) -> list[tuple[str, dict[str, object]]]:
    found = application.journal.read_now(lambda tx: event_log.after_in_shop(tx, "small", 0))
    return [(one.type, one.body) for one in found if one.audience == "agents"]


@BOTH
def test_a_draft_is_tried_published_and_in_the_history(decided: Application, folder: Path) -> None:
    draft = a_draft(folder, "2026-04-01", (FULL, HALF))
    read = let_draft_pass(decided.journal, "small", draft, NOW)
    tally, as_if = tried_on_the_past(decided.journal, read, LONG_AGO, NOW)
    assert [version.effective for version in as_if] == [date(2026, 4, 1)]
    assert (len(tally.flips), str(tally.money["CNY"])) == (1, "-15.00")
    published(decided, draft, note="cheaper")
    first, second = history_of(decided.journal, decided.shop("small").folder.shop)
    assert (first.publication.by, first.publication.via, first.changes[0].kind) == ("li", "import", "added")
    one = second.publication
    assert (one.n, one.by, one.via, one.note, one.at) == (2, "wang", "publish", "cheaper", NOW)
    assert one.changes[0].files == {"policies/2026-04-01/after-sales.md": draft.read_text("utf-8")}
    assert {version.effective for version in decided.shop("small").folder.policies} == {
        date(2026, 1, 1), date(2026, 4, 1),
    }  # fmt: skip
    ((kind, told),) = events(decided)
    assert (kind, told["publication"], told["by"]) == ("policy", 2, "wang")
    loaded = decided.shop("small")
    assert loaded.connector is not None
    old = explain(loaded.folder, loaded.connector, ExplainCase("SP1", "refund", NOW))
    assert old.outcome == {"refund": {"amount": "30.00", "currency": "CNY"}}, "paid before: the old version decides"


WRONG = (
    "\nexamples:\n  - {request: refund, facts: {order.paid: true, delivery.state: failed, item.paid_amount: 9.0, "
    "item.refunded_amount: 0}, expect: {grant: {refund: 8.00}}}"
)
REFUSED: tuple[tuple[str, tuple[str, str], str], ...] = (
    ("2026-02-01", (FULL, FULL), r"after-sales\.md:4: .*would hold for the past: today is 2026-03-02"),
    ("2026-01-01", (FULL, HALF), r"after-sales\.md:\d+: .*in force and reads otherwise"),
    ("2026-01-01", ("可全额退款。", "可以全额退款。"), "in force and reads otherwise"),
    ("2026-04-01", ("order.paid", "order.payed"), r"policies/after-sales\.md:\d+: .*order\.payed"),
    ("2026-04-01", (FULL, FULL + WRONG), r"policies/after-sales\.md:\d+: example of 'undelivered-refund'"),
)


def test_what_may_not_be_published_is_refused_with_its_place(application: Application, folder: Path) -> None:
    for effective, change, problem in REFUSED:
        draft = a_draft(folder, effective, change)
        with pytest.raises(ShopFaults, match=problem):
            let_draft_pass(application.journal, "small", draft, NOW)
    assert application.journal.read_now(lambda tx: publications.last(tx, "small")) == 1


def test_a_day_of_today_may_be_published(application: Application, folder: Path) -> None:
    published(application, a_draft(folder, "2026-03-02", (FULL, HALF)))
    assert len(application.shop("small").folder.policies) == 2


@BOTH
def test_of_two_who_publish_at_once_one_wins_and_the_other_hears(application: Application, folder: Path) -> None:
    read = [
        let_draft_pass(application.journal, "small", a_draft(folder, day, (FULL, HALF)), NOW)
        for day in ("2026-04-01", "2026-05-01")
    ]

    def publish(one: int) -> str:
        try:
            application.shops.publish(read[one], Signed(str(one), "publish", NOW), {}, lambda done, total: None)
        except PublishedMeanwhile as error:
            return str(error)
        return "won"

    with ThreadPoolExecutor(2) as both:
        heard = sorted(both.map(publish, (0, 1)))
    assert heard[1] == "won"
    assert "the last publication is 2, not 1" in heard[0]
    assert len(application.shop("small").folder.policies) == 2


def test_a_publication_does_not_undo_what_was_imported_meanwhile(application: Application, folder: Path) -> None:
    read = let_draft_pass(application.journal, "small", a_draft(folder, "2026-04-01", (FULL, HALF)), NOW)
    edited(folder / "products.csv", ("35.00", "36.00"))
    application.shops.import_folder(folder, now=NOW)
    with pytest.raises(PublishedMeanwhile, match="its files were changed"):
        application.shops.publish(read, Signed("wang", "publish", NOW), {}, lambda done, total: None)
    stored = application.journal.read_now(lambda tx: shops.get_files(tx, "small"))
    assert b"36.00" in stored["products.csv"]


def test_a_version_is_taken_back_before_its_day_and_never_after(application: Application, folder: Path) -> None:
    published(application, a_draft(folder, "2026-04-01", (FULL, HALF)))
    taken = without_version(application.journal, "small", "after-sales", date(2026, 4, 1), NOW)
    application.shops.publish(taken, Signed("wang", "withdraw", NOW), {}, lambda done, total: None)
    assert [one.publication.via for one in history_of(application.journal, taken.folder.shop)] == [
        "import", "publish", "withdraw",
    ]  # fmt: skip
    assert len(application.shop("small").folder.policies) == 1
    with pytest.raises(ShopFaults, match="in force and is left out"):
        without_version(application.journal, "small", "after-sales", date(2026, 1, 1), NOW)
    with pytest.raises(ShopFaults, match="published are: after-sales 2026-01-01"):
        without_version(application.journal, "small", "after-sales", date(2026, 4, 1), NOW)


@BOTH
def test_an_import_that_would_decide_old_cases_otherwise_says_so_and_is_refused_if_strict(
    decided: Application, folder: Path
) -> None:
    edited(folder / POLICY, (FULL, HALF))
    with pytest.raises(HistoryRewritten, match=r"1 recorded decision\(s\) would come out otherwise \(SP1 …\)"):
        decided.shops.import_folder(folder, strict=True, now=NOW)
    assert len(history_of(decided.journal, decided.shop("small").folder.shop)) == 1
    done = decided.shops.import_folder(folder, by="li", now=NOW)
    assert any("1 recorded decision(s) would come out otherwise (SP1 …)" in warning for warning in done.warnings)
    last = history_of(decided.journal, decided.shop("small").folder.shop)[-1]
    assert (last.publication.by, last.changes[0].kind) == ("li", "altered")
    assert last.publication.effect == {"decisions": 1, "flips": 1, "money": {"CNY": "-15.00"}}
    edited(folder / "products.csv", ("35.00", "36.00"))
    decided.shops.import_folder(folder, now=NOW)
    assert len(history_of(decided.journal, decided.shop("small").folder.shop)) == 2


def test_an_import_warns_where_only_the_text_of_a_version_in_force_changed(decided: Application, folder: Path) -> None:
    edited(folder / POLICY, ("可全额退款。", "可以全额退款。"))
    done = decided.shops.import_folder(folder, now=NOW)
    assert any("in force and reads otherwise" in warning for warning in done.warnings)


def test_a_shop_that_has_decided_nothing_is_edited_freely(application: Application, folder: Path) -> None:
    edited(folder / POLICY, (FULL, HALF), ("effective: 2026-01-01", "effective: 2026-01-02"))
    done = application.shops.import_folder(folder, now=NOW)
    assert not any("in force" in warning for warning in done.warnings)
    assert [version.effective for version in application.shop("small").folder.policies] == [date(2026, 1, 2)]


def test_an_import_does_not_drop_what_was_published(application: Application, folder: Path) -> None:
    published(application, a_draft(folder, "2026-04-01", (FULL, HALF)))
    with pytest.raises(HistoryRewritten, match="the version of 'after-sales' from 2026-04-01 was published and is not"):
        application.shops.import_folder(folder, strict=True, now=NOW)
    edited(folder / "products.csv", ("35.00", "36.00"))
    done = application.shops.import_folder(folder, now=NOW)
    assert any("was published and is kept" in warning for warning in done.warnings)
    assert "products.csv" in done.changes.changed
    assert len(application.shop("small").folder.policies) == 2
    stored = application.journal.read_now(lambda tx: shops.get_files(tx, "small"))
    path = "policies/2026-04-01/after-sales.md"
    (folder / path).parent.mkdir()
    (folder / path).write_bytes(stored[path])
    application.shops.import_folder(folder, now=NOW)
    assert len(application.shop("small").folder.policies) == 2


@BOTH
def test_what_was_imported_before_there_was_a_history_becomes_its_first_entry(
    application: Application, folder: Path
) -> None:
    def forget(tx: sa.Connection) -> None:
        tx.execute(sa.text("DELETE FROM publications"))

    application.journal.write_now(forget)
    published(application, a_draft(folder, "2026-04-01", (FULL, HALF)))
    entries = history_of(application.journal, application.shop("small").folder.shop)
    assert [(one.publication.n, one.publication.via, one.publication.by) for one in entries] == [
        (1, "import", ""), (2, "publish", "wang"),
    ]  # fmt: skip
    assert entries[0].publication.at == NOW


def test_nothing_of_a_publication_is_kept_where_its_event_cannot_be(
    application: Application, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no event")

    before = application.journal.read_now(lambda tx: shops.get_files(tx, "small"))
    monkeypatch.setattr(event_log, "append", fails)
    with pytest.raises(RuntimeError):
        published(application, a_draft(folder, "2026-04-01", (FULL, HALF)))
    assert application.journal.read_now(lambda tx: shops.get_files(tx, "small")) == before
    assert application.journal.read_now(lambda tx: publications.last(tx, "small")) == 1
