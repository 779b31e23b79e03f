"""Finding what the shop says on the question."""

from __future__ import annotations

from datetime import date

from knowledge_base.product import Product
from retrieval.passage import SearchResult
from support.assistant.products import mentioned
from support.assistant.state import TurnState

HITS = 5


def retrieve(state: TurnState) -> TurnState:
    """Search, as of today for a general question and as of the day of payment for one about an order."""
    product = _product(state)
    if state["plan"] not in {"question", "unsure", "case"}:
        return {"found": SearchResult((), 0.0), "product": product}
    state["given"].on_step("step.search")
    query = state["text"]
    if product is not None and not mentioned(query, {product.id: product}):
        query = f"{state['given'].shop.product_name(product, state['understanding'].lang)} {query}"
    found = state["given"].shop.search.search(query, k=HITS, lang=state["understanding"].lang, on=_day(state))
    return {"found": found, "product": product}


def _day(state: TurnState) -> date:
    given = state["given"]
    return given.now.astimezone(given.shop.folder.shop.timezone).date()


def _product(state: TurnState) -> Product | None:
    """The product named now; else, for a question that goes on, the one spoken of or looked at."""
    given, memory = state["given"], state["memory"]
    products = given.shop.folder.products
    chosen = given.form.get("product", "")
    if chosen in products:
        return products[chosen]
    named = mentioned(state["text"], products)
    if named:
        return products[named[0]] if len(named) == 1 else None
    held = memory.product or given.shown_product
    return products.get(held) if held else None
