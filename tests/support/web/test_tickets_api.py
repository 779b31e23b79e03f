"""Tickets through the API, by people of the demo shop: changed, waiting, linked, merged, split, and put back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from support.assistant.state import TicketRequest
from support.service.hand_off import Case, hand_off
from support.service.take import claim, takeover
from tests.support.web.desk_app import NOW, Desk, desk_over
from ticketing.agent import Agent
from ticketing.claim import Claim
from ticketing.storage import agents, claims, event_log, talk, ticket_links, tickets
from ticketing.storage.claims import Who
from ticketing.ticket import Ticket

Json = dict[str, Any]
BASE = "/api/v1/desk/tickets"
PAID = replace(TicketRequest("human"), tags=("risk",))


@pytest.fixture(scope="module")
def desk(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk of its own: what is opened here stands in nobody else's queue."""
    with desk_over(untouched, tmp_path_factory.mktemp("tickets"), past=False) as desk:
        yield desk


def opened(desk: Desk, owner: str, order: str | None = None, request: TicketRequest = PAID) -> Ticket:
    """A dispute in its queue, in a chat of its own."""
    shop = desk.application.shops.get("star").folder.shop

    def make(tx: Any) -> Ticket:
        row = talk.start(tx, "star", f"visitor:{owner}", "en", "s", NOW)
        hand_off(tx, shop, Case(row, "en", order), request, NOW)
        return tickets.dispute_of(tx, "star", row.id) or pytest.fail("no ticket")

    return desk.application.journal.write_now(make)


def agent(desk: Desk, name: str) -> Agent:
    found = desk.application.journal.read_now(lambda tx: agents.of_shop(tx, "star"))
    return next(one for one in found if one.name == name)


def takes(desk: Desk, ticket: Ticket, name: str = "chen", use: Any = claim) -> None:
    shop, who = desk.application.shops.get("star").folder.shop, agent(desk, name)
    desk.application.journal.write_now(lambda tx: use(tx, shop, who, ticket.conversation, None, NOW))


def post(client: TestClient, path: str, status: int = 200, **given: Any) -> Json:
    answer = client.post(f"{BASE}/{path}", json=given)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


def now(desk: Desk, ticket: Ticket) -> Ticket:
    return desk.application.journal.read_now(lambda tx: tickets.get(tx, "star", ticket.id))


def chat(desk: Desk, ticket: Ticket) -> tuple[Any, ...]:
    row = desk.application.journal.read_now(lambda tx: talk.get(tx, "star", ticket.conversation))
    return row.state, row.assignee, row.joined_at


def orders(desk: Desk, ticket: Ticket) -> tuple[str, ...]:
    return desk.application.journal.read_now(lambda tx: ticket_links.linked(tx, ticket, "order"))


def but_for_rev(ticket: Ticket) -> Ticket:
    return replace(ticket, rev=0)


def test_a_ticket_is_changed_by_whoever_read_it_last_and_the_record_says_who(desk: Desk) -> None:
    ticket = opened(desk, "ann")
    path = f"{BASE}/{ticket.number}"
    stale = desk.chen.patch(path, json={"if_rev": 9, "priority": "urgent"})
    assert (stale.status_code, stale.json()["current"]["rev"]) == (409, 0)
    done = desk.chen.patch(path, json={"if_rev": 0, "priority": "urgent", "tags": ["vip"], "cause": "a regular"})
    assert (done.json()["ticket"]["priority"], done.json()["ticket"]["tags"]) == ("urgent", ["vip"])
    assert desk.chen.patch(path, json={"reason": "no-such"}).status_code == 422
    assert desk.chen.patch(path, json={"team": "no-such"}).status_code == 422
    assert post(desk.chen, f"{ticket.number}/wait", 409, whom="supplier")["code"] == "illegal_transition"
    takes(desk, ticket)
    asked = post(desk.chen, f"{ticket.number}/wait", whom="supplier", if_rev=2)
    assert asked["ticket"]["state"] == "waiting_supplier"
    assert asked["ticket"]["waiting_since"]
    assert post(desk.chen, f"{ticket.number}/continuation")["ticket"]["state"] == "open"
    shown = desk.get(f"tickets/{ticket.number}/record")
    told = [(one["was"], one["state"], one["actor"]["kind"], one["cause"]) for one in shown["changes"]]
    assert told == [
        (None, "new", "assistant", "handed over"), ("new", "new", "agent", "a regular"),
        ("new", "open", "agent", "taken"),
        ("open", "waiting_supplier", "agent", "asked the supplier"),
        ("waiting_supplier", "open", "agent", "taken up again"),
    ]  # fmt: skip
    assert shown["changes"][1]["changed"] == {"priority": ["normal", "urgent"], "tags": [["risk"], ["vip"]]}
    assert desk.stranger.get(f"{path}/record").status_code == 404


