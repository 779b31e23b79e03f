from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from support.service.views import conversation_head, ticket_view
from tests.support.web.desk_app import NOW, Desk
from ticketing.storage import cases, notes, talk, tickets
from ticketing.storage.desk import VIEWS
from ticketing.storage.tables import conversations, events
from ticketing.ticket import PRIORITIES

Json = dict[str, Any]
BASE = "/api/v1/desk"
SECRETS = ("wheat-15", "han@buyer.example", "hazel-27", "cedar-17", "token_sha256", "password_hash")


def rows(desk: Desk, view: str, **more: Any) -> list[Json]:
    found: list[Json] = desk.get("queue", view=view, **more)["rows"]
    return found


def row_with(desk: Desk, view: str, words: str) -> Json:
    return next(row for row in rows(desk, view) if words in row["conversation"]["subject"])


@pytest.mark.parametrize(
    "path",
    ["queue", "agents", "mentions", "macros", "conversations/x", "reports", "reports/handoffs/conversations"],
)
def test_nobody_reads_without_a_session(desk: Desk, path: str) -> None:
    answer = desk.nobody.get(f"{BASE}/{path}")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert desk.nobody.post(f"{BASE}/verify", json={"proof": {}}).status_code == 401


def test_the_queue_stands_by_its_nearest_deadline(desk: Desk) -> None:
    waiting = rows(desk, "waiting")
    assert len(waiting) == 10
    deadlines = [row["deadline"] for row in waiting]
    assert deadlines == sorted(deadlines)
    assert all(row["deadline"] == row["ticket"]["target_at"] for row in waiting)
    assert {row["conversation"]["state"] for row in waiting} == {"waiting"}
    assert len({row["ticket"]["reason"] for row in waiting}) >= 6
    assert {row["ticket"]["priority"] for row in waiting} <= set(PRIORITIES)
    assert {row["conversation"]["lang"] for row in waiting} == {"zh-CN", "en"}
    taken = rows(desk, "team")
    assert all(row["deadline"] == row["ticket"]["resolve_by"] for row in taken)


def test_each_views_count_is_the_number_of_its_rows(desk: Desk) -> None:
    counts = desk.get("queue")["counts"]
    assert counts == {view: len(rows(desk, view, limit=200)) for view in VIEWS}
    assert counts["waiting"] == 10
    assert counts["mine"] == 2
    assert counts["team"] == 3
    assert counts["snoozed"] == 1
    assert 1 <= counts["overdue"] < 10


def test_overdue_holds_what_has_little_time_left_or_none(desk: Desk) -> None:
    found = rows(desk, "overdue")
    assert row_with(desk, "waiting", "提示卡密无效") in found
    assert row_with(desk, "waiting", "转人工") not in found


def test_mine_is_each_agents_own(desk: Desk) -> None:
    lins = {row["conversation"]["id"] for row in rows(desk, "mine")}
    chens = desk.chen.get(f"{BASE}/queue", params={"view": "mine"}).json()["rows"]
    assert lins.isdisjoint({row["conversation"]["id"] for row in chens})
    assert {row["conversation"]["assignee"]["name"] for row in chens} == {"陈默 Chen"}


def test_pages_join_to_the_whole_without_gaps_or_doubles(desk: Desk) -> None:
    whole = [row["conversation"]["id"] for row in rows(desk, "all", limit=200)]
    paged: list[str] = []
    after = None
    while True:
        query = {"view": "all", "limit": 7} | ({"after": after} if after else {})
        page = desk.get("queue", **query)
        paged += [row["conversation"]["id"] for row in page["rows"]]
        after = page["next"]
        if after is None:
            break
    assert paged == whole
    assert len(whole) == len(set(whole)) == desk.made


@pytest.mark.parametrize("query", [{"after": "?"}, {"after": "eA"}, {"view": "none"}, {"limit": 0}, {"limit": 1000}])
def test_what_cannot_be_answered_is_a_problem(desk: Desk, query: Json) -> None:
    answer = desk.lin.get(f"{BASE}/queue", params=query)
    assert answer.status_code == 422
    assert answer.json()["status"] == 422


def test_a_page_costs_the_same_queries_however_long_it_is(desk: Desk) -> None:
    engine, ran = desk.application.journal._engine, list[int]()

    def count(*_: Any) -> None:
        ran[-1] += 1

    sa.event.listen(engine, "before_cursor_execute", count)
    for limit in (1, 50):
        ran.append(0)
        rows(desk, "all", limit=limit)
    sa.event.remove(engine, "before_cursor_execute", count)
    assert ran[0] == ran[1] <= 9


