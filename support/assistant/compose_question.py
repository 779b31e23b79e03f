"""Answering a question from what the shop says: catalogue, profile, articles and clauses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from knowledge_base.product import Product
from retrieval.chunking import source_text
from retrieval.passage import Hit
from support.assistant.answerable import answerable, written_on
from support.assistant.authenticity import authenticity, products_asked_of, speaks_of_it
from support.assistant.cards import choices
from support.assistant.citing import SENTENCE, cite, cite_hit, content_words, telling_lines
from support.assistant.meant import SURE
from support.assistant.phrases import phrase, speaks
from support.assistant.products import ABOUT_DEVICE, ABOUT_REGION, begins_named
from support.assistant.profile import tell_profile
from support.assistant.retrieve import help_of
from support.assistant.state import Draft, Memory, TurnState
from support.assistant.topics import PRODUCT_TOPICS
from support.assistant.wording import money, sentence
from support.orders.connector import LiveProduct, StoreUnavailable

ASK_WHICH = frozenset({"stock", "authenticity", "price"})
EACH_HAS = frozenset({"delivery_time", "region"})
"""What each product has of its own: which is meant is asked before it is said that nothing is known."""
MOST_PRODUCTS = 4
"""So many products are answered for one by one; of more, one is asked for."""
MOST_OFFERED = 5
"""Products among which one is chosen by a button."""
WHOLE = frozenset({"how_to_use", "real_name"})
"""Topics of which the next sections belong to the answer: steps, and that no papers are sent in the chat."""
NEAR = 0.8
"""A second hit this close to the first is named beside it."""


def answer_question(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    """Answer from the catalogue where a product is meant, else from the best passage, else say so."""
    meaning = state["understanding"]
    products = _asked_of(state, meaning.topic)
    held = products[0].id if len(products) == 1 else memory.product
    if _tell_products(state, draft, products, meaning.topic):
        draft.told |= {one for one in meaning.also if _tell_products(state, draft, _asked_of(state, one), one)}
        return replace(memory, product=held, about=None)
    if (meaning.topic in ASK_WHICH and _vague(state)) or _beside_the_point(state, products):
        _ask_product(state, draft)
    elif not written_on(state) and (tell_profile(state, draft) or _tell_found(state, draft)):
        pass
    elif answerable(state):
        about = _answer_passage(state, draft).passage
        return replace(memory, product=held, about=about.title if about.kind in {"article", "clause"} else None)
    elif meaning.topic in EACH_HAS and meaning.confidence >= SURE and state["given"].shop.folder.products:
        _ask_product(state, draft)
    else:
        _say_unknown(state, draft)
    return replace(memory, product=held, about=None)


def _tell_found(state: TurnState, draft: Draft) -> bool:
    """Whether the catalogue has told what is asked of the product whose page is nearest."""
    hits, products = state["found"].hits, state["given"].shop.folder.products
    if not answerable(state) or hits[0].passage.kind != "product" or state.get("products"):
        return False
    product = products.get(hits[0].passage.document.removeprefix("product/"))
    return product is not None and _tell_products(state, draft, (product,), state["understanding"].topic)


def _asked_of(state: TurnState, topic: str) -> tuple[Product, ...]:
    """The products of which `topic` is asked."""
    products = state.get("products", ())
    if topic == "authenticity":
        return products_asked_of(state)
    return tuple(p for p in products if begins_named(state["text"], p)) if topic == "refund_policy" else products


def _tell_products(state: TurnState, draft: Draft, products: tuple[Product, ...], topic: str) -> bool:
    """Whether the catalogue has told anything on `topic`."""
    if topic not in {*PRODUCT_TOPICS, "refund_policy"} or len(products) > MOST_PRODUCTS:
        return False
    answered = [_answer_product(state, draft, product, topic) for product in products]
    return any(answered)


def _vague(state: TurnState) -> bool:
    """Whether a product is meant, but not which: too many named, or none and the best finds are several products."""
    products, hits = state.get("products", ()), state["found"].hits
    if len(state["given"].shop.folder.products) < 2 or 1 <= len(products) <= MOST_PRODUCTS:
        return False
    found = [hit for hit in hits[:3] if hit.passage.kind == "product"]
    return len(products) > MOST_PRODUCTS or not answerable(state) or (hits[:1] == tuple(found[:1]) and len(found) > 1)


def _beside_the_point(state: TurnState, products: tuple[Product, ...]) -> bool:
    """Whether it is asked if goods are genuine, and neither a product nor the nearest passage is what is meant."""
    if state["understanding"].topic != "authenticity" or products or len(state["given"].shop.folder.products) < 2:
        return False
    return bool(state.get("products")) or (answerable(state) and not speaks_of_it(state["found"].hits[0]))


def _answer_passage(state: TurnState, draft: Draft) -> Hit:
    """Answer from the best passage, which is given back."""
    meaning, hits = state["understanding"], _with_help_first(state)
    steps = meaning.topic in WHOLE
    quote, mark = cite_hit(draft, state["given"].shop.folder, hits[0], state["text"], steps)
    if hits[0].passage.kind == "product":
        quote = telling_lines(quote, state["text"])
    other = _other_language(meaning.lang, hits[0].passage.lang)
    if other is None:
        draft.lines.append(phrase(meaning.lang, "answer.found", text=quote, mark=mark))
    else:
        draft.lines.append(phrase(meaning.lang, "answer.found_other", language=other, text=quote, mark=mark))
        draft.parts.append(choices([("human", phrase(meaning.lang, "label.human"))]))
    more = [hit for hit in hits[1:3] if hit.score >= NEAR * hits[0].score and hit.passage.kind == "article"]
    for hit in more:
        draft.parts.append(_article_part(hit))
    return hits[0]


def _other_language(lang: str, written: str) -> str | None:
    """What the language of a passage is called, where it is not the buyer's and is one that buyers are answered in."""
    short = written[:2]
    return phrase(lang, f"language.{short}") if short != lang[:2] and speaks(short) else None


