"""`anxin shop connect`, and what `anxin doctor` and `anxin ask` say of a store that is down."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from knowledge_base.toml_editing import NotEditable, with_changes
from support.cli.app import app
from support.cli.connect_trouble import trouble
from tests.support.orders.stores import dujiao_next, dujiaoka, qs_faka
from tests.support.orders.stores.filling import sqlite_running
from tests.support.orders.stores.http_shop import HttpShop


def anxin(*arguments: str | Path, given: str = "") -> Result:
    """A command, with what a person types."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new shop folder."""
    assert anxin("shop", "new", tmp_path / "moon").exit_code == 0
    return tmp_path / "moon"


@pytest.fixture
def store(folder: Path) -> Iterator[Path]:
    """A running dujiaoka store beside the shop folder's files."""
    with sqlite_running(folder / "store.db", dujiaoka.SCHEMA, dujiaoka.ROWS):
        yield folder


CONNECT = ("shop", "connect", "--source", "dujiaoka", "--url", "sqlite:///store.db")


def test_it_tries_shows_and_writes_without_touching_the_rest(store: Path) -> None:
    before = (store / "shop.toml").read_text()
    done = anxin(*CONNECT, store)
    assert done.exit_code == 0, done.output
    assert "SHORTAGE00000008" not in done.output  # the newest ten only
    assert "FORGOTTENB000029" in done.output
    assert "••••" in done.output
    for secret in ("KEY-ROW-IS-GONE", "TWICE-SOLD", "li.lei@example.org", "查询密码9"):
        assert secret not in done.output
    assert "unknown in all of them: " in done.output
    assert "order.refunded_amount" in done.output
    after = (store / "shop.toml").read_text()
    assert tomllib.loads(after)["orders"] == {"source": "dujiaoka", "url": "sqlite:///store.db"}
    changed = set(after.splitlines()) ^ set(before.splitlines())
    assert changed == {'source = "csv"', 'source = "dujiaoka"', 'url = "sqlite:///store.db"'}
    assert "shop.toml unchanged" in anxin("shop", "connect", store).output


def test_it_asks_for_what_is_not_given(store: Path) -> None:
    done = anxin("shop", "connect", store, given="dujiaoka\nsqlite:///store.db\n")
    assert done.exit_code == 0, done.output
    assert tomllib.loads((store / "shop.toml").read_text())["orders"]["source"] == "dujiaoka"


def test_json_is_one_document(store: Path) -> None:
    done = anxin(*CONNECT, store, "--order", "delivered0000001", "--json")
    document = json.loads(done.stdout)
    assert (document["source"], document["written"], document["missing"]) == ("dujiaoka", True, [])
    (order,) = document["orders"]
    assert (order["number"], order["paid_amount"]) == ("DELIVERED0000001", "35.80")
    assert order["items"][0]["keys_masked"] == ["••••ABCD", "••••EFGH"]


def test_a_dry_run_and_an_order_that_is_not_there(store: Path) -> None:
    before = (store / "shop.toml").read_bytes()
    assert "shop.toml unchanged" in anxin(*CONNECT, store, "--dry-run").output
    assert anxin(*CONNECT, store, "--order", "NONE", "--dry-run").exit_code == 1
    assert (store / "shop.toml").read_bytes() == before


def test_missing_columns_are_reported(folder: Path) -> None:
    schema = dujiaoka.SCHEMA[: dujiaoka.SCHEMA.index("CREATE TABLE `coupons`")]
    rows = {table: dujiaoka.ROWS[table] for table in ("orders", "carmis", "goods")}
    with sqlite_running(folder / "store.db", schema, rows):
        assert "not found, or not to be seen: coupons, coupons_goods" in anxin(*CONNECT, folder).output


