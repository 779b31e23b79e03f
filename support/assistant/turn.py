"""One turn: a buyer's message in, an answer with its decision and memory out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from support.assistant.graph import Run, build_graph
from support.assistant.head import Head
from support.assistant.state import Draft, TurnInput, TurnOutput, TurnState


class Assistant:
    """Answers turns. Holds no state of any conversation; may be called from several threads."""

    def __init__(self, head: Head, embed: Callable[[str], Any]) -> None:
        self._head, self._embed = head, embed
        self._run: Run = build_graph(head, embed)

    def warm(self) -> None:
        """Load what the first turn would wait for."""
        self._head.predict("您好", self._embed("您好"))

    def answer(self, given: TurnInput) -> TurnOutput:
        """Run the graph on one message. Raises nothing that a buyer can cause."""
        started = time.perf_counter()
        given.on_step("step.understand")
        state = self._run({"given": given})
        return _output(state, (time.perf_counter() - started) * 1000)


def _output(state: TurnState, total_ms: float) -> TurnOutput:
    draft, meaning, memory = state["draft"], state["understanding"], state["memory"]
    located = state["located"]
    decided = state.get("decision")
    return TurnOutput(
        lang=meaning.lang,
        text="\n\n".join(line for line in draft.lines if line),
        parts=tuple(draft.parts),
        citations=tuple(draft.citations),
        asks=tuple(draft.asks),
        decision=decided,
        order_no=located.order.number if located.order else None,
        opened_order=located.order.number if located.newly_opened and located.order else None,
        ticket=draft.ticket,
        memory=memory,
        confidence=_confidence(state, draft),
        generated_by="rules",
        trace={
            "engine": meaning.engine, "topic": meaning.topic, "confidence": round(meaning.confidence, 4),
            "stance": meaning.stance, "request": meaning.request, "plan": state["plan"], "access": located.access,
            "answerable": round(state["found"].answerable, 4), "flags": sorted(state["flags"]),
            "total_ms": round(total_ms, 2),
        },
    )  # fmt: skip


def _confidence(state: TurnState, draft: Draft) -> float:
    """How sure the answer is: of the topic, or that a source answers where one was quoted."""
    if state["plan"] in {"question", "unsure"}:
        return round(state["found"].answerable, 4)
    return round(state["understanding"].confidence, 4)
