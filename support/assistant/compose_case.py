"""Answering about the buyer's own order: its state, what is missing, what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from retrieval.passage import Passage
from support.assistant.also import asks
from support.assistant.answerable import SURE_ANSWER, answerable
from support.assistant.cards import choices, order_card, ownership_form
from support.assistant.citing import cite, cite_hit
from support.assistant.compose_decision import ask_buyer, tell, ticket_for, under_way
from support.assistant.compose_question import NEAR
from support.assistant.following import lost_the_number
from support.assistant.meant import SURE, handed
from support.assistant.phrases import label, phrase
from support.assistant.products import begins_named, mentioned
from support.assistant.state import Draft, Json, Memory, ShopView, TicketRequest, TurnState
from support.assistant.topics import OFFERED_AFTER, TOPICS
from support.assistant.wording import moment, money, sentence
from support.orders.opening import wants_two_proofs
from support.orders.order import Order, OrderItem

SELF_CHECKED = frozenset(
    {
        "key_invalid", "cannot_find_key", "wrong_region", "top_up_missing", "paid_shows_unpaid", "coupon_problem",
        "refund_when",
    }
)  # fmt: skip
ASKS_ITS_STATE = frozenset(
    {"order_status", "manual_wait", "not_delivered", "cannot_find_key", "refund_when", "paid_shows_unpaid"}
)  # fmt: skip
"""Questions that the state of the order answers, however often they are asked."""
NOT_PAID = frozenset({"unpaid", "expired"})
OWN_DOING = frozenset({"changed_mind", "wrong_account", "price_drop", "invoice"})
"""What befell a buyer by no fault of the shop: there is nothing to be sorry for."""


def answer_case(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    """Take the case one step on: open the order, ask for what is missing, or say what was decided."""
    located = state["located"]
    passed_on = state["given"].waits and handed(state["given"].memory) and not state["understanding"].request
    if passed_on and located.access == "need_number":
        draft.ticket = TicketRequest("human", "low")
        return memory
    if located.access != "opened" or located.order is None:
        return _not_open(state, draft, memory)
    decision = state.get("decision")
    if decision is None:
        return _show_order(state, draft, memory, located.order, located.item)
    if located.newly_opened or memory.order not in memory.orders:
        draft.parts.append(order_card(located.order, state["given"].shop.folder, state["understanding"].lang))
    memory = replace(memory, orders=_named(memory, located.order), shown=located.order.standing)
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
        draft.parts.append(ownership_form(lang, None, state["given"].shop.connector, again=memory.order))
        draft.asks += ["order.number", "order.proof"]
    elif located.access == "wait":
        draft.lines.append(phrase(lang, "order.wait", minutes=10))
        draft.parts.append(choices([("human", phrase(lang, "label.human"))]))
    else:
        draft.lines.append(phrase(lang, "order.no_source" if located.access == "no_source" else "order.unavailable"))
        draft.ticket = _stuck(state) if located.access == "no_source" else None
        if draft.ticket is None:
            draft.parts.append(choices([("human", phrase(lang, "label.human"))]))
        return replace(memory, shown=None)  # what was shown before may not hold any more
    return memory


def _stuck(state: TurnState) -> TicketRequest:
    """No source of orders: a person decides, with the reason that the buyer gave."""
    return ticket_for(TOPICS[state["memory"].topic or state["understanding"].topic], None)


def _ask_number(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    lang, own, shop = state["understanding"].lang, state["located"].own, state["given"].shop
    if not own and lost_the_number(state["text"]):
        draft.lines.append(phrase(lang, "ask.order_lost"))
        draft.parts.append(choices([("human", phrase(lang, "label.human"))]))
        draft.asks += ["order.number", "order.proof"]
        return memory
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
    quote, mark = cite_hit(draft, state["given"].shop.folder, help_of_it, state["text"], steps=True)
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
    rows = (item,) if item else order.items
    again = memory.shown == order.standing and not order.frozen
    if again and _about(state) not in ASKS_ITS_STATE:
        return _note(state, draft, memory, rows)
    held = item.product_id if item and item.product_id in shop.folder.products else memory.product
    memory = replace(memory, orders=_named(memory, order), shown=order.standing, product=held)
    card, first = order_card(order, shop.folder, lang), len(draft.lines)
    draft.parts += [] if again else [card]
    draft.lines += [order_status(shop, lang, order, row, short=again) for row in rows]
    draft.lines[first] = f"{draft.lines[first]} {cite_order(draft, order, card)}"
    if order.frozen:
        draft.lines.append(phrase(lang, "order.frozen"))
        draft.ticket = TicketRequest("risk_hold", "urgent")
        return memory
    if state["given"].waits and handed(state["given"].memory):
        draft.ticket = TicketRequest("human", "low")  # a person sees to it: the order is passed on, and nothing offered
        return memory
    if _about(state) == "refund_when" and state["given"].submitted(order.number):
        _about_refund(state, draft, rows[0])  # what was asked for is under way: nothing is offered beside it
        return memory
    _advise(state, draft, order, rows)
    return memory


def _note(state: TurnState, draft: Draft, memory: Memory, rows: Sequence[OrderItem]) -> Memory:
    """The order stands above and what is said adds to it: it is not told again, only what was asked there."""
    if state["given"].waits:
        draft.ticket = TicketRequest("human", "low")  # says that it is passed on
        return memory
    _offer(state, draft, rows)
    if state["understanding"].topic != "evidence" or not draft.lines:
        draft.lines.insert(0, phrase(state["understanding"].lang, "ask.noted"))
    return memory


def order_status(shop: ShopView, lang: str, order: Order, row: OrderItem, short: bool = False) -> str:
    """What is known of one item of an order, in sentences; `short` where it was told before."""
    product = shop.folder.products.get(row.product_id or "")
    name = shop.product_name(product, lang) if product else row.name or row.product_id or "?"
    zone, currency = shop.folder.shop.timezone, order.currency or shop.folder.shop.currency
    state_name = label(lang, "state", row.delivery_state or "unknown")
    lines = [phrase(lang, "order.status", number=order.number, product=name, state=state_name)]
    if not short and order.paid and row.paid_amount is not None and order.paid_at:
        paid = money(row.paid_amount, currency)
        lines.append(phrase(lang, "order.paid", amount=paid, paid_at=moment(order.paid_at, zone)))
    if not short and row.delivered_at:
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


def _advise(state: TurnState, draft: Draft, order: Order, rows: Sequence[OrderItem]) -> None:
    lang, topic = state["understanding"].lang, _about(state)
    row = rows[0] if len(rows) == 1 else None
    where = _where(rows)
    checked = where in NOT_PAID and (topic == "paid_shows_unpaid" or state["given"].waits)
    if where in {"delivered", "partially_delivered"} and topic in {"cannot_find_key", "not_delivered"}:
        draft.lines.append(phrase(lang, "order.where"))
    if where == "partially_delivered" and row and row.quantity is not None and row.delivered_quantity is not None:
        draft.lines.append(phrase(lang, "advice.partially_delivered", owed=row.quantity - row.delivered_quantity))
    elif where in {"unpaid", "expired", "paid_pending", "not_delivered", "paid_undelivered_shortage", "failed"}:
        draft.lines.append(phrase(lang, f"advice.{where}_checked" if checked else f"advice.{where}"))
    if where == "paid_pending" and row:
        _promise(state, draft, order, row)
    if topic == "refund_when":
        _about_refund(state, draft, row)
    if checked:
        draft.ticket = TicketRequest("paid_shows_unpaid", "high")
    _offer(state, draft, rows)


def _where(rows: Sequence[OrderItem]) -> str | None:
    """The state of delivery of a single item; where somebody delivers, nothing has failed that runs by itself."""
    state, kind = (rows[0].delivery_state, rows[0].delivery_kind) if len(rows) == 1 else (None, None)
    return "paid_pending" if (state, kind) == ("not_delivered", "manual") else state


def _about(state: TurnState) -> str:
    """What the case is about: a message that only identifies goes on with what was said before."""
    topic = state["understanding"].topic
    return state["memory"].topic or topic if topic == "identify" else topic


def _about_refund(state: TurnState, draft: Draft, row: OrderItem | None) -> None:
    """What the record holds of a refund, and what the shop says about its arrival."""
    order = state["located"].order
    if order is not None and state["given"].submitted(order.number):
        draft.lines += under_way(state, draft, order.number)
    elif row and row.refunded_amount == 0:
        draft.lines.append(phrase(state["understanding"].lang, "order.no_refund"))
    if answerable(state):
        quote, mark = cite_hit(draft, state["given"].shop.folder, state["found"].hits[0], state["text"], steps=True)
        draft.lines.append(phrase(state["understanding"].lang, "answer.found", text=quote, mark=mark))


def _promise(state: TurnState, draft: Draft, order: Order, row: OrderItem) -> None:
    given, lang = state["given"], state["understanding"].lang
    product = given.shop.folder.products.get(row.product_id or "")
    if product is None or product.promised_minutes is None or order.paid_at is None:
        return
    due = order.paid_at + timedelta(minutes=product.promised_minutes)
    late, until = given.now > due, moment(due, given.shop.folder.shop.timezone)
    draft.held.add(until)
    key = "advice.overdue" if late else "advice.promised_until"
    draft.lines.append(phrase(lang, key, minutes=product.promised_minutes, until=until))
    if late:
        draft.ticket = TicketRequest("not_delivered", "high")


def _offer(state: TurnState, draft: Draft, rows: Sequence[OrderItem]) -> None:
    """What may be asked for, by buttons; it is asked in words where a trouble was told or a rule asked about."""
    lang, memory = state["understanding"].lang, state["memory"]
    topic, where = TOPICS.get(memory.topic or ""), _where(rows)
    if topic and topic.reason and len(rows) > 1:
        ask_buyer(state, draft, "order.item")
        return
    offers = topic.offers if topic else ()
    if not offers and where in {"not_delivered", "paid_undelivered_shortage", "failed", "partially_delivered"}:
        offers = ("refund", "deliver")
    wanted = OFFERED_AFTER.get(memory.topic or "")
    offers = () if where in NOT_PAID else (wanted,) if wanted else offers
    asked = "request" if topic and topic.reason else f"{wanted}_too" if wanted else ""
    if asked and offers and not (where == "paid_pending" and memory.topic == "manual_wait"):
        draft.lines.append(phrase(lang, f"ask.{asked}"))
        draft.asks.append("claim.request")
    options = [(f"request:{name}", phrase(lang, f"label.{name}")) for name in offers]
    draft.parts.append(choices([*options, ("human", phrase(lang, "label.human"))]))
