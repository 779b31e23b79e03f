"""An agent's side of a socket: the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial

import structlog

from support.chat import frames
from support.chat.frames import Hello
from support.chat.session import Close, Do
from support.realtime.hub import Subscription
from support.realtime.roster import Seat
from support.service.agent_commands import LOOKS, AgentCommands
from support.service.agents import BadSession, agent_of
from support.service.connect_agent import colleagues, missed_by_agent, presence_frame, recognise_agent, welcome_agent
from support.service.presence import PresenceNews
from support.service.refusals import CommandRefused
from support.web.link import Refused, UnderWay, Wire
from ticketing.agent import Agent

LOOK_SECONDS = 2.0
"""How soon a desk notices that its session has ended elsewhere; a command notices at once."""
log = structlog.get_logger()


class AgentLink:
    """One agent's page."""

    def __init__(self, wire: Wire, commands: AgentCommands, news: PresenceNews) -> None:
        self._wire, self._commands, self._news = wire, commands, news
        self._subscription: Subscription | None = None
        self._seat: Seat | None = None
        self._token = ""
        self._watch: asyncio.Task[None] | None = None
        self._under_way = UnderWay()

    async def open(self, hello: Hello) -> None:
        """Listen first, then read the log. The desk is a page of this server: no other may open its socket."""
        loaded = await self._wire.shop(hello.shop)
        if not self._wire.from_own_page():
            raise Refused("forbidden", Close(4403, "origin"))
        runtime, now = self._wire.runtime, self._wire.runtime.clock()
        try:
            agent = await runtime.journal.read(lambda tx: recognise_agent(tx, hello, now))
        except BadSession as bad:
            raise _no_session(bad) from bad
        self._token, self._seat = hello.token or "", runtime.roster.come(agent)
        self._subscription = subscription = Subscription(agent.shop, None, self._wire.outbox)
        self._wire.hub.join(subscription)
        gap = await runtime.journal.read(lambda tx: missed_by_agent(tx, loaded, agent, runtime.roster, hello, now))
        self._wire.outbox.put(welcome_agent(agent, gap, runtime.clock(), runtime.upload_limits))
        self._wire.catch_up(gap, subscription)
        if gap.snapshot is None:
            await self._tell_presence(agent)
        self._watch = asyncio.create_task(self._look_after_session())
        self._news.stir(agent.shop)

    async def _tell_presence(self, agent: Agent) -> None:
        """Who came and went meanwhile is in no log: a desk that resumes hears how it stands."""
        runtime = self._wire.runtime
        for one in await runtime.journal.read(lambda tx: colleagues(tx, agent.shop, runtime.roster)):
            told = presence_frame(one["id"], one["name"], one["presence"], one["load"])
            self._wire.outbox.put(told, durable=False)

    def do(self, effect: Do) -> Awaitable[None] | None:
        """Carry a command out and write its answer. The socket ends once the session has ended."""
        if self._seat is None:
            return None
        if isinstance(effect.command, (*LOOKS, frames.Macro)):
            return self._look(self._seat, effect)
        return self._change(effect)

    def _change(self, effect: Do) -> Awaitable[None] | None:
        more = self._under_way.begin()
        self._commands.change(self._token, effect, partial(self._settled, effect.id))
        return more

    def _settled(self, re: str | None, text: str, reason: BaseException | None) -> None:
        self._under_way.end()
        if isinstance(reason, BadSession):
            self._wire.end(_no_session(reason))
        else:
            self._wire.settle(re, text, reason)

    async def _look(self, seat: Seat, effect: Do) -> None:
        await self._under_way.over()
        try:
            self._commands.look(self._token)
            if isinstance(effect.command, frames.Macro):
                self._change(await self._commands.as_said(self._token, effect))
                return
            reply = await self._carry_out(seat, effect)
        except BadSession as bad:
            raise _no_session(bad) from bad
        except CommandRefused as refused:
            self._wire.refuse(refused, effect.id)
            return
        if reply is not None:
            self._wire.outbox.put(reply)

    def leave(self) -> None:
        """The socket closed: its seat is free, and colleagues hear of it."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None  # its end holds where it was, which is here
        if self._subscription is not None:
            self._wire.hub.leave(self._subscription)
        if self._seat is not None:
            self._wire.runtime.roster.go(self._seat)
            self._news.views(self._seat.agent.shop, self._seat.viewing)
            self._news.stir(self._seat.agent.shop)

    async def _carry_out(self, seat: Seat, effect: Do) -> str | None:
        match effect.command:
            case frames.Viewing(conversation):
                await self._view(seat, conversation)
            case frames.SetPresence(state):
                seat.state = state
                self._news.stir(seat.agent.shop)
            case _:
                return await self._commands.carry_out(self._token, effect)
        return None

    async def _view(self, seat: Seat, conversation: str | None) -> None:
        """What happens in passing in the open conversation is heard from now on, and colleagues see who looks."""
        if conversation is not None:
            await self._commands.find(self._token, conversation)
        assert self._subscription is not None
        before, seat.viewing, self._subscription.viewing = seat.viewing, conversation, conversation
        if conversation is not None:
            self._wire.take_up(self._wire.hub.streams.of_conversation(seat.agent.shop, conversation))
        self._news.views(seat.agent.shop, before, conversation)

    async def _look_after_session(self) -> None:
        """Close the socket soon after its session ended: by time, by logging out, or because the agent was removed."""
        runtime = self._wire.runtime
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await runtime.journal.read(lambda tx: agent_of(tx, self._token, runtime.clock()))
            except BadSession as bad:
                self._wire.end(_no_session(bad))
                return
            except Exception as error:
                log.warning("session not looked after", error=type(error).__name__)


def _no_session(bad: BadSession) -> Refused:
    """Both mean: log in; a page that knows that it was logged in says why."""
    return Refused("expired" if bad.expired else "auth", Close(4401, "expired" if bad.expired else "auth"))
