"""What goes into a turn, what passes between its nodes, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, TypedDict

from knowledge_base.authorisation_record import Provenance
from knowledge_base.product import Product
from knowledge_base.shop import ShopFolder
from retrieval.passage import Hit, SearchResult
from retrieval.search import Search
from support.assistant.phrases import Said
from support.orders.connector import Connector
from support.orders.order import Order, OrderItem
from support.policy.decision import Decision
from support.policy.facts import GivenBack, OwnRefunds
from support.risk.assess import Assessment
from support.risk.watch import NoWatch, Watch
from ticketing.order_event import Told
from ticketing.ticket import Priority
from ticketing.unanswered import UnansweredKind

Json = dict[str, Any]


def no_provenance() -> Provenance:
    """Of a shop that has registered nothing."""
    return Provenance((), (), None)


@dataclass(frozen=True, slots=True)
class ShopView:
    """The shop as a turn sees it, one generation of it; `provenance` reads what is registered now."""

    folder: ShopFolder
    search: Search
    connector: Connector | None
    provenance: Callable[[], Provenance] = no_provenance

    def name(self, lang: str) -> str:
        """The shop's name in a language, else in its first, else its id."""
        return by_language(self.folder.shop.name, lang) or self.folder.shop.id

    def product_name(self, product: Product, lang: str) -> str:
        """A product's name in a language, else in the shop's first."""
        return by_language(product.name, lang) or product.id


def by_language(texts: Mapping[str, str], lang: str) -> str | None:
    """The text in `lang`, else in whatever language comes first."""
    return texts.get(lang) or next(iter(texts.values()), None)


class ProofGate(Protocol):
    """Counts tries before a proof is compared."""

    def begin(self, order_no: str) -> str | None:
        """The try's key, or None when this visitor or this order must wait."""

    def forgive(self, attempt: str) -> None:
        """A right proof does not count."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the assistant keeps between the turns of a conversation. Holds no proof and no contact."""

    lang: str = ""
    order: str | None = None
    item: str | None = None
    product: str | None = None
    topic: str | None = None
    request: str | None = None
    reason: str | None = None
    detail: str | None = None
    evidence: int | None = None
    pieces: int = 0
    """Files that the buyer has sent; the evidence is never less."""
    lacks_evidence: str | None = None
    """What was asked for, where only evidence was missing when a person was called: a file goes on with it."""
    asks: tuple[str, ...] = ()
    confirm: Json | None = None
    misses: int = 0
    refused: bool = False
    """Whether what was asked for last was refused, so that an objection contests that."""
    orders: tuple[str, ...] = ()
    """Orders that were named in this conversation."""
    about: str | None = None
    """The title of the article or clause that answered the last question."""
    called: str = ""
    """By what name the page that the chat stands on knows a visitor: nobody has checked it, and it opens nothing."""
    shown: str | None = None
    """The order that was told and how it stood, so that it is not told again at every word."""
    referred: str | None = None
    """The clause by which the last claim went to a person."""

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Memory:
        """From what was stored, by whatever version of this class."""
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in data.items() if key in known}
        for key in ("asks", "orders"):
            values[key] = tuple(values.get(key, ()))
        return cls(**values)

    def dump(self) -> Json:
        """As JSON, without what is not set."""
        held = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in held.items() if value not in (None, (), "") and value is not False}


