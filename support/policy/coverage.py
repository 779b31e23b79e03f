"""What a policy leaves open: clauses that can never decide, and cases for which none speaks.

A case is a request, a reason and a delivery state, with every other fact unknown: a clause that may apply asks for what
it lacks, so that where the engine refers with no clause's name, none applies whatever the other facts are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from knowledge_base.errors import Fault
from knowledge_base.facts import DELIVERY_STATES
from knowledge_base.policy import REASONS, Clause, Request
from knowledge_base.rules import broken
from knowledge_base.shop import ShopFolder
from support.policy.engine import rule_on
from support.policy.fact_values import FactValue
from support.policy.facts import Fact
from support.policy.minor_units import minor_unit_of
from support.policy.overlap import overlaps
from support.policy.ruling import Trial
from support.policy.versions import clauses_in_force, for_request

PAID_STATES = tuple(state for state in DELIVERY_STATES if state not in {"unpaid", "expired"})
ASKED: tuple[Request, ...] = ("refund", "cancel", "reissue", "deliver", "exchange")
"""Requests that are about an order's delivery."""
_AT = datetime(2000, 1, 1, tzinfo=UTC)


Label = Callable[[str, str, str], str]
"""The word of a value: `label("en", "reason", "price_drop")`."""


def coverage(folder: ShopFolder, label: Label) -> tuple[Fault, ...]:
    """What the newest versions leave open, told in the words of `label`; nothing for a shop without policies."""
    if not folder.policies:
        return ()
    clauses = clauses_in_force(folder.policies, max(version.effective for version in folder.policies))
    return (*overlaps(clauses), *_gaps(folder, clauses, label))


def _gaps(folder: ShopFolder, clauses: Sequence[Clause], label: Label) -> Iterator[Fault]:
    source = clauses[0].source if clauses else "policies"
    for request in ASKED:
        mine = for_request(clauses, request)
        if not any(clause.requests for clause in mine):
            continue  # the shop does not speak of it at all, which is a choice
        if open_cases := dict(_open(folder, mine, request)):
            told = {lang: _listed(open_cases, lang, label) for lang in ("en", "zh")}
            yield broken(
                "policy.gap", source, 1, key=request, request=label("en", "request", request),
                request_zh=label("zh", "request", request), cases=told["en"], cases_zh=told["zh"],
            )  # fmt: skip


def _open(folder: ShopFolder, clauses: Sequence[Clause], request: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """`(reason, states)` that no clause speaks for."""
    for reason in REASONS:
        states = tuple(state for state in PAID_STATES if _is_open(folder, clauses, request, reason, state))
        if states:
            yield reason, states


def _is_open(folder: ShopFolder, clauses: Sequence[Clause], request: str, reason: str, state: str) -> bool:
    given: dict[str, FactValue] = {
        "claim.request": request,
        "claim.reason": reason,
        "delivery.state": state,
        "order.paid": True,
    }
    facts = {name: Fact(value, "check", _AT) for name, value in given.items()}
    currency = folder.shop.currency
    ruling, _ = rule_on(clauses, Trial(facts, currency, minor_unit_of(currency), traced=False))
    return ruling.verdict == "refer" and ruling.clause is None


def _listed(open_cases: Mapping[str, tuple[str, ...]], lang: str, label: Label) -> str:
    """`reason: a, b, state: any; and reason: c, …`: reasons that are open in the same states stand together."""
    reasons: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for reason, states in open_cases.items():
        reasons[states].append(reason)
    shape, mark = ("reason: {}, state: {}", "; and ") if lang == "en" else ("原因：{}，发货状态：{}", "；还有 ")
    return mark.join(
        shape.format(
            _names(names, REASONS, lang, lambda key: label(lang, "reason", key)),
            _names(states, PAID_STATES, lang, lambda key: label(lang, "state", key)),
        )
        for states, names in reasons.items()
    )


def _names(some: Iterable[str], every: Sequence[str], lang: str, word: Callable[[str], str]) -> str:
    """Each as `word [key]`; where there are more of them than others, all but those."""
    found = tuple(some)
    others = [name for name in every if name not in found]
    any_, but, comma = ("any", "any but {}", ", ") if lang == "en" else ("任何", "除 {} 外的任何", "、")
    named = comma.join(f"{word(name)} [{name}]" for name in (others if len(others) < len(found) else found))
    if not others:
        return any_
    return but.format(named) if len(others) < len(found) else named
