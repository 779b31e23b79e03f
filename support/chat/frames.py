"""The frames of `anxin.v1`: what a client may send, and how the server's frames are written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec

from ticketing.events import Event

MAX_FRAME_BYTES = 64 * 1024
MAX_TEXT = 4000
MAX_ATTACHMENTS = 5
SUBPROTOCOL = "anxin.v1"

Json = dict[str, Any]
MAX_INT = 2**53 - 1
"""What every JSON reader holds exactly (RFC 8259 section 6); a record would refuse what is longer than 64 bits."""
Int = Annotated[int, msgspec.Meta(ge=-MAX_INT, le=MAX_INT)]


class Envelope(msgspec.Struct):
    """Any frame from a client; `d` is read again once `t` says what it is."""

    t: str
    v: int = 1
    d: msgspec.Raw = msgspec.Raw(b"{}")
    id: str | None = None
    re: str | None = None


class Page(msgspec.Struct):
    """The page that the chat stands on."""

    url: str = ""
    title: str = ""


class Hello(msgspec.Struct):
    """The opening: who, where, and from which cursor."""

    role: Literal["buyer", "agent"]
    shop: str
    token: str | None = None
    visitor: str | None = None
    cursor: Int | None = None
    epoch: str | None = None
    locale: str = ""
    timezone: str = ""
    page: Page = msgspec.field(default_factory=Page)
    caps: list[str] = msgspec.field(default_factory=list)


class Context(msgspec.Struct):
    """What the buyer looks at while writing, and the name by which the page knows them: hints that open nothing."""

    order: str | None = None
    product: str | None = None
    url: str | None = None
    user: str | None = None


class Identify(msgspec.Struct):
    """A visitor is known to the shop now; `token` is its server's word for it."""

    token: str


class Say(msgspec.Struct):
    """Say something; `new` begins a conversation."""

    conversation: str
    text: str
    attachments: list[str] = msgspec.field(default_factory=list)
    context: Context | None = None

    def says_nothing(self) -> bool:
        """Whether it has neither words nor a file."""
        return not self.attachments and not self.text.strip()


class Act(msgspec.Struct):
    """Use a message's card, once; what `value` is depends on `action`."""

    conversation: str
    message: str
    action: str
    value: Any = None


class Read(msgspec.Struct):
    """All up to message `seq` was seen."""

    conversation: str
    seq: Int


class Typing(msgspec.Struct):
    """Keys are struck, or rest."""

    conversation: str
    on: bool = True


class History(msgspec.Struct):
    """The messages before `before_seq`, or the last ones."""

    conversation: str
    before_seq: Int | None = None
    limit: Int = 30


class Handoff(msgspec.Struct):
    """Ask for a person."""

    conversation: str
    reason: str | None = None


class Stop(msgspec.Struct):
    """End the answer that runs."""

    conversation: str


class Rate(msgspec.Struct):
    """Stars for what was done; `message` is the one that asked for them, the conversation's last such if missing."""

    conversation: str
    score: Annotated[int, msgspec.Meta(ge=1, le=5)]
    message: str | None = None
    tags: Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]], msgspec.Meta(max_length=10)] = msgspec.field(
        default_factory=list
    )
    comment: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Claim(msgspec.Struct):
    """Take a conversation that waits. Wherever it stands, `if_rev` null asks for no check."""

    conversation: str
    if_rev: Int | None = None


class Takeover(msgspec.Struct):
    """Take a conversation and join it at once."""

    conversation: str
    if_rev: Int | None = None


class Giveback(msgspec.Struct):
    """Back to the assistant."""

    conversation: str
    if_rev: Int | None = None


class Reopen(msgspec.Struct):
    """Take up again what is resolved."""

    conversation: str
    if_rev: Int | None = None


class Resolve(msgspec.Struct):
    """It is done; the buyer is asked whether that is so. Where the buyer is still owed a refund or a replacement it is
    a `conflict` whose `current.owed` names them, unless `owed` says that this is known."""

    conversation: str
    resolution: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""
    if_rev: Int | None = None
    owed: bool = False


class Transfer(msgspec.Struct):
    """To a colleague, by id; to nobody (null) is back to the queue."""

    conversation: str
    to: str | None = None
    note: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""
    if_rev: Int | None = None


class Assign(msgspec.Struct):
    """Give it to a colleague, by a senior."""

    conversation: str
    to: str
    if_rev: Int | None = None


