"""Generations: an index is named by its content, finished once, and put in use by one pointer.

FOLDER/chroma/                   every collection, where Chroma is embedded
FOLDER/SHOP/current.json         the generation in use
FOLDER/SHOP/NAME/index.json      written last, so its presence says that the generation is finished
FOLDER/SHOP/NAME/MODEL.npy       a copy of the collection's vectors, so that serving need not load Chroma
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np

from retrieval.calibration import UNKNOWING, Calibration
from retrieval.embedder import Embedder, Matrix
from retrieval.locks import locked
from retrieval.passage import Passage
from retrieval.rows import Row

# Changed whenever an index built by older code must be built anew.
FORM = "4"


@dataclass(frozen=True, slots=True)
class IndexHandle:
    """A finished generation: `collections` are Chroma's, by model and language."""

    shop: str
    name: str
    collections: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: int = 0
    calibration: Calibration = UNKNOWING


class Generations:
    """One shop's generations in one folder."""

    def __init__(self, folder: Path, shop: str) -> None:
        self.shop = shop
        self.home = folder / _slug(shop)

    def find(self, name: str) -> IndexHandle | None:
        """The finished generation of that name."""
        return _read(self.home / name / "index.json")

    def current(self) -> IndexHandle | None:
        """The generation in use, or None before the first."""
        return _read(self.home / "current.json")

    def finish(self, handle: IndexHandle) -> None:
        """Record that the generation is whole."""
        _write(self.home / handle.name / "index.json", handle)

    def put_in_use(self, handle: IndexHandle) -> None:
        """Swap the pointer, at once for every reader. The one before begins its grace now."""
        before = self.current()
        if before is not None:
            with suppress(OSError):
                os.utime(self.home / before.name / "index.json")
        _write(self.home / "current.json", handle)

    def save_vectors(self, name: str, model: str, count: int, dimension: int, parts: Iterable[Matrix]) -> Matrix:
        """Keep a copy of a model's vectors, in the order of the rows' distinct keys; (count, dimension), on the disk.

        They are given and written a part at a time, for all of a large shop's are more than memory should hold.
        """
        path = self._vectors(name, model)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.partial")
        header = {"descr": "<f4", "fortran_order": False, "shape": (count, dimension)}
        with partial.open("wb") as file:
            np.lib.format.write_array_header_2_0(file, header)
            for part in parts:
                file.write(np.ascontiguousarray(part, "<f4").data)
        partial.replace(path)
        kept = self.load_vectors(name, model, count, dimension)
        assert kept is not None, f"{path} was written and is not whole"
        return kept

    def load_vectors(self, name: str, model: str, count: int, dimension: int) -> Matrix | None:
        """That copy, or None where it is missing or damaged: Chroma holds the vectors anyway."""
        try:
            vectors: Matrix = np.load(self._vectors(name, model), mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return vectors if vectors.shape == (count, dimension) and vectors.dtype == np.float32 else None

    def names(self) -> dict[str, float]:
        """Every finished generation's name, and when it was finished or went out of use (Unix time)."""
        found = (path for path in self.home.glob("*/index.json"))
        return {path.parent.name: path.stat().st_mtime for path in found}

    def forget(self, name: str) -> None:
        """Remove a generation's files."""
        shutil.rmtree(self.home / name, ignore_errors=True)
        (self.home / f"{name}.lock").unlink(missing_ok=True)

    @contextmanager
    def building(self, name: str) -> Iterator[None]:
        """Only one process builds a generation; another waits and finds it finished."""
        with locked(self.home / f"{name}.lock"):
            yield

    def _vectors(self, name: str, model: str) -> Path:
        return self.home / name / f"{_slug(model)}.npy"


def generation_name(passages: Sequence[Passage], rows: Sequence[Row], embedders: Sequence[Embedder]) -> str:
    """Equal for equal passages, ways of asking and models."""
    parts = [
        FORM,
        *(embedder.name for embedder in embedders),
        *(passage.id for passage in passages),
        *(f"{row.passage} {row.key}" for row in rows),
    ]
    return sha256("\n".join(parts).encode()).hexdigest()[:20]


def collection_name(shop: str, model: str, lang: str, keys: Sequence[str]) -> str:
    """Equal for equal texts and models, so that what did not change is found already embedded."""
    seal = sha256("\n".join(keys).encode()).hexdigest()[:20]
    return f"{collection_prefix(shop)}{_slug(model)[:60]}-{_slug(lang)}-{seal}"


def collection_prefix(shop: str) -> str:
    """How the names of all collections of a shop begin."""
    return f"anxin-{_slug(shop)}-"


def distinct_keys(rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """The rows' keys by language, each once, in order."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.lang, {})[row.key] = None
    return {lang: tuple(keys) for lang, keys in found.items()}


def _slug(name: str) -> str:
    """`name` as a part of file and collection names; a hash keeps apart what looks the same."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:80]
    return plain if plain == name else f"{plain}-{sha256(name.encode()).hexdigest()[:6]}".lstrip("-")


def _read(path: Path) -> IndexHandle | None:
    with suppress(OSError, ValueError, TypeError, KeyError):
        values = json.loads(path.read_text("utf-8"))
        learned = values.pop("calibration")
        scale = Calibration(tuple(learned["weights"]), tuple(learned["scale"]), learned["questions"])
        return IndexHandle(**values, calibration=scale)
    return None


def _write(path: Path, handle: IndexHandle) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.partial")
    partial.write_text(json.dumps(asdict(handle), ensure_ascii=False), "utf-8")
    partial.replace(path)
