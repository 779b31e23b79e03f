from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from support.service.views import message_view, told
from ticketing.conversation import Message
from ticketing.storage.database import encode

AT = datetime(2026, 3, 1, 9, 30, 0, 120, tzinfo=UTC)
PART = {"type": "picture", "name": 'a"b\\c.png', "pages": [1, None, 2.5]}


@pytest.mark.parametrize("message", [
    Message("m1", "c1", 7, AT, "buyer", "", "human", "订单没收到", "zh-CN"),
    Message("m2", "c1", 8, AT.replace(microsecond=0), "agent", 'O"Neil\\', "human", "a\nb\t\x07\u2028\U0001f600", "en"),
    Message("m3", "c1", 9, AT, "system", "a\x00b", "rules", "x\x00y \\u0000", "en", (PART,), ({"id": "§1"},), 3, 12),
    Message("m4", "c1", 10, AT.astimezone(timezone(timedelta(hours=8))), "assistant", "小安", "model", "", "zh-CN"),
])  # fmt: skip
def test_what_is_told_of_a_message_is_its_view_byte_for_byte(message: Message) -> None:
    assert told(message) == encode({"conversation": message.conversation, "message": message_view(message)})