@dataclass(frozen=True, slots=True)
class TurnInput:
    """One message of a buyer, and everything that the turn may know.

    Attributes:
        form: slots filled beside the text: `order.number`, `order.proof`, `order.item`, `claim.reason`, `request`,
            `topic`, `product`, `confirm` (`yes`, `no`), `human`, `contest` (a decision's id).
        pressed: whether a card was used instead of writing.
        pieces: how many files came with the message; what is in them is not read.
        granted: orders that this owner has opened before.
        waits: whether this conversation waits for a person already.
        shown_order: the order on the page where the chat stands; a hint that opens nothing.
    """

    shop: ShopView
    text: str
    now: datetime
    memory: Memory
    gate: ProofGate
    buyer_id: str | None = None
    granted: frozenset[str] = frozenset()
    form: Mapping[str, str] = field(default_factory=dict)
    pressed: bool = False
    pieces: int = 0
    locale: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    """Facts supposed on a command line, to try a case otherwise; empty for buyers."""
    waits: bool = False
    shown_order: str | None = None
    shown_product: str | None = None
    claims_90d: int | None = None
    risk: Watch = field(default_factory=NoWatch)
    submitted: Callable[[str], bool] = lambda order_no: False
    """Whether a refund of that order was submitted before and is being worked on."""
    how_far: Callable[[str, str], tuple[str, str] | None] = lambda order_no, lang: None
    """How far that order's refund under way is, in a sentence of a language, and its amount."""
    given_back: GivenBack = lambda order, item: OwnRefunds()
    """What we ourselves gave back of that order and item, beyond what its store shows."""
    told: Callable[[str], Told] = lambda order_no: Told()
    """What that order's store told of it by events."""
    on_step: Callable[[str], None] = lambda key: None
    say: Callable[[str], bool] = lambda text: True
    """Says a piece of the answer before the rest is there, if it has been checked; False if nobody listens any more."""
    stopped: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the buyer seems to mean. `confidence` is the topic's calibrated probability."""

    lang: str
    topic: str
    confidence: float
    stance: Literal["case", "general", "other"]
    request: str | None = None
    candidates: tuple[str, ...] = ()
    order_number: str | None = None
    proofs: tuple[str, ...] = ()
    answers_ask: bool = False
    also: tuple[str, ...] = ()
    """Other topics that sentences of the same message ask about."""
    about: str | None = None
    """For a question that names nothing itself: the title of what answered the one that it goes on with."""
    engine: str = "rules"


OrderAccess = Literal["opened", "need_number", "need_proof", "no_match", "wait", "unavailable", "no_source", "unneeded"]


@dataclass(frozen=True, slots=True)
class Located:
    """The order in question, as far as the buyer may see it; `own` are a signed buyer's orders to choose from."""

    access: OrderAccess
    order: Order | None = None
    item: OrderItem | None = None
    newly_opened: bool = False
    own: tuple[Order, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """A person is needed: why, and how urgently. `tags` are for agents alone."""

    reason: str
    priority: Priority = "normal"
    queue: str = "after-sales"
    missing: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """The answer while it is composed.

    Attributes:
        allowed: amounts that facts or sources hold.
        held: what else they hold: days, times, spans, numbers of documents.
        told: topics asked beside the first that the catalogue has answered.
    """

    lines: list[str] = field(default_factory=list)
    parts: list[Json] = field(default_factory=list)
    citations: list[Json] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    ticket: TicketRequest | None = None
    allowed: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    answered: bool = True
    told: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that the assistant did not answer: nothing found, not understood, or not the shop's matter.

    `text` is what was asked, as a model may see it: without what tells who somebody is or opens something.
    """

    kind: UnansweredKind
    text: str


@dataclass(frozen=True, slots=True)
class TurnOutput:
    """What the turn says, does and remembers; committed by the service in one transaction."""

    lang: str
    text: str
    parts: tuple[Json, ...]
    citations: tuple[Json, ...]
    asks: tuple[str, ...]
    decision: Decision | None
    order_no: str | None
    opened_order: str | None
    ticket: TicketRequest | None
    memory: Memory
    confidence: float
    generated_by: Literal["rules", "model"]
    trace: Json
    unanswered: Unanswered | None = None


class Span(NamedTuple):
    """When a step of the turn began and ended, in nanoseconds of the wall clock."""

    name: str
    began: int
    ended: int


class TurnState(TypedDict, total=False):
    """What the nodes of the graph pass on."""

    given: TurnInput
    text: str
    flags: frozenset[str]
    understanding: Understanding
    memory: Memory
    plan: str
    found: SearchResult
    products: tuple[Product, ...]
    located: Located
    decision: Decision | None
    risk: Assessment | None
    draft: Draft
    output: TurnOutput
    spans: list[Span]
    heard: list[Said]
    reading: Json
    rewording: Json


__all__ = ["Draft", "Hit", "Located", "Memory", "ShopView", "TicketRequest", "TurnInput", "TurnOutput", "TurnState"]
