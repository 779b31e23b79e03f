"""The turn as an explicit graph: guard → understand → plan → retrieve and locate → judge → compose → verify → reword.

A model, where there is one, lives in two of its nodes: it reads after the rules, and rewords what was composed and
verified. Without one both do nothing more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from support.assistant.compose import compose
from support.assistant.guard import guard
from support.assistant.head import Head
from support.assistant.judge import judge
from support.assistant.locate import locate
from support.assistant.model import Model
from support.assistant.phrases import listening
from support.assistant.plan import plan
from support.assistant.reading import SecondReader, When, understand_twice
from support.assistant.retrieve import retrieve
from support.assistant.reword import reword
from support.assistant.state import Span, TurnState
from support.assistant.understand import understand
from support.assistant.verify import verify

Run = Callable[[TurnState], TurnState]


@dataclass(frozen=True, slots=True)
class Helper:
    """The model that helps, and when it reads what the rules have read."""

    model: Model
    reads: When = "unsure"


def build_graph(head: Head, embed: Callable[[str], Any], helper: Helper | None = None) -> Run:
    """The compiled graph. Its nodes are plain functions of the state and can be called without it."""
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(TurnState)
    reads: Any = partial(understand, head=head, embed=embed)
    words: Run = compose
    last = ["compose", "verify"]
    if helper is not None:
        reader = SecondReader(helper.model, helper.reads)
        reads, words = partial(understand_twice, head=head, embed=embed, reader=reader), _compose_heard
        graph.add_node("reword", _timed("reword", partial(reword, model=helper.model, embed=embed)))
        last.append("reword")
    for name, node in (("guard", guard), ("understand", reads), ("compose", words), ("verify", verify)):
        graph.add_node(name, _timed(name, node))
    for name, node in (("plan", plan), ("judge", judge)):
        graph.add_node(name + "_", _timed(name, node))
    graph.add_node("look_up", _look_up)
    order = ("guard", "understand", "plan_", "look_up", "judge_", *last)
    for first, second in zip((START, *order), (*order, END), strict=True):
        graph.add_edge(first, second)
    compiled = graph.compile()
    return compiled.invoke  # type: ignore[return-value]  # the state comes back as a plain dict


def _timed(name: str, node: Run) -> Any:
    """The node, with what it took noted in the state's spans."""

    def run(state: TurnState) -> TurnState:
        began = time.time_ns()
        try:
            return node(state)
        finally:
            state["spans"].append(Span(name, began, time.time_ns()))

    return run


_RETRIEVE, _LOCATE = _timed("retrieve", retrieve), _timed("locate", locate)


def _look_up(state: TurnState) -> TurnState:
    """What the shop has written, and what its store has of the order: neither needs the other.

    One after the other, for two threads cost a turn more than the first of them takes.
    """
    found: TurnState = _RETRIEVE(state)
    found.update(_LOCATE(state))
    return found


def _compose_heard(state: TurnState) -> TurnState:
    """Compose, and keep which phrases were filled with what."""
    with listening() as heard:
        return {**compose(state), "heard": heard}
