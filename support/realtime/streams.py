"""What was streamed of the answers that run, for whoever comes while they do.

Lives in the event loop, as the hub does: a piece is remembered in the step in which it is passed on, so a late page is
told everything up to a piece and hears everything after it, none of them twice.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

REMEMBERED = 1000
"""Questions that are known to be answered."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """The `i`th piece of a running answer, from 0; `re` is the id of what it answers."""

    shop: str
    owner: str
    conversation: str
    message: str
    i: int
    text: str
    re: str


@dataclass(slots=True)
class Running:
    """An answer so far: its last piece and every text up to it."""

    last: Piece
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What was streamed."""
        return "".join(self.texts)


class Streams:
    """The running answers by conversation, one each."""

    def __init__(self) -> None:
        self._running: dict[Key, Running] = {}
        self._done: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def add(self, piece: Piece) -> bool:
        """A piece was said; the first of an answer takes the place of whatever ran before.

        False for one that comes after its answer's end, or does not follow on what was heard: of an answer with a gap
        nothing more is passed on.
        """
        if (piece.shop, piece.conversation, piece.re) in self._done:
            return False
        key = piece.shop, piece.conversation
        running = self._running.get(key)
        if piece.i == 0 and (running is None or running.last.message != piece.message):
            running = self._running[key] = Running(piece)
        elif running is None or running.last.message != piece.message or piece.i != running.last.i + 1:
            self._running.pop(key, None)
            return False
        running.last = piece
        running.texts.append(piece.text)
        return True

    def over(self, shop: str, conversation: str) -> None:
        """The answer is done, stopped or given up."""
        self._running.pop((shop, conversation), None)

    def done(self, shop: str, conversation: str, re: str) -> None:
        """What was asked is answered; what is still said comes by a slower way, or from a worker that was given up."""
        running = self._running.get((shop, conversation))
        if running is not None and running.last.re == re:
            del self._running[shop, conversation]
        self._done[shop, conversation, re] = None
        if len(self._done) > REMEMBERED:
            self._done.popitem(last=False)

    def of_owner(self, shop: str, owner: str) -> tuple[Running, ...]:
        """A buyer's running answers."""
        return tuple(one for one in self._running.values() if (one.last.shop, one.last.owner) == (shop, owner))

    def of_conversation(self, shop: str, conversation: str) -> tuple[Running, ...]:
        """The one that runs in a conversation, if one does."""
        running = self._running.get((shop, conversation))
        return () if running is None else (running,)
