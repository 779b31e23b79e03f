"""The model's adapter over real sockets and by script: streaming, budgets, the ways to fail, what is never shown."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from support.assistant.model import AT_ONCE, Model, ModelDown, ModelFailed, ModelUnusable, Wanted, load_model
from support.assistant.scripted import ScriptedModel
from support.orders.breaker import Breaker
from tests.support.assistant.endpoint import Endpoint

ASKED = '{"buyer": "hi", "language": "en", "lines": {"1": "Which product do you mean?", "2": "You are next."}}'
KEY = "sk-very-secret"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as running:
        yield running


def of(endpoint: Endpoint, wait: float = 5.0) -> Model:
    return load_model(Wanted("openai:gpt-test", endpoint.url, KEY, wait))


def failure(model: Model) -> str:
    with pytest.raises(ModelFailed) as failed:
        list(model.stream("instructions", ASKED))
    return failed.value.reason


def test_the_answer_comes_as_it_is_written(endpoint: Endpoint) -> None:
    endpoint.between = 0.03
    started, came = time.monotonic(), []
    for piece in of(endpoint).stream("instructions", ASKED):
        came.append((piece, time.monotonic() - started))
    assert "".join(piece for piece, _ in came) == "1| Which product do you mean?\n2| You are next.\n"
    assert came[-1][1] - came[0][1] > 0.1
    [body], [key] = endpoint.asked, endpoint.keys
    assert (body["model"], body["stream"], key) == ("gpt-test", True, f"Bearer {KEY}")
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_refusal_has_a_name_and_no_words(endpoint: Endpoint, status: int) -> None:
    endpoint.status = status
    reason = failure(of(endpoint))
    assert reason.endswith(str(status))
    assert KEY not in reason
    assert len(endpoint.asked) == 1, "a buyer waits: nothing is tried again"


def test_a_connection_that_dies_or_never_was(endpoint: Endpoint) -> None:
    endpoint.dies_after = 2
    model = of(endpoint)
    came: list[str] = []
    with pytest.raises(ModelDown):
        came.extend(model.stream("instructions", ASKED))
    assert failure(load_model(Wanted("openai:m", "http://127.0.0.1:9/v1", KEY, 5.0)))


def test_what_is_no_answer_at_all(endpoint: Endpoint) -> None:
    endpoint.raw = b"<html>a proxy's page</html>"
    assert failure(of(endpoint))


def test_a_slow_model_is_left_and_told_so(endpoint: Endpoint) -> None:
    endpoint.wait = 3.0
    started = time.monotonic()
    assert failure(of(endpoint, wait=0.3)) == "slow"
    assert time.monotonic() - started < 1.5


def test_a_model_that_drips_for_ever_is_left_after_the_whole_time(endpoint: Endpoint) -> None:
    endpoint.between, endpoint.write = 0.1, lambda asked: "x" * 7000
    started = time.monotonic()
    assert failure(of(endpoint, wait=0.2)) == "slow"
    assert time.monotonic() - started < 2.5
    assert endpoint.given_up.wait(60), "the connection is closed, so that nobody writes on for nobody"


def test_an_endless_answer_is_cut(endpoint: Endpoint) -> None:
    endpoint.write = lambda asked: "x" * 20_000
    assert failure(of(endpoint)) == "too long"


def test_an_empty_answer_is_a_failure(endpoint: Endpoint) -> None:
    endpoint.write = lambda asked: ""
    assert failure(of(endpoint)) == "ValueError", "as LangChain says of a stream with nothing in it"


def scripted(script: str, wait: float = 0.3, breaker: Breaker | None = None, **more: Any) -> Model:
    return Model("scripted", ScriptedModel(script=script, **more), wait, breaker)


def test_after_three_failures_nobody_waits_until_it_may_be_tried_again() -> None:
    now = [0.0]
    chat = ScriptedModel(script="polite", dies_after=0)
    model = Model("m", chat, 1.0, Breaker(3, 15.0, lambda: now[0], ModelDown, "it"))
    assert [failure(model) for _ in range(5)] == ["ConnectionResetError"] * 3 + ["resting"] * 2
    now[0], chat.dies_after = 16.0, None
    assert model.complete("", ASKED)
    assert model.complete("", ASKED), "one success, and it is trusted again"


def test_who_has_heard_enough_counts_as_answered() -> None:
    model = scripted("polite", breaker=Breaker(2, 15.0, failure=ModelDown))
    for _ in range(4):
        pieces = model.stream("", ASKED)
        next(pieces)
        pieces.close()
        chat = ScriptedModel(script="polite", dies_after=0)
        broken = Model("m", chat, 1.0, model._breaker)
        assert failure(broken) == "ConnectionResetError"


def test_whoever_wants_it_to_stop_is_heard_while_it_hangs() -> None:
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    with pytest.raises(ModelFailed, match="stopped"):
        list(scripted("polite", wait=10.0, pause=30.0).stream("", ASKED, stop.is_set))
    assert time.monotonic() - started < 1.5


def test_hanging_calls_are_counted_and_no_more_are_begun() -> None:
    model = scripted("polite", wait=0.01, breaker=Breaker(1000, 1.0, failure=ModelDown), pause=2.5)
    reasons = [failure(model) for _ in range(AT_ONCE + 2)]
    assert reasons == ["slow"] * AT_ONCE + ["busy"] * 2
    time.sleep(2.7)
    assert failure(model) == "slow", "a call that ended makes room"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("anthropic:claude-x", "pip install langchain-anthropic"), ("nonsense:x", "provider:model"),
        ("scripted:saint", "there is no script 'saint'"), ("openai:gpt-x", "ANXIN_MODEL_API_KEY"),
    ],
)  # fmt: skip
def test_a_model_that_cannot_be_is_named_with_the_remedy(
    name: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelUnusable, match=says.replace("(", r"\(")):
        load_model(Wanted(name))
