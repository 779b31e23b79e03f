"""Erasing a buyer: what was said, sent and shown goes; what the law wants kept stays, under a name that is nobody's.

Refunds, decisions, tickets and the chains of hashes stand as they were and verify. What is under a legal hold is not
erased. Whoever comes back finds one conversation that says what was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import phrase
from support.service.person_export import NothingKept
from support.service.shops import LoadedShop
from support.service.tell import say_as_house
from support.service.ticket_words import words_of
from support.service.views import conversation_head
from ticketing.claim import mark_of
from ticketing.evidence import Item
from ticketing.ids import new_id
from ticketing.privacy import Hold
from ticketing.storage import audit, evidence, kept_answers, privacy, talk, ticket_words
from ticketing.storage.audit import Change
from ticketing.storage.data_map import KEEP, PEOPLE, Why
from ticketing.storage.erasure import erase_rows
from ticketing.storage.erasure_list import Erasure, ErasureList
from ticketing.storage.event_log import append
from ticketing.storage.journal import Journal
from ticketing.storage.person import Person, count, person, rows
from ticketing.storage.tables import tickets
from ticketing.storage.upload_files import UploadFiles
from ticketing.upload import Upload

RECORD = "record"


class Held(Exception):
    """A legal hold keeps what was to be erased."""

    def __init__(self, holds: tuple[Hold, ...]) -> None:
        super().__init__("; ".join(f"{one.kind} {one.subject}: {one.reason} ({one.by})" for one in holds))
        self.holds = holds


@dataclass(frozen=True, slots=True)
class Fate:
    """What an erasure does with a table's rows: `what` is deleted, emptied or kept; `why` is said of what stays."""

    table: str
    title: Why
    rows: int
    what: str
    why: Why


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go and what stays; `files` lie on the disk; `open` are numbers of tickets that are not ended."""

    person: Person
    fates: tuple[Fate, ...]
    files: int
    open: tuple[str, ...]
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: rows by table, files, and the name under which what stayed now stands."""

    rows: Mapping[str, int]
    files: int
    alias: str


def plan(tx: sa.Connection, shop: str, owner: str, at: datetime) -> Plan:
    """What erasing somebody would do. Raises NothingKept."""
    one = person(tx, shop, owner)
    found = {name: n for name in PEOPLE if (n := count(tx, name, one))}
    if not found:
        raise NothingKept(owner)
    fates = tuple(Fate(name, PEOPLE[name].title, n, _what(name), PEOPLE[name].why) for name, n in found.items())
    return Plan(one, fates, len(files_of(tx, one)), _open(tx, one), privacy.holding(tx, shop, owner, at))


def _what(name: str) -> str:
    personal = PEOPLE[name]
    if personal.drop:
        return "deleted"
    return "kept" if all(column.fate is KEEP for column in personal.columns.values()) else "emptied"


def _open(tx: sa.Connection, one: Person) -> tuple[str, ...]:
    ended = tickets.c.state.in_(("resolved", "closed"))
    mine = tickets.c.shop == one.shop, tickets.c.conversation.in_(one.chats), ~ended
    query = sa.select(tickets.c.ticket_no).where(*mine).order_by(tickets.c.ticket_no)
    return tuple(f"T-{n}" for n in tx.execute(query).scalars())


def files_of(tx: sa.Connection, one: Person) -> tuple[Upload, ...]:
    """Files of theirs that lie on the disk."""
    sent = (Upload(**{key: row[key] for key in Upload.__slots__}) for row in rows(tx, "uploads", one))
    return tuple(upload for upload in sent if upload.gone_at is None)


def erase_person(
    journal: Journal, loaded: LoadedShop, files: UploadFiles, owner: str, by: str, at: datetime,
    listed: ErasureList | None = None,
) -> Erased:  # fmt: skip
    """Erase somebody in one transaction, then their files. Raises NothingKept, Held; nothing is erased then.

    That it was done, and by which actor, is a link of the audit, which names nobody. It is `listed` before, so that a
    backup that brings them back cannot outlive it. Raises OSError where it cannot be.
    """
    before = journal.read_now(lambda tx: plan(tx, loaded.id, owner, at))
    if before.holds:
        raise Held(before.holds)
    if listed is not None:
        listed.add(Erasure(loaded.id, at.isoformat(), mark_of_owner(loaded, owner), list(before.person.chats)))

    def work(tx: sa.Connection) -> tuple[Erased, tuple[Upload, ...]]:
        planned = plan(tx, loaded.id, owner, at)
        if planned.holds:
            raise Held(planned.holds)
        sent, lang = files_of(tx, planned.person), _lang(tx, planned.person, loaded.folder.shop)
        alias = f"{owner.partition(':')[0]}:erased-{new_id()}"
        done = erase_talks(tx, planned.person, alias, at)
        kept_answers.untell(tx, loaded.id)
        privacy.end_open(tx, loaded.id, alias, at)
        told = Change("privacy", "erased", by, alias, {"rows": sum(done.values()), "files": len(sent)}, {})
        audit.record_change(tx, loaded.id, told, at)
        if planned.person.chats:
            _tell(tx, loaded.folder.shop, owner, lang, at)
        return Erased(done, len(sent), alias), sent

    erased, sent = journal.write_now(work)
    remove(files, sent)
    return erased


def mark_of_owner(loaded: LoadedShop, owner: str) -> str:
    """By what the list of erasures knows somebody: without the shop's secret nobody can try names."""
    return mark_of(loaded.row.secret, "erased", owner.encode())


def erase_talks(tx: sa.Connection, one: Person, alias: str, at: datetime) -> dict[str, int]:
    """Erase all that is about somebody, or some conversations; evidence says so and tickets are found no more by it."""
    parts = evidence.tickets_with_personal(tx, one.shop, one.chats)
    done = erase_rows(tx, one, alias, at)
    for ticket, n in parts:
        told = Item("erased", RECORD, f"erased:{at.isoformat()}", at, {"parts": n})
        evidence.append(tx, one.shop, ticket, (told,), at)
    found = ticket_words.sources(tx, one.shop, one.chats)
    ticket_words.rewrite(tx, one.shop, {source.ticket_no: words_of(source) for source in found})
    return done


def remove(files: UploadFiles, sent: Iterable[Upload]) -> None:
    """Take files away whose rows say that they are gone; what a dying process leaves, housekeeping sweeps up."""
    for upload in sent:
        files.remove(upload)


def _lang(tx: sa.Connection, one: Person, shop: Shop) -> str:
    """The language of the latest conversation, else the shop's first."""
    latest = talk.of_owner(tx, one.shop, one.owner, 1)
    return latest[0].lang if latest and latest[0].lang else shop.languages[0]


def _tell(tx: sa.Connection, shop: Shop, owner: str, lang: str, at: datetime) -> None:
    """A conversation that whoever comes back finds."""
    subject = phrase(lang, "privacy.erased_subject")
    chat = talk.start(tx, shop.id, owner, lang, subject, at)
    append(tx, shop.id, "conversation", chat.id, owner, conversation_head(tx, chat), at)
    say_as_house(tx, shop, chat, phrase(lang, "privacy.erased", date=_day(at, shop.timezone)), at)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat()
