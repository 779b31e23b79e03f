"""Addresses of other systems that are told what happens in a shop, signed as Standard Webhooks are.

What is told follows from the event log alone: each address has a cursor in it, which moves in the transaction that
writes down what is owed. What is owed is claimed, sent, and the try written down; a process may die between any two and
the same thing is sent again under the same id. No buyer's words leave by this way: ids and states, to be looked up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
import msgspec
import sqlalchemy as sa
import structlog

from support import webhook_signature as signing
from support.policy.proof import utc
from support.refunds.sending import NoAnswer, NotSent, Resolve, resolve, send
from support.service.duties import WEBHOOKS
from support.service.runtime import Runtime
from ticketing.agent import Agent, actor_of
from ticketing.errors import RecordUnavailable
from ticketing.events import Event
from ticketing.ids import new_id
from ticketing.storage import audit, event_log, shops
from ticketing.storage import webhooks as rows
from ticketing.storage.audit import Change
from ticketing.storage.journal import Journal
from ticketing.storage.webhooks import DONE, FAILED, PENDING, Attempt, Delivery, Webhook

Json = dict[str, Any]
PING = "ping"
FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "message": {"message": ("id", "seq", "generated_by", "lang")},
    "handoff": {"": ("stage", "reason", "position", "eta_s")},
    "ticket": {"ticket": ("id", "number", "reason", "priority", "queue", "state", "due_at"), "": ("rev", "alarm")},
    "ticket.changed": {"": ("ticket", "number", "rev", "was", "state")},
    "decision": {"decision": ("id", "verdict", "missing")},
    "review": {"review": ("decision", "said", "verdict", "clause", "gave", "order_no", "refund")},
    "refund": {"refund": ("number", "state", "rev", "kind", "order", "amount", "currency")},
    "rated": {"rating": ("solved", "score")},
}
"""What of each event is told: fields of its body by the table that holds them. Texts and names are not among them."""
KINDS = tuple(FIELDS)
OTHER_NAMES = {"done": "message"}
"""An answer of the assistant is a message like any other."""
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 900, 3600, 14_400, 43_200, 86_400))
"""The pauses after each try that failed; after the last it is given up."""
LATEST = timedelta(days=3)
"""What happened longer ago, while an address was paused, is not told any more."""
LEASE = timedelta(seconds=60)
ROTATION = timedelta(hours=24)
EVERY_SECONDS, MOST_EVENTS, MOST_SENT = 2.0, 500, 20
MOST_WEBHOOKS = 20
GONE = 410
ALLOWED_BY = "ANXIN_WEBHOOKS_PRIVATE"
log = structlog.get_logger()


class BadAddress(ValueError):
    """An address that cannot be told anything; the message says why."""


class TooMany(ValueError):
    """A shop has so many and no more."""


def usable(url: str, private: bool) -> str:
    """The address itself. Raises BadAddress."""
    try:
        found = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise BadAddress("this is no address; write https://example.com/path") from error
    if found.scheme == "http" and not private:
        raise BadAddress(f"only https is told anything; to try it with http, set {ALLOWED_BY}=true for the server")
    if found.scheme not in {"https", "http"} or not found.host or found.userinfo:
        raise BadAddress("write https://example.com/path, without a name and password in it")
    return str(found)


@dataclass(frozen=True, slots=True)
class Who:
    """Who changes a shop's addresses: as the audit names them, and as people do."""

    shop: str
    actor: str
    name: str

    @classmethod
    def agent(cls, admin: Agent) -> Who:
        """Somebody at the desk."""
        return cls(admin.shop, actor_of(admin), admin.display_name)


def add(tx: sa.Connection, who: Who, url: str, kinds: Iterable[str], at: datetime) -> Webhook:
    """A new address, told of what happens from now on. Raises TooMany."""
    shop, by = who.shop, who.name
    if len(rows.of_shop(tx, shop)) >= MOST_WEBHOOKS:
        raise TooMany(f"a shop has at most {MOST_WEBHOOKS} webhooks: delete one")
    now = shops.get_shop(tx, shop).n
    made = Webhook(shop, new_id(), url, tuple(kinds), signing.new_secret(), None, None, False, now, at, by)
    rows.add(tx, made)
    _audit(tx, who, made, "added", at, kinds=list(made.kinds))
    return made


def change(tx: sa.Connection, who: Who, one: Webhook, values: Mapping[str, Any], at: datetime) -> Webhook:
    """Another address, other kinds, paused or not."""
    if not values:
        return one
    done = rows.change(tx, one, **values)
    _audit(tx, who, done, "changed", at, **{name: value for name, value in values.items() if name != "url"})
    return done


def drop(tx: sa.Connection, who: Who, one: Webhook, at: datetime) -> None:
    """Forget an address with all that it was told."""
    rows.drop(tx, one)
    _audit(tx, who, one, "deleted", at)


def _audit(tx: sa.Connection, who: Who, one: Webhook, what: str, at: datetime, **values: object) -> None:
    change = Change("webhook", what, who.actor, one.id, values, {"url": one.url})
    audit.record_change(tx, one.shop, change, at)


def rotate(tx: sa.Connection, who: Who, one: Webhook, at: datetime) -> Webhook:
    """A new secret; the one before signs beside it for a day, so that nothing is refused meanwhile."""
    _audit(tx, who, one, "rotated", at)
    return rows.change(tx, one, secret=signing.new_secret(), old_secret=one.secret, old_until=at + ROTATION)


