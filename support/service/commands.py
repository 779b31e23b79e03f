"""A buyer's commands carried out: each one transaction, its ack after the commit, its turn after the ack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, TypeVar

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.masking import mask_keys
from support.chat import frames
from support.chat.frames import frame, framed
from support.chat.session import Do
from support.service.ask_for_person import ask_for_person
from support.service.connect import identify
from support.service.desk_queue import buyer
from support.service.limits import LOOKS, Shares
from support.service.people import Person, read_token
from support.service.rate import Stars, rate
from support.service.receive_message import Said, Words, receive_message
from support.service.refusals import CommandRefused, Settle, refusing
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from support.service.turns import Turns
from support.service.use_card import use_card
from support.service.views import message_view
from ticketing.storage import event_log, talk, visitors
from ticketing.storage.spool import Look

T = TypeVar("T")
CHANGES = (frames.Say, frames.Act, frames.Handoff, frames.Rate)
"""What a buyer sends that is acked once it is kept."""
MOST_HISTORY = 100
LONGEST_NAME = 60


def _nobody(conversation: str) -> None:
    """Where there are no other workers."""


class Commands:
    """Carries commands out, one at a time within a conversation, and hands on the turns that follow."""

    def __init__(self, runtime: Runtime, turns: Turns, stop_elsewhere: Callable[[str], None] = _nobody) -> None:
        self._runtime, self._turns, self._stop_elsewhere = runtime, turns, stop_elsewhere
        self._changes, self._looks = Shares(runtime.rates), Shares(runtime.rates, LOOKS)
        self._glances = runtime.rates.limits(runtime.rates.buyer)

    def change(self, person: Person, locale: str, effect: Do, settle: Settle, address: str = "") -> None:
        """Queue one of CHANGES. `settle` hears its ack after the commit, in the order in which changes came."""
        if isinstance(effect.command, frames.Say) and effect.command.says_nothing():
            settle("", CommandRefused("bad_frame"))
        elif wait := self._changes.wait_ms(person.shop, person.owner, address):
            settle("", CommandRefused("rate", after_ms=wait))
        else:
            now = self._runtime.clock()
            keep = partial(_keep, self._runtime, person, locale, effect, now)
            settled = partial(self._kept, effect.id or "", settle)
            self._runtime.journal.write_then(keep, settled, _look(person, effect))

    def _kept(self, client_id: str, settle: Settle, said: Said, reason: BaseException | None) -> None:
        """Answer what was kept, although the socket that brought it may be gone by now."""
        if reason is not None:
            settle("", reason)
            return
        settle(framed("ack", said.text, re=client_id), None)
        if said.turn is not None:
            self._turns.begin(said.turn)

    async def carry_out(self, person: Person, effect: Do, address: str = "") -> str | None:
        """The frame that answers a command that changes no message, if one does. Raises CommandRefused."""
        _check(self._looks.wait_ms(person.shop, person.owner, address))
        match effect.command:
            case frames.History() as asked:
                return await self._history(person, asked, effect.id)
            case frames.Read() as mark:
                await self._write(lambda tx: _mark_read(tx, person, mark, self._runtime.clock()))
            case frames.Typing() as typing:
                await self._typing(person, typing)
            case frames.Stop(conversation):
                await self._stop(person, conversation)
            case _:
                pass
        return None

    async def identify(self, old: Person, loaded: LoadedShop, token: str, address: str = "") -> Person:
        """Upgrade a visitor to the buyer that a token names. Raises BadToken, CommandRefused."""
        _check(self._changes.wait_ms(old.shop, old.owner, address))
        new = read_token(loaded, token)
        await self._write(lambda tx: identify(tx, old, new, self._runtime.clock()))
        return new

    async def _history(self, person: Person, asked: frames.History, re: str | None) -> str:
        def read(tx: sa.Connection) -> dict[str, Any]:
            talk.get(tx, person.shop, asked.conversation, person.owner)
            limit = max(1, min(asked.limit, MOST_HISTORY))
            page = talk.page(tx, person.shop, asked.conversation, asked.before_seq, limit)
            more = bool(page) and page[0].seq > 1
            return {
                "conversation": asked.conversation, "messages": [message_view(one) for one in page], "has_more": more,
            }  # fmt: skip

        return frame("page", await self._read(read), re=re)

    async def _typing(self, person: Person, typing: frames.Typing) -> None:
        """Heard on the desks; a buyer whose keys rattle is not answered."""
        if self._glances.wait_ms(person.shop, person.owner):
            return
        await self._read(lambda tx: talk.get(tx, person.shop, typing.conversation, person.owner))
        lang = self._runtime.shops.get(person.shop).folder.shop.languages[0]
        by = {"kind": "buyer", "name": buyer(person.owner, lang)["name"]}
        body = {"conversation": typing.conversation, "by": by, "on": typing.on}
        self._runtime.tell_desks(person.shop, frame("typing", body))

    async def _stop(self, person: Person, conversation: str) -> None:
        """End the answer that runs in a conversation of the person's; where none does, nothing."""
        await self._read(lambda tx: talk.get(tx, person.shop, conversation, person.owner))
        if not self._turns.stop(conversation):
            self._stop_elsewhere(conversation)

    async def _write(self, work: Callable[[sa.Connection], T]) -> T:
        return await refusing(self._runtime.journal.write(work))

    async def _read(self, work: Callable[[sa.Connection], T]) -> T:
        return await refusing(self._runtime.journal.read(work))


