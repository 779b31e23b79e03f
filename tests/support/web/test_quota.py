"""How often one token may ask."""

from __future__ import annotations

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from support.service.limits import Rates
from support.web.quota import Quota


async def fine(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(Request(scope).url.path)(scope, receive, send)


def over(rates: Rates) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=Quota(fine, rates)), base_url="http://anxin")


async def test_each_token_has_its_own_and_each_answer_tells_what_is_left() -> None:
    client = over(Rates(api=0.1, at_once=20))
    mine, other = ({"Authorization": f"Bearer {name}"} for name in ("a", "b"))
    answers = [await client.get("/api/v1/x", headers=mine) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one.headers["ratelimit"] for one in answers] == ['"token";r=1;t=10', '"token";r=0;t=20', '"token";r=0;t=20']
    assert {one.headers["ratelimit-policy"] for one in answers} == {'"token";q=2;w=20'}
    refused = answers[2]
    assert (refused.headers["retry-after"], refused.headers["content-type"]) == ("10", "application/problem+json")
    assert refused.json()["code"] == "rate"
    assert (await client.get("/api/v1/x", headers=other)).status_code == 200
    for path, headers in (("/api/v1/x", {}), ("/desk", mine)):  # nobody's, and pages
        assert (await client.get(path, headers=headers)).status_code == 200


async def test_a_rate_of_none_is_no_limit() -> None:
    client = over(Rates(api=0))
    answer = await client.get("/api/v1/x", headers={"Authorization": "Bearer a"})
    assert (answer.status_code, "ratelimit" in answer.headers) == (200, False)
