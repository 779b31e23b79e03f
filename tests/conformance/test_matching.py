from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.matching import Bindings, difference

TOLD: dict[str, Any] = {
    "t": "message", "n": 101,
    "d": {
        "conversation": "$c1",
        "message": {
            "id": "$m1", "seq": 1, "at": "2026-01-01T10:00:00.000Z", "author": {"kind": "assistant"}, "text": "a",
        },
    },
}  # fmt: skip


def came(n: int = 7, **message: Any) -> dict[str, Any]:
    usual = {"id": "x", "seq": 1, "at": "2030-05-05T05:05:05.555Z", "author": {"kind": "assistant"}, "text": "other"}
    return {"t": "message", "n": n, "d": {"conversation": "k", "message": usual | message}}


def test_names_times_cursors_and_the_assistants_words_may_differ() -> None:
    bound = Bindings()
    assert difference(TOLD, came(), bound) is None
    assert bound.real == {"$c1": "k", "$m1": "x"}
    assert bound.sent({"conversation": "$c1", "cursor": 101}) == {"conversation": "k", "cursor": 7}


@pytest.mark.parametrize(
    "other",
    [
        came(seq=2), came(id="k"), came(at="now"), came(text=""), came(author={"kind": "agent"}), came(more=1),
        {**came(), "t": "done"},
    ],
)  # fmt: skip
def test_nothing_else_may(other: dict[str, Any]) -> None:
    assert difference(TOLD, other, Bindings())


def test_the_same_name_is_the_same_and_cursors_rise() -> None:
    bound = Bindings()
    assert difference(TOLD, came(), bound) is None
    assert difference(TOLD, came(id="y"), bound)
    assert difference(TOLD, came(n=8), bound)
    assert difference(TOLD | {"n": 102}, came(n=6), bound)
    assert difference(TOLD | {"n": 102}, came(n=9), bound) is None


def test_a_persons_words_are_exact() -> None:
    said = {"author": {"kind": "buyer"}, "text": "你好"}
    assert difference(said, said, Bindings()) is None
    assert difference(said, said | {"text": "您好"}, Bindings())