def _with_help_first(state: TurnState) -> tuple[Hit, ...]:
    """The hits, the article that the catalogue names for using the product before all others."""
    hits, named = state["found"].hits, help_of(state.get("products", ()))
    if state["understanding"].topic != "how_to_use" or named is None:
        return hits
    return tuple(sorted(hits, key=lambda hit: hit.passage.document != named))


def _article_part(hit: Hit) -> dict[str, object]:
    passage = hit.passage
    return {"type": "article", "id": passage.document, "title": passage.title, "lang": passage.lang}


def _say_unknown(state: TurnState, draft: Draft) -> None:
    lang = state["understanding"].lang
    draft.lines.append(phrase(lang, "answer.unknown"))
    draft.parts.append(choices([("human", phrase(lang, "label.human"))]))
    draft.answered = False


def _ask_product(state: TurnState, draft: Draft) -> None:
    lang, shop = state["understanding"].lang, state["given"].shop
    named = [product.id for product in state.get("products", ())]
    near = [hit.passage.document.removeprefix("product/") for hit in state["found"].hits]
    ids = named or [key for key in near if key in shop.folder.products]
    if not ids or len(shop.folder.products) <= MOST_OFFERED:
        ids += [key for key in shop.folder.products if key not in ids]
    options = [(f"product:{key}", shop.product_name(shop.folder.products[key], lang)) for key in ids[:MOST_OFFERED]]
    draft.lines.append(phrase(lang, "ask.product"))
    draft.parts.append(choices(options))
    draft.asks.append("product")


def _answer_product(state: TurnState, draft: Draft, product: Product, topic: str) -> bool:
    """What the catalogue holds on the point asked; False leaves it to the articles."""
    say = {
        "stock": _stock, "price": _price, "region": _region, "authenticity": authenticity,
        "delivery_time": _delivery_time, "wholesale": _wholesale, "product_info": _info, "refund_policy": _returns,
    }[topic]  # fmt: skip
    facts = partial(_live, state, product)  # read only where it is asked
    lang = state["understanding"].lang
    try:
        lines = say(state, draft, product, facts)
    except StoreUnavailable:
        lines = [f"“{state['given'].shop.product_name(product, lang)}”", phrase(lang, "product.store_down")]
    if not lines:
        return False
    source = source_text(state["given"].shop.folder, "product", f"product/{product.id}", lang)
    mark = cite(draft, "product", f"product/{product.id}", source.title, source.text) if source else ""
    draft.lines.append(f"{sentence(lang, *lines)} {mark}".strip())
    return True


Facts = Callable[[], LiveProduct | None]


def _live(state: TurnState, product: Product) -> LiveProduct | None:
    """What the store says now. Raises StoreUnavailable: what it said once is not passed off as the present."""
    connector = state["given"].shop.connector
    return connector.product(product.id, state["given"].now) if connector else None


