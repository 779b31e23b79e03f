"""A reply drafted from a case: only sentences of ours over facts, verdict and sources, and where these carry no
answer it says so instead of guessing one.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog

from support.assistant.answerable import SURE_ANSWER
from support.assistant.cards import order_card
from support.assistant.citing import cite, cite_hit
from support.assistant.compose_case import cite_order, order_status
from support.assistant.compose_decision import ASKABLE
from support.assistant.phrases import keys, label, phrase
from support.assistant.state import Draft, Json, ShopView
from support.assistant.units import SENTENCE
from support.assistant.verify import named_amounts, problems
from support.assistant.why.names import Names, outcome_words
from support.assistant.wording import money, sentence
from support.orders.order import Order, OrderItem

Basis = Literal["decided", "found", "missing", "person", "none"]
"""What carries the answer: a verdict or a source; or that facts are missing, the policy leaves it to a person, or
nothing that the shop says speaks of it."""
NO_MATTER = frozenset({"human", "contest", "other", "unanswered"})
"""Reasons that say who is wanted, and not what it is about."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Case:
    """What a reply may be made of.

    Attributes:
        asked: the buyer's own words that tell what it is about.
        order: the order, only if this buyer has proved that it is theirs; `item` the one in question.
        proof: of the latest decision; `missing` are the facts that it still needs, by their names.
        overruled: people have decided otherwise, so that nothing is said of that decision.
    """

    view: ShopView
    lang: str
    reason: str
    asked: str
    now: datetime
    order: Order | None = None
    item: OrderItem | None = None
    proof: Json | None = None
    missing: Sequence[str] = ()
    overruled: bool = False


@dataclass(frozen=True, slots=True)
class CaseReply:
    """The draft, with its citations; `allowed` is what the verdict grants, in a sentence, else empty."""

    text: str
    citations: tuple[Json, ...]
    basis: Basis
    allowed: str = ""


def drafting(case: Case) -> Generator[str, None, CaseReply]:
    """The reply that the case carries, checked like every answer of the assistant.

    Each sentence is yielded once it is composed and checked. Joined they are the reply's text, unless a later one does
    not hold: the reply is its opening alone then.
    """
    draft = Draft(lines=[_opening(case)], allowed=set(named_amounts(case.view.folder.products.values())))
    told = _Told(case, draft)
    yield from told.new()
    _tell_order(case, draft)
    yield from told.new()
    if case.overruled:
        draft.lines.append(phrase(case.lang, "reply.overruled"))
        yield from told.new()
        return _checked(case, draft, "person", "")
    allowed = _tell_verdict(case, draft)
    found = False if allowed is not None else _tell_source(case, draft)
    yield from told.new()
    _ask(case, draft, bare=allowed is None and not found)
    yield from told.new()
    return _checked(case, draft, "decided" if allowed is not None else _lack(case, found), allowed or "")


@dataclass(slots=True)
class _Told:
    """What was told of a draft so far; after a sentence that does not hold nothing more is."""

    case: Case
    draft: Draft
    text: str = ""
    lines: int = 0
    holds: bool = True

    def new(self) -> Iterator[str]:
        """The sentences that have come since."""
        lines, self.lines = self.draft.lines[self.lines :], len(self.draft.lines)
        for line in filter(None, lines):
            for n, fresh in enumerate(SENTENCE.findall(line)):
                piece = ("\n\n" if self.text and not n else "") + fresh
                self.holds = self.holds and not _wrong(self.case, self.draft, self.text + piece)
                if not self.holds:
                    return
                self.text += piece
                yield piece


def _wrong(case: Case, draft: Draft, text: str) -> Sequence[str]:
    held = "\n".join((case.asked, *draft.held, *draft.lines))
    return problems(draft, text, lambda: held, may_promise=_verdict(case) == "grant")


