"""Finding what the shop says on the question."""

from __future__ import annotations

from datetime import date

from knowledge_base.product import Product
from retrieval.passage import SearchResult
from support.assistant.phrases import label
from support.assistant.products import mentioned
from support.assistant.state import TurnState
from support.assistant.topics import TOPICS

HITS = 5
HINT_SURE = 0.8
"""From this certainty on the topic's name is searched with: buyers rarely use the words of the shop's headings."""
OF_A_PRODUCT = frozenset(
    {"stock", "region", "price", "authenticity", "delivery_time", "wholesale", "product_info", "how_to_use"}
)


def retrieve(state: TurnState) -> TurnState:
    """Search, as of today for a general question and as of the day of payment for one about an order."""
    products = _products(state)
    if state["plan"] not in {"question", "unsure", "case"}:
        return {"found": SearchResult((), 0.0), "products": products}
    state["given"].on_step("step.search")
    query = state["text"]
    if len(products) == 1 and not mentioned(query, {products[0].id: products[0]}):
        query = f"{state['given'].shop.product_name(products[0], state['understanding'].lang)} {query}"
    if hint := _hint(state):
        query = f"{query} {hint}"
    found = state["given"].shop.search.search(query, k=HITS, lang=state["understanding"].lang, on=_day(state))
    return {"found": found, "products": products}


def _hint(state: TurnState) -> str:
    meaning = state["understanding"]
    of_the_shop = TOPICS[meaning.topic].mode in {"question", "case", "human"}
    return label(meaning.lang, "topic", meaning.topic) if of_the_shop and meaning.confidence >= HINT_SURE else ""


def _day(state: TurnState) -> date:
    given = state["given"]
    return given.now.astimezone(given.shop.folder.shop.timezone).date()


def _products(state: TurnState) -> tuple[Product, ...]:
    """The products named now; else, for a question that goes on, the one spoken of or looked at."""
    given, memory = state["given"], state["memory"]
    catalogue = given.shop.folder.products
    if chosen := catalogue.get(given.form.get("product", "")):
        return (chosen,)
    if named := mentioned(state["text"], catalogue):
        return tuple(catalogue[key] for key in named)
    held = catalogue.get(memory.product or given.shown_product or "")
    goes_on = held is not None and state["understanding"].topic in OF_A_PRODUCT
    return (held,) if held and goes_on else ()
