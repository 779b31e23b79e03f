"""Requests of buyers about their own data, as the shop's admins take them down and carry them out; and legal holds.

Each step is a link of the shop's audit, which names the request and never the person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.policy.proof import utc
from support.service import retention
from support.service.person_erase import Erased, Plan, erase_person, plan
from support.service.person_export import Exported, NothingKept, export_person
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from ticketing.agent import Agent, actor_of
from ticketing.errors import NotFound
from ticketing.ids import new_id
from ticketing.privacy import AskedBy, Hold, HoldKind, Identity, Request, RequestKind, due
from ticketing.storage import access, agents, audit, privacy, tickets
from ticketing.storage.audit import Change
from ticketing.storage.evidence import ticket_named
from ticketing.storage.person import BUYER, known, owner_of
from ticketing.storage.upload_files import UploadFiles

Json = dict[str, Any]


Name = Callable[[str], str]
"""What people call an actor."""


class AlreadyEnded(Exception):
    """The request was answered before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an admin takes down: about whom (a buyer's id, `visitor:ID`, or a ticket of theirs), who asks, and how it
    was made sure that they may."""

    kind: RequestKind
    person: str
    asked_by: AskedBy
    identity: Identity
    note: str = ""


def person_named(tx: sa.Connection, shop: str, name: str) -> str:
    """The owner that a name means. Raises NotFound for a ticket that is not there, NothingKept."""
    name = name.strip()
    number = name.upper().removeprefix("T-")
    if name.upper().startswith("T-") and number.isascii() and number.isdecimal():
        [(_, ticket)] = ticket_named(tx, name, shop)
        return access.owner_of_ticket(tx, shop, ticket)
    owner = owner_of(name)
    if not known(tx, shop, owner):
        raise NothingKept(owner)
    return owner


def take_down(tx: sa.Connection, shop: Shop, agent: Agent, asked: Asked, at: datetime) -> Request:
    """Keep a request, with its deadline. Raises NotFound, NothingKept."""
    one = Request(
        shop.id, new_id(), privacy.next_number(tx, shop.id), asked.kind, person_named(tx, shop.id, asked.person),
        asked.asked_by, asked.identity, asked.note.strip(), actor_of(agent), at, due(at, shop.timezone),
    )  # fmt: skip
    privacy.add(tx, one)
    _told(tx, agent, one, "requested", at)
    return one


def refuse(tx: sa.Connection, agent: Agent, number: int, answer: str, at: datetime) -> Request:
    """End a request without doing it, and why. Raises NotFound, AlreadyEnded."""
    return _end(tx, agent, _open(tx, agent.shop, number), "refused", at, answer=answer.strip())


def carry_out_erasure(
    runtime: Runtime, loaded: LoadedShop, files: UploadFiles, agent: Agent, number: int
) -> tuple[Request, Erased]:
    """Erase whom the request is about. Raises NotFound, AlreadyEnded, NothingKept, Held."""
    journal, at = runtime.journal, runtime.clock()
    one = journal.read_now(lambda tx: _open(tx, agent.shop, number))
    done = erase_person(journal, loaded, files, one.person, actor_of(agent), at, runtime.erasures)
    outcome = {"rows": dict(done.rows), "files": done.files}
    return journal.write_now(lambda tx: _end(tx, agent, one, "done", at, outcome=outcome, person=done.alias)), done


def carry_out_export(
    runtime: Runtime, loaded: LoadedShop, files: UploadFiles, agent: Agent, number: int, out: Path, lang: str
) -> Exported:
    """Write the archive; the request is done, and may be exported again. Raises NotFound, NothingKept, OSError."""
    journal, at = runtime.journal, runtime.clock()
    one = journal.read_now(lambda tx: privacy.get(tx, agent.shop, number))
    if one.kind != "export":
        raise NotFound("export", one.number)
    done = export_person(journal, loaded, files, one.person, out, lang, at)

    def work(tx: sa.Connection) -> None:
        access.saw(tx, agent, "export", one.id, one.person, at)
        if one.state == "open":
            _end(tx, agent, one, "done", at, outcome={"rows": dict(done.rows), "files": done.files})

    journal.write_now(work)
    return done


def plan_of(tx: sa.Connection, shop: str, number: int, at: datetime) -> Plan:
    """What carrying an erasure out would do. Raises NotFound, NothingKept."""
    return plan(tx, shop, privacy.get(tx, shop, number).person, at)


def _open(tx: sa.Connection, shop: str, number: int) -> Request:
    one = privacy.get(tx, shop, number)
    if one.state != "open":
        raise AlreadyEnded(one.number)
    return one


def _end(tx: sa.Connection, agent: Agent, one: Request, state: str, at: datetime, **values: Any) -> Request:
    ended = privacy.change(tx, one, state=state, ended_at=at, ended_by=actor_of(agent), **values)
    _told(tx, agent, one, state, at)
    return ended


def _told(tx: sa.Connection, agent: Agent, one: Request, what: str, at: datetime) -> None:
    audit.record_change(
        tx, one.shop, Change("privacy", what, actor_of(agent), one.number, {"kind": one.kind}, {"name": one.number}), at
    )


def hold(tx: sa.Connection, shop: str, by: str, name: str, reason: str, until: datetime | None, at: datetime) -> Hold:
    """Hold a ticket (`T-1001`), or all of a buyer's; `by` is an actor. Raises NotFound, NothingKept."""
    kind: HoldKind = "ticket" if name.strip().upper().startswith("T-") else "buyer"
    if kind == "ticket":
        [(_, subject)] = ticket_named(tx, name.strip(), shop)
    else:
        subject = person_named(tx, shop, name)
    one = Hold(shop, new_id(), kind, subject, reason.strip(), by, at, until)
    privacy.hold(tx, one)
    audit.record_change(tx, shop, Change("privacy", "held", one.by, one.id, {"kind": kind}, {}), at)
    return one


def lift(tx: sa.Connection, shop: str, by: str, id: str, at: datetime) -> None:
    """End a hold; `by` is an actor. Raises NotFound."""
    privacy.lift(tx, shop, id, by, at)
    audit.record_change(tx, shop, Change("privacy", "lifted", by, id, {}, {}), at)


def names(tx: sa.Connection, shop: str) -> Name:
    """Agents by the name that is shown, others as the record names them."""
    known = {f"agent:{one.id}": one.display_name for one in agents.of_shop(tx, shop, active=False)}
    return lambda actor: known.get(actor, actor)


def overview(tx: sa.Connection, loaded: LoadedShop, at: datetime) -> Json:
    """Requests, holds, and for how long what is kept."""
    name = names(tx, loaded.id)
    return {
        "requests": [request_view(one, name) for one in privacy.of_shop(tx, loaded.id)],
        "holds": [hold_view(tx, one, name, at) for one in privacy.holds_of(tx, loaded.id)],
        "retention": asdict(loaded.folder.shop.retention), "waiting": retention.waiting(tx, loaded, at),
    }  # fmt: skip


def looks(
    tx: sa.Connection, shop: str, person: str, agent: str, before: str | None, limit: int
) -> tuple[list[Json], str | None]:  # fmt: skip
    """Who looked at what, the latest first, and the `before` of the page after."""
    owner = person_named(tx, shop, person) if person else None
    found = access.page(tx, shop, owner, agent or None, before, limit)
    shown = [
        {
            "id": one.id, "at": utc(one.at), "agent": one.agent, "by": one.agent_name, "what": one.what,
            "subject": _subject(tx, shop, one), "person": _whom(one.owner),
        }
        for one in found
    ]  # fmt: skip
    return shown, found[-1].id if len(found) == limit else None


def _whom(owner: str) -> str | None:
    """As admins name somebody; None for whoever was erased."""
    return None if ":erased-" in owner else owner.removeprefix(BUYER)


def _subject(tx: sa.Connection, shop: str, one: access.Look) -> str:
    """A ticket by its number; else the id."""
    return tickets.get(tx, shop, one.subject).number if one.what == "evidence" else one.subject


def request_view(one: Request, name: Name) -> Json:
    """A request as admins read it; once all of somebody is erased, `person` is None and the note is left out."""
    whom = _whom(one.person)
    return {
        "number": one.number, "kind": one.kind, "person": whom, "asked_by": one.asked_by,
        "identity": one.identity, "note": one.note if whom else "", "via": name(one.via),
        "received_at": utc(one.received_at), "due_at": utc(one.due_at), "state": one.state,
        "ended_at": utc(one.ended_at) if one.ended_at else None,
        "ended_by": name(one.ended_by) if one.ended_by else None,
        "answer": one.answer, "outcome": one.outcome,
    }  # fmt: skip


def hold_view(tx: sa.Connection, one: Hold, name: Name, at: datetime) -> Json:
    """A hold as JSON; `stands` is whether it holds now."""
    stands = one.lifted_at is None and (one.until is None or one.until > at)
    subject = one.subject.removeprefix(BUYER)
    if one.kind == "ticket":
        subject = tickets.get(tx, one.shop, one.subject).number
    return {
        "id": one.id, "kind": one.kind, "subject": subject, "reason": one.reason, "by": name(one.by), "at": utc(one.at),
        "until": utc(one.until) if one.until else None, "stands": stands,
        "lifted_at": utc(one.lifted_at) if one.lifted_at else None,
        "lifted_by": name(one.lifted_by) if one.lifted_by else None,
    }  # fmt: skip
