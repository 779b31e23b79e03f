"""The turn as an explicit graph: guard → understand → plan → (retrieve ‖ locate) → judge → compose → verify."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from support.assistant.compose import compose
from support.assistant.guard import guard
from support.assistant.head import Head
from support.assistant.judge import judge
from support.assistant.locate import locate
from support.assistant.plan import plan
from support.assistant.retrieve import retrieve
from support.assistant.state import TurnState
from support.assistant.understand import understand
from support.assistant.verify import verify

Run = Callable[[TurnState], TurnState]


def build_graph(head: Head, embed: Callable[[str], Any]) -> Run:
    """The compiled graph. Its nodes are plain functions of the state and can be called without it."""
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(TurnState)
    graph.add_node("guard", guard)
    graph.add_node("understand", partial(understand, head=head, embed=embed))
    for name, node in (("plan", plan), ("retrieve", retrieve), ("locate", locate), ("judge", judge)):
        graph.add_node(name + "_", node)
    graph.add_node("compose", compose)
    graph.add_node("verify", verify)
    order = ("guard", "understand", "plan_")
    for first, second in zip((START, *order), order, strict=False):
        graph.add_edge(first, second)
    for branch in ("retrieve_", "locate_"):
        graph.add_edge("plan_", branch)
    graph.add_edge(["retrieve_", "locate_"], "judge_")
    for first, second in (("judge_", "compose"), ("compose", "verify"), ("verify", END)):
        graph.add_edge(first, second)
    compiled = graph.compile()
    return compiled.invoke  # type: ignore[return-value]  # the state comes back as a plain dict