def test_a_row_shows_conversation_and_ticket_as_the_events_do(desk: Desk) -> None:
    row = row_with(desk, "mine", "激活码")
    key = row["conversation"]["id"]

    def read(tx: sa.Connection) -> tuple[Json, Json]:
        ticket = tickets.main_ticket_of(tx, "star", key)
        assert ticket is not None
        return conversation_head(tx, talk.get(tx, "star", key)), ticket_view(tx, ticket)

    head, ticket = desk.application.journal.read_now(read)
    assert row["conversation"] == head
    assert {name: row["ticket"][name] for name in ticket} == ticket
    assert row["order"] == {"number": "SC20260606001", "state": "delivered", "state_label": "已发货"}
    assert row["last"]["author_kind"] in {"buyer", "assistant", "agent", "system"}
    assert row["buyer"]["name"].startswith("访客 ")
    assert row["buyer"]["verified"] is False
    assert isinstance(row["unread"], bool)
    english = next(one for one in rows(desk, "mine", lang="en") if one["conversation"]["id"] == key)
    assert english["order"]["state_label"] != row["order"]["state_label"]


def test_a_ticket_is_found_by_its_number_in_whatever_view_it_is(desk: Desk) -> None:
    numbers = {row["ticket"]["number"]: row for row in rows(desk, "all", limit=200) if row["ticket"]}
    assert len(numbers) == len([row for row in rows(desk, "all", limit=200) if row["ticket"]])
    resolved = next(number for number, row in numbers.items() if row["conversation"]["state"] == "resolved")
    for written in (resolved, resolved.lower(), resolved.removeprefix("T-")):
        assert desk.get(f"tickets/{written}") == numbers[resolved]
    assert desk.lin.get(f"{BASE}/tickets/T-999999").status_code == 404
    assert desk.lin.get(f"{BASE}/tickets/none").status_code == 422


def test_a_signed_buyer_is_named_and_verified(desk: Desk) -> None:
    row = row_with(desk, "waiting", "佣金")
    assert row["buyer"] == {"name": "qingyu_shop", "verified": True}


def test_a_dossier_holds_all_that_is_known(desk: Desk) -> None:
    key = row_with(desk, "mine", "激活码")["conversation"]["id"]
    found = desk.get(f"conversations/{key}")
    assert set(found) == {
        "conversation", "ticket", "tickets", "brief", "notes", "suggestion", "order", "buyer", "decisions", "earlier",
        "steps", "viewing", "ways",
    }  # fmt: skip
    messages = found["conversation"]["messages"]
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    assert found["conversation"]["has_more"] is False
    assert found["notes"][0]["author"]["name"] == "林晓 Lin"
    assert found["order"]["number"] == "SC20260606001"
    assert found["suggestion"] is not None
    assert found["suggestion"]["text"]
    assert {step["message"] for step in found["steps"]} <= {message["id"] for message in messages}
    assert found["steps"][0]["trace"]["plan"]
    assert {"why", "wants", "facts", "next", "deadline"} <= set(found["brief"])
    assert found["buyer"]["conversations"] == 1


def test_a_returning_buyers_earlier_conversations_are_listed(desk: Desk) -> None:
    key = row_with(desk, "snoozed", "激活提示次数")["conversation"]["id"]
    found = desk.get(f"conversations/{key}")
    assert found["buyer"]["conversations"] == 3
    assert len(found["earlier"]) == 2
    assert {head["state"] for head in found["earlier"]} == {"resolved"}


def test_no_secret_of_an_order_is_read_anywhere(desk: Desk) -> None:
    texts = [desk.lin.get(f"{BASE}/queue", params={"view": "all", "limit": 200}).text]
    for row in rows(desk, "all", limit=200):
        texts.append(desk.lin.get(f"{BASE}/conversations/{row['conversation']['id']}").text)
    for secret in SECRETS:
        assert not any(secret in text for text in texts), secret


def test_keys_in_what_agents_wrote_are_masked(desk: Desk) -> None:
    from support.service.write_note import write_note
    from ticketing.storage import agents

    key = rows(desk, "mine")[0]["conversation"]["id"]

    def note(tx: sa.Connection) -> None:
        agent = next(one for one in agents.of_shop(tx, "star") if one.name == "lin")
        shop = desk.application.shops.get("star").folder.shop
        write_note(tx, shop, agent, key, "卡密 AB12-CD34-EF56-GH78 已作废", NOW)

    desk.application.journal.write_now(note)
    answer = desk.lin.get(f"{BASE}/conversations/{key}")
    assert "AB12-CD34" not in answer.text
    assert answer.json()["notes"][-1]["text"] == "卡密 ••••GH78 已作废"


