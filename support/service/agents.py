"""Agents at the door: accounts, passwords, and the one way by which a session's token becomes an agent."""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ticketing.agent import Agent, Role, actor_of, may
from ticketing.ids import new_id
from ticketing.storage import agents, audit
from ticketing.storage.agents import LoginLimits, Wait
from ticketing.storage.audit import SERVER, Change
from ticketing.storage.journal import Journal
from ticketing.storage.spool import act

SESSION = timedelta(hours=12)
SHORT = 12
"""So many places of a token's hash tell two sessions apart, and open none."""
CAPACITY = 6
LONGEST_NAME = 64
LONGEST_PASSWORD = 256
SHORTEST_PASSWORD = 8
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_hashing = threading.Semaphore(2)
"""Each hash takes 19 MiB and a core for some 30 ms: a flood of logins waits here, not the chats."""


class AgentError(Exception):
    """Anything about an account or its session that is refused; the message says why and what to do."""


class BadSession(AgentError):
    """The token stands for nobody; `expired` tells the case that a fresh login mends."""

    def __init__(self, expired: bool = False) -> None:
        super().__init__("the session has ended: log in again" if expired else "no such session: log in")
        self.expired = expired


class LoginRefused(AgentError):
    """Wrong name or password; which of them is told to nobody."""

    def __init__(self) -> None:
        super().__init__("name or password is wrong")


class TooManyLogins(AgentError):
    """Tried too often; heard again after `after_s` whole seconds."""

    def __init__(self, after_s: int) -> None:
        super().__init__(f"too many wrong logins: try again in {after_s} s")
        self.after_s = after_s


class Forbidden(AgentError):
    """The agent's role does not reach."""

    def __init__(self, agent: Agent, least: Role) -> None:
        super().__init__(f"{agent.name} is {agent.role!r}; this needs {least!r} or above")
        self.least = least


class NoSuchAgent(AgentError):
    """No agent of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no agent {name!r}: `anxin agent list` names them all")


class NameTaken(AgentError):
    """A login name belongs to one agent of one shop."""

    def __init__(self, name: str, shop: str) -> None:
        super().__init__(f"{name!r} is an agent of shop {shop!r} already: choose another name")


class UnusableName(AgentError):
    """The name or the password cannot be one."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session: its token is known to the holder alone."""

    token: str
    expires_at: datetime
    agent: Agent


def require(agent: Agent, least: Role) -> None:
    """Raise Forbidden unless the agent's role is `least` or above."""
    if not may(agent, least):
        raise Forbidden(agent, least)


def log_in(journal: Journal, name: str, password: str, address: str, at: datetime) -> LoggedIn:
    """Open a session of 12 hours. Blocks for the hash. Raises LoginRefused, TooManyLogins.

    An unknown name costs what a known one does, so that time tells nobody which names there are.
    """
    wanted = plain_name(name)[:LONGEST_NAME]
    attempt = journal.write_now(lambda tx: agents.begin_login(tx, wanted, address[:64], at, LoginLimits()))
    if isinstance(attempt, Wait):
        raise TooManyLogins(max(1, int((attempt.until - at).total_seconds()) + 1))
    found = journal.read_now(lambda tx: agents.by_name(tx, wanted))
    right = matches(found[1] if found else _nobodys(), password)
    if found is None or not right or not found[0].active:
        raise LoginRefused
    return journal.write_now(lambda tx: _start(tx, found[0], attempt, at))


def _start(tx: sa.Connection, agent: Agent, attempt: str, at: datetime) -> LoggedIn:
    """The token names its shop, which leads every key, and is kept as its hash only."""
    agents.forgive_login(tx, attempt)
    token = f"{agent.shop}.{secrets.token_urlsafe(32)}"
    agents.start_session(tx, agent, _digest(token), at, at + SESSION)
    return LoggedIn(token, at + SESSION, agent)


def agent_of(tx: sa.Connection, token: str, at: datetime) -> Agent:
    """The agent for whom a token stands: the only way to become one. Raises BadSession."""
    return session_of(tx, token, at)[0]


def session_of(tx: sa.Connection, token: str, at: datetime) -> tuple[Agent, datetime]:
    """The agent and when the session ends. Raises BadSession."""
    digest = _digest(token)
    found = agents.of_session(tx, token.partition(".")[0], digest)
    if found is None or not found[0].active:
        raise BadSession
    if found[1] <= at:
        raise BadSession(expired=True)
    act(tx, actor_of(found[0]), digest[:SHORT])
    return found


