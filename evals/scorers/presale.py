"""`presale`: questions before the sale, P1 to P13, answered from the right source, with the figures that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.case import cases, place_of
from evals.fault import Fault, Found, Score, score_of
from evals.report import share
from evals.sources import unfounded
from evals.stage import SHOP, Json, Stage
from knowledge_base.shop import ShopFolder

SUITE = "presale"
REFUSED = "P13"
SAID_NO = frozenset({"forbidden-requests", "real-name"})


def score(stage: Stage) -> Found:
    """Ask each question as a new visitor."""
    stage.progress("questions before the sale")
    shop = stage.application.shop(SHOP).folder
    every = cases("presale", "id", "kind", "lang", "say", "cites")
    found = [(case, stage.ask(case["say"], lang=case["lang"])) for case in every]
    scores = tuple(_score(stage, case, answer, shop) for case, answer in found)
    sent_on = sum(1 for _, answer in found if answer["ticket"])
    rows = (
        share(SUITE, sum(score.right for score in scores), len(every), bar=0.95),
        share("presale_to_a_person", sent_on, len(every), low_is_good=True),
    )
    return Found(rows, scores)


def _score(stage: Stage, case: Mapping[str, Any], answer: Json, shop: ShopFolder) -> Score:
    why = _wrong(case, answer, shop)
    faults = [Fault(SUITE, case["id"], case["say"], case["cites"] or "a refusal", why)] if why else []
    talk = stage.talk(answer["conversation"]) if faults else ()
    return score_of(SUITE, case["id"], faults, talk, place_of(case))


def _wrong(case: Mapping[str, Any], answer: Json, shop: ShopFolder) -> str | None:
    cited = {citation["id"] for citation in answer["citations"]}
    if case["kind"] == REFUSED:
        return f"an answer from {sorted(cited)}" if cited - SAID_NO else None
    if bad := [why for citation in answer["citations"] if (why := unfounded(citation, shop))]:
        return bad[0]
    if not cited & set(case["cites"]):
        return f"cites {sorted(cited) or 'nothing'}"
    unsaid = [figure for figure in case.get("shows", ()) if figure not in answer["text"]]
    return f"does not show {unsaid}" if unsaid else None
