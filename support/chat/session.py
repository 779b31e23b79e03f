"""One socket's conversation with the server, without the socket: text in, effects out.

`receive` never blocks and never raises for what a client sent; a server that breaks the order of the opening gets
IllegalMove. Whoever holds the socket carries the effects out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

import msgspec

from support.chat import frames
from support.chat.frames import Command, ErrorCode, Hello

LARGEST_BAD_COUNT = 5
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # the last: brackets thousands deep


class State(Enum):
    """Where the opening stands."""

    WAIT_HELLO = auto()
    WELCOMING = auto()
    OPEN = auto()
    CLOSED = auto()


MOVES: Mapping[State, tuple[State, ...]] = {
    State.WAIT_HELLO: (State.WELCOMING, State.CLOSED),
    State.WELCOMING: (State.OPEN, State.CLOSED),
    State.OPEN: (State.CLOSED,),
    State.CLOSED: (),
}
"""Where each state may lead."""


class IllegalMove(Exception):
    """The server asked for a move that the state does not have."""

    def __init__(self, state: State, to: State) -> None:
        possible = ", ".join(move.name for move in MOVES[state]) or "none"
        super().__init__(f"session cannot go from {state.name} to {to.name}; possible: {possible}")
        self.state, self.to = state, to


@dataclass(frozen=True, slots=True)
class Send:
    """Write this frame."""

    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """Close with this code."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Open:
    """The client said hello: find out who it is, then `welcomed`."""

    hello: Hello


class Do(msgspec.Struct, frozen=True):
    """Carry out a command; `body` is its bytes as sent, by which a repetition is known."""

    command: Command
    id: str | None
    body: bytes


Effect = Send | Close | Open | Do

_envelope = msgspec.json.Decoder(frames.Envelope)
_hello = msgspec.json.Decoder(Hello)
_bodies = {
    role: {name: msgspec.json.Decoder(kind) for name, kind in commands.items()}
    for role, commands in frames.COMMANDS.items()
}


class Session:
    """The server's side of `anxin.v1`, for the role that said hello."""

    __slots__ = ("_bad", "_role", "state")

    def __init__(self) -> None:
        self.state = State.WAIT_HELLO
        self._role: frames.Role = "buyer"
        self._bad = 0

    def receive(self, data: str | bytes) -> Effect | None:
        """What follows from one frame; None for what is to be ignored."""
        if self.state is State.CLOSED:
            return None
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        if len(raw) > frames.MAX_FRAME_BYTES:
            return Send(frames.error("too_large"))
        try:
            envelope = _envelope.decode(raw)
        except UNREADABLE:
            return self._bad_frame(None)
        if self.state is State.WAIT_HELLO:
            return self._opening(envelope)
        return self._command(envelope)

    def welcomed(self) -> None:
        """The server has accepted the hello. Raises IllegalMove where none was said, or after the end."""
        self._enter(State.OPEN)

    def timed_out(self) -> Close | None:
        """No hello in time."""
        return self.close(4408, "no hello") if self.state is State.WAIT_HELLO else None

    def close(self, code: int, reason: str) -> Close:
        """End the session, if it has not ended; nothing that arrives later counts."""
        if self.state is not State.CLOSED:
            self._enter(State.CLOSED)
        return Close(code, reason)

    def _enter(self, to: State) -> None:
        if to not in MOVES[self.state]:
            raise IllegalMove(self.state, to)
        self.state = to

    def _opening(self, envelope: frames.Envelope) -> Effect:
        if envelope.v != 1:
            return self.close(4426, "speaks anxin.v1 only")
        if envelope.t != "hello":
            return self._bad_frame(envelope.id)
        try:
            hello = _hello.decode(envelope.d)
        except UNREADABLE:
            return self._bad_frame(envelope.id)
        self._role = hello.role
        self._enter(State.WELCOMING)
        return Open(hello)

    def _command(self, envelope: frames.Envelope) -> Effect | None:
        decoder = _bodies[self._role].get(envelope.t)
        if decoder is None:
            return self._unserved(envelope)
        if not _good_id(envelope):
            return self._bad_frame(None)
        body = bytes(envelope.d)
        try:
            command = decoder.decode(envelope.d)
        except UNREADABLE:
            return self._bad_frame(envelope.id)
        if isinstance(command, frames.Say | frames.Note) and len(command.text) > frames.MAX_TEXT:
            return Send(frames.error("too_large", re=envelope.id))
        if isinstance(command, frames.Say) and len(command.attachments) > frames.MAX_ATTACHMENTS:
            return Send(frames.error("too_large", re=envelope.id))
        return Do(command, envelope.id, envelope.t.encode() + b" " + body)

    def _unserved(self, envelope: frames.Envelope) -> Effect | None:
        """What the protocol has and this side may not send is said; what nobody knows is ignored."""
        return self.refuse("forbidden", envelope.id) if envelope.t in frames.FOREIGN[self._role] else None

    def _bad_frame(self, re: str | None) -> Effect:
        self._bad += 1
        if self._bad >= LARGEST_BAD_COUNT:
            return self.close(4400, "bad frames")
        return self.refuse("bad_frame", re)

    @staticmethod
    def refuse(code: ErrorCode, re: str | None) -> Send:
        """An error that leaves the socket open."""
        return Send(frames.error(code, re=re))


def _good_id(envelope: frames.Envelope) -> bool:
    if envelope.id is None:
        return envelope.t not in frames.NEEDS_ID
    return 1 <= len(envelope.id) <= 64 and "\x00" not in envelope.id  # which the record cannot keep
