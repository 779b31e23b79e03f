"""Every route there is, asked by nobody and by another shop's admin: nothing of ours is seen and nothing is moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from support.service import api_keys
from support.service.api_keys import SCOPES, Scope
from tests.support.web.desk_app import NOW, Desk
from ticketing.storage.tables import metadata

OPEN = {
    "get /api/v1/shops/{shop}/widget", "get /api/v1/shops/{shop}/sources/{kind}/{key}",
    "get /api/v1/shops/{shop}/search", "get /api/v1/shops/{shop}/orders", "options /api/v1/shops/{shop}/orders",
    "post /api/v1/shops/{shop}/order-events", "post /api/v1/agent/session",
    "post /api/v1/uploads", "get /api/v1/uploads/{upload}",
}  # fmt: skip
"""What is no agent's: each looks after itself by a token, a signature, or by telling only what a shop publishes."""
NAMES_OURS = re.compile("{(number|conversation|decision|key)}")
LOGOUT = "delete /api/v1/agent/session"
OURS = "star"
NAME = re.compile("[a-z_.-]+")
"""Names of policies, reasons and events, which every shop has."""
PASSING = {"login_attempts", "agent_sessions"}
"""What a look or a failed login writes, of whichever shop."""
UNUSED = {"buyers:act"}
"""What no route asks for by itself."""
LENGTH = 10
"""Characters from which on a text is ours alone: shorter ones are words that both shops use."""
Json = dict[str, Any]
Known = Mapping[str, Any]


@pytest.fixture(scope="module")
def known(desk: Desk) -> Known:
    """Of a dispute of ours, what a stranger might have found: by the names that the routes give it."""

    def read(tx: sa.Connection) -> Known:
        def one(query: str) -> Any:
            return tx.exec_driver_sql(query).scalar_one()

        conversation = one("SELECT conversation FROM tickets WHERE shop = 'star' AND decision IS NOT NULL LIMIT 1")
        of_it = f"WHERE shop = 'star' AND conversation = '{conversation}'"
        number = f"T-{one(f'SELECT ticket_no FROM tickets {of_it}')}"
        decision = one(f"SELECT id FROM decisions {of_it} ORDER BY at DESC LIMIT 1")
        return {
            "shop": OURS, "conversation": conversation, "number": number, "ticket": number, "tickets": number,
            "other": number, "into": number, "refund": "R-1",
            "decision": decision, "agent": one("SELECT id FROM agents WHERE name = 'chen'"),
            "assignee": one("SELECT id FROM agents WHERE name = 'chen'"),
            "message": one(f"SELECT id FROM messages {of_it} LIMIT 1"), "merge": one(f"SELECT id FROM tickets {of_it}"),
            "order": one(f"SELECT order_no FROM tickets {of_it}"), "key": "csat", "group": "agent", "n": 1,
            "kind": "article", "key_id": one("SELECT id FROM api_keys WHERE shop = 'star' LIMIT 1"),
        }  # fmt: skip

    _key(desk, OURS)
    return desk.application.journal.read_now(read)


def _key(desk: Desk, shop: str, *scopes: Scope) -> TestClient:
    """A client with an API key."""
    _, text = desk.application.journal.write_now(
        lambda tx: api_keys.make(tx, shop, "a robot of ours", scopes, None, "server", "the operator", NOW)
    )
    client = TestClient(desk.app)
    client.headers["Authorization"] = f"Bearer {text}"
    return client


@pytest.fixture(scope="module")
def texts(desk: Desk) -> frozenset[str]:
    """Every text of our record that is long enough to be nobody else's."""

    def read(tx: sa.Connection) -> set[str]:
        found: set[str] = set()
        for table in metadata.sorted_tables:
            if table.name in {"shop_files", "file_versions", "shops"} or "shop" not in table.c:
                continue  # articles and policies are published; both shops were made of some of the same
            for row in tx.execute(sa.select(table).where(table.c.shop == OURS)):
                found |= {
                    value
                    for value in row
                    if isinstance(value, str) and len(value) >= LENGTH and not NAME.fullmatch(value)
                }
        return found

    return frozenset(desk.application.journal.read_now(read))


def _routes(desk: Desk) -> Iterator[tuple[str, str, Json]]:
    for path, operations in desk.app.openapi()["paths"].items():
        yield from ((method, path, operation) for method, operation in operations.items())


