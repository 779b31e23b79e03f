"""A buyer's side of a socket."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial

from support.chat import frames
from support.chat.frames import Hello, error, frame
from support.chat.session import Close, Do
from support.realtime.hub import Subscription
from support.service.commands import CHANGES, Commands
from support.service.connect import TooManyVisitors, missed, recognise, welcome
from support.service.people import BadToken, Person
from support.service.refusals import TRY_AGAIN_MS, CommandRefused
from support.service.shops import LoadedShop
from support.web.link import Refused, UnderWay, Wire
from support.web.origins import may_embed

MOST_PAGES = 64
"""Open at once of one buyer: a browser needs one, whatever its tabs."""


class BuyerLink:
    """One buyer's or visitor's page."""

    __slots__ = ("_commands", "_loaded", "_locale", "_person", "_subscription", "_under_way", "_wire")

    def __init__(self, wire: Wire, commands: Commands) -> None:
        self._wire, self._commands = wire, commands
        self._subscription: Subscription | None = None
        self._person: Person | None = None
        self._loaded: LoadedShop | None = None
        self._locale = ""
        self._under_way = UnderWay()

    async def open(self, hello: Hello) -> None:
        """Listen first, then read the log: what happens between is held and passed on once. Raises Refused.

        A visitor's log was read with the visitor, which will do unless newer events were told before it listened.
        """
        self._locale, self._loaded = hello.locale, await self._wire.shop(hello.shop)
        if not self._wire.from_own_page():
            self._meet(self._loaded, self._wire.origin or "")
        loaded, runtime = self._loaded, self._wire.runtime
        now = runtime.clock()
        try:
            come = partial(self._wire.door.visitors.wait_ms, self._wire.address)
            welcomed = await recognise(runtime.journal, loaded, hello, now, come)
        except TooManyVisitors as many:
            raise Refused("rate", Close(4429, "too many"), many.after_ms) from many
        except BadToken as bad:
            code, name = (4401, "expired") if bad.expired else (4403, "auth")
            raise Refused("expired" if bad.expired else "auth", Close(code, name)) from bad
        person = welcomed.person
        if self._wire.hub.pages(person.shop, person.owner) >= MOST_PAGES:
            raise Refused("rate", Close(4429, "too many"), TRY_AGAIN_MS)
        subscription = self._listen(person)
        gap = welcomed.gap
        if gap is None or self._wire.hub.told(person.shop) > gap.n:
            gap = await runtime.journal.read(lambda tx: missed(tx, person, hello.cursor, hello.epoch))
        self._wire.outbox.put(welcome(welcomed, gap, runtime.clock(), runtime.upload_limits))
        self._wire.catch_up(gap, subscription)

    def _meet(self, loaded: LoadedShop, origin: str) -> None:
        """A shop's own page, if the shop names it. Raises Refused."""
        allowed, runtime = may_embed(origin, loaded.folder.shop.widget.origins), self._wire.runtime
        runtime.sightings.saw(loaded.id, origin, allowed, runtime.clock())
        if not allowed:
            raise Refused("forbidden", Close(4403, "origin"))

    def do(self, effect: Do) -> Awaitable[None] | None:
        """Carry a command out and write its answer."""
        if self._person is None:
            return None
        if not isinstance(effect.command, CHANGES):
            return self._look(self._person, effect)
        more = self._under_way.begin()
        settle = partial(self._settled, effect.id)
        self._commands.change(self._person, self._locale, effect, settle, self._wire.address)
        return more

    def _settled(self, re: str | None, text: str, reason: BaseException | None) -> None:
        self._under_way.end()
        self._wire.settle(re, text, reason)

    async def _look(self, person: Person, effect: Do) -> None:
        await self._under_way.over()
        try:
            if isinstance(effect.command, frames.Identify):
                await self._identify(effect.command.token, effect.id)
                return
            reply = await self._commands.carry_out(person, effect, self._wire.address)
        except CommandRefused as refused:
            self._wire.refuse(refused, effect.id)
            return
        if reply is not None:
            self._wire.outbox.put(reply)

    def leave(self) -> None:
        """The socket closed."""
        if self._subscription is not None:
            self._wire.hub.leave(self._subscription)

    def _listen(self, person: Person) -> Subscription:
        self.leave()
        self._person = person
        self._subscription = Subscription(person.shop, person.owner, self._wire.outbox)
        self._wire.hub.join(self._subscription)
        return self._subscription

    async def _identify(self, token: str, client_id: str | None) -> None:
        assert self._person is not None
        assert self._loaded is not None
        try:
            person = await self._commands.identify(self._person, self._loaded, token, self._wire.address)
        except BadToken as bad:
            self._wire.outbox.put(error("expired" if bad.expired else "auth", re=client_id))
            return
        subscription = self._listen(person)
        gap = await self._wire.runtime.journal.read(lambda tx: missed(tx, person, None, None))
        self._wire.outbox.put(frame("ack", {}, re=client_id))
        self._wire.catch_up(gap, subscription)
