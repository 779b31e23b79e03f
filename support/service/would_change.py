"""What would change a recorded decision, for an agent who doubts it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from support.assistant.why.changing import change_words
from support.policy.counterfactual import Change, changes
from support.policy.fact_values import FactValue
from support.policy.proof import utc
from support.policy.replay import Replay, came_of, read_proof
from support.service.shops import LoadedShop

Json = dict[str, Any]


def would_change(loaded: LoadedShop, proof: Json, lang: str = "zh-CN") -> Json:
    """`{"same_policy": bool, "changes": [{"facts": [{name, before, after}], "verdict", "clause", "outcome", "text"}]}`.

    `text` says the change in `lang`.

    Where the policies that now stand for the order's day decide otherwise from the same facts, no fact alone would
    explain a difference, and none is told.
    """
    recorded = read_proof(msgspec.json.encode(proof))
    policies, currency = loaded.folder.policies, loaded.folder.shop.currency
    if Replay(policies, currency).again(recorded) != came_of(recorded):
        return {"same_policy": False, "changes": []}
    found = changes(policies, recorded, currency)
    return {
        "same_policy": True,
        "changes": [_shown(one) | {"text": change_words(one, proof, lang, loaded.folder)} for one in found],
    }


def _shown(change: Change) -> Json:
    facts = [{"name": name, "before": _plain(old), "after": _plain(new)} for name, (old, new) in change.facts.items()]
    after = change.after
    return {"facts": facts, "verdict": after.verdict, "clause": after.clause, "outcome": after.outcome}


def _plain(value: FactValue | None) -> FactValue | str | None:
    return utc(value) if isinstance(value, datetime) else value
