"""Composing: facts, decision and sources into an answer, by phrases with slots."""

from __future__ import annotations

from dataclasses import replace

from support.assistant.answerable import SURE_ANSWER
from support.assistant.cards import choices
from support.assistant.compose_case import answer_case
from support.assistant.compose_decision import ticket_for
from support.assistant.compose_question import answer_question
from support.assistant.coupons import tell_coupon
from support.assistant.meant import SURE
from support.assistant.person_first import ask_a_person, gate_of, marked
from support.assistant.phrases import keys, label, listed, phrase
from support.assistant.plan import calls
from support.assistant.state import Draft, Memory, TicketRequest, TurnState
from support.assistant.topics import TOPICS
from support.assistant.wording import money

MISSES_BEFORE_A_PERSON = 3


def compose(state: TurnState) -> TurnState:
    """The draft of the answer, and what is remembered of it."""
    state["given"].on_step("step.compose")
    draft, memory = Draft(), state["memory"]
    way = {
        "confirm": _confirm, "contest": _contest, "human": _human, "refuse": _refuse, "social": _social,
        "case": answer_case, "question": answer_question, "unsure": _unsure,
    }[state["plan"]]  # fmt: skip
    if _only_adds(state):
        way = _human_again
    if not tell_coupon(state, draft) or (state["plan"] == "case" and memory.order is not None):
        memory = way(state, draft, memory)
    else:
        draft.parts.append(choices([("human", phrase(state["understanding"].lang, "label.human"))]))
    _tell_also(state, draft)
    if (came := _of_files(state)) and draft.lines:
        draft.lines.insert(0, came)
    misses = 0 if draft.answered else memory.misses + (state["plan"] != "refuse")  # nobody is called to chat
    if misses >= MISSES_BEFORE_A_PERSON and draft.ticket is None:
        draft.ticket = TicketRequest("unanswered")
        misses = 0
    draft.ticket = marked(state, draft.ticket)
    return {"draft": draft, "memory": replace(memory, misses=misses, asks=tuple(draft.asks))}


def _of_files(state: TurnState) -> str:
    """That files have come, or how one is sent where a picture of the trouble is only spoken of."""
    lang, memory = state["understanding"].lang, state["memory"]
    if state["given"].pieces:
        return phrase(lang, "social.pieces")
    spoken_of = state["plan"] == "case" and state["understanding"].topic == "evidence" and memory.reason
    if not spoken_of or memory.evidence or memory.pieces:
        return ""
    return phrase(lang, "social.evidence" if memory.evidence is None else "social.evidence_none")


def _tell_also(state: TurnState, draft: Draft) -> None:
    """What the message asked besides is named, and one tap away: nothing that was asked is lost."""
    lang = state["understanding"].lang
    also = [topic for topic in state["understanding"].also if topic not in draft.told]
    if not also:
        return
    names = [label(lang, "topic", name) for name in also]
    draft.lines.append(phrase(lang, "answer.also", topics=listed(lang, names)))
    options = [(f"topic:{name}", text) for name, text in zip(also, names, strict=True)]
    draft.parts.append(choices(options))


