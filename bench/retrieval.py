"""How fast is finding? Against a bare BM25 and dot product, against itself at a hundred times the size, and against
LangChain's ensemble of BM25 and Chroma with the same model. CPU time, in rounds that alternate with their baseline.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import terms
from retrieval.background import Background, background_questions
from retrieval.calibration import UNKNOWING
from retrieval.chroma_index import ChromaStore
from retrieval.embedder import Embedder, Matrix, unit_rows
from retrieval.generation import distinct_keys
from retrieval.keyword_index import KeywordIndex
from retrieval.near_ranking import LargeModel, NearRanking
from retrieval.opening import EXACT_ROWS
from retrieval.packaged import universal_sentence_encoder
from retrieval.passage import Passage
from retrieval.ranking import Ranking, Ranks
from retrieval.rows import Row, rows_of
from retrieval.search import Search

BenchRow = dict[str, Any]
Step = Callable[[str], object]

_SYLLABLES = "退款订单卡密兑换账号充值会员激活发货区服客余额支付优惠票游戏平台时间问题查询使用官网确认联系处理人工规则"
_ROUNDS = 9


def measure(large: bool = False) -> list[BenchRow]:
    """The rows of finding. `large` goes on to 200,000 passages, which Chroma takes many minutes to index."""
    sizes = (2_000, 20_000, 200_000) if large else (2_000, 20_000)
    return [hybrid_cpu_ratio(), search_vs_langchain(), hybrid_growth(sizes)]


def hybrid_cpu_ratio(size: int = 2_000) -> BenchRow:
    """Ranking, folding and filtering of ready vectors, over a bare BM25 + dot product + best rows, by CPU."""
    shop = _RandomShop(size, 512)
    bare = _Bare(shop)
    ratios, ours, theirs = _rounds(shop.search_step(), bare.find, shop.questions)
    return {
        "key": "hybrid_cpu_ratio", "value": round(ours / theirs, 3), "unit": "ratio", "n": size,
        "baseline": round(theirs * 1e3, 4), "samples": [round(one, 3) for one in ratios],
    }  # fmt: skip


def hybrid_growth(sizes: Sequence[int] = (2_000, 20_000, 200_000)) -> BenchRow:
    """The same step at the largest size over the smallest: vectors of 128 numbers, Chroma where a shop would use it."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            shop = _RandomShop(size, 128, Path(folder))
            step = shop.search_step()
            took.append(median(_cpu(step, shop.questions) for _ in range(_ROUNDS)))
            shop.close()
    return {
        "key": "hybrid_growth", "value": round(took[-1] / took[0], 2), "unit": "ratio", "n": sizes[-1],
        "baseline": round(took[0] * 1e3, 4), "samples": [round(one * 1e3, 4) for one in took],
    }  # fmt: skip


def search_vs_langchain(size: int = 2_000) -> BenchRow:
    """LangChain's ensemble of BM25 and Chroma over our whole search, the same model embedding for both, by CPU."""
    from evals.beside.ensemble import ensemble

    row: BenchRow = {"key": "search_vs_langchain", "value": None, "unit": "ratio", "n": size}
    shop = _RandomShop(size, 512, model=universal_sentence_encoder())
    with tempfile.TemporaryDirectory() as folder:
        try:
            theirs_step = ensemble(shop.model, shop.texts, folder)
        except ImportError as error:
            return row | {"note": f"{error.name} is not installed: `pip install 'anxin[bench]'`"}
        # The model remembers its last questions: each round asks others.
        fresh = iter(shop.more_questions(_ROUNDS * 2 * 20))
        ratios, ours, theirs = _rounds(
            lambda _: shop.search.search(next(fresh)), lambda _: theirs_step(next(fresh)), shop.questions[:19]
        )
    samples = [round(1 / one, 3) for one in ratios]
    return row | {"value": round(theirs / ours, 2), "baseline": round(ours * 1e3, 4), "samples": samples}


class _Known:
    """Vectors made before: what is measured is everything but the embedding."""

    name = "known"

    def __init__(self, dimension: int, seed: int) -> None:
        self.dimension = dimension
        self._draw = np.random.default_rng(seed)
        self._made: dict[str, Matrix] = {}

    def warm(self) -> None:
        return

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        if len(texts) == 1 and texts[0] in self._made:
            return self._made[texts[0]]
        vectors = unit_rows(self._draw.standard_normal((len(texts), self.dimension)))
        if len(texts) == 1:
            self._made[texts[0]] = vectors
        return vectors

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return unit_rows(self._draw.standard_normal((len(texts), self.dimension), dtype=np.float32))


