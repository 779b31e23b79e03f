"""The server's frames, each `t` with its body: the one place where they are defined.

`SERVER` says which role hears which. The types of the browser, the JSON Schema, the AsyncAPI document and the tables of
`docs/protocol.md` are generated from here and from `support/chat/frames.py`; the tests hold every frame that they get
against it, so a field that is written and not defined is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from support.chat.frames import ErrorCode, Role
from support.chat.parts import HandoffStage, Part, Time, Verdict
from support.chat.shapes import (
    Citation,
    Colleague,
    Conversation,
    ConversationHead,
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
    Ticket,
)  # fmt: skip
from ticketing.agent import Presence
from ticketing.conversation import ConversationState, GeneratedBy
from ticketing.order_event import OrderEventKind
from ticketing.refund import RefundKind, RefundState
from ticketing.ticket import TicketState

Json = dict[str, Any]


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


class MessageEvent(Shape):
    """A message was written, by anyone but the assistant in its turn."""

    conversation: str
    message: Message


class DoneEvent(Shape):
    """The assistant's answer to the say or act `re`: its text replaces what was streamed."""

    conversation: str
    message: Message
    re: str


class PatchEvent(Shape):
    """A message's parts changed: a card was used."""

    conversation: str
    id: str
    rev: Count
    parts: list[Part]


class HandoffEvent(Shape):
    """How far the way to a person is. `position` is how many wait before, `eta_s` the seconds until one must come."""

    conversation: str
    stage: HandoffStage
    reason: str | UnsetType = UNSET
    position: Count | UnsetType = UNSET
    eta_s: Count | UnsetType = UNSET
    agent: Person | UnsetType = UNSET


class ReadEvent(Shape):
    """A side has read up to `seq`."""

    conversation: str
    reader: Literal["buyer", "agent"]
    seq: Count


class TicketEvent(Shape):
    """A ticket as it stands; `alarm` if nobody came in time."""

    conversation: str
    ticket: Ticket
    rev: Count
    alarm: Literal["overdue"] | UnsetType = UNSET


class Actor(Shape):
    """Who or what changed something; an agent by the id, another system by its key's."""

    kind: Literal["agent", "api", "assistant", "buyer", "supplier", "server"]
    id: str | UnsetType = UNSET


class TicketChangedEvent(Shape):
    """A ticket was opened (`was` is null) or changed: by whom, why, and the values that changed, before and after."""

    conversation: str
    ticket: str
    number: str
    rev: Count
    was: TicketState | None
    state: TicketState
    actor: Actor
    cause: str
    changed: Json


class DecidedBy(Shape):
    """The version of the clause that decided."""

    policy: str
    id: str
    effective: str
    sha256: str


class Decision(Shape):
    """What the policy decided; `failure` is the expression that had no value."""

    id: str
    verdict: Verdict
    clause: DecidedBy | None
    outcome: Json | None
    missing: list[str]
    failure: str | UnsetType = UNSET


class DecisionEvent(Shape):
    """A decision was kept, with its proof."""

    conversation: str
    decision: Decision


class RatedEvent(Shape):
    """The buyer rated a message."""

    conversation: str
    rating: Rating


class NoteEvent(Shape):
    """An agent wrote a note."""

    conversation: str
    note: Note


class SuggestEvent(Shape):
    """A suggested reply to message `re`, for the agent who has the conversation; it stands until a message after
    `after`. `basis` is what carries it, `allowed` what the policy grants, `beyond`
    whether a colleague has to approve that, `way` how it was rewritten and `of` which suggestion it was before."""

    conversation: str
    re: str
    text: str
    citations: list[Citation]
    parts: list[Part]
    lang: str
    generated_by: GeneratedBy
    id: str | UnsetType = UNSET
    after: Count | UnsetType = UNSET
    basis: Literal["decided", "found", "missing", "person", "none"] | UnsetType = UNSET
    allowed: str | UnsetType = UNSET
    beyond: bool | UnsetType = UNSET
    way: Literal["shorter", "warmer", "formal", "translate"] | UnsetType = UNSET
    of: str | UnsetType = UNSET


class SuggestionEvent(Shape):
    """What an agent made of a suggestion: inserted, or put aside and why."""

    conversation: str
    suggestion: str
    taken: bool
    reason: str
    note: str
    agent: Person


class FeedbackEvent(Shape):
    """A thumb on an answer; `sources` are the documents that the answer cites. The last one on a message counts."""

    conversation: str
    message: str
    score: Literal["up", "down"]
    reason: str
    sources: list[str] | UnsetType = UNSET


class OpenedEvent(Shape):
    """An agent opened the conversation."""

    conversation: str
    agent: Person


class PolicyVersionChange(Shape):
    """A version of a policy, by the day from which it holds, that was added, altered or removed."""

    kind: Literal["added", "altered", "removed"]
    policy: str
    effective: str


class PolicyEvent(Shape):
    """The shop's policies were published, imported or withdrawn; of no conversation."""

    publication: Count
    by: str
    via: Literal["publish", "import", "withdraw"]
    note: str
    versions: list[PolicyVersionChange]


class OrderNewsEvent(Shape):
    """The store told of an order that the conversation is about."""

    conversation: str
    order: str
    kind: OrderEventKind
    occurred_at: Time


class Review(Shape):
    """What an agent said to a decision, and what followed; `clause` is `policy/id`, empty where none decided."""

    decision: str
    ticket: str
    said: Literal["accepted", "overridden", "decided"]
    verdict: Verdict
    clause: str
    gave: Literal["refund", "reissue", "coupon", "deliver", "wait", "nothing"]
    order_no: str | None
    refund: str | None
    reason: str
    agent: Person


class ReviewEvent(Shape):
    """A decision of the policy was accepted, overridden, or made by a person whom the policy left it to."""

    conversation: str
    review: Review


class RefundNews(Shape):
    """A refund as it stands; `holds` names what holds its order, `excess` what a bank took above what was left."""

    number: str
    state: RefundState
    rev: Count
    kind: RefundKind
    order: str
    line: str
    amount: str
    excess: str
    currency: str
    holds: list[str]


class RefundEvent(Shape):
    """A refund changed; `conversation` is empty where it belongs to none."""

    conversation: str
    refund: RefundNews


class Step(Shape):
    """What the assistant is doing."""

    conversation: str
    label_key: str
    args: Json
    re: str


class Delta(Shape):
    """The next piece of an answer; `i` counts 0, 1, 2 …"""

    conversation: str
    message: str
    i: Count
    text: str
    re: str


class Live(Shape):
    """An answer that runs, for a page that comes while it does: `text` is all of it up to piece `i`."""

    conversation: str
    message: str
    i: Count
    text: str
    re: str


class BuyerTyping(Shape):
    """The agent who has joined is writing, or stopped."""

    conversation: str
    on: bool
    name: str


class Typist(Shape):
    """Who writes: a buyer, or an agent with their id."""

    kind: Literal["buyer", "agent"]
    name: str
    id: str | UnsetType = UNSET


class DeskTyping(Shape):
    """Somebody is writing, or stopped."""

    conversation: str
    on: bool
    by: Typist


class PresenceNews(Shape):
    """An agent came, went, or has more or less in hand."""

    agent: Person
    state: Presence
    load: Count


class ViewingNews(Shape):
    """Who has a conversation open."""

    conversation: str
    agents: list[Person]


class Ping(Shape):
    """Answer with `pong`, or with anything."""

    id: str


class Bye(Shape):
    """The server restarts: come back after so long."""

    after_ms: Count


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
