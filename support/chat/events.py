"""Bodies of what happened and is kept: durable frames, in the order of the record. `schema.py` says who hears which."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from support.chat.parts import HandoffStage, Part, Time, Verdict
from support.chat.shapes import Citation, Count, Message, Note, Person, Rating, Shape, Ticket
from ticketing.conversation import GeneratedBy
from ticketing.order_event import OrderEventKind
from ticketing.refund import RefundKind, RefundState
from ticketing.ticket import TicketState

Json = dict[str, Any]


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
