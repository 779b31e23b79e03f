"""Reads `utterances.csv`: `text,topic` and optionally `case` (`true` for messages about the buyer's own order)."""

from __future__ import annotations

from knowledge_base.csv_cells import flag
from knowledge_base.csv_reader import Columns, Row, read_rows
from knowledge_base.findings import Findings, suggestion
from knowledge_base.utterance import TOPICS, OwnUtterance

UTTERANCES_FILE = "utterances.csv"
MOST = 2000
LONGEST = 500
_COLUMNS = Columns(("text", "topic"), (), ("case",))


def read_utterances(content: bytes, findings: Findings) -> tuple[OwnUtterance, ...]:
    """The rows, in the order of the file. Faults are noted."""
    rows = [_utterance(row) for row in read_rows(UTTERANCES_FILE, content, _COLUMNS, findings)]
    if len(rows) > MOST:
        findings.fault(UTTERANCES_FILE, 1, f"{len(rows)} messages, and {MOST} are read at most; keep the commonest")
    return tuple(dict.fromkeys(row for row in rows if row is not None))


def _utterance(row: Row) -> OwnUtterance | None:
    text, topic = row.text("text"), row.text("topic")
    if text is None or topic is None:
        row.fault("text and topic must be filled in")
        return None
    if len(text) > LONGEST:
        row.fault(f"text: {len(text)} characters, and {LONGEST} are read at most; keep what buyers really write")
        return None
    if topic not in TOPICS:
        near = suggestion(topic, TOPICS) or f"; there are {', '.join(TOPICS)}"
        row.fault(f"topic: there is no {topic!r}{near}")
        return None
    return OwnUtterance(text, topic, row.read("case", flag))
