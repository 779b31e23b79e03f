"""Fields that are kept sealed: AES-256-GCM under a ring of keys, bound to where they stand.

A sealed value is text: `sealed.v1.KEY.…`, with the name of its key, so that a ring finds the key again and a command
finds what is sealed under an older one. Shop, column and row are authenticated with it: a value that was carried to
another place, or altered, does not open. Values without the mark are read as they are.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticketing.errors import BadFieldKey, FieldKeyMissing, FieldUnreadable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = "sealed.v1."
KEY_BYTES, NONCE_BYTES, NAME = 32, 12, 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: `column` as `table.column`, `row` its key beside the shop."""

    shop: str
    column: str
    row: tuple[str, ...] = ()

    def bound(self) -> bytes:
        """What is authenticated with the value."""
        return json.dumps([self.shop, self.column, *self.row]).encode()


@dataclass(frozen=True, slots=True)
class FieldKey:
    """A key; its name follows from it, so that two cannot share one and nobody has to think of it."""

    secret: bytes

    @property
    def name(self) -> str:
        """What stands in the values that it sealed."""
        return hashlib.sha256(b"anxin field key " + self.secret).hexdigest()[:NAME]


def new_key() -> str:
    """A fresh key as it is written down."""
    return urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def read_key(written: str) -> FieldKey:
    """A key as it was written down. Raises BadFieldKey, which does not tell it."""
    try:
        secret = urlsafe_b64decode(written)
    except (NotBase64, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise BadFieldKey
    return FieldKey(secret)


Keys = tuple[FieldKey, ...]


class Ring:
    """Keys, the newest first: it seals, all of them open. `read` is asked each time, for a file may be changed."""

    def __init__(self, read: Callable[[], Keys] = tuple) -> None:
        self._read = read

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its keys, the newest first."""
        return tuple(key.name for key in self._read())

    def seal(self, value: bytes, place: Place) -> str | None:
        """The value sealed; None where there is no key."""
        keys = self._read()
        if not keys:
            return None
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + _cipher(keys[0]).encrypt(nonce, value, place.bound())
        return f"{MARK}{keys[0].name}.{urlsafe_b64encode(sealed).decode()}"

    def opened(self, kept: str, place: Place) -> bytes:
        """What was sealed. Raises FieldKeyMissing, FieldUnreadable."""
        from cryptography.exceptions import InvalidTag

        name, _, text = kept.removeprefix(MARK).partition(".")
        key = next((one for one in self._read() if one.name == name), None)
        if key is None:
            raise FieldKeyMissing(name)
        try:
            sealed = urlsafe_b64decode(text)
            return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.bound())
        except (InvalidTag, ValueError) as error:
            raise FieldUnreadable(place.shop, place.column, " ".join(place.row)) from error


NO_KEYS = Ring()
"""The ring of a record whose fields are not sealed."""


def is_sealed(kept: str | bytes) -> bool:
    """Whether a value is kept sealed."""
    return kept.startswith(MARK) if isinstance(kept, str) else kept.startswith(MARK.encode())


def _cipher(key: FieldKey) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # only those who seal load the library

    return AESGCM(key.secret)
