"""Refunds through the API, by people of the demo shop: asked for, approved, carried out, and told of."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from typer.testing import CliRunner

from support.bootstrap import DEMO_SHOPS
from support.cli.app import app
from support.service.agents import NewAgent, add_agent
from tests.support.web.desk_app import NOW, Desk, _logged_in
from ticketing.storage import claims
from ticketing.storage import refunds as rows
from ticketing.storage.tables import metadata

BASE = "/api/v1/desk/refunds"
ORDER, OTHER = "SC20260301001", "SC20260606001"
OWN = {"order": ORDER, "amount": "30.00", "reason": "the key was dead, seen in the screenshot"}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def sue(desk: Desk) -> TestClient:
    """A second senior."""
    add_agent(desk.application.journal, NewAgent("star", "sue", "senior"), "a-long-password", NOW)
    return _logged_in(desk.app, "sue", "a-long-password")


def step(client: TestClient, number: str, what: str, **given: Any) -> Any:
    return client.post(f"{BASE}/{number}/{what}", json=given)


def test_a_refund_by_hand_from_the_request_to_the_proof(desk: Desk, sue: TestClient) -> None:
    asked = desk.chen.post(BASE, json=OWN)
    assert asked.status_code == 200, asked.text
    refund = asked.json()
    assert (refund["state"], refund["amount"], refund["line"]) == ("requested", "30.00", "nebula-card-100")
    assert desk.chen.post(BASE, json=OWN).json() == refund, "asked for twice it is one"
    number = refund["number"]

    refused = step(desk.chen, number, "approval")
    assert (refused.status_code, refused.json()["code"]) == (403, "role")
    stale = step(sue, number, "approval", if_rev=9)
    assert (stale.status_code, stale.json()["current"]["number"]) == (409, number)
    assert step(sue, number, "approval", if_rev=0).json()["approved_by"].startswith("agent:")
    assert step(sue, number, "execution", reference="T20260301").json()["code"] == "same_person"
    assert step(desk.chen, number, "execution").json()["state"] == "executing"
    assert step(desk.chen, number, "execution", reference="ok").json()["code"] == "proof"
    done = step(desk.chen, number, "execution", reference="T20260301").json()
    assert (done["state"], done["reference"]) == ("done", "T20260301")
    assert step(desk.chen, number, "execution", reference="T20260301").status_code == 409, "and once only"
    assert step(sue, number, "cancellation", reference="too late").status_code == 409

    shown = desk.get(f"refunds/{number}")
    assert [(one["to"], one["by"]) for one in shown["steps"]] == [
        ("requested", "chen (agent)"), ("approved", "sue (senior)"), ("executing", "chen (agent)"),
        ("done", "chen (agent)"),
    ]  # fmt: skip
    assert shown["line_totals"] == {"paid": "97.50", "left": "67.50"}
    assert shown["verdict"] is None
    more = desk.chen.post(BASE, json=OWN | {"amount": "67.51", "reason": "more than there is"})
    assert more.status_code == 422
    assert "67.51 CNY is more than is left of what was paid: 67.50 CNY" in more.json()["detail"]


def bars(client: TestClient, number: str, lang: str = "en") -> dict[str, Json | None]:
    """What may be done with a refund by who asks: why not, by step."""
    listed = client.get(BASE, params={"lang": lang, "limit": 200}).json()["refunds"]
    found = next(one for one in listed if one["number"] == number)
    return {one["step"]: one["barred"] for one in found["open_steps"]}


def test_each_step_that_may_not_be_taken_says_why_and_who_could(desk: Desk, sue: TestClient) -> None:
    wanted = OWN | {"order": "SC20260815001", "amount": "5.00", "reason": "a courtesy after the long wait"}
    number = sue.post(BASE, json=wanted).json()["number"]
    own = bars(sue, number)["approval"]
    assert own is not None
    assert (own["rule"], own["reason"]) == ("same_person", "whoever asked for it does not approve it: ask a colleague")
    assert "sue" not in own["who"]
    assert "林晓 Lin" in own["who"]
    role = bars(desk.chen, number, "zh-CN")["approval"]
    assert role is not None
    assert (role["rule"], "须由主管批准" in role["reason"]) == ("role", True)
    assert "sue" not in role["who"], "who asked for it is not who approves it"
    assert bars(desk.lin, number) == {"approval": None, "cancellation": None}
    assert step(desk.lin, number, "approval").status_code == 200
    assert bars(desk.lin, number)["cancellation"] is None
    execution = bars(desk.lin, number)["execution"]
    assert execution is not None
    assert "陈默 Chen" in execution["who"]
    assert bars(desk.chen, number) == {"execution": None, "cancellation": None}
    assert step(desk.chen, number, "execution", reference="T20260815").json()["state"] == "done"
    assert bars(desk.chen, number) == {}


def test_a_chargeback_calls_off_what_waits_and_counts_once(desk: Desk, sue: TestClient) -> None:
    waits = desk.chen.post(BASE, json=OWN | {"order": OTHER, "amount": "136"}).json()
    told = {"order": OTHER, "amount": "100.00", "reference": "case 4711"}
    first = sue.post(f"{BASE}/chargebacks", json=told).json()
    assert sue.post(f"{BASE}/chargebacks", json=told).json() == first
    assert (first["state"], first["amount"], first["excess"]) == ("done", "100.00", "0.00")
    assert desk.get(f"refunds/{waits['number']}")["state"] == "cancelled"
    assert desk.chen.post(BASE, json=OWN | {"order": OTHER, "amount": "36.01"}).status_code == 422


def test_a_reissued_key_counts_at_its_price(desk: Desk) -> None:
    key = {"order": "SC20260412001", "kind": "reissue", "quantity": 1, "reason": "the first key was used"}
    assert desk.chen.post(BASE, json=key).json()["amount"] == "97.50"
    rest = desk.chen.post(BASE, json=OWN | {"order": "SC20260412001", "amount": "0.01"})
    assert rest.status_code == 422


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"order": "SC00000000000"}, 404, "Not found"),
        ({"reason": ""}, 403, "rules"),
        ({"amount": "-1"}, 422, "not valid"),
        ({"amount": None}, 422, "say how much"),
        ({"decision": "nothing"}, 404, "Not found"),
        ({"kind": "reissue", "amount": None, "quantity": 2}, 422, "holds 1 to 1 keys"),
        ({"kind": "chargeback"}, 422, "not valid"),
    ],
)
def test_what_cannot_be_asked_for_is_said(desk: Desk, given: Json, status: int, words: str) -> None:
    answer = desk.chen.post(BASE, json={**OWN, "order": "SC20260228001", **given})
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


def test_each_shop_sees_its_own_and_nobody_without_a_session(desk: Desk) -> None:
    number = desk.chen.post(BASE, json=OWN | {"order": "SC20250618001"}).json()["number"]
    assert any(one["number"] == number for one in desk.get("refunds")["refunds"])
    assert desk.get("refunds", state="in_doubt")["refunds"] == []
    assert desk.stranger.get(BASE).json() == {"refunds": [], "next": None}
    assert desk.stranger.get(f"{BASE}/{number}").status_code == 404
    assert step(desk.stranger, number, "approval").status_code == 404
    assert desk.nobody.get(BASE).status_code == 401
    assert desk.nobody.post(BASE, json=OWN).status_code == 401
    assert step(desk.nobody, number, "approval").status_code == 401


def test_one_in_doubt_is_settled_by_a_senior_with_proof(desk: Desk, sue: TestClient) -> None:
    number = desk.chen.post(BASE, json=OWN | {"order": "SC20260520001", "amount": "9.00"}).json()["number"]
    step(sue, number, "approval")
    step(desk.chen, number, "execution")
    no = int(number.removeprefix("R-"))
    read = desk.application.journal.read_now(lambda tx: rows.by_number(tx, "star", no))
    in_doubt = partial(rows.move, refund=read, to="in_doubt", actor="server", cause="not answered", at=NOW)
    desk.application.journal.write_now(in_doubt)
    proof = {"reference": "page 3 of the statement", "outcome": "failed"}
    assert step(desk.chen, number, "settlement", **proof).json()["code"] == "role"
    assert step(sue, number, "settlement", **proof | {"reference": " "}).json()["code"] == "proof"
    assert step(sue, number, "settlement", **proof).json()["state"] == "failed"
    again = desk.chen.post(BASE, json=OWN | {"order": "SC20260520001", "amount": "9.00"}).json()
    assert (again["state"], again["number"] == number) == ("requested", False), "its room is free again"


@pytest.fixture
def data(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANXIN_DATA_DIR", str(desk.application.settings.data_dir))
    monkeypatch.setenv("ANXIN_SHOPS_DIR", str(DEMO_SHOPS))


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["refunds", *arguments, "--shop", "star"])


def test_the_command_line_tells_the_same(desk: Desk, sue: TestClient, data: None) -> None:
    number = desk.chen.post(BASE, json=OWN | {"order": "SC20251231001", "amount": "5.00"}).json()["number"]
    assert number in run("list").stdout
    listed = json.loads(run("list", "--state", "requested", "--json").stdout)["refunds"]
    assert number in [one["number"] for one in listed]
    why = CliRunner().invoke(app, ["audit", "why", number, "--shop", "star", "--json"])
    assert json.loads(why.stdout) == desk.get(f"refunds/{number}")
    assert "chen (agent): the key was dead" in run("show", number).stdout
    assert run("show", "R-99999").exit_code == 1
    assert run("show", "many").exit_code == 2
    refused = run("settle", number, "--by", "sue", "--outcome", "done", "--proof", "page 3")
    assert (refused.exit_code, "possible: in_doubt" in refused.stderr) == (1, True)


def test_a_refund_is_taken_its_whole_way_in_the_terminal_by_the_same_rules(
    desk: Desk, sue: TestClient, data: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    wanted = ("request", "SC20260101001", "--by", "chen", "--reason", "the key was dead")
    asked = json.loads(run(*wanted, "--amount", "7.00", "--json").stdout)
    assert (asked["state"], asked["amount"], asked["requested_by"][:6]) == ("requested", "7.00", "agent:")
    number = asked["number"]
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "须由主管批准" in run("approve", number, "--by", "chen").stderr
    assert f"{number}  已批准  7.00 CNY 退款" in run("approve", number, "--by", "sue").stdout
    assert "请找同事执行" in run("execute", number, "--by", "sue", "--proof", "T-2026").stderr
    assert json.loads(run("execute", number, "--by", "chen", "--proof", "T-2026", "--json").stdout)["state"] == "done"
    assert (
        "退款不能从已完成变为已取消；可以转为：" in run("cancel", number, "--by", "chen", "--reason", "too late").stderr
    )
    assert "没有退款 “R-99999”" in run("approve", "R-99999", "--by", "sue").stderr
    assert run(*wanted, "--amount", "much").exit_code == 2
    assert "没有订单" in run("request", "SC0", "--by", "chen", "--reason", "the key was dead").stderr
    told = step(desk.chen, number, "approval?lang=zh-CN").json()
    assert told["detail"] == "退款不能从已完成变为已批准；可以转为：已申请"


def test_what_has_come_to_hold_an_order_is_said_instead_of_carrying_it_out(desk: Desk, sue: TestClient) -> None:
    number = desk.chen.post(BASE, json=OWN | {"order": "SC20260718001", "amount": "5.00"}).json()["number"]
    step(sue, number, "approval")
    report = partial(claims.save_report, shop="star", conversation="", order_no="SC20260718001", decision=None,
                     report={"score": 99}, at=NOW)  # fmt: skip
    desk.application.journal.write_now(report)
    refused = step(desk.chen, number, "execution", reference="T20260718")
    assert (refused.status_code, refused.json()["code"]) == (409, "held")
    assert refused.json()["detail"] == "held by risk: a senior approves it once more"
    shown = desk.get(f"refunds/{number}")
    assert (shown["state"], shown["holds"], shown["approved_by"]) == ("requested", ["risk"], None)
    assert shown["steps"][-1]["cause"] == "held: risk"


def test_who_or_what_allowed_it_is_a_chain_to_export_and_to_verify(
    desk: Desk, sue: TestClient, data: None, tmp_path: Path
) -> None:
    number = desk.chen.post(BASE, json=OWN | {"order": "SC20260815001", "amount": "2.00"}).json()["number"]
    step(sue, number, "approval")
    shown = desk.get(f"refunds/{number}")
    assert [one["link"]["n"] for one in shown["steps"]] == sorted(one["link"]["n"] for one in shown["steps"])

    def audit(*arguments: str) -> Any:
        return CliRunner().invoke(app, ["audit", *arguments])

    assert shown["steps"][-1]["by"] == "sue (senior)"
    kept = tmp_path / "audit.jsonl"
    exported = audit("export", "--shop", "star", "-o", str(kept))
    digest = exported.stderr.split()[-1]
    assert json.loads(kept.read_text("utf-8").splitlines()[-1])["open"]["role"] == "senior"
    assert audit("verify", str(kept), "--digest", digest).exit_code == 0
    assert audit("verify", "--shop", "star", "--digest", digest).exit_code == 0
    kept.write_text(kept.read_text("utf-8").replace('"2.00"', '"3.00"'), "utf-8")
    altered = audit("verify", str(kept), "--json")
    assert (altered.exit_code, json.loads(altered.stdout)["holds"]) == (1, False)
    assert audit("verify").exit_code == 2


def test_a_key_given_out_anew_is_kept_as_a_fingerprint_and_given_once(
    desk: Desk, sue: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    new = "NEWKEY-7788-QWER"
    asked = {"kind": "reissue", "quantity": 1, "reason": "the first key was used"}
    one, two = (
        desk.chen.post(BASE, json=asked | {"order": order}).json()["number"]
        for order in ("SC20260228001", "SC20260901001")
    )
    for number in (one, two):
        step(sue, number, "approval")
    assert step(desk.chen, one, "execution", reference="see the store").json()["code"] == "proof"
    assert step(desk.chen, one, "execution", keys=[new, new]).json()["code"] == "proof"
    done = step(desk.chen, one, "execution", keys=[f" {new} "]).json()
    assert (done["state"], done["reference"]) == ("done", "keys ••••QWER")
    again = step(desk.chen, two, "execution", keys=[new]).json()
    assert again["detail"] == f"the key ••••QWER was given out before, with {one}"
    assert desk.get(f"refunds/{two}")["state"] == "approved"
    assert desk.get(f"refunds/{one}")["line_totals"]["left"] == "0.00", "it counts as value, once"
    kept = desk.application.journal.read_now(
        lambda tx: [str(row) for table in metadata.sorted_tables for row in tx.execute(sa.select(table))]
    )
    assert [row for row in kept if new in row] == []
    assert new not in caplog.text


def test_a_long_list_is_read_page_by_page(desk: Desk, sue: TestClient) -> None:
    whole = [one["number"] for one in desk.chen.get(BASE, params={"limit": 200}).json()["refunds"]]
    assert len(whole) > 2
    paged, query = [], {"limit": 1}
    while True:
        page = desk.chen.get(BASE, params=query).json()
        paged += [one["number"] for one in page["refunds"]]
        if page["next"] is None:
            break
        query = {"limit": 1, "after": page["next"]}
    assert paged == whole
    assert desk.chen.get(BASE, params={"after": "yesterday"}).status_code == 422
