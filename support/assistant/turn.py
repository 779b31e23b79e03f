"""One turn: a buyer's message in, an answer with its decision and memory out."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

from support.assistant.graph import Helper, Run, build_graph
from support.assistant.head import Head
from support.assistant.redact import redacted
from support.assistant.rewrite import WAYS, Asked, NotRewritten, Way, rewriting
from support.assistant.spans import Telling
from support.assistant.state import Draft, Span, TurnInput, TurnOutput, TurnState, Unanswered
from support.assistant.trace import trace_of
from ticketing.unanswered import UnansweredKind


class Assistant:
    """Answers turns. Holds no state of any conversation; may be called from several threads."""

    def __init__(
        self, head: Head, embed: Callable[[str], Any], helper: Helper | None = None, tell: Telling | None = None
    ) -> None:  # fmt: skip
        self._head, self._embed, self._helper, self._tell = head, embed, helper, tell
        self._run: Run = build_graph(head, embed, helper)

    def warm(self) -> None:
        """Load what the first turn would wait for. A model that does not answer is said in the log and no more."""
        self._head.predict("您好", self._embed("您好"))
        if self._helper is not None:
            self._helper.model.warm()

    @property
    def ways(self) -> tuple[Way, ...]:
        """In which ways it can rewrite a draft: none without a model."""
        return WAYS if self._helper is not None else ()

    def rewriting(self, asked: Asked) -> Generator[str, None, str]:
        """A draft in other words, sentence by sentence. Raises NotRewritten."""
        if self._helper is None:
            raise NotRewritten("model")
        return rewriting(asked, self._helper.model, self._embed)

    def answer(self, given: TurnInput) -> TurnOutput:
        """Run the graph on one message. Raises nothing that a buyer can cause."""
        began = time.time_ns()
        given.on_step("step.understand")
        spans: list[Span] = []
        state = self._run({"given": given, "spans": spans})
        whole = Span("turn", began, time.time_ns())
        output = _output(state, whole)
        if self._tell is not None:
            self._tell(whole, spans, output.trace)
        return output


def _output(state: TurnState, whole: Span) -> TurnOutput:
    draft, meaning, memory = state["draft"], state["understanding"], state["memory"]
    located = state["located"]
    return TurnOutput(
        lang=meaning.lang,
        text="\n\n".join(line for line in draft.lines if line),
        parts=tuple(draft.parts),
        citations=tuple(draft.citations),
        asks=tuple(draft.asks),
        decision=state.get("decision"),
        order_no=located.order.number if located.order else None,
        opened_order=located.order.number if located.newly_opened and located.order else None,
        ticket=draft.ticket,
        memory=memory,
        confidence=_confidence(state, draft),
        generated_by="model" if state.get("rewording", {}).get("sent") else "rules",
        trace=trace_of(state, whole),
        unanswered=_unanswered(state, draft),
    )


def _unanswered(state: TurnState, draft: Draft) -> Unanswered | None:
    """The question that had no answer; what was pressed on a card was no question."""
    if draft.answered or not state["text"]:
        return None
    unsure: UnansweredKind = "unsure" if "topic" in draft.asks else "unknown"
    kinds: dict[str, UnansweredKind] = {"question": "unknown", "unsure": unsure, "refuse": "out_of_scope"}
    kind = kinds.get(state["plan"])
    return Unanswered(kind, redacted(state["text"])) if kind else None


def _confidence(state: TurnState, draft: Draft) -> float:
    """How sure the answer is: of the topic, or that a source answers where one was quoted."""
    if state["plan"] in {"question", "unsure"}:
        return round(state["found"].answerable, 4)
    return round(state["understanding"].confidence, 4)
