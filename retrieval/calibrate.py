"""A shop's calibration from its index: its own questions left out in turn, against the background."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from retrieval.calibration import Calibration, Evidence
from retrieval.eligible import Mask
from retrieval.ranking import Question
from retrieval.search import Search, all_rows

# More of a shop's own questions than this teach nothing new.
_ENOUGH = 400


def calibrated(search: Search) -> Calibration:
    """The calibration of this shop. Embeds the shop's questions once."""
    mask = all_rows(search)
    unanswered = (_evidence(search, question, mask) for question in search.background_questions())
    return Calibration.fit(list(_answered(search, mask)), [one for one in unanswered if one])


def _answered(search: Search, mask: Mask) -> Iterator[Evidence]:
    places, asking = _own_questions(search), _asking(search)
    asked = search.questions([search.rows[place].text for place in places])
    for place, question in zip(places, asked, strict=True):
        row = search.rows[place]
        others = asking[search.passages[row.passage].document]
        left = mask.copy()  # without its translations, which would give the answer away
        left[[one for one in others if search.rows[one].lang != row.lang]] = False
        left[place] = False
        evidence = _evidence(search, question, left)
        if evidence:
            yield evidence


def _own_questions(search: Search) -> list[int]:
    """Places of the shop's own ways of asking; those made up for every product are no measure."""
    places = [
        place
        for place, row in enumerate(search.rows)
        if row.question and search.passages[row.passage].kind != "product"
    ]
    return places[:: max(1, -(-len(places) // _ENOUGH))]


def _asking(search: Search) -> dict[str, list[int]]:
    """Places of each document's ways of asking."""
    found: dict[str, list[int]] = {}
    for place, row in enumerate(search.rows):
        if row.question:
            found.setdefault(search.passages[row.passage].document, []).append(place)
    return found


def _evidence(search: Search, question: Question, mask: Mask) -> Evidence | None:
    scored, leaders = search.leading_rows(question, mask, 1)
    if not leaders or not np.isfinite(leaders[0].worth):
        return None
    return search.evidence(question, scored, leaders)
