"""Erasing a buyer's own words where they are kept beside the talk: in evidence and among unanswered questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from support.service import evidence
from ticketing.storage import unanswered
from ticketing.storage.journal import Journal


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased: parts beside chains of evidence, and questions without an answer."""

    parts: int
    questions: int


def erase(journal: Journal, shop: str, owner: str, at: datetime) -> Erased:
    """Erase an owner's words from evidence and from the unanswered questions, in one transaction.

    The chains still verify and say that something was erased; nothing is collected again.
    """
    return journal.write_now(lambda tx: Erased(evidence.erase(tx, shop, owner, at), unanswered.erase(tx, shop, owner)))