@pytest.mark.parametrize(
    ("url", "code", "why"),
    [
        ("mysql://reader:p4ss@127.0.0.1:9/shop", 3, "Can't connect"),
        ("sqlite:///nothing.db", 3, "unable to open"),
        ("env:ANXIN_TEST_UNSET", 3, "ANXIN_TEST_UNSET is not set"),
        ("ftp://x", 1, "begins with mysql://"),
    ],
)
def test_a_store_that_does_not_answer_changes_nothing(
    folder: Path, url: str, code: int, why: str, capfd: pytest.CaptureFixture[str]
) -> None:
    from support.cli.outcome import explained

    before = (folder / "shop.toml").read_bytes()
    with pytest.raises(SystemExit) as ended, explained():
        app(["shop", "connect", str(folder), "--source", "dujiaoka", "--url", url])
    said = capfd.readouterr()
    assert ended.value.code == code
    assert why in said.out + said.err
    assert "p4ss" not in said.out + said.err
    assert (folder / "shop.toml").read_bytes() == before


def test_no_folder_is_wrong_usage(tmp_path: Path) -> None:
    assert anxin(*CONNECT, tmp_path).exit_code == 2
    assert anxin("shop", "connect", tmp_path, "--source", "excel").exit_code == 2


def test_a_mapped_store(folder: Path) -> None:
    text = (folder / "shop.toml").read_text().replace('source = "csv"', 'source = "sql"\nurl = "sqlite:///store.db"')
    mapping = qs_faka.MAPPING.replace("\n[", "\n[orders.")
    (folder / "shop.toml").write_text(text + mapping)
    with sqlite_running(folder / "store.db", qs_faka.SCHEMA, qs_faka.ROWS):
        done = anxin("shop", "connect", folder, "--json")
        assert json.loads(done.stdout)["missing"] == []
        assert "GRANT SELECT" not in anxin("shop", "connect", folder, "--grants").output
        statements = anxin("shop", "connect", folder, "--grants", "--url", "mysql://root@h/qs").output
        assert "ON `qs`.`order_card` TO" in statements


def test_a_store_that_shows_orders_to_their_buyers_only(folder: Path) -> None:
    with HttpShop() as shop:
        given = ("shop", "connect", folder, "--source", "dujiao_next", "--url", shop.url)
        assert "try one with --order and --proof" in anxin(*given).output
        opened = anxin(*given, "--order", "DJ2026GUEST", "--proof", "li.lei@example.org 查询密码9")
        assert (opened.exit_code, "DJ2026GUEST" in opened.output) == (0, True)
        assert "查询密码9" not in opened.output


