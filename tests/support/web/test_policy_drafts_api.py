"""A policy begun, written, checked, tried on the past, published and taken back at the desk."""

from __future__ import annotations

from datetime import datetime

from knowledge_base.shop import ShopFolder
from support.service.explain import ExplainCase, explain
from tests.support.web.desk_app import NOW, Desk
from ticketing.storage import cases

BASE = "/api/v1/desk/policies"
DAY = "2026-12-12"


def test_an_admin_takes_a_policy_from_a_draft_to_its_publication_and_back(own: Desk) -> None:
    admin = own.stranger
    assert [own.lin.get(f"{BASE}/draft").status_code, own.nobody.get(f"{BASE}/draft").status_code] == [403, 401]
    before = admin.get(f"{BASE}/draft").json()
    assert (before["draft"], before["versions"][0]["state"]) == (None, "now")
    assert admin.post(f"{BASE}/draft", json={"policy": "none", "effective": DAY}).status_code == 404
    begun = admin.post(f"{BASE}/draft", json={"policy": "after-sales", "effective": DAY}).json()
    (file,) = begun["draft"]["files"]
    assert file["path"] == f"policies/{DAY}/after-sales.md"
    assert f"effective: {DAY}" in file["text"]

    bad = {"path": file["path"], "text": file["text"].replace("order.paid", "order.payed")}
    (fault,) = admin.put(f"{BASE}/draft", json={"files": [bad]}).json()["faults"]
    assert (fault["file"], fault["line"]) == (file["path"], bad["text"].split("\n").index("  - order.payed") + 1)
    assert admin.post(f"{BASE}/draft/publication", json={}).json()["code"] == "faults"
    past = {"path": file["path"], "text": file["text"].replace(DAY, "2026-02-01")}
    assert "today is" in admin.put(f"{BASE}/draft", json={"files": [past]}).json()["faults"][0]["message"]["en"]

    _decide(own, own.application.shops.get("small").folder)
    half = {"path": file["path"], "text": file["text"].replace("refunded_amount}", "refunded_amount - 10.00}")}
    checked = admin.put(f"{BASE}/draft", json={"files": [half]}, params={"lang": "en"}).json()
    assert checked["faults"] == []
    assert any("undelivered-refund" in one["text"] or "未发货" in one["text"] for one in checked["words"])
    trial = admin.post(f"{BASE}/draft/trial", json={"days": 365}).json()
    assert (trial["decisions"], trial["flips"], trial["money"]) == (1, 1, {"CNY": "-10.00"})
    assert trial["groups"][0]["orders"] == ["SP1"]
    assert trial["as_if"] == [{"policy": "after-sales", "effective": DAY}]

    assert admin.post(f"{BASE}/draft/publication", json={"if_rev": 99}).json()["code"] == "conflict"
    done = admin.post(f"{BASE}/draft/publication", json={"note": "less", "if_rev": before["rev"], "days": 365})
    assert done.json()["effect"]["flips"] == 1, done.text
    after = admin.get(f"{BASE}/draft").json()
    assert after["draft"] is None
    assert [one["state"] for one in after["versions"]] == ["future", "now"]
    told = admin.get(f"{BASE}/{after['rev']}").json()
    assert (told["by"], told["note"]) == ("stranger", "less")
    days = {"policy": "after-sales", "from": "2026-01-01", "to": DAY}
    assert admin.get(f"{BASE}/diff", params=days).json()["words"]
    held = {"policy": "after-sales", "effective": "2026-01-01"}
    assert admin.post(f"{BASE}/versions/withdrawal", json=held).status_code == 422
    assert admin.post(f"{BASE}/versions/withdrawal", json=held | {"effective": DAY}).status_code == 200
    assert len(admin.get(f"{BASE}/draft").json()["versions"]) == 1


def _decide(own: Desk, folder: ShopFolder) -> None:
    """One recorded decision: 30.00 for what was not delivered."""
    now = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
    connector = own.application.shops.get("small").connector
    proof = dict(explain(folder, connector, ExplainCase("SP1", "refund", now)).proof)
    own.application.journal.write_now(lambda tx: cases.save_decision(tx, "small", "none", "SP1", proof, NOW))