def _check(wait_ms: int) -> None:
    if wait_ms:
        raise CommandRefused("rate", after_ms=wait_ms)


def _keep(runtime: Runtime, person: Person, locale: str, effect: Do, now: datetime, tx: sa.Connection) -> Said:
    client_id = effect.id or ""
    shop = runtime.shops.get(person.shop).folder.shop
    match effect.command:
        case frames.Say() as say:
            words = _words(shop, say, locale)
            return receive_message(tx, shop, person, client_id, effect.body, words, now)
        case frames.Act() as act:
            return use_card(tx, shop, person, client_id, effect.body, act, now)
        case frames.Handoff() as asked:
            return ask_for_person(tx, shop, person, client_id, effect.body, asked, locale, now)
        case frames.Rate() as rated:
            return _rate(tx, shop, person, client_id, effect.body, rated, now)
    raise AssertionError(effect.command)


def _look(person: Person, effect: Do) -> Look | None:
    """What keeping a command asks of the record first, if that is known."""
    match effect.command:
        case frames.Say(conversation) if conversation != "new":
            return person.shop, person.owner, effect.id or "", conversation
    return None


def _rate(
    tx: sa.Connection, shop: Shop, person: Person, client_id: str, body: bytes, rated: frames.Rate, now: datetime
) -> Said:
    if before := visitors.repeated(tx, shop.id, person.owner, client_id, body):
        return Said(before, None)
    stars = Stars(rated.score, tuple(rated.tags), rated.comment.replace("\x00", ""))
    ack = rate(tx, shop, person, rated.conversation, rated.message, stars, now)
    return Said(visitors.save_ack(tx, shop.id, person.owner, client_id, body, ack, now), None)


def _words(shop: Shop, say: frames.Say, locale: str) -> Words:
    lang = offered(locale, shop.languages)
    text = say.text.replace("\x00", "")
    context = {key: value for key, value in vars_of(say.context).items() if value} if say.context else {}
    given = {"locale": locale, "context": context}
    return Words(say.conversation, text, lang, given, attachments=tuple(say.attachments))


def vars_of(context: frames.Context | None) -> dict[str, str | None]:
    """A context's fields."""
    if context is None:
        return {}
    user = mask_keys(" ".join((context.user or "").replace("\x00", "").split()))[:LONGEST_NAME]
    return {"order": context.order, "product": context.product, "url": context.url, "user": user}


@lru_cache(1024)
def offered(locale: str, languages: tuple[str, ...]) -> str:
    """The shop's language that fits a browser's, else its first."""
    short = locale.split("-", 1)[0].lower()
    return next((lang for lang in languages if short and lang.split("-", 1)[0].lower() == short), languages[0])


def _mark_read(tx: sa.Connection, person: Person, mark: frames.Read, now: datetime) -> None:
    conversation = talk.get(tx, person.shop, mark.conversation, person.owner)
    seq = min(mark.seq, conversation.seq)
    if talk.mark_read(tx, person.shop, conversation.id, "buyer", seq):
        body = {"conversation": conversation.id, "reader": "buyer", "seq": seq}
        event_log.append(tx, person.shop, "read", conversation.id, person.owner, body, now)
