"""What workers tell each other, sealed with the record's secret: whoever cannot read the record can tell them nothing.

A word is JSON behind the SHA-256 code of it. None says anything that must not be lost.
"""

from __future__ import annotations

import hashlib
import hmac

import msgspec

from support.realtime.streams import Piece


class Reached(msgspec.Struct, tag="reached", frozen=True):
    """The log of each shop holds events up to here; read it."""

    cursors: dict[str, int]


class Whispered(msgspec.Struct, tag="whispered", frozen=True):
    """An ephemeral frame for a buyer's pages, and for the desks that view the conversation."""

    shop: str
    owner: str
    text: str
    conversation: str | None


class Streamed(msgspec.Struct, tag="streamed", frozen=True):
    """A piece of a running answer, `text` its frame."""

    piece: Piece
    text: str


class StreamOver(msgspec.Struct, tag="over", frozen=True):
    """Nothing more comes of a running answer."""

    shop: str
    conversation: str


class ToldDesks(msgspec.Struct, tag="desks", frozen=True):
    """An ephemeral frame for every agent of a shop."""

    shop: str
    text: str


class Stop(msgspec.Struct, tag="stop", frozen=True):
    """End the answer that runs in a conversation, whoever runs it."""

    conversation: str


class Look(msgspec.Struct, tag="look", frozen=True):
    """What this worker says of itself in the record has changed."""


Word = Reached | Whispered | Streamed | StreamOver | ToldDesks | Stop | Look
CODE = hashlib.sha256().digest_size
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Word).decode


class NotOurs(Exception):
    """Somebody else's bytes on our channel."""


class Seal:
    """The record's secret, by which workers of one record know each other."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()
        self.channel = hashlib.sha256(b"anxin channel\0" + self._key).hexdigest()[:32]

    def seal(self, word: Word) -> bytes:
        """A word as it is told."""
        body = _encode(word)
        return hmac.digest(self._key, body, "sha256") + body

    def open(self, data: bytes) -> Word:
        """The word that was told. Raises NotOurs."""
        code, body = data[:CODE], data[CODE:]
        if not hmac.compare_digest(code, hmac.digest(self._key, body, "sha256")):
            raise NotOurs
        try:
            word: Word = _decode(body)
        except msgspec.DecodeError as error:
            raise NotOurs from error
        return word
