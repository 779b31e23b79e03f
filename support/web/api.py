"""What the widget reads: the shop's public face, sources behind citations, a help search, a buyer's own orders."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Query, Response

from knowledge_base.shop import WEEKDAYS, Shop
from retrieval.chunking import source_text
from retrieval.shop_text import PROFILE
from support.assistant.cards import order_card
from support.assistant.phrases import phrase
from support.service.people import read_token
from support.service.shops import LoadedShop, Shops
from support.web.problems import answers
from ticketing.deadlines import is_open, next_open, spans_on

SourceKind = Literal["article", "clause", "product"]
STARTERS = ("where", "undelivered", "invalid", "refund", "how", "human")
PUBLIC_PROFILE = ("company", "contact", "email", "licence", "icp", "complaints", "website")
Json = dict[str, Any]


def api_routes(shops: Shops) -> APIRouter:
    """Public reads under `/api/v1/shops/{shop}`."""
    routes = APIRouter(prefix="/api/v1/shops/{shop}", tags=["widget"])

    @routes.get("/widget")
    def widget(shop: str, response: Response) -> Json:
        """How the chat shows itself on this shop's pages."""
        _open_to_all(response)
        return widget_settings(shops.get(shop))

    @routes.get("/sources/{kind}/{key:path}")
    def source(shop: str, kind: SourceKind, key: str, response: Response, lang: str = "") -> Json:
        """The document behind a citation."""
        _open_to_all(response)
        return _source(shops.get(shop), kind, key, lang)

    @routes.get("/search")
    def search(
        shop: str, response: Response, q: Annotated[str, Query(min_length=1, max_length=500)], lang: str = "",
        k: Annotated[int, Query(ge=1, le=20)] = 5,
    ) -> Json:  # fmt: skip
        """The documents that answer best; none where hardly anything can be meant by the shop's words."""
        _open_to_all(response)
        found = shops.get(shop).search.search(q, k=k, lang=lang or None)
        return {
            "hits": [
                {
                    "kind": hit.passage.kind, "article": hit.passage.document, "title": hit.passage.title,
                    "text": hit.passage.text, "lang": hit.passage.lang, "score": hit.score,
                }
                for hit in found.shown
            ]
        }  # fmt: skip

    @routes.get("/orders", responses=answers(401))
    def orders(shop: str, response: Response, authorization: Annotated[str, Header()] = "", lang: str = "") -> Json:
        """A signed buyer's own recent orders."""
        _open_to_all(response)
        loaded = shops.get(shop)
        return {"orders": own_orders(loaded, authorization.removeprefix("Bearer ").strip(), lang)}

    @routes.options("/orders", status_code=204)
    def preflight(shop: str) -> Response:
        allowed = {
            "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization",
            "Access-Control-Allow-Methods": "GET", "Access-Control-Max-Age": "600",
        }  # fmt: skip
        return Response(status_code=204, headers=allowed)

    return routes


def own_orders(loaded: LoadedShop, token: str, lang: str) -> list[Json]:
    """The orders of the buyer whom the token names. Raises BadToken, StoreUnavailable."""
    person = read_token(loaded, token)
    if loaded.connector is None or person.buyer_id is None:
        return []
    return [
        order_card(order, loaded.folder, _fitting(loaded, lang)) for order in loaded.connector.of_buyer(person.buyer_id)
    ]


def widget_settings(loaded: LoadedShop) -> Json:
    """What may be said of a shop before anybody says hello."""
    shop, now = loaded.folder.shop, datetime.now(UTC)
    later = next_open(shop.hours, shop.timezone, now)
    return {
        "shop": shop.id, "name": {lang: loaded.view.name(lang) for lang in shop.languages},
        "languages": list(shop.languages), "currency": shop.currency, "accent": shop.widget.accent,
        "welcome": dict(shop.widget.welcome), "hours": _hours(shop, now), "timezone": shop.timezone.key,
        "open_now": is_open(shop.hours, shop.timezone, now), "next_open": later.isoformat() if later else None,
        "profile": {key: value for key, value in shop.profile.items() if key in PUBLIC_PROFILE},
        "starters": [_starter(name, shop.languages) for name in STARTERS],
        "notice": {lang: phrase(lang, "notice.ai", shop=loaded.view.name(lang)) for lang in shop.languages},
    }  # fmt: skip


def _starter(name: str, languages: tuple[str, ...]) -> Json:
    texts = {lang: (phrase(lang, f"starter.{name}"), phrase(lang, f"starter_text.{name}")) for lang in languages}
    return {
        "id": name, "label": {lang: both[0] for lang, both in texts.items()},
        "text": {lang: both[1] for lang, both in texts.items()},
    }  # fmt: skip


def _hours(shop: Shop, now: datetime) -> dict[str, str] | None:
    """By weekday; today's are those of this very day, which may be a public holiday."""
    if shop.hours is None:
        return None
    today = now.astimezone(shop.timezone).date()
    week = {day: shop.hours.get(day, ()) for day in WEEKDAYS}
    week[WEEKDAYS[today.weekday()]] = spans_on(shop.hours, today)
    return {day: ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in spans) for day, spans in week.items()}


def _source(loaded: LoadedShop, kind: SourceKind, key: str, lang: str) -> Json:
    document = f"product/{key}" if kind == "product" and not key.startswith("product/") else key
    written = [article for article in loaded.folder.articles if article.id == key]
    made = key == PROFILE and not written
    if kind == "article" and not made and not any(article.audience == "public" for article in written):
        raise HTTPException(404, "no such source")
    for wanted in (lang, *loaded.folder.shop.languages):
        found = source_text(loaded.folder, kind, document, wanted)
        if found is not None:
            return {"kind": kind, "id": key, "title": found.title, "lang": found.lang, "text": found.text}
    raise HTTPException(404, "no such source")


def _fitting(loaded: LoadedShop, lang: str) -> str:
    return lang if lang in loaded.folder.shop.languages else loaded.folder.shop.languages[0]


def _open_to_all(response: Response) -> None:
    response.headers["Access-Control-Allow-Origin"] = "*"
