"""A shop: its profile, and the whole folder read into frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from knowledge_base.article import Article
from knowledge_base.authorisation import Authorisation
from knowledge_base.errors import Fault
from knowledge_base.macro import Macro
from knowledge_base.policy import PolicyVersion
from knowledge_base.product import Product
from knowledge_base.utterance import OwnUtterance

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class OrderSource:
    """Where orders come from. `url` may be `env:NAME`, read only where a connection is opened.

    `table_prefix` is None where the shop says nothing of it: the store's own default stands.
    """

    source: str
    url: str = ""
    table_prefix: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoleLimit:
    """What one agent of a role may approve at once and on one day of the shop's; None is no limit."""

    each: Decimal | None = None
    day: Decimal | None = None


DAYS_AUTO = 20
"""How many refunds of the largest automatic amount a shop lets a machine make on one day, if it does not say."""


@dataclass(frozen=True, slots=True)
class RefundLimits:
    """Money in the shop's currency; None is no automatic refund, or no second approval.

    Attributes:
        auto_limit: up to here what the policy grants is executed without a person, where the executor is a machine.
        auto_day: what a machine gives back on one day of the shop's at most; None is `DAYS_AUTO` times `auto_limit`.
        approval_limit: above this a second person approves.
        executor: `manual`, `webhook` or `dujiao_next`.
        url, secret, key: of the executor; the last two, and the first if it likes, are `env:NAME`.
        private: whether `url` may lead to an address that is not public.
        roles: limits by role; a role that is not named has none.
    """

    auto_limit: Decimal | None = None
    approval_limit: Decimal | None = None
    executor: str = "manual"
    url: str = ""
    secret: str = ""
    key: str = ""
    private: bool = False
    roles: Mapping[str, RoleLimit] = field(default_factory=dict)
    auto_day: Decimal | None = None

    @property
    def a_day_alone(self) -> Decimal | None:
        """What leaves on one day without a person at most; None is without end, where nothing leaves so."""
        if self.auto_day is not None or self.auto_limit is None:
            return self.auto_day
        return self.auto_limit * DAYS_AUTO


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Minutes, hours and days from a ticket's opening.

    A person's time counts by the shop's calendar, the others by the clock. `follow_up_days` count from a resolution; 0
    is never. `by_priority` holds what differs.
    """

    first_evidence_minutes: int = 10
    human_target_minutes: int = 5
    human_minutes: int = 30
    resolve_hours: int = 24
    legal_days: int = 15
    away_minutes: int = 10
    follow_up_days: int = 0
    by_priority: Mapping[str, Deadlines] = field(default_factory=dict)

    def of(self, priority: str) -> Deadlines:
        """Those of a ticket of this priority."""
        return self.by_priority.get(priority, self)


@dataclass(frozen=True, slots=True)
class Team:
    """Agents by login name, and what comes to them; no `reasons` or `languages` is any. `lead` hears what is late."""

    name: str
    members: tuple[str, ...]
    lead: str | None = None
    reasons: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routing:
    """Whether disputes are given out to agents who are there, or taken by them; and the teams, the first fit counts."""

    auto: bool = False
    teams: tuple[Team, ...] = ()

    def team_for(self, reason: str, lang: str) -> str | None:
        """The first team for that reason and language."""
        fits = (
            one.name
            for one in self.teams
            if (not one.reasons or reason in one.reasons) and (not one.languages or lang in one.languages)
        )
        return next(fits, None)

    def named(self, name: str | None) -> Team | None:
        """A team; None where it has gone."""
        return next((one for one in self.teams if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days what is kept of buyers is kept, from when it last changed; then it is erased by itself.

    Attributes:
        chat_days: talk that led to no ticket and no refund.
        dispute_days: talk that did; three years is the usual limit for a claim (民法典 art. 188).
        files_days: files that were sent; the server's own limit where that is shorter.
        questions_days: questions without an answer.
        access_days: who looked at what, and requests about one's data, once they are answered.
    """

    chat_days: int = 180
    dispute_days: int = 1095
    files_days: int = 180
    questions_days: int = 180
    access_days: int = 1095


