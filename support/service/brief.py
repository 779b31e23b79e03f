"""The brief for whoever takes over: what an agent must know before the first word, each claim with its message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from support.assistant.demands import demands_a_person
from support.assistant.phrases import label, listed, phrase
from support.assistant.wording import fact_word, sentence
from support.chat.frames import utc
from support.orders.number import normalise_number
from support.service.brief_facts import Known, decision_message, facts_of, part_of
from support.service.brief_next import clause_of, next_step, outcome_text
from support.service.desk_queue import order_number
from support.service.risk_words import told
from support.service.shops import LoadedShop
from ticketing.conversation import Conversation, Message
from ticketing.order_event import OrderEvent
from ticketing.storage import cases, claims, dossier, order_events, reviews, talk, tickets, visitors
from ticketing.ticket import Ticket

Json = dict[str, Any]
READ = 300
QUOTE = 80
LEAST_WORDS = 4
HIDDEN = "••••"
"""Stands for a password in a buyer's words."""


def brief(tx: sa.Connection, loaded: LoadedShop, conversation: Conversation, lang: str) -> Json:
    """The brief of a conversation in `lang`; the same record gives the same brief.

    `{"why", "wants", "facts", "verdict", "missing", "tried", "next", "deadline", "lang", "risk"}`, where `lang` is the
    buyer's and `message` is the id of the message that holds a claim, None where none does.
    """
    known = known_of(tx, loaded, conversation, lang)
    missing = missing_of(known)
    words = [fact_word(lang, name) for name in missing]
    return {
        "why": _why(known), "wants": _wants(known), "facts": facts_of(known), "verdict": _verdict(known),
        "missing": words, "tried": _tried(known),
        "next": {"text": _next(known, words)},
        "deadline": _deadline(known.ticket), "lang": conversation.lang, "risk": _risk(tx, known),
    }  # fmt: skip


def _next(known: Known, missing: Sequence[str]) -> str:
    if known.review is not None:
        return phrase(known.lang, "next.answered")
    return next_step(known.loaded, known.ticket, cause_of(known), known.decided, missing, known.lang)


def known_of(tx: sa.Connection, loaded: LoadedShop, conversation: Conversation, lang: str) -> Known:
    """All that the record holds of a conversation for whoever takes it over."""
    shop, key = loaded.id, conversation.id
    decided = next(iter(dossier.decisions_of(tx, shop, key)), None)
    held = tickets.main_ticket_of(tx, shop, key) or next(iter(reversed(cases.tickets_of(tx, shop, key))), None)
    messages = talk.page(tx, shop, key, None, READ)
    steps = dossier.steps_of(tx, shop, key, messages[0].at) if messages else ()
    return Known(
        loaded, conversation, messages, held, decided,
        visitors.granted_orders(tx, shop, conversation.owner), lang,
        frozenset(message for message, trace in steps if _of_a_case(trace)),
        _told(tx, shop, order_number(conversation, held)),
        reviews.of_decision(tx, shop, decided.id) if decided else None,
    )  # fmt: skip


def _told(tx: sa.Connection, shop: str, number: str | None) -> tuple[OrderEvent, ...]:
    return order_events.of_order(tx, shop, normalise_number(number)) if number else ()


def _risk(tx: sa.Connection, known: Known) -> Json | None:
    """What was found of risk, for and against the buyer."""
    report = claims.report_of(tx, known.loaded.id, known.conversation.id)
    return None if report is None else told(report, known.lang)


def _of_a_case(trace: Json) -> bool:
    """Whether a message was about something to be done, rather than a question or only the wish for a person."""
    plan, topic = trace.get("plan"), trace.get("topic")
    return plan in {"case", "refuse"} or (plan == "human" and topic != "human")


def _why(known: Known) -> Json:
    if known.ticket is None:
        return {"text": phrase(known.lang, "brief.why_none"), "message": None}
    told, cause = _asking(known), cause_of(known)
    of = label(known.lang, "reason", cause)
    key = "brief.why_human" if cause != known.ticket.reason else "brief.why"
    priority = label(known.lang, "priority", known.ticket.priority)
    text = phrase(known.lang, key, reason=of, priority=priority, quote=_quote(told))
    return {"text": _capital(text), "message": told.id if told else None}


def cause_of(known: Known) -> str:
    """What it is about: where the ticket only says that a person was asked for, what the buyer said before."""
    reason = known.ticket.reason if known.ticket else "human"
    said = known.conversation.memory.get("reason")
    return str(said) if reason in {"human", "contest", "other"} and said else reason


def _asking(known: Known) -> Message | None:
    """The buyer's message that led to the ticket: the last one before its card that is no form with a password."""
    said = [one for one in _said(known)[0] if HIDDEN not in one.text]
    return next((one for one in reversed(said) if one.text.strip()), None) or first_words(known)


def _said(known: Known) -> tuple[list[Message], list[Message]]:
    """What the buyer said until the ticket's card, and what was added to it until an agent spoke."""
    ticket = known.ticket
    at = next((one.seq for one in known.messages if ticket and part_of(one, "ticket", ticket.id)), None)
    said = [one for one in known.messages if one.author_kind == "buyer"]
    if at is None:
        return said, []
    spoke = next((one.seq for one in known.messages if one.author_kind == "agent" and one.seq > at), None)
    return (
        [one for one in said if one.seq < at],
        [one for one in said if one.seq > at and (spoke is None or one.seq < spoke)],
    )


