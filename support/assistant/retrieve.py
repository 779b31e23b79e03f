"""Finding what the shop says on the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from knowledge_base.product import Product
from knowledge_base.shop import ShopFolder
from retrieval.passage import Kind, Passage, SearchResult
from support.assistant.citing import content_words, ways_asked
from support.assistant.meant import SURE
from support.assistant.phrases import label, phrase
from support.assistant.products import mentioned, of_a_size, of_another_kind, spoken_of
from support.assistant.state import TurnState
from support.assistant.topics import TOPICS

HITS = 5
ENOUGH = 0.5
"""Below this, what the topic asks is searched for in plain words as well."""
SHARE = 0.6
"""What that is worth beside the buyer's own words."""
NEAR = 0.8
"""A hit this close to the first may as well be the answer."""
HINT_SURE = 0.8
"""From this certainty on the topic's name is searched with: buyers rarely use the words of the shop's headings."""
OF_A_PRODUCT = frozenset(
    {"stock", "region", "price", "authenticity", "delivery_time", "wholesale", "product_info", "how_to_use"}
)

OF_THE_SHOP = frozenset(
    {
        "refund_policy", "refund_where", "coupon_how", "invoice_how", "payment_methods", "minors_buy", "real_name",
        "hours", "how_to_use", "shop_profile", "coupon_problem", "cannot_find_key",
    }
)  # fmt: skip


def retrieve(state: TurnState) -> TurnState:
    """Search, as of today for a general question and as of the day of payment for one about an order."""
    products = _products(state)
    if state["plan"] not in {"question", "unsure", "case"}:
        return {"found": SearchResult((), 0.0), "products": products}
    state["given"].on_step("step.search")
    query = state["text"]
    if len(products) == 1 and not mentioned(query, {products[0].id: products[0]}):
        query = f"{state['given'].shop.product_name(products[0], state['understanding'].lang)} {query}"
    about = state["understanding"].about
    if hint := about or _hint(state):
        query = f"{query} {hint}"
    if help_title := _help_title(state, products):
        query = f"{query} {help_title}"
    search, lang = state["given"].shop.search, state["understanding"].lang
    find = partial(search.search, k=HITS, lang=lang, on=_day(state), kinds=_kinds(state))
    found = find(query)
    if hint and _of_the_shop(state) and found.answerable < ENOUGH:
        found = _by_topic(found, find(phrase(lang, f"question.{state['understanding'].topic}")))
    if not hint and _of_the_shop(state):
        found = _led_by(found, find(phrase(lang, f"question.{state['understanding'].topic}")))
    found = _going_on_with(found, about) if about else _of_these_goods(found, state)
    return {"found": _that_tells(found, state), "products": products}


def _that_tells(found: SearchResult, state: TurnState) -> SearchResult:
    """The finding, a product's page that says nothing on the question behind what does: its name alone found it."""
    hits, folder = found.hits, state["given"].shop.folder
    words = content_words(state["text"])
    if not hits or hits[0].passage.kind != "product" or _told_words(hits[0].passage, folder) & words:
        return found
    telling = [hit for hit in hits if hit.passage.kind == "article" and _told_words(hit.passage, folder) & words]
    return replace(found, hits=(*telling, *(hit for hit in hits if hit not in telling)))


def _told_words(passage: Passage, folder: ShopFolder) -> frozenset[str]:
    """The words of a passage, with those in which its article says that it is asked for, and without its name's."""
    return content_words(f"{passage.text} {ways_asked(passage, folder)}") - content_words(passage.title)


def _going_on_with(found: SearchResult, title: str) -> SearchResult:
    """The finding, with what answered the last question first: “how long does that take” names nothing else."""
    return replace(found, hits=tuple(sorted(found.hits, key=lambda hit: hit.passage.title != title)))


