"""Answering about the buyer's own order: its state, what is missing, what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from retrieval.passage import Passage
from support.assistant.also import asks
from support.assistant.answerable import SURE_ANSWER, answerable
from support.assistant.cards import choices, order_card, ownership_form
from support.assistant.citing import cite, cite_hit
from support.assistant.compose_decision import tell, ticket_for
from support.assistant.compose_question import NEAR
from support.assistant.phrases import label, phrase
from support.assistant.products import begins_named, mentioned
from support.assistant.state import Draft, Json, Memory, ShopView, TicketRequest, TurnState
from support.assistant.topics import TOPICS
from support.assistant.understand import SURE
from support.assistant.wording import moment, money, sentence
from support.orders.opening import wants_two_proofs
from support.orders.order import Order, OrderItem

SELF_CHECKED = frozenset(
    {
        "key_invalid", "cannot_find_key", "wrong_region", "top_up_missing", "paid_shows_unpaid", "coupon_problem",
        "refund_when",
    }
)  # fmt: skip
OWN_DOING = frozenset({"changed_mind", "wrong_account", "price_drop", "invoice"})
"""What befell a buyer by no fault of the shop: there is nothing to be sorry for."""


def answer_case(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    """Take the case one step on: open the order, ask for what is missing, or say what was decided."""
    located = state["located"]
    if located.access != "opened" or located.order is None:
        return _not_open(state, draft, memory)
    decision = state.get("decision")
    if decision is None:
        return _show_order(state, draft, memory, located.order, located.item)
    if located.newly_opened or memory.order not in memory.orders:
        draft.parts.append(order_card(located.order, state["given"].shop.folder, state["understanding"].lang))
    memory = replace(memory, orders=_named(memory, located.order))
    return tell(state, draft, memory, decision, located.order)


def _named(memory: Memory, order: Order) -> tuple[str, ...]:
    return memory.orders if order.number in memory.orders else (*memory.orders, order.number)


def _not_open(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    lang, located = state["understanding"].lang, state["located"]
    if located.access == "need_number":
        return _ask_number(state, draft, memory)
    if located.access == "need_proof":
        two = wants_two_proofs(state["given"].shop.connector)
        draft.lines.append(phrase(lang, "ask.two_proofs" if two else "ask.proof", number=memory.order))
        draft.parts.append(ownership_form(lang, memory.order, state["given"].shop.connector))
        draft.asks.append("order.proof")
    elif located.access == "no_match":
        draft.lines.append(phrase(lang, "order.not_found"))
        draft.parts.append(ownership_form(lang, None, state["given"].shop.connector))
        draft.asks += ["order.number", "order.proof"]
    elif located.access == "wait":
        draft.lines.append(phrase(lang, "order.wait", minutes=10))
        draft.parts.append(choices([("human", phrase(lang, "label.human"))]))
    else:
        draft.lines.append(phrase(lang, "order.no_source" if located.access == "no_source" else "order.unavailable"))
        draft.ticket = _stuck(state) if located.access == "no_source" else None
        if draft.ticket is None:
            draft.parts.append(choices([("human", phrase(lang, "label.human"))]))
    return memory


def _stuck(state: TurnState) -> TicketRequest:
    """No source of orders: a person decides, with the reason that the buyer gave."""
    return ticket_for(TOPICS[state["memory"].topic or state["understanding"].topic], None)


def _ask_number(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    lang, own, shop = state["understanding"].lang, state["located"].own, state["given"].shop
    if not own:
        heard, ask = _heard(state), phrase(lang, "ask.order")
        check = _self_check(state, draft)
        draft.lines += [heard, check, ask] if check else [sentence(lang, heard, ask)]
        draft.parts.append(ownership_form(lang, None, state["given"].shop.connector))
        draft.asks += ["order.number", "order.proof"]
        return memory
    options = []
    products = shop.folder.products
    named = mentioned(state["text"], products) or [
        key for key, one in products.items() if begins_named(state["text"], one)
    ]
    for order in [one for one in own if any(row.product_id in named for row in one.items)][:6] or own[:6]:
        card = order_card(order, shop.folder, lang)
        options.append(
            (f"order:{order.number}", f"{order.number} · {card['items'][0]['name']} · {card['state_label']}")
        )
    draft.lines.append(phrase(lang, "ask.own_order"))
    draft.parts.append(choices(options))
    draft.asks.append("order.number")
    return memory


def _heard(state: TurnState) -> str:
    """What was understood, said once: whoever has a trouble does not want to be asked for a number first."""
    meaning, topic = state["understanding"], TOPICS[state["understanding"].topic]
    asked_already = "order.number" in state["given"].memory.asks
    if asked_already or topic.mode != "case" or topic.reason is None or meaning.confidence < SURE:
        return ""
    key = "ask.heard" if meaning.topic in OWN_DOING else "ask.heard_sorry"
    return phrase(meaning.lang, key, topic=label(meaning.lang, "topic", meaning.topic))


def _self_check(state: TurnState, draft: Draft) -> str:
    """While the number is asked for: what the buyer can check or know meanwhile, if an article says."""
    meaning, found = state["understanding"], state.get("found")
    helped = meaning.topic in SELF_CHECKED or _asks_the_rule(state)
    if not helped or not found or not answerable(state) or found.answerable < SURE_ANSWER:
        return ""
    near = (hit for hit in found.hits if hit.score >= NEAR * found.hits[0].score)
    help_of_it = next((hit for hit in near if _explains(hit.passage, meaning.lang)), None)
    if help_of_it is None:
        return ""
    quote, mark = cite_hit(draft, state["given"].shop.folder, help_of_it, state["text"])
    return phrase(meaning.lang, "answer.found", text=quote, mark=mark)


def _asks_the_rule(state: TurnState) -> bool:
    """Whether it may as well be asked in general, before anything was bought: “买错了能退吗”."""
    return "refund_policy" in state["understanding"].candidates and asks(state["text"])


def _explains(passage: Passage, lang: str) -> bool:
    """Nobody asked for it: a product's page, a rule for the decision or another language is no help here."""
    return passage.kind == "article" and passage.lang[:2] == lang[:2]


