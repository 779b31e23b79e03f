"""What an admin reads of who published which policies."""

from __future__ import annotations

from tests.support.web.desk_app import Desk

BASE = "/api/v1/desk/policies"


def test_an_admin_reads_who_published_what_of_the_own_shop_and_nobody_else_does(desk: Desk) -> None:
    assert desk.nobody.get(BASE).status_code == 401
    for below in (desk.lin, desk.chen):
        assert (below.get(BASE).status_code, below.get(f"{BASE}/1").status_code) == (403, 403)
    admin = desk.stranger
    (first,) = admin.get(BASE).json()["publications"]
    assert (first["n"], first["via"]) == (1, "import")
    assert [(one["policy"], one["change"]) for one in first["versions"]] == [("after-sales", "added")]
    assert "changes" not in first
    whole = admin.get(f"{BASE}/1", params={"lang": "en"}).json()
    assert whole["digest"] == first["digest"]
    assert [one["id"] for one in whole["changes"][0]["clauses"]] == ["frozen", "undelivered-refund", "price-drop"]
    title = "after-sales: new version, in force from 2026-01-01 (there was no such policy)"
    assert whole["words"][0] == {"depth": 0, "sign": "+", "text": title}
    assert admin.get(f"{BASE}/9").status_code == 404
