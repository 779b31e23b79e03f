"""Finding the order in question, and opening it only to whom it belongs.

A foreign order and a missing one take the same way and give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from support.assistant.products import mentioned
from support.assistant.state import Located, Memory, TurnInput, TurnState, Understanding
from support.orders.connector import AsksForProof, Connector, StoreUnavailable
from support.orders.opening import opened_by
from support.orders.order import Order, OrderItem
from support.orders.told import with_told
from support.policy.facts import item_in_question

TRIES_A_TURN = 3


def locate(state: TurnState) -> TurnState:
    """Open the order of a case, or say what stands between."""
    given, memory = state["given"], state["memory"]
    if state["plan"] not in {"case", "human", "contest", "confirm"} and not _of_what_was_bought(state):
        return {"located": Located("unneeded")}
    given.on_step("step.order")
    try:
        located = _open(given, memory, state["understanding"])
    except StoreUnavailable:
        located = Located("unavailable")
    located = _with_item(located, memory, state)
    chosen = located.item.product_id if located.item else None
    if chosen is None or located.order is None or len(located.order.items) == 1:
        return {"located": located}
    return {"located": located, "memory": replace(memory, item=chosen)}  # said once, it is not asked for again


def _of_what_was_bought(state: TurnState) -> bool:
    """Whether a question is about the goods of an order that was named: by which way they came."""
    return state["understanding"].topic == "authenticity" and state["memory"].order is not None


def _open(given: TurnInput, memory: Memory, meaning: Understanding) -> Located:
    connector = given.shop.connector
    if connector is None:
        return Located("no_source")
    if memory.order is None:
        return _choose(given, connector)
    if memory.order in given.granted or given.buyer_id:
        order = connector.find(memory.order)
        if order and (memory.order in given.granted or order.buyer_id == given.buyer_id):
            return Located("opened", order)
    if not meaning.proofs:
        return Located("need_proof")
    return _prove(given, connector, memory.order, meaning.proofs[:TRIES_A_TURN])


def _choose(given: TurnInput, connector: Connector) -> Located:
    if not given.buyer_id:
        return Located("need_number")
    own = connector.of_buyer(given.buyer_id)
    return Located("opened", own[0]) if len(own) == 1 else Located("need_number", own=tuple(own))


def _prove(given: TurnInput, connector: Connector, number: str, proofs: Sequence[str]) -> Located:
    attempts: list[str] = []
    for proof in (" ".join(proofs),) if isinstance(connector, AsksForProof) else proofs:
        attempt = given.gate.begin(number)
        if attempt is None:
            return Located("wait")
        attempts.append(attempt)
        order = opened_by(connector, number, proof)
        if order is not None:
            for tried in attempts:
                given.gate.forgive(tried)
            return Located("opened", order, newly_opened=True)
    return Located("no_match")


def _with_item(located: Located, memory: Memory, state: TurnState) -> Located:
    if located.order is None:
        return located
    whole = with_told(located.order, state["given"].told(located.order.number))
    state["given"].risk.opened(whole)
    order = whole.without_secrets()
    item = _named_item(order, state) or item_in_question(order, memory.item)
    return replace(located, item=item, order=order)


def _named_item(order: Order, state: TurnState) -> OrderItem | None:
    products = state["given"].shop.folder.products
    if "order.item" in state["given"].memory.asks:  # asked which, a piece of a name is enough that only one has
        own = {one.product_id for one in order.items}
        products = {key: one for key, one in products.items() if key in own}
    named = mentioned(state["text"], products)
    of_it = {item.product_id for item in order.items if item.product_id in named}
    return item_in_question(order, of_it.pop()) if len(of_it) == 1 else None
