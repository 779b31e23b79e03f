"""The mapping of any store's HTTP interface: `source = "http"`, JSON paths written in TOML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from support.orders.http_store import MISSING, TIMEOUT_SECONDS, HttpStore
from support.orders.json_path import is_path
from support.orders.mapping import Kinds, Section, Statuses, read_kinds, read_statuses
from support.orders.signature import ALGORITHMS, PLACES, Signature

OF_ORDER = (
    "number", "currency", "created_at", "paid_at", "paid_amount", "refunded_amount", "frozen", "no_return_confirmed",
    "payment_ref", "contact", "buyer", "distributor", "supplier", "note", "items",
)  # fmt: skip
OF_ITEM = (
    "product", "name", "quantity", "delivered_quantity", "unit_price", "paid_amount", "refunded_amount",
    "delivered_at", "redeemed", "redeemed_at", "keys",
)  # fmt: skip
OF_PRODUCT = ("id", "name", "price", "stock", "on_sale", "min_quantity", "max_quantity")
OF_COUPON = ("code", "open", "uses_left", "starts_at", "ends_at", "min_amount", "product")
OF_PAYMENT = ("ref", "amount")
ASKED = {
    "order": ("number",), "prove": ("number", "proof"), "buyer": ("buyer", "limit"), "newest": ("limit",),
    "product": ("product",), "coupon": ("code",),
}  # fmt: skip
"""The requests, and what each may name in braces."""


@dataclass(frozen=True, slots=True)
class JsonMapping:
    """Where one kind of thing lies in an answer, and where in it its values do."""

    at: str | None
    list: str | None
    paths: Mapping[str, str]
    proofs: tuple[str, ...]
    only: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class HttpMapping:
    """A store's interface. A request that it does not answer is missing from `requests`."""

    requests: Mapping[str, str]
    order: JsonMapping
    item: JsonMapping
    payment: JsonMapping | None
    product: JsonMapping
    coupon: JsonMapping
    status: str
    statuses: Statuses
    kinds: Kinds
    placeholders: frozenset[str]
    unit: Decimal


def read_http_mapping(options: Mapping[str, object]) -> HttpMapping:
    """The mapping of `[orders]`. Raises MappingFault."""
    top = Section("", options)
    top.only((
        "timezone", "timeout_seconds", "money_unit", "request", "sign", "order", "item", "payment", "product",
        "coupon", "status", "kind", "keys",
    ))  # fmt: skip
    payment, status = top.section("payment"), top.section("status")
    return HttpMapping(
        requests=_requests(top.section("request")),
        order=_json(top.section("order"), OF_ORDER, ("number",)),
        item=_json(top.section("item"), OF_ITEM, ()),
        payment=_json(payment, OF_PAYMENT, ("ref",)) if payment else None,
        product=_json(top.section("product"), OF_PRODUCT, ()),
        coupon=_json(top.section("coupon"), OF_COUPON, ()),
        status=status.needed("path"),
        statuses=read_statuses(status, "path"),
        kinds=read_kinds(top.section("kind"), "path"),
        placeholders=frozenset(top.section("keys").texts("placeholders")),
        unit=top.amount("money_unit", "1"),
    )


def open_http(url: str, options: Mapping[str, object], secret: Callable[[str], str]) -> HttpStore:
    """The store behind a mapping; `secret` reads what is written `env:NAME`. Raises StoreUnavailable."""
    top = Section("", options)
    request = top.section("request")
    headers = request.section("headers")
    return HttpStore(
        url,
        {name: secret(headers.needed(name)) for name in headers.values},
        _signature(top.section("sign"), secret),
        top.seconds("timeout_seconds", TIMEOUT_SECONDS),
        {int(one) for one in request.marks("missing") if one.isdecimal()} or MISSING,
    )


def _requests(section: Section) -> dict[str, str]:
    section.only((*ASKED, "headers", "missing"))
    found = {name: path for name in ASKED if (path := section.text(name)) is not None}
    if not {"order", "prove"} & set(found):
        raise section.fault("order", 'is missing: the path of an order, such as "/orders/{number}"')
    for name, path in found.items():
        _check_places(section, name, path, ASKED[name])
        if not path.startswith("/"):
            raise section.fault(name, "must begin with /: it stands below orders.url")
    return found


def _check_places(section: Section, name: str, text: str, places: tuple[str, ...]) -> None:
    try:
        text.format(**dict.fromkeys(places, ""))
    except (KeyError, IndexError, ValueError):
        raise section.fault(name, f"may name in braces only {', '.join(places)}") from None


def _json(section: Section, known: tuple[str, ...], required: tuple[str, ...]) -> JsonMapping:
    section.only(("at", "list", "proofs", "only", *known))
    paths = {name: path for name in known if (path := section.text(name)) is not None}
    for name in required:
        section.needed(name)
    places = {"at": section.text("at"), "list": section.text("list"), **paths}
    for name, path in places.items():
        if path is not None and not is_path(path):
            raise section.fault(name, "must be a path such as data.items[0].price")
    only = section.section("only")
    return JsonMapping(
        places["at"], places["list"], paths, section.texts("proofs"), {path: only.marks(path) for path in only.values}
    )


def _signature(section: Section, secret: Callable[[str], str]) -> Signature | None:
    if not section:
        return None
    section.only(("secret", "header", "text", "timestamp_header", "algorithm", "encoding", "prefix"))
    algorithm, encoding = section.text("algorithm") or "sha256", section.text("encoding") or "hex"
    if algorithm not in ALGORITHMS:
        raise section.fault("algorithm", f"must be one of {', '.join(ALGORITHMS)}")
    if encoding not in {"hex", "base64"}:
        raise section.fault("encoding", "must be hex or base64")
    text = section.needed("text")
    _check_places(section, "text", text, PLACES)
    return Signature(
        secret(section.needed("secret")), section.needed("header"), text, section.text("timestamp_header"), algorithm,
        encoding, section.text("prefix") or "",
    )  # fmt: skip
