"""Keys of other systems: what one may do, how it is made, changed and revoked, and the one way it opens anything.

A key is `axk.SHOP.ID.SECRET`; all but the secret may be shown. The record holds a hash of the whole.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import sqlalchemy as sa

from support.policy.proof import utc
from support.service.agents import SHORT, AgentError, BadSession, agent_of, require
from ticketing.agent import Agent, Role, actor_of
from ticketing.errors import NotFound
from ticketing.storage import api_keys as rows
from ticketing.storage import audit
from ticketing.storage.api_keys import ApiKey
from ticketing.storage.audit import Change
from ticketing.storage.spool import act

Scope = Literal[
    "conversations:read", "messages:write", "buyers:act", "tickets:read", "tickets:write", "reports:read",
    "webhooks:admin",
]  # fmt: skip
Json = dict[str, Any]
SCOPES: tuple[Scope, ...] = get_args(Scope)
ADMINS: frozenset[str] = frozenset({"webhooks:admin"})
"""Scopes that reach what is an admin's at the desk."""
MARK = "axk"
OVERLAP = timedelta(hours=24)
"""How long the secret before a rotation opens beside the new one."""
LONGEST_OVERLAP = timedelta(days=30)
USED_EVERY = timedelta(minutes=1)
"""The last use is written down no more often."""
MOST_KEYS, LONGEST_NAME = 50, 200
Taken = Literal["revoked", "expired"]


class BadKey(BadSession):
    """The key opens nothing: it is unknown, revoked, or has expired."""

    def __init__(self, why: str) -> None:
        Exception.__init__(self, why)
        self.expired = False


class LacksScope(AgentError):
    """The key is good and does not reach; `scope` is what it lacks, None where no key reaches."""

    def __init__(self, scope: str | None) -> None:
        told = f"this key lacks the scope {scope!r}" if scope else "no API key opens this: it is for agents' sessions"
        super().__init__(told)
        self.scope = scope


class TooManyKeys(AgentError):
    """A shop has so many and no more."""

    def __init__(self) -> None:
        super().__init__(f"a shop has at most {MOST_KEYS} keys: revoke one")


def prefix(one: ApiKey) -> str:
    """By what a key is recognised: all of it but the secret."""
    return f"{MARK}.{one.shop}.{one.id}"


def state(one: ApiKey, at: datetime) -> Taken | Literal["active"]:
    """Whether it opens anything."""
    if one.revoked_at is not None:
        return "revoked"
    return "expired" if one.expires_at is not None and one.expires_at <= at else "active"


def key_view(one: ApiKey, state: str) -> Json:
    """A key as whoever keeps it sees it: never its secret, nor the hash."""
    times = {
        name: utc(at) if (at := getattr(one, name)) else None
        for name in ("expires_at", "last_used_at", "revoked_at", "old_until")
    }
    return {
        "id": one.id, "prefix": prefix(one), "name": one.name, "scopes": list(one.scopes), "state": state,
        "created_at": utc(one.created_at), "created_by": one.created_by, **times,
    }  # fmt: skip


def make(
    tx: sa.Connection, shop: str, name: str, scopes: Iterable[Scope], expires_at: datetime | None, by: str, who: str,
    at: datetime,
) -> tuple[ApiKey, str]:  # fmt: skip
    """A new key, and its text, which is told this once. `by` is the actor, `who` that actor's name.

    Raises TooManyKeys.
    """
    if sum(state(one, at) == "active" for one in rows.of_shop(tx, shop)) >= MOST_KEYS:
        raise TooManyKeys
    wanted = set(scopes)
    one = ApiKey(
        shop, secrets.token_hex(5), name, tuple(scope for scope in SCOPES if scope in wanted), "", None, None, at, who,
        expires_at, None, None,
    )  # fmt: skip
    text = f"{prefix(one)}.{secrets.token_urlsafe(32)}"
    rows.add(tx, one)
    kept = rows.change(tx, one, sha256=_digest(text))
    ends = expires_at.isoformat() if expires_at else None
    _tell(tx, kept, "made", by, at, scopes=list(kept.scopes), expires_at=ends)
    return kept, text


def rotate(tx: sa.Connection, one: ApiKey, overlap: timedelta, by: str, at: datetime) -> tuple[ApiKey, str]:
    """A new secret; the one before opens beside it for `overlap`. Raises NotFound for one that is revoked."""
    if one.revoked_at is not None:
        raise NotFound("API key", one.id)
    text = f"{prefix(one)}.{secrets.token_urlsafe(32)}"
    until = at + min(max(overlap, timedelta(0)), LONGEST_OVERLAP)
    kept = rows.change(tx, one, sha256=_digest(text), old_sha256=one.sha256, old_until=until)
    _tell(tx, kept, "rotated", by, at, old_until=until.isoformat())
    return kept, text


def revoke(tx: sa.Connection, one: ApiKey, by: str, at: datetime) -> ApiKey:
    """It opens nothing from now on; one that was revoked stays so."""
    if one.revoked_at is not None:
        return one
    kept = rows.change(tx, one, revoked_at=at, old_sha256=None, old_until=None)
    _tell(tx, kept, "revoked", by, at)
    return kept


def is_key(token: str) -> bool:
    """Whether a bearer's token claims to be a key; a session's has two pieces."""
    return token.startswith(f"{MARK}.") and token.count(".") == 3


def key_of(tx: sa.Connection, token: str, at: datetime) -> ApiKey:
    """The key that this text is. Raises BadKey."""
    _, shop, id, _ = token.split(".")
    try:
        one = rows.get(tx, shop, id)
    except NotFound as error:
        raise BadKey("no such API key") from error
    given, old = _digest(token), one.old_sha256 if one.old_until and at < one.old_until else None
    if not any(kept and secrets.compare_digest(given, kept) for kept in (one.sha256, old)):
        raise BadKey("no such API key")
    if (now := state(one, at)) != "active":
        raise BadKey(f"this API key is {now}")
    return one


def used(tx: sa.Connection, one: ApiKey, at: datetime) -> None:
    """Write down that it was used."""
    rows.change(tx, one, last_used_at=at)


def seldom_used(one: ApiKey, at: datetime) -> bool:
    """Whether its last use is to be written down."""
    return one.last_used_at is None or at - one.last_used_at >= USED_EVERY


def caller_of(tx: sa.Connection, token: str, at: datetime, scope: Scope | None, least: Role = "agent") -> Agent:
    """Who asks: an agent of that role or above, or a key with that scope. Raises BadSession, Forbidden, LacksScope."""
    if not is_key(token):
        agent = agent_of(tx, token, at)
        require(agent, least)
        return agent
    one = key_of(tx, token, at)
    if scope is None or scope not in one.scopes:
        raise LacksScope(scope)
    return acting(tx, one)


def acting(tx: sa.Connection, one: ApiKey) -> Agent:
    """A key as whoever acts."""
    role: Role = "admin" if ADMINS & set(one.scopes) else "agent"
    who = Agent(one.shop, one.id, prefix(one), one.name, role, (), 0, True, one.created_at, "api")
    act(tx, actor_of(who), one.sha256[:SHORT])
    return who


def _tell(tx: sa.Connection, one: ApiKey, what: str, by: str, at: datetime, **values: object) -> None:
    audit.record_change(tx, one.shop, Change("api_key", what, by, one.id, values, {"name": one.name}), at)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
