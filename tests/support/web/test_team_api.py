"""The shop's people, kept by its admins at the desk."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.support.web.desk_app import Desk

BASE = "/api/v1/desk/team"


def test_an_admin_adds_changes_and_closes_an_account_of_the_own_shop(own: Desk) -> None:
    admin = own.stranger
    assert [one.get(BASE).status_code for one in (own.lin, own.chen, own.nobody)] == [403, 403, 401]
    assert own.lin.post(BASE, json={"name": "x"}).status_code == 403
    made = admin.post(BASE, json={"name": "Wu", "display_name": "小吴", "role": "senior", "capacity": 3})
    assert made.status_code == 201, made.text
    agent, password = made.json()["agent"], made.json()["password"]
    assert (agent["name"], agent["languages"], agent["capacity"]) == ("wu", ["zh-CN"], 3)
    assert password not in admin.get(BASE).text
    assert admin.post(BASE, json={"name": "lin"}).json()["code"] == "name_taken"
    assert admin.post(BASE, json={"name": "two words"}).json()["code"] == "name"
    assert admin.post(BASE, json={"name": "yu", "languages": ["fr"]}).status_code == 422

    wu = _log_in(own, "wu", password)
    assert wu.get("/api/v1/agent/session").json()["role"] == "senior"
    changed = admin.patch(f"{BASE}/{agent['id']}", json={"role": "agent", "display_name": "吴"}).json()
    assert (changed["role"], changed["display_name"], changed["capacity"]) == ("agent", "吴", 3)
    fresh = admin.post(f"{BASE}/{agent['id']}/password").json()["password"]
    assert wu.get("/api/v1/agent/session").status_code == 401
    wu = _log_in(own, "wu", fresh)
    assert admin.patch(f"{BASE}/{agent['id']}", json={"active": False}).json()["active"] is False
    assert wu.get("/api/v1/agent/session").status_code == 401
    assert admin.get(BASE).json()["agents"][-1]["name"] == "wu"


def test_nobody_shuts_the_door_behind_themselves_or_reaches_into_another_shop(own: Desk) -> None:
    admin = own.stranger
    me = admin.get("/api/v1/agent/session").json()["id"]
    for values in ({"active": False}, {"role": "agent"}):
        assert admin.patch(f"{BASE}/{me}", json=values).json()["code"] == "own"
    assert admin.patch(f"{BASE}/{me}", json={"role": "admin", "capacity": 9}).json()["capacity"] == 9
    foreign = own.lin.get("/api/v1/agent/session").json()["id"]
    assert admin.patch(f"{BASE}/{foreign}", json={"role": "agent"}).status_code == 404
    assert admin.post(f"{BASE}/{foreign}/password").status_code == 404


def _log_in(own: Desk, name: str, password: str) -> TestClient:
    client = TestClient(own.app)
    answer = client.post("/api/v1/agent/session", json={"name": name, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client
