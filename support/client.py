"""A typed client of Anxin's API, on httpx alone: `from support.client import Anxin`, or copy this one file.

Whatever fails for the moment is tried again; writes carry an `Idempotency-Key`, so that a try that was lost on its way
back is not done twice. See docs/api.md and docs/channel.md.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self, TypedDict

import httpx

Json = dict[str, Any]
AGAIN = frozenset({429, 502, 503, 504})
LONGEST_PAUSE = 30.0
QUIET_SECONDS = 45.0
"""The server says something on a stream every 15 s; after so long without a word it is asked anew."""


class ApiProblem(Exception):
    """An answer that is no success: a problem document (RFC 9457). `scope` is what the key lacks, if that is it."""

    def __init__(self, status: int, told: Json) -> None:
        super().__init__(" · ".join(str(told[name]) for name in ("title", "detail") if told.get(name)) or str(status))
        self.status, self.told = status, told
        self.code: str | None = told.get("code")
        self.scope: str | None = told.get("scope")


class Author(TypedDict):
    """Who said it."""

    kind: Literal["buyer", "assistant", "agent", "system"]
    name: str


class Message(TypedDict):
    """One message; `seq` counts 1, 2, 3 … in its conversation, `parts` and `citations` are data as on the socket."""

    id: str
    seq: int
    at: str
    author: Author
    text: str
    lang: str
    parts: list[Json]
    citations: list[Json]


class Buyer(TypedDict):
    """Whose conversation it is: somebody of a channel, `web` is our own chat, or (None) the store's own buyer."""

    id: str
    channel: str | None


