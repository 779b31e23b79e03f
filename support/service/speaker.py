"""Saying an answer piece by piece to whoever listens, while it is made or once it is there."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

from support.chat.frames import frame
from support.realtime.streams import Piece
from support.service.runtime import Runtime
from ticketing.conversation import Conversation
from ticketing.storage import talk
from ticketing.storage.visitors import PendingTurn

SENTENCE = re.compile(r".+?(?:[。！？!?\n]+|\.(?=\s)|$)\s*", re.DOTALL)
SPOKEN_TO = frozenset({"bot", "waiting"})
"""States in which the assistant answers; in the others a person does, or just did."""


def speaks(conversation: Conversation) -> bool:
    """Whether it is the assistant who answers the buyer."""
    return conversation.state in SPOKEN_TO


class Speaker:
    """Says an answer a piece at a time, until it is stopped; to nobody where a person has the conversation."""

    def __init__(
        self, runtime: Runtime, conversation: Conversation, turn: PendingTurn, message_id: str, stop: threading.Event
    ) -> None:  # fmt: skip
        self._runtime, self._conversation, self._turn = runtime, conversation, turn
        self._message, self._stop = message_id, stop
        self._said, self._pieces = "", 0
        self._audible: bool | None = None

    def say(self, text: str) -> bool:
        """Say what has been checked before the rest is there; False if it was stopped."""
        if not self._is_heard():
            return True
        if self._stop.is_set():
            return False
        self._pass_on(text)
        return True

    def finish(self, text: str) -> str:
        """Say what is left of the whole answer; what was heard of it, all where nobody has to hear it.

        An answer that begins otherwise than what was said replaces it, as the `done` frame does.
        """
        if not self._is_heard() or not text.startswith(self._said):
            return text
        for piece in pieces(text[len(self._said) :]):
            if self._stop.wait(self._runtime.pause if self._pieces else 0):
                break
            self._pass_on(piece)
        return self._said

    def _is_heard(self) -> bool:
        if self._audible is None:
            shop, key = self._turn.shop, self._turn.conversation
            self._audible = speaks(self._runtime.journal.read_now(lambda tx: talk.get(tx, shop, key)))
        return self._audible

    def _pass_on(self, text: str) -> None:
        turn, talk_id, i = self._turn, self._conversation.id, self._pieces
        piece = Piece(turn.shop, self._conversation.owner, talk_id, self._message, i, text, turn.client_id)
        body = {"conversation": talk_id, "message": self._message, "i": i, "text": text, "re": turn.client_id}
        self._runtime.streams.stream(piece, frame("delta", body, re=turn.client_id))
        self._said, self._pieces = self._said + text, i + 1


def pieces(text: str) -> Iterator[str]:
    """The text a sentence at a time, joined to at least 24 characters."""
    held = ""
    for match in SENTENCE.finditer(text):
        held += match.group()
        if len(held) >= 24:
            yield held
            held = ""
    if held:
        yield held
