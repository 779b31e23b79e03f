"""The API's document is true: schemathesis asks every route what it may be asked, and hears what the document says."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from support.service import api_keys
from support.service.agents import NewAgent, add_agent
from support.service.api_keys import SCOPES
from tests.support.a_dispute import dispute
from tests.support.web.desk_app import NOW, Desk, desk_over
from ticketing.storage.tables import risk_reports

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
ENDS_ITSELF = "DELETE /api/v1/agent/session"
"""It would log the asking admin out."""


@pytest.fixture(scope="module")
def asked(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with a dispute that whatever is asked may change, without limits on how often."""
    with desk_over(untouched, tmp_path_factory.mktemp("asked"), past=False, rate_api=0) as desk:
        desk.application.journal.write_now(lambda tx: dispute(tx, desk.application, "visitor:v1"))
        desk.application.journal.write_now(lambda tx: tx.execute(sa.delete(risk_reports)))  # it holds a sketch of one
        add_agent(desk.application.journal, NewAgent("star", "robot", "admin"), "a-long-password", NOW)
        yield desk


def _clients(desk: Desk) -> tuple[TestClient, TestClient]:
    """An API key with every scope, and an admin's session for what no key opens."""
    journal = desk.application.journal
    _, text = journal.write_now(lambda tx: api_keys.make(tx, "star", "fuzz", SCOPES, None, "server", "", NOW))
    key, admin = (TestClient(desk.app, raise_server_exceptions=False) for _ in range(2))
    key.headers["Authorization"] = f"Bearer {text}"
    login = {"name": "robot", "password": "a-long-password"}
    token = admin.post("/api/v1/agent/session", json=login).json()["token"]
    admin.headers["Authorization"] = f"Bearer {token}"
    return key, admin


def _known(desk: Desk) -> dict[str, Any]:
    """What there is, by the names of parameters."""

    def read(tx: sa.Connection) -> dict[str, Any]:
        def one(query: str) -> Any:
            return tx.exec_driver_sql(query).scalar_one()

        conversation = one("SELECT conversation FROM tickets WHERE shop = 'star' LIMIT 1")
        of_it = f"WHERE shop = 'star' AND conversation = '{conversation}'"
        return {
            "shop": "star", "conversation": conversation,
            "number": str(one(f"SELECT ticket_no FROM tickets {of_it}")), "key": "csat", "group": "agent", "n": 1,
            "decision": one(f"SELECT id FROM decisions {of_it} ORDER BY at DESC LIMIT 1"),
            "agent": one("SELECT id FROM agents WHERE name = 'chen'"),
            "key_id": one("SELECT id FROM api_keys WHERE shop = 'star' LIMIT 1"),
        }  # fmt: skip

    return desk.application.journal.read_now(read)


def _every_route(desk: Desk, examples: int) -> None:
    schema: Any = schemathesis.openapi.from_dict(desk.app.openapi())
    (by_key, by_admin), known = _clients(desk), _known(desk)
    wrong: list[str] = []
    met = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.label == ENDS_ITSELF:
            continue
        raw = operation.definition.raw
        client = by_key if any(one for each in raw.get("security", ()) for one in each.values()) else by_admin
        names = {one["name"] for one in raw.get("parameters", ()) if one["in"] == "path"}
        there = {name: value for name, value in known.items() if name in names}
        ways = [operation.as_strategy(mode) for mode in GenerationMode]
        ways += [operation.as_strategy(mode, path_parameters=there) for mode in GenerationMode if there]
        try:
            _ask(client, st.one_of(ways), examples)
        except (Exception, BaseExceptionGroup) as error:
            wrong.append(f"{operation.label}: {error}")
        met += 1
    assert wrong == [], "\n\n".join(wrong)
    assert met > 80


def _sent(client: TestClient, case: Any) -> Any:
    sent = case.as_transport_kwargs(base_url="http://testserver")
    sent["headers"] = {name: value for name, value in sent["headers"].items() if name != "Authorization"}
    sent.pop("cookies", None)
    content = {"content": sent.pop("data")} if "data" in sent else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return client.request(**sent, **content)


def _ask(client: TestClient, cases: st.SearchStrategy[Any], examples: int) -> None:
    def answers_as_told(case: Any) -> None:
        case.validate_response(_sent(client, case), checks=CHECKS)

    settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(case=cases)(answers_as_told))()  # fmt: skip


def test_every_answer_to_whatever_is_asked_is_one_that_the_document_tells(asked: Desk) -> None:
    _every_route(asked, 4)


def test_so_is_a_change_of_several_of_which_one_is_not_there(asked: Desk) -> None:
    schema: Any = schemathesis.openapi.from_dict(asked.app.openapi())
    label = "POST /api/v1/desk/tickets/bulk"
    operation = next(one.ok() for one in schema.get_all_operations() if one.ok().label == label)
    body = {"tickets": [{"number": "T-999999"}], "change": {"tags": ["a"]}}
    case = operation.Case(body=body, media_type="application/json")
    answer = _sent(_clients(asked)[0], case)
    assert answer.status_code == 200
    case.validate_response(answer, checks=CHECKS)


def test_so_is_each_event_of_the_stream(asked: Desk) -> None:
    """schemathesis reads no `text/event-stream`: each piece is held against the schema here, and its data too."""
    document = asked.app.openapi()
    told = document["paths"]["/api/v1/events/stream"]["get"]["responses"]["200"]["content"]["text/event-stream"]
    shapes = document["components"]["schemas"]
    piece = Draft202012Validator({**told["schema"], "additionalProperties": False, "components": {"schemas": shapes}})
    event = Draft202012Validator(
        {**shapes["Events"]["properties"]["events"]["items"], "components": {"schemas": shapes}}
    )
    bot = _clients(asked)[0]
    said = {"buyer": {"id": "m1", "channel": "qq"}, "text": "有货吗"}
    assert bot.post("/api/v1/messages", json=said, headers={"Idempotency-Key": "of-the-stream"}).status_code == 201
    answer = bot.get("/api/v1/events/stream", params={"after": 0})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    pieces = [dict(line.split(": ", 1) for line in one.splitlines()) for one in answer.text.split("\n\n") if one]
    assert len(pieces) > 1
    for one in pieces:
        piece.validate(one)
        event.validate(json.loads(one["data"]))
        assert (one["id"], one["event"]) == (str(json.loads(one["data"])["n"]), json.loads(one["data"])["type"])


@pytest.mark.soak
def test_so_it_is_however_long_one_asks(asked: Desk) -> None:
    _every_route(asked, 60)