class Conversation(TypedDict):
    """A conversation without its messages."""

    id: str
    state: Literal["bot", "waiting", "human", "snoozed", "resolved"]
    seq: int
    subject: str
    lang: str
    created_at: str
    updated_at: str
    buyer: Buyer


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a buyer that was taken: it is on the server's disk."""

    conversation: str
    message: str
    seq: int


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, as buyers see it. `n` is the cursor to go on after; `type` and `data` are those of the socket."""

    n: int
    type: str
    at: str
    conversation: str | None
    buyer: Buyer | None
    data: Json

    @property
    def message(self) -> Message | None:
        """The message that it tells of: one that was said, or an answer of the assistant that is complete."""
        told: Message | None = self.data.get("message") if self.type in {"message", "done"} else None
        return told


class Anxin:
    """The API by one key. Use it as a context manager, or close it. One thread at a time."""

    def __init__(
        self, base_url: str, key: str, *, tries: int = 6, timeout_s: float = 20.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        self._tries = tries
        self._http = httpx.Client(
            base_url=f"{base_url.rstrip('/')}/api/v1/", headers={"Authorization": f"Bearer {key}"}, timeout=timeout_s,
            transport=transport,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def say(
        self, text: str, *, buyer: str, channel: str | None = None, conversation: str | None = None, lang: str = "",
        order: str | None = None, product: str | None = None, once: str | None = None,
    ) -> Said:  # fmt: skip
        """Speak for a buyer: in the last conversation, or in `conversation`, or a `new` one.

        `once` is the message's own id where it came from; the same id is said once, whatever happens on the way.
        """
        body: Json = {"buyer": {"id": buyer, "channel": channel}, "text": text, "lang": lang}
        given = {"conversation": conversation, "order": order, "product": product}
        body |= {name: value for name, value in given.items() if value is not None}
        told = self.request("POST", "messages", body=body, once=once)
        return Said(told["conversation"], told["message"]["id"], told["message"]["seq"])

    def conversation(self, conversation: str) -> Conversation:
        """Where a conversation stands."""
        found: Conversation = self.request("GET", f"conversations/{conversation}")
        return found

    def conversations(self, buyer: str | None = None, channel: str | None = None) -> Iterator[Conversation]:
        """Every conversation, or a buyer's, the newest begun first, page by page."""
        yield from self._pages("conversations", "conversations", "after", {"buyer": buyer, "channel": channel})

    def messages(self, conversation: str) -> Iterator[Message]:
        """A conversation's messages, the last one first, page by page."""
        before: int | None = None
        while True:
            page = self.request("GET", f"conversations/{conversation}/messages", query={"before": before})
            yield from reversed(page["messages"])
            if (before := page["next"]) is None:
                return

    def now(self) -> int:
        """The cursor of the present."""
        found: int = self.request("GET", "events")["next"]
        return found

    def events(self, after: int, conversation: str | None = None) -> Iterator[Event]:
        """What happened after a cursor until now, in order."""
        while True:
            page = self.request("GET", "events", query={"after": after, "conversation": conversation})
            yield from (Event(**one) for one in page["events"])
            if not page["events"]:
                return
            after = page["next"]

    def follow(self, after: int | None = None, conversation: str | None = None) -> Iterator[Event]:
        """The same, and then whatever happens, for ever; a lost connection goes on where it broke off."""
        since, failed = self.now() if after is None else after, 0
        while True:
            try:
                for event in self._stream(since, conversation):
                    since, failed = event.n, 0
                    yield event
            except httpx.TransportError:
                pass
            except ApiProblem as problem:
                if problem.status not in AGAIN:
                    raise
            failed += 1
            time.sleep(_pause(failed, None))

    def tickets(self, **filters: str | list[str]) -> Iterator[Json]:
        """The shop's tickets, the newest first, each as a row of the desk's queue; filters as `q`, `state`, `owner`."""
        yield from self._pages("desk/tickets", "rows", "after", filters)

    def ticket(self, number: str) -> Json:
        """A ticket's row."""
        found: Json = self.request("GET", f"desk/tickets/{number}")
        return found

    def change_ticket(self, number: str, *, once: str | None = None, **changes: Any) -> Json:
        """Change `priority`, `reason`, `tags` or `team`; `if_rev` refuses what was read too long ago."""
        done: Json = self.request("PATCH", f"desk/tickets/{number}", body=changes, once=once)
        return done

    def report(self, since: str | None = None, until: str | None = None) -> Json:
        """Every measure of a span, by default the last 30 days."""
        found: Json = self.request("GET", "desk/reports", query={"since": since, "until": until})
        return found

    def request(
        self, method: str, path: str, *, query: Json | None = None, body: Json | None = None, once: str | None = None
    ) -> Any:
        """Any route below `/api/v1/`; its JSON. Raises ApiProblem, or httpx.TransportError after the last try."""
        params = {name: value for name, value in (query or {}).items() if value is not None}
        headers = {} if method == "GET" else {"Idempotency-Key": once or uuid.uuid4().hex}
        for n in range(1, self._tries + 1):
            try:
                answer = self._http.request(method, path, params=params, json=body, headers=headers)
            except httpx.TransportError:
                if n == self._tries:
                    raise
                time.sleep(_pause(n, None))
                continue
            if answer.is_success:
                return answer.json() if answer.content else None
            problem = _problem(answer)
            if n == self._tries or not (problem.status in AGAIN or problem.code == "in_progress"):
                raise problem
            time.sleep(_pause(n, answer.headers.get("retry-after")))
        raise AssertionError(self._tries)

    def _pages(self, path: str, name: str, cursor: str, query: Json) -> Iterator[Any]:
        after: str | None = None
        while True:
            page = self.request("GET", path, query={**query, cursor: after})
            yield from page[name]
            if not (after := page["next"]):
                return

    def _stream(self, since: int, conversation: str | None) -> Iterator[Event]:
        params = {"conversation": conversation} if conversation else {}
        headers = {"Last-Event-ID": str(since), "Accept": "text/event-stream"}
        wait = httpx.Timeout(QUIET_SECONDS, connect=10.0)
        with self._http.stream("GET", "events/stream", params=params, headers=headers, timeout=wait) as answer:
            if not answer.is_success:
                answer.read()
                raise _problem(answer)
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    yield Event(**json.loads(line.removeprefix("data: ")))


def _problem(answer: httpx.Response) -> ApiProblem:
    try:
        told = answer.json()
    except ValueError:
        told = {"title": answer.reason_phrase}
    return ApiProblem(answer.status_code, told if isinstance(told, dict) else {})


def _pause(tries: int, told: str | None) -> float:
    """Seconds until the next try: what the server asks for, else more each time and never the same for all."""
    if told is not None and told.isdigit():
        return min(float(told), LONGEST_PAUSE)
    longest = min(0.25 * 2.0**tries, LONGEST_PAUSE)
    return longest / 2 + random.random() * longest / 2  # noqa: S311  # it spreads tries, it keeps no secret
