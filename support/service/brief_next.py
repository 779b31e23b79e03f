"""What to do next: by the reason, by the verdict, and by what is not known yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from support.assistant.phrases import keys, listed, phrase
from support.assistant.why.names import Names, outcome_words
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
    if cause in FIRST or (ticket is not None and ticket.reason in FIRST):
        return phrase(lang, f"next.{cause if cause in FIRST else ticket.reason if ticket else cause}")
    if missing:
        return phrase(lang, "next.need", missing=listed(lang, missing))
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
    return outcome_words(Names(lang, loaded.folder), proof)


def clause_of(loaded: LoadedShop, ref: Json | None, lang: str) -> Json | None:
    """A clause by its title in `lang`, its id where its text is gone."""
    if ref is None:
        return None
    title = Names(lang, loaded.folder).clause(ref)
    return {"policy": ref["policy"], "id": ref["id"], "effective": ref["effective"], "title": title}


def named_facts(proof: Json) -> list[Json]:
    """The facts that the deciding clause names, each with its name, value and source."""
    ref, facts = proof["clause"], proof["facts"]
    clauses = () if ref is None else proof["clauses"]
    clause = next((one for one in clauses if (one["policy"], one["id"]) == (ref["policy"], ref["id"])), None)
    text = " ".join([*clause["when"], str(clause["then"])]) if clause else ""
    return [{"name": name, **fact} for name, fact in facts.items() if name in text]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
