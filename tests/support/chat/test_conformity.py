from __future__ import annotations

import json
from typing import Any

import pytest

from support.chat.conformity import NotInSchema, check_frame
from support.chat.frames import COMMANDS, NEEDS_ID, error, frame
from support.chat.schema import ACKS

SAID = {"conversation": "c", "message": {"id": "m", "seq": 1, "at": "2026-01-01T00:00:00.000Z"}}
READ = {"conversation": "c", "reader": "buyer", "seq": 1}


def test_frames_as_the_server_writes_them_pass() -> None:
    check_frame(frame("ack", SAID, re="1"), "buyer", {"1": "say"})
    check_frame(frame("read", READ, n=7), "agent", {})
    check_frame(error("rate", re="1", after_ms=3), "buyer", {})
    check_frame(frame("ping", {"id": "1"}), "buyer", {})


@pytest.mark.parametrize(
    "text",
    [
        frame("read", READ),  # durable, and without its cursor
        frame("ping", {"id": "1"}, n=7),
        frame("read", READ | {"more": 1}, n=7),
        frame("read", {"conversation": "c", "seq": 1}, n=7),
        frame("read", READ | {"reader": "nobody"}, n=7),
        frame("dance", {}, n=7),
        frame("note", {"conversation": "c", "note": {}}, n=7),  # for agents alone
        frame("ack", SAID, re="2"),  # of nothing that was sent
        frame("ack", SAID | {"rev": 1}, re="1"),
        json.dumps({"v": 2, "t": "ping", "d": {"id": "1"}}),
        json.dumps({"v": 1, "t": "ping", "d": {"id": "1"}, "more": 1}),
        "{",
    ],
)
def test_what_the_schema_does_not_define_is_found(text: str) -> None:
    with pytest.raises(NotInSchema):
        check_frame(text, "buyer", {"1": "say"})


def test_a_part_is_held_to_its_own_type() -> None:
    card: dict[str, Any] = {"type": "article", "id": "a", "title": "t", "lang": "en"}

    def patched(part: dict[str, Any]) -> str:
        return frame("message.patch", {"conversation": "c", "id": "m", "rev": 1, "parts": [part]}, n=1)

    check_frame(patched(card), "buyer", {})
    for other in (card | {"type": "song"}, card | {"html": "<b>"}, card | {"type": "ticket"}):
        with pytest.raises(NotInSchema):
            check_frame(patched(other), "buyer", {})


@pytest.mark.parametrize("role", ["buyer", "agent"])
def test_every_command_that_changes_something_has_an_ack(role: Any) -> None:
    assert ACKS[role].keys() == COMMANDS[role].keys() & NEEDS_ID
