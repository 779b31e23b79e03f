"""The parts of a message: typed data that a client shows as cards, never HTML. `type` tells which."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from ticketing.ticket import Priority, TicketState

Time = Annotated[
    str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", extra_json_schema={"format": "date-time"})
]
"""A time of ours: UTC, to the millisecond."""
StoreTime = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", extra_json_schema={"format": "date-time"})]
"""A time as the shop's store has it, with its offset."""
Money = Annotated[str, Meta(pattern=r"^-?\d+(\.\d+)?$")]
"""An amount as decimal text; never a float."""
Verdict = Literal["grant", "refuse", "refer", "need"]
HandoffStage = Literal["requested", "queued", "assigned", "joined", "returned"]


class PartShape(Struct, forbid_unknown_fields=True, tag_field="type"):
    """One card of a message."""


class Detail(Struct, forbid_unknown_fields=True):
    """Something inside of a card."""


class OrderItem(Detail):
    """One row of an order. Keys are masked but for their last signs."""

    index: int
    product_id: str | None
    name: str
    quantity: int | None
    delivered_quantity: int | None
    paid_amount: Money | None
    state: str
    state_label: str
    delivered_at: StoreTime | None
    keys_masked: list[str]


class OrderPart(PartShape, tag="order"):
    """An order as its buyer may see it."""

    number: str
    state: str
    state_label: str
    currency: str
    paid_amount: Money | None
    created_at: StoreTime | None
    paid_at: StoreTime | None
    items: list[OrderItem]


class Fact(Detail):
    """A fact that a decision rests on, in words."""

    name: str
    label: str
    value: str
    source_label: str


class PartClause(Detail):
    """The clause that decided; `effective` is the day since when it is in force."""

    policy: str
    id: str
    title: str
    effective: str


class DecisionPart(PartShape, tag="decision"):
    """What the shop's policy decided. `outcome` has one key, e.g. `{"refund": {"amount": "30.00", "currency": "CNY"}}`.

    `contest` tells whether a review may be asked for, `used` that it was.
    """

    id: str
    request: str
    request_label: str
    verdict: Verdict
    verdict_label: str
    summary: str
    outcome: dict[str, Any] | None
    clause: PartClause | None
    facts: list[Fact]
    digest: str
    contest: bool
    used: bool | UnsetType = UNSET


class Option(Detail):
    """A button."""

    value: str
    label: str


class ChoicesPart(PartShape, tag="choices"):
    """Buttons, of which one is taken once: `used` is its value."""

    id: str
    options: list[Option]
    used: str | None


class FormField(Detail):
    """One field; what is typed into a `secret` one is never shown again. A `file` one takes a list of uploads' ids.
    `value` is what stands in it at first."""

    name: str
    label: str
    kind: Literal["text", "secret", "select", "file"]
    required: bool
    placeholder: str | UnsetType | None = UNSET
    options: list[Option] | UnsetType | None = UNSET
    value: str | UnsetType | None = UNSET


class FormPart(PartShape, tag="form"):
    """A form, submitted once."""

    id: str
    fields: list[FormField]
    submit_label: str
    used: bool


class ConfirmPart(PartShape, tag="confirm"):
    """Says what will happen, and how much; nothing happens before yes."""

    id: str
    title: str
    text: str
    amount: Money | None
    currency: str | None
    yes_label: str
    no_label: str
    used: Literal["yes", "no"] | None


class TicketPart(PartShape, tag="ticket"):
    """A ticket as it was when this was said; `ticket` events tell how it goes on.

    `number` is what people call it; what was said before there were numbers has none.
    """

    id: str
    reason: str
    reason_label: str
    priority: Priority
    priority_label: str
    queue: str
    state: TicketState
    state_label: str
    due_at: Time | None
    number: str | UnsetType = UNSET


class HandoffPart(PartShape, tag="handoff"):
    """The place in the queue when this was said; `handoff` events tell how it goes on."""

    stage: HandoffStage
    position: int
    eta_s: int
    reason: str
    text: str


class ArticlePart(PartShape, tag="article"):
    """Something more to read."""

    id: str
    title: str
    lang: str


class RatingPart(PartShape, tag="rating"):
    """Asks whether it is solved and how it was; holds what was said."""

    id: str
    solved: bool | None
    score: Annotated[int, Meta(ge=1, le=5)] | None
    tags: list[str]
    comment: str


class AttachmentPart(PartShape, tag="attachment"):
    """A file that was sent: read at `/api/v1/uploads/{id}` while it is kept. `size` in bytes; points for pictures."""

    id: str
    name: str
    media_type: str
    size: int
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET


class RefundPart(PartShape, tag="refund"):
    """How far a refund or a replacement is, and how much it is worth; patched as it goes on. `id` is its number;
    `kind` is `refund`, also where it is left out, `reissue`, `coupon`, `chargeback` or `store`."""

    id: str
    state: str
    amount: Money | UnsetType | None = UNSET
    currency: str | UnsetType | None = UNSET
    kind: str | UnsetType | None = UNSET


Part = (
    OrderPart | DecisionPart | ChoicesPart | FormPart | ConfirmPart | TicketPart | HandoffPart | ArticlePart
    | RatingPart | RefundPart | AttachmentPart
)  # fmt: skip
