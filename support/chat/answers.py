"""Bodies of what opens a connection, answers a command, or acks it. `schema.py` says who hears which."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from support.chat.events import HandoffEvent, TicketEvent
from support.chat.frames import ErrorCode
from support.chat.parts import Time
from support.chat.shapes import (
    Colleague,
    Conversation,
    Count,
    Counts,
    Me,
    Message,
    MessageRef,
    Note,
    Person,
    Rating,
    Row,
    Shape,
)
from ticketing.conversation import ConversationState


class UploadsLimits(Shape):
    """What may be sent: the `size` of a file in bytes, the `count` of files in a message, their media types."""

    size: int
    count: int
    types: list[str]


class Limits(Shape):
    """`text` in code points of a message, `frame` in bytes."""

    text: int
    frame: int
    uploads: UploadsLimits


class Welcome(Shape):
    """The hello is accepted. `n` is how far what follows goes; `resume` "reset" if a snapshot follows."""

    session: str
    epoch: str
    now: Time
    heartbeat_ms: int
    resume: Literal["ok", "reset"]
    n: Count
    me: Me
    limits: Limits
    features: dict[str, bool]
    visitor: str | UnsetType = UNSET


class Snapshot(Shape):
    """Everything that is a buyer's; of handoffs and tickets what was told last, each as its event told it."""

    conversations: list[Conversation]
    handoffs: list[HandoffEvent]
    tickets: list[TicketEvent]
    me: Me


class DeskSnapshot(Shape):
    """The desk as it stands: colleagues, the queue, nearest deadline first, and how much each view holds."""

    me: Me
    agents: list[Colleague]
    queue: list[Row]
    counts: Counts


class Synced(Shape):
    """All that was missed has been said; `n` is the cursor to keep."""

    n: Count


class MessagePage(Shape):
    """Older messages, ascending."""

    conversation: str
    messages: list[Message]
    has_more: bool


class Error(Shape):
    """A refusal. `message_key` names the words for a person; `current` is what stands instead, at a conflict."""

    code: ErrorCode
    message_key: str
    retry: bool
    after_ms: Count | UnsetType = UNSET
    current: Any = UNSET


class IdentifyAck(Shape):
    """The visitor is the buyer; a snapshot follows."""


class SaidAck(Shape):
    """It is kept; the conversation of a first message is named here."""

    conversation: str
    message: MessageRef


class RateAck(Shape):
    """The stars are kept."""

    conversation: str
    rev: Count
    rating: Rating


class ReplyAck(Shape):
    """The agent's message is in the chat."""

    conversation: str
    rev: Count
    message: MessageRef


class NoteAck(Shape):
    """The note is kept."""

    conversation: str
    rev: Count
    note: Note


class MoveAck(Shape):
    """The conversation as it stands now; `message` is the question that a `resolve` asks the buyer."""

    conversation: str
    rev: Count
    state: ConversationState
    assignee: Person | None
    message: MessageRef | UnsetType = UNSET