def test_who_opened_what_is_recorded_once_and_for_agents_only(desk: Desk) -> None:
    key = row_with(desk, "waiting", "counterfeit")["conversation"]["id"]
    for client in (desk.lin, desk.lin, desk.chen):
        assert client.get(f"{BASE}/conversations/{key}").status_code == 200

    def opened(tx: sa.Connection) -> list[Any]:
        query = sa.select(events.c.body, events.c.audience).where(
            events.c.shop == "star", events.c.conversation == key, events.c.type == "opened"
        )
        return list(tx.execute(query))

    found = desk.application.journal.read_now(opened)
    assert [row.body["agent"]["name"] for row in found] == ["林晓 Lin", "陈默 Chen"]
    assert {row.audience for row in found} == {"agents"}


def test_a_foreign_conversation_is_missing(desk: Desk) -> None:
    key = rows(desk, "waiting")[0]["conversation"]["id"]
    for path in (f"conversations/{key}", f"macros?conversation={key}"):
        foreign = desk.stranger.get(f"{BASE}/{path}")
        missing = desk.stranger.get(f"{BASE}/{path.replace(key, 'none')}")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json() == missing.json()
    assert desk.stranger.get(f"{BASE}/queue", params={"view": "all"}).json()["rows"] == []
    assert desk.stranger.get(f"{BASE}/reports").json()["measures"][0]["n"] == 0
    assert [agent["name"] for agent in desk.stranger.get(f"{BASE}/agents").json()] == ["stranger"]


def test_macros_are_filled_and_what_is_unknown_stays_visible(desk: Desk) -> None:
    row = row_with(desk, "mine", "激活码")
    found = desk.get("macros", conversation=row["conversation"]["id"])
    assert [macro["lang"] for macro in found[:6]] == ["zh-CN"] * 6
    greeting = found[[macro["id"] for macro in found].index("greet")]
    assert "林晓 Lin" in greeting["text"]
    assert "SC20260606001" in greeting["text"]
    assert row["ticket"]["number"] in greeting["text"]
    assert "{{" not in greeting["text"]
    plain = {macro["id"]: macro["text"] for macro in desk.get("macros") if macro["lang"] == "en"}
    assert "{{order.number}}" in plain["greet"]
    assert "Star Card Store" in plain["greet"]


def test_colleagues_are_listed_with_presence_and_load(desk: Desk) -> None:
    found = {agent["name"]: agent for agent in desk.get("agents")}
    assert found["林晓 Lin"]["load"] == 2
    assert found["陈默 Chen"]["presence"] == "offline"


def decided_proof(desk: Desk) -> Json:
    for row in rows(desk, "all", limit=200):
        if decisions := desk.get(f"conversations/{row['conversation']['id']}")["decisions"]:
            proof: Json = decisions[0]["proof"]
            return proof
    raise AssertionError("nothing was decided")


def test_a_proof_holds_until_a_byte_of_it_is_broken(desk: Desk) -> None:
    proof = decided_proof(desk)
    whole = desk.lin.post(f"{BASE}/verify", json={"proof": proof}).json()
    assert whole == {"holds": True, "faults": []}
    name = next(iter(proof["facts"]))
    broken = proof | {"facts": proof["facts"] | {name: proof["facts"][name] | {"source": "nobody"}}}
    answer = desk.lin.post(f"{BASE}/verify", json={"proof": broken}).json()
    assert answer["holds"] is False
    assert any("digest" in fault for fault in answer["faults"])


def test_a_decision_tells_what_would_change_it_and_a_foreign_one_is_missing(desk: Desk) -> None:
    decided = [one for row in rows(desk, "all", limit=200)
               for one in desk.get(f"conversations/{row['conversation']['id']}")["decisions"]]  # fmt: skip
    told = [desk.get(f"decisions/{one['id']}/changes") for one in decided]
    assert all(answer["same_policy"] for answer in told)
    changes = [change for answer in told for change in answer["changes"]]
    assert changes
    assert {"verdict", "clause", "outcome", "facts", "text"} == set(changes[0])
    assert set(changes[0]["facts"][0]) == {"name", "before", "after"}
    path = f"{BASE}/decisions/{decided[0]['id']}/changes"
    told_in_english = [
        change["text"] for change in desk.get(f"decisions/{decided[0]['id']}/changes", lang="en")["changes"]
    ]
    assert all(text.startswith("If ") for text in told_in_english)
    assert all(one["why"]["summary"] for one in decided)
    assert any(one["why"]["because"] for one in decided)
    assert desk.stranger.get(path).status_code == 404
    assert desk.stranger.get(path).json() == desk.lin.get(f"{BASE}/decisions/none/changes").json()
    assert desk.nobody.get(path).status_code == 401


