"""Feedback as rows for tuning: every free text as a model may see it, everything else kinds, names and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

import sqlalchemy as sa

from support.assistant.redact import redacted
from support.chat.frames import utc
from ticketing.storage import feedback
from ticketing.storage.feedback import Asked, Edit, Judged, Thumb

Json = dict[str, Any]
UNDERSTOOD = ("engine", "topic", "confidence", "stance", "request", "plan", "answerable", "verdict", "found")
_MARK = re.compile(r"\s?\[\d{1,2}\]")


def export(tx: sa.Connection, shop: str, since: datetime) -> Iterator[Json]:
    """Thumbs on answers, suggestions beside what the agent sent, and what agents made of them, since then."""
    yield from (_thumb(one) for one in feedback.thumbs(tx, shop, since))
    yield from (_edit(one) for one in feedback.edits(tx, shop, since))
    yield from (_judged(one) for one in feedback.judged(tx, shop, since))


def _thumb(one: Thumb) -> Json:
    return {
        "kind": "thumb", "at": utc(one.at), "conversation": one.conversation, "message": one.message,
        "score": one.score, "reason": redacted(one.reason), **_question(one.asked), "answer": redacted(one.text),
        "lang": one.lang, "generated_by": one.generated_by, "sources": _sources(one.citations),
    }  # fmt: skip


def _edit(one: Edit) -> Json:
    offered = _MARK.sub("", str(one.suggested.get("text", "")))
    alike = SequenceMatcher(None, offered, one.sent, autojunk=False).ratio()
    return {
        "kind": "edit", "at": utc(one.at), "conversation": one.conversation, "message": one.message,
        **_question(one.asked), "suggestion": redacted(offered), "reply": redacted(one.sent),
        "similarity": round(alike, 3), "lang": one.suggested.get("lang", ""),
        "generated_by": one.suggested.get("generated_by", ""), "sources": _sources(one.suggested.get("citations", [])),
    }  # fmt: skip


def _judged(one: Judged) -> Json:
    told, offered = one.verdict, one.suggested
    return {
        "kind": "suggestion", "at": utc(one.at), "conversation": one.conversation, "taken": told["taken"],
        "reason": told["reason"], "note": redacted(told["note"]), **_question(one.asked),
        "suggestion": redacted(_MARK.sub("", str(offered.get("text", "")))), "basis": offered.get("basis", ""),
        "way": offered.get("way", ""), "lang": offered.get("lang", ""),
        "generated_by": offered.get("generated_by", ""), "sources": _sources(offered.get("citations", [])),
    }  # fmt: skip


def _question(asked: Asked | None) -> Json:
    trace = asked.trace if asked else {}
    return {
        "question": redacted(asked.text) if asked else "",
        "understood": {name: trace[name] for name in UNDERSTOOD if trace.get(name) is not None},
    }


def _sources(citations: Sequence[Json]) -> list[Json]:
    """What was cited; of an order only that it was one."""
    return [{"kind": one["kind"], "id": "" if one["kind"] == "order" else one["id"]} for one in citations]
