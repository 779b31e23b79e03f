"""`/api/v1/uploads`: files of buyers and agents, sent as a plain body and read with the sender's own token.

`Authorization` is `Bearer JWT` for a signed buyer and `Visitor TOKEN` for a visitor, both with `?shop=`, or
`Bearer SESSION` for an agent. No address holds a secret: a page fetches a file with the header and shows it from
memory.
"""

from __future__ import annotations

import asyncio
import errno
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

import structlog
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.requests import ClientDisconnect

from support.service.keep_upload import (
    Empty,
    KeptUpload,
    Received,
    Sender,
    TooLarge,
    TooMany,
    UploadRefused,
    check_room,
    keep_upload,
)  # fmt: skip
from support.service.limits import Limits
from support.service.people import BadToken, read_token, visitor
from support.service.say_uploads import upload_view
from support.web.auth import current_agent, runtime_of
from support.web.problems import answers, problem
from ticketing.errors import IdReused
from ticketing.storage import access, uploads, visitors
from ticketing.storage.upload_files import UploadFiles, Writing
from ticketing.upload import Upload

QUIET_SECONDS = 30.0
"""A sender who says nothing for this long is gone."""
AT_ONCE_EACH, AT_ONCE = 6, 64
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
Shop = Annotated[str | None, Query(max_length=64)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=64)]
Name = Annotated[str, Header(alias="Upload-Name", max_length=2000)]
log = structlog.get_logger()


class Uploads:
    """The uploads under way in this process: few from each sender, and one picture unpacked at a time."""

    def __init__(self, files: UploadFiles) -> None:
        self.files = files
        self.by_sender, self.by_address = Limits(burst=30, per_second=0.5), Limits(burst=200, per_second=5.0)
        self._under_way: Counter[Sender] = Counter()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="anxin-upload")

    def close(self) -> None:
        """Let the one at work finish."""
        self._pool.shutdown()

    async def receive(self, sender: Sender, client_id: str, name: str, request: Request) -> KeptUpload:
        """Take a body to its end and keep it. Raises UploadRefused, IdReused, OSError, TimeoutError."""
        runtime = runtime_of(request)
        limits, now = runtime.upload_limits, runtime.clock()
        self._check_rate(sender, request)
        await runtime.journal.read(lambda tx: check_room(tx, limits, sender, client_id, now))
        with self._counted(sender), self.files.fresh() as path:
            received = Received(client_id, name, path, await self._written(path, limits.size, request))
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, keep_upload, runtime, self.files, sender, received
            )

    async def _written(self, path: Path, limit: int, request: Request) -> str:
        if int(request.headers.get("content-length") or 0) > limit:
            raise TooLarge(limit)  # uvicorn reads on and drops what comes, so that the sender hears this
        with path.open("wb") as file:
            writing = Writing(file)
            async for chunk in _chunks(request):
                if writing.size + len(chunk) > limit:
                    raise TooLarge(limit)
                await asyncio.to_thread(writing.write, chunk)
        if not writing.size:
            raise Empty
        return writing.sha256

    def _check_rate(self, sender: Sender, request: Request) -> None:
        address = request.client.host if request.client else ""
        if self.by_sender.wait_ms(sender.shop, sender.owner) or self.by_address.wait_ms("", address):
            raise TooMany

    @contextmanager
    def _counted(self, sender: Sender) -> Iterator[None]:
        if self._under_way[sender] >= AT_ONCE_EACH or self._under_way.total() >= AT_ONCE:
            raise TooMany
        self._under_way[sender] += 1
        try:
            yield
        finally:
            self._under_way[sender] -= 1
            self._under_way += Counter()  # drops whoever has none left


