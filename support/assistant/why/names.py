"""What a shop calls its clauses and products; a proof from elsewhere is told by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from knowledge_base.shop import ShopFolder
from support.assistant.phrases import label, phrase
from support.assistant.state import by_language
from support.assistant.why.speech import Speech
from support.assistant.wording import money, refusal_word

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """Names in one language."""

    lang: str
    folder: ShopFolder | None = None

    def clause(self, ref: Json) -> str:
        """The title of `{policy, id, effective}` in this language, else in the deciding one, else its id."""
        for version in self.folder.policies if self.folder else ():
            if (version.policy, version.effective.isoformat()) == (ref["policy"], ref["effective"]):
                decided = next((one for one in version.clauses if one.id == ref["id"]), None)
                found = version.translations.get((self.lang, ref["id"])) or decided
                return found.title if found else str(ref["id"])
        return str(ref["id"])

    def product(self, product_id: str) -> str:
        """A product's name, else its id."""
        product = self.folder.products.get(product_id) if self.folder else None
        return (by_language(product.name, self.lang) if product else None) or product_id

    def complaints(self) -> str | None:
        """Where the shop says that one complains."""
        told = self.folder.shop.profile.get("complaints") if self.folder else None
        return by_language(told, self.lang) if isinstance(told, Mapping) else told if isinstance(told, str) else None


def outcome_words(names: Names, proof: Json, speech: Speech | None = None) -> str:
    """A verdict's outcome in a sentence; a wait tells its end where `speech` knows the shop's zone."""
    lang, outcome, verdict = names.lang, dict(proof["outcome"] or {}), proof["verdict"]
    if verdict == "refer":
        return phrase(lang, "decision.refer" if proof["clause"] else "decision.none")
    if verdict == "refuse":
        title = names.clause(proof["clause"]) if proof["clause"] else ""
        return phrase(lang, "decision.refuse", reason=refusal_word(lang, str(outcome.get("reason")), title))
    if refund := outcome.get("refund"):
        return phrase(lang, "decision.grant_refund", amount=money(refund["amount"], refund["currency"]))
    if "exchange" in outcome:
        return phrase(lang, "decision.grant_exchange", product=names.product(outcome["exchange"]))
    if "wait" in outcome:
        return _wait(lang, proof, outcome["wait"], speech)
    kind = next((one for one in ("deliver", "reissue") if one in outcome), None)
    return phrase(lang, f"decision.grant_{kind}", count=outcome[kind]) if kind else label(lang, "verdict", "need")


def _wait(lang: str, proof: Json, minutes: int, speech: Speech | None) -> str:
    paid = proof.get("facts", {}).get("order.paid_at")
    if speech is None or paid is None:
        return phrase(lang, "advice.promised", minutes=minutes)
    until = datetime.fromisoformat(paid["value"]) + timedelta(minutes=minutes)
    return phrase(lang, "decision.grant_wait", minutes=minutes, until=speech.moment(until))
