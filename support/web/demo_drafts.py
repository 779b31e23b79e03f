"""Policy drafts of the demo shop, tried on its invented past: which decisions would flip, and what money moves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import HTTPException

from support.policy.replay import Tally
from support.service.replay import replay, with_files
from support.service.runtime import Runtime
from support.service.shops import LoadedShop

Json = dict[str, Any]
SINCE = timedelta(days=90)
SHOWN = 3
"""Orders that are named of each group."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A clause with another outcome."""

    clause: str
    then: str
    title: Mapping[str, str]


DRAFTS: Mapping[str, Draft] = {
    "goodwill": Draft(
        "no-return-refusal", "grant: {refund: (item.paid_amount - item.refunded_amount) / 2.0}",
        {"zh-CN": "已确认不可退的，也退一半", "en": "Half back even where no return was agreed"},
    ),
    "no-price-match": Draft(
        "price-drop-refund", "refer: {priority: normal}",
        {"zh-CN": "降价不再自动补差，先由人工看过", "en": "No automatic refund of a price drop: a person looks first"},
    ),
}  # fmt: skip


def drafts() -> list[Json]:
    """What may be tried."""
    return [{"id": key, "title": dict(draft.title), "clause": draft.clause} for key, draft in DRAFTS.items()]


def try_draft(runtime: Runtime, loaded: LoadedShop, key: str) -> Json:
    """The shop's decisions of the last 90 days under the draft. Nothing is stored."""
    draft = DRAFTS.get(key)
    if draft is None:
        raise HTTPException(404, "no such draft")
    folder = with_files(runtime.journal, loaded.id, lambda path, text: _changed(text, draft))
    return _shown(replay(runtime.journal, folder, runtime.clock() - SINCE), loaded.folder.shop.currency)


def _changed(text: str, draft: Draft) -> str:
    """A policy file with the clause's outcome replaced, where it has the clause's rule."""
    block = re.compile(rf"(\{{#{re.escape(draft.clause)}\}}(?:(?!\n## ).)*?\nthen:\n  )[^\n]*", re.DOTALL)
    return block.sub(lambda found: found.group(1) + draft.then, text)


def _shown(tally: Tally, currency: str) -> Json:
    groups = [
        {
            "before": flips[0].before.verdict, "after": flips[0].after.verdict, "count": len(flips),
            "orders": [flip.order_no for flip in flips[:SHOWN]],
            "money": f"{sum(flip.after.refund - flip.before.refund for flip in flips):.2f}",
        }
        for _, flips in tally.groups()
    ]  # fmt: skip
    money = f"{tally.money.get(currency, 0):.2f}"
    return {
        "decisions": tally.decisions,
        "flips": len(tally.flips),
        "money": money,
        "currency": currency,
        "groups": groups,
    }