class Snooze(msgspec.Struct):
    """Put it aside until a time, or until the buyer writes."""

    conversation: str
    until: Annotated[datetime, msgspec.Meta(tz=True)]
    if_rev: Int | None = None


class Note(msgspec.Struct):
    """What colleagues read and buyers never do."""

    conversation: str
    text: str


class Macro(msgspec.Struct):
    """Send a canned reply, its variables filled from the case; without `lang` in the buyer's language."""

    conversation: str
    macro: str
    lang: str = ""


class Viewing(msgspec.Struct):
    """Which conversation is open on the desk; null for none."""

    conversation: str | None = None


class SetPresence(msgspec.Struct):
    """Whether the agent is at the desk."""

    state: Literal["online", "away"]


Talk = Say | Read | Typing | History
DeskMove = Claim | Takeover | Giveback | Reopen | Resolve | Transfer | Assign | Snooze | Note | Macro
Command = Talk | Identify | Act | Handoff | Stop | Rate | DeskMove | Viewing | SetPresence
Role = Literal["buyer", "agent"]

_TALK: dict[str, type[Command]] = {"say": Say, "read": Read, "typing": Typing, "history": History}
COMMANDS: dict[Role, dict[str, type[Command]]] = {
    "buyer": _TALK | {"identify": Identify, "act": Act, "handoff": Handoff, "stop": Stop, "rate": Rate},
    "agent": _TALK | {
        "claim": Claim, "takeover": Takeover, "giveback": Giveback, "reopen": Reopen, "resolve": Resolve,
        "transfer": Transfer, "assign": Assign, "snooze": Snooze, "note": Note, "macro": Macro,
        "viewing": Viewing, "presence": SetPresence,
    },
}  # fmt: skip
"""What each role may send."""
NOBODYS = frozenset({"decide", "approve"})
"""Frames that nobody may send: the policy decides, and what agents do with money goes over HTTP."""
FOREIGN: dict[Role, frozenset[str]] = {
    "buyer": frozenset(COMMANDS["agent"].keys() - COMMANDS["buyer"].keys()) | NOBODYS,
    "agent": frozenset(COMMANDS["buyer"].keys() - COMMANDS["agent"].keys()) | NOBODYS,
}
"""What a role may not send: forbidden, and said to be."""
NEEDS_ID = frozenset({"identify", "say", "act", "handoff", "rate"}) | (
    COMMANDS["agent"].keys() - {"read", "typing", "history", "viewing", "presence"}
)

ErrorCode = Literal[
    "bad_frame", "auth", "expired", "forbidden", "not_found", "conflict", "rate", "too_large", "id_reused", "closed",
    "unavailable", "internal",
]  # fmt: skip
RETRY: frozenset[str] = frozenset({"rate", "unavailable", "internal"})

_encode = msgspec.json.Encoder().encode


def utc(at: datetime) -> str:
    """A time as the wire has it: ISO 8601 in UTC with `Z`, to the millisecond."""
    there = at if at.tzinfo is UTC else at.astimezone(UTC)
    text = _encode(there).decode()  # to the microsecond, and a fifth of the price of `isoformat`
    return f"{text[1:24]}Z" if there.microsecond else f"{text[1:20]}.000Z"


def frame(t: str, d: Json, *, re: str | None = None, n: int | None = None, id: str | None = None) -> str:
    """A server frame as text."""
    return framed(t, _encode(d).decode(), re=re, n=n, id=id)


def framed(t: str, d: str, *, re: str | None = None, n: int | None = None, id: str | None = None) -> str:
    """A server frame around a body that is JSON already."""
    head = f'{{"v":1,"t":"{t}"'
    if id is not None:
        head += f',"id":{_encode(id).decode()}'
    if re is not None:
        head += f',"re":{_encode(re).decode()}'
    if n is not None:
        head += f',"n":{n}'
    return f'{head},"d":{d}}}'


def event_frame(event: Event) -> str:
    """A durable event as its frame."""
    return framed(event.type, event.text, n=event.n)


def error(code: ErrorCode, *, re: str | None = None, after_ms: int | None = None, current: object = None) -> str:
    """An `error` frame; what a person reads is found by `message_key`."""
    body: Json = {"code": code, "message_key": f"error.{code}", "retry": code in RETRY}
    if after_ms is not None:
        body["after_ms"] = after_ms
    if current is not None:
        body["current"] = current
    return frame("error", body, re=re)
