"""Decisions of the policy answered by people of the demo shop: carried out, overridden with a reason, and reported."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.bootstrap import DEMO_SHOPS
from support.cli.app import app
from support.service.audit import faults_of_record
from support.service.evidence import collect
from support.service.explain import ExplainCase, explain
from tests.support.web.desk_app import NOW, Desk, desk_over
from tests.support.web.test_tickets_api import BASE, agent, opened, post, takes
from ticketing.storage import audit, cases, event_log, tickets
from ticketing.storage.tables import decision_reviews
from ticketing.ticket import Ticket

Json = dict[str, Any]
PARTIAL, UNDELIVERED, THIRD = "SC20261106001", "SC20261118001", "SC20260301001"
REGULAR = "=a regular since 2019"
WHY = "the seal was broken, see the photo"


@pytest.fixture(scope="module")
def desk(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_over(untouched, tmp_path_factory.mktemp("decisions"), past=False) as desk:
        yield desk


def decided(desk: Desk, order: str, owner: str, **instead: Any) -> tuple[Ticket, str]:
    """A dispute that somebody has, and what the policy decided about its order; `instead` overwrites the proof."""
    ticket = opened(desk, owner, order)
    takes(desk, ticket)
    return ticket, decide_again(desk, ticket, order, **instead)


def decide_again(desk: Desk, ticket: Ticket, order: str, **instead: Any) -> str:
    loaded = desk.application.shops.get("star")
    proof = explain(loaded.folder, loaded.connector, ExplainCase(order, "refund", NOW, None, None, {}, None)).proof
    chat, kept = ticket.conversation, dict(proof) | instead
    return desk.application.journal.write_now(lambda tx: cases.save_decision(tx, "star", chat, order, kept, NOW))


def answer(
    desk: Desk, ticket: Ticket, decision: str, action: str, status: int = 200, who: str = "chen", **more: Any
) -> Json:
    client = desk.lin if who == "lin" else desk.chen
    return post(client, f"{ticket.number}/decision", status, decision=decision, action=action, **more)


def said_in(desk: Desk, ticket: Ticket) -> list[Json]:
    told = desk.application.journal.read_now(lambda tx: event_log.after_in_shop(tx, "star", 0, 10_000))
    return [one.body["review"] for one in told if one.type == "review" and one.conversation == ticket.conversation]


def test_accepting_asks_for_what_the_clause_grants_once_and_says_who(desk: Desk) -> None:
    ticket, decision = decided(desk, PARTIAL, "amy")
    shown = desk.get(f"tickets/{ticket.number}/decisions")["decisions"]
    assert [(one["id"], one["accepts"], one["current"], one["review"]) for one in shown] == [
        (decision, "refund", True, None)
    ]
    rev = desk.get(f"tickets/{ticket.number}")["ticket"]["rev"]
    stale = answer(desk, ticket, decision, "accept", 409, if_rev=rev + 5)
    assert (stale["code"], stale["current"]["rev"]) == ("conflict", rev)
    done = answer(desk, ticket, decision, "accept", if_rev=rev)
    review = done["review"]
    assert (review["said"], review["gave"], review["clause"]) == ("accepted", "refund", "after-sales/partial-refund")
    assert done["ticket"]["state"] == "waiting_approval", "the refund waits for an approval, and so does the ticket"
    assert answer(desk, ticket, decision, "accept", if_rev=rev) == done, "the same again is the same answer"
    other = answer(desk, ticket, decision, "override", 409, "lin", instead="nothing", reason=WHY)
    assert (other["code"], other["current"]["by"]) == ("decided", "chen (agent)")

    refund = desk.get(f"refunds/{review['refund']}")
    assert (refund["amount"], refund["state"], refund["decision"]) == ("98.00", "requested", decision)
    assert refund["review"]["said"] == "accepted"
    assert [one["agent"]["name"] for one in said_in(desk, ticket)] == ["陈默 Chen"]
    last = desk.get(f"tickets/{ticket.number}/record")["changes"]
    assert any(one["cause"] == "accepted after-sales/partial-refund" for one in last)
    assert (
        desk.stranger.post(
            f"{BASE}/{ticket.number}/decision", json={"decision": decision, "action": "accept"}
        ).status_code
        == 404
    )


def test_overriding_takes_back_what_was_asked_for_and_a_senior_stands_behind_the_rest(desk: Desk) -> None:
    ticket, decision = decided(desk, UNDELIVERED, "ben")
    asked = desk.chen.post("/api/v1/desk/refunds", json={
        "order": UNDELIVERED, "decision": decision, "conversation": ticket.conversation,
    }).json()  # fmt: skip
    assert answer(desk, ticket, decision, "override", 403, instead="nothing", reason=WHY)["code"] == "role"
    assert answer(desk, ticket, decision, "override", 403, instead="coupon", amount="9", reason="?")["code"] == "proof"
    assert answer(desk, ticket, decision, "override", 422, reason=WHY)["code"] == "amount"
    assert (
        answer(desk, ticket, decision, "override", 422, instead="refund", amount="9999", reason=WHY)["code"] == "amount"
    )
    assert desk.get(f"refunds/{asked['number']}")["state"] == "requested", "what was refused changed nothing"
    done = answer(desk, ticket, decision, "override", instead="refund", amount="10.00", reason=f"{WHY} 8F2K-77QP-1DE4")
    assert "8F2K-77QP" not in json.dumps(done), "keys are masked in a reason too"
    assert desk.get(f"refunds/{asked['number']}")["state"] == "cancelled"
    own = desk.get(f"refunds/{done['review']['refund']}")
    assert (own["amount"], own["decision"], own["review"]["said"]) == ("10.00", None, "overridden")
    assert desk.chen.post(f"/api/v1/desk/refunds/{own['number']}/approval", json={}).json()["code"] == "role"


def test_once_people_decided_nothing_goes_on_by_the_old_verdict(desk: Desk) -> None:
    ticket, decision = decided(desk, THIRD, "ida", verdict="refuse", outcome={"reason": "redeemed"})
    chat = f"conversations/{ticket.conversation}"
    before = desk.get(chat)["brief"]["next"]["text"]
    refused = desk.chen.post(f"/api/v1/desk/{chat}/suggestion").json()
    assert refused["basis"] == "decided"
    answer(desk, ticket, decision, "override", instead="refund", amount="10.00", reason=WHY)
    assert desk.get(chat)["brief"]["next"]["text"] != before
    anew = desk.chen.post(f"/api/v1/desk/{chat}/suggestion").json()
    assert anew["basis"] == "person"
    assert refused["text"].splitlines()[-1] not in anew["text"]


def test_what_the_policy_left_to_people_is_decided_and_a_refusal_upheld(desk: Desk) -> None:
    left, refer = decided(desk, THIRD, "cas", verdict="refer", outcome={"priority": "high"})
    assert answer(desk, left, refer, "accept", 422)["code"] == "amount"
    assert answer(desk, left, refer, "override", instead="nothing", reason=WHY)["review"]["said"] == "decided"
    upheld, refuse = decided(desk, THIRD, "dan", verdict="refuse", outcome={"reason": "redeemed"})
    assert answer(desk, upheld, refuse, "override", 422, instead="nothing", reason=WHY)["code"] == "amount"
    assert answer(desk, upheld, refuse, "accept")["review"]["gave"] == "nothing"
    sent, deliver = decided(desk, THIRD, "eve", verdict="grant", outcome={"deliver": 2})
    answer(desk, sent, deliver, "accept")
    work = desk.application.journal.read_now(lambda tx: cases.open_work_on(tx, "star", THIRD, "fulfilment"))
    assert work is not None
    key, reissue = decided(desk, "SC20260412001", "fay", verdict="grant", outcome={"reissue": 1})
    given = answer(desk, key, reissue, "accept")["review"]
    assert desk.get(f"refunds/{given['refund']}")["kind"] == "reissue"


def test_an_old_decision_or_a_ticket_that_is_done_is_answered_no_more(desk: Desk) -> None:
    ticket, old = decided(desk, THIRD, "gus", verdict="refuse", outcome={"reason": "redeemed"})
    newer = decide_again(desk, ticket, THIRD, verdict="refer", outcome={"priority": "high"})
    told = answer(desk, ticket, old, "accept", 409)
    assert (told["code"], told["newer"]) == ("superseded", newer)
    foreign, _ = decided(desk, THIRD, "hal")
    assert answer(desk, foreign, newer, "accept", 404)["title"] == "Not found"
    journal = desk.application.journal
    journal.write_now(lambda tx: tickets.change(tx, ticket, state="resolved", resolved_at=NOW))
    assert answer(desk, ticket, newer, "override", 409, instead="nothing", reason=WHY)["code"] == "state"


def test_of_two_at_once_one_is_first_and_the_other_hears_who(desk: Desk) -> None:
    ticket, decision = decided(desk, THIRD, "ida", verdict="grant", outcome={"wait": 10})
    ready, found = threading.Barrier(2), dict[str, Any]()

    def says(name: str, client: Any, given: Json) -> None:
        ready.wait()
        found[name] = client.post(f"{BASE}/{ticket.number}/decision", json={"decision": decision} | given)

    other = {"action": "override", "instead": "nothing", "reason": WHY}
    both = [
        threading.Thread(target=says, args=("chen", desk.chen, {"action": "accept"})),
        threading.Thread(target=says, args=("lin", desk.lin, other)),
    ]  # fmt: skip
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(one.status_code for one in found.values()) == [200, 409]
    first = next(name for name, one in found.items() if one.status_code == 200)
    second = next(one for one in found.values() if one.status_code == 409)
    assert second.json()["current"]["by"].startswith(first)
    assert len(said_in(desk, ticket)) == 1


def test_the_report_tells_by_whom_by_which_clause_and_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, decision = decided(desk, "SC20250618001", "joe", verdict="refuse", outcome={"reason": "redeemed"})
    answer(desk, ticket, decision, "override", who="lin", instead="coupon", amount="3.00", reason=REGULAR)
    span = {"since": "2026-11-01T00:00:00Z", "until": "2026-11-30T00:00:00Z"}
    told = desk.get("reports/decisions", **span)
    lin = agent(desk, "lin").id
    assert told["n"] == told["accepted"] + told["overridden"] + told["decided"] == len(told["rows"])
    mine = next(one for one in told["by_agent"] if one["group"] == lin)
    assert (mine["label"], mine["overridden"] >= 1) == ("林晓 Lin", True)
    mine_all = desk.get("reports/decisions", **span, by=lin)["rows"]
    row = next(one for one in mine_all if one["conversation"] == ticket.conversation)
    assert (row["conversation"], row["reason"], row["said"]) == (
        ticket.conversation,
        REGULAR,
        "overridden",
    )
    assert [one["group"] for one in desk.get("reports/decisions", **span, clause=row["clause"])["by_clause"]] == [
        row["clause"]
    ]
    table = desk.lin.get("/api/v1/desk/reports/decisions", params=span | {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert len(rows) == told["n"]
    assert f"'{REGULAR}" in {one["reason"] for one in rows}, "no spreadsheet reckons with it"

    measure = next(one for one in desk.get("reports", **span)["measures"] if one["key"] == "overridden")
    assert (measure["n"], measure["buckets"][0]["n"]) == (told["accepted"] + told["overridden"], told["overridden"])
    behind = desk.get("reports/overridden/conversations", **span, bucket="yes")
    assert behind["n"] == told["overridden"]
    clauses = {one["group"]: one["n"] for one in desk.get("reports/by/clause", **span) if one["key"] == "overridden"}
    assert sum(clauses.values()) == measure["n"]

    monkeypatch.setenv("ANXIN_DATA_DIR", str(desk.application.settings.data_dir))
    monkeypatch.setenv("ANXIN_SHOPS_DIR", str(DEMO_SHOPS))
    ran = CliRunner().invoke(app, ["reports", "--shop", "star", "--days", "366", "--decisions", "--json"])
    assert ran.exit_code == 0, ran.output
    assert isinstance(json.loads(ran.stdout)["rows"], list)


def test_it_is_a_link_of_the_audit_and_an_item_of_the_evidence(desk: Desk) -> None:
    ticket, decision = decided(desk, "SC20260520001", "kim", verdict="refuse", outcome={"reason": "redeemed"})
    said = answer(desk, ticket, decision, "override", who="lin", instead="coupon", amount="2.00", reason=WHY)
    journal = desk.application.journal
    links = journal.read_now(lambda tx: audit.links(tx, "star"))
    link = next(one for one in links if one.subject == f"review:{decision}")
    assert (link.open["said"], link.open["role"], link.parts["text"].value) == ("overridden", "senior", {"cause": WHY})
    token = str(desk.lin.headers["Authorization"]).removeprefix("Bearer ")
    assert link.open["session"] == hashlib.sha256(token.encode()).hexdigest()[:12]
    refund = next(one for one in links if one.kind == "refund" and one.open["refund"] == said["review"]["refund"])
    assert refund.open["session"] == link.open["session"]
    assert token not in json.dumps([one.open for one in links])
    assert journal.read_now(lambda tx: list(faults_of_record(tx, "star"))) == []
    mine = decision_reviews.c.decision == decision
    journal.write_now(lambda tx: tx.execute(decision_reviews.update().where(mine).values(said="accepted")))
    assert any(decision in one for one in journal.read_now(lambda tx: list(faults_of_record(tx, "star"))))
    journal.write_now(lambda tx: tx.execute(decision_reviews.update().where(mine).values(said="overridden")))
    entries = collect(journal, desk.application.shop("star"), ticket.id, NOW).entries
    kept = [one.parts["inner"].value for one in entries if one.kind == "review"]
    assert [(one["said"], one["by"], one["text"]) for one in kept] == [("overridden", "林晓 Lin", WHY)]
