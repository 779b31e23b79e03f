"""Shapes that frames are made of: what a time, an amount and a name look like, a message and its conversation.

They say what the server writes, to the field: a field that may be missing is `UNSET`, one that may be empty is None.
Nothing is built through them, so that they cost nothing; every frame of the tests is held against them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from support.chat.parts import Part, Time
from ticketing.agent import Presence as AgentPresence
from ticketing.agent import Role as AgentRole
from ticketing.conversation import AuthorKind, ConversationState, GeneratedBy
from ticketing.ticket import Priority, TicketState

Count = Annotated[int, Meta(ge=0)]


class Shape(Struct, forbid_unknown_fields=True):
    """Part of a server's frame."""


class Person(Shape):
    """An agent as others see them."""

    id: str
    name: str


class Author(Shape):
    """Who wrote a message; a visitor's name is empty."""

    kind: AuthorKind
    name: str


class Citation(Shape):
    """A source of what is said: `quote` is exactly its text from `start` to `end`, in code points."""

    n: Annotated[int, Meta(ge=1)]
    kind: Literal["article", "clause", "order", "product"]
    id: str
    title: str
    quote: str
    start: Count
    end: Count


class Message(Shape):
    """One message. `seq` counts 1, 2, 3 … in its conversation, `rev` the changes of its parts."""

    id: str
    seq: Annotated[int, Meta(ge=1)]
    at: Time
    author: Author
    generated_by: GeneratedBy
    text: str
    parts: list[Part]
    citations: list[Citation]
    lang: str
    rev: Count


class MessageRef(Shape):
    """The message that a command made, or that it was about; `at` where it is new."""

    id: str
    seq: Annotated[int, Meta(ge=1)]
    at: Time | UnsetType = UNSET


class ReadMarks(Shape):
    """Up to which `seq` either side has read."""

    buyer: Count
    agent: Count


class ConversationHead(Shape):
    """A conversation without its messages; `conversation` is its id again, as every event names it.

    `assignee` is the agent who has it, `joined_at` when that agent first spoke in it.
    """

    id: str
    conversation: str
    state: ConversationState
    assignee: Person | None
    rev: Count
    seq: Count
    read: ReadMarks
    subject: str
    lang: str
    created_at: Time
    updated_at: Time
    joined_at: Time | None
    snoozed_until: Time | None


class Conversation(ConversationHead):
    """A conversation with its last messages; `has_more` if there are older ones."""

    messages: list[Message]
    has_more: bool


class Ticket(Shape):
    """A ticket as its buyer may know it.

    `number` is what people call it; events of before there were numbers have none. `target_at` is when a person is
    hoped for, `due_at` when one must have come, `resolve_by` when it must be done.
    """

    id: str
    reason: str
    priority: Priority
    queue: str
    state: TicketState
    rev: Count
    order_no: str | None
    assignee: Person | None
    created_at: Time
    target_at: Time | None
    due_at: Time | None
    resolve_by: Time | None
    taken_at: Time | None
    resolved_at: Time | None
    number: str | UnsetType = UNSET


class DeskTicket(Ticket, kw_only=True):
    """A ticket with what agents know of it beside: what is missing, since when it is late, and how it ended.

    `tags` say whom signals of risk point at: `shop`, `supplier`, or `risk` where they ask for a person; agents add
    their own. `waiting_since` is since when it waits for the buyer, the supplier or an approval. Frames of before there
    were these fields have none.
    """

    missing: list[str]
    alarmed_at: Time | None
    resolution: str | None
    tags: list[str] | UnsetType = UNSET
    team: str | UnsetType | None = UNSET
    snoozed_until: Time | UnsetType | None = UNSET
    waiting_since: Time | UnsetType | None = UNSET
    reopened: Count | UnsetType = UNSET


class Note(Shape):
    """What agents tell each other, after message `after_seq`."""

    id: str
    after_seq: Count
    at: Time
    author: Person
    text: str


class Rating(Shape):
    """A buyer's word on a message; `agent` is who is rated, null for the assistant."""

    message: str
    solved: bool | None
    score: Annotated[int, Meta(ge=1, le=5)] | None
    tags: list[str]
    comment: str
    at: Time
    agent: str | None


class Me(Shape):
    """Who the server takes the client for. `verified` by the shop's token or an agent's session."""

    kind: Literal["buyer", "visitor", "agent"]
    id: str
    name: str | None
    verified: bool
    role: AgentRole | UnsetType = UNSET


class Colleague(Shape):
    """An agent of the shop: whether they are here, and how many conversations they have in hand."""

    id: str
    name: str
    role: AgentRole
    presence: AgentPresence
    load: Count
    capacity: Count
    languages: list[str]


class LastLine(Shape):
    """The beginning of a conversation's last message."""

    seq: Annotated[int, Meta(ge=1)]
    at: Time
    author_kind: AuthorKind
    text: str


class RowBuyer(Shape):
    """Who writes, as the desk names them."""

    name: str
    verified: bool


class RowOrder(Shape):
    """The order in question; its state is null while the store cannot be read."""

    number: str
    state: str | None
    state_label: str | None


class Row(Shape):
    """A row of the desk's queue."""

    conversation: ConversationHead
    ticket: DeskTicket | None
    last: LastLine | None
    buyer: RowBuyer
    order: RowOrder | None
    deadline: Time | None
    unread: bool


class Counts(Shape):
    """How many conversations each view of the desk holds."""

    waiting: Count
    mine: Count
    team: Count
    all: Count
    snoozed: Count
    overdue: Count