Unkept = Literal["identity", "bank_card", "phone"]


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """What of a buyer's message is taken out before it is kept: numbers of these kinds, by their own form."""

    without: frozenset[Unkept] = frozenset()


@dataclass(frozen=True, slots=True)
class RiskSettings:
    """When a risk signal holds, and from which score on a person looks before something granted is carried out.

    Attributes:
        review_score: from 1 to 100; 0 asks nobody.
        large_amount: in the shop's currency; None is `refunds.approval_limit`, and without that no amount is large.
        burst_orders: so many orders by one contact or address within `burst_minutes` are many.
        product_orders: so many orders of one product within `burst_minutes` are many.
        late_days: a key reported later than this after its delivery is reported late.
        key_reporters: so many different buyers who report one key point at the shop.
        product_reporters: so many who report keys of one product within a week point at its supplier.
        shared_contacts: contacts that are many buyers', such as a distributor's: their orders are not counted together.
    """

    review_score: int = 60
    large_amount: Decimal | None = None
    burst_orders: int = 5
    burst_minutes: int = 60
    product_orders: int = 30
    late_days: int = 7
    key_reporters: int = 2
    product_reporters: int = 3
    shared_contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SupplierSettings:
    """What is expected of suppliers.

    Attributes:
        answer_hours: so long a supplier may take to answer a request; then the agent goes on without.
        alert_days, alert_complaints, alert_share: an alert is raised where within so many days so many orders, and such
            a share of those that buyers asked about, were complained of.
    """

    answer_hours: int = 24
    alert_days: int = 30
    alert_complaints: int = 5
    alert_share: Decimal = Decimal("0.30")


@dataclass(frozen=True, slots=True)
class WidgetSettings:
    """What the embedded chat shows and where it may be embedded."""

    origins: tuple[str, ...] = ()
    accent: str = "#2f6f5e"
    welcome: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """How a store signs what it tells: `env:NAME` each, where one is enough; two while one replaces the other."""

    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shop:
    """`shop.toml`, with defaults for all but `id` and `languages`."""

    id: str
    languages: tuple[str, ...]
    name: Mapping[str, str] = field(default_factory=dict)
    currency: str = "CNY"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    hours: Mapping[str, tuple[Span, ...]] | None = None
    """Spans by weekday (`mon` …); None is always open, a missing or empty day is closed.

    `holiday` and `workday`, where the shop has them, hold on public holidays and on the weekend days worked for them.

    A span whose end is not after its start runs past midnight into the next day; 24:00 is read as 00:00, so
    `(00:00, 00:00)` is the whole day.
    """
    profile: Mapping[str, str | Mapping[str, str] | tuple[str, ...]] = field(default_factory=dict)
    orders: OrderSource | None = None
    refunds: RefundLimits = field(default_factory=RefundLimits)
    deadlines: Deadlines = field(default_factory=Deadlines)
    routing: Routing = field(default_factory=Routing)
    assume: Mapping[str, object] = field(default_factory=dict)
    risk: RiskSettings = field(default_factory=RiskSettings)
    retention: Retention = field(default_factory=Retention)
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    widget: WidgetSettings = field(default_factory=WidgetSettings)
    webhook: WebhookSettings = field(default_factory=WebhookSettings)
    suppliers: SupplierSettings = field(default_factory=SupplierSettings)


@dataclass(frozen=True, slots=True)
class ShopFolder:
    """A whole shop folder that was found without fault. `findings` are for people, `digest` names the content."""

    shop: Shop
    articles: tuple[Article, ...]
    policies: tuple[PolicyVersion, ...]
    products: Mapping[str, Product]
    authorisations: tuple[Authorisation, ...]
    macros: tuple[Macro, ...]
    orders_csv: bytes | None
    findings: tuple[Fault, ...]
    digest: str
    utterances: tuple[OwnUtterance, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The findings as `file:line: message`."""
        return tuple(map(str, self.findings))