def ping(tx: sa.Connection, one: Webhook, at: datetime) -> Delivery:
    """A test: it says nothing and tries the way."""
    return rows.owe(tx, one, f"{one.id}-ping-{new_id()}", PING, _body(PING, at, {}), at)


def owe(tx: sa.Connection, one: Webhook, at: datetime) -> int:
    """Write down what an address is to be told of the events since its cursor; how many events were looked at."""
    one = rows.get(tx, one.shop, one.id)
    found = event_log.after_in_shop(tx, one.shop, one.cursor, MOST_EVENTS)
    for event in found:
        kind = OTHER_NAMES.get(event.type, event.type)
        if kind in one.kinds and at - event.at < LATEST:
            rows.owe(tx, one, f"{one.id}-{event.n}", kind, _body(kind, event.at, told_of(kind, event)), at)
    if found:
        rows.change(tx, one, cursor=found[-1].n)
    return len(found)


def told_of(kind: str, event: Event) -> Json:
    """What is told of an event: where it happened and the fields of its kind."""
    body = event.body
    told: Json = {"conversation": event.conversation or None, "n": event.n}
    for place, names in FIELDS[kind].items():
        held = body.get(place) if place else body
        picked = {name: held[name] for name in names if isinstance(held, dict) and name in held}
        told |= {place: picked} if place else picked
    author = body.get("message", {}).get("author") if kind == "message" else None
    return told | ({"author": author.get("kind")} if isinstance(author, dict) else {})


def _body(kind: str, at: datetime, data: Json) -> str:
    return msgspec.json.encode({"type": kind, "timestamp": utc(at), "data": data}).decode()


def carry_out(
    journal: Journal, shop: str, clock: Callable[[], datetime], private: bool = False, find: Resolve = resolve
) -> int:
    """Do what is owed in a shop; how much was sent. An address that does not answer is left for this time."""
    for one in journal.read_now(lambda tx: rows.of_shop(tx, shop)):
        if not one.paused and journal.read_now(partial(_behind, one=one)):
            journal.write_now(partial(owe, one=one, at=clock()))
    sent, silent = 0, set[str]()
    for due in journal.read_now(lambda tx: rows.owed(tx, shop, clock(), MOST_SENT)):
        if due.webhook not in silent and (answered := deliver(journal, due, clock, private, find)) is not None:
            sent += 1
            if not answered:
                silent.add(due.webhook)
    return sent


def _behind(tx: sa.Connection, one: Webhook) -> bool:
    return shops.get_shop(tx, one.shop).n > one.cursor


def deliver(
    journal: Journal, due: Delivery, clock: Callable[[], datetime], private: bool, find: Resolve = resolve
) -> bool | None:
    """One try; whether an answer came, None where somebody else has it."""
    at = clock()
    one = journal.write_now(lambda tx: rows.get(tx, due.shop, due.webhook) if rows.claim(tx, due, at + LEASE) else None)
    if one is None:
        return None
    begun, status, trouble = time.monotonic(), None, None
    try:
        status = send("POST", one.url, _headers(one, due, at), due.body.encode(), private, find, ALLOWED_BY).status
    except NotSent as error:
        trouble = f"not sent: {error}"
    except NoAnswer as error:
        trouble = f"no answer: {error}"
    made = Attempt(due.id, due.tries + 1, at, status, int((time.monotonic() - begun) * 1000), trouble and trouble[:200])
    journal.write_now(lambda tx: _written_down(tx, one, due, made, clock()))
    return status is not None


def _written_down(tx: sa.Connection, one: Webhook, due: Delivery, made: Attempt, at: datetime) -> None:
    state, next_at = _then(made, at)
    rows.tried(tx, due, made, state, next_at)
    if made.status == GONE:
        rows.change(tx, one, paused=True)


def _then(made: Attempt, at: datetime) -> tuple[str, datetime | None]:
    if made.status is not None and 200 <= made.status < 300:
        return DONE, None
    if made.status == GONE or made.n > len(BACKOFF):
        return FAILED, None
    return PENDING, at + BACKOFF[made.n - 1]


def _headers(one: Webhook, due: Delivery, at: datetime) -> dict[str, str]:
    seconds = int(at.timestamp())
    secrets = [one.secret, *([one.old_secret] if one.old_secret and one.old_until and at < one.old_until else [])]
    signed = [signing.signature(signing.key_of(secret), due.id, seconds, due.body.encode()) for secret in secrets]
    return {
        "Content-Type": "application/json", "User-Agent": "Anxin-Webhooks/1", signing.ID: due.id,
        signing.TIMESTAMP: str(seconds), signing.SIGNATURE: " ".join(signed),
    }  # fmt: skip


def redeliver(tx: sa.Connection, one: Webhook, id: str, at: datetime) -> Delivery:
    """Tell it once more. Raises NotFound."""
    found = rows.delivery(tx, one, id)
    rows.again(tx, found, at)
    return replace(found, state=PENDING, next_at=at)


async def keep_telling(runtime: Runtime) -> None:
    """Look every two seconds, for ever; shops that have no address cost nothing, and a fault in one
    stops no other."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        known: tuple[str, ...] = ()
        if not runtime.on_duty(WEBHOOKS):
            continue
        with suppress(RecordUnavailable):  # which whoever keeps house has said
            known = await runtime.journal.read(rows.shops)
        for shop in known:
            try:
                await asyncio.to_thread(carry_out, runtime.journal, shop, runtime.clock, runtime.private_webhooks)
            except Exception as error:
                log.exception("webhooks broken off", shop=shop, error=type(error).__name__)
