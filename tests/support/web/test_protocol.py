from __future__ import annotations

import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from support.web.protocol import _framed

ONE_BYTE, TWO_BYTES = 125, 65535
"""The largest texts whose length is written in one byte and in two (RFC 6455 section 5.2)."""


@pytest.mark.parametrize("size", [0, 1, ONE_BYTE, ONE_BYTE + 1, TWO_BYTES, TWO_BYTES + 1])
def test_a_text_is_framed_as_another_implementation_reads_it(size: int) -> None:
    text = b"x" * size
    read = StreamReader()
    read.feed_data(_framed(text) + _framed(b"next"))
    assert [_frame(read), _frame(read)] == [(Opcode.TEXT, True, text), (Opcode.TEXT, True, b"next")]


def _frame(read: StreamReader) -> tuple[Opcode, bool, bytes]:
    parsing = Frame.parse(read.read_exact, mask=False)
    try:
        next(parsing)
    except StopIteration as done:
        frame: Frame = done.value
        return frame.opcode, frame.fin, bytes(frame.data)
    raise AssertionError("not a whole frame")
