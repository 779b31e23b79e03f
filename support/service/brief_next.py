"""What to do next: by the reason, by the verdict, and by what is not known yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from support.assistant.phrases import keys, label, phrase
from support.assistant.wording import money, refusal_word
from support.service.shops import LoadedShop
from ticketing.storage.dossier import Decided
from ticketing.ticket import Ticket

Json = dict[str, Any]
FIRST = frozenset({"minor", "chargeback", "counterfeit", "risk_hold", "privacy", "compensation"})
"""Reasons that decide by themselves how to go on, whatever was judged."""


def next_step(
    loaded: LoadedShop, ticket: Ticket | None, cause: str, decided: Decided | None, missing: Sequence[str], lang: str
) -> str:
    """One suggestion for the agent."""
    comma = "、" if lang.startswith("zh") else ", "
    if cause in FIRST or (ticket is not None and ticket.reason in FIRST):
        return phrase(lang, f"next.{cause if cause in FIRST else ticket.reason if ticket else cause}")
    if missing:
        return phrase(lang, "next.need", missing=comma.join(missing))
    if decided is not None and decided.proof["verdict"] in {"refuse", "grant"}:
        return _by_verdict(loaded, decided.proof, lang)
    return phrase(lang, f"next.{cause}" if f"next.{cause}" in keys(lang) else "next.human")


def _by_verdict(loaded: LoadedShop, proof: Json, lang: str) -> str:
    if proof["verdict"] == "grant":
        return phrase(lang, "next.grant", summary=_capital(outcome_text(loaded, proof, lang)))
    clause = clause_of(loaded, proof["clause"], lang)
    return phrase(lang, "next.refuse", clause=clause["title"]) if clause else phrase(lang, "next.refuse_plain")


def outcome_text(loaded: LoadedShop, proof: Json, lang: str) -> str:
    """A verdict's outcome in a sentence."""
    outcome, verdict = dict(proof["outcome"] or {}), proof["verdict"]
    if verdict == "refer":
        return phrase(lang, "decision.refer" if proof["clause"] else "decision.none")
    if verdict == "refuse":
        clause = clause_of(loaded, proof["clause"], lang)
        why = refusal_word(lang, str(outcome.get("reason")), clause["title"] if clause else "")
        return phrase(lang, "decision.refuse", reason=why)
    if refund := outcome.get("refund"):
        return phrase(lang, "decision.grant_refund", amount=money(refund["amount"], refund["currency"]))
    if "exchange" in outcome:
        product = loaded.folder.products.get(outcome["exchange"])
        name = loaded.view.product_name(product, lang) if product else outcome["exchange"]
        return phrase(lang, "decision.grant_exchange", product=name)
    return _counted(outcome, lang)


def _counted(outcome: Json, lang: str) -> str:
    if "wait" in outcome:
        return phrase(lang, "advice.promised", minutes=outcome["wait"])
    kind = next((one for one in ("deliver", "reissue") if one in outcome), None)
    return phrase(lang, f"decision.grant_{kind}", count=outcome[kind]) if kind else label(lang, "verdict", "need")


def clause_of(loaded: LoadedShop, ref: Json | None, lang: str) -> Json | None:
    """A clause by its title in `lang`, its id where its text is gone."""
    if ref is None:
        return None
    named = {"policy": ref["policy"], "id": ref["id"], "effective": ref["effective"], "title": ref["id"]}
    for version in loaded.folder.policies:
        if (version.policy, version.effective.isoformat()) == (ref["policy"], ref["effective"]):
            found = version.translations.get((lang, ref["id"])) or next(
                (one for one in version.clauses if one.id == ref["id"]), None
            )
            return named | {"title": found.title} if found else named
    return named


def named_facts(proof: Json) -> list[Json]:
    """The facts that the deciding clause names, each with its name, value and source."""
    ref, facts = proof["clause"], proof["facts"]
    clauses = () if ref is None else proof["clauses"]
    clause = next((one for one in clauses if (one["policy"], one["id"]) == (ref["policy"], ref["id"])), None)
    text = " ".join([*clause["when"], str(clause["then"])]) if clause else ""
    return [{"name": name, **fact} for name, fact in facts.items() if name in text]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