def _confirm(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    given, lang = state["given"], state["understanding"].lang
    pending = given.memory.confirm
    yes = given.form.get("confirm", "yes" if state["understanding"].topic == "affirm" else "no") == "yes"
    if pending is None:
        draft.lines.append(phrase(lang, "decision.nothing_to_confirm"))
        return memory
    if not yes:
        draft.lines.append(phrase(lang, "decision.declined"))
        return replace(memory, confirm=None)
    if (stands := gate_of(state, ["refund" if pending.get("amount") else "deliver"])) != "open":
        ask_a_person(state, draft, stands, TicketRequest(memory.reason or "refund"))
        return replace(memory, confirm=None)
    if pending.get("amount"):
        amount = money(pending["amount"], pending["currency"])
        draft.allowed.add(amount)
        draft.lines.append(phrase(lang, "decision.confirmed_refund", amount=amount))
        draft.ticket = TicketRequest("refund", "normal", "refunds")
    else:
        draft.lines.append(phrase(lang, "decision.confirmed_other"))
        draft.ticket = TicketRequest("fulfil", "normal", "fulfilment")
    return replace(memory, confirm=None)


def _contest(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    draft.ticket = TicketRequest("contest", "normal")
    return replace(memory, refused=False)


def _human(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    meaning = state["understanding"]
    topic = TOPICS[meaning.topic]
    if "human" in state["given"].form or topic.mode != "human":  # asked for beside something else
        topic = TOPICS["human"]
    request = ticket_for(topic, state.get("decision"))
    if topic is TOPICS["human"] and state["located"].access == "unavailable":
        request = replace(request, reason="store_unavailable")
    sure = meaning.topic if meaning.confidence >= SURE else ""
    if line := _to_prepare(meaning.lang, sure, topic.priority == "urgent"):
        draft.lines.append(line)
    draft.ticket = request
    if "claim.evidence" in state["given"].memory.asks:
        memory = replace(memory, lacks_evidence=memory.request)
    return replace(memory, request=None)


def _to_prepare(lang: str, topic: str, urgent: bool) -> str:
    """What the person who comes will need, so that the wait is of use."""
    if f"handoff.prepare_{topic}" in keys(lang):
        return phrase(lang, f"handoff.prepare_{topic}")
    return phrase(lang, "handoff.urgent") if urgent else ""


def _only_adds(state: TurnState) -> bool:
    """Whether who waits for a person sends files without a word, and no decision lacks them: the person sees them."""
    given = state["given"]
    alone = given.waits and given.pieces > 0 and "wordless" in state["flags"]
    return alone and not given.memory.lacks_evidence and "claim.evidence" not in given.memory.asks


def _human_again(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    """Nothing but how long it still takes is told."""
    draft.ticket = TicketRequest("human", "low")
    return memory


def _refuse(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    topic, lang = state["understanding"].topic, state["understanding"].lang
    draft.lines.append(phrase(lang, f"answer.{topic}"))
    draft.parts.append(choices([("human", phrase(lang, "label.human"))]))
    draft.answered = topic == "prohibited"
    return memory


def _social(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    topic, lang = state["understanding"].topic, state["understanding"].lang
    topic = topic if TOPICS[topic].mode == "social" and topic != "identify" else "greeting"
    given = state["given"]
    only_calls = "wordless" in state["flags"] or topic == "greeting" or calls(given.text, given.memory)
    if given.waits and not given.pieces and only_calls:
        return _human_again(state, draft, memory)  # who waits only calls
    if topic == "evidence" and state["given"].pieces:
        topic = "pieces_alone"
    draft.lines.append(phrase(lang, f"social.{topic}", shop=state["given"].shop.name(lang)))
    if topic == "correction":
        draft.asks.append("order.number")
    if topic == "feedback_bad":
        draft.answered = False
        draft.parts.append(choices([("human", phrase(lang, "label.human"))]))
    return memory


def _unsure(state: TurnState, draft: Draft, memory: Memory) -> Memory:
    """Answer if the shop's words clearly do; else ask one good question."""
    if state["found"].answerable >= SURE_ANSWER:
        return answer_question(state, draft, memory)
    meaning = state["understanding"]
    options = [(f"topic:{name}", label(meaning.lang, "topic", name)) for name in meaning.candidates[:3]]
    named = [(value, text) for value, text in options if TOPICS[value[6:]].mode in {"question", "case", "human"}]
    if len(named) < (1 if meaning.engine == "model" else 2):
        return answer_question(state, draft, memory)
    draft.lines.append(phrase(meaning.lang, "ask.unsure"))
    draft.parts.append(choices([*named, ("human", phrase(meaning.lang, "label.human"))]))
    draft.asks.append("topic")
    draft.answered = False
    return memory