def _checked(case: Case, draft: Draft, basis: Basis, allowed: str) -> CaseReply:
    text = "\n\n".join(line for line in draft.lines if line)
    if wrong := _wrong(case, draft, text):
        log.warning("a draft for an agent was not shown", kind=wrong[0].split()[0])
        return CaseReply(draft.lines[0], (), "none")
    return CaseReply(text, tuple(draft.citations), basis, allowed)


def _verdict(case: Case) -> str | None:
    return case.proof["verdict"] if case.proof else None


def _opening(case: Case) -> str:
    if case.reason in NO_MATTER:
        return phrase(case.lang, "reply.opening_plain")
    return phrase(case.lang, "reply.opening", reason=label(case.lang, "reason", case.reason))


def _lack(case: Case, found: bool) -> Basis:
    """What there is in a verdict's place: an article may help the buyer on and settles no case."""
    if case.missing or _verdict(case) == "need":
        return "missing"
    if _verdict(case) == "refer" and case.proof and case.proof["clause"]:
        return "person"
    return "found" if found else "none"


def _tell_order(case: Case, draft: Draft) -> None:
    if case.order is None:
        return
    rows = (case.item,) if case.item else case.order.items
    told = [order_status(case.view, case.lang, case.order, row) for row in rows]
    mark = cite_order(draft, case.order, order_card(case.order, case.view.folder, case.lang))
    draft.lines += [f"{told[0]} {mark}", *told[1:]]


def _tell_verdict(case: Case, draft: Draft) -> str | None:
    """What was decided, by its clause; None where the verdict leaves the answer open."""
    proof = case.proof
    if proof is None or proof["verdict"] not in {"grant", "refuse"}:
        return None
    if refund := (proof["outcome"] or {}).get("refund"):
        draft.allowed.add(money(refund["amount"], refund["currency"]))
    words = outcome_words(Names(case.lang, case.view.folder), proof)
    draft.held.add(words)
    intro = _clause(case, draft, proof["clause"])
    draft.lines.append(intro + words if intro else words[:1].upper() + words[1:])
    if proof["verdict"] == "refuse":
        draft.lines.append(phrase(case.lang, "reply.routes"))
        return ""
    return words


def _clause(case: Case, draft: Draft, ref: Json | None) -> str:
    for version in case.view.folder.policies if ref else ():
        if ref and (version.policy, version.effective.isoformat()) == (ref["policy"], ref["effective"]):
            own = next((one for one in version.clauses if one.id == ref["id"]), None)
            clause = version.translations.get((case.lang, ref["id"])) or own
            if clause is not None:
                mark = cite(draft, "clause", f"{ref['policy']}/{ref['id']}", clause.title, clause.text)
                return phrase(case.lang, "decision.intro", clause=clause.title, mark=mark)
    return ""


def _tell_source(case: Case, draft: Draft) -> bool:
    """What the shop says on it, quoted; only where it is as sure as the assistant has to be."""
    shop = case.view.folder.shop
    day = case.now.astimezone(shop.timezone).date()
    found = case.view.search.search(case.asked, k=2, lang=case.lang, on=day, kinds=("article",))
    if not found.hits or found.answerable < SURE_ANSWER or found.hits[0].passage.lang[:2] != case.lang[:2]:
        return False
    quote, mark = cite_hit(draft, case.view.folder, found.hits[0], case.asked)
    draft.lines.append(phrase(case.lang, "answer.found", text=quote, mark=mark))
    return True


def _ask(case: Case, draft: Draft, bare: bool) -> None:
    """Ask the buyer for what only the buyer knows."""
    missing = [name for name in case.missing if name in ASKABLE]
    asks = [f"ask.{name.removeprefix('claim.')}" for name in missing if name in {"claim.evidence", "claim.detail"}]
    prepare = f"handoff.prepare_{case.reason}"
    if not asks and bare and prepare in keys(case.lang):
        asks = [prepare]
    if asks:
        draft.lines.append(sentence(case.lang, *(phrase(case.lang, key) for key in asks)))
    elif bare:
        draft.lines.append(phrase(case.lang, "reply.checking"))