def _asked(desk: Desk, client: TestClient, known: Known, method: str, path: str, operation: Json) -> Any:
    """One request that is as right as its schema tells, and names what is ours wherever it can."""
    components = desk.app.openapi()["components"]["schemas"]
    if "refunds/" in path:
        known = {**known, "number": known["refund"]}
    query: Json = {}
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        value = _value(parameter["schema"], name, known, components)
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", str(value))
        elif parameter["in"] == "query" and (parameter.get("required") or name in known):
            query[name] = value
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        body = _value(content["application/json"]["schema"], "", known, components)
        return client.request(method, path, params=query, json=body)
    return client.request(method, path, params=query, content=b"text" if content else None)


def _value(schema: Json, name: str, known: Known, components: Json) -> Any:
    """A value that the schema takes: ours where its name is one that we know."""
    while "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if options := schema.get("anyOf", schema.get("oneOf")):
        return _value(next(one for one in options if one.get("type") != "null"), name, known, components)
    match schema.get("type"):
        case "object":
            return {key: _value(one, key, known, components) for key, one in schema.get("properties", {}).items()}
        case "array":
            return [_value(schema["items"], name, known, components)]
        case "integer" | "number":
            return known[name] if isinstance(known.get(name), int) else schema.get("minimum", 1)
        case "boolean":
            return True
        case _ if "const" in schema or "enum" in schema:
            return schema.get("const", *schema.get("enum", [])[:1])
        case _ if name in known:
            return str(known[name])
        case _ if schema.get("format") in {"date", "date-time"}:
            return {"date": "2026-11-01", "date-time": "2026-11-30T00:00:00Z"}[schema["format"]]
        case _:
            return _text(schema, known)


def _text(schema: Json, known: Known) -> str:
    pattern = schema.get("pattern", "")
    if "[Tt]-" in pattern:
        return str(known["ticket"])
    if "[Rr]-" in pattern:
        return str(known["refund"])
    return "1" if "[0-9]" in pattern else "a" * max(6, schema.get("minLength", 0))


def test_nobody_reaches_an_agents_route(desk: Desk, known: Known) -> None:
    met = {}
    for method, path, operation in _routes(desk):
        route = f"{method} {path}"
        if route not in OPEN | {LOGOUT}:
            met[route] = _asked(desk, desk.nobody, known, method, path, operation).status_code
    assert {route: code for route, code in met.items() if code != 401} == {}
    assert len(met) > 50


def test_a_key_reaches_nothing_that_its_scopes_do_not_name(desk: Desk, known: Known) -> None:
    none, met = _key(desk, OURS), {}
    for method, path, operation in _routes(desk):
        route = f"{method} {path}"
        if route not in OPEN | {LOGOUT}:
            answer = _asked(desk, none, known, method, path, operation)
            assert answer.status_code == 403, (route, answer.text)
            met[route] = answer.json()["scope"]
            assert answer.json()["code"] == ("scope" if met[route] else "no_key"), route
    assert set(met.values()) == {None, *SCOPES} - UNUSED


@pytest.mark.parametrize("who", ["admin", "key"])
def test_another_shop_sees_and_moves_nothing_of_ours(who: str, desk: Desk, known: Known, texts: frozenset[str]) -> None:
    foreign = desk.stranger if who == "admin" else _key(desk, "small", *SCOPES)
    closed = [route for route in _routes(desk) if f"{route[0]} {route[1]}" not in OPEN | {LOGOUT}]
    looks = [route for route in closed if route[0] == "get" and NAMES_OURS.search(route[1])]
    found = [_asked(desk, desk.lin, known, *route).status_code for route in looks]
    assert found.count(200) > 8  # where it is one's own, the same requests find it
    before = _rows(desk)
    for route in closed:
        answer = _asked(desk, foreign, known, *route)
        assert answer.status_code < 500, (route, answer.text)
        assert [text for text in texts if text in answer.text] == [], route[:2]
        assert route not in looks or answer.status_code in {404, 403 if who == "key" else 404}, (route[:2], answer.text)
    assert _rows(desk) == before


def _rows(desk: Desk) -> dict[str, list[Any]]:
    """All that the record has of us."""

    def read(tx: sa.Connection) -> dict[str, list[Any]]:
        tables = [table for table in metadata.sorted_tables if "shop" in table.c and table.name not in PASSING]
        return {
            table.name: sorted(map(repr, tx.execute(sa.select(table).where(table.c.shop == OURS)))) for table in tables
        }

    return desk.application.journal.read_now(read)
