"""What other systems read of conversations, as the API's document tells it; what is added later comes besides."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Json = dict[str, Any]


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class Whose(_Open):
    """Somebody of a channel (`web` is our own chat), or, where it is null, the store's own buyer."""

    id: str
    channel: str | None


class Author(_Open):
    """Who said it; an agent and a buyer by the name that the other side sees."""

    kind: Literal["buyer", "assistant", "agent", "system"]
    name: str


class Message(_Open):
    """`seq` counts 1, 2, 3 … in a conversation without gaps; `parts` and `citations` are those of docs/protocol.md."""

    id: str
    seq: int
    at: str
    author: Author
    generated_by: Literal["human", "rules", "model"]
    text: str
    parts: list[Json]
    citations: list[Json]
    lang: str
    rev: int


class Conversation(_Open):
    """Where a conversation stands. From `human` on a person answers; `seq` is its last message."""

    id: str
    state: Literal["bot", "waiting", "human", "snoozed", "resolved"]
    seq: int
    rev: int
    subject: str
    lang: str
    created_at: str
    updated_at: str
    buyer: Whose


class Conversations(_Open):
    """A page, the newest begun first; `next` is the `after` of the page after."""

    conversations: list[Conversation]
    next: str | None


class Messages(_Open):
    """Some messages, in order; `next` is the `before` of the page before them."""

    messages: list[Message]
    next: int | None


class Event(_Open):
    """What happened: `type` and `data` are those of the socket's durable frames, `n` the cursor to go on after."""

    n: int
    type: str
    at: str
    conversation: str | None
    buyer: Whose | None
    data: Json


class Events(_Open):
    """A page, in order; `next` is the `after` of the page after, the cursor of the present where there is none."""

    events: list[Event]
    next: int


class Kept(_Open):
    """Which message it became."""

    id: str
    seq: int
    at: str


class Taken(_Open):
    """It is on the disk, and is answered in this conversation."""

    conversation: str = Field(description="the id to go on in")
    message: Kept
