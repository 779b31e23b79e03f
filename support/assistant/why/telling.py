"""A decision in plain sentences, from its proof alone: which clause, on which facts, how much, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from knowledge_base.facts import ASKED_OF_THE_BUYER, FACTS
from knowledge_base.shop import ShopFolder
from support.assistant.cards import SOURCES
from support.assistant.phrases import label
from support.assistant.why.amounts import amount_words
from support.assistant.why.lines import Told, lines_told, not_met
from support.assistant.why.names import Names, outcome_words
from support.assistant.why.speech import Speech, Values, capital
from support.assistant.wording import refusal_word
from support.policy.fact_values import NotAFact, typed

Json = Mapping[str, Any]
_OF_THE_CATALOGUE = frozenset({"item.warranty_days", "item.return_days", "item.price_now"})


@dataclass(frozen=True, slots=True)
class FactTold:
    """A fact in words; `at` is when it was read, empty where that was when it was decided."""

    name: str
    label: str
    value: str
    source: str
    at: str


@dataclass(frozen=True, slots=True)
class Why:
    """A decision in words. Every text is a whole sentence or a line of a list."""

    lang: str
    request: str
    verdict: str
    summary: str
    clause: str
    because: tuple[Told, ...]
    amount: tuple[str, ...]
    missing: tuple[str, ...]
    facts: tuple[FactTold, ...]
    passed: tuple[str, ...]
    after: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As the command and the desk carry it."""
        return asdict(self)


def why(proof: Json, lang: str, folder: ShopFolder | None = None) -> Why:
    """The words for a proof that holds; `folder` names its clauses and products."""
    names, facts = Names(lang, folder), values_of(proof)
    speech = speech_of(proof, lang, folder)
    ref, asked = proof["clause"], label(lang, "request", proof["request"])
    at = speech.moment(datetime.fromisoformat(proof["decided_at"]))
    clause = _deciding(proof)
    return Why(
        lang=lang,
        request=f"{asked} ({at})" if lang == "en" else f"{asked}（{at}）",
        verdict=label(lang, "verdict", proof["verdict"]),
        summary=_summary(speech, names, proof),
        clause=_by(speech, names, ref) if ref else speech.say("why.no_clause"),
        because=lines_told(speech, clause, _traced(proof, ref), facts) if ref and clause else (),
        amount=amount_words(speech, proof, clause, facts) if clause else (),
        missing=tuple(_missing(speech, name) for name in proof["missing"]),
        facts=tuple(_facts(speech, proof, facts)),
        passed=tuple(_passed(speech, names, proof, facts)),
        after=tuple(_after(speech, names, proof)),
    )


def speech_of(proof: Json, lang: str, folder: ShopFolder | None) -> Speech:
    """The zone of the proof, and the currency that it grants, else the order's, else the shop's."""
    refund, order = (proof["outcome"] or {}).get("refund"), proof["facts"].get("order.currency")
    currency = refund["currency"] if refund else str(order["value"]) if order else None
    return Speech(lang, ZoneInfo(proof["timezone"]), currency or (folder.shop.currency if folder else None))


def values_of(proof: Json) -> Values:
    """The facts of a proof as values."""
    found = {}
    for name, fact in proof["facts"].items():
        try:
            found[name] = typed(name, fact["value"])
        except NotAFact:
            continue
    return found


def _summary(speech: Speech, names: Names, proof: Json) -> str:
    verdict, outcome = proof["verdict"], proof["outcome"] or {}
    if verdict == "need":
        return speech.say("why.need")
    if verdict == "refer":
        return speech.say("why.priority", priority=label(speech.lang, "priority", outcome.get("priority", "normal")))
    if verdict == "refuse":
        return capital(refusal_word(speech.lang, outcome["reason"], names.clause(proof["clause"])))
    return capital(outcome_words(names, proof, speech))


def _deciding(proof: Json) -> Json | None:
    ref = proof["clause"]
    key = ref and (ref["policy"], ref["id"])
    return next((one for one in proof["clauses"] if (one["policy"], one["id"]) == key), None)


def _traced(proof: Json, ref: Json) -> dict[str, object]:
    """What each line of a clause came to."""
    return {one["line"]: one["value"] for one in proof["trace"] if one["clause"] == f"{ref['policy']}/{ref['id']}"}


def _by(speech: Speech, names: Names, ref: Json) -> str:
    effective = datetime.fromisoformat(ref["effective"]).date().isoformat()
    return speech.say("why.by", title=names.clause(ref), id=f"{ref['policy']}/{ref['id']}", effective=effective)


def _missing(speech: Speech, name: str) -> str:
    if name in ASKED_OF_THE_BUYER or name.startswith("claim."):
        source = speech.say("from.buyer")
    else:
        first = "catalogue" if name in _OF_THE_CATALOGUE else FACTS[name].source.split(", ")[0]
        source = speech.say("from.lookup", source=speech.say(f"from.{first.replace(' ', '_')}"))
    return f"{capital(speech.noun(name))}{speech.say('why.colon')}{source}"


def _facts(speech: Speech, proof: Json, facts: Values) -> Iterator[FactTold]:
    for name, fact in proof["facts"].items():
        if name == "now":
            continue
        value = speech.value(name, facts[name]) if name in facts else str(fact["value"])
        source = SOURCES.get(fact["source"], fact["source"])
        told = speech.say("from.said") if source == "buyer" else label(speech.lang, "source", source)
        read = fact["at"] if fact["at"] != proof["decided_at"] else None
        at = speech.moment(datetime.fromisoformat(read)) if read else ""
        yield FactTold(name, capital(speech.noun(name)), value, told, at)


def _passed(speech: Speech, names: Names, proof: Json, facts: Values) -> Iterator[str]:
    """Why each clause before the one that decided does not apply: by its first line that does not hold."""
    grouped: dict[str, list[str]] = {}
    for clause in proof["clauses"]:
        line = next((line for line, value in _traced(proof, clause).items() if value is False), None)
        if line is not None:
            grouped.setdefault(not_met(speech, line, facts), []).append(names.clause(clause))
    for said, titles in grouped.items():
        listed = speech.say("line.comma").join(speech.say("why.title", a=title) for title in titles)
        yield speech.say("why.passed", line=capital(said), titles=listed)


def _after(speech: Speech, names: Names, proof: Json) -> Iterator[str]:
    """What follows a verdict, and the ways on."""
    verdict, outcome = proof["verdict"], proof["outcome"] or {}
    if "failure" in proof:
        yield speech.say("why.failure", expression=proof["failure"])
    if verdict == "refer":
        yield speech.say("why.person_decides")
    elif verdict == "refuse":
        complaints = names.complaints()
        yield speech.say("why.complain", complaints=complaints) if complaints else speech.say("decision.refuse_routes")
        yield speech.say("why.person")
    elif verdict == "need":
        asked = [name for name in proof["missing"] if name in ASKED_OF_THE_BUYER or name.startswith("claim.")]
        yield speech.say("why.ask" if asked else "why.look_up")
    elif "wait" not in outcome:
        frozen = proof["facts"].get("order.frozen", {}).get("value") is True
        yield speech.say("why.held" if frozen else "why.confirm")
