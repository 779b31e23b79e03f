"""What happens, as server-sent events that go on where a reader left off."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from support.realtime.bells import Bells
from support.service.agents import AgentError
from support.service.api_keys import caller_of
from support.service.channel import MOST_EVENTS, events_after
from support.web.auth import Keyed, bearer, runtime_of
from support.web.problems import problem
from ticketing.storage.api_keys import ApiKey

Json = dict[str, Any]
Reader = Annotated[ApiKey, Depends(Keyed("conversations:read"))]
QUIET_SECONDS = 15.0
"""A comment comes after so long without an event, and whether the token still opens is asked again."""
AT_ONCE_EACH, AT_ONCE = 5, 200
ONE: Json = {
    "type": "object", "description": "One event of the stream; comments come between.", "required": ["data"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$", "description": "the cursor to come back with"},
        "event": {"type": "string", "description": "its `type`"},
        "retry": {"type": "integer", "description": "milliseconds to wait before coming back"},
        "data": {"type": "string", "contentMediaType": "application/json", "description": "as `/api/v1/events`"},
    },
}  # fmt: skip
"""The API's document has no word for a stream as a whole before OpenAPI 3.2: the schema is that of each event."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def stream_routes(bells: Bells) -> APIRouter:
    """`/api/v1/events/stream`."""
    routes = APIRouter(prefix="/api/v1/events/stream", tags=["channel"])
    open_now: Counter[str] = Counter()

    @routes.get(
        "", response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {"schema": ONE}}}},
    )  # fmt: skip
    async def stream(
        request: Request, reader: Reader,
        after: Annotated[int | None, Query(ge=0, le=2**53 - 1)] = None,
        conversation: Annotated[str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] = None,
        last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=16, pattern="^[0-9]*$")] = None,
    ) -> Response:  # fmt: skip
        """Each event under its cursor as `id`. `Last-Event-ID`, which a reader sends that comes back, or `after` says
        where to go on; without either it begins with the present."""
        actor, since = f"{reader.shop}:{reader.id}", int(last) if last else after
        if open_now[actor] >= AT_ONCE_EACH or bells.waiting() >= AT_ONCE:
            return problem(429, "Too many streams", f"a key has at most {AT_ONCE_EACH} at once", code="rate")
        told = _told(request, bells, reader.shop, since, conversation)
        return StreamingResponse(_counted(open_now, actor, told), media_type="text/event-stream", headers=HEADERS)

    return routes


async def _counted(open_now: Counter[str], actor: str, told: AsyncIterator[str]) -> AsyncIterator[str]:
    open_now[actor] += 1
    try:
        async for piece in told:
            yield piece
    finally:
        open_now[actor] -= 1


async def _told(
    request: Request, bells: Bells, shop: str, since: int | None, conversation: str | None
) -> AsyncIterator[str]:
    """Pieces of the stream, until the reader goes, the token ends, or the server stops."""
    runtime, token = runtime_of(request), bearer(request)

    def look(tx: Any) -> Json:
        caller_of(tx, token, runtime.clock(), "conversations:read")
        return events_after(tx, shop, since, conversation, MOST_EVENTS)

    with bells.listen(shop) as bell:
        while True:
            bell.clear()
            try:
                found = await runtime.journal.read(look)
            except AgentError:
                return
            first, since = since is None, found["next"]
            if found["events"] or first:
                yield "".join(map(_piece, found["events"])) or f"retry: 2000\nid: {since}\n\n"
            if bells.closed:
                return
            if len(found["events"]) < MOST_EVENTS:
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), QUIET_SECONDS)
                if not bell.is_set():
                    yield ": still here\n\n"


def _piece(event: Json) -> str:
    return f"id: {event['n']}\nevent: {event['type']}\ndata: {msgspec.json.encode(event).decode()}\n\n"
