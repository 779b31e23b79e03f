"""Questions that were not answered, those that mean much the same together, and the article that would answer them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from knowledge_base.article_draft import ArticleDraft, article_draft
from retrieval.clustering import clusters
from support.chat.frames import utc
from support.service.shops import LoadedShop
from ticketing.errors import NotFound
from ticketing.storage import unanswered
from ticketing.storage.journal import Journal
from ticketing.unanswered import Question

Json = dict[str, Any]
TOGETHER = 0.5
"""Mean cosine from which questions are told together. Of labelled paraphrases (docs/learning.md) it finds two in five,
and half of what it joins says the same: lower mixes subjects, higher leaves most questions alone."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that mean much the same, oldest first; `typical` are their words, the likeliest first."""

    questions: tuple[Question, ...]
    typical: tuple[str, ...]

    @property
    def id(self) -> str:
        """The message of the earliest question: it stays while others join."""
        return self.questions[0].message

    @property
    def lang(self) -> str:
        """The language in which most of them are asked."""
        return Counter(one.lang for one in self.questions).most_common(1)[0][0]


def waiting(journal: Journal, loaded: LoadedShop, since: datetime) -> list[Cluster]:
    """What waits for an answer since then, the most asked first, of equals the latest. Embeds each text once."""
    return _clustered(loaded, journal.read_now(lambda tx: unanswered.waiting(tx, loaded.id, since)))


def draft_of(journal: Journal, loaded: LoadedShop, messages: Collection[str], lang: str = "") -> ArticleDraft:
    """The article to write for these questions, in the language of most of them. Raises NotFound without any."""
    found = journal.read_now(lambda tx: unanswered.of_messages(tx, loaded.id, messages))
    if not found:
        raise NotFound("unanswered", ", ".join(sorted(messages)[:3]))
    whole = _cluster(loaded, found)
    wanted = lang or whole.lang
    own = [one.text for one in found if one.lang == wanted]
    asked = [text for text in whole.typical if text in own] or whole.typical
    taken = {article.id for article in loaded.folder.articles}
    return article_draft(_free(f"asked-{whole.id[-6:]}", taken), wanted, asked)


def cluster_view(cluster: Cluster) -> Json:
    """A cluster as JSON: how often, by whom in which words, and the messages that it stands for."""
    asked = cluster.questions
    return {
        "id": cluster.id, "title": cluster.typical[0], "n": len(asked), "lang": cluster.lang,
        "first_at": utc(asked[0].at), "last_at": utc(asked[-1].at),
        "kinds": dict(Counter(one.kind for one in asked).most_common()),
        "asked": [_said(text, [one for one in asked if one.text == text]) for text in cluster.typical],
        "messages": [one.message for one in asked],
    }  # fmt: skip


def _said(text: str, asked: Sequence[Question]) -> Json:
    last = asked[-1]
    return {"text": text, "n": len(asked), "at": utc(last.at), "conversation": last.conversation, "lang": last.lang}


def _clustered(loaded: LoadedShop, questions: Sequence[Question]) -> list[Cluster]:
    by_text: defaultdict[str, list[Question]] = defaultdict(list)
    for one in questions:
        by_text[one.text].append(one)
    texts = list(by_text)
    groups = clusters(loaded.search.placed(texts), TOGETHER) if texts else []
    found = [_cluster(loaded, _in_order(by_text, (texts[place] for place in group))) for group in groups]
    return sorted(found, key=lambda one: (len(one.questions), one.questions[-1].at), reverse=True)


def _in_order(by_text: dict[str, list[Question]], texts: Iterable[str]) -> Iterator[Question]:
    yield from sorted((one for text in texts for one in by_text[text]), key=lambda one: (one.at, one.message))


def _cluster(loaded: LoadedShop, questions: Iterable[Question]) -> Cluster:
    asked = tuple(questions)
    counted = Counter(one.text for one in asked)
    texts = list(counted)
    vectors = loaded.search.placed(texts)
    middle = vectors.T @ np.array([counted[text] for text in texts], np.float32)
    order = np.argsort(-(vectors @ middle), kind="stable")
    return Cluster(asked, tuple(texts[place] for place in order))


def _free(key: str, taken: Collection[str]) -> str:
    return next(name for name in (key, *(f"{key}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
