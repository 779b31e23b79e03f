"""API keys as the shop's admins keep them at the desk, and the audit of what admins change."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from support.service import api_keys
from support.service.api_keys import SCOPES
from tests.support.web.desk_app import NOW, Desk

BASE = "/api/v1/desk/keys"


def with_key(desk: Desk, text: str) -> TestClient:
    client = TestClient(desk.app)
    client.headers["Authorization"] = f"Bearer {text}"
    return client


def test_an_admin_makes_rotates_and_revokes_one_and_it_opens_what_it_may(own: Desk) -> None:
    admin = own.stranger
    assert [one.get(BASE).status_code for one in (own.lin, own.chen, own.nobody)] == [403, 403, 401]
    assert admin.post(BASE, json={"name": "x", "scopes": []}).status_code == 422
    assert admin.post(BASE, json={"name": "x", "scopes": ["money:write"]}).status_code == 422
    late = {"name": "x", "scopes": ["tickets:read"], "expires_at": NOW.isoformat()}
    assert admin.post(BASE, json=late).json()["code"] == "expires_at"
    made = admin.post(BASE, json={"name": "报表", "scopes": ["tickets:read"]})
    assert made.status_code == 201, made.text
    key, text = made.json()["key"], made.json()["text"]
    robot = with_key(own, text)
    assert robot.get("/api/v1/desk/tickets").status_code == 200
    refused = robot.get("/api/v1/desk/reports")
    assert (refused.status_code, refused.json()["scope"]) == (403, "reports:read")
    assert "reports:read" in refused.json()["detail"]
    assert (robot.get(BASE).status_code, robot.get(BASE).json()["code"]) == (403, "no_key")
    listed = admin.get(BASE)
    assert text not in listed.text
    (shown,) = [one for one in listed.json()["keys"] if one["id"] == key["id"]]
    assert (shown["prefix"], shown["created_by"], shown["state"], listed.json()["scopes"]) == (
        text.rpartition(".")[0], "stranger", "active", list(SCOPES),
    )  # fmt: skip
    assert shown["last_used_at"] is not None
    fresh = admin.post(f"{BASE}/{key['id']}/rotation", json={"overlap_hours": 0}).json()["text"]
    codes = [with_key(own, one).get("/api/v1/desk/tickets").status_code for one in (text, fresh)]
    assert codes == [401, 200]
    assert admin.delete(f"{BASE}/{key['id']}").status_code == 204
    gone = with_key(own, fresh).get("/api/v1/desk/tickets")
    assert (gone.status_code, gone.json()["detail"]) == (401, "this API key is revoked")
    assert [admin.post(f"{BASE}/{one}/rotation", json={}).status_code for one in (key["id"], "none")] == [404, 404]


def test_a_ticket_changed_by_a_key_names_the_key(desk: Desk) -> None:
    number = desk.get("tickets", limit=1)["rows"][0]["ticket"]["number"]
    one, text = desk.application.journal.write_now(
        lambda tx: api_keys.make(tx, "star", "CRM", ["tickets:write", "tickets:read"], None, "server", "", NOW)
    )
    robot = with_key(desk, text)
    done = robot.patch(f"/api/v1/desk/tickets/{number}", json={"tags": ["crm"]})
    assert done.status_code == 200, done.text
    changes: list[Any] = robot.get(f"/api/v1/desk/tickets/{number}/record").json()["changes"]
    assert changes[-1]["actor"] == {"kind": "api", "id": one.id}


def test_admins_read_who_changed_accounts_webhooks_keys_and_files(own: Desk) -> None:
    admin = own.stranger
    mei = admin.post("/api/v1/desk/team", json={"name": "mei", "role": "agent"}).json()["agent"]
    admin.patch(f"/api/v1/desk/team/{mei['id']}", json={"role": "senior"})
    admin.post(f"/api/v1/desk/team/{mei['id']}/password")
    hook = admin.post("/api/v1/desk/webhooks", json={"url": "https://crm.example/h", "kinds": ["ticket"]}).json()
    one = f"/api/v1/desk/webhooks/{hook['webhook']['id']}"
    admin.patch(one, json={"paused": True})
    admin.post(f"{one}/secret")
    admin.delete(one)
    found = admin.get("/api/v1/desk/audit", params={"limit": 7})
    assert hook["secret"] not in found.text
    links = found.json()["links"]
    assert [(link["kind"], link["what"]) for link in links] == [
        ("webhook", "deleted"), ("webhook", "rotated"), ("webhook", "changed"), ("webhook", "added"),
        ("account", "password"), ("account", "changed"), ("account", "added"),
    ]  # fmt: skip
    assert {link["by"] for link in links} == {"stranger"}
    assert (links[5]["open"]["role"], links[5]["words"]["name"]) == (["agent", "senior"], "mei")
    after = admin.get("/api/v1/desk/audit", params={"before": found.json()["next"], "kind": "settings"}).json()
    assert {link["kind"] for link in after["links"]} == {"settings"}
    assert [(link["what"], link["by"]) for link in after["links"]][-1] == ("import", "server")
    assert after["next"] is None
    assert [one.get("/api/v1/desk/audit").status_code for one in (own.lin, own.nobody)] == [403, 401]
