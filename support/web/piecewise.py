"""Answers that may be heard as they come about: pieces as server-sent events, then the whole or why there is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar

import msgspec
from fastapi import Request
from fastapi.responses import JSONResponse, StreamingResponse

from support.assistant.pieces import to_the_end
from support.web.auth import runtime_of

T = TypeVar("T")
Json = dict[str, Any]
Refuse = Callable[[Exception], JSONResponse]
MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
PIECES: dict[int | str, Json] = {200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}}
"""For a route's `responses`."""


def piecewise(
    request: Request, pieces: Generator[str, None, T], keep: Callable[[T], Any], refused: Refuse,
    failing: type[Exception],
) -> Any:  # fmt: skip
    """What `keep` makes of the whole; where the reader accepts a stream, each piece before it.

    `keep` gives the answer, or a problem; `refused` says why where `failing` is raised. A reader who goes ends it all:
    nothing is kept then.
    """
    if MEDIA_TYPE in request.headers.get("accept", ""):
        told = _events(_each(pieces, runtime_of(request).pause), keep, refused, failing)
        return StreamingResponse(told, media_type=MEDIA_TYPE, headers=HEADERS)
    try:
        made = to_the_end(pieces)
    except failing as error:
        return refused(error)
    return keep(made)


def _events(
    told: Generator[str, None, T], keep: Callable[[T], Any], refused: Refuse, failing: type[Exception]
) -> Iterator[str]:
    try:
        made = yield from told
    except failing as error:
        yield _event("problem", bytes(refused(error).body))
        return
    answer = keep(made)
    if isinstance(answer, JSONResponse):
        yield _event("problem", bytes(answer.body))
    else:
        yield _event("done", msgspec.json.encode(answer))


def _each(pieces: Generator[str, None, T], pause: float) -> Generator[str, None, T]:
    """The pieces as events, with the pause in seconds that an answer's have, and what they come to. Closed, it closes
    them."""
    try:
        while True:
            try:
                text = next(pieces)
            except StopIteration as end:
                found: T = end.value
                return found
            yield _event("piece", msgspec.json.encode({"text": text}))
            time.sleep(pause)
    finally:
        pieces.close()


def _event(name: str, data: bytes) -> str:
    return f"event: {name}\ndata: {data.decode()}\n\n"