@pytest.mark.parametrize(
    "proof",
    [None, [], "x", 1, {}, {"proof": []}, {"facts": 1, "clauses": "x"}, {"digest": {}}, {"proof": {"proof": {}}}],
)
def test_what_is_no_proof_does_not_hold(desk: Desk, proof: object) -> None:
    answer = desk.lin.post(f"{BASE}/verify", json={"proof": proof})
    assert answer.status_code == 200
    assert answer.json()["holds"] is False
    assert answer.json()["faults"]


@pytest.mark.parametrize("body", [b'{"proof": NaN}', b'{"proof": {"minor_unit": 1e999}}', b'{"proof": ' + b"[" * 5000])
def test_what_is_hardly_json_is_no_fault_of_ours(desk: Desk, body: bytes) -> None:
    answer = desk.lin.post(f"{BASE}/verify", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {200, 400, 422}
    assert answer.status_code != 200 or answer.json()["holds"] is False


def measures(desk: Desk, **span: Any) -> dict[str, Json]:
    return {measure["key"]: measure for measure in desk.get("reports", **span)["measures"]}


def test_every_number_opens_to_as_many_conversations(desk: Desk) -> None:
    for key, measure in measures(desk).items():
        behind = desk.get(f"reports/{key}/conversations")
        assert behind["n"] == len(behind["rows"]) == measure["n"], key
        assert all(one["row"]["conversation"]["id"] == one["conversation"] for one in behind["rows"])
        for bucket in measure.get("buckets", []):
            part = desk.get(f"reports/{key}/conversations", bucket=bucket["key"])
            assert part["n"] == bucket["n"], (key, bucket["key"])
        buckets = {bucket["key"]: bucket["n"] for bucket in measure.get("buckets", [])}
        beside = buckets.get("unknown", 0) if key == "bought_again" else 0  # counts in no share
        assert sum(buckets.values()) - beside in {0, measure["n"]}
        assert sum(day["n"] for day in measure.get("series", [])) in {0, measure["n"]}


def test_the_numbers_of_all_agents_make_the_whole_and_goods_have_theirs(desk: Desk) -> None:
    whole = measures(desk)
    by_agent = desk.get("reports/by/agent")
    for key in ("resolution_minutes", "first_response_human_s", "rating_people"):
        assert sum(one["n"] for one in by_agent if one["key"] == key) == whole[key]["n"], key
    assert len({one["label"] for one in by_agent}) > 1
    for by in ("agent", "product"):
        for one in desk.get(f"reports/by/{by}"):
            part = desk.get(f"reports/{one['key']}/conversations", by=by, group=one["group"])
            assert part["n"] == one["n"], (by, one["group"], one["key"])
    named = {by: {one["label"] for one in desk.get(f"reports/by/{by}")} for by in ("supplier", "product")}
    assert "流岚工作室（示例）" in named["supplier"]
    assert "《云海拾荒者》标准版激活码" in named["product"]
    assert desk.get("reports/by/team") == []
    assert desk.lin.get(f"{BASE}/reports/by/weather").status_code == 422
    assert desk.nobody.get(f"{BASE}/reports/by/agent").status_code == 401


def test_the_past_gives_every_measure_a_number(desk: Desk) -> None:
    found = measures(desk)
    assert {key for key, measure in found.items() if not measure["n"]} <= {"refunded", "overridden", "bought_again"}
    assert all(set(measure["label"]) == {"zh-CN", "en"} for measure in found.values())
    resolution = found["resolution_minutes"]
    assert (resolution["target"], resolution["baseline"]) == (5, 30)
    assert 0 < resolution["share_5"] < resolution["share_30"] < 1
    assert resolution["p95"] > resolution["value"] > 0
    assert 0 < found["deadlines_met"]["value"] < 1
    assert 1 < found["rating_people"]["value"] < 5
    assert found["open_by_age"]["value"] == 14
    assert len(found["handoffs"]["buckets"]) >= 6


def test_a_span_narrows_the_numbers(desk: Desk) -> None:
    since = (NOW - timedelta(days=7)).isoformat()
    week, month = measures(desk, since=since), measures(desk)
    assert week["handoffs"]["n"] < month["handoffs"]["n"]
    assert week["open_by_age"]["n"] == month["open_by_age"]["n"]
    past = measures(desk, since=since, until=(NOW - timedelta(days=6)).isoformat())
    assert past["open_by_age"]["n"] == 0
    assert past["rating_people"]["n"] <= 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("reports/nothing/conversations", 404),
        ("reports?since=yesterday", 422),
        ("reports?since=2026-11-01T00:00:00", 422),
        ("reports?since=2026-11-22T00:00:00Z&until=2026-11-01T00:00:00Z", 422),
        ("reports?since=2020-01-01T00:00:00Z", 422),
    ],
)
def test_reports_refuse_what_they_cannot_tell(desk: Desk, path: str, status: int) -> None:
    assert desk.lin.get(f"{BASE}/{path}").status_code == status


