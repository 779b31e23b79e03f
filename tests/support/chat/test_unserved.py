from __future__ import annotations

import json

import pytest

from support.chat.session import Send, Session


@pytest.mark.parametrize(("kind", "code"), [("claim", "forbidden"), ("note", "forbidden"), ("rate", "unavailable")])
def test_what_a_buyer_may_not_or_cannot_do_yet_is_said(kind: str, code: str) -> None:
    session = Session()
    session.receive(json.dumps({"v": 1, "t": "hello", "d": {"role": "buyer", "shop": "star"}}))
    session.welcomed()
    effect = session.receive(json.dumps({"v": 1, "t": kind, "id": "1", "d": {"conversation": "c"}}))
    assert isinstance(effect, Send)
    assert json.loads(effect.text)["d"]["code"] == code
