"""A conversation as an agent opens it: everything that is known, and the record that it was opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from support.assistant.cards import order_card
from support.assistant.masking import mask_keys
from support.assistant.why.telling import why
from support.chat.frames import utc
from support.realtime.roster import Roster
from support.service.desk_queue import Reader, buyer_in, order_number, reader
from support.service.shops import LoadedShop
from support.service.titles import titles
from support.service.views import message_view, note_view
from ticketing.agent import Agent
from ticketing.conversation import Conversation, Message
from ticketing.errors import NotFound
from ticketing.storage import access, cases, desk, dossier, event_log, notes, talk, tickets
from ticketing.storage.desk import DeskRow
from ticketing.storage.dossier import Decided
from ticketing.ticket import UNSEEN

Json = dict[str, Any]
Brief = Callable[[sa.Connection, LoadedShop, Conversation, str], Json]
SHOWN_MESSAGES = 100
SHOWN_EARLIER = 20
OPENED_AGAIN = timedelta(minutes=10)
"""An agent who comes back to a conversation within this time has opened it once."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Who opens what, and in which language; `brief` sums the case up."""

    loaded: LoadedShop
    agent: Agent
    conversation: str
    lang: str
    roster: Roster
    brief: Brief


def open_dossier(tx: sa.Connection, opening: Opening) -> Json:
    """The whole dossier. Raises NotFound for a conversation that is missing or another shop's."""
    loaded, row = opening.loaded, _row(tx, opening.agent.shop, opening.conversation)
    show = reader(tx, loaded, opening.agent, opening.lang)
    conversation = row.conversation
    messages = talk.page(tx, loaded.id, conversation.id, None, SHOWN_MESSAGES)
    return {
        "conversation": _with_messages(show, row, messages), "ticket": show.ticket(row.ticket),
        "tickets": [show.ticket(one) for one in cases.tickets_of(tx, loaded.id, conversation.id)],
        "brief": opening.brief(tx, loaded, conversation, show.lang),
        "notes": [_masked(note_view(note)) for note in notes.of_conversation(tx, loaded.id, conversation.id)],
        "suggestion": _suggestion(tx, loaded.id, conversation.id, messages), "order": _order(show, row),
        "buyer": _buyer(tx, loaded.id, conversation, show.lang),
        "decisions": [_decision(one, show) for one in dossier.decisions_of(tx, loaded.id, conversation.id)],
        "earlier": [
            show.head(one)
            for one in desk.earlier_of(tx, loaded.id, conversation.owner, conversation.id, SHOWN_EARLIER)
        ],
        "steps": _steps(tx, show, conversation.id, messages),
        "viewing": [
            {"id": one.id, "name": one.display_name} for one in opening.roster.viewing(loaded.id, conversation.id)
        ],
    }  # fmt: skip


def opened_before(tx: sa.Connection, agent: Agent, conversation: str, at: datetime) -> bool:
    """Whether the record tells already that this agent has it open, and has seen what was given to them."""
    held = tickets.main_ticket_of(tx, agent.shop, conversation)
    unseen = held is not None and UNSEEN + agent.id in held.fired
    return not unseen and _opened_lately(tx, agent, conversation, at)


def _opened_lately(tx: sa.Connection, agent: Agent, conversation: str, at: datetime) -> bool:
    latest = dossier.opened_by(tx, agent.shop, conversation, agent.id)
    return latest is not None and at - latest < OPENED_AGAIN


def record_opening(tx: sa.Connection, agent: Agent, conversation: str, at: datetime) -> None:
    """Write down who opened what: an event for agents alone. What was given to them is seen now. Raises NotFound."""
    held = tickets.main_ticket_of(tx, agent.shop, conversation)
    if held is not None:
        tickets.forget_fired(tx, held, UNSEEN + agent.id)
    if _opened_lately(tx, agent, conversation, at):
        return
    row = talk.get(tx, agent.shop, conversation)
    body = {"conversation": row.id, "agent": {"id": agent.id, "name": agent.display_name}}
    event_log.append(tx, agent.shop, "opened", row.id, row.owner, body, at, audience="agents")
    access.saw(tx, agent, "conversation", row.id, row.owner, at)


def _row(tx: sa.Connection, shop: str, conversation: str) -> DeskRow:
    row = desk.one(tx, shop, conversation)
    if row is None:
        raise NotFound("conversation", conversation)
    return row


def _with_messages(show: Reader, row: DeskRow, messages: tuple[Message, ...]) -> Json:
    return show.head(row) | {
        "messages": [_masked(message_view(message)) for message in messages],
        "has_more": bool(messages) and messages[0].seq > 1,
    }


def _masked(view: Json) -> Json:
    return view | {"text": mask_keys(view["text"])}


def _suggestion(tx: sa.Connection, shop: str, conversation: str, messages: tuple[Message, ...]) -> Json | None:
    """What was suggested last, until somebody has answered or put it aside."""
    latest = dossier.last_event(tx, shop, conversation, "suggest")
    if latest is None:
        return None
    body, at = latest
    asked = next((message.seq for message in messages if message.id == body.get("re")), 0)
    after = body.get("after", asked)
    if any(message.seq > after and message.author_kind != "system" for message in messages):
        return None
    made = dossier.last_event(tx, shop, conversation, "suggestion")
    if made is not None and made[0]["suggestion"] == body.get("id", ""):
        return None
    return body | {"text": mask_keys(body.get("text", "")), "at": utc(at)}


def _order(show: Reader, row: DeskRow) -> Json | None:
    """The order's card: no contact, no proof, keys masked."""
    order = show.order(order_number(row.conversation, row.ticket))
    return None if order is None else order_card(order, show.loaded.folder, show.lang)


def _buyer(tx: sa.Connection, shop: str, conversation: Conversation, lang: str) -> Json:
    conversations, since = dossier.owner_known(tx, shop, conversation.owner)
    return buyer_in(conversation, lang) | {"since": utc(since) if since else None, "conversations": conversations}


def _decision(one: Decided, show: Reader) -> Json:
    """A decision with its proof, and in words; its facts are told by the proof. `goods` names the product
    that is given instead."""
    names = ("verdict", "clause", "outcome", "missing", "failure")
    decided = {name: one.proof[name] for name in names if name in one.proof}
    told = why(one.proof, show.lang, show.loaded.folder).as_json()
    given = (one.proof.get("outcome") or {}).get("exchange")
    words = {name: told[name] for name in ("summary", "because", "amount", "missing", "passed", "after")}
    return {
        "id": one.id, "at": utc(one.at), "order_no": one.order_no, "decision": decided, "proof": one.proof,
        "why": words, "goods": titles(show.loaded.folder, {given}, show.lang) if given else {},
    }  # fmt: skip


def _steps(tx: sa.Connection, show: Reader, conversation: str, messages: tuple[Message, ...]) -> list[Json]:
    """How the assistant came to the answers that are shown; what it found by title."""
    if not messages:
        return []
    found = dossier.steps_of(tx, show.loaded.id, conversation, messages[0].at)
    ids = {id for _, trace in found for id in trace.get("found", ())}
    named = titles(show.loaded.folder, ids, show.lang) if ids else {}
    return [{"message": message, "trace": _named(trace, named)} for message, trace in found]


def _named(trace: Json, titles: Mapping[str, str]) -> Json:
    return trace | {"found": [titles.get(id, id) for id in trace["found"]]} if "found" in trace else trace
