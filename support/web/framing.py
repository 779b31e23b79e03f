"""WebSocket frames (RFC 6455 section 5.2), as far as nearly all of them go: whole texts, unmasked out and masked in."""

from __future__ import annotations

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C where there is a compiler

FIN, OPCODE, MASKED, LENGTH = 0x80, 0x0F, 0x80, 0x7F
WHOLE_TEXT = 0x81
"""The first byte of a text that is one frame, without extensions."""
CONTROL = 0x8
"""Opcodes from here on may come between the frames of one message."""


def framed(payload: bytes) -> bytes:
    """A whole text as a server writes it: one frame, not masked."""
    size = len(payload)
    if size < 126:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def bounds(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `at` begins and ends, perhaps past `data`; None where its head is not whole."""
    have = len(data) - at
    if have < 2:
        return None
    size, head = data[at + 1] & LENGTH, 2
    if size > 125:
        head = 4 if size == 126 else 10
        if have < head:
            return None
        size = int.from_bytes(data[at + 2 : at + head], "big")
    if data[at + 1] & MASKED:
        head += 4
    return None if have < head else (at + head, at + head + size)


def unmasked(data: bytes, begin: int, end: int) -> bytes:
    """The payload from `begin` to `end` as it was before the client masked it with the four bytes in front."""
    return bytes(apply_mask(data[begin:end], data[begin - 4 : begin]))
