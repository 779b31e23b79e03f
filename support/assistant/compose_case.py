"""Answering about the buyer's own order: its state, what is missing, what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from support.assistant.cards import choices, confirm_card, decision_card, facts_used, order_card, ownership_form
from support.assistant.citing import cite, cite_hit
from support.assistant.compose_question import answerable
from support.assistant.judge import requested
from support.assistant.phrases import label, phrase
from support.assistant.state import Draft, Memory, TicketRequest, TurnState
from support.assistant.topics import TOPICS, Topic
from support.assistant.wording import fact_word, moment, money, reason_word, sentence
from support.orders.order import Order, OrderItem
from support.policy.decision import Decision
from ticketing.ticket import PRIORITIES, Priority, higher

ASKABLE = frozenset({"order.number", "order.proof", "order.item", "claim.reason", "claim.evidence", "claim.detail"})
REASONS_OFFERED = (
    "not_delivered", "key_invalid", "key_used", "wrong_region", "changed_mind", "membership_inactive", "other",
)  # fmt: skip
HIGH_STATES = frozenset({"paid_undelivered_shortage", "partially_delivered", "failed"})


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
    return _tell(state, draft, memory, decision, located.order)


def _named(memory: Memory, order: Order) -> tuple[str, ...]:
    return memory.orders if order.number in memory.orders else (*memory.orders, order.number)


def _not_open(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    lang, located = state["understanding"].lang, state["located"]
    if located.access == "need_number":
        return _ask_number(state, draft, memory)
    if located.access == "need_proof":
        draft.lines.append(phrase(lang, "ask.proof", number=memory.order))
        draft.parts.append(ownership_form(lang, memory.order))
        draft.asks.append("order.proof")
    elif located.access == "no_match":
        draft.lines.append(phrase(lang, "order.not_found"))
        draft.parts.append(ownership_form(lang, None))
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
        draft.lines.append(phrase(lang, "ask.order"))
        draft.parts.append(ownership_form(lang, None))
        draft.asks += ["order.number", "order.proof"]
        _add_self_check(state, draft)
        return memory
    options = []
    for order in own[:6]:
        card = order_card(order, shop.folder, lang)
        options.append(
            (f"order:{order.number}", f"{order.number} · {card['items'][0]['name']} · {card['state_label']}")
        )
    draft.lines.append(phrase(lang, "ask.own_order"))
    draft.parts.append(choices(options))
    draft.asks.append("order.number")
    return memory


def _add_self_check(state: TurnState, draft: Draft) -> None:
    """While the number is asked for: what the buyer can check meanwhile, if an article says."""
    topic, found = state["understanding"].topic, state.get("found")
    useful = topic in {"key_invalid", "cannot_find_key", "wrong_region", "top_up_missing", "paid_shows_unpaid"}
    if useful and found and answerable(state):
        quote, mark = cite_hit(draft, found.hits[0], state["text"])
        draft.lines.insert(0, phrase(state["understanding"].lang, "answer.found", text=quote, mark=mark))


def _show_order(state: TurnState, draft: Draft, memory: Memory, order: Order, item: OrderItem | None) -> Memory:
    """Nothing is asked for yet: the state of the order, what it means, and what may be asked for."""
    lang, shop = state["understanding"].lang, state["given"].shop
    memory = replace(memory, orders=_named(memory, order))
    draft.parts.append(order_card(order, shop.folder, lang))
    rows = (item,) if item else order.items
    for row in rows:
        draft.lines += _status(state, order, row)
    mark = _cite_order(state, draft, order)
    draft.lines[0] = f"{draft.lines[0]} {mark}"
    if order.frozen:
        draft.lines.append(phrase(lang, "order.frozen"))
        draft.ticket = TicketRequest("risk_hold", "urgent")
        return memory
    _advise(state, draft, order, rows[0] if len(rows) == 1 else None)
    return memory


def _status(state: TurnState, order: Order, row: OrderItem) -> list[str]:
    lang, shop = state["understanding"].lang, state["given"].shop
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
    return [sentence(lang, *lines)]


def _cite_order(state: TurnState, draft: Draft, order: Order) -> str:
    card = next(part for part in draft.parts if part["type"] == "order")
    for amount in (card["paid_amount"], *(row["paid_amount"] for row in card["items"])):
        if amount:
            draft.allowed.add(money(amount, card["currency"]))
    for row in order.items:
        if row.refunded_amount is not None:
            draft.allowed.add(money(row.refunded_amount, card["currency"]))
    return cite(draft, "order", order.number, order.number, f"{order.number} {card['state_label']}")


def _advise(state: TurnState, draft: Draft, order: Order, row: OrderItem | None) -> None:
    lang, meaning = state["understanding"].lang, state["understanding"]
    where = row.delivery_state if row else None
    if where in {"delivered", "partially_delivered"} and meaning.topic in {"cannot_find_key", "not_delivered"}:
        draft.lines.append(phrase(lang, "order.where"))
    if where == "partially_delivered" and row and row.quantity is not None and row.delivered_quantity is not None:
        draft.lines.append(phrase(lang, "advice.partially_delivered", owed=row.quantity - row.delivered_quantity))
    elif where in {"unpaid", "expired", "paid_pending", "not_delivered", "paid_undelivered_shortage", "failed"}:
        draft.lines.append(phrase(lang, f"advice.{where}"))
    if where == "paid_pending" and row:
        _promise(state, draft, order, row)
    if where in {"unpaid", "expired"} and meaning.topic == "paid_shows_unpaid":
        draft.ticket = TicketRequest("paid_shows_unpaid", "high")
    _offer(state, draft, where)


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


def _tell(state: TurnState, draft: Draft, memory: Memory, decision: Decision, order: Order) -> Memory:
    request = requested(state) or "refund"
    if decision.verdict == "need":
        return _tell_need(state, draft, memory, decision)
    lang, zone = state["understanding"].lang, state["given"].shop.folder.shop.timezone
    title, intro = _clause(state, draft, decision)
    summary, extra = _summary(state, draft, decision, order, title)
    draft.lines.append(intro + summary if intro else summary[:1].upper() + summary[1:])
    draft.lines += extra
    draft.parts.append(decision_card(decision, title, summary, request, lang, zone))
    _next_step(state, draft, decision, memory)
    confirm = _confirmation(draft, decision)
    return replace(memory, request=None, confirm=confirm)


def _clause(state: TurnState, draft: Draft, decision: Decision) -> tuple[str, str]:
    """The clause's title and the words that lead in, with its citation."""
    lang = state["understanding"].lang
    if decision.clause is None:
        return "", ""
    ref = decision.clause
    for version in state["given"].shop.folder.policies:
        if (version.policy, version.effective.isoformat()) == (ref.policy, ref.effective):
            clause = version.translations.get((lang, ref.id)) or next(c for c in version.clauses if c.id == ref.id)
            mark = cite(draft, "clause", f"{ref.policy}/{ref.id}", clause.title, clause.text)
            return clause.title, phrase(lang, "decision.intro", clause=clause.title, mark=mark)
    return ref.id, ""


