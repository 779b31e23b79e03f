"""The server's frames, each `t` with its body, and who hears it; bodies are in `answers`, `events` and `passing`.

`SERVER` says which role hears which. The types of the browser, the JSON Schema, the AsyncAPI document and the tables of
`docs/protocol.md` are generated from here and from `support/chat/frames.py`; the tests hold every frame that they get
against it, so a field that is written and not defined is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from support.chat.answers import (
    DeskSnapshot,
    Error,
    IdentifyAck,
    MessagePage,
    MoveAck,
    NoteAck,
    RateAck,
    ReplyAck,
    SaidAck,
    Snapshot,
    Synced,
    Welcome,
)
from support.chat.events import (
    DecisionEvent,
    DoneEvent,
    FeedbackEvent,
    HandoffEvent,
    MessageEvent,
    NoteEvent,
    OpenedEvent,
    OrderNewsEvent,
    PatchEvent,
    PolicyEvent,
    RatedEvent,
    ReadEvent,
    RefundEvent,
    ReviewEvent,
    SuggestEvent,
    SuggestionEvent,
    TicketChangedEvent,
    TicketEvent,
)
from support.chat.frames import Role
from support.chat.passing import BuyerTyping, Bye, Delta, DeskTyping, Live, Ping, PresenceNews, Step, ViewingNews
from support.chat.shapes import ConversationHead

Sort = Literal["opening", "answer", "durable", "ephemeral"]


@dataclass(frozen=True, slots=True)
class ServerFrame:
    """A type of frame: the body it has, and which of `id`, `re` and `n` come with it.

    `durable` frames carry `n`, an `answer` carries `re`; a refusal carries it where the refused frame had an id.
    """

    t: str
    body: type[Struct]
    sort: Sort


def _frames(sort: Sort, **bodies: type[Struct]) -> dict[str, ServerFrame]:
    named = {t.replace("_", "."): body for t, body in bodies.items()}
    return {t: ServerFrame(t, body, sort) for t, body in named.items()}


_FOR_BOTH = {
    **_frames("opening", welcome=Welcome, synced=Synced),
    **_frames("answer", page=MessagePage, error=Error),
    **_frames(
        "durable", message=MessageEvent, done=DoneEvent, message_patch=PatchEvent, conversation=ConversationHead,
        handoff=HandoffEvent, read=ReadEvent, ticket=TicketEvent, decision=DecisionEvent, rated=RatedEvent,
    ),
    **_frames("ephemeral", step=Step, delta=Delta, live=Live, ping=Ping, bye=Bye),
}  # fmt: skip
SERVER: Mapping[Role, Mapping[str, ServerFrame]] = {
    "buyer": _FOR_BOTH | _frames("opening", snapshot=Snapshot) | _frames("ephemeral", typing=BuyerTyping),
    "agent": _FOR_BOTH
    | _frames("opening", snapshot=DeskSnapshot)
    | _frames(
        "durable",
        note=NoteEvent,
        suggest=SuggestEvent,
        suggestion=SuggestionEvent,
        feedback=FeedbackEvent,
        opened=OpenedEvent,
        policy=PolicyEvent,
        order=OrderNewsEvent,
        ticket_changed=TicketChangedEvent,
        refund=RefundEvent,
        review=ReviewEvent,
    )
    | _frames("ephemeral", typing=DeskTyping, presence=PresenceNews, viewing=ViewingNews),
}
"""What each role hears, but for acks."""
_MOVES = ("claim", "takeover", "giveback", "reopen", "resolve", "transfer", "assign", "snooze")
ACKS: Mapping[Role, Mapping[str, type[Struct]]] = {
    "buyer": {"identify": IdentifyAck, "say": SaidAck, "act": SaidAck, "handoff": SaidAck, "rate": RateAck},
    "agent": {"say": ReplyAck, "macro": ReplyAck, "note": NoteAck, **dict.fromkeys(_MOVES, MoveAck)},
}
"""What an `ack` says, by what it answers."""
