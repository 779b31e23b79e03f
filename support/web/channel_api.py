"""A channel of one's own: other systems speak for their people, and hear what is answered."""

from __future__ import annotations

import asyncio
import math
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StringConstraints

from support.chat.frames import MAX_TEXT, Context, Say
from support.chat.session import Do
from support.service import channel
from support.service.api_keys import LacksScope
from support.service.channel import MOST_EVENTS, Speaker
from support.service.commands import Commands
from support.service.receive_message import LATEST
from support.service.refusals import CommandRefused, refusal
from support.web.auth import Keyed, Scoped, runtime_of
from support.web.channel_shapes import Conversation, Conversations, Events, Messages, Taken
from support.web.once import LONGEST_KEY
from support.web.problems import answers, problem
from ticketing.agent import Agent
from ticketing.storage import access, talk
from ticketing.storage.api_keys import ApiKey

Json = dict[str, Any]
Reader = Annotated[Agent, Depends(Scoped("conversations:read"))]
Follower = Annotated[ApiKey, Depends(Keyed("conversations:read"))]
"""Who hears of everybody at once: another system. Agents read one conversation at a time, which is written down."""
Writer = Annotated[ApiKey, Depends(Keyed("messages:write"))]
InPath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=LONGEST_KEY, pattern=r"^[!-~]+$")]
Limit = Annotated[int, Query(ge=1, le=MOST_EVENTS)]
Cursor = Annotated[int | None, Query(ge=0, le=2**53 - 1)]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
STATUS = {"not_found": 404, "id_reused": 409, "conflict": 409, "rate": 429, "unavailable": 503, "bad_frame": 422}


class Buyer(BaseModel):
    """Who speaks. With a `channel` somebody of that channel, a visitor who proves orders by number and proof; without
    one the store's own buyer of this id, whose orders are open, for which a key needs `buyers:act` too."""

    id: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
    channel: Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z0-9_-]+$")] | None = None


class Said(BaseModel):
    """What is said, and where: in the speaker's last conversation, or a first one, unless `conversation` names one or
    is `new`."""

    buyer: Buyer
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT, pattern=r"\S")]
    conversation: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] = LATEST
    lang: Annotated[str, Field(max_length=16)] = ""
    order: Annotated[str, Field(max_length=200)] | None = None
    product: Annotated[str, Field(max_length=200)] | None = None


def channel_routes(commands: Commands) -> APIRouter:
    """`/api/v1/messages`, `/api/v1/conversations`, `/api/v1/events`."""
    routes = APIRouter(prefix="/api/v1", tags=["channel"])
    _writes(routes, commands)
    _reads(routes)
    return routes


def _writes(routes: APIRouter, commands: Commands) -> None:
    @routes.post("/messages", status_code=201, response_model=Taken, responses=answers(404, 409))
    async def said(request: Request, by: Writer, given: Said, key: Key) -> Any:
        """Say something for a buyer. The same `Idempotency-Key` says it once, and is answered alike."""
        who = Speaker(given.buyer.id, given.buyer.channel)
        if who.channel is None and "buyers:act" not in by.scopes:
            raise LacksScope("buyers:act")
        command = Say(given.conversation, given.text, [], Context(given.order, given.product))
        effect = Do(command, key, msgspec.json.encode(given.model_dump(), order="deterministic"))
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[str] = loop.create_future()

        def settle(text: str, reason: BaseException | None) -> None:
            loop.call_soon_threadsafe(_settled, kept, text, reason)

        commands.change(who.person(by.shop), given.lang, effect, settle, f"key:{by.id}")
        try:
            frame = msgspec.json.decode(await kept)
        except Exception as error:
            refused = refusal(error)
            if refused is None:
                raise
            return _refused(refused)
        return frame["d"]


def _settled(kept: asyncio.Future[str], text: str, reason: BaseException | None) -> None:
    if kept.done():
        return
    if reason is None:
        kept.set_result(text)
    else:
        kept.set_exception(reason)


def _refused(refused: CommandRefused) -> JSONResponse:
    status = STATUS.get(refused.code, 422)
    told = "this Idempotency-Key came before with another message" if refused.code == "id_reused" else ""
    wait = {"Retry-After": str(math.ceil(refused.after_ms / 1000))} if refused.after_ms else None
    return problem(status, "Not taken", told, wait, code=refused.code)


def _reads(routes: APIRouter) -> None:
    @routes.get("/conversations", response_model=Conversations)
    def conversations(
        request: Request, reader: Reader, buyer: Annotated[Text | None, Query(max_length=100)] = None,
        channel_: Annotated[Text | None, Query(alias="channel", max_length=32)] = None,
        after: Annotated[Text | None, Query(max_length=64)] = None, limit: Limit = 50,
    ) -> Json:  # fmt: skip
        """A page of conversations, the newest begun first; of one buyer, or of somebody of a channel."""
        who = Speaker(buyer, channel_) if buyer else None
        return runtime_of(request).journal.read_now(
            lambda tx: channel.conversations_of(tx, reader.shop, who, after, limit)
        )

    @routes.get("/conversations/{conversation}", response_model=Conversation)
    def conversation(request: Request, reader: Reader, conversation: InPath) -> Json:
        """Where a conversation stands, and whose it is."""
        return runtime_of(request).journal.read_now(lambda tx: channel.conversation_of(tx, reader.shop, conversation))

    @routes.get("/conversations/{conversation}/messages", response_model=Messages)
    def messages(
        request: Request, reader: Reader, conversation: InPath, before: Cursor = None, limit: Limit = 50
    ) -> Json:
        """The last messages, or those before a `seq`, in order; that they were read is kept."""
        _looked(request, reader, conversation)
        return runtime_of(request).journal.read_now(
            lambda tx: channel.messages_of(tx, reader.shop, conversation, before, limit)
        )

    @routes.get("/events", response_model=Events)
    def events(
        request: Request, reader: Follower, after: Cursor = None,
        conversation: Annotated[Text | None, Query(max_length=64)] = None, limit: Limit = 100,
    ) -> Json:  # fmt: skip
        """What happened after a cursor, as buyers see it; without one, the cursor of the present in `next`."""
        return runtime_of(request).journal.read_now(
            lambda tx: channel.events_after(tx, reader.shop, after, conversation, limit)
        )


def _looked(request: Request, reader: Agent, conversation: str) -> None:
    """Write down that somebody reads a buyer's talk. Raises NotFound."""
    runtime, at = runtime_of(request), runtime_of(request).clock()

    def work(tx: sa.Connection) -> None:
        row = talk.get(tx, reader.shop, conversation)
        access.saw(tx, reader, "conversation", row.id, row.owner, at)

    if not runtime.journal.read_now(lambda tx: access.seen_lately(tx, reader, "conversation", conversation, at)):
        runtime.journal.write_now(work)