def _summary(state: TurnState, draft: Draft, decision: Decision, order: Order, title: str) -> tuple[str, list[str]]:
    lang, shop = state["understanding"].lang, state["given"].shop
    outcome = dict(decision.outcome or {})
    if decision.verdict == "refer":
        return phrase(lang, "decision.refer" if decision.clause else "decision.none"), []
    if decision.verdict == "refuse":
        return _refusal(state, decision, str(outcome.get("reason")), title)
    if refund := outcome.get("refund"):
        amount = money(refund["amount"], refund["currency"])
        draft.allowed.add(amount)
        return phrase(lang, "decision.grant_refund", amount=amount), []
    if "wait" in outcome:
        until = (order.paid_at or state["given"].now) + timedelta(minutes=float(outcome["wait"]))
        text = moment(until, shop.folder.shop.timezone)
        return phrase(lang, "decision.grant_wait", minutes=outcome["wait"], until=text), []
    if "exchange" in outcome:
        product = shop.folder.products.get(outcome["exchange"])
        name = shop.product_name(product, lang) if product else outcome["exchange"]
        return phrase(lang, "decision.grant_exchange", product=name), []
    kind = "deliver" if "deliver" in outcome else "reissue"
    return phrase(lang, f"decision.grant_{kind}", count=outcome[kind]), []