def _wants(known: Known) -> Json:
    said = first_words(known)
    if said is None:
        return {"text": phrase(known.lang, "brief.no_words"), "message": None}
    asked = known.conversation.memory.get("request") or (known.decided.proof["request"] if known.decided else None)
    request = label(known.lang, "request", asked) if asked else ""
    text = phrase(known.lang, "brief.wants" if asked else "brief.wants_unsaid", request=request, quote=_quote(said))
    added = [one for one in _said(known)[1] if _tells(one.text)]
    if added:
        text = sentence(known.lang, text, phrase(known.lang, "brief.added", quote=_quote(added[-1])))
    return {"text": _capital(text), "message": said.id}


def first_words(known: Known) -> Message | None:
    """The first message of the buyer that tells something, rather than a number, a password or a button.

    Questions that were asked before the matter itself came up tell only where nothing else does, and then the last.
    """
    said = [one for one in known.messages if one.author_kind == "buyer"]
    telling = [one for one in said if _tells(one.text)]
    before = [one for one in _said(known)[0] if one in telling]
    of_case = [one for one in before if one.id in known.of_case]
    asked = [one for one in before if not demands_a_person(one.text)]
    return next(iter([*of_case[:1], *asked[-1:], *telling, *said]), None)


def _tells(text: str) -> bool:
    """Whether it is said in words: some Han, or three words of letters."""
    wide = any(ord(sign) >= 0x2E80 for sign in text)
    words = sum(word.strip(".,;:!?'").replace("'", "").isalpha() for word in text.split())
    return HIDDEN not in text and (words >= 3 or (wide and len(text.strip()) >= LEAST_WORDS))


def _verdict(known: Known) -> Json | None:
    if known.decided is None:
        return None
    lang, proof = known.lang, known.decided.proof
    clause = clause_of(known.loaded, proof["clause"], lang)
    words = {"verdict": label(lang, "verdict", proof["verdict"]), "summary": _summary(known, proof)}
    text = phrase(lang, "brief.by_clause", clause=clause["title"], **words) if clause else phrase(
        lang, "brief.decided", **words
    )  # fmt: skip
    message = decision_message(known)
    return {"decision": known.decided.id, "text": text, "clause": clause, "message": message.id if message else None}


def _summary(known: Known, proof: Json) -> str:
    if proof["verdict"] != "need":
        told = _capital(outcome_text(known.loaded, proof, known.lang))
        return phrase(known.lang, "brief.told", text=told)
    lacking = listed(known.lang, (fact_word(known.lang, one) for one in proof["missing"]))
    return phrase(known.lang, "brief.lacking", facts=lacking)


def missing_of(known: Known) -> tuple[str, ...]:
    """The facts that the ticket and the latest decision still lack."""
    held = known.ticket.missing if known.ticket else ()
    decided = known.decided.proof["missing"] if known.decided else ()
    return tuple(dict.fromkeys((*held, *decided)))


def _tried(known: Known) -> list[Json]:
    """What was done already, in its order, each thing once."""
    found: dict[str, str | None] = {}
    for message in known.messages:
        for text in _steps(known, message):
            found.setdefault(text, message.id)
    return [{"text": text, "message": message} for text, message in found.items()]


def _steps(known: Known, message: Message) -> Iterator[str]:
    lang = known.lang
    if message.author_kind == "agent":
        yield phrase(lang, "brief.tried_agent", name=message.author_name)
    for part in message.parts:
        yield from _step_of(known, part)
    for cited in message.citations:
        if cited["kind"] == "article":
            yield phrase(lang, "brief.tried_article", title=cited["title"])


def _step_of(known: Known, part: Json) -> Iterator[str]:
    lang = known.lang
    match part["type"]:
        case "order":
            state = label(lang, "state", part["state"])
            if part["number"] in known.granted or known.conversation.owner.startswith("buyer:"):
                yield phrase(lang, "brief.tried_proof", number=part["number"])
            yield phrase(lang, "brief.tried_order", number=part["number"], state=state)
        case "form":
            yield phrase(lang, "brief.tried_no_order")
        case "decision":
            request, verdict = label(lang, "request", part["request"]), label(lang, "verdict", part["verdict"])
            yield phrase(lang, "brief.tried_decision", request=request, verdict=verdict)
            if part.get("used"):
                yield phrase(lang, "brief.tried_contest")
        case "confirm" if part["used"]:
            key = "brief.tried_confirm" if part["used"] == "yes" else "brief.tried_declined"
            yield phrase(lang, key, title=phrase(lang, "decision.confirm_title"))


def _quote(message: Message | None) -> str:
    """What a message says, or else the names of its files."""
    files = (part["name"] for part in (message.parts if message else ()) if part["type"] == "attachment")
    text = " ".join((message.text if message else "").split()) or ", ".join(files)
    return text if len(text) <= QUOTE else text[:QUOTE] + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _deadline(ticket: Ticket | None) -> Json:
    def shown(at: datetime | None) -> str | None:
        return None if at is None else utc(at)

    if ticket is None:
        return {"target_at": None, "due_at": None, "resolve_by": None}
    return {
        "target_at": shown(ticket.target_at), "due_at": shown(ticket.due_at), "resolve_by": shown(ticket.resolve_by)
    }  # fmt: skip
