"""What one worker of all does at a time, by name. Which one is settled in the record, see `membership`."""

from __future__ import annotations

WATCH, REFUNDS, EVIDENCE, WEBHOOKS = "watch", "refunds", "evidence", "webhooks"
RETENTION, HOUSE, OWED, HISTORY = "retention", "house", "owed", "history"
DUTIES = (WATCH, REFUNDS, EVIDENCE, WEBHOOKS, RETENTION, HOUSE, OWED, HISTORY)
"""What time makes due; money; evidence and reports; addresses; what has had its time; old rows; answers that nobody
gives; the demo shop's past."""
