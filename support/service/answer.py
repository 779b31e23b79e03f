"""The assistant's turn: run without a transaction, committed in one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from support.assistant.phrases import phrase
from support.assistant.state import Json, Memory, TicketRequest, TurnInput, TurnOutput
from support.chat.frames import frame
from support.orders.number import LONGEST, normalise_number
from support.service.given_back import given_back
from support.service.granted_refund import granted_refund
from support.service.hand_off import Case, HandedOff, hand_off
from support.service.refund_news import how_far, refund_part
from support.service.risk_watch import TurnWatch
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from support.service.speaker import Speaker, speaks
from support.service.suggest import save_decision, suggest
from support.service.views import message_view
from ticketing.conversation import Conversation, Message
from ticketing.ids import new_id
from ticketing.order_event import told_by
from ticketing.storage import cases, event_log, order_events, talk, unanswered, visitors
from ticketing.storage.visitors import AttemptLimits, PendingTurn
from ticketing.unanswered import Question

CLAIMS_WINDOW = timedelta(days=90)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a turn led to: the message as it was committed, and what a caller may want to print."""

    message: Message
    output: TurnOutput
    handed: HandedOff | None


def answer(
    runtime: Runtime, turn: PendingTurn, now: datetime | None = None, stop: threading.Event | None = None
) -> Answered | None:
    """Answer an owed turn; None if somebody did so already, or if a person has the conversation.

    What the assistant would have said to a buyer who talks to a person becomes a suggestion for the desk.
    `stop` ends it at the piece it has come to. Blocks: it computes and waits for the disk, so the socket runs it in a
    thread.
    """
    at, stop = now or runtime.clock(), stop or threading.Event()
    loaded = runtime.shops.get(turn.shop)
    message_id = new_id()
    found = _given(runtime, loaded, turn, at)
    if found is None:
        return None
    conversation, given, watch = found
    speaker = Speaker(runtime, conversation, turn, message_id, stop)
    output = _think(runtime, replace(given, say=speaker.say, stopped=stop.is_set), conversation)
    try:
        output = stopped(output, speaker.finish(output.text), given.memory)
        return runtime.journal.write_now(lambda tx: _commit(tx, loaded, turn, message_id, output, watch))
    finally:
        runtime.streams.stream_over(turn.shop, turn.conversation)


class _Gate:
    """Counts tries in the record, before each comparison."""

    def __init__(self, runtime: Runtime, shop: str, owner: str, at: datetime) -> None:
        self._runtime, self._shop, self._owner, self._at = runtime, shop, owner, at

    def begin(self, order_no: str) -> str | None:
        attempt = self._runtime.journal.write_now(
            lambda tx: visitors.begin_attempt(
                tx, self._shop, self._owner, order_no[:LONGEST], self._at, AttemptLimits()
            )
        )
        return attempt or None

    def forgive(self, attempt: str) -> None:
        self._runtime.journal.write_now(lambda tx: visitors.forgive_attempt(tx, self._shop, attempt))


def _given(
    runtime: Runtime, loaded: LoadedShop, turn: PendingTurn, at: datetime
) -> tuple[Conversation, TurnInput, TurnWatch] | None:
    """None where the turn is owed no more: it may have waited long, and another worker have answered."""

    def read(tx: sa.Connection) -> tuple[Conversation, Message, frozenset[str], int] | None:
        if not visitors.is_owed(tx, turn):
            return None
        conversation = talk.get(tx, turn.shop, turn.conversation)
        return (
            conversation,
            talk.get_message(tx, turn.shop, turn.conversation, turn.message),
            visitors.granted_orders(tx, turn.shop, conversation.owner),
            len(cases.claims_of(tx, turn.shop, conversation.owner, at - CLAIMS_WINDOW)),
        )

    if (known := runtime.journal.read_now(read)) is None:
        return None
    conversation, message, granted, claims = known
    owner = conversation.owner
    context = turn.input.get("context") or {}
    watch = TurnWatch(runtime.journal, loaded, owner, at)
    given = TurnInput(
        shop=loaded.view,
        text="" if turn.input.get("pressed") else message.text,
        now=at,
        memory=_memory(conversation, bool(turn.input.get("pressed")), context.get("user") or ""),
        gate=_Gate(runtime, turn.shop, owner, at),
        buyer_id=owner.removeprefix("buyer:") if owner.startswith("buyer:") else None,
        granted=granted,
        form=turn.input.get("form") or {},
        pressed=bool(turn.input.get("pressed")),
        pieces=int(turn.input.get("pieces") or 0),
        facts=turn.input.get("facts") or {},
        locale=turn.input.get("locale") or conversation.lang,
        waits=conversation.state == "waiting",
        shown_order=context.get("order"),
        shown_product=context.get("product"),
        claims_90d=claims,
        risk=watch,
        submitted=lambda number: (
            runtime.journal.read_now(lambda tx: cases.open_work_on(tx, turn.shop, number, "refunds")) is not None
        ),
        how_far=lambda number, lang: runtime.journal.read_now(lambda tx: how_far(tx, turn.shop, number, lang)),
        given_back=given_back(runtime.journal, turn.shop),
        told=lambda number: told_by(
            runtime.journal.read_now(lambda tx: order_events.of_order(tx, turn.shop, normalise_number(number)))
        ),
        on_step=_steps(runtime, conversation, turn),
    )
    return conversation, given, watch


def _memory(conversation: Conversation, pressed: bool, called: str) -> Memory:
    """What the assistant knows; a "yes" to a person confirms nothing that the assistant once asked, its button does."""
    memory = Memory.load(conversation.memory)
    if called and conversation.owner.startswith("visitor:"):
        memory = replace(memory, called=called)
    return memory if pressed or speaks(conversation) else replace(memory, confirm=None)


