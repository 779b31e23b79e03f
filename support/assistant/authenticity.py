"""Is this genuine? The registered path, or that none is registered; never more, and never who the supplier is where
the shop keeps that to itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from knowledge_base.authorisation import AuthorisationPath
from knowledge_base.authorisation_record import Provenance
from knowledge_base.product import Product
from retrieval.passage import Hit
from support.assistant.phrases import phrase
from support.assistant.products import begins_named
from support.assistant.state import Draft, TurnState
from support.orders.connector import LiveProduct
from support.orders.order import Order

SHOWN = 2
"""Paths that are told of one product."""
_ABOUT = re.compile(r"正版|正品|授权|authori[sz]|genuine|authentic", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
_BATCH = re.compile(
    rf"(?:批次|批号|\bbatch)(?:号|\s+no\.?|\s+number)?(?:是|为|is)?[\s:：#]*({_WORD.pattern})", re.IGNORECASE
)
"""A batch that is called one; anything else that looks like it may be a password."""


def authenticity(state: TurnState, draft: Draft, product: Product, _: Callable[[], LiveProduct | None]) -> list[str]:
    """What is registered of a product, of the batch that the buyer names, or of the way that an opened order came."""
    lang, shop = state["understanding"].lang, state["given"].shop
    name, found, order = shop.product_name(product, lang), shop.provenance(), _order_of(state, product)
    day = _day(state, order)
    if found.flaw:
        return [phrase(lang, "product.record_broken", product=name)]
    batch = _batch(state["text"], product, found)
    draft.held.add(batch)
    if paths := [path for path in found.paths(product.id, day, batch) if _fits(path, order)]:
        draft.held |= {str(cell) for path in paths for cell in (path.batch, *path.parties, *_of_record(path))}
        return [_path(lang, name, path) for path in paths[:SHOWN]]
    if batch:
        return [phrase(lang, "product.unregistered_batch", product=name, batch=batch)]
    if order is None and (ended := found.lapsed(product.id, day)):
        draft.held.add(str(ended))
        return [phrase(lang, "product.lapsed", product=name, day=ended)]
    return [phrase(lang, "product.unregistered", product=name)]


def speaks_of_it(hit: Hit) -> bool:
    """Whether a passage is about this at all: of a question that names no product the nearest one often is not."""
    return _ABOUT.search(f"{hit.passage.title} {hit.passage.text}") is not None


def products_asked_of(state: TurnState) -> tuple[Product, ...]:
    """The products of an order that is open and asked about, else those named; not all that are of one kind."""
    products = state.get("products", ())
    if bought := _bought(state):
        return bought
    return products if len(products) == 1 else tuple(one for one in products if begins_named(state["text"], one))


def _bought(state: TurnState) -> tuple[Product, ...]:
    order, catalogue = state["located"].order, state["given"].shop.folder.products
    if order is None or (state.get("products") and not state["understanding"].order_number):
        return ()
    item = state["located"].item
    bought = [one.product_id for one in ([item] if item else order.items)]
    return tuple(catalogue[key] for key in dict.fromkeys(bought) if key is not None and key in catalogue)


def _order_of(state: TurnState, product: Product) -> Order | None:
    order = state["located"].order
    return order if order and any(item.product_id == product.id for item in order.items) else None


def _day(state: TurnState, order: Order | None) -> date:
    """Of an order the day on which it was paid, as for all that is asked of one."""
    moment = (order and (order.paid_at or order.created_at)) or state["given"].now
    return moment.astimezone(state["given"].shop.folder.shop.timezone).date()


def _fits(path: AuthorisationPath, order: Order | None) -> bool:
    """Whether an order came by a path, as far as the store says by whom; another path says nothing of its goods."""
    if order is None:
        return True
    sold_by, from_whom = order.distributor, order.supplier
    return (not sold_by or sold_by == path.parties[-1]) and (not from_whom or from_whom in path.parties)


def _batch(text: str, product: Product, found: Provenance) -> str:
    """The batch that a buyer names, as it is registered, else as it is written; empty where none is named."""
    registered = {batch.upper(): batch for batch in found.batches(product.id)}
    if known := [registered[word.upper()] for word in _WORD.findall(text) if word.upper() in registered]:
        return known[0]
    called = _BATCH.search(text)
    return called[1] if called else ""


def _of_record(path: AuthorisationPath) -> tuple[object, ...]:
    return (path.links[-1].document, path.links[-1].valid_to)


def _path(lang: str, name: str, path: AuthorisationPath) -> str:
    first, last = path.links[0], path.links[-1]
    supplier = first.supplier if first.public else phrase(lang, "product.registered_supplier")
    document = last.document or "—" if last.public else phrase(lang, "product.on_record")
    steps = (supplier, *path.parties[1:], name, path.batch)
    way = " → ".join(step for step in steps if step)
    if last.valid_to is None:
        return phrase(lang, "product.authorised_without_end", product=name, path=way, document=document)
    return phrase(lang, "product.authorised", product=name, path=way, document=document, valid_to=last.valid_to)
