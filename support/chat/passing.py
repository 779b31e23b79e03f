"""Bodies of what is said in passing and never again: steps, pieces of an answer, typing. `schema.py`: to whom."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from support.chat.shapes import Count, Person, Shape
from ticketing.agent import Presence

Json = dict[str, Any]


class Step(Shape):
    """What the assistant is doing."""

    conversation: str
    label_key: str
    args: Json
    re: str


class Delta(Shape):
    """The next piece of an answer; `i` counts 0, 1, 2 …"""

    conversation: str
    message: str
    i: Count
    text: str
    re: str


class Live(Shape):
    """An answer that runs, for a page that comes while it does: `text` is all of it up to piece `i`."""

    conversation: str
    message: str
    i: Count
    text: str
    re: str


class BuyerTyping(Shape):
    """The agent who has joined is writing, or stopped."""

    conversation: str
    on: bool
    name: str


class Typist(Shape):
    """Who writes: a buyer, or an agent with their id."""

    kind: Literal["buyer", "agent"]
    name: str
    id: str | UnsetType = UNSET


class DeskTyping(Shape):
    """Somebody is writing, or stopped."""

    conversation: str
    on: bool
    by: Typist


class PresenceNews(Shape):
    """An agent came, went, or has more or less in hand."""

    agent: Person
    state: Presence
    load: Count


class ViewingNews(Shape):
    """Who has a conversation open."""

    conversation: str
    agents: list[Person]


class Ping(Shape):
    """Answer with `pong`, or with anything."""

    id: str


class Bye(Shape):
    """The server restarts: come back after so long."""

    after_ms: Count
