"""Embedding in several processes: the same vectors in the same order, and a process that dies loses nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.shop import ShopFolder
from retrieval import fan_out
from retrieval.chunking import passages_of
from retrieval.embedder import Matrix
from retrieval.errors import WorkerEnded
from retrieval.fan_out import BATCH, embedded
from retrieval.ingest import build_index
from retrieval.models import embedders_for
from retrieval.opening import open_index
from tests.retrieval.test_ingest import DAY, CountingEmbedder

TEXTS = [f"第{number}种付款方式" for number in range(3 * BATCH + 5)]


class Whoever(CountingEmbedder):
    """Letters counted, and in the last place which process counted them."""

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        vectors = self._counted(texts)
        vectors[:, -1] = os.getpid()
        return vectors


class Mortal(CountingEmbedder):
    """Killed by the text that says so, but in the process that began everything."""

    def __init__(self, beginner: int) -> None:
        super().__init__()
        self._beginner = beginner

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        if os.getpid() != self._beginner and any("第70种" in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_passages(texts)


@pytest.fixture
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "WORTH", 10)


@pytest.mark.usefixtures("worth_it")
def test_two_processes_give_the_vectors_of_one_in_order() -> None:
    (model,) = embedders_for("default")
    apart = np.concatenate(list(embedded(model, TEXTS, workers=2)))
    here = np.concatenate(list(embedded(model, TEXTS)))
    assert np.array_equal(apart, here)
    assert len(here) == len(TEXTS)


def test_few_texts_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Whoever()
    assert {vectors[0, -1] for vectors in embedded(model, TEXTS, workers=2)} == {os.getpid()}
    monkeypatch.setattr(fan_out, "WORTH", len(TEXTS))
    assert os.getpid() not in {vectors[0, -1] for vectors in embedded(model, TEXTS, workers=2)}


@pytest.mark.usefixtures("worth_it")
def test_a_process_that_is_killed_is_told_and_what_it_did_stays(tmp_path: Path, folder: ShopFolder) -> None:
    many = tuple(replace(folder.articles[3], id=f"a{number}", text=f"第{number}种付款方式。") for number in range(100))
    passages = passages_of(replace(folder, articles=many))
    with pytest.raises(WorkerEnded, match="--workers 1"):
        build_index(tmp_path, "s", passages, [Mortal(os.getpid())], workers=2)
    model = CountingEmbedder()
    build_index(tmp_path, "s", passages, [model])
    assert 0 < len(model.embedded) < 100
    found = open_index(tmp_path, "s", passages, [model]).search("第12种付款方式", on=DAY)
    assert found.hits[0].passage.document == "a12"
