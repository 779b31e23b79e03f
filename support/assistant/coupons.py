"""Answering about a coupon's code from the store: whether it can be used now, why not, for what and until when."""

from __future__ import annotations

import re

from support.assistant.guard import visible
from support.assistant.phrases import listed, phrase
from support.assistant.state import Draft, TurnState
from support.assistant.wording import moment, money, sentence
from support.orders.connector import Connector, HoldsCoupons, LiveCoupon, StoreUnavailable

TOPICS = frozenset({"coupon_how", "coupon_problem"})
PLANS = frozenset({"question", "case", "unsure"})
MOST_CODES = 3
_NAMED = re.compile(
    r"优惠[码券]|優惠[碼券]|折扣[码碼券]|\b(?:coupons?|vouchers?|promo(?:tional)?|discount codes?)\b", re.IGNORECASE
)
_CODE = re.compile(r"(?<![A-Za-z0-9_.@-])[A-Za-z0-9][A-Za-z0-9_-]{2,39}(?![A-Za-z0-9_@-])", re.ASCII)


def tell_coupon(state: TurnState, draft: Draft) -> bool:
    """Say what the store knows of the code that is asked about; False where none is, or nothing is known of it."""
    meaning, connector = state["understanding"], state["given"].shop.connector
    on_topic = meaning.topic in TOPICS
    if connector is None or state["plan"] not in PLANS or not (on_topic or _NAMED.search(state["text"])):
        return False
    codes = codes_of(state)
    try:
        coupon = next((found for code in codes if (found := connector.coupon(code, state["given"].now))), None)
        lines = _lines(state, draft, coupon) if coupon else _missing(connector, codes if on_topic else (), meaning.lang)
    except StoreUnavailable:
        lines = [phrase(meaning.lang, "coupon.unavailable", code=codes[0])] if codes and on_topic else []
    if not lines:
        return False
    draft.lines.append(sentence(meaning.lang, *lines))
    return True


def codes_of(state: TurnState) -> tuple[str, ...]:
    """What may be a coupon's code: written with a digit or in capitals, and neither order number nor proof."""
    meaning = state["understanding"]
    others = {meaning.order_number, state["memory"].order, *meaning.proofs}
    words = dict.fromkeys(match.group() for match in _CODE.finditer(visible(state["text"])))
    odd = (word for word in words if any(sign.isdigit() for sign in word) or (word.isupper() and len(word) > 3))
    return tuple(word for word in odd if word.upper() not in others and word not in others)[:MOST_CODES]


def _missing(connector: Connector, codes: tuple[str, ...], lang: str) -> list[str]:
    """That there is no such coupon, where the store would know."""
    knows = bool(codes) and isinstance(connector, HoldsCoupons) and connector.holds_coupons()
    return [phrase(lang, "coupon.missing", code=codes[0])] if knows else []


def _lines(state: TurnState, draft: Draft, coupon: LiveCoupon) -> list[str]:
    lang, shop = state["understanding"].lang, state["given"].shop.folder.shop
    ends_at = moment(coupon.ends_at, shop.timezone) if coupon.ends_at else None
    draft.held |= {coupon.code, str(ends_at)}
    if coupon.fault == "expired" and ends_at:
        return [phrase(lang, "coupon.expired_at", code=coupon.code, ends_at=ends_at)]
    if coupon.fault:
        return [phrase(lang, f"coupon.{coupon.fault}", code=coupon.code)]
    lines = [phrase(lang, "coupon.valid" if coupon.valid else "coupon.uncertain", code=coupon.code)]
    if ends_at:
        lines.append(phrase(lang, "coupon.until", ends_at=ends_at))
    if coupon.min_amount is not None:
        least = money(coupon.min_amount, shop.currency)
        draft.allowed.add(least)
        lines.append(phrase(lang, "coupon.least", amount=least))
    return [*lines, *_scope(state, coupon)]


def _scope(state: TurnState, coupon: LiveCoupon) -> list[str]:
    """The products that it is for, by their names; an id says nothing to a buyer."""
    lang, shop = state["understanding"].lang, state["given"].shop
    if coupon.products is None:
        return []
    if not coupon.products:
        return [phrase(lang, "coupon.for_all")]
    known = [shop.product_name(one, lang) for key in coupon.products if (one := shop.folder.products.get(key))]
    live = [] if known else [_live_name(state, key) for key in coupon.products[:MOST_CODES]]
    names = known or [name for name in live if name]
    return [phrase(lang, "coupon.only_for", products=listed(lang, names))] if names else []


def _live_name(state: TurnState, product_id: str) -> str | None:
    connector = state["given"].shop.connector
    live = connector.product(product_id, state["given"].now) if connector else None
    return live.name if live else None