class _RandomShop:
    """Passages of random words, each a document, with the search over them."""

    def __init__(self, size: int, dimension: int, folder: Path | None = None, model: Embedder | None = None) -> None:
        draw = np.random.default_rng(size)
        self._words = words = ["".join(draw.choice(list(_SYLLABLES), 2)) for _ in range(3_000)]
        often = 1 / np.arange(1, len(words) + 1)
        often /= often.sum()
        self._often, self._draw = often, draw
        self.texts = ["".join(line) for line in draw.choice(words, (size, 30), p=often)]
        self.questions = self.more_questions(60)
        self.model: Embedder = model or _Known(dimension, size)
        self.passages = tuple(_passage(place, text) for place, text in enumerate(self.texts))
        self.rows: tuple[Row, ...] = rows_of(self.passages)
        self.vectors = self.model.embed_passages([row.text for row in self.rows])
        self.keywords = KeywordIndex([row.text for row in self.rows])
        self._store: ChromaStore | None = None
        background = Background(self.model.embed_queries(background_questions()))
        ranking = self._ranking(folder)
        self.search = Search(self.passages, self.rows, ranking, self.keywords, [self.model], [background], UNKNOWING)

    def more_questions(self, count: int) -> list[str]:
        """Questions of five words."""
        return ["".join(line) for line in self._draw.choice(self._words, (count, 5), p=self._often)]

    def search_step(self) -> Step:
        """One whole search."""
        return self.search.search

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def _ranking(self, folder: Path | None) -> Ranks:
        if folder is None or len(self.rows) <= EXACT_ROWS:
            return Ranking(self.rows, self.keywords, [self.vectors])
        self._store = ChromaStore(folder)
        ((lang, keys),) = distinct_keys(self.rows).items()
        index = self._store.create(f"anxin-bench-{len(keys)}", self.model.dimension)
        places: NDArray[np.intp] = np.arange(len(self.rows))
        index.add(keys, self.vectors)
        return NearRanking(self.rows, self.keywords, [LargeModel(self.vectors, places, {lang: index})])


class _Bare:
    """What the same ranking costs with nothing around it: postings, one dot product, one sum, the best ten."""

    def __init__(self, shop: _RandomShop) -> None:
        self._data, self._rows = shop.keywords._data, shop.keywords._rows
        self._bounds = shop.keywords._bounds
        self._vocabulary = shop.keywords._vocabulary
        self._vectors, self._model = shop.vectors, shop.model

    def find(self, question: str) -> NDArray[np.intp]:
        known = [self._vocabulary[term] for term in dict.fromkeys(terms(question)) if term in self._vocabulary]
        parts = [slice(*self._bounds[term]) for term in known]
        rows = np.concatenate([self._rows[part] for part in parts])
        weights = np.concatenate([self._data[part] for part in parts])
        words = np.bincount(rows, weights, len(self._vectors))
        total = self._vectors @ self._model.embed_queries([question])[0] + words * 0.1
        best = np.argpartition(total, -10)[-10:]
        return best[np.argsort(-total[best])]


def _passage(place: int, text: str) -> Passage:
    return Passage(f"p{place}", "article", f"d{place}", "", text, "zh-CN", 0, len(text), text)


def _rounds(ours: Step, theirs: Step, questions: Sequence[str]) -> tuple[list[float], float, float]:
    """Ratios of ours to theirs by round, and the medians of both, in seconds a question."""
    mine, other = [], []
    for _ in range(_ROUNDS):
        mine.append(_cpu(ours, questions))
        other.append(_cpu(theirs, questions))
    return [one / two for one, two in zip(mine, other, strict=True)], median(mine), median(other)


def _cpu(step: Step, questions: Sequence[str]) -> float:
    step(questions[0])
    gc.disable()
    started = time.process_time()
    for question in questions:
        step(question)
    took = (time.process_time() - started) / len(questions)
    gc.enable()
    return took


if __name__ == "__main__":
    for row in measure("--large" in sys.argv):
        sys.stdout.write(json.dumps(row) + "\n")
