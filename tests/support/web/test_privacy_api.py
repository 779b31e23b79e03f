"""Requests about one's data at the desk: taken down, carried out, refused, held; and who looked at whose."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from support.service.agents import NewAgent, add_agent
from support.service.audit import faults_of_record
from tests.support.a_dispute import PHONE, dispute
from tests.support.web.desk_app import NOW, Desk, _logged_in
from ticketing.ids import new_id
from ticketing.storage import audit, tickets
from ticketing.storage.tables import risk_reports, uploads

AT = "/api/v1/desk/privacy"


@pytest.fixture(scope="module")
def admin(own: Desk) -> TestClient:
    """An admin of the shop, who is called 管理."""
    agent = NewAgent("star", "privacy-admin", "admin", "管理")
    add_agent(own.application.journal, agent, "of-the-tests", NOW)
    return _logged_in(own.app, agent.name, "of-the-tests")


@pytest.fixture
def buyer(own: Desk) -> tuple[str, str, str]:
    """`(id, ticket, conversation)` of a buyer with a dispute."""
    key = new_id()

    def write(tx: sa.Connection) -> tuple[str, str, str]:
        ticket = tickets.get(tx, "star", dispute(tx, own.application, f"buyer:{key}"))
        tx.execute(sa.delete(risk_reports).where(risk_reports.c.conversation == ticket.conversation))  # not a whole one
        return key, ticket.number, ticket.conversation

    return own.application.journal.write_now(write)


def ask(admin: TestClient, kind: str, person: str, **more: Any) -> Any:
    given = {"kind": kind, "person": person, "identity": "signed_in", "note": f"来电 {PHONE}", **more}
    answer = admin.post(f"{AT}/requests", json=given)
    assert answer.status_code == 201, answer.text
    return answer.json()


def looked(admin: TestClient, **query: Any) -> Any:
    return admin.get(f"{AT}/looks", params=query).json()


def test_a_copy_is_asked_for_by_a_ticket_due_in_fifteen_working_days_and_taken_away(
    own: Desk, admin: TestClient, buyer: tuple[str, str, str]
) -> None:
    made = ask(admin, "export", buyer[1], asked_by="guardian")
    assert (made["person"], made["state"], made["via"], made["kind"]) == (buyer[0], "open", "管理", "export")
    assert made["due_at"].startswith("2026-12-11T16:00")  # asked on a Sunday
    answer = admin.post(f"{AT}/requests/{made['number']}/archive")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    document = json.loads(archive.read("data.json"))
    assert any(PHONE in one["text"] for one in document["tables"]["messages"])
    assert document["tables"]["privacy_requests"][0]["asked_by"] == "guardian"
    [row] = [one for one in admin.get(AT).json()["requests"] if one["number"] == made["number"]]
    assert (row["state"], row["ended_by"], row["outcome"]["files"]) == ("done", "管理", 1)
    assert admin.post(f"{AT}/requests/{made['number']}/refusal", json={"answer": "no"}).status_code == 409


def test_an_erasure_is_looked_at_held_and_done_and_the_audit_names_nobody(
    own: Desk, admin: TestClient, buyer: tuple[str, str, str]
) -> None:
    made = ask(admin, "erase", buyer[0])
    also = ask(admin, "export", buyer[0])
    path = f"{AT}/requests/{made['number']}"
    plan = admin.get(f"{path}/plan").json()
    assert {one["table"]: one["what"] for one in plan["tables"]}["decisions"] == "kept"
    held = admin.post(f"{AT}/holds", json={"subject": buyer[1], "reason": "消协调解"}).json()
    assert (held["kind"], held["subject"], held["by"]) == ("ticket", buyer[1], "管理")
    refused = admin.post(f"{path}/erasure")
    assert (refused.status_code, refused.json()["code"]) == (409, "held")
    assert admin.get(f"{path}/plan").json()["held"] == ["消协调解"]
    assert admin.delete(f"{AT}/holds/{held['id']}").status_code == 204
    assert admin.delete(f"{AT}/holds/{held['id']}").status_code == 404
    done = admin.post(f"{path}/erasure").json()
    assert (done["state"], done["person"], done["note"], done["outcome"]["files"]) == ("done", None, "", 1)
    assert admin.post(f"{path}/erasure").status_code == 409
    [other] = [one for one in admin.get(AT).json()["requests"] if one["number"] == also["number"]]
    assert (other["state"], other["person"]) == ("done", None)
    journal = own.application.journal
    told = journal.read_now(lambda tx: audit.page(tx, "star", "privacy", None, 100))
    assert [link.open["what"] for link in told[:6]] == ["done", "erased", "lifted", "held", "requested", "requested"]
    assert buyer[0] not in repr(told)
    assert journal.read_now(lambda tx: list(faults_of_record(tx, "star"))) == []
    said = admin.get(f"/api/v1/desk/conversations/{buyer[2]}").json()["conversation"]["messages"]
    assert {one["text"] for one in said} == {"[已删除 · erased]"}


def test_a_request_is_refused_with_a_reason(own: Desk, admin: TestClient, buyer: tuple[str, str, str]) -> None:
    made = ask(admin, "erase", buyer[0], identity="none")
    answer = admin.post(f"{AT}/requests/{made['number']}/refusal", json={"answer": "无法确认身份"}).json()
    assert (answer["state"], answer["answer"]) == ("refused", "无法确认身份")


def test_who_looked_at_what_is_known_once_for_ten_minutes(
    own: Desk, admin: TestClient, buyer: tuple[str, str, str]
) -> None:
    query = sa.select(uploads.c.id).where(uploads.c.conversation == buyer[2])
    upload = own.application.journal.read_now(lambda tx: tx.execute(query).scalar_one())
    for _ in range(2):
        assert own.chen.get(f"/api/v1/desk/conversations/{buyer[2]}").status_code == 200
        assert own.chen.get(f"/api/v1/desk/tickets/{buyer[1]}/evidence").status_code == 200
        assert own.chen.get(f"/api/v1/uploads/{upload}").status_code == 200
    looks = looked(admin, person=buyer[0])["looks"]
    seen = [(one["what"], one["subject"], one["by"], one["person"]) for one in looks]
    assert sorted(seen) == sorted([
        ("conversation", buyer[2], "陈默 Chen", buyer[0]), ("evidence", buyer[1], "陈默 Chen", buyer[0]),
        ("file", upload, "陈默 Chen", buyer[0]),
    ])  # fmt: skip
    first = looked(admin, person=buyer[0], limit=1)
    rest = looked(admin, person=buyer[0], before=first["next"])
    assert [one["id"] for one in (*first["looks"], *rest["looks"])] == [one["id"] for one in looks]


def test_what_is_not_there_and_who_may_not_is_said(own: Desk, admin: TestClient, buyer: tuple[str, str, str]) -> None:
    nobody = {"kind": "erase", "person": new_id(), "identity": "order"}
    assert admin.post(f"{AT}/requests", json=nobody).status_code == 404
    assert admin.post(f"{AT}/requests", json=nobody | {"person": "T-99999"}).status_code == 404
    assert admin.post(f"{AT}/requests", json=nobody | {"identity": "guess"}).status_code == 422
    assert admin.get(f"{AT}/requests/P-999/plan").status_code == 404
    past = {"subject": buyer[0], "reason": "x", "until": "2020-01-01T00:00:00Z"}
    assert admin.post(f"{AT}/holds", json=past).status_code == 422
    assert own.lin.get(AT).status_code == 403
    mine = {"kind": "erase", "person": buyer[0], "identity": "order"}
    assert own.stranger.post(f"{AT}/requests", json=mine).status_code == 404
    assert own.stranger.get(f"{AT}/looks", params={"person": buyer[0]}).status_code == 404
