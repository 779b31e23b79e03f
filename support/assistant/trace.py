"""What a turn was: understood by whom and how, searched, decided, verified, and how long each took.

Kinds, names, counts and milliseconds only: no words of the buyer's, no order, no amount.
"""

from __future__ import annotations

from support.assistant.state import Json, Span, TurnState


def trace_of(state: TurnState, whole: Span) -> Json:
    """The account of a turn, as it is kept with it."""
    meaning, found, decision = state["understanding"], state["found"], state.get("decision")
    told: Json = {
        "engine": meaning.engine, "topic": meaning.topic, "confidence": round(meaning.confidence, 4),
        "stance": meaning.stance, "request": meaning.request, "plan": state["plan"], "access": state["located"].access,
        "answerable": round(found.answerable, 4), "flags": sorted(state["flags"]),
        "found": [hit.passage.document for hit in found.hits],
        "verdict": decision.verdict if decision else None,
    }  # fmt: skip
    told |= {name: state[name] for name in ("reading", "rewording") if name in state}
    return told | {"ms": {span.name: _ms(span) for span in state["spans"]}, "total_ms": _ms(whole)}


def _ms(span: Span) -> float:
    return round((span.ended - span.began) / 1e6, 2)
