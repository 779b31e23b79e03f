"""Texts that mean much the same, by where a model puts them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Matrix


def clusters(vectors: Matrix, least: float) -> list[list[int]]:
    """Places of the rows in groups whose mean cosine to each other is at least `least`.

    Average linkage: the two nearest groups are joined until none are near enough. The same rows always make the same
    groups; the largest group comes first, of equal ones that of the earliest row.

    Args:
        vectors: (n, dimension) rows of length 1. Takes n² numbers of memory.
    """
    groups = [[place] for place in range(len(vectors))]
    near = (vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(near, -np.inf)
    best = near.argmax(axis=1) if len(vectors) else np.empty(0, np.intp)
    while groups:
        left = int(near[np.arange(len(best)), best].argmax())
        right = int(best[left])
        if near[left, right] < least:
            break
        _join(near, groups, left, right)
        stale = np.flatnonzero((best == left) | (best == right))
        best[stale] = near[stale].argmax(axis=1)
        best[left] = int(near[left].argmax())
        better = near[:, left] > near[np.arange(len(best)), best]
        best[better] = left
    found = [sorted(group) for group in groups if group]
    return sorted(found, key=lambda group: (-len(group), group[0]))


def _join(near: NDArray[np.float64], groups: list[list[int]], into: int, out: int) -> None:
    """Group `out` becomes part of `into`, whose nearness to each other group is the mean of both, by size."""
    sizes = len(groups[into]), len(groups[out])
    joined = (sizes[0] * near[into] + sizes[1] * near[out]) / sum(sizes)
    joined[[into, out]] = -np.inf
    near[into] = near[:, into] = joined
    near[out] = near[:, out] = -np.inf
    groups[into] += groups[out]
    groups[out] = []
