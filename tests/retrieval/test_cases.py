"""The committed questions about finding: enough of each sort, and about documents that exist."""

from __future__ import annotations

from collections import Counter

from evals.retrieval import SHOP, read_cases
from knowledge_base.reader import read_directory, read_shop
from retrieval.background import background_questions
from retrieval.chunking import passages_of


def test_there_are_enough_of_each_sort() -> None:
    counts = Counter(case.pair for case in read_cases())
    assert sum(counts[pair] for pair in ("zh", "en", "en_zh", "zh_en")) >= 160
    assert counts["off_topic"] + counts["plausible"] >= 80
    assert len({case.id for case in read_cases()}) == sum(counts.values())


def test_their_documents_exist_and_their_words_are_not_the_shops_or_the_backgrounds() -> None:
    passages = passages_of(read_shop(read_directory(SHOP)))
    documents = {passage.document for passage in passages}
    told = {question for passage in passages for question in passage.questions} | set(background_questions())
    for case in read_cases():
        assert case.relevant <= documents, case.id
        assert case.text not in told, case.id
