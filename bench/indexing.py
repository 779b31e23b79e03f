"""How long much knowledge takes to be indexed, and how the time falls from one process to two; a replay's beside it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.large_shop import write_large_shop
from evals.report import Row
from knowledge_base.reader import read_directory, read_shop
from retrieval.chunking import passages_of
from retrieval.ingest import build_index
from retrieval.models import embedders_for
from retrieval.passage import Passage
from retrieval.processes import cores
from retrieval.rows import rows_of

PASSAGES, SMALL, PRODUCTS = 6_000, 2_500, 200


def measure(folder: Path, small: bool) -> list[Row]:
    """The row, of an index in `folder`, which should lie on a real disk."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        write_large_shop(Path(place) / "shop", SMALL if small else PASSAGES, PRODUCTS)
        passages = passages_of(read_shop(read_directory(Path(place) / "shop")))
        one, two = (_seconds(Path(place) / f"by-{workers}", passages, workers) for workers in (1, 2))
    count = len(rows_of(passages))
    note = f"{count} texts: {one:.1f} s in one process, {two:.1f} s in two, on {cores()} cores, start of both included"
    return [
        Row("index_two_workers_gain", round(one / two, 2), "ratio", count, baseline=round(one, 2), note=note),
        Row("index_texts_per_s", round(count / two), "texts/s", count, note="in two processes"),
    ]


def _seconds(folder: Path, passages: tuple[Passage, ...], workers: int) -> float:
    (model,) = embedders_for()
    model.warm()
    started = time.perf_counter()
    build_index(folder, "large", passages, [model], workers=workers)
    return time.perf_counter() - started


if __name__ == "__main__":
    import sys

    for row in measure(Path(tempfile.gettempdir()), "--small" in sys.argv):
        sys.stdout.write(f"{row.key} {row.value} {row.note}\n")
