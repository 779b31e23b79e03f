"""`anxin seal`: a shop with contacts in its files is sealed, its key turns, and what lacks a key says which."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from support.bootstrap import open_application
from support.cli.app import app
from support.cli.outcome import explained
from support.field_keys import field_ring
from support.service.sealed_state import sealed_state
from support.settings import Settings, UnusableSettings
from tests.support.service.small_shop import files
from ticketing.errors import FieldKeyMissing
from ticketing.sealing import new_key, read_key
from ticketing.storage.shops import get_file

CONTACT = "13812345678@contact.example"
ORDERS = f"""order_no,buyer_id,contact,proof,product_id,quantity,unit_price,paid_amount,currency,created_at,paid_at
SC2026001,B-1,{CONTACT},a-proof-4711,game-key,1,10.00,10.00,CNY,2026-02-01T10:00:00+08:00,2026-02-01T10:01:00+08:00
"""
ONE, TWO = new_key(), new_key()
Env = pytest.MonkeyPatch


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def told(*arguments: str | Path) -> dict[str, Any]:
    return dict(json.loads(run(*arguments, "--json").stdout))


def held(folder: Path, text: str) -> list[str]:
    """The files of a folder that hold a text."""
    return [path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: Env) -> Path:
    """The data folder of a small shop whose orders lie in its files; nothing is sealed."""
    for name, content in (files() | {"orders.csv": ORDERS.encode()}).items():
        (tmp_path / "small" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "small" / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    with open_application() as application:
        application.shops.import_folder(tmp_path / "small")
    return tmp_path / "data"


def test_a_shop_is_sealed_its_key_turns_and_it_is_opened_again(data: Path, monkeypatch: Env) -> None:
    assert told("seal", "status")["sealed"] is False
    assert held(data, CONTACT)
    assert run("seal", "renew").exit_code == 2, "there is no key"
    with open_application() as application:
        secret = application.shop("small").row.secret
    monkeypatch.setenv("ANXIN_FIELD_KEYS", ONE)
    sealed = told("seal", "renew")
    assert (sealed["key"], sealed["old_bytes_gone"]) == (read_key(ONE).name, True)
    assert [held(data, text) for text in (CONTACT, "a-proof-4711", secret)] == [[], [], []]
    assert run("seal", "status").exit_code == 0
    with open_application() as application:
        shop = application.shop("small")
        assert shop.row.secret == secret, "so marks of claims meet as before, and tokens hold"
        assert shop.folder.orders_csv is not None
        assert CONTACT.encode() in shop.folder.orders_csv
    monkeypatch.setenv("ANXIN_FIELD_KEYS", f"{TWO},{ONE}")
    state = told("seal", "status")
    assert (state["sealed"], state["due"]) == (False, sealed["values"])
    assert told("seal", "renew")["values"] == sealed["values"]
    monkeypatch.setenv("ANXIN_FIELD_KEYS", TWO)
    assert told("seal", "status")["sealed"] is True
    assert run("seal", "undo").exit_code == 2, "nobody said yes"
    assert told("seal", "undo", "--yes")["values"] == sealed["values"]
    monkeypatch.delenv("ANXIN_FIELD_KEYS")
    with open_application() as application:
        assert application.shop("small").row.secret == secret


def test_a_backup_stays_sealed_and_needs_its_key_when_it_is_back(data: Path, tmp_path: Path, monkeypatch: Env) -> None:
    monkeypatch.setenv("ANXIN_FIELD_KEYS", ONE)
    run("seal", "renew")
    assert run("backup", tmp_path / "copy.tar").exit_code == 0
    with tarfile.open(tmp_path / "copy.tar") as tar:
        tar.extractall(tmp_path / "seen", filter="data")
    assert held(tmp_path / "seen", CONTACT) == []
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "back"))
    assert run("restore", tmp_path / "copy.tar").exit_code == 0
    with open_application() as application:
        assert CONTACT.encode() in (application.shop("small").folder.orders_csv or b"")
    monkeypatch.setenv("ANXIN_FIELD_KEYS", TWO)
    state = told("seal", "status")
    assert state["missing"] == [read_key(ONE).name]


@pytest.mark.parametrize("given", [TWO, None])
def test_without_its_key_the_record_says_which_and_is_left_as_it_is(
    data: Path, monkeypatch: Env, given: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANXIN_FIELD_KEYS", ONE)
    run("seal", "renew")
    name = read_key(ONE).name
    if given is None:
        monkeypatch.delenv("ANXIN_FIELD_KEYS")
    else:
        monkeypatch.setenv("ANXIN_FIELD_KEYS", given)
    with pytest.raises(SystemExit) as ended, explained(), open_application() as application:
        application.shop("small")
    assert ended.value.code == 3
    assert f"key {name}" in capsys.readouterr().err
    assert isinstance(run("seal", "undo", "--yes").exception, FieldKeyMissing)
    with open_application() as application:
        found = application.journal.read_now(sealed_state)
    assert name in found.says()
    monkeypatch.setenv("ANXIN_FIELD_KEYS", ONE)
    assert told("seal", "status")["sealed"] is True


def test_a_file_of_keys_is_read_again_when_it_changes(data: Path, tmp_path: Path, monkeypatch: Env) -> None:
    keys = tmp_path / "field.keys"
    keys.write_text(f"# the shop's\n{ONE}\n")
    monkeypatch.setenv("ANXIN_FIELD_KEYS_FILE", str(keys))
    with open_application() as server:  # which runs on while the key turns
        server.shop("small")
        keys.write_text(f"{TWO}  # from March on\n{ONE}\n")
        assert told("seal", "renew")["key"] == read_key(TWO).name
        found = server.journal.read_now(sealed_state)
        assert (found.given, found.sealed) == ((read_key(TWO).name, read_key(ONE).name), True)
        orders = server.journal.read_now(lambda tx: get_file(tx, "small", "orders.csv"))
        assert CONTACT.encode() in (orders or b"")
        keys.write_text("no key\n")
        assert server.journal.read_now(sealed_state).sealed, "those of before hold on"


def test_keys_that_are_none_are_refused_and_not_told(tmp_path: Path) -> None:
    def settings(**given: Any) -> Settings:
        return Settings.alone(data_dir=tmp_path, **given)

    (tmp_path / "empty").write_text("# nothing\n")
    for given in (
        {"field_keys": "a-bad-key"}, {"field_keys_file": tmp_path / "missing"}, {"field_keys_file": tmp_path / "empty"},
        {"field_keys": ONE, "field_keys_file": tmp_path / "empty"},
    ):  # fmt: skip
        with pytest.raises(UnusableSettings, match="ANXIN_FIELD_KEYS") as raised:
            field_ring(settings(**given))
        assert "a-bad-key" not in str(raised.value)
    assert ONE not in repr(settings(field_keys=ONE))
    assert field_ring(settings()).names == ()
    assert field_ring(settings(field_keys="", field_keys_file="")).names == ()


def test_the_doctor_says_how_it_stands(data: Path, monkeypatch: Env) -> None:
    from support.cli import doctor

    with pytest.raises(LookupError, match="in the clear: ANXIN_FIELD_KEYS"):
        doctor._sealing()
    monkeypatch.setenv("ANXIN_FIELD_KEYS", ONE)
    with pytest.raises(LookupError, match="anxin seal renew"):
        doctor._sealing()
    run("seal", "renew")
    assert f"all sealed under key {read_key(ONE).name}" in doctor._sealing()


def test_a_fresh_key_is_printed_alone() -> None:
    done = run("seal", "new-key")
    assert read_key(done.stdout.strip()).name in done.stderr
    assert told("seal", "new-key")["key"] != told("seal", "new-key")["key"]
