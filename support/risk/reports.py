"""How a key is reported: how long after its delivery, and with what to show."""

from __future__ import annotations

from datetime import timedelta

from support.risk.case import BUYER, RiskCase, against, in_favour
from support.risk.signal import Basis, Finding, Unknown

LATE, QUICK, NOTHING_SHOWN, SHOWN = 10, 10, 5, 5
SOON = timedelta(hours=24)


def late_report(case: RiskCase) -> Finding:
    """A key is reported more than `late_days` after its delivery."""
    gap = _gap(case)
    if not isinstance(gap, timedelta):
        return Unknown("late_report", "delivery.delivered_at") if case.about_key else None
    days = case.settings.late_days
    if gap <= timedelta(days=days):
        return None
    return against("late_report", LATE, case.stored(days=gap.days), case.limit(limit=days))


def quick_report(case: RiskCase) -> Finding:
    """A key is reported within a day of its delivery."""
    gap = _gap(case)
    if gap is None or not timedelta(0) <= gap <= SOON:
        return None
    return in_favour("quick_report", QUICK, case.stored(hours=int(gap.total_seconds() // 3600)))


def nothing_shown(case: RiskCase) -> Finding:
    """Asked for a screenshot of a key that does not work, the buyer says that there is none."""
    if not case.about_key or case.evidence != 0:
        return None
    return against("nothing_shown", NOTHING_SHOWN, (Basis("pieces", 0, BUYER, case.now),))


def evidence_shown(case: RiskCase) -> Finding:
    """The buyer has sent evidence. Nobody has looked at it yet, so that it weighs little."""
    if not case.evidence:
        return None
    return in_favour("evidence_shown", SHOWN, (Basis("pieces", case.evidence, BUYER, case.now),))


def _gap(case: RiskCase) -> timedelta | None:
    """From the key's delivery to now; None where it is unknown, or not in question."""
    if not case.about_key or case.item is None or case.item.delivered_at is None:
        return None
    return case.now - case.item.delivered_at