def _show_order(state: TurnState, draft: Draft, memory: Memory, order: Order, item: OrderItem | None) -> Memory:
    """Nothing is asked for yet: the state of the order, what it means, and what may be asked for."""
    lang, shop = state["understanding"].lang, state["given"].shop
    if state["understanding"].topic == "evidence" and order.number in memory.orders and not order.frozen:
        _offer(state, draft, item.delivery_state if item else None)
        if draft.lines:
            return memory  # the order stands above: only what was asked there is asked again
        draft.parts.clear()
    memory = replace(memory, orders=_named(memory, order))
    draft.parts.append(order_card(order, shop.folder, lang))
    rows, first = (item,) if item else order.items, len(draft.lines)
    for row in rows:
        draft.lines.append(order_status(shop, lang, order, row))
    mark = cite_order(draft, order, next(part for part in draft.parts if part["type"] == "order"))
    draft.lines[first] = f"{draft.lines[first]} {mark}"
    if order.frozen:
        draft.lines.append(phrase(lang, "order.frozen"))
        draft.ticket = TicketRequest("risk_hold", "urgent")
        return memory
    _advise(state, draft, order, rows[0] if len(rows) == 1 else None)
    return memory


def order_status(shop: ShopView, lang: str, order: Order, row: OrderItem) -> str:
    """What is known of one item of an order, in sentences."""
    product = shop.folder.products.get(row.product_id or "")
    name = shop.product_name(product, lang) if product else row.name or row.product_id or "?"
    zone, currency = shop.folder.shop.timezone, order.currency or shop.folder.shop.currency
    state_name = label(lang, "state", row.delivery_state or "unknown")
    lines = [phrase(lang, "order.status", number=order.number, product=name, state=state_name)]
    if order.paid and row.paid_amount is not None and order.paid_at:
        paid = money(row.paid_amount, currency)
        lines.append(phrase(lang, "order.paid", amount=paid, paid_at=moment(order.paid_at, zone)))
    if row.delivered_at:
        lines.append(phrase(lang, "order.delivered", delivered_at=moment(row.delivered_at, zone)))
    if row.delivery_state == "partially_delivered" and None not in (row.quantity, row.delivered_quantity):
        lines.append(phrase(lang, "order.quantity", quantity=row.quantity, delivered=row.delivered_quantity))
    if row.refunded_amount:
        lines.append(phrase(lang, "order.refunded", amount=money(row.refunded_amount, currency)))
    return sentence(lang, *lines)