def upload_routes(desk: Uploads) -> APIRouter:
    """Send and read files."""
    routes = APIRouter(prefix="/api/v1/uploads", tags=["uploads"])
    body = {"requestBody": {"required": True, "content": {"application/octet-stream": {}}}}

    @routes.post(
        "", status_code=201, openapi_extra=body,
        responses=answers(401, 403, 404, 408, 409, 413, 429, 500, 507) | {200: {"description": "It was kept before"}},
    )  # fmt: skip
    async def send(request: Request, key: Key, name: Name = "", shop: Shop = None) -> JSONResponse:
        """Keep the body as a file; the same `Idempotency-Key` with the same bytes gives the same answer."""
        try:
            sender = await asyncio.to_thread(sender_of, request, shop)
            kept = await desk.receive(sender, key, unquote(name), request)
        except (UploadRefused, IdReused, OSError, ClientDisconnect) as error:
            return _refusal(error)
        return JSONResponse(upload_view(kept.upload), 201 if kept.new else 200)

    @routes.get("/{upload}", response_class=FileResponse, responses=answers(401, 403, 404, 410))
    def read(request: Request, upload: str, shop: Shop = None) -> Response:
        """The file, for its sender, for the buyer it was said to, and, once said, for the shop's agents."""
        sender, journal = sender_of(request, shop), runtime_of(request).journal
        seen = journal.read_now(lambda tx: uploads.seen_by(tx, sender.shop, upload, sender.owner, sender.agent))
        if sender.agent and sender.owner != seen.owner:
            _looked(request, seen)
        return _shown(desk, seen)

    return routes


def _looked(request: Request, seen: Upload) -> None:
    """Write down which agent looked at a buyer's file."""
    runtime, agent, at = runtime_of(request), current_agent(request), runtime_of(request).clock()
    if not runtime.journal.read_now(lambda tx: access.seen_lately(tx, agent, "file", seen.id, at)):
        runtime.journal.write_now(lambda tx: access.saw(tx, agent, "file", seen.id, seen.owner, at))


def sender_of(request: Request, shop: str | None) -> Sender:
    """Who asks, by the token in the header. Raises BadToken, BadSession, UnknownShop. Blocks."""
    if shop is None:
        agent = current_agent(request)
        return Sender(agent.shop, f"agent:{agent.id}")
    runtime = runtime_of(request)
    loaded = runtime.shops.get(shop)
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "visitor":
        return Sender(loaded.id, read_token(loaded, token.strip()).owner)
    known = runtime.journal.read_now(lambda tx: visitors.find_visitor(tx, loaded.id, token.strip()))
    if known is None:
        raise BadToken("no such visitor")
    return Sender(loaded.id, visitor(loaded.id, known).owner)


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. Raises TimeoutError for a sender who has fallen silent."""
    stream = request.stream()
    while True:
        async with asyncio.timeout(QUIET_SECONDS):
            chunk = await anext(stream, None)
        if chunk is None:
            return
        yield chunk


def _refusal(error: Exception) -> JSONResponse:
    match error:
        case UploadRefused():
            wait = {"Retry-After": "60"} if error.status == 429 else None
            return problem(error.status, "Not kept", error.detail, wait, code=error.code)
        case IdReused():
            return problem(409, "Not kept", "this Idempotency-Key was used for another file", code="id_reused")
        case TimeoutError() | ClientDisconnect():
            return problem(408, "Not kept", "the file did not arrive whole: send it again", code="cut")
        case OSError(errno=number) if number in FULL:
            log.error("no room for uploads", reason=str(error))
            return problem(507, "Not kept", "there is no room on the server's disk", code="full")
    log.error("upload not kept", error=type(error).__name__, reason=str(error))
    return problem(500, "Not kept", "the file could not be written", code="internal")


def _shown(desk: Uploads, upload: Upload) -> Response:
    path = desk.files.path(upload)
    if upload.gone_at is not None or not path.is_file():
        return problem(410, "No longer kept", "the file was kept for its time, or was removed", code="gone")
    how = "inline" if upload.width else "attachment"
    media_type = upload.media_type + ("; charset=utf-8" if upload.media_type == "text/plain" else "")
    headers = {"Cache-Control": "private, max-age=3600", "Vary": "Origin, Authorization"}
    return FileResponse(
        path, headers=headers, media_type=media_type, filename=upload.name, content_disposition_type=how
    )  # fmt: skip
