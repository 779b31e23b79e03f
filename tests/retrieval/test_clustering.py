"""Texts that mean much the same come together, whatever their order."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.clustering import clusters
from retrieval.embedder import unit_rows
from retrieval.packaged import universal_sentence_encoder

ASKED = (
    "能开专票吗",
    "鹿鸣笔记怎么导出PDF",
    "可以开增值税专用发票不",
    "专票能开吗",
    "How do I export my notes to PDF?",
    "在吗",
)


def test_questions_that_mean_the_same_come_together_across_languages() -> None:
    found = clusters(universal_sentence_encoder().embed_queries(ASKED), 0.5)
    assert found == [[0, 2, 3], [1, 4], [5]]


def test_nothing_makes_no_group_and_one_makes_one() -> None:
    assert clusters(np.zeros((0, 4), np.float32), 0.5) == []
    assert clusters(unit_rows(np.ones((1, 4))), 0.5) == [[0]]


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_those_of_average_linkage(seed: int) -> None:
    from sklearn.cluster import AgglomerativeClustering

    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(12, 16))
    vectors = unit_rows(centres[draw.integers(0, 12, 80)] + draw.normal(size=(80, 16)) * 0.7)
    theirs = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=0.5)
    labels = theirs.fit_predict(vectors)
    expected = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels)}
    found = clusters(vectors, 0.5)
    assert {frozenset(group) for group in found} == expected
    assert [len(group) for group in found] == sorted(map(len, found), reverse=True)
