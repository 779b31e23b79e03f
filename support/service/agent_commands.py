"""An agent's commands carried out: the session is looked at and the change made in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from msgspec.structs import replace

from knowledge_base.shop import Shop
from support.chat import frames
from support.chat.frames import frame, framed
from support.chat.session import Do
from support.service.agents import agent_of
from support.service.commands import MOST_HISTORY
from support.service.desk_rules import check_free, current_of
from support.service.give_back import give_back
from support.service.limits import AGENTS_LOOKS
from support.service.macros import macro_text
from support.service.refusals import CommandRefused, Settle, refusing
from support.service.reply import mark_read, reply
from support.service.resolve import reopen, resolve, snooze
from support.service.runtime import Runtime
from support.service.take import assign, claim, takeover, transfer
from support.service.views import message_view
from support.service.write_note import write_note
from ticketing.agent import Agent
from ticketing.conversation import Conversation
from ticketing.errors import Conflict, IllegalTransition
from ticketing.storage import talk, visitors

LOOKS = (frames.History, frames.Read, frames.Typing, frames.Viewing, frames.SetPresence)
"""What a desk sends that changes nothing, or nothing that is acked; all else is a change."""
T = TypeVar("T")
Json = dict[str, Any]


class AgentCommands:
    """Carries out what desks send. Every method raises BadSession once the token stands for nobody."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        rates = runtime.rates
        self._limits, self._glances = (rates.limits(rates.agent) for _ in range(2))
        self._looks = rates.limits(rates.agent * AGENTS_LOOKS)

    def look(self, token: str) -> None:
        """One of LOOKS, or a macro that is looked up, comes. Raises CommandRefused where that is too many."""
        if wait := self._looks.wait_ms(token):
            raise CommandRefused("rate", after_ms=wait)

    async def carry_out(self, token: str, effect: Do) -> str | None:
        """The frame that answers a command, if one does. Raises CommandRefused."""
        match effect.command:
            case frames.History() as asked:
                return frame("page", await self._as_agent(token, _page, asked), re=effect.id)
            case frames.Read() as mark:
                await self._as_agent(token, _read, mark, write=True)
                return None
            case frames.Typing() as typing:
                await self._typing(token, typing)
                return None
            case frames.Macro():
                return await self._changed(token, await self.as_said(token, effect))
            case _:
                return await self._changed(token, effect)

    async def find(self, token: str, conversation: str) -> Conversation:
        """A conversation of the agent's shop. Raises CommandRefused."""
        return await self._as_agent(token, lambda tx, agent, key, now: talk.get(tx, agent.shop, key), conversation)

    def change(self, token: str, effect: Do, settle: Settle) -> None:
        """Queue one of CHANGES; `settle` hears its ack after the commit. One effect for one id, however often it comes:
        a repetition gets the first one's ack.
        """
        if _says_nothing(effect.command):
            settle("", CommandRefused("bad_frame"))
        elif wait := self._limits.wait_ms(token):
            settle("", CommandRefused("rate", after_ms=wait))
        else:
            work = partial(self._keep, token=token, effect=effect, now=self._runtime.clock())
            self._runtime.journal.write_then(work, partial(_kept, effect.id, settle))

    async def _changed(self, token: str, effect: Do) -> str:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def settle(text: str, reason: BaseException | None) -> None:
            answer.set_result(text) if reason is None else answer.set_exception(reason)

        self.change(token, effect, settle)
        return await refusing(answer)

    def _keep(self, tx: sa.Connection, token: str, effect: Do, now: datetime) -> str:
        agent = agent_of(tx, token, now)
        sender, client_id = f"agent:{agent.id}", effect.id or ""
        if before := visitors.repeated(tx, agent.shop, sender, client_id, effect.body):
            return before
        shop = self._runtime.shops.get(agent.shop).folder.shop
        try:
            self._check_colleague(tx, agent, effect.command)
            ack = _carried_out(tx, shop, agent, effect.command, now)
        except IllegalTransition as error:
            raise Conflict(_current(tx, shop.id, effect.command)) from error
        return visitors.save_ack(tx, agent.shop, sender, client_id, effect.body, ack, now)

    def _check_colleague(self, tx: sa.Connection, agent: Agent, command: frames.Command) -> None:
        """Whoever is to get it must be free to take it."""
        match command:
            case frames.Transfer(conversation=key, to=str(to)) | frames.Assign(conversation=key, to=to):
                presence = self._runtime.roster.presence(agent.shop, to)
                check_free(tx, talk.get(tx, agent.shop, key), to, presence)

    async def as_said(self, token: str, effect: Do) -> Do:
        """A macro's effect with the words that it stands for. Raises CommandRefused."""
        return replace(effect, command=await self._as_agent(token, self._words, effect))

    def _words(self, tx: sa.Connection, agent: Agent, effect: Do, now: datetime) -> frames.Say:
        """A macro as the words that it stands for; read before the change, for a store may be slow to tell of an order.

        What was sent already stands, whatever the macro says by now.
        """
        asked = effect.command
        assert isinstance(asked, frames.Macro)
        if visitors.repeated(tx, agent.shop, f"agent:{agent.id}", effect.id or "", effect.body):
            return frames.Say(asked.conversation, asked.macro)
        loaded = self._runtime.shops.get(agent.shop)
        text = macro_text(tx, loaded, agent, asked.conversation, asked.macro, asked.lang)
        return frames.Say(asked.conversation, text)

    async def _typing(self, token: str, typing: frames.Typing) -> None:
        """Colleagues see who writes; the buyer sees it once the agent has joined."""
        agent, row = await self._as_agent(token, lambda tx, agent, key, now: (agent, talk.get(tx, agent.shop, key)),
                                          typing.conversation)  # fmt: skip
        if self._glances.wait_ms(agent.shop, agent.id):
            return
        said = {"conversation": row.id, "on": typing.on}
        by = {"kind": "agent", "id": agent.id, "name": agent.display_name}
        self._runtime.tell_desks(agent.shop, frame("typing", said | {"by": by}))
        if row.state == "human" and row.assignee == agent.id and row.joined_at is not None:
            self._runtime.whisper(agent.shop, row.owner, frame("typing", said | {"name": agent.display_name}))

    async def _as_agent(
        self, token: str, work: Callable[[sa.Connection, Agent, Any, datetime], T], given: Any, write: bool = False
    ) -> T:
        """Run `work` as the agent for whom the token stands at that moment."""
        now = self._runtime.clock()

        def whole(tx: sa.Connection) -> T:
            return work(tx, agent_of(tx, token, now), given, now)

        journal = self._runtime.journal
        return await refusing(journal.write(whole) if write else journal.read(whole))


