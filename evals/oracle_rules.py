"""The demo shop's policies as rules, sentence by sentence from the text that buyers read, in its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from evals.oracle import Rule, Test, Version
from evals.oracle_orders import Known

SHANGHAI = ZoneInfo("Asia/Shanghai")
GOODS = frozenset({"refund", "cancel", "reissue", "deliver", "exchange"})
MONEY = frozenset({"refund", "cancel"})
HANDED_OUT = ("delivered", "partially_delivered", "partially_refunded")
NOT_HANDED_OUT = ("not_delivered", "failed", "paid_undelivered_shortage")
PAID_BACK = ("item.paid_amount", "item.refunded_amount")
Value = Callable[[Known], Any]


def test(*names: str, holds: Value) -> Test:
    return Test(names, holds)


def is_true(name: str) -> Test:
    return test(name, holds=lambda k: k[name])


def is_false(name: str) -> Test:
    return test(name, holds=lambda k: not k[name])


def one_of(name: str, *values: object) -> Test:
    return test(name, holds=lambda k: k[name] in values)


def said(*reasons: str) -> Test:
    """About those who gave this reason; who gave none is not asked for it here."""
    return test(holds=lambda k: k.get("claim.reason") in reasons)


def shown_true(name: str) -> Test:
    """Where our record says so; where it says nothing, this is not about it."""
    return test(holds=lambda k: bool(k.get(name)))


def at_least(name: str, least: int) -> Test:
    return test(name, holds=lambda k: k[name] >= least)


def within(of: str, limit: Value, *names: str, beyond: bool = False) -> Test:
    """Not later than `limit` after the moment `of`, to the second; `beyond` for later than that."""
    return test(of, *names, holds=lambda k: (k["now"] - k[of] > limit(k)) is beyond)


def promised(k: Known) -> timedelta:
    return timedelta(minutes=k["delivery.promised_minutes"])


def days(count: int) -> Value:
    return lambda k: timedelta(days=count)


def product_days(name: str) -> Value:
    return lambda k: timedelta(days=k[name])


def person(id: str, priority: str, *tests: Test, requests: frozenset[str] | None = GOODS) -> Rule:
    return Rule(id, requests, tests, "refer", "priority", lambda k: priority)


def no(id: str, reason: str, requests: set[str], *tests: Test) -> Rule:
    return Rule(id, frozenset(requests), tests, "refuse", "reason", lambda k: reason)


def money(id: str, *tests: Test, value: Value, names: tuple[str, ...] = PAID_BACK) -> Rule:
    return Rule(id, MONEY, tests, "grant", "refund", value, names)


def goods(id: str, kind: str, requests: set[str], *tests: Test, value: Value, names: tuple[str, ...] = ()) -> Rule:
    return Rule(id, frozenset(requests), tests, "grant", kind, value, names)


def all_of_it(k: Known) -> Decimal:
    return Decimal(k["item.paid_amount"] - k["item.refunded_amount"])


def owed(k: Known) -> int:
    return int(k["item.quantity"] - k["item.delivered_quantity"])


def surplus(k: Known) -> Decimal:
    """One payment is kept, the others go back."""
    count = Decimal(k["payment.count"])
    return Decimal(k["item.paid_amount"]) * (count - 1) / count - Decimal(k["item.refunded_amount"])


def undelivered_part(k: Known) -> Decimal:
    worth = Decimal(k["item.paid_amount"]) * owed(k) / Decimal(k["item.quantity"])
    return worth - Decimal(k["item.refunded_amount"])


def too_much(k: Known) -> Decimal:
    return all_of_it(k) - Decimal(k["item.price_now"] * k["item.quantity"])


STATE = "delivery.state"
QUANTITIES = ("item.quantity", "item.delivered_quantity")
DELIVERED, PENDING, PARTLY = (one_of(STATE, name) for name in ("delivered", "paid_pending", "partially_delivered"))
OVERDUE = within("order.paid_at", promised, "delivery.promised_minutes", beyond=True)
IN_TIME = within("order.paid_at", promised, "delivery.promised_minutes")
SOLD_TWICE = shown_true("delivery.duplicate_sale")
EVIDENCE = at_least("claim.evidence", 1)
UNWANTED = test("claim.reason", holds=lambda k: k["claim.reason"] == "changed_mind")
GAVE_A_REASON = test("claim.reason", holds=lambda k: k["claim.reason"] != "")
HALF_AN_HOUR = timedelta(minutes=30)


def proven(id: str, reason: str) -> Rule:
    """Goods that are wrong somehow: a person looks at the evidence."""
    return person(id, "normal", said(reason), one_of(STATE, *HANDED_OUT), EVIDENCE)


PEOPLE_FIRST = (
    person("minor-guardian", "urgent", said("minor"), requests=None),
    person("minor-confirmed", "urgent", shown_true("buyer.minor")),
    person("chargeback", "urgent", said("chargeback"), requests=None),
    person("counterfeit", "urgent", said("counterfeit"), requests=None),
    person("frozen-hold", "urgent", is_true("order.frozen")),
    person("risk-review", "urgent", test(holds=lambda k: k.get("risk.score", 0) >= 80)),
)
ASKED_ABOUT_REVIEW = (person("risk-hold-claim", "high", said("risk_hold")),)
PAYMENT = (
    person("payment-not-shown", "high", is_false("order.paid")),
    person("refund-recorded", "normal", one_of(STATE, "refunded")),
    money(
        "duplicate-payment-refund", said("duplicate_payment"), at_least("payment.count", 2), value=surplus,
        names=("payment.count", *PAID_BACK),
    ),
    person(
        "duplicate-payment-check", "high", said("duplicate_payment"),
        test("payment.count", holds=lambda k: k["payment.count"] < 2),
    ),
)  # fmt: skip
UNDELIVERED = (
    money("undelivered-refund", is_true("order.paid"), one_of(STATE, *NOT_HANDED_OUT), value=all_of_it),
    goods(
        "undelivered-deliver", "deliver", {"deliver", "reissue"}, is_true("order.paid"), one_of(STATE, "not_delivered"),
        value=owed, names=QUANTITIES,
    ),
    person(
        "undelivered-person", "high", one_of(STATE, *NOT_HANDED_OUT),
        requests=frozenset({"deliver", "reissue", "exchange"}),
    ),
)  # fmt: skip
IN_WORK = (
    person("wrong-account-hold", "urgent", said("wrong_account"), PENDING),
    money("pending-overdue-refund", PENDING, OVERDUE, one_of("delivery.kind", "manual"), value=all_of_it),
    person("pending-overdue-person", "high", PENDING, OVERDUE),
    person("pending-cancel", "high", PENDING, requests=frozenset({"cancel"})),
)
NOT_WANTED_IN_WORK = (
    person(
        "pending-changed-mind", "high", said("changed_mind"), PENDING, requests=frozenset({"refund", "exchange"})
    ),
)  # fmt: skip
WAIT = (
    goods(
        "pending-wait", "wait", {"refund", "deliver", "reissue", "exchange"}, PENDING, IN_TIME,
        value=lambda k: k["delivery.promised_minutes"], names=("delivery.promised_minutes",),
    ),
)  # fmt: skip
ONE_PIECE = one_of("item.quantity", 1)
SOLD_TWICE_RULES = (
    money("duplicate-sale-refund", SOLD_TWICE, ONE_PIECE, value=all_of_it),
    goods("duplicate-sale-reissue", "reissue", {"reissue", "exchange"}, SOLD_TWICE, ONE_PIECE, value=lambda k: 1),
)
BAD_KEYS = (proven("key-invalid", "key_invalid"), proven("key-used", "key_used"))
REGION_EXCHANGE = (
    goods(
        "region-exchange", "exchange", {"exchange"}, said("wrong_region"), DELIVERED,
        one_of("item.product", "nebula-intl-50"), is_false("delivery.redeemed"), value=lambda k: "nebula-card-50",
    ),
)  # fmt: skip
WRONG_GOODS = (proven("wrong-region", "wrong_region"), proven("wrong-product", "wrong_product"))
TOP_UP_WAIT = (
    goods(
        "top-up-wait", "wait", set(GOODS), said("top_up_missing"), DELIVERED,
        test("order.paid_at", holds=lambda k: k["now"] - k["order.paid_at"] < HALF_AN_HOUR), value=lambda k: 30,
    ),
)  # fmt: skip
AFTER_DELIVERY = (
    person("top-up-missing", "high", said("top_up_missing"), DELIVERED, EVIDENCE),
    person("wrong-account-done", "normal", said("wrong_account"), one_of(STATE, *HANDED_OUT)),
    person("not-received", "normal", DELIVERED, said("not_delivered", "partial_delivery", "paid_shows_unpaid")),
    person("account-banned", "normal", said("account_banned"), EVIDENCE),
    money("partial-refund", PARTLY, value=undelivered_part, names=(*PAID_BACK, *QUANTITIES)),
    goods(
        "partial-deliver", "deliver", {"deliver", "reissue", "exchange"}, PARTLY, value=owed, names=QUANTITIES
    ),
)  # fmt: skip
OFTEN = (
    person(
        "frequent-claims", "normal", test(holds=lambda k: k.get("buyer.claims_90d", 0) >= 5),
        requests=frozenset({"refund", "reissue", "exchange"}),
    ),
)  # fmt: skip
NOT_ACTIVE = (said("membership_inactive"), one_of("item.kind", "membership"), DELIVERED)


def warranty(limit: Value, *names: str) -> tuple[Rule, ...]:
    asks = {"refund", "reissue", "exchange"}
    inside = within("delivery.delivered_at", limit, *names)
    outside = within("delivery.delivered_at", limit, *names, beyond=True)
    return (
        goods("membership-warranty", "reissue", asks, *NOT_ACTIVE, inside, EVIDENCE, value=lambda k: 1),
        no("membership-warranty-over", "out_of_warranty", asks, *NOT_ACTIVE, outside),
    )


OTHERS_NOT_ACTIVE = (person("membership-other", "normal", said("membership_inactive"), DELIVERED, EVIDENCE),)
PREPAID = (
    money(
        "prepaid-seven-days", one_of("item.kind", "prepaid"), within("order.paid_at", days(7)),
        is_false("delivery.redeemed"), value=all_of_it,
    ),
    person(
        "prepaid-balance", "normal", one_of("item.kind", "prepaid"),
        requests=frozenset({"refund", "cancel", "exchange"}),
    ),
)  # fmt: skip
RETURN_PROMISE = (
    money(
        "return-promise", DELIVERED, shown_true("item.return_days"), UNWANTED,
        within("delivery.delivered_at", product_days("item.return_days")), is_false("delivery.redeemed"),
        value=all_of_it,
    ),
)  # fmt: skip
REST = (
    no(
        "no-return-refusal", "no_return_confirmed", {"refund", "cancel", "exchange"}, DELIVERED, UNWANTED,
        is_true("order.no_return_confirmed"),
    ),
    person(
        "changed-mind-unconfirmed", "normal", DELIVERED, UNWANTED, is_false("order.no_return_confirmed"),
        requests=frozenset({"refund", "cancel", "exchange"}),
    ),
    person("find-key", "normal", DELIVERED, requests=frozenset({"deliver"})),
    person("other-delivered", "normal", DELIVERED, GAVE_A_REASON, requests=frozenset({"reissue", "exchange"})),
    person("invoice-issue", "normal", is_true("order.paid"), requests=frozenset({"invoice"})),
    person("privacy-request", "normal", requests=frozenset({"privacy"})),
    person("complaint-intake", "high", requests=frozenset({"complaint"})),
)  # fmt: skip


def price(count: int) -> tuple[Rule, ...]:
    """The price guarantee of `count` days."""
    start = (said("price_drop"), is_true("order.paid"))
    known = ("item.price_now", "item.quantity", *PAID_BACK)
    inside, outside = (within("order.paid_at", days(count), beyond=beyond) for beyond in (False, True))
    lower, not_lower = test(*known, holds=lambda k: too_much(k) > 0), test(*known, holds=lambda k: too_much(k) <= 0)
    refund = Rule(
        "price-drop-refund", frozenset({"refund"}), (*start, inside, lower), "grant", "refund", too_much, known
    )
    return (
        refund,
        no("price-drop-over", "price_guarantee_over", {"refund"}, *start, outside),
        no("price-not-lower", "price_not_lower", {"refund"}, *start, inside, not_lower),
        person("coupon-check", "low", said("coupon"), requests=MONEY),
    )


OF_2025 = (
    *PEOPLE_FIRST, *PAYMENT, *UNDELIVERED, *IN_WORK, *WAIT, *SOLD_TWICE_RULES, *BAD_KEYS, *WRONG_GOODS,
    *AFTER_DELIVERY, *warranty(days(30)), *PREPAID, *REST, *price(3),
)  # fmt: skip
OF_2026 = (
    *PEOPLE_FIRST, *ASKED_ABOUT_REVIEW, *PAYMENT, *UNDELIVERED, *IN_WORK, *NOT_WANTED_IN_WORK, *WAIT,
    *SOLD_TWICE_RULES, *BAD_KEYS, *REGION_EXCHANGE, *WRONG_GOODS, *TOP_UP_WAIT, *AFTER_DELIVERY, *OFTEN,
    *warranty(product_days("item.warranty_days"), "item.warranty_days"), *OTHERS_NOT_ACTIVE, *PREPAID,
    *RETURN_PROMISE, *REST, *price(7),
)  # fmt: skip
VERSIONS = (
    Version(datetime(2025, 1, 1, tzinfo=SHANGHAI), OF_2025),
    Version(datetime(2026, 1, 1, tzinfo=SHANGHAI), OF_2026),
)
