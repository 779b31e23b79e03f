"""Policies: the text that people read and the rule that decides, together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Request = Literal["refund", "cancel", "reissue", "deliver", "exchange", "invoice", "privacy", "complaint"]
OutcomeKind = Literal["refund", "deliver", "reissue", "exchange", "wait", "refuse", "refer"]

REQUESTS: tuple[Request, ...] = (
    "refund",
    "cancel",
    "reissue",
    "deliver",
    "exchange",
    "invoice",
    "privacy",
    "complaint",
)
REASONS: tuple[str, ...] = (
    "not_delivered", "paid_shows_unpaid", "duplicate_payment", "partial_delivery", "key_invalid", "key_used",
    "wrong_region", "wrong_product", "changed_mind", "top_up_missing", "wrong_account", "membership_inactive",
    "account_banned", "counterfeit", "price_drop", "coupon", "invoice", "minor", "chargeback", "risk_hold", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WhenLine:
    """One line of a clause's `when`: a CEL expression, the facts that it names, and where it stands."""

    text: str
    facts: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a clause gives: `value` is a CEL expression (refund, deliver, reissue, wait), a product id (exchange),
    a phrase key (refuse) or a priority (refer)."""

    kind: OutcomeKind
    value: str
    facts: tuple[str, ...] = ()

    def as_then(self) -> dict[str, object]:
        """The outcome as a clause block writes it."""
        if self.kind == "refuse":
            return {"refuse": {"reason": self.value}}
        if self.kind == "refer":
            return {"refer": {"priority": self.value}}
        return {"grant": {self.kind: self.value}}


@dataclass(frozen=True, slots=True)
class Example:
    """A worked case beside a clause, run by the check: facts in, the decision expected."""

    request: str
    facts: Mapping[str, object]
    expect: Mapping[str, object]
    now: str
    line: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of one version of a policy, in one language."""

    policy: str
    id: str
    title: str
    text: str
    lang: str
    effective: date
    requests: tuple[str, ...]
    when: tuple[WhenLine, ...]
    then: Outcome
    sha256: str
    examples: tuple[Example, ...] = ()
    source: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """All clauses of a policy that took effect on one day, in file order, in the deciding language."""

    policy: str
    effective: date
    order: int | None
    title: Mapping[str, str]
    clauses: tuple[Clause, ...]
    translations: Mapping[tuple[str, str], Clause]
    """`(lang, clause id)` to the clause's text in that language, the deciding one included."""
