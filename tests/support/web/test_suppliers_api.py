"""The supplier's leg over HTTP: an agent asks, the supplier answers on a page that tells nothing of the buyer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from support.service.evidence import collect
from support.service.evidence_pack import Wanted, export
from tests.support.a_dispute import MAIL, PHONE, dispute
from tests.support.web.desk_app import NOW, Desk
from ticketing.ids import new_id
from ticketing.storage import tickets

Json = dict[str, Any]
NAME = "星云发行（示例）"


@pytest.fixture
def case(desk: Desk) -> tuple[str, str]:
    """`(id, number)` of a ticket that an agent has."""
    journal = desk.application.journal

    def make(tx: Any) -> tuple[str, str]:
        key = dispute(tx, desk.application, f"visitor:{new_id()}")
        held = tickets.get(tx, "star", key)
        return key, tickets.change(tx, held, state="open", resolved_at=None, resolution=None).number

    return journal.write_now(make)


def asks(desk: Desk, number: str, **given: Any) -> Any:
    return desk.lin.post(f"/api/v1/desk/tickets/{number}/supplier-requests", json=given)


def path_of(asked: Json) -> str:
    return "/supplier/" + str(asked["link"].partition("/supplier/")[2])


def test_a_supplier_is_asked_sees_the_goods_alone_and_answers_once(desk: Desk, case: tuple[str, str]) -> None:
    asked = asks(desk, case[1], question="请核实", lang="en")
    assert asked.status_code == 201, asked.text
    assert (asked.json()["supplier"], asked.json()["state"]) == (NAME, "asked")
    again = asks(desk, case[1])
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    path = path_of(asked.json())
    shown = desk.nobody.get(path)
    assert shown.status_code == 200
    assert "script" not in shown.text
    assert shown.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "Nebula Game Card 100" in shown.text
    for hidden in (PHONE, MAIL, "访客", "SC20260412001", "97.50", case[1], "visitor"):
        assert hidden not in shown.text, hidden
    assert "<h1>货品核验" in desk.nobody.get(f"{path}?lang=zh-CN").text
    assert desk.nobody.post(path, data={"text": "x"}).status_code == 422
    done = desk.nobody.post(path, data={"answer": "used", "text": "redeemed yesterday"})
    assert (done.status_code, "has arrived" in done.text) == (200, True)
    assert desk.nobody.post(path, data={"answer": "genuine"}).status_code == 200
    (kept,) = desk.get(f"tickets/{case[1]}/supplier-requests")
    assert (kept["answer"], kept["text"], kept["link"]) == ("used", "redeemed yesterday", None)
    assert kept["opened_at"] is not None


def test_a_supplier_may_answer_in_json_too(desk: Desk, case: tuple[str, str]) -> None:
    path = path_of(asks(desk, case[1]).json())
    assert desk.nobody.post(path, json={"answer": "genuine"}).status_code == 200
    assert desk.nobody.post(path, content=b"{", headers={"content-type": "application/json"}).status_code == 200
    assert desk.get(f"tickets/{case[1]}/supplier-requests")[0]["answer"] == "genuine"


def test_the_buyers_copy_never_names_the_supplier_and_the_shops_does(
    desk: Desk, case: tuple[str, str], tmp_path: Any
) -> None:
    path = path_of(asks(desk, case[1], question="please look").json())
    desk.nobody.post(path, data={"answer": "invalid", "text": "our batch was recalled"})
    loaded, journal = desk.application.shop("star"), desk.application.journal
    found = collect(journal, loaded, case[0], NOW)
    texts = {}
    for who in ("shop", "buyer"):
        folder = tmp_path / who
        wanted: Any = (who, "en", folder)
        export(found, loaded, desk.application.uploads, Wanted(*wanted), NOW)
        texts[who] = "".join(one.read_text("utf-8") for one in folder.glob("evidence.*"))
    for secret in (NAME, "our batch was recalled", "please look"):
        assert secret in texts["shop"], secret
        assert secret not in texts["buyer"], secret


def test_a_link_ends_with_its_deadline_and_nobody_makes_one_up(desk: Desk, case: tuple[str, str]) -> None:
    path = path_of(asks(desk, case[1]).json())
    before = desk.app.state.runtime
    desk.app.state.runtime = replace(before, clock=lambda: NOW + timedelta(hours=24))
    try:
        assert desk.nobody.get(path).status_code == 410
        assert desk.nobody.post(path, data={"answer": "genuine"}).status_code == 410
    finally:
        desk.app.state.runtime = before
    for made_up in (path[:-1] + ("0" if path[-1] != "0" else "1"), "/supplier/none.x.1.y", "/supplier/x"):
        assert desk.nobody.get(made_up).status_code == 404
        assert desk.nobody.post(made_up, data={"answer": "genuine"}).status_code == 404
    assert desk.get(f"tickets/{case[1]}/supplier-requests")[0]["state"] == "asked"


def test_whom_nobody_knows_or_nobody_holds_cannot_be_asked(desk: Desk, case: tuple[str, str]) -> None:
    assert asks(desk, case[1], product="nothing").status_code == 422
    assert asks(desk, "T-999999").status_code == 404
    assert desk.stranger.post(f"/api/v1/desk/tickets/{case[1]}/supplier-requests", json={}).status_code == 404
    journal = desk.application.journal
    journal.write_now(lambda tx: tickets.change(tx, tickets.get(tx, "star", case[0]), state="new"))
    assert asks(desk, case[1]).status_code == 409


def test_the_desk_reads_what_complaints_come_to(desk: Desk) -> None:
    told = desk.get("suppliers", days=30)
    assert {"rates", "alerts", "threshold"} <= set(told)
    assert desk.stranger.get("/api/v1/desk/suppliers").json()["rates"] == []
    assert desk.nobody.get("/api/v1/desk/suppliers").status_code == 401