def test_the_past_is_told_once_and_leaves_the_demos_people_alone(desk: Desk) -> None:
    from support.service.demo_history import make_history
    from support.web.demo_hints import HINTS

    runtime = desk.app.state.runtime
    assert desk.made >= 54
    assert make_history(runtime, "star", NOW) == 0
    assert make_history(runtime, "small", NOW) == 0

    def read(tx: sa.Connection) -> tuple[int, set[str], list[Any]]:
        owners = set(tx.execute(sa.select(conversations.c.owner)).scalars())
        past = tx.execute(
            sa.select(sa.func.count())
            .select_from(conversations)
            .where(conversations.c.shop == "star", conversations.c.created_at < NOW - timedelta(hours=20))
        ).scalar_one()
        return past, owners, [cases.open_work_on(tx, "star", number, "refunds") for number in HINTS]

    past, owners, work = desk.application.journal.read_now(read)
    assert past >= 40
    assert owners.isdisjoint({"buyer:alice", "buyer:bob", "buyer:carol"})
    assert work == [None] * len(HINTS)


def test_one_fact_turns_the_verdict(desk: Desk) -> None:
    asked = {"order": "SC20261118001", "request": "refund", "reason": "not_delivered"}
    as_it_is = desk.nobody.post("/api/v1/demo/what-if", json=asked).json()
    assert as_it_is["decision"]["verdict"] == "grant"
    assert desk.lin.post(f"{BASE}/verify", json={"proof": as_it_is["proof"]}).json()["holds"] is True
    turned = desk.nobody.post("/api/v1/demo/what-if", json=asked | {"facts": {"order.frozen": True}}).json()
    assert turned["decision"]["verdict"] == "refer"
    assert turned["proof"]["facts"]["order.frozen"]["source"] == "supposed"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"order": "none"}, 404),
        ({"item": "none"}, 404),
        ({"request": "gift"}, 422),
        ({"reason": "boredom"}, 422),
        ({"facts": {"order.colour": 1}}, 422),
        ({"facts": {"order.frozen": "maybe"}}, 422),
        ({"facts": []}, 422),
    ],
)
def test_a_what_if_that_cannot_be_is_a_problem(desk: Desk, change: Json, status: int) -> None:
    asked = {"order": "SC20261118001", "request": "refund"} | change
    answer = desk.nobody.post("/api/v1/demo/what-if", json=asked)
    assert answer.status_code == status, answer.text


def test_only_an_agent_may_stop_the_demos_server_and_only_where_it_can_begin_anew(desk: Desk) -> None:
    assert desk.nobody.post("/api/v1/demo/stop").status_code == 401
    assert desk.nobody.get("/api/v1/demo").json()["stops"] is False
    assert desk.lin.post("/api/v1/demo/stop").status_code == 404


def test_who_was_named_in_a_note_while_away_reads_of_it_later(desk: Desk) -> None:
    row = rows(desk, "waiting")[0]["conversation"]["id"]
    who = {one["name"]: one["id"] for one in desk.get("agents")}
    lin, chen = who["林晓 Lin"], who["陈默 Chen"]
    said = [
        (chen, "陈默 Chen", "请 @林晓 Lin 看一下，卡密 AB12-CD34-EF56", NOW - timedelta(hours=9)),
        (chen, "陈默 Chen", "请 @苏敏 Su 看一下", NOW),
        (lin, "林晓 Lin", "我是 @林晓 Lin", NOW),
        (chen, "陈默 Chen", "很久以前 @林晓 Lin", NOW - timedelta(days=8)),
    ]

    def write(tx: sa.Connection) -> None:
        for agent, name, text, at in said:
            notes.add(tx, "star", row, after_seq=1, agent=agent, author_name=name, text=text, at=at)

    desk.application.journal.write_now(write)
    (found,) = desk.get("mentions")
    assert found["conversation"] == row
    assert found["note"]["author"] == {"id": chen, "name": "陈默 Chen"}
    assert found["note"]["text"].startswith("请 @林晓 Lin 看一下")
    assert "CD34" not in found["note"]["text"]
    assert desk.chen.get(f"{BASE}/mentions").json() == []
    assert desk.stranger.get(f"{BASE}/mentions").json() == []