def _steps(runtime: Runtime, conversation: Conversation, turn: PendingTurn) -> Callable[[str], None]:
    def say(key: str) -> None:
        if not speaks(conversation):
            return
        body = {"conversation": conversation.id, "label_key": key, "args": {}, "re": turn.client_id}
        runtime.whisper(conversation.shop, conversation.owner, frame("step", body, re=turn.client_id), conversation.id)

    return say


def _think(runtime: Runtime, given: TurnInput, conversation: Conversation) -> TurnOutput:
    """The turn; a fault of ours becomes an honest answer and a ticket, never silence."""
    try:
        return runtime.assistant.answer(given)
    except Exception as error:
        log.exception("turn failed", shop=conversation.shop, conversation=conversation.id, error=type(error).__name__)
        lang = conversation.lang
        return TurnOutput(
            lang, phrase(lang, "answer.failed"), (), (), (), None, None, None, TicketRequest("unanswered"),
            given.memory, 0.0, "rules", {"error": type(error).__name__},
        )  # fmt: skip


def stopped(output: TurnOutput, said: str, before: Memory) -> TurnOutput:
    """A stopped answer as the buyer will see it: a stop ends the words, not what was decided or who was asked.

    Where nothing was said and nobody has to come, nothing has happened: the assistant remembers what it did before.
    """
    if said == output.text:
        return output
    if said:
        cited = tuple(one for one in output.citations if f"[{one['n']}]" in said)
        return replace(output, text=said.rstrip(), citations=cited)
    silent = replace(output, text=phrase(output.lang, "answer.stopped"), citations=(), generated_by="rules")
    return silent if output.ticket else replace(silent, parts=(), asks=(), decision=None, memory=before)


def _commit(
    tx: sa.Connection, loaded: LoadedShop, turn: PendingTurn, message_id: str, output: TurnOutput, watch: TurnWatch
) -> Answered | None:
    at = watch.at
    conversation = talk.get(tx, turn.shop, turn.conversation)
    if not visitors.close_turn(tx, turn, output.trace, at):
        return None
    if output.opened_order:
        visitors.grant_order(tx, turn.shop, conversation.owner, output.opened_order, "proof", at)
    _link(tx, conversation, output)
    if not speaks(conversation):
        watch.keep(tx, conversation.id, output, suggest(tx, loaded.folder.shop, conversation, turn, output, at))
        return None
    decision = save_decision(tx, conversation, output, at)
    watch.keep(tx, conversation.id, output, decision)
    handed = _hand_off(tx, loaded, conversation, output, decision, at)
    if handed is not None and handed.ticket.queue == "refunds" and watch.order is not None:
        shop, item = loaded.folder.shop, output.memory.item
        refund = granted_refund(tx, shop, conversation, watch.order, item, message_id, at)
        if refund is not None and refund.message == message_id:
            output = replace(output, parts=(*output.parts, refund_part(refund)))
    message = _say(tx, loaded, conversation, turn, message_id, _final(output, handed, decision), at)
    if (asked := output.unanswered) is not None:
        unanswered.add(tx, turn.shop, Question(turn.message, conversation.id, at, output.lang, asked.kind, asked.text))
    subject = conversation.subject
    talk.remember(tx, turn.shop, conversation.id, output.memory.dump(), output.lang, subject)
    return Answered(message, output, handed)


def _link(tx: sa.Connection, conversation: Conversation, output: TurnOutput) -> None:
    """Which order it is about, so that what the store tells of that order is told here."""
    number = output.order_no or output.memory.order
    if number and (key := normalise_number(number)[:LONGEST]):
        order_events.link(tx, conversation.shop, key, conversation.id, proved=output.order_no is not None)


def _hand_off(
    tx: sa.Connection, loaded: LoadedShop, conversation: Conversation, output: TurnOutput, decision: str | None,
    at: datetime,
) -> HandedOff | None:  # fmt: skip
    if output.ticket is None:
        return None
    case = Case(conversation, output.lang, output.order_no, decision)
    return hand_off(tx, loaded.folder.shop, case, output.ticket, at)


def _final(output: TurnOutput, handed: HandedOff | None, decision: str | None) -> TurnOutput:
    """The answer with what only the commit knows: the decision's id, the ticket and the place in the queue."""
    parts = [part | {"id": decision} if part["type"] == "decision" else part for part in output.parts]
    text = output.text
    if handed is not None:
        parts = [part for part in parts if not _offers_a_person_only(part)] + list(handed.parts)
        text = "\n\n".join(piece for piece in (text, handed.line) if piece)
    return replace(output, text=text, parts=tuple(parts))


def _offers_a_person_only(part: Json) -> bool:
    return part["type"] == "choices" and [option["value"] for option in part["options"]] == ["human"]


def _say(
    tx: sa.Connection, loaded: LoadedShop, conversation: Conversation, turn: PendingTurn, message_id: str,
    output: TurnOutput, at: datetime,
) -> Message:  # fmt: skip
    name: Any = loaded.view.name(output.lang)
    message = talk.append(
        tx, turn.shop, conversation.id, at=at, author_kind="assistant", author_name=name, text=output.text,
        lang=output.lang, generated_by=output.generated_by, parts=output.parts, citations=output.citations,
        message_id=message_id,
    )  # fmt: skip
    body = {"conversation": conversation.id, "message": message_view(message), "re": turn.client_id}
    event_log.append(tx, turn.shop, "done", conversation.id, conversation.owner, body, at)
    return message
