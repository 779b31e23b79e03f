"""The last check: nothing leaves that facts, decision or sources do not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from knowledge_base.product import Product
from support.assistant.commitments import promises
from support.assistant.phrases import figures, phrase
from support.assistant.state import Draft, TicketRequest, TurnState
from support.assistant.wording import moment

log = structlog.get_logger()
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d:\d\d|Z)")

AMOUNT = re.compile(
    r"(?:HK)?[¥￥$€£]\s?\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)?\s?(?:元|块钱?|CNY|RMB|USD|EUR|dollars|yuan)"
)
DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
MARK = re.compile(r"\[(\d+)\]")
SLOT = re.compile(r"\{[a-z_]+\d*\}")
DAY = re.compile(r"(?<![\d-])\d{4}-\d\d-\d\d(?!\d)|\d{1,2}\s?月\s?\d{1,2}\s?[日号]")
CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d\d(?![\d:])")
SPAN = re.compile(
    r"\d+(?:\.\d+)?\s?(?:个?(?:分钟|小时|工作日|自然日|月(?!\s?\d)|星期)|天|周|年(?!\d)|秒"
    r"|(?:business |working )?(?:seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?)\b)"
)
SHARE = re.compile(r"\d+(?:\.\d+)?\s?[%％]|\d(?:\.\d)?\s?折|百分之[一二三四五六七八九十百\d]+")
ORDER = re.compile(r"(?<![A-Za-z0-9-])(?=[A-Za-z0-9-]*\d{6})[A-Za-z0-9][A-Za-z0-9-]{7,}(?![A-Za-z0-9])")
LINK = re.compile(r"(?:https?://|www\.)[^\s）)】」，。；]+", re.IGNORECASE)
BACKED: Mapping[str, re.Pattern[str]] = {
    "day": DAY, "time": CLOCK, "span": SPAN, "share": SHARE, "order": ORDER, "link": LINK,
}  # fmt: skip
"""What has to stand in a fact, a source, the decision or what the buyer wrote."""


def verify(state: TurnState) -> TurnState:
    """Keep the draft if all it says is held, else say plainly that there is no answer to trust."""
    state["given"].on_step("step.verify")
    draft = state["draft"]
    draft.allowed |= set(named_amounts(state["given"].shop.folder.products.values()))
    found = problems(draft, "\n".join(draft.lines), partial(backing, state), may_promise(state))
    if not found:
        return {"draft": draft, "flags": state["flags"]}
    safe = Draft(
        lines=[phrase(state["understanding"].lang, "answer.failed")],
        ticket=draft.ticket or TicketRequest("unanswered"), answered=False,
    )  # fmt: skip
    log.warning("an answer was not sent", shop=state["given"].shop.folder.shop.id, kind=found[0].split()[0])
    return {"draft": safe, "decision": None, "flags": state["flags"] | {f"unverified: {found[0].split()[0]}"}}


def problems(
    draft: Draft, text: str, held: Callable[[], str] = lambda: "", may_promise: bool = False
) -> tuple[str, ...]:  # fmt: skip
    """What the text says that nothing holds: figures of each kind, citation marks, unfilled slots, promises.

    `held` is all that facts, decision and the buyer's own words say beside the quotes, looked at only where needed.
    """
    quotes = " ".join(str(entry["quote"]) for entry in draft.citations)
    amounts = {_plain(amount) for amount in (*_amounts(quotes), *draft.allowed)}
    wild = [f"amount {amount}" for amount in _amounts(text) if _plain(amount) not in amounts]
    known = {str(entry["n"]) for entry in draft.citations}
    marks = [f"mark [{n}]" for n in MARK.findall(text) if n not in known and f"[{n}]" not in quotes]
    slots = [f"slot {slot}" for slot in SLOT.findall(text) if slot not in quotes]
    return (*wild, *marks, *slots, *_unbacked(text, quotes, held), *(() if may_promise else _promised(text, quotes)))


def may_promise(state: TurnState) -> bool:
    """Whether a verdict stands behind a promise: something was granted, or the buyer confirmed what had been."""
    decision, confirmed = state.get("decision"), state["given"].memory.confirm
    return (decision is not None and decision.verdict == "grant") or (state["plan"] == "confirm" and bool(confirmed))


def backing(state: TurnState) -> str:
    """All that is known in this turn, as one text: order, decision, the products meant, what the buyer wrote."""
    given, located = state["given"], state["located"]
    catalogue, zone, decision = given.shop.folder.products, given.shop.folder.shop.timezone, state.get("decision")
    known: list[object] = [state["text"], *given.form.values(), given.memory.order, state["memory"].order]
    known += [given.memory.detail, *state["draft"].allowed, *state["draft"].held, figures(state["understanding"].lang)]
    known += state.get("products", ())
    if located.order is not None:
        known += [catalogue.get(item.product_id or "") for item in located.order.items]
        known += _told(located.order, zone)
    if decision is not None:
        known += [decision.outcome, *_told(decision.proof.get("facts"), zone)]
    return "\n".join(map(str, known))


def _unbacked(text: str, quotes: str, held: Callable[[], str]) -> list[str]:
    found = [
        (kind, match) for kind, pattern in BACKED.items() for match in pattern.findall(text) if match not in quotes
    ]  # fmt: skip
    if not found:
        return []
    known = _spaceless(f"{quotes} {held()}").upper()
    return [f"{kind} {match}" for kind, match in found if not _held(kind, match, known)]


def _held(kind: str, match: str, known: str) -> bool:
    """A span counts as held where its number is: facts hold minutes and days as bare numbers."""
    if _spaceless(match).upper() in known:
        return True
    number = DIGITS.match(match)
    return (
        kind == "span" and number is not None and bool(re.search(rf"(?<![\d.]){re.escape(number[0])}(?![\d])", known))
    )


def _promised(text: str, quotes: str) -> list[str]:
    own = text
    for line in quotes.splitlines():
        own = own.replace(line, " ") if len(line) > 3 else own
    return [f"promise {match}" for match in promises(own)]


def _told(value: object, zone: ZoneInfo) -> list[str]:
    """A value's words, and each time in it as people read it in the shop's zone."""
    text = str(value)
    times = [moment(datetime.fromisoformat(found), zone) for found in ISO.findall(text)]
    times += [moment(at, zone) for at in _times(value)]
    return [text, *times]


def _times(value: object) -> Iterable[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _times(one)
    elif isinstance(value, Mapping):
        yield from _times(list(value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _times([getattr(value, one.name) for one in fields(value)])


def _spaceless(text: str) -> str:
    return re.sub(r"\s+", "", text)


def named_amounts(products: Iterable[Product]) -> Iterable[str]:
    """Amounts that are part of a product's name, such as a card's face value."""
    return (amount for product in products for name in product.name.values() for amount in _amounts(name))


def _amounts(text: str) -> Iterable[str]:
    return AMOUNT.findall(text)


def _plain(amount: str) -> str:
    """`¥1,030.50`, `1030.5 元` and `1030.50` are one amount."""
    digits = DIGITS.search(amount)
    number = digits.group().replace(",", "") if digits else amount
    return number.rstrip("0").rstrip(".") if "." in number else number
