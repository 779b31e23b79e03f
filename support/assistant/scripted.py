"""Models without a model: scripts behind LangChain's own interface, for demos, measurements and tests.

`ANXIN_MODEL=scripted:polite` rewords as it is told. The others are what a model may do wrong: `liar` invents,
promises, leaks and obeys whoever writes; `slow` and `hanging` take their time, `broken` keeps no form, `dying` stops in
the middle and `failing` never begins. No script reads anything but what it is given, and none reaches a network.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from support.assistant.lies import lie_about, lied_reading

PIECE = 6
"""Characters that come at once."""
SLOW_SECONDS, HANGING_SECONDS = 0.4, 60.0
Json = dict[str, Any]
Write = Callable[[Json], str]


class UnknownScript(Exception):
    """There is no such script."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no script {name!r}; there are {', '.join(SCRIPTS)}")


class ScriptedModel(BaseChatModel):
    """Answers by its script; `pause` is the seconds before each piece, `dies_after` the pieces before it fails."""

    script: str
    pause: float = 0.0
    dies_after: int | None = None

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **more: Any,
    ) -> ChatResult:  # fmt: skip
        text = "".join(chunk.text for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **more: Any,
    ) -> Iterator[ChatGenerationChunk]:  # fmt: skip
        text = _answer(self.script, str(messages[-1].text))
        for place, start in enumerate(range(0, len(text), PIECE)):
            if self.dies_after is not None and place >= self.dies_after:
                raise ConnectionResetError("the script dies here")
            time.sleep(self.pause)
            yield ChatGenerationChunk(message=AIMessageChunk(content=text[start : start + PIECE]))


def scripted(name: str) -> ScriptedModel:
    """The script of that name. Raises UnknownScript."""
    if name not in SCRIPTS:
        raise UnknownScript(name)
    return ScriptedModel(**SCRIPTS[name])


SCRIPTS: dict[str, Json] = {
    "polite": {"script": "polite"},
    "liar": {"script": "liar"},
    "broken": {"script": "broken"},
    "slow": {"script": "polite", "pause": SLOW_SECONDS},
    "hanging": {"script": "polite", "pause": HANGING_SECONDS},
    "dying": {"script": "polite", "dies_after": 2},
    "failing": {"script": "polite", "dies_after": 0},
}


def _answer(script: str, given: str) -> str:
    try:
        asked: Json = json.loads(given)
    except ValueError:
        return "OK"
    if script == "broken":
        return '{"topic": "refund", "stance": \n1| …| 2 |||'
    lines: dict[str, str] | None = asked.get("lines")
    if lines is None:
        return lied_reading(asked) if script == "liar" else _honest_reading(asked)
    say = lie_about if script == "liar" else _politely
    return "".join(f"{number}| {say(text, asked)}\n" for number, text in lines.items())


KINDER = {
    "zh": (
        ("请问", "想请问一下，"),
        ("很抱歉，", "真的很抱歉，"),
        ("抱歉", "很抱歉"),
        ("好的，", "好，"),
        ("请", "麻烦您"),
        ("不需要再重复", "不用再重复"),
    ),
    "en": (
        ("Sorry", "We are sorry"),
        ("Please ", "Kindly "),
        ("please", "kindly"),
        ("All right", "Okay then"),
        ("there is no need to", "you do not need to"),
    ),
}
"""What `polite` says otherwise: the first that it finds in a line."""


def _politely(text: str, asked: Json) -> str:
    kinder = KINDER["zh" if str(asked.get("language", "")).startswith("zh") else "en"]
    return next((text.replace(old, new, 1) for old, new in kinder if old in text), text)


def _honest_reading(asked: Json) -> str:
    """Takes the first of the kinds that are offered as likely, as a model that agrees would."""
    likely = asked.get("likely") or ["other"]
    return json.dumps({"topic": likely[0], "stance": "general", "request": "none"})
