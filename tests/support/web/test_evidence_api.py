"""A case's evidence at the desk: read, added to and taken away; who did so stands in the chain."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from support.service.evidence_verify import verify_folder
from tests.support.a_dispute import KEY, NOTE, VIEWER, dispute
from tests.support.web.desk_app import Desk
from ticketing.ids import new_id
from ticketing.storage import tickets

Json = dict[str, Any]


@pytest.fixture(scope="module")
def base(desk: Desk) -> str:
    """Where the evidence of a dispute with everything in it is."""
    journal = desk.application.journal
    ticket = journal.write_now(lambda tx: dispute(tx, desk.application, f"visitor:{new_id()}"))
    number = journal.read_now(lambda tx: tickets.get(tx, "star", ticket)).number
    return f"/api/v1/desk/tickets/{number}/evidence"


def kinds(told: Json, kind: str) -> list[Json]:
    return [entry for entry in told["entries"] if entry["kind"] == kind]


def test_the_chain_is_read_with_sources_times_and_hashes_and_reading_it_is_kept_once(desk: Desk, base: str) -> None:
    first = desk.lin.get(base).json()
    assert all(entry["hash"] and entry["at"] and entry["source"] for entry in first["entries"])
    (by_ai,) = [entry for entry in first["entries"] if entry["ai_generated"]]
    assert by_ai["open"]["generated_by"] == "model"
    assert "salt" not in str(first["entries"])
    assert KEY not in str(first)
    desk.lin.get(base)
    desk.chen.get(base)
    read = [one["inner"]["by"] for one in kinds(desk.lin.get(base).json(), "viewed") if one["inner"]["what"] == "read"]
    assert len(read) == len(set(read)) == 2


def test_the_chain_is_verified_and_told_in_words_and_its_page_opens_by_a_form(desk: Desk, base: str) -> None:
    told = desk.lin.get(base, params={"lang": "en"}).json()
    assert told["broken_at"] is None
    assert {"our record", "the store (csv)"} <= {entry["from"] for entry in told["entries"]}
    assert any(row["name"] == "" and row["value"] for row in kinds(told, "message")[0]["rows"])
    token = desk.lin.headers["authorization"].removeprefix("Bearer ")
    form = {"token": token, "for": "buyer", "lang": "en"}
    opened = desk.nobody.post(f"{base}/page", data=form)
    assert opened.status_code == 200
    assert opened.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Evidence" in opened.text
    assert VIEWER not in opened.text
    assert desk.nobody.post(f"{base}/page", data=form | {"token": "x"}).status_code == 401


def test_a_finding_is_added_once_keys_masked_and_is_the_agents(desk: Desk, base: str) -> None:
    given = {"text": f"the batch is wrong, seen on {KEY}", "client_id": "f1"}
    made = desk.chen.post(f"{base}/findings", json=given)
    assert made.status_code == 201, made.text
    assert desk.chen.post(f"{base}/findings", json=given).json() == made.json()
    (mine,) = [one for one in kinds(desk.lin.get(base).json(), "finding") if one["source"] == "agent"]
    assert mine["inner"]["text"] == "the batch is wrong, seen on ••••1DE4"
    assert mine == made.json()


@pytest.mark.parametrize("audience", ["shop", "buyer"])
def test_the_folder_comes_as_a_zip_that_verifies_and_who_took_it_is_kept(
    desk: Desk, base: str, tmp_path: Path, audience: str
) -> None:
    answer = desk.lin.get(f"{base}/export", params={"for": audience, "lang": "en"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith(f'-{audience}.zip"')
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    digest = answer.headers["evidence-digest"]
    assert verify_folder(folder, digest) == ()
    page = (folder / "evidence.html").read_text("utf-8")
    assert (VIEWER in page, NOTE in page) == ((True, True) if audience == "shop" else (False, False))
    taken = [one["inner"] for one in kinds(desk.lin.get(base).json(), "viewed") if one["inner"]["what"] == "exported"]
    assert (taken[-1]["for"], taken[-1]["digest"]) == (audience, digest)


def test_nobody_elses_shop_and_nobody_without_a_session_reads_it(desk: Desk, base: str) -> None:
    for path in ("", "/export"):
        assert desk.stranger.get(base + path).status_code == 404
        assert desk.nobody.get(base + path).status_code == 401
    assert desk.stranger.post(f"{base}/findings", json={"text": "x"}).status_code == 404
    assert desk.lin.post(f"{base}/findings", json={"text": ""}).status_code == 422
    assert desk.lin.get("/api/v1/desk/tickets/T-999999/evidence").status_code == 404
