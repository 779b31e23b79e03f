"""What a socket's two roles share: the wire to write on, the shop that is spoken to, and how a link is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import structlog

from knowledge_base.errors import UnknownShop
from support.chat.frames import ErrorCode, Hello, error, event_frame, frame
from support.chat.session import Close, Do
from support.realtime.hub import Hub, Outbox, Subscription
from support.realtime.streams import Running
from support.service.connect import Missed
from support.service.limits import Door
from support.service.refusals import CommandRefused, refusal
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from support.web.origins import is_own

MOST_UNDER_WAY = 64
"""Changes of one socket that wait for their commit; more are not read before these are settled."""
log = structlog.get_logger()


class Refused(Exception):
    """The socket is to be closed, after `code` was said as an error."""

    def __init__(self, code: ErrorCode, close: Close, after_ms: int | None = None) -> None:
        super().__init__(close.reason)
        self.text, self.close = error(code, after_ms=after_ms), close


class Link(Protocol):
    """A role's side of one socket."""

    async def open(self, hello: Hello) -> None:
        """Recognise who it is, listen, and say what was missed. Raises Refused."""
        ...

    def do(self, effect: Do) -> Awaitable[None] | None:
        """Carry a command out and write its answer; what is to be waited for before the next one. Raises Refused."""
        ...

    def leave(self) -> None:
        """The socket closed."""
        ...


class UnderWay:
    """A socket's changes that wait for their commit. They are kept in the order in which they came."""

    __slots__ = ("_count", "_settled")

    def __init__(self) -> None:
        self._count = 0
        self._settled: asyncio.Future[None] | None = None

    def begin(self) -> Awaitable[None] | None:
        """One more; what to wait for where that is as many as may be."""
        self._count += 1
        return self.over() if self._count >= MOST_UNDER_WAY else None

    def end(self) -> None:
        """One less."""
        self._count -= 1
        if self._count == 0 and self._settled is not None and not self._settled.done():
            self._settled.set_result(None)

    async def over(self) -> None:
        """Until all are settled, which whoever looks at what they changed has to wait for."""
        while self._count:
            self._settled = asyncio.get_running_loop().create_future()
            await self._settled


@dataclass(frozen=True, slots=True)
class Wire:
    """One socket as a link sees it. `end` closes it from outside of its own commands."""

    runtime: Runtime
    hub: Hub
    outbox: Outbox
    end: Callable[[Refused], None]
    origin: str | None
    host: str
    own_hosts: tuple[str, ...]
    address: str
    door: Door

    async def shop(self, name: str) -> LoadedShop:
        """The shop that a hello names. Raises Refused."""
        if (loaded := self.runtime.shops.loaded(name)) is not None:
            return loaded
        try:
            return await asyncio.to_thread(self.runtime.shops.get, name)
        except UnknownShop as unknown:
            raise Refused("not_found", Close(4403, "no such shop")) from unknown

    def from_own_page(self) -> bool:
        """Sockets know no CORS: whether a page of this server opened it. No origin is no browser."""
        return is_own(self.origin, self.host, self.own_hosts)

    def catch_up(self, gap: Missed, subscription: Subscription) -> None:
        """What was missed, and from then on what happens, once each; no more pieces of an answer that ended."""
        for event in gap.ends():  # of which this worker may not have heard
            self.hub.streams.done(event.shop, event.conversation, event.body["re"])
        missed = [event_frame(event) for event in gap.events]
        if gap.snapshot is not None:
            missed.append(frame("snapshot", gap.snapshot))
        self.outbox.owe([*missed, frame("synced", {"n": gap.n})])
        if subscription.owner is not None:
            self.take_up(self.hub.streams.of_owner(subscription.shop, subscription.owner))
        subscription.release(gap.n)

    def take_up(self, running: Iterable[Running]) -> None:
        """What was streamed of answers that run; a step later it would be missing what came meanwhile."""
        for one in running:
            body = {"conversation": one.last.conversation, "message": one.last.message, "i": one.last.i}
            self.outbox.put(frame("live", body | {"text": one.text, "re": one.last.re}), durable=False)

    def settle(self, re: str | None, text: str, reason: BaseException | None) -> None:
        """A change's ack, or why it was not made."""
        if reason is None:
            self.outbox.put(text)
        elif (refused := refusal(reason)) is not None:
            self.refuse(refused, re)
        else:
            log.error("command failed", error=repr(reason))
            self.end(Refused("internal", Close(1011, "internal")))

    def refuse(self, refused: CommandRefused, re: str | None) -> None:
        """A command's error; the socket stays."""
        self.outbox.put(error(refused.code, re=re, after_ms=refused.after_ms, current=refused.current))
