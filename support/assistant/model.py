"""
ModelError
├── ModelUnusable   the settings name a model that cannot be used; the message says what to do
└── ModelFailed     one call of it came to nothing; `reason` is a few words and holds nothing secret
    └── ModelDown   by the model's own fault: so many in a row, and it is left alone for a while

A language model behind LangChain's `init_chat_model`: any provider, any endpoint that speaks OpenAI's protocol.
It is waited for only so long, left alone when it keeps failing, and never has more than a few calls at once.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from support.orders.breaker import Breaker

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

AT_ONCE = 16
"""Calls of one process at once, hanging ones included: what hangs can take no more than these threads."""
WHOLE = 5
"""An answer may take so many times as long as one wait."""
LONGEST = 8000
"""Characters of one answer, after which nothing more is read."""
GLANCE_SECONDS = 0.1
"""How often somebody's wish to stop is looked at while waiting."""
SCRIPTED = "scripted"
_PACKAGE = re.compile(r"langchain-[a-z][a-z0-9-]+")
log = structlog.get_logger()


class ModelError(Exception):
    """The language model cannot help."""


class ModelUnusable(ModelError):
    """The settings name a model that cannot be used."""


class ModelFailed(ModelError):
    """A call came to nothing: `busy`, `resting`, `stopped`, or as ModelDown says."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class ModelDown(ModelFailed):
    """The model failed: `slow`, `too long`, `empty`, or its error's name and status."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The model that the settings name."""

    name: str
    base_url: str | None = None
    api_key: str | None = None
    wait: float = 4.0


class Model:
    """A chat model that may fail. `wait` are the seconds until its first words, and between any two after them."""

    def __init__(self, name: str, chat: BaseChatModel, wait: float, breaker: Breaker | None = None) -> None:
        self.name, self.wait = name, wait
        self._chat = chat
        self._breaker = breaker or Breaker(failure=ModelDown, of="the language model")
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def stream(self, instructions: str, given: str, stopped: Callable[[], bool] = lambda: False) -> Generator[str]:
        """The answer piece by piece. Raises ModelFailed, also after some pieces."""
        resting = True
        try:
            with self._breaker.guarding():
                resting = False
                for piece in self._within(instructions, given, stopped):
                    try:
                        yield piece
                    except GeneratorExit:  # who has heard enough has been answered
                        return
        except ModelDown:
            if resting:
                raise ModelFailed("resting") from None
            raise

    def complete(self, instructions: str, given: str) -> str:
        """The whole answer. Raises ModelFailed."""
        return "".join(self.stream(instructions, given))

    def warm(self) -> str | None:
        """Say one word, so that no buyer pays for what loads with it; why it does not answer, else None."""
        try:
            self.complete("Answer with the one word OK.", "Are you there?")
        except ModelFailed as failed:
            log.warning("the language model does not answer; the rules go on alone", reason=failed.reason)
            return failed.reason
        return None

    def _within(self, instructions: str, given: str, stopped: Callable[[], bool]) -> Iterator[str]:
        if not self._free.acquire(blocking=False):
            raise ModelFailed("busy")
        call = _Call(self._chat, [("system", instructions), ("human", given)], self._free)
        call.start()
        until, length = time.monotonic() + WHOLE * self.wait, 0
        try:
            while (piece := call.next(min(time.monotonic() + self.wait, until), stopped)) is not None:
                length += len(piece)
                if length > LONGEST:
                    raise ModelDown("too long")
                yield piece
        finally:
            call.over.set()
        if not length:
            raise ModelDown("empty")


class _Call(threading.Thread):
    """One call in a daemon thread of its own, for no library's timeout can be relied on."""

    def __init__(self, chat: BaseChatModel, messages: list[tuple[str, str]], free: threading.BoundedSemaphore) -> None:
        super().__init__(name="model call", daemon=True)
        self.over = threading.Event()
        self._chat, self._messages, self._free = chat, messages, free
        self._came: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()

    def run(self) -> None:
        """Pass on what comes until nobody listens."""
        try:
            for chunk in self._chat.stream(self._messages):
                if self.over.is_set():
                    return
                if text := str(chunk.text):
                    self._came.put(text)
            self._came.put(None)
        except Exception as error:
            self._came.put(error)
        finally:
            self._free.release()

    def next(self, until: float, stopped: Callable[[], bool]) -> str | None:
        """The next piece, None after the last. Raises ModelFailed."""
        while True:
            if stopped():
                raise ModelFailed("stopped")
            left = until - time.monotonic()
            try:
                came = self._came.get(timeout=max(0.0, min(left, GLANCE_SECONDS)))
            except queue.Empty:
                if left <= 0:
                    raise ModelDown("slow") from None
                continue
            if isinstance(came, Exception):
                raise ModelDown(_kind(came)) from None  # its message may hold the key or what was asked
            return came


def _kind(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__} {status}" if isinstance(status, int) else type(error).__name__


def load_model(wanted: Wanted) -> Model:
    """The model, its library loaded and nothing asked of it yet. Raises ModelUnusable."""
    if wanted.name.startswith(f"{SCRIPTED}:"):
        from support.assistant.scripted import UnknownScript, scripted

        try:
            return Model(wanted.name, scripted(wanted.name.removeprefix(f"{SCRIPTED}:")), wanted.wait)
        except UnknownScript as error:
            raise ModelUnusable(f"ANXIN_MODEL={wanted.name}: {error}") from None
    return Model(wanted.name, _chat(wanted), wanted.wait)


def _chat(wanted: Wanted) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    more: dict[str, Any] = {"timeout": WHOLE * wanted.wait, "max_retries": 0}
    if wanted.base_url:
        more["base_url"] = wanted.base_url
        if not wanted.api_key:
            more["api_key"] = "none"  # a server of one's own asks for no key, yet the library does
    if wanted.api_key:
        more["api_key"] = wanted.api_key
    try:
        chat: BaseChatModel = init_chat_model(wanted.name, **more)
        return chat
    except ImportError as error:
        package = _PACKAGE.search(f"{error} langchain-{error.name or ''}")
        name = package.group() if package else "its LangChain package"
        install = "'anxin[openai]'" if name == "langchain-openai" else name
        raise ModelUnusable(
            f"ANXIN_MODEL={wanted.name} needs {name}, which is not installed: pip install {install}, or unset it"
        ) from None
    except Exception as error:
        raise ModelUnusable(
            f"ANXIN_MODEL={wanted.name} cannot be used ({type(error).__name__}): name it provider:model, as "
            "openai:gpt-4o-mini, give its ANXIN_MODEL_API_KEY or ANXIN_MODEL_BASE_URL, or unset it"
        ) from None
