"""Saying what was decided, and asking for what a decision still needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from support.assistant.cards import (
    RULES_OF_RISK,
    choices,
    confirm_card,
    decision_card,
    facts_used,
    order_card,
    ownership_form,
)
from support.assistant.citing import cite
from support.assistant.judge import requested
from support.assistant.person_first import ask_a_person, gate_of
from support.assistant.phrases import keys, listed, phrase
from support.assistant.state import Draft, Memory, TicketRequest, TurnState
from support.assistant.topics import TOPICS, Topic
from support.assistant.why.buyer import clause_rows
from support.assistant.why.speech import MONEY
from support.assistant.wording import fact_word, moment, money, reason_word, refusal_word
from support.orders.order import Order
from support.policy.decision import Decision
from support.risk.gate import Gate
from ticketing.ticket import PRIORITIES, Priority, higher

ASKABLE = frozenset({"order.number", "order.proof", "order.item", "claim.reason", "claim.evidence", "claim.detail"})
UNDELIVERED = frozenset({"not_delivered", "paid_undelivered_shortage", "failed", "paid_pending"})
REASONS_OFFERED = (
    "not_delivered", "key_invalid", "key_used", "wrong_region", "changed_mind", "membership_inactive", "other",
)  # fmt: skip


def tell(state: TurnState, draft: Draft, memory: Memory, decision: Decision, order: Order) -> Memory:
    """The verdict in words, as a card, and with its next step."""
    request = requested(state) or "refund"
    if decision.verdict == "need":
        return _tell_need(state, draft, memory, decision)
    lang, zone = state["understanding"].lang, state["given"].shop.folder.shop.timezone
    title, intro = _clause(state, draft, decision)
    summary, extra = _summary(state, draft, decision, order, title)
    referred = decision.clause.id if decision.verdict == "refer" and decision.clause else None
    if referred is None or memory.referred != referred or not state["given"].waits:  # else it stands above
        draft.lines += [intro + summary if intro else summary[:1].upper() + summary[1:], *extra]
    card = decision_card(decision, title, summary, request, lang, zone)
    card["facts"] = [*clause_rows(decision, lang, state["given"].shop.folder), *card["facts"]]
    draft.parts.append(card)
    _next_step(state, draft, decision, memory)
    confirm = _confirmation(draft, decision)
    refused = decision.verdict == "refuse"
    return replace(memory, request=None, confirm=confirm, refused=refused, referred=referred)


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
        asked_for = f"decision.refer_{requested(state)}"
        known = asked_for if asked_for in keys(lang) else "decision.refer"
        return phrase(lang, known if decision.clause else "decision.none"), []
    if decision.verdict == "refuse":
        return _refusal(state, draft, decision, str(outcome.get("reason")), title)
    if refund := outcome.get("refund"):
        amount = money(refund["amount"], refund["currency"])
        draft.allowed.add(amount)
        return phrase(lang, "decision.grant_refund", amount=amount), []
    if "wait" in outcome:
        until = (order.paid_at or state["given"].now) + timedelta(minutes=float(outcome["wait"]))
        text = moment(until, shop.folder.shop.timezone)
        draft.held |= {text, f"{outcome['wait']} minutes", f"{outcome['wait']} 分钟"}
        return phrase(lang, "decision.grant_wait", minutes=outcome["wait"], until=text), []
    if "exchange" in outcome:
        product = shop.folder.products.get(outcome["exchange"])
        name = shop.product_name(product, lang) if product else outcome["exchange"]
        return phrase(lang, "decision.grant_exchange", product=name), []
    kind = "deliver" if "deliver" in outcome else "reissue"
    return phrase(lang, f"decision.grant_{kind}", count=outcome[kind]), []


def _refusal(state: TurnState, draft: Draft, decision: Decision, key: str, title: str) -> tuple[str, list[str]]:
    lang, zone = state["understanding"].lang, state["given"].shop.folder.shop.timezone
    reason = refusal_word(lang, key, title)
    facts = facts_used(decision, lang, zone)
    draft.allowed |= {fact["value"] for fact in facts if fact["name"] in MONEY}
    rows = (listed(lang, (fact["label"], fact["value"]), "colon") for fact in facts)
    words = listed(lang, rows, "semicolon")
    extra = [phrase(lang, "decision.refuse_facts", facts=words)] if words else []
    return phrase(lang, "decision.refuse", reason=reason), [*extra, phrase(lang, "decision.refuse_routes")]


def _next_step(state: TurnState, draft: Draft, decision: Decision, memory: Memory) -> None:
    """What follows a verdict: a confirmation, a person, or nothing."""
    lang, outcome = state["understanding"].lang, decision.outcome or {}
    if decision.verdict == "refer":
        topic = TOPICS.get(memory.topic or state["understanding"].topic, TOPICS["refund"])
        draft.ticket = replace(ticket_for(topic, decision), reason=_why(state, memory, topic))
    elif "refund" in outcome and (order := state["located"].order) and state["given"].submitted(order.number):
        draft.lines += under_way(state, draft, order.number)
    elif (stands := _gate(state, decision)) != "open":
        topic = TOPICS.get(memory.topic or state["understanding"].topic, TOPICS["refund"])
        request = replace(ticket_for(topic, decision), reason=_why(state, memory, topic))
        ask_a_person(state, draft, stands, request)
    elif decision.verdict == "grant" and "wait" not in outcome:
        refund = outcome.get("refund") or {}
        text = phrase(lang, "decision.confirm" if refund else "decision.confirm_other")
        title = phrase(lang, "decision.confirm_title") if refund else draft.parts[-1]["summary"]
        draft.parts.append(confirm_card(lang, title, text, refund.get("amount"), refund.get("currency")))
        draft.lines.append(text)


def under_way(state: TurnState, draft: Draft, number: str) -> list[str]:
    """That what was submitted before is worked on, and how far its refund is."""
    lang = state["understanding"].lang
    submitted = phrase(lang, "handoff.submitted")
    if (far := state["given"].how_far(number, lang)) is None:
        return [submitted]
    draft.allowed.add(far[1])
    return [far[0], submitted]


def _gate(state: TurnState, decision: Decision) -> Gate:
    """Whether what was granted may be offered to run by itself."""
    if decision.verdict != "grant":
        return "open"
    facts = decision.proof["facts"]
    frozen = facts.get("order.frozen", {}).get("value") is True
    return gate_of(state, decision.outcome or (), frozen, facts.get("risk.score", {}).get("value"))


def _why(state: TurnState, memory: Memory, topic: Topic) -> str:
    """The ticket's reason: a held order first, then what the buyer said, then what the order shows."""
    order, item = state["located"].order, state["located"].item
    if order is not None and order.frozen:
        return "risk_hold"
    if memory.reason:
        return memory.reason
    undelivered = item is not None and item.delivery_state in UNDELIVERED
    return "not_delivered" if undelivered and topic.reason is None else ticket_for(topic, None).reason


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
    from_buyer = [name for name in decision.missing if name in ASKABLE]
    if unknown and not from_buyer:
        named = [fact_word(lang, name) for name in unknown if name not in RULES_OF_RISK]
        words = listed(lang, named)
        draft.lines.append(phrase(lang, "decision.need_lookup" if words else "decision.need_person", facts=words))
        topic = TOPICS.get(memory.topic or state["understanding"].topic, TOPICS["refund"])
        draft.ticket = replace(ticket_for(topic, decision), missing=tuple(unknown))
        return replace(memory, request=None)
    ask_buyer(state, draft, from_buyer[0])
    return replace(memory, request=requested(state))


def ask_buyer(state: TurnState, draft: Draft, fact: str) -> None:
    """Ask for one fact, by the card that gives it most easily."""
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
        draft.parts.append(ownership_form(lang, None, state["given"].shop.connector))


def ticket_for(topic: Topic, decision: Decision | None) -> TicketRequest:
    """The ticket of a topic, as urgent as the topic or the policy says, whichever is more."""
    priority: Priority = topic.priority
    said = (decision.outcome or {}).get("priority") if decision else None
    if said in PRIORITIES:
        priority = higher(priority, said)
    reason = topic.reason if topic.mode == "case" and topic.reason else topic.ticket
    return TicketRequest(reason, priority)
