from __future__ import annotations

import json
from typing import Any

import pytest

from support.chat.frames import MAX_FRAME_BYTES, Handoff, Say
from support.chat.session import Close, Do, IllegalMove, Open, Send, Session, State


def frame(t: str, d: Any = None, **head: Any) -> str:
    return json.dumps({"v": 1, "t": t, "d": d or {}, **head})


def code(effect: object) -> str:
    assert isinstance(effect, Send)
    return str(json.loads(effect.text)["d"]["code"])


@pytest.fixture
def session() -> Session:
    session = Session()
    assert isinstance(session.receive(frame("hello", {"role": "buyer", "shop": "star"})), Open)
    session.welcomed()
    return session


def test_the_opening_needs_a_hello_first() -> None:
    session = Session()
    assert code(session.receive(frame("say", {"conversation": "new", "text": "hi"}, id="1"))) == "bad_frame"
    effect = session.receive(frame("hello", {"role": "buyer", "shop": "star", "locale": "en", "more": 1}))
    assert isinstance(effect, Open)
    assert (effect.hello.shop, effect.hello.locale, effect.hello.cursor) == ("star", "en", None)
    assert session.state is State.WELCOMING


def test_no_hello_in_time_closes_and_a_welcome_out_of_order_raises() -> None:
    session = Session()
    with pytest.raises(IllegalMove, match="from WAIT_HELLO to OPEN; possible: WELCOMING, CLOSED"):
        session.welcomed()
    assert session.timed_out() == Close(4408, "no hello")
    assert session.receive(frame("hello", {"role": "buyer", "shop": "star"})) is None


@pytest.mark.parametrize("number", [2**53, 10**30, -(2**70)])
def test_a_number_longer_than_a_record_holds_is_a_bad_frame(session: Session, number: int) -> None:
    new = Session()
    assert code(new.receive(frame("hello", {"role": "buyer", "shop": "star", "cursor": number}))) == "bad_frame"
    for t, d in (("history", {"before_seq": number}), ("read", {"seq": number}), ("history", {"limit": number})):
        assert code(session.receive(frame(t, {"conversation": "a"} | d, id="1"))) == "bad_frame"


def test_another_version_is_refused() -> None:
    effect = Session().receive(json.dumps({"v": 2, "t": "hello", "d": {"role": "buyer", "shop": "star"}}))
    assert isinstance(effect, Close)
    assert effect.code == 4426


def test_a_command_keeps_its_id_and_its_bytes(session: Session) -> None:
    effect = session.receive(frame("say", {"conversation": "new", "text": "hi", "unknown": 1}, id="abc"))
    assert isinstance(effect, Do)
    assert isinstance(effect.command, Say)
    assert (effect.id, effect.command.text) == ("abc", "hi")
    assert b'"unknown"' in effect.body


def test_the_fifth_bad_frame_closes(session: Session) -> None:
    for _ in range(4):
        assert code(session.receive("{not json")) == "bad_frame"
    effect = session.receive("[]")
    assert isinstance(effect, Close)
    assert effect.code == 4400


@pytest.mark.parametrize(
    "text",
    [
        frame("say", {"conversation": "new", "text": "hi"}),  # a change without an id
        frame("say", {"conversation": "new", "text": "hi"}, id=""),
        frame("say", {"conversation": "new", "text": "hi"}, id="x" * 65),
        frame("say", {"conversation": "new", "text": "hi"}, id="x\x00"),
        frame("say", {"conversation": "new"}, id="1"),
        frame("say", {"conversation": "new", "text": 7}, id="1"),
        frame("history", {"conversation": "c", "limit": "many"}),
        "null",
        "\ud800",
        '{"v": 1, "t": "say", "id": "1", "d": ' + "[" * 30_000 + "]" * 30_000 + "}",
    ],
)
def test_what_does_not_fit_is_a_bad_frame(session: Session, text: str) -> None:
    assert code(session.receive(text)) == "bad_frame"


def test_unknown_types_are_ignored_and_never_count_as_bad(session: Session) -> None:
    for _ in range(10):
        assert session.receive(frame("from_the_future", {"x": 1}, id="1")) is None
    assert session.state is State.OPEN


def test_too_large_leaves_the_socket(session: Session) -> None:
    assert code(session.receive("x" * (MAX_FRAME_BYTES + 1))) == "too_large"
    assert code(session.receive(frame("say", {"conversation": "new", "text": "字" * 4001}, id="1"))) == "too_large"
    within = frame("say", {"conversation": "new", "text": "😀" * 4000}, id="1")
    assert isinstance(session.receive(within), Do)


def test_a_handoff_may_start_a_conversation(session: Session) -> None:
    effect = session.receive(frame("handoff", {"conversation": "new"}, id="1"))
    assert isinstance(effect, Do)
    assert effect.command == Handoff("new")


@pytest.mark.parametrize(
    "text", [frame("pong", re="1"), frame("hello", {"role": "agent", "shop": "star"}), frame("pong")]
)
def test_a_pong_and_a_second_hello_change_nothing(session: Session, text: str) -> None:
    for _ in range(10):
        assert session.receive(text) is None
    assert session.state is State.OPEN
    assert isinstance(session.receive(frame("handoff", {"conversation": "new"}, id="1")), Do)


def test_what_is_too_large_says_so_before_the_hello_too_and_ends_nothing() -> None:
    session = Session()
    for _ in range(10):
        assert code(session.receive("x" * (MAX_FRAME_BYTES + 1))) == "too_large"
    assert session.state is State.WAIT_HELLO


def test_a_session_that_has_ended_stays_so(session: Session) -> None:
    assert session.close(1000, "over") == Close(1000, "over")
    assert session.close(4400, "again") == Close(4400, "again")
    assert session.receive(frame("hello", {"role": "buyer", "shop": "star"})) is None
    assert session.timed_out() is None
    with pytest.raises(IllegalMove, match="from CLOSED to OPEN; possible: none"):
        session.welcomed()


def test_time_ends_only_what_waits_for_a_hello(session: Session) -> None:
    assert session.timed_out() is None
    assert session.state is State.OPEN