def test_a_buyer_is_asked_by_a_form_of_what_is_offered_by_whoever_has_the_chat(desk: Desk) -> None:
    ticket = opened(desk, "fay")
    offered = desk.get(f"tickets/{ticket.number}/questions")["questions"]
    assert {"name": "region", "label": "The region or server of that account"} in offered
    path = f"{ticket.number}/questions"
    assert post(desk.chen, path, 409, questions=["region"])["code"] == "conflict"
    takes(desk, ticket, use=takeover)
    assert post(desk.chen, path, 409, questions=["region"], if_rev=0)["current"]["number"] == ticket.number
    for wrong in ([], ["password"]):
        post(desk.chen, path, 422, questions=wrong)
    asked = post(desk.chen, path, questions=["region", "region", "error"], text="Two things:")
    assert asked["ticket"]["state"] == "waiting_buyer"
    last = desk.application.journal.read_now(lambda tx: talk.page(tx, "star", ticket.conversation, None, 1))[0]
    assert [one["label"] for one in last.parts[0]["fields"]] == [
        "The region or server of that account", "The exact words of the error",
    ]  # fmt: skip
    assert post(desk.chen, path, 409, questions=["region"])["code"] == "illegal_transition"


def test_many_are_changed_each_by_itself(desk: Desk) -> None:
    first, second = opened(desk, "bea"), opened(desk, "bob")
    both = [{"number": first.number, "if_rev": 0}, {"number": second.number, "if_rev": 7}, {"number": "T-999999"}]
    answer = desk.chen.post(f"{BASE}/bulk", json={"tickets": both, "change": {"tags": ["batch-7"]}})
    results = answer.json()["results"]
    assert results[0]["ticket"]["tags"] == ["batch-7"]
    assert (results[1]["problem"]["status"], results[1]["problem"]["current"]["rev"]) == (409, 0)
    assert (results[2]["number"], results[2]["problem"]["code"]) == ("T-999999", "not_found")
    missing_first = {"tickets": [both[2], {"number": second.number}], "change": {"tags": ["batch-8"]}}
    results = desk.chen.post(f"{BASE}/bulk", json=missing_first).json()["results"]
    assert results[0]["problem"]["status"] == 404
    assert results[1]["ticket"]["tags"] == ["batch-8"]


@pytest.mark.parametrize("stage", ["waiting", "joined"])
def test_a_merge_and_its_undoing_leave_everything_as_it_was(desk: Desk, stage: str) -> None:
    owner = f"cat-{stage}"
    kept, gone = opened(desk, owner, "SC1"), opened(desk, owner, "SC2", TicketRequest("minor"))
    if stage == "joined":
        takes(desk, gone, use=takeover)
    kept, gone = now(desk, kept), now(desk, gone)
    before = chat(desk, gone)
    assert (
        post(desk.chen, f"{gone.number}/merge", 409, into=kept.number, into_rev=9)["current"]["number"] == kept.number
    )
    merge = post(desk.chen, f"{gone.number}/merge", into=kept.number, if_rev=gone.rev)["merge"]
    assert (now(desk, gone).state, now(desk, gone).merged_into) == ("closed", kept.id)
    assert (now(desk, kept).priority, orders(desk, kept)) == ("urgent", ("SC1", "SC2"))
    assert chat(desk, gone)[0] == "bot", "nobody waits in a chat that nobody comes into"
    record = desk.get(f"tickets/{gone.number}/record")
    assert (record["merged_into"], record["merges"][0]["other"]) == (kept.number, kept.number)
    assert desk.get(f"tickets/{kept.number}/record")["conversations"] == [kept.conversation, gone.conversation]
    post(desk.chen, f"{gone.number}/merge", 422, into=kept.number)

    assert post(desk.chen, f"merges/{merge['id']}/undo")["merge"]["undone_by"].startswith("agent:")
    assert but_for_rev(now(desk, kept)) == but_for_rev(kept)
    assert but_for_rev(now(desk, gone)) == but_for_rev(gone)
    assert (orders(desk, kept), chat(desk, gone)) == (("SC1",), before)
    assert post(desk.chen, f"merges/{merge['id']}/undo", 409)["code"] == "conflict", "once"


def test_what_has_moved_on_is_not_undone(desk: Desk) -> None:
    kept, gone = opened(desk, "dan"), opened(desk, "dan")
    merge = post(desk.chen, f"{gone.number}/merge", into=kept.number)["merge"]
    shop = desk.application.shops.get("star").folder.shop
    request = TicketRequest("human")
    desk.application.journal.write_now(
        lambda tx: hand_off(tx, shop, Case(talk.get(tx, "star", gone.conversation), "en"), request, NOW)
    )
    assert "moved on" in post(desk.chen, f"merges/{merge['id']}/undo", 422)["detail"]
    assert now(desk, gone).state == "closed"