def _led_by(found: SearchResult, plain: SearchResult) -> SearchResult:
    """The finding, of what is as near first the document that the topic's plain question finds."""
    if not found.hits or not plain.hits:
        return found
    meant, least = plain.hits[0].passage.document, NEAR * found.hits[0].score
    ahead = [hit for hit in found.hits if hit.passage.document == meant and hit.score >= least]
    return replace(found, hits=(*ahead, *(hit for hit in found.hits if hit not in ahead)))


def _of_these_goods(found: SearchResult, state: TurnState) -> SearchResult:
    """The finding, what speaks of the goods asked of before what is as near and does not: “那储值卡呢 能退吗”."""
    goods, hits = spoken_of(state["text"]), found.hits
    if not goods or not _of_the_shop(state) or not hits:
        return found
    least = NEAR * hits[0].score
    near = [hit for hit in hits if hit.score >= least]
    near.sort(key=lambda hit: not goods & spoken_of(f"{hit.passage.title}\n{hit.passage.text}"))
    return replace(found, hits=(*near, *hits[len(near) :]))


def _by_topic(asked: SearchResult, plain: SearchResult) -> SearchResult:
    """The finding, which the topic's plain question vouches for where it finds the same document.

    “which ways can I pay” shares no word with the article that answers “which payment methods do you accept”.
    """
    if not asked.hits or not plain.hits or asked.hits[0].passage.document != plain.hits[0].passage.document:
        return asked
    return replace(asked, answerable=max(asked.answerable, SHARE * plain.answerable))


def _kinds(state: TurnState) -> tuple[Kind, ...] | None:
    """Where to look: what holds for the whole shop does not stand on one product's page."""
    return ("article", "clause") if _of_the_shop(state) else None


def _of_the_shop(state: TurnState) -> bool:
    meaning = state["understanding"]
    return meaning.topic in OF_THE_SHOP and meaning.confidence >= SURE


def _hint(state: TurnState) -> str:
    meaning = state["understanding"]
    of_the_shop = TOPICS[meaning.topic].mode in {"question", "case", "human"}
    return label(meaning.lang, "topic", meaning.topic) if of_the_shop and meaning.confidence >= HINT_SURE else ""


def _help_title(state: TurnState, products: tuple[Product, ...]) -> str:
    """The title of the article that the catalogue names for using what is asked about."""
    meaning, help_id = state["understanding"], help_of(products)
    if meaning.topic != "how_to_use" or help_id is None:
        return ""
    titles = {one.lang: one.title for one in state["given"].shop.folder.articles if one.id == help_id}
    return titles.get(meaning.lang) or next(iter(titles.values()), "")


def help_of(products: tuple[Product, ...]) -> str | None:
    """The article that explains how to use these products, where they share one."""
    named = {product.redeem_help for product in products}
    return named.pop() if len(named) == 1 else None


def _day(state: TurnState) -> date:
    given = state["given"]
    return given.now.astimezone(given.shop.folder.shop.timezone).date()


def _products(state: TurnState) -> tuple[Product, ...]:
    """The products named now; else, for a question that goes on, the one spoken of or looked at."""
    given, memory = state["given"], state["memory"]
    catalogue = given.shop.folder.products
    if chosen := catalogue.get(given.form.get("product", "")):
        return (chosen,)
    if named := [catalogue[key] for key in mentioned(state["text"], catalogue)]:
        meant = [one for one in named if not of_another_kind(state["text"], one)]
        return tuple(meant or named)
    if state["understanding"].topic not in OF_A_PRODUCT:
        return ()
    if sized := of_a_size(state["text"], catalogue):
        return sized
    held = catalogue.get(memory.product or given.shown_product or "")
    if held is None or of_another_kind(state["text"], held):
        return _only_one(state["text"], catalogue)
    return (held,)


def _only_one(text: str, catalogue: Mapping[str, Product]) -> tuple[Product, ...]:
    """The one product of the kind that `text` speaks of, where the shop has no other: “what is the membership”."""
    kinds = spoken_of(text)
    found = tuple(one for one in catalogue.values() if one.kind in kinds)
    return found if len(found) == 1 else ()
