"""Whether a frame is one that the schema defines: for tests, and for whoever writes another server or client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from support.chat.frames import Role
from support.chat.schema import ACKS, SERVER

Json = dict[str, Any]


class NotInSchema(Exception):
    """The server sent what `support/chat/schema.py` does not define."""


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    v: int
    t: str
    d: msgspec.Raw
    id: str | None = None
    re: str | None = None
    n: int | None = None


def check_frame(text: str | bytes, role: Role, sent: Mapping[str, str]) -> None:
    """Raise NotInSchema unless the server may send this to `role`; `sent` has its commands' types by their ids."""
    try:
        head = msgspec.json.decode(text, type=_Head)
        body = _body_of(head, role, sent)
        msgspec.json.decode(head.d, type=body)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        where = "define it in support/chat (schema.py says where) and run `make contract`"
        raise NotInSchema(f"{error} ({where}), sent to a client as {role}: {_shown(text)}") from error


def _body_of(head: _Head, role: Role, sent: Mapping[str, str]) -> type[msgspec.Struct]:
    """The body that fits the type, once the head does."""
    if head.v != 1:
        raise msgspec.ValidationError("v is not 1")
    if head.t == "ack":
        command = sent.get(head.re or "", "nothing")
        if command not in ACKS[role]:
            raise msgspec.ValidationError(f"ack of {head.re!r}, which was {command}")
        return ACKS[role][command]
    known = SERVER[role].get(head.t)
    if known is None:
        raise msgspec.ValidationError(f"no frame {head.t!r}")
    if (head.n is not None) != (known.sort == "durable"):
        raise msgspec.ValidationError(f"{head.t} is {known.sort}, and its n is {head.n}")
    return known.body


def _shown(text: str | bytes) -> str:
    return (text if isinstance(text, str) else text.decode(errors="replace"))[:1000]
