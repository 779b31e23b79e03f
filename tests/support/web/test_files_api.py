"""The shop's files at the desk: looked at, drafted, published, brought back, and what an import makes of them."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import docx
import pytest
from starlette.testclient import TestClient

from support.bootstrap import DEMO_SHOPS
from support.service.policy_gate import HistoryRewritten
from support.service.shop_files import files_of
from tests.support.web.desk_app import Desk

BASE = "/api/v1/desk/files"
PATH = "articles/zh-CN/opening.md"
FIELDS = {"id": "opening", "title": "云猫暗号", "lang": "zh-CN", "questions": ["云猫暗号是什么", ""]}
NEW = {"path": PATH, "fields": FIELDS, "body": "云猫的暗号是青鱼。\n"}
Json = dict[str, Any]


def test_a_senior_writes_an_article_and_buyers_find_it(own: Desk) -> None:
    senior = own.lin if _role(own.lin) == "senior" else own.chen
    agent = own.chen if senior is own.lin else own.lin
    assert agent.get(BASE).status_code == 403
    assert agent.post(f"{BASE}/publication", json=NEW).status_code == 403

    told = senior.post(f"{BASE}/look", json=NEW | {"fields": FIELDS | {"valid_to": "yesterday"}}).json()
    (fault,) = [one for one in told["findings"] if one["severity"] == "fault"]
    assert (fault["field"], fault["file"]) == ("valid_to", PATH)
    refused = senior.post(f"{BASE}/publication", json=NEW | {"body": " "})
    assert (refused.status_code, refused.json()["code"]) == (422, "faults")
    assert "empty" in refused.json()["findings"][0]["message"]["en"]

    assert senior.put(f"{BASE}/draft", json=NEW).status_code == 200
    listed = {one["path"]: one for one in senior.get(BASE).json()["files"]}
    assert (listed[PATH]["published"], listed[PATH]["title"]) == (False, "云猫暗号")
    assert _search(own, "云猫暗号") != "opening"
    done = senior.post(f"{BASE}/publication", json=NEW | {"note": "asked often"})
    assert done.status_code == 200, done.text
    assert _search(own, "云猫暗号") == "opening"
    opened = senior.get(f"{BASE}/file", params={"path": PATH}).json()
    assert opened["draft"] is None
    assert opened["fields"]["questions"] == ["云猫暗号是什么"]
    assert [(one["via"], one["note"], one["gone"]) for one in opened["versions"]] == [
        ("desk", "asked often", False), ("import", "", True),
    ]  # fmt: skip

    again = NEW | {"body": "云猫的暗号是鲤鱼。\n", "base": opened["sha256"]}
    assert senior.post(f"{BASE}/publication", json=again).status_code == 200
    assert senior.post(f"{BASE}/publication", json=again).json()["code"] == "conflict"
    newest = senior.get(f"{BASE}/file", params={"path": PATH}).json()["versions"][0]
    lines = senior.get(f"{BASE}/versions/{newest['n']}", params={"path": PATH}).json()["lines"]
    assert [one["text"] for one in lines if one["sign"] in "+-" and one["sign"]] == [
        "云猫的暗号是青鱼。", "云猫的暗号是鲤鱼。",
    ]  # fmt: skip
    assert own.stranger.get(f"{BASE}/file", params={"path": PATH}).status_code == 404


def test_only_the_shops_own_texts_are_written(own: Desk) -> None:
    for path in ("../shop.toml", "policies/a.md", "articles/.env", "articles/a.pdf", "orders.csv", "articles/../x.md"):
        assert own.stranger.put(f"{BASE}/draft", json={"path": path, "text": "x"}).status_code == 422, path


def test_an_admin_changes_hours_and_nothing_that_reaches_out(own: Desk) -> None:
    senior = own.lin if _role(own.lin) == "senior" else own.chen
    assert senior.get(f"{BASE}/file", params={"path": "shop.toml"}).status_code == 403
    opened = own.stranger.get(f"{BASE}/file", params={"path": "shop.toml"}).json()
    hours = opened["text"] + '\n[hours]\nmon = "09:00-18:00"\n'
    given = {"path": "shop.toml", "text": hours, "base": opened["sha256"]}
    assert own.stranger.post(f"{BASE}/publication", json=given).status_code == 200
    assert own.application.shops.get("small").folder.shop.hours
    now = own.stranger.get(f"{BASE}/file", params={"path": "shop.toml"}).json()
    for more, key in (('[webhook]\nsecrets = ["env:PATH"]\n', "webhook"), ("", "id")):
        text = now["text"].replace("small", "other") if key == "id" else now["text"] + more
        refused = own.stranger.post(
            f"{BASE}/publication", json={"path": "shop.toml", "text": text, "base": now["sha256"]}
        )
        assert refused.status_code == 422, key
        assert any(one["message"]["en"].startswith(f"{key} ") for one in refused.json()["findings"])


def test_a_form_changes_what_it_shows_and_leaves_the_rest_of_the_file(own: Desk) -> None:
    admin, path = own.stranger, {"path": "shop.toml"}
    opened = admin.get(f"{BASE}/file", params=path).json()
    before, base = opened["text"], {"base": opened["sha256"]}
    assert opened["in_force"]["deadlines"]["human_minutes"] == 30
    bad = path | {"changes": {"deadlines": {"human_minutes": "soon"}, "teams": {"late": {"members": []}}}}
    told = admin.post(f"{BASE}/look", json=bad).json()["findings"]
    assert {one["field"] for one in told if one["severity"] == "fault"} == {
        "deadlines.human_minutes",
        "teams.late.members",
    }
    assert admin.post(f"{BASE}/publication", json=bad | base).json()["code"] == "faults"

    draft = before + "# somebody's draft\n"
    assert admin.put(f"{BASE}/draft", json=path | base | {"text": draft}).status_code == 200
    changes = {
        "deadlines": {"human_minutes": 7, "urgent": {"human_minutes": 3}},
        "teams": {"b": {"members": ["stranger"]}, "a": {"members": ["stranger"], "reasons": ["invoice"]}},
    }
    good = path | base | {"changes": changes, "teams": ["a", "b"]}
    assert admin.post(f"{BASE}/publication", json=good).status_code == 200
    shop = own.application.shops.get("small").folder.shop
    assert (shop.deadlines.human_minutes, shop.deadlines.of("urgent").human_minutes) == (7, 3)
    assert (shop.routing.team_for("invoice", "zh-CN"), shop.routing.team_for("key_used", "zh-CN")) == ("a", "b")
    now = admin.get(f"{BASE}/file", params=path).json()
    assert set(before.splitlines()) <= set(now["text"].splitlines())
    assert [one["name"] for one in now["values"]["teams"]] == ["a", "b"]
    assert now["in_force"]["by_priority"]["urgent"]["human_minutes"] == 3
    assert (now["draft"]["text"], now["draft"]["stale"]) == (draft, True)
    assert admin.delete(f"{BASE}/draft", params=path).status_code == 200
    refused: tuple[Json, ...] = ({"webhook": {"secrets": []}}, {"hours": {"mon": {"a": {"b": {"c": 1}}}}})
    for more in refused:
        assert admin.post(f"{BASE}/look", json=path | {"changes": more}).status_code == 422
    assert admin.post(f"{BASE}/look", json={"path": PATH, "changes": {}}).status_code == 422
    version = admin.get(f"{BASE}/versions/{now['versions'][0]['n']}", params=path).json()
    assert version["values"]["deadlines"] == changes["deadlines"]


def test_documents_become_the_beginning_of_an_article(own: Desk) -> None:
    word = docx.Document()
    word.add_heading("退款说明", 1)
    word.add_paragraph("先看这里")
    for item in ("找到订单", "点退款"):
        word.add_paragraph(item, style="List Bullet")
    content = io.BytesIO()
    word.save(content)
    begun = _document(own, "help.docx", content.getvalue())
    assert (begun["title"], begun["body"]) == ("退款说明", "先看这里\n\n- 找到订单\n- 点退款")
    page = "<html><body><article><h1>Refunds</h1>" + "<h2>How</h2><p>Open the order and tap refund. </p>" * 9
    html = _document(own, "help.html", page.encode())
    assert "## How" in html["body"]
    bad = own.stranger.post(f"{BASE}/document", params={"name": "x.pdf"}, content=b"%PDF-nothing", headers=BINARY)
    assert (bad.status_code, bad.json()["title"][:27]) == (422, "the document cannot be read")


def test_an_import_keeps_what_was_written_at_the_desk_until_the_folder_changes_it(own: Desk, tmp_path: Path) -> None:

    folder = shutil.copytree(DEMO_SHOPS / "star", tmp_path / "star")
    path = sorted(place.relative_to(folder).as_posix() for place in folder.glob("macros/**/*.md"))[0]
    senior, shops = own.lin if _role(own.lin) == "senior" else own.chen, own.application.shops
    opened = senior.get(f"{BASE}/file", params={"path": path}).json()
    given = {"path": path, "fields": opened["fields"], "body": "At the desk.\n", "base": opened["sha256"]}
    assert senior.post(f"{BASE}/publication", json=given).status_code == 200
    told = f"{path}:1: it was written at the desk by "
    assert any(one.startswith(told) for one in shops.import_folder(folder).warnings)
    assert files_of(own.application.journal, "star")[path].endswith(b"At the desk.\n")
    with pytest.raises(HistoryRewritten):
        shops.import_folder(folder, strict=True)
    (folder / path).write_text((folder / path).read_text("utf-8") + "\nIn the folder.\n", "utf-8")
    assert "the folder's counts now" in " ".join(shops.import_folder(folder).warnings)
    assert files_of(own.application.journal, "star")[path].endswith(b"In the folder.\n")
    assert not any(path in one for one in shops.import_folder(folder).warnings)
    versions = senior.get(f"{BASE}/file", params={"path": path}).json()["versions"]
    assert [one["via"] for one in versions] == ["import", "desk", "import"]


BINARY = {"Content-Type": "application/octet-stream"}


def _document(own: Desk, name: str, content: bytes) -> Json:
    answer = own.stranger.post(f"{BASE}/document", params={"name": name}, content=content, headers=BINARY)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def _role(client: TestClient) -> str:
    return str(client.get("/api/v1/agent/session").json()["role"])


def _search(own: Desk, words: str) -> str:
    hits = own.nobody.get("/api/v1/shops/star/search", params={"q": words}).json()["hits"]
    return str(hits[0]["article"])