def test_two_buyers_tickets_never_become_one(desk: Desk) -> None:
    kept, gone = opened(desk, "eve"), opened(desk, "finn")
    refused = post(desk.chen, f"{gone.number}/merge", 422, into=kept.number)
    assert (refused["code"], "two buyers" in refused["detail"]) == ("not_mergeable", True)
    assert "两位买家" in post(desk.chen, f"{gone.number}/merge?lang=zh-CN", 422, into=kept.number)["detail"]


def test_a_further_order_becomes_a_ticket_of_its_own_and_comes_back(desk: Desk) -> None:
    ticket = opened(desk, "gil", "SC10")
    post(desk.chen, f"{ticket.number}/orders", order=" sc11 ")
    assert orders(desk, ticket) == ("SC10", "SC11")
    assert post(desk.chen, f"{ticket.number}/split", 422, orders=["SC99"])["code"] == "not_mergeable"
    split = post(desk.chen, f"{ticket.number}/split", orders=["SC11"], reason="key_used")["merge"]
    new = desk.get(f"tickets/{split['ticket']}")
    assert (new["ticket"]["order_no"], new["ticket"]["reason"], new["conversation"]["state"]) == (
        "SC11", "key_used", "waiting",
    )  # fmt: skip
    assert new["ticket"]["due_at"]
    assert orders(desk, ticket) == ("SC10",)
    heard = desk.application.journal.read_now(lambda tx: event_log.after(tx, "star", "visitor:gil", 0))
    said = [one.body["message"]["text"] for one in heard if one.type == "message"]
    assert any(split["ticket"] in text and "SC11" in text for text in said), "the buyer reads where it goes on"
    post(desk.chen, f"merges/{split['id']}/undo")
    assert orders(desk, ticket) == ("SC10", "SC11")
    assert desk.get(f"tickets/{split['ticket']}")["ticket"]["state"] == "closed"


def test_tickets_that_are_alike_are_found_by_order_buyer_key_and_batch(desk: Desk) -> None:
    mine, order, buyer = opened(desk, "hal", "SC20"), opened(desk, "ida", "SC20"), opened(desk, "hal", "SC21")
    key, batch, none = opened(desk, "jon", "SC22"), opened(desk, "kim", "SC23"), opened(desk, "leo", "SC24")
    product = next(row.product for row in desk.application.shops.get("star").folder.authorisations if row.batch)

    def claim_in(ticket: Ticket, of: str, marks: frozenset[str]) -> None:
        made = Claim(ticket.order_no or "", of, "key_used", NOW, keys=marks)
        who = Who(f"visitor:{ticket.id}")
        desk.application.journal.write_now(lambda tx: claims.record(tx, "star", ticket.conversation, who, made))

    claim_in(mine, product, frozenset({"mark-1"}))
    claim_in(key, "some-other", frozenset({"mark-1"}))
    claim_in(batch, product, frozenset({"mark-2"}))
    claim_in(none, "some-other", frozenset({"mark-3"}))
    found = {one["ticket"]["number"]: one["by"] for one in desk.get(f"tickets/{mine.number}/related")["related"]}
    assert none.number not in found
    ours = {one: found[one] for one in found.keys() & {order.number, buyer.number, key.number, batch.number}}
    assert ours == {order.number: ["order"], buyer.number: ["buyer"], key.number: ["key"], batch.number: ["batch"]}


def test_tickets_are_listed_and_searched_by_agents_of_the_shop_alone(desk: Desk) -> None:
    ticket = opened(desk, "nina")
    listed = desk.get("tickets", q=ticket.number)
    [row] = listed["rows"]
    assert (row["ticket"]["number"], listed["next"], listed["behind"]) == (ticket.number, None, 0)
    assert desk.get("tickets", q="NINA", owner="nobody", state=["new", "open"])["rows"] == [row]
    assert desk.get("tickets", q="nina", owner="me")["rows"] == []
    assert desk.get("tickets", q="nina", until=NOW.isoformat())["rows"] == []
    first = desk.get("tickets", limit=1)
    assert desk.get("tickets", limit=1, after=first["next"])["rows"] != first["rows"]
    assert desk.stranger.get(BASE).json()["rows"] == []
    assert desk.nobody.get(BASE).status_code == 401
    for wrong in ({"state": "done"}, {"after": "x"}, {"limit": 0}, {"since": "2026-03-01T12:00:00"}, {"q": "x" * 201}):
        assert desk.lin.get(BASE, params=wrong).status_code == 422, wrong
