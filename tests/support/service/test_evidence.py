"""A dispute's evidence as a folder: complete for the shop, and without anybody's data for the buyer."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from support.bootstrap import Application
from support.service.evidence import _messages, for_buyer, without_password
from support.service.evidence_verify import verify_folder
from tests.support.a_dispute import (
    FINDING,
    IDENTITY,
    KEY,
    MAIL,
    NOTE,
    NOW,
    ORDER,
    PHONE,
    PICTURE,
    RISKY,
    VIEWER,
    House,
    dispute,
)
from ticketing.ids import new_id
from ticketing.storage import evidence, notes, talk, tickets
from ticketing.storage.erasure import erase_rows
from ticketing.storage.person import person


@pytest.fixture(scope="module")
def house(application: Application, tmp_path_factory: pytest.TempPathFactory) -> House:
    owner = f"visitor:{new_id()}"
    ticket = application.journal.write_now(lambda tx: dispute(tx, application, owner))
    return House(application, owner, ticket, tmp_path_factory.mktemp("packs"))


def everything(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_shops_copy_holds_every_kind_of_item_and_verifies(house: House) -> None:
    folder, pack = house.pack()
    entries = json.loads((folder / "evidence.json").read_text("utf-8"))["entries"]
    assert {entry["kind"] for entry in entries} >= {
        "order", "payment", "delivery", "confirmation", "message", "upload", "decision", "risk", "viewed", "note",
        "finding",
    }  # fmt: skip
    text = everything(folder)
    for kept in (NOTE, FINDING, RISKY, VIEWER, PHONE, "星云发行（示例）", "PAY20260412001A"):
        assert kept in text, kept
    assert KEY not in text
    page = (folder / "evidence.html").read_text("utf-8")
    assert page.count("PAY20260412001A") == 1
    assert "星云点卡 100" in page
    assert ("短时间多单（联系方式）" in page, RISKY in page) == (True, False)  # a word for people, the name in the JSON
    assert "文件名" in page
    assert next((folder / "uploads").iterdir()).read_bytes() == PICTURE
    assert verify_folder(folder, pack.digest) == ()


def test_the_buyers_copy_tells_nothing_personal_no_key_and_nothing_internal_and_is_of_the_same_chain(
    house: House,
) -> None:
    (folder, pack), (_, shops) = house.pack("buyer"), house.pack()
    text = everything(folder)
    for hidden in (
        NOTE,
        FINDING,
        RISKY,
        VIEWER,
        PHONE,
        MAIL,
        KEY,
        IDENTITY,
        "星云发行",
        "青屿",
        "PAY2026",
        "risk",
        "备注",
    ):
        assert hidden not in text, hidden
    assert not (folder / "uploads").exists()
    assert f"订单 {ORDER}" in text
    assert (pack.head, pack.entries) == (shops.head, shops.entries)
    assert verify_folder(folder, pack.digest) == ()


@pytest.mark.parametrize(("lang", "title"), [("zh-CN", "争议证据"), ("en", "Evidence of dispute")])
def test_the_page_speaks_the_language_says_what_an_assistant_wrote_and_runs_nothing(
    house: House, lang: str, title: str
) -> None:
    page = (house.pack(lang=lang)[0] / "evidence.html").read_text("utf-8")
    assert f"<h1>{title} T-" in page
    assert f'<html lang="{lang}">' in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert 'name="ai-generated"' in page
    assert 'name="AIGC"' in page
    assert page.count('<article class="ai">') == 1
    assert page.count('class="label"') == 1


def test_a_second_export_adds_nothing_and_what_happens_later_is_added(house: House) -> None:
    head = house.pack()[1].head
    assert house.pack()[1].head == head
    journal = house.application.journal
    before = journal.read_now(lambda tx: evidence.of_ticket(tx, "star", house.ticket))
    chat = journal.read_now(lambda tx: tickets.get(tx, "star", house.ticket)).conversation
    later: Any = {"agent": "a", "author_name": VIEWER, "text": "later", "at": NOW + timedelta(days=1)}
    journal.write_now(lambda tx: notes.add(tx, "star", chat, after_seq=3, **later))
    folder, pack = house.pack()
    after = journal.read_now(lambda tx: evidence.of_ticket(tx, "star", house.ticket))
    assert after[: len(before)] == before
    assert (pack.entries, len(after)) == (len(before) + 1, len(before) + 1)
    assert verify_folder(folder) == ()


def test_a_text_for_the_buyer_keeps_its_lines_and_the_order() -> None:
    assert for_buyer(f"你好，\n订单 {ORDER}\n电话 {PHONE}", ORDER) == f"你好，\n订单 {ORDER}\n电话 [phone]"
    assert for_buyer("我叫王小明，\n请尽快处理。", ORDER) == "我叫[name],\n请尽快处理。"


@pytest.mark.parametrize(
    ("text", "asked", "kept"),
    [
        (f"{ORDER} kelp-30", False, f"{ORDER} [password]"),
        ("查询密码：kelp-30", False, "查询密码：[password]"),
        ("查询密码是 ｋｅｌｐ－３０", False, "查询密码是 [password]"),
        ("my password is kelp-30, thanks", False, "my password is [password], thanks"),
        ("kelp-30", True, "[password]"),
        ("kelp-30", False, "kelp-30"),
        ("好的，我看看", True, "好的，我看看"),
        (f"订单 {ORDER} 没有收到", False, f"订单 {ORDER} 没有收到"),
    ],
)
def test_the_password_of_an_order_stands_in_no_copy(text: str, asked: bool, kept: str) -> None:
    assert without_password(text, ORDER, asked) == kept


def test_a_password_that_was_asked_for_is_known_by_the_question(application: Application, tmp_path: Path) -> None:
    def write(tx: sa.Connection) -> str:
        ticket = dispute(tx, application, f"visitor:{new_id()}")
        chat = tickets.get(tx, "star", ticket).conversation
        said: Any = {"at": NOW, "author_name": "", "lang": "zh-CN", "generated_by": "rules"}
        talk.append(tx, "star", chat, author_kind="assistant", text="请再提供查询密码", **said)
        talk.append(tx, "star", chat, author_kind="buyer", text="kelp-30", **said)
        return ticket

    mine = House(application, "", application.journal.write_now(write), tmp_path)
    for audience in ("shop", "buyer"):
        folder, _ = mine.pack(audience)
        assert "kelp-30" not in (folder / "evidence.json").read_text("utf-8")
    later = application.journal.read_now(lambda tx: tickets.get(tx, "star", mine.ticket))
    seq = application.journal.read_now(lambda tx: evidence.last_said(tx, "star", mine.ticket))
    said = application.journal.read_now(lambda tx: evidence.said(tx, "star", later.conversation, seq - 2))
    assert [one.parts["redacted"]["text"] for one in _messages(said, ORDER, seq - 1)] == ["[password]"]


def test_after_erasing_the_folder_says_so_and_still_verifies(application: Application, tmp_path: Path) -> None:
    owner = f"visitor:{new_id()}"
    ticket = application.journal.write_now(lambda tx: dispute(tx, application, owner))
    mine = House(application, owner, ticket, tmp_path)
    head = mine.pack()[1].head
    one = application.journal.read_now(lambda tx: person(tx, "star", owner))
    application.journal.write_now(lambda tx: erase_rows(tx, one, "visitor:nobody", NOW))
    for audience in ("shop", "buyer"):
        folder, pack = mine.pack(audience)
        assert PHONE not in (folder / "evidence.html").read_text("utf-8")
        assert "（个人内容已删除）" in (folder / "evidence.html").read_text("utf-8")
        assert pack.head == head
        assert verify_folder(folder, pack.digest) == ()


@pytest.mark.soak
def test_ten_thousand_events_cost_less_than_two_seconds_of_a_processor(
    application: Application, tmp_path: Path
) -> None:
    ticket = application.journal.write_now(lambda tx: _long(tx, application))
    begun = time.process_time()
    folder, pack = House(application, "", ticket, tmp_path).pack()
    exported = time.process_time()
    assert verify_folder(folder, pack.digest) == ()
    verified = time.process_time()
    assert pack.entries > 10_000
    assert exported - begun < 2
    assert verified - exported < 2


def _long(tx: sa.Connection, application: Application) -> str:
    ticket = dispute(tx, application, f"visitor:{new_id()}")
    chat = tickets.get(tx, "star", ticket).conversation
    for n in range(10_000):
        talk.append(
            tx, "star", chat, at=NOW + timedelta(seconds=n), author_kind="buyer", author_name="访客",
            text="还没有人处理吗，卡密还是用不了" if n % 10 else f"电话 1381234{n:04d}", lang="zh-CN",
        )  # fmt: skip
    return ticket