def cite_order(draft: Draft, order: Order, card: Json) -> str:
    """Cite an order by its card, and allow the amounts that stand in it."""
    for amount in (card["paid_amount"], *(row["paid_amount"] for row in card["items"])):
        if amount:
            draft.allowed.add(money(amount, card["currency"]))
    for row in order.items:
        if row.refunded_amount is not None:
            draft.allowed.add(money(row.refunded_amount, card["currency"]))
    return cite(draft, "order", order.number, order.number, f"{order.number} {card['state_label']}")


def _advise(state: TurnState, draft: Draft, order: Order, row: OrderItem | None) -> None:
    lang, topic = state["understanding"].lang, _about(state)
    where = row.delivery_state if row else None
    if where == "not_delivered" and row and row.delivery_kind == "manual":
        where = "paid_pending"  # somebody delivers it: nothing has failed that would have run by itself
    if where in {"delivered", "partially_delivered"} and topic in {"cannot_find_key", "not_delivered"}:
        draft.lines.append(phrase(lang, "order.where"))
    if where == "partially_delivered" and row and row.quantity is not None and row.delivered_quantity is not None:
        draft.lines.append(phrase(lang, "advice.partially_delivered", owed=row.quantity - row.delivered_quantity))
    elif where in {"unpaid", "expired", "paid_pending", "not_delivered", "paid_undelivered_shortage", "failed"}:
        draft.lines.append(phrase(lang, f"advice.{where}"))
    if where == "paid_pending" and row:
        _promise(state, draft, order, row)
    if topic == "refund_when":
        _about_refund(state, draft, row)
    if where in {"unpaid", "expired"} and topic == "paid_shows_unpaid":
        draft.ticket = TicketRequest("paid_shows_unpaid", "high")
    _offer(state, draft, where)


def _about(state: TurnState) -> str:
    """What the case is about: a message that only identifies goes on with what was said before."""
    topic = state["understanding"].topic
    return state["memory"].topic or topic if topic == "identify" else topic


def _about_refund(state: TurnState, draft: Draft, row: OrderItem | None) -> None:
    """What the record holds of a refund, and what the shop says about its arrival."""
    order = state["located"].order
    if order is not None and state["given"].submitted(order.number):
        draft.lines.append(phrase(state["understanding"].lang, "handoff.submitted"))
    elif row and row.refunded_amount == 0:
        draft.lines.append(phrase(state["understanding"].lang, "order.no_refund"))
    if answerable(state):
        quote, mark = cite_hit(draft, state["given"].shop.folder, state["found"].hits[0], state["text"])
        draft.lines.append(phrase(state["understanding"].lang, "answer.found", text=quote, mark=mark))


def _promise(state: TurnState, draft: Draft, order: Order, row: OrderItem) -> None:
    given, lang = state["given"], state["understanding"].lang
    product = given.shop.folder.products.get(row.product_id or "")
    if product is None or product.promised_minutes is None or order.paid_at is None:
        return
    late = given.now > order.paid_at + timedelta(minutes=product.promised_minutes)
    draft.lines.append(phrase(lang, "advice.overdue" if late else "advice.promised", minutes=product.promised_minutes))
    if late:
        draft.ticket = TicketRequest("not_delivered", "high")


def _offer(state: TurnState, draft: Draft, where: str | None) -> None:
    lang, memory = state["understanding"].lang, state["memory"]
    topic = TOPICS.get(memory.topic or "")
    offers = topic.offers if topic else ()
    if not offers and where in {"not_delivered", "paid_undelivered_shortage", "failed", "partially_delivered"}:
        offers = ("refund", "deliver")
    options = [(f"request:{name}", phrase(lang, f"label.{name}")) for name in offers]
    if topic and topic.reason and options and where not in {"unpaid", "expired"}:
        draft.lines.append(phrase(lang, "ask.request"))
        draft.asks.append("claim.request")
    draft.parts.append(choices([*options, ("human", phrase(lang, "label.human"))]))