def _says_nothing(command: frames.Command) -> bool:
    if isinstance(command, frames.Say):
        return command.says_nothing()
    return isinstance(command, frames.Note) and not command.text.strip()


def _kept(client_id: str | None, settle: Settle, ack: str, reason: BaseException | None) -> None:
    settle(framed("ack", ack, re=client_id) if reason is None else "", reason)


def _carried_out(tx: sa.Connection, shop: Shop, agent: Agent, command: frames.Command, at: datetime) -> Json:
    match command:
        case frames.Say(conversation=key, text=text, attachments=files):
            return reply(tx, shop, agent, key, _clean(text), at, files)
        case frames.Note(key, text):
            return write_note(tx, shop, agent, key, _clean(text), at)
        case frames.Claim(key, rev):
            return claim(tx, shop, agent, key, rev, at)
        case frames.Takeover(key, rev):
            return takeover(tx, shop, agent, key, rev, at)
        case frames.Giveback(key, rev):
            return give_back(tx, shop, agent, key, rev, at)
        case frames.Reopen(key, rev):
            return reopen(tx, shop, agent, key, rev, at)
        case frames.Resolve(key, resolution, rev, owed):
            return resolve(tx, shop, agent, key, _clean(resolution), rev, at, owed_known=owed)
        case frames.Transfer(key, to, note, rev):
            return transfer(tx, shop, agent, key, to, _clean(note), rev, at)
        case frames.Assign(key, to, rev):
            return assign(tx, shop, agent, key, to, rev, at)
        case frames.Snooze(key, until, rev):
            return snooze(tx, shop, agent, key, until, rev, at)
    raise AssertionError(command)


def _page(tx: sa.Connection, agent: Agent, asked: frames.History, now: datetime) -> Json:
    talk.get(tx, agent.shop, asked.conversation)
    page = talk.page(tx, agent.shop, asked.conversation, asked.before_seq, max(1, min(asked.limit, MOST_HISTORY)))
    more = bool(page) and page[0].seq > 1
    return {"conversation": asked.conversation, "messages": [message_view(one) for one in page], "has_more": more}


def _read(tx: sa.Connection, agent: Agent, mark: frames.Read, now: datetime) -> None:
    """The desk has read it: whoever has the conversation says so, or anybody while nobody has it."""
    row = talk.get(tx, agent.shop, mark.conversation)
    if row.assignee in (None, agent.id):
        mark_read(tx, row, min(mark.seq, row.seq), now)


def _current(tx: sa.Connection, shop: str, command: frames.Command) -> Json | None:
    key = getattr(command, "conversation", None)
    return current_of(tx, talk.get(tx, shop, key)) if isinstance(key, str) else None


def _clean(text: str) -> str:
    return text.replace("\x00", "")