@pytest.mark.parametrize("how", [(), ("--views",)])
def test_grants_need_no_folder(tmp_path: Path, how: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = anxin("shop", "connect", "--grants", "--source", "acg_faka", "--url", "mysql://root@h/faka", *how)
    assert (done.exit_code, "acg_order" in done.output, "anxin_read" in done.output) == (0, True, bool(how))
    assert "better write the address" in done.output
    printed = anxin("shop", "connect", "--grants", "--source", "dujiao_next", "--json")
    assert json.loads(printed.stdout)["dialect"] == "postgresql"
    assert anxin("shop", "connect", "--grants", "--source", "http").exit_code == 2


class TestWriting:
    def test_comments_order_and_line_ends_stay(self) -> None:
        text = (
            '# mine\r\nid = "x" # its id\r\n\r\n[orders] # where\r\nsource = "csv"\r\n# after\r\n[widget]\r\nz = 1\r\n'
        )
        edited = with_changes(text, {"orders": {"source": "sql", "url": "env:X"}})
        assert tomllib.loads(edited.replace("\r\n", "\n"))["orders"] == {"source": "sql", "url": "env:X"}
        for kept in ("# mine\r\n", 'id = "x" # its id\r\n', "[orders] # where\r\n", "# after\r\n", "z = 1\r\n"):
            assert kept in edited

    def test_a_table_is_added_where_there_is_none(self) -> None:
        edited = with_changes('id = "x"\n[name]\nen = "X"\n', {"orders": {"source": "dujiaoka"}})
        assert tomllib.loads(edited) == {"id": "x", "name": {"en": "X"}, "orders": {"source": "dujiaoka"}}

    @pytest.mark.parametrize("text", ["id = ", 'orders = "csv"\n'])
    def test_what_cannot_be_edited_is_said(self, text: str) -> None:
        with pytest.raises(NotEditable, match=r"shop\.toml"):
            with_changes(text, {"orders": {"source": "sql"}})


@pytest.fixture
def imported(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop, connected and imported into a data folder of its own."""
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    assert anxin(*CONNECT, store).exit_code == 0
    done = anxin("shop", "import", store)
    assert done.exit_code == 0, done.output
    return store


def checks() -> dict[str, tuple[bool, str]]:
    """What the doctor says, by name."""
    found = json.loads(anxin("doctor", "--json").stdout)["checks"]
    return {check["name"]: (check["ok"], check["says"]) for check in found}


def test_the_shop_answers_from_its_store_and_honestly_when_it_is_down(imported: Path) -> None:
    def asked(conversation: str, text: str, *more: str) -> dict[str, Any]:
        done = anxin("ask", "--shop", "moon", "--conversation", conversation, "--json", *more, text)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    slots = ("--order", "SHORTAGE00000008", "--proof", "li.lei@example.org")
    answer = asked("before", "我的订单没有收到货，我要退款", *slots)
    assert answer["decision"] is not None, answer
    assert checks()["orders"] == (True, "moon: answers")
    (imported / "store.db").rename(imported / "gone.db")
    for conversation, text, said in (
        ("zh", "我要退款，没有收到货", "订单系统暂时无法访问"), ("en", "Refund me, nothing came", "order system"),
    ):  # fmt: skip
        down = asked(conversation, text, *slots)
        assert said in down["text"], down
        assert down["decision"] is None
        assert asked(conversation, "转人工")["ticket"] is not None
    ok, says = checks()["orders"]
    assert (ok, "moon: " in says, "unable to open" in says) == (False, True, True)


def test_guests_open_their_orders_with_address_and_password(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    with HttpShop() as shop:
        assert anxin("shop", "connect", folder, "--source", "dujiao_next", "--url", shop.url).exit_code == 0
        assert anxin("shop", "import", folder).exit_code == 0
        ask = ("ask", "--shop", "moon", "--conversation", "guest", "--json")
        asked = json.loads(anxin(*ask, "订单 DJ2026GUEST 不想要了，我要退款").stdout)
        assert "order.proof" in asked["asks"]
        half = json.loads(anxin(*ask, "--proof", "li.lei@example.org", "我要退款").stdout)
        assert half["decision"] is None
        both = json.loads(
            anxin(*ask, "--order", "DJ2026GUEST", "--proof", "li.lei@example.org 查询密码9", "我要退款").stdout
        )
        assert both["decision"] is not None, both
        assert "下单邮箱和查询密码" in asked["text"]
        assert asked["parts"][0]["fields"][0]["label"] == "下单邮箱和查询密码"
        again = json.loads(anxin(*ask, "--order", "DJ2026GUEST", "我要退款").stdout)
        assert again["asks"] == ["order.proof"]  # another process: nobody remembers the proof


def test_stock_price_and_limits_are_the_stores_own(imported: Path) -> None:
    header, *rows = (imported / "products.csv").read_text().splitlines()
    columns = [*header.split(","), "stock", "max_quantity"]
    own = [
        {"id": "1", "name": "星云礼品卡", "price": "99.00", "stock": "500", "max_quantity": "50"},
        {"id": "3", "name": "共享账号", "price": "99.00", "stock": "500"},
    ]
    rows = [f"{row},," for row in rows] + [",".join(row.get(column, "") for column in columns) for row in own]
    (imported / "products.csv").write_text("\n".join([",".join(columns), *rows]) + "\n")
    assert anxin("shop", "import", imported).exit_code == 0

    def said(text: str) -> str:
        return str(json.loads(anxin("ask", "--shop", "moon", "--json", text).stdout)["text"])

    stock = said("星云礼品卡有货吗？")
    assert ("库存 2 件" in stock, "最多 5 件" in stock) == (True, True), stock
    assert "19.90" in said("星云礼品卡多少钱？")
    assert "没有在售" in said("共享账号有货吗？")
    (imported / "store.db").rename(imported / "gone.db")
    stock = said("星云礼品卡有货吗？")
    assert ("暂时无法访问" in stock, "500" in stock) == (True, False), stock


def test_a_wrong_mapping_is_a_fault_of_the_folder_at_its_line(folder: Path) -> None:
    text = (folder / "shop.toml").read_text().replace('source = "csv"', 'source = "sql"\nurl = "env:X"')
    text += qs_faka.MAPPING.replace("\n[", "\n[orders.").replace('paid_at = "success_at"', 'payed_at = "success_at"')
    (folder / "shop.toml").write_text(text)
    line = text.splitlines().index('payed_at = "success_at"') + 1
    done = anxin("shop", "check", folder)
    assert done.exit_code == 1
    assert f"shop.toml:{line}: orders.order.payed_at is unknown" in done.output


TROUBLES = {
    "mysql://w:se@cret@127.0.0.1:1/x": ("@ is written %40", "密码里的 @ 写成 %40"),
    "mysql://w:p@127.0.0.1:1/x": ("nobody answers there", "那里没有应答"),
    "env:ANXIN_TESTS_NOWHERE": ("is not set", "请设置它"),
    "sqlite:///nowhere.db": ("there is no such SQLite file", "没有这个 SQLite 文件"),
}


@pytest.mark.parametrize("url", TROUBLES)
def test_a_store_that_cannot_be_read_is_told_with_its_remedy_in_both_languages(
    folder: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "shop.toml").read_bytes()
    for locale, told in zip(("C.UTF-8", "zh_CN.UTF-8"), TROUBLES[url], strict=True):
        monkeypatch.setenv("LC_ALL", locale)
        done = anxin("shop", "connect", folder, "--source", "dujiaoka", "--url", url)
        assert (done.exit_code, done.stdout) == (3, "")
        assert told in done.stderr
        assert "cret" not in done.stderr, "no part of a password"
    assert (folder / "shop.toml").read_bytes() == before


def test_another_kind_of_store_and_a_wrong_password_are_told_apart() -> None:
    """The words of each driver: PyMySQL's and psycopg's."""
    for said, remedy in (
        ("(1045, \"Access denied for user 'w'@'h' (using password: YES)\")", "takes a user with its place"),
        ("(1130, \"Host '10.0.0.2' is not allowed to connect to this MariaDB server\")", "takes a user with its place"),
        ('connection failed: FATAL:  password authentication failed for user "w"', "user or password"),
        ("(1044, \"Access denied for user 'w'@'%' to database 'x'\")", "no database of that name"),
        ('connection failed: FATAL:  database "x" does not exist', "no database of that name"),
        ("this database lacks acg_order, or the user may not read it", "this kind of store"),
    ):
        assert remedy in trouble(said, "mysql://h/x"), said


def test_times_are_in_the_shops_zone(folder: Path) -> None:
    """Dujiao-Next writes UTC; its merchant is in Shanghai."""
    schema = dujiao_next.SCHEMA.replace("{time}", "datetime")
    with sqlite_running(folder / "next.db", schema, dujiao_next.rows()):
        done = anxin("shop", "connect", folder, "--source", "dujiao_next", "--url", "sqlite:///next.db", "--dry-run")
    assert "DJ2026BYROW  2026-03-01 12:00+08:00  paid 30.00 CNY" in done.output


def test_what_is_written_stands_beside_the_source_and_not_behind_the_next_comment(store: Path) -> None:
    assert anxin(*CONNECT, store).exit_code == 0
    lines = (store / "shop.toml").read_text().splitlines()
    assert lines[lines.index('source = "dujiaoka"') + 1] == 'url = "sqlite:///store.db"'
    assert with_changes('[orders]\nsource = "csv"\n[orders.a]\nb = 1\n', {"orders": {"url": "x"}}).startswith(
        '[orders]\nsource = "csv"\nurl = "x"\n'
    )


def test_it_speaks_the_terminals_language_and_says_that_there_is_no_such_order(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    done = anxin("shop", "connect", store, given="dujiaoka\nsqlite:///store.db\n")
    assert "哪种店铺系统" in done.output
    assert "shop.toml 已写好" in done.output
    assert "已发 1/1" in done.output
    none = anxin("shop", "connect", store, "--order", "NOSUCH")
    assert (none.exit_code, "没有查到订单“NOSUCH”" in none.stderr) == (1, True)
