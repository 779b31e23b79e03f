"""Rewriting a draft: facts stay, the model sees none, and what would say more is not shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from retrieval.packaged import universal_sentence_encoder
from support.assistant.model import Model
from support.assistant.pieces import to_the_end
from support.assistant.rewrite import Asked, NotRewritten, Way, rewriting

CLAUSE = "付款后尚未交付的订单可全额退款。"
TEXT = (
    "您好，这件事由我来跟进。您前面说的我都看过，不需要再重复。\n\n"
    "订单 SC20261118001（星云点卡 100 元）：没有发货。实付 ¥99.00，付款时间 2026-11-18 16:38。 [1]\n\n"
    f"{CLAUSE} [2]"
)
CITED = ({"n": 1, "kind": "order", "id": "SC20261118001", "quote": "SC20261118001 没有发货"}, {"n": 2, "quote": CLAUSE})
SECRET = ("SC20261118001", "99", "2026", "16:38", "100", "全额退款", "[1]")
Say = Callable[[int, str], str]


class Saying(BaseChatModel):
    """Says to each line what `say` makes of it, and keeps what it was given."""

    say: Any
    given: Any

    @property
    def _llm_type(self) -> str:
        return "saying"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **more: Any,
    ) -> ChatResult:  # fmt: skip
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=""))])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **more: Any,
    ) -> Iterator[ChatGenerationChunk]:  # fmt: skip
        self.given.append(str(messages[-1].text))
        for number, line in json.loads(self.given[-1])["lines"].items():
            text = f"{number}| {self.say(int(number), line)}\n"
            yield ChatGenerationChunk(message=AIMessageChunk(content=text))


def made(say: Say, way: Way = "shorter", lang: str = "zh-CN", given: list[str] | None = None) -> str:
    model = Model("saying", Saying(say=say, given=given if given is not None else []), 4.0)
    encoder = universal_sentence_encoder()
    pieces = rewriting(Asked(TEXT, CITED, way, lang), model, lambda text: encoder.embed_queries([text])[0])
    return to_the_end(pieces)


def test_sentences_change_and_every_fact_stays_in_its_place() -> None:
    given: list[str] = []
    said = made(lambda n, line: line.replace("不需要再重复", "不用再重复"), given=given)
    assert said == TEXT.replace("不需要再重复", "不用再重复")
    assert not [word for word in SECRET if word in given[0]]


@pytest.mark.parametrize(
    "lie",
    [
        "我们一定给您全额退款。", "您前面说的我都看过，三天内退款给您。", "您前面说的我都看过，赔您五十元。",
        "您前面说的我都看过，请到 http://x.example 领取。", "You need not repeat it.",
    ],
)  # fmt: skip
def test_what_would_promise_or_say_more_is_not_shown(lie: str) -> None:
    with pytest.raises(NotRewritten) as refused:
        made(lambda n, line: lie if n == 2 else line)
    assert refused.value.reason == "checks"


def test_a_sentence_that_loses_or_moves_a_fact_stays_as_it_was() -> None:
    def say(n: int, line: str) -> str:
        return "订单没有发货。" if "{order1}" in line else line.replace("不需要再重复", "不用再重复")

    assert made(say) == TEXT.replace("不需要再重复", "不用再重复")


ENGLISH = {
    1: "Hello, I am looking after this.", 2: "I have read what you wrote, so you need not repeat it.",
    4: "Order {order1}{detail1}: not delivered.", 5: "Paid {amount1}, at {moment1}.",
}  # fmt: skip


def test_a_translation_is_whole_or_none() -> None:
    given: list[str] = []
    with pytest.raises(NotRewritten):
        made(lambda n, line: line if "{order1}" in line else "It is looked after.", "translate", "en", given)
    numbers = json.loads(given[0])["lines"]
    spoken = dict(zip(numbers, ENGLISH.values(), strict=True))
    said = made(lambda n, line: spoken[str(n)], "translate", "en")
    assert "Order SC20261118001（星云点卡 100 元）: not delivered. Paid ¥99.00, at 2026-11-18 16:38." in said.replace(
        "。", ""
    )
    assert CLAUSE in said, "the shop's own words stay in its language"
    assert said.count("[1]") == said.count("[2]") == 1


def test_a_model_that_fails_is_said_to_have_failed() -> None:
    def dies(n: int, line: str) -> str:
        raise ConnectionResetError

    with pytest.raises(NotRewritten) as refused:
        made(dies)
    assert refused.value.reason == "model"
