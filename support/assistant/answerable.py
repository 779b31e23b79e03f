"""Whether what was found answers the question."""

from __future__ import annotations

from retrieval.passage import Hit, Passage
from support.assistant.as_written import asked_as_written
from support.assistant.citing import content_words, ways_asked
from support.assistant.phrases import label
from support.assistant.state import TurnState

ANSWERABLE = 0.35
"""From this calibrated probability on, a passage is given as the answer; chosen on whole turns (`evals answering`)."""
SURE_ANSWER = 0.75
"""From this on even where the topic is not clear."""
SMALL_SHOP = 60
"""Passages below which nearness alone is no evidence."""


def answerable(state: TurnState) -> bool:
    """Whether the best passage is given as the answer: what was hardly understood needs the better evidence."""
    found = state["found"]
    if not found.hits:
        return False
    best = (one for one in state["given"].shop.folder.articles if one.id == found.hits[0].passage.document)
    if asked_as_written(state["given"].text, best):
        return True  # the shop itself says that this is the question
    vague = state["plan"] == "unsure" or state["understanding"].topic == "out_of_scope"
    least = SURE_ANSWER if vague else ANSWERABLE
    return _shares_words(state, found.hits[0]) and found.answerable >= least


def _shares_words(state: TurnState, hit: Hit) -> bool:
    """In a small shop something is always nearest: there a hit must also share a word with the question.

    Calibration has too few questions of the shop's own to tell by there. Across languages words cannot be compared.
    """
    shop, passage = state["given"].shop, hit.passage
    if len(shop.search.passages) >= SMALL_SHOP or passage.lang[:2] != state["understanding"].lang[:2]:
        return True
    return bool(content_words(state["text"]) & content_words(f"{passage.text} {_asked_for(state, passage)}"))


def written_on(state: TurnState) -> bool:
    """Whether an article is on what is asked, by its title: that goes before what is said in other places."""
    if not answerable(state) or state["found"].hits[0].passage.kind != "article":
        return False
    meaning, passage = state["understanding"], state["found"].hits[0].passage
    asked = content_words(f"{state['text']} {label(meaning.lang, 'topic', meaning.topic)}")
    return passage.lang != meaning.lang or bool(asked & content_words(_asked_for(state, passage)))


def _asked_for(state: TurnState, passage: Passage) -> str:
    """The title of a passage's document, and the ways in which the shop says that it is asked for."""
    return f"{passage.title} {ways_asked(passage, state['given'].shop.folder)}"
