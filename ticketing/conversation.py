"""Conversations and their messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from ticketing.errors import IllegalTransition

ConversationState = Literal["bot", "waiting", "human", "resolved", "snoozed"]
AuthorKind = Literal["buyer", "assistant", "agent", "system"]
GeneratedBy = Literal["human", "rules", "model"]
Json = dict[str, Any]

TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    "bot": ("waiting", "human", "resolved"),
    "waiting": ("human", "bot", "resolved"),
    "human": ("bot", "waiting", "resolved", "snoozed"),
    "snoozed": ("waiting", "human", "resolved"),
    "resolved": ("bot", "waiting", "human"),
}


def check_move(state: str, to: str) -> None:
    """Raise IllegalTransition unless a conversation may go from `state` to `to`."""
    if to not in TRANSITIONS[state]:
        raise IllegalTransition("conversation", state, to, TRANSITIONS[state])


class Message(msgspec.Struct, frozen=True):
    """One message. `seq` counts 1, 2, 3 … in its conversation; `parts` and `citations` are typed data, never HTML.

    `n` is the shop's cursor for the event that tells of it, if one of its own does.
    """

    id: str
    conversation: str
    seq: int
    at: datetime
    author_kind: AuthorKind
    author_name: str
    generated_by: GeneratedBy
    text: str
    lang: str
    parts: tuple[Json, ...] = ()
    citations: tuple[Json, ...] = ()
    rev: int = 0
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. `owner` is `visitor:ID` or `buyer:ID`; `memory` is what the assistant keeps between turns.

    `assignee` is the agent who has it; `joined_at` is when that agent first spoke in it, None before.
    """

    shop: str
    id: str
    owner: str
    state: ConversationState
    rev: int
    seq: int
    lang: str
    subject: str
    created_at: datetime
    updated_at: datetime
    assignee: str | None = None
    memory: Json = field(default_factory=dict)
    joined_at: datetime | None = None
    snoozed_until: datetime | None = None
