from __future__ import annotations

import json
from typing import Any

import pytest

from support.chat import frames
from support.chat.session import Do, Send, Session


def opened(role: str) -> Session:
    session = Session()
    session.receive(json.dumps({"v": 1, "t": "hello", "d": {"role": role, "shop": "star"}}))
    session.welcomed()
    return session


def refused(role: str, kind: str, d: Any = None) -> str:
    effect = opened(role).receive(json.dumps({"v": 1, "t": kind, "id": "1", "d": d or {"conversation": "c"}}))
    assert isinstance(effect, Send)
    return str(json.loads(effect.text)["d"]["code"])


@pytest.mark.parametrize("kind", sorted(frames.COMMANDS["agent"].keys() - frames.COMMANDS["buyer"].keys()))
def test_an_agents_frames_are_forbidden_to_buyers(kind: str) -> None:
    assert refused("buyer", kind) == "forbidden"


@pytest.mark.parametrize("kind", ["act", "handoff", "identify", "rate", "stop"])
def test_a_buyers_frames_are_forbidden_to_agents(kind: str) -> None:
    assert refused("agent", kind) == "forbidden"


@pytest.mark.parametrize("role", ["agent", "buyer"])
def test_no_frame_of_the_socket_moves_money(role: str) -> None:
    for kind in ("decide", "approve"):
        assert refused(role, kind) == "forbidden"
    frame = json.dumps({"v": 1, "t": "refund", "id": "1", "d": {"conversation": "c"}})
    assert opened(role).receive(frame) is None  # as every frame that nobody knows
    assert "forbidden" not in frames.RETRY


@pytest.mark.parametrize(
    ("kind", "d"),
    [
        ("snooze", {"conversation": "c", "until": "2026-03-01T10:00:00"}),  # a time of no zone
        ("snooze", {"conversation": "c", "until": "tomorrow"}),
        ("assign", {"conversation": "c", "to": None}),
        ("presence", {"state": "offline"}),
        ("claim", {"conversation": "c", "if_rev": "1"}),
        ("macro", {"conversation": "c"}),
    ],
)
def test_an_agents_frame_that_does_not_fit_is_a_bad_frame(kind: str, d: Any) -> None:
    assert refused("agent", kind, d) == "bad_frame"


@pytest.mark.parametrize("rating", [{"score": 0}, {"score": 6}, {"score": 4.5}, {}, {"score": 3, "tags": ["x"] * 11}])
def test_a_rating_has_one_to_five_stars(rating: dict[str, Any]) -> None:
    assert refused("buyer", "rate", {"conversation": "c", **rating}) == "bad_frame"


def test_a_change_needs_an_id_and_a_glance_none() -> None:
    effect = opened("agent").receive(json.dumps({"v": 1, "t": "claim", "d": {"conversation": "c"}}))
    assert isinstance(effect, Send)
    assert isinstance(opened("agent").receive('{"t": "viewing", "d": {"conversation": null}}'), Do)


def test_a_note_is_as_long_as_a_message() -> None:
    assert refused("agent", "note", {"conversation": "c", "text": "字" * 4001}) == "too_large"
