"""The smallest changes of facts that would alter a decision, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from knowledge_base.shop import ShopFolder
from support.assistant.phrases import label
from support.assistant.why.names import Names, outcome_words
from support.assistant.why.speech import Speech
from support.assistant.why.telling import speech_of
from support.policy.counterfactual import Change
from support.policy.fact_values import FactValue
from support.policy.replay import Came

Json = Mapping[str, Any]


def change_words(change: Change, proof: Json, lang: str, folder: ShopFolder | None = None) -> str:
    """`If the product is not redeemed (now: yes), the decision would be …`."""
    speech, names, after = speech_of(proof, lang, folder), Names(lang, folder), change.after
    facts = speech.say("why.and").join(_fact(speech, name, *pair) for name, pair in change.facts.items())
    title = _title(names, after, proof)
    by = speech.say("why.change_by", title=title) if title else ""
    space = "" if lang.startswith("zh") or not by else " "
    summary = "" if after.verdict == "refer" else f"{_summary(names, after)}{space}"
    return speech.say(
        "why.change", facts=facts, verdict=label(lang, "verdict", after.verdict), summary=summary, by=by
    ).strip()


def _fact(speech: Speech, name: str, before: FactValue | None, after: FactValue) -> str:
    was = speech.say("why.before_unknown") if before is None else speech.value(name, before, seconds=True)
    return speech.say("why.change_fact", line=_supposed(speech, name, after), before=was)


def _supposed(speech: Speech, name: str, value: FactValue) -> str:
    if isinstance(value, bool):
        return speech.say(f"{'holds' if value else 'lacks'}.{name.replace('.', '_')}")
    if name == "now" and isinstance(value, datetime):
        return speech.say("why.change_now", a=speech.moment(value, seconds=True))
    said = speech.value(name, value, seconds=True)
    quoted = speech.say("line.text", a=said) if isinstance(value, str) else said
    return speech.say("line.is", a=speech.noun(name), b=quoted)


def _summary(names: Names, after: Came) -> str:
    ref = None if after.clause is None else {"policy": "", "id": after.clause.partition("/")[2], "effective": ""}
    told = outcome_words(names, {"verdict": after.verdict, "outcome": after.outcome, "clause": ref, "facts": {}})
    return told[:1].upper() + told[1:]


def _title(names: Names, after: Came, proof: Json) -> str | None:
    """The title of the clause that would decide, as the newest version has it that the order's day allows."""
    if after.clause is None or names.folder is None:
        return after.clause
    policy, _, clause_id = after.clause.partition("/")
    tried = next((one["effective"] for one in proof["clauses"] if one["policy"] == policy), None)
    days = sorted({v.effective.isoformat() for v in names.folder.policies if v.policy == policy}, reverse=True)
    day = tried or next(iter(days), "")
    return names.clause({"policy": policy, "id": clause_id, "effective": day})