def _refusal(state: TurnState, decision: Decision, key: str, title: str) -> tuple[str, list[str]]:
    lang, zone = state["understanding"].lang, state["given"].shop.folder.shop.timezone
    known = label(lang, "refusal", key)
    reason = known if known != key.replace("_", " ") else f"{title}{'。' if lang.startswith('zh') else '.'}"
    facts = facts_used(decision, lang, zone)
    words = ("；" if lang.startswith("zh") else "; ").join(f"{fact['label']} {fact['value']}" for fact in facts)
    extra = [phrase(lang, "decision.refuse_facts", facts=words)] if words else []
    return phrase(lang, "decision.refuse", reason=reason), [*extra, phrase(lang, "decision.refuse_routes")]


def _next_step(state: TurnState, draft: Draft, decision: Decision, memory: Memory) -> None:
    """What follows a verdict: a confirmation, a person, or nothing."""
    lang, outcome = state["understanding"].lang, decision.outcome or {}
    if decision.verdict == "refer":
        topic = TOPICS.get(memory.topic or state["understanding"].topic, TOPICS["refund"])
        draft.ticket = ticket_for(topic, decision)
    elif decision.verdict == "grant" and "wait" not in outcome:
        refund = outcome.get("refund") or {}
        text = phrase(lang, "decision.confirm") if refund else ""
        title = draft.parts[-1]["summary"]
        draft.parts.append(confirm_card(lang, title, text, refund.get("amount"), refund.get("currency")))
        if text:
            draft.lines.append(text)


def _confirmation(draft: Draft, decision: Decision) -> dict[str, object] | None:
    card = next((part for part in draft.parts if part["type"] == "confirm"), None)
    if card is None:
        return None
    return {
        "id": card["id"],
        "amount": card["amount"],
        "currency": card["currency"],
        "digest": decision.proof["digest"],
    }


def _tell_need(state: TurnState, draft: Draft, memory: Memory, decision: Decision) -> Memory:
    """Ask the buyer for what only the buyer knows; what nobody can look up goes to a person."""
    lang = state["understanding"].lang
    unknown = [name for name in decision.missing if name not in ASKABLE]
    if unknown:
        words = "、".join(fact_word(lang, n) for n in unknown) if lang.startswith("zh") else ", ".join(
            fact_word(lang, n) for n in unknown
        )  # fmt: skip
        draft.lines.append(phrase(lang, "decision.need_lookup", facts=words))
        topic = TOPICS.get(memory.topic or state["understanding"].topic, TOPICS["refund"])
        draft.ticket = replace(ticket_for(topic, decision), missing=tuple(unknown))
        return replace(memory, request=None)
    _ask_buyer(state, draft, decision.missing[0])
    return replace(memory, request=requested(state))


def _ask_buyer(state: TurnState, draft: Draft, fact: str) -> None:
    lang, located = state["understanding"].lang, state["located"]
    draft.asks.append(fact)
    if fact == "order.item" and located.order:
        card = order_card(located.order, state["given"].shop.folder, lang)
        draft.lines.append(phrase(lang, "ask.item", count=len(card["items"])))
        options = [(f"item:{row['product_id']}", f"{row['name']} · {row['state_label']}") for row in card["items"]]
        draft.parts.append(choices(options))
    elif fact == "claim.reason":
        draft.lines.append(phrase(lang, "ask.reason"))
        draft.parts.append(choices([(f"reason:{name}", reason_word(lang, name)) for name in REASONS_OFFERED]))
    elif fact in {"claim.evidence", "claim.detail"}:
        draft.lines.append(phrase(lang, f"ask.{fact.removeprefix('claim.')}"))
    else:
        draft.lines.append(phrase(lang, "ask.order"))
        draft.parts.append(ownership_form(lang, None))


def ticket_for(topic: Topic, decision: Decision | None) -> TicketRequest:
    """The ticket of a topic, as urgent as the topic or the policy says, whichever is more."""
    priority: Priority = topic.priority
    said = (decision.outcome or {}).get("priority") if decision else None
    if said in PRIORITIES:
        priority = higher(priority, said)
    reason = topic.reason if topic.mode == "case" and topic.reason else topic.ticket
    return TicketRequest(reason, priority)


__all__ = ["answer_case", "ticket_for"]