def log_out(tx: sa.Connection, token: str) -> None:
    """End a session; one that is gone stays gone."""
    agents.end_session(tx, token.partition(".")[0], _digest(token))


@dataclass(frozen=True, slots=True)
class NewAgent:
    """What an account is made of. `display_name` is what buyers see, the login name where it is empty."""

    shop: str
    name: str
    role: Role = "agent"
    display_name: str = ""
    languages: tuple[str, ...] = ()
    capacity: int = CAPACITY


def add_agent(journal: Journal, wanted: NewAgent, password: str, at: datetime, by: str = SERVER) -> Agent:
    """Make an account, or open one again that was removed from this shop. Raises NameTaken, UnusableName."""
    name = usable_name(wanted.name)
    hashed = hash_of(password)

    def work(tx: sa.Connection) -> Agent:
        made = _add(tx, wanted, name, hashed, at)
        tell_account(tx, made, "added", by, at, role=made.role)
        return made

    return journal.write_now(work)


def _add(tx: sa.Connection, wanted: NewAgent, name: str, hashed: str, at: datetime) -> Agent:
    shown = wanted.display_name.strip() or wanted.name.strip()
    found = agents.by_name(tx, name)
    if found is None:
        agent = Agent(
            wanted.shop, new_id(), name, shown, wanted.role, wanted.languages, wanted.capacity, True, at
        )  # fmt: skip
        agents.add(tx, agent, hashed)
        return agent
    if found[0].active or found[0].shop != wanted.shop:
        raise NameTaken(name, found[0].shop)
    return agents.change(
        tx, found[0], active=True, password_hash=hashed, role=wanted.role, display_name=shown,
        languages=list(wanted.languages), capacity=wanted.capacity,
    )  # fmt: skip


def set_password(journal: Journal, name: str, password: str, at: datetime, by: str = SERVER) -> Agent:
    """A new password; whoever is logged in with the old one is logged out. Raises NoSuchAgent, UnusableName."""
    hashed = hash_of(password)
    return journal.write_now(lambda tx: give_password(tx, named(tx, name), hashed, at, by))


def give_password(tx: sa.Connection, agent: Agent, hashed: str, at: datetime, by: str) -> Agent:
    """The same of an agent and a password's hash."""
    agents.end_sessions(tx, agent)
    tell_account(tx, agent, "password", by, at)
    return agents.change(tx, agent, password_hash=hashed)


def remove_agent(tx: sa.Connection, name: str, at: datetime, by: str = SERVER) -> Agent:
    """Close an account: no login, no session; what the agent did keeps its name. Raises NoSuchAgent."""
    agent = named(tx, name)
    agents.end_sessions(tx, agent)
    tell_account(tx, agent, "closed", by, at)
    return agents.change(tx, agent, active=False)


def tell_account(tx: sa.Connection, agent: Agent, what: str, by: str, at: datetime, **values: object) -> None:
    """Write a change of an account into the shop's audit; its names stand beside the chain."""
    words = {"name": agent.name, "display_name": agent.display_name}
    audit.record_change(tx, agent.shop, Change("account", what, by, agent.id, values, words), at)


def named(tx: sa.Connection, name: str) -> Agent:
    """The active agent of that login name. Raises NoSuchAgent."""
    found = agents.by_name(tx, plain_name(name))
    if found is None or not found[0].active:
        raise NoSuchAgent(name)
    return found[0]


def plain_name(name: str) -> str:
    """A login name as it is compared: full-width folded, case folded, without space around it."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def usable_name(name: str) -> str:
    """The login name of an account. Raises UnusableName."""
    plain = plain_name(name)
    if not 1 <= len(plain) <= LONGEST_NAME or not plain.isprintable() or any(sign.isspace() for sign in plain):
        raise UnusableName(f"{name!r} cannot be a login name: 1 to {LONGEST_NAME} characters, none of them a space")
    return plain


def new_password() -> str:
    """A password of 96 random bits."""
    return secrets.token_urlsafe(12)


def hash_of(password: str) -> str:
    """What is kept of a password (Argon2id, RFC 9106). Raises UnusableName."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UnusableName(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    with _hashing:
        return _hasher.hash(password)


def matches(hashed: str, password: str) -> bool:
    """Whether this is the password of which `hashed` is kept."""
    with _hashing:
        try:
            return _hasher.verify(hashed, password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
