"""Whatever comes in whatever order: nothing is raised, and the session goes only where its table leads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from support.chat.conformity import check_frame
from support.chat.frames import COMMANDS, FOREIGN, MAX_FRAME_BYTES
from support.chat.session import LARGEST_BAD_COUNT, MOVES, Close, Do, Effect, IllegalMove, Open, Send, Session, State
from tests.examples import examples

TYPES = sorted({*COMMANDS["buyer"], *COMMANDS["agent"], *FOREIGN["buyer"], "hello", "pong", "ack", "dance", ""})
NAMES = ("conversation", "text", "message", "seq", "role", "shop", "token", "until", "to", "score", "state", "more")
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["new", "star"])
)
bodies = st.dictionaries(st.sampled_from(NAMES), leaves | st.lists(leaves, max_size=2), max_size=5)
ids = st.none() | st.text(max_size=70) | st.integers()
almost = st.fixed_dictionaries(
    {"t": st.sampled_from(TYPES) | leaves},
    optional={"v": leaves | st.just(1), "id": ids, "d": bodies | leaves, "n": leaves},
).map(json.dumps)  # fmt: skip
nearly_good = st.builds(
    lambda t, text, key: json.dumps({"v": 1, "t": t, "id": key, "d": {"conversation": "new", "text": text, "seq": 1}}),
    st.sampled_from(["say", "read", "handoff", "claim", "note", "viewing"]),
    st.text() | st.just("long" * 1001), st.text(max_size=3) | st.text(min_size=62, max_size=66),
)  # fmt: skip
anything = st.text() | st.binary() | almost | nearly_good


class AnyOrder(RuleBasedStateMachine):
    """One session, with what it was and how much of it was bad."""

    def __init__(self) -> None:
        super().__init__()
        self.session, self.before = Session(), State.WAIT_HELLO
        self.bad = 0

    @initialize(role=st.sampled_from(["buyer", "agent", None]))
    def open(self, role: str | None) -> None:
        """Most begin open."""
        if role is not None:
            self.hello(role, 1)
            self.goes_only_where_its_table_leads()
            self.session.welcomed()

    @rule(data=anything)
    def receive(self, data: str | bytes) -> None:
        """Anything at all."""
        state = self.session.state
        self._follow(state, self.session.receive(data))

    @rule(role=st.sampled_from(["buyer", "agent"]), v=st.sampled_from([1, 1, 1, 2]))
    def hello(self, role: str, v: int) -> None:
        """A hello that fits, of this version or of another."""
        state = self.session.state
        effect = self.session.receive(json.dumps({"v": v, "t": "hello", "d": {"role": role, "shop": "star"}}))
        if state is State.WAIT_HELLO:
            assert isinstance(effect, Open if v == 1 else Close)
        self._follow(state, effect)

    @rule(much=st.integers(1, 3))
    def too_much(self, much: int) -> None:
        """A frame that is too large never ends a session."""
        state = self.session.state
        effect = self.session.receive(b"x" * (MAX_FRAME_BYTES + much))
        assert self.session.state is state
        self._follow(state, effect)

    @rule()
    def welcomed(self) -> None:
        """The server accepts, whether or not there is something to accept."""
        if self.session.state is State.WELCOMING:
            self.session.welcomed()
        else:
            with pytest.raises(IllegalMove):
                self.session.welcomed()

    @rule()
    def time_is_over(self) -> None:
        """Five seconds have passed."""
        waited = self.session.state is State.WAIT_HELLO
        assert (self.session.timed_out() is not None) == waited

    @invariant()
    def goes_only_where_its_table_leads(self) -> None:
        """From the state before to this one."""
        now = self.session.state
        assert now is self.before or now in MOVES[self.before]
        self.before = now

    def _follow(self, state: State, effect: Effect | None) -> None:
        match effect:
            case None:
                return
            case Send(text):
                check_frame(text, "buyer", {})
                self.bad += json.loads(text)["d"]["code"] == "bad_frame"
                assert self.bad < LARGEST_BAD_COUNT
            case Close(code):
                assert self.session.state is State.CLOSED
                assert code == 4426 or self.bad == LARGEST_BAD_COUNT - 1
            case Open():
                assert (state, self.session.state) == (State.WAIT_HELLO, State.WELCOMING)
            case Do(_, id, _):
                assert state in {State.WELCOMING, State.OPEN}
                assert id is None or 1 <= len(id) <= 64
        assert state is not State.CLOSED


AnyOrder.TestCase.settings = settings(max_examples=examples(60), stateful_step_count=25, deadline=None)
TestAnyOrder: Any = AnyOrder.TestCase
