"""Indexes: built once for equal content, from what was embedded before, by one process at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.shop import ShopFolder
from retrieval.chroma_index import ChromaStore
from retrieval.chunking import passages_of
from retrieval.embedder import Embedder, Matrix, unit_rows
from retrieval.errors import IndexNotReady
from retrieval.generation import Generations, collection_prefix
from retrieval.ingest import build_index
from retrieval.opening import current_index, open_index
from retrieval.passage import Passage
from retrieval.rows import rows_of
from tests.processes import PROCESSES
from tests.retrieval.small_shop import small_shop

DAY = date(2026, 3, 1)


class CountingEmbedder:
    """Letters counted into 32 numbers: a real, if poor, model that remembers what it was given."""

    name = "letters"
    dimension = 32

    def __init__(self, stop_after: int | None = None) -> None:
        self.embedded: list[str] = []
        self._stop_after = stop_after

    def warm(self) -> None:
        return

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._counted(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        if self._stop_after is not None and len(self.embedded) >= self._stop_after:
            raise KeyboardInterrupt
        self.embedded.extend(texts)
        return self._counted(texts)

    def _counted(self, texts: Sequence[str]) -> Matrix:
        counts = np.zeros((len(texts), self.dimension), np.float32)
        for place, text in enumerate(texts):
            for character in text:
                counts[place, ord(character) % self.dimension] += 1
        return unit_rows(counts)


def test_building_again_embeds_nothing(tmp_path: Path, passages: tuple[Passage, ...]) -> None:
    model = CountingEmbedder()
    first = build_index(tmp_path, "s", passages, [model])
    count = len(model.embedded)
    assert count == len({row.key for row in rows_of(passages)})
    assert build_index(tmp_path, "s", passages, [model]) == first
    assert len(model.embedded) == count
    assert current_index(tmp_path, "s") == first


def test_only_what_changed_is_embedded(tmp_path: Path, folder: ShopFolder) -> None:
    model = CountingEmbedder()
    before = build_index(tmp_path, "s", passages_of(folder), [model])
    model.embedded.clear()
    changed = replace(folder.articles[3], text="本店只支持支付宝。")
    passages = passages_of(replace(folder, articles=(*folder.articles[:3], changed, *folder.articles[4:])))
    after = build_index(tmp_path, "s", passages, [model])
    assert model.embedded == ["支持哪些付款方式\n本店只支持支付宝。"]
    assert before.name != after.name
    assert before.collections["letters"]["en"] == after.collections["letters"]["en"]
    texts = {hit.passage.text for hit in open_index(tmp_path, "s", passages, [model]).search("支付宝", on=DAY).hits}
    assert "本店只支持支付宝。" in texts


def test_an_interrupted_build_goes_on_where_it_stopped(tmp_path: Path, folder: ShopFolder) -> None:
    many = tuple(replace(folder.articles[3], id=f"a{number}", text=f"第{number}种付款方式。") for number in range(100))
    passages = passages_of(replace(folder, articles=many))
    broken = CountingEmbedder(stop_after=40)
    with pytest.raises(KeyboardInterrupt):
        build_index(tmp_path, "s", passages, [broken])
    with pytest.raises(IndexNotReady, match="anxin shop import"):
        open_index(tmp_path, "s", passages, [broken])
    assert current_index(tmp_path, "s") is None
    whole = CountingEmbedder()
    build_index(tmp_path, "s", passages, [whole])
    assert not set(broken.embedded) & set(whole.embedded)
    assert set(broken.embedded) | set(whole.embedded) == {row.text for row in rows_of(passages)}


def test_progress_rises_to_the_whole(tmp_path: Path, passages: tuple[Passage, ...]) -> None:
    told: list[tuple[int, int]] = []
    build_index(tmp_path, "s", passages, [CountingEmbedder()], progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1] > 0


def test_shops_do_not_see_each_other(tmp_path: Path, passages: tuple[Passage, ...]) -> None:
    model = CountingEmbedder()
    build_index(tmp_path, "one", passages, [model])
    with pytest.raises(IndexNotReady):
        open_index(tmp_path, "two", passages, [model])
    assert current_index(tmp_path, "two") is None


def test_the_copy_of_the_vectors_is_rebuilt_from_chroma(tmp_path: Path, passages: tuple[Passage, ...]) -> None:
    model = CountingEmbedder()
    handle = build_index(tmp_path, "s", passages, [model])
    before = open_index(tmp_path, "s", passages, [model]).search("退款", on=DAY)
    copy = next((tmp_path / "s" / handle.name).glob("*.npy"))
    copy.write_bytes(b"damaged")
    assert open_index(tmp_path, "s", passages, [model]).search("退款", on=DAY) == before
    assert copy.stat().st_size > 100


def test_what_went_out_of_use_stays_for_its_grace_and_then_goes(tmp_path: Path, passages: tuple[Passage, ...]) -> None:
    model = CountingEmbedder()
    first = build_index(tmp_path, "s", passages, [model])
    build_index(tmp_path, "s", passages[:-1], [model])
    assert open_index(tmp_path, "s", passages, [model]).search("退款", on=DAY).hits
    last = build_index(tmp_path, "s", passages[:-2], [model], grace=-5)
    assert set(Generations(tmp_path, "s").names()) == {last.name}
    with ChromaStore(tmp_path / "chroma") as store:
        left = set(store.names(collection_prefix("s")))
    assert left == set(last.collections["letters"].values())
    assert first.name != last.name


def test_chroma_as_a_server_holds_the_same(tmp_path: Path, passages: tuple[Passage, ...], chroma_server: str) -> None:
    model = CountingEmbedder()
    build_index(tmp_path / "a", "s", passages, [model])
    build_index(tmp_path / "b", "s", passages, [model], chroma_url=chroma_server)
    assert not (tmp_path / "b" / "chroma").exists()
    one = open_index(tmp_path / "a", "s", passages, [model]).search("怎么退款", on=DAY)
    other = open_index(tmp_path / "b", "s", passages, [model], chroma_url=chroma_server).search("怎么退款", on=DAY)
    assert one == other


def build_and_tell(folder: Path, size: int, tell: Connection) -> None:
    """Build from so many passages; the generation's name, and how many texts were embedded for it."""
    model = CountingEmbedder()
    passages = passages_of(small_shop())[:size]
    tell.send((build_index(folder, "s", passages, [model]).name, len(model.embedded)))


def test_processes_that_build_at_once_build_each_generation_once(tmp_path: Path, passages: tuple[Passage, ...]) -> None:
    sizes = [len(passages), len(passages), len(passages) - 3]
    pipes = [PROCESSES.Pipe(duplex=False) for _ in sizes]
    running = [
        PROCESSES.Process(target=build_and_tell, args=(tmp_path, size, tell), daemon=True)
        for size, (_, tell) in zip(sizes, pipes, strict=True)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0, 0, 0]
    (one, of_one), (same, of_same), (other, _) = (heard.recv() for heard, _ in pipes)
    assert one == same != other
    assert 0 in (of_one, of_same)
    model = CountingEmbedder()
    for size in sizes[1:]:
        assert open_index(tmp_path, "s", passages[:size], [model]).search("退款", on=DAY).hits


def test_what_the_port_asks_is_given(packaged: tuple[Embedder, ...]) -> None:
    embedders: list[Embedder] = [CountingEmbedder(), *packaged]
    assert len({embedder.name for embedder in embedders}) == len(embedders)