def _price(state: TurnState, draft: Draft, product: Product, facts: Facts) -> list[str]:
    lang, live, shop = state["understanding"].lang, facts(), state["given"].shop
    amount = live.price if live and live.price is not None else product.price
    if amount is None:
        return [_not_stated(state, product, "price")]
    text = money(amount, shop.folder.shop.currency)
    draft.allowed.add(text)
    lines = [phrase(lang, "product.price", product=shop.product_name(product, lang), price=text)]
    return lines + _wholesale(state, draft, product, facts)


def _stock(state: TurnState, draft: Draft, product: Product, facts: Facts) -> list[str]:
    lang, live = state["understanding"].lang, facts()
    stock = live.stock if live and live.stock is not None else product.stock
    name = _named(lang, state["given"].shop.product_name(product, lang))
    if live is not None and live.on_sale is False:
        return [name + phrase(lang, "product.off_sale")]
    if stock is None:
        line = phrase(lang, "product.stock_unknown")
    else:
        line = phrase(lang, "product.stock", stock=stock) if stock > 0 else phrase(lang, "product.stock_none")
    return [name + line, *_limits(lang, product, live)]


def _limits(lang: str, product: Product, live: LiveProduct | None) -> list[str]:
    low = live.min_quantity if live and live.min_quantity is not None else product.min_quantity
    high = live.max_quantity if live and live.max_quantity is not None else product.max_quantity
    if low is not None and high is not None:
        return [phrase(lang, "product.limits", minimum=low, maximum=high)]
    if high is not None:
        return [phrase(lang, "product.maximum", maximum=high)]
    return [phrase(lang, "product.minimum", minimum=low)] if low is not None else []


def _region(state: TurnState, draft: Draft, product: Product, facts: Facts) -> list[str]:
    """Where it may be used and on what. Who asks of a place that its page does not name is told that first."""
    lang = state["understanding"].lang
    region, platform = product.told("region", lang), product.told("platform", lang)
    unsaid = not region and not ABOUT_DEVICE.search(state["text"])
    lines = [phrase(lang, "product.region", region=region)] if region else []
    if platform:
        lines.append(phrase(lang, "product.platform", platform=platform))
    name = _named(lang, state["given"].shop.product_name(product, lang))
    lines += _described(state, product, unsaid)
    if unsaid or not lines:
        return [_not_stated(state, product, "region"), *lines]
    return [name + sentence(lang, *lines)]


def _described(state: TurnState, product: Product, of_regions: bool) -> list[str]:
    """Sentences of its description that speak of what is asked: “no TV app”; or of regions, if they are wanted."""
    text = product.description.get(state["understanding"].lang, "")
    asked = content_words(state["text"]) - content_words(" ".join(product.name.values()))
    told = [one.strip() for one in SENTENCE.findall(text)]
    return [one for one in told if asked & content_words(one) or (of_regions and ABOUT_REGION.search(one))]


def _delivery_time(state: TurnState, draft: Draft, product: Product, facts: Facts) -> list[str]:
    lang, minutes = state["understanding"].lang, product.promised_minutes
    if minutes is None:
        return []
    line = phrase(lang, "product.promised", minutes=minutes) if minutes else phrase(lang, "product.instant")
    return [_named(lang, state["given"].shop.product_name(product, lang)) + line]


def _named(lang: str, name: str) -> str:
    """A product's name before what is said of it."""
    if not lang.startswith("zh"):
        return f'"{name}": '
    return f"{name}：" if name.startswith("《") else f"“{name}”："


def _returns(state: TurnState, draft: Draft, product: Product, facts: Facts) -> list[str]:
    """Whether it may be given back for no reason, as its page says; the rules for all goods follow from an article."""
    lang, name = state["understanding"].lang, state["given"].shop.product_name(product, state["understanding"].lang)
    if product.return_days:
        return [phrase(lang, "product.return_days", product=name, days=product.return_days)]
    return [phrase(lang, "product.no_return", product=name)] if product.no_return_confirmation else []


def _wholesale(state: TurnState, draft: Draft, product: Product, facts: Facts) -> list[str]:
    lang = state["understanding"].lang
    told = product.told("wholesale", lang)
    return [phrase(lang, "product.wholesale", wholesale=told)] if told else []


def _info(state: TurnState, draft: Draft, product: Product, facts: Facts) -> list[str]:
    lang = state["understanding"].lang
    text = product.description.get(lang) or next(iter(product.description.values()), None)
    return [_named(lang, state["given"].shop.product_name(product, lang)) + text] if text else []


def _not_stated(state: TurnState, product: Product, what: str) -> str:
    lang = state["understanding"].lang
    name = state["given"].shop.product_name(product, lang)
    return phrase(lang, "answer.not_stated", product=name, what=phrase(lang, f"label.{what}"))
