"""Shops in memory: one generation of each, read from the record and taken up again when it changes there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from knowledge_base.errors import UnknownShop
from knowledge_base.reader import read_directory, read_shop
from knowledge_base.shop import ShopFolder
from retrieval.chunking import passages_of
from retrieval.embedder import Embedder
from retrieval.errors import IndexNotReady
from retrieval.ingest import Progress, build_index, open_index
from retrieval.search import Search
from support.assistant.state import ShopView
from support.orders.connector import Connector
from ticketing.errors import NotFound
from ticketing.storage import shops as rows
from ticketing.storage.journal import Journal
from ticketing.storage.shops import FileChanges, ShopRow


@dataclass(frozen=True, slots=True)
class LoadedShop:
    """One generation of a shop, ready to answer."""

    row: ShopRow
    folder: ShopFolder
    search: Search
    connector: Connector | None

    @property
    def id(self) -> str:
        """The shop's id."""
        return self.row.shop

    @property
    def view(self) -> ShopView:
        """The shop as a turn sees it."""
        return ShopView(self.folder, self.search, self.connector)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found and did."""

    shop: str
    changes: FileChanges
    warnings: tuple[str, ...]
    passages: int


Connect = Callable[[ShopFolder, Path], Connector | None]


class Shops:
    """Every imported shop; safe from several threads."""

    def __init__(
        self, journal: Journal, index_dir: Path, embedders: tuple[Embedder, ...], connect: Connect,
        chroma_url: str | None = None,
    ) -> None:  # fmt: skip
        self._journal, self._index_dir, self._embedders = journal, index_dir, embedders
        self._connect, self._chroma_url = connect, chroma_url
        self._loaded: dict[str, LoadedShop] = {}
        self._lock = threading.Lock()

    def get(self, shop: str) -> LoadedShop:
        """The shop as it was last taken up. Raises UnknownShop."""
        loaded = self._loaded.get(shop)
        if loaded is None:
            with self._lock:
                loaded = self._loaded.get(shop) or self._load(shop)
        return loaded

    def loaded(self, shop: str) -> LoadedShop | None:
        """The same, unless it would have to be read first."""
        return self._loaded.get(shop)

    def all(self) -> tuple[LoadedShop, ...]:
        """Every shop, loaded."""
        return tuple(self.get(row.shop) for row in self._journal.read_now(rows.list_shops))

    def refresh(self) -> tuple[str, ...]:
        """Take up what another process imported; the shops that changed."""
        changed = []
        for row in self._journal.read_now(rows.list_shops):
            held = self._loaded.get(row.shop)
            if held is None or held.row.generation != row.generation:
                with self._lock:
                    self._load(row.shop)
                changed.append(row.shop)
        return tuple(changed)

    def import_folder(self, path: Path, progress: Progress = lambda done, total: None) -> Imported:
        """Load or update a shop from its folder; a faulty one changes nothing. Raises ShopFaults."""
        files = read_directory(path)
        folder = read_shop(files)
        return self._import(files, folder, path, progress)

    def _import(self, files: Mapping[str, bytes], folder: ShopFolder, origin: Path, progress: Progress) -> Imported:
        """The index first, then the files in one transaction: whoever sees the new files finds their index."""
        passages = passages_of(folder)
        build_index(self._index_dir, folder.shop.id, passages, self._embedders, self._chroma_url, progress)
        changes = self._journal.write_now(
            lambda tx: rows.save_files(
                tx, folder.shop.id, files, digest=folder.digest, origin=str(origin.resolve()), at=datetime.now(UTC)
            )
        )
        with self._lock:
            self._load(folder.shop.id)
        return Imported(folder.shop.id, changes, folder.warnings, len(passages))

    def _load(self, shop: str) -> LoadedShop:
        try:
            row, files = self._journal.read_now(lambda tx: (rows.get_shop(tx, shop), rows.get_files(tx, shop)))
        except NotFound as error:
            raise UnknownShop(shop) from error
        folder = read_shop(files)
        loaded = LoadedShop(row, folder, self._search(folder), self._connect(folder, Path(row.origin)))
        before = self._loaded.get(shop)
        self._loaded[shop] = loaded
        if before is not None and before.connector is not None:
            before.connector.close()
        return loaded

    def _search(self, folder: ShopFolder) -> Search:
        """The index of this content, built anew where it is gone or was made by other models."""
        zone, passages = folder.shop.timezone, passages_of(folder)
        given = (self._index_dir, folder.shop.id, passages, self._embedders, self._chroma_url)
        try:
            return open_index(*given, today=lambda: datetime.now(zone).date())
        except IndexNotReady:
            build_index(*given)
            return open_index(*given, today=lambda: datetime.now(zone).date())
