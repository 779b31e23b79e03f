"""Shops in memory: one generation of each, read from the record and taken up again when it changes there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from knowledge_base.authorisation_record import Provenance
from knowledge_base.errors import ShopFaults, UnknownShop
from knowledge_base.policy_changes import version_changes
from knowledge_base.policy_files import Files
from knowledge_base.reader import digest_of, read_directory, read_shop
from knowledge_base.shop import ShopFolder
from retrieval.chunking import passages_of
from retrieval.embedder import Embedder
from retrieval.errors import IndexNotReady
from retrieval.ingest import Progress, build_index
from retrieval.opening import open_index
from retrieval.search import Search
from support.assistant.state import ShopView, no_provenance
from support.orders.connector import Connector
from support.service.policy_gate import (
    HistoryRewritten,
    Passed,
    let_import_pass,
    rewriting,
    stored_policies,
    with_published,
)  # fmt: skip
from support.service.provenance import provenance
from support.service.publish import Draft, PublishedMeanwhile, Signed, publication_of, record, unmoved
from support.service.replay import today_of
from support.service.shop_files import Looked, keep_versions, unchanged, with_writings
from ticketing.errors import NotFound
from ticketing.storage import audit, authorisations, shop_files
from ticketing.storage import shops as rows
from ticketing.storage.audit import SERVER, Change
from ticketing.storage.journal import Journal
from ticketing.storage.shops import FileChanges, ShopRow


@dataclass(frozen=True, slots=True)
class LoadedShop:
    """One generation of a shop, ready to answer."""

    row: ShopRow
    folder: ShopFolder
    search: Search
    connector: Connector | None
    provenance: Callable[[], Provenance] = no_provenance

    @property
    def id(self) -> str:
        """The shop's id."""
        return self.row.shop

    @property
    def view(self) -> ShopView:
        """The shop as a turn sees it."""
        return ShopView(self.folder, self.search, self.connector, self.provenance)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found and did."""

    shop: str
    changes: FileChanges
    warnings: tuple[str, ...]
    passages: int


Connect = Callable[[ShopFolder, Path], Connector | None]
MOST_PATHS = 20
"""So many names of files that changed are told in the audit."""


class Shops:
    """Every imported shop; safe from several threads."""

    def __init__(
        self, journal: Journal, index_dir: Path, embedders: tuple[Embedder, ...], connect: Connect,
        chroma_url: str | None = None, workers: int = 1,
    ) -> None:  # fmt: skip
        self._journal, self._index_dir, self._embedders = journal, index_dir, embedders
        self._connect, self._chroma_url = connect, chroma_url
        self.workers = workers  # processes that embed where much is to be indexed
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

    def close(self) -> None:
        """Let go of every store's connections."""
        for shop in tuple(self._loaded.values()):
            if shop.connector is not None:
                shop.connector.close()

    def refresh(self) -> tuple[str, ...]:
        """Take up what another process imported; the shops that changed."""
        changed = []
        for row in self._journal.read_now(rows.list_shops):
            if self._is_held(row):
                continue
            with self._lock:
                if not self._is_held(row):  # by whoever loaded it meanwhile
                    self._load(row.shop)
                    changed.append(row.shop)
        return tuple(changed)

    def _is_held(self, row: ShopRow) -> bool:
        held = self._loaded.get(row.shop)
        return held is not None and held.row.generation == row.generation

    def as_imported(self, path: Path) -> LoadedShop | None:
        """The stored shop of this folder, where nothing in it changed since it was imported. Raises ShopFaults."""
        origin = str(path.resolve())
        row = next((row for row in self._journal.read_now(rows.list_shops) if row.origin == origin), None)
        if row is None or row.digest != digest_of(read_directory(path)):
            return None
        return self.get(row.shop)

    def import_folder(
        self, path: Path, progress: Progress = lambda done, total: None, *, by: str = "", strict: bool = False,
        now: datetime | None = None, actor: str = SERVER,
    ) -> Imported:  # fmt: skip
        """Load or update a shop from its folder; a faulty one changes nothing.

        Raises:
            ShopFaults: the folder has faults or, if `strict`, lacks a published version or decides old cases otherwise.
            PublishedMeanwhile: somebody else changed the shop's policies since they were compared.
        """
        files: Files = read_directory(path)
        folder, at, kept = read_shop(files), now or datetime.now(UTC), tuple[str, ...]()
        merged = with_writings(self._journal, folder.shop.id, files)
        if strict and merged.said:
            raise HistoryRewritten(merged.said, folder.warnings)
        if not strict:
            folder = read_shop(merged.files) if merged.said else folder
            files, kept = with_published(self._journal, folder, merged.files)
            folder = read_shop(files) if kept else folder
        passed = let_import_pass(self._journal, folder, files, at, strict, progress)
        passed = replace(passed, warnings=(*map(str, merged.said), *kept, *passed.warnings), written=merged.last)
        return self.store(files, folder, path.resolve(), passed, Signed(by, "import", at, actor=actor), progress)

    def publish(self, draft: Draft, signed: Signed, effect: Mapping[str, Any], progress: Progress) -> Imported:
        """Put a draft that passed the gate in the place of the shop's policies. Raises PublishedMeanwhile."""
        origin = Path(self._journal.read_now(lambda tx: rows.get_shop(tx, draft.folder.shop.id)).origin)
        passed = Passed(draft.stored, draft.changes, effect=effect)
        return self.store(draft.files, draft.folder, origin, passed, signed, progress)

    def write(self, looked: Looked, path: str, base: str | None, signed: Signed) -> Imported:
        """Put a file that was looked at in the place of what it was, of which `base` is the SHA-256 (None: nothing).

        Raises FileChanged and PublishedMeanwhile where another was quicker; ShopFaults.
        """
        folder = looked.folder
        if folder is None or looked.faults:
            raise ShopFaults(looked.faults)
        stored = stored_policies(self._journal, folder.shop.id)
        unchanged(stored.files, path, base)
        if {key: text for key, text in stored.files.items() if key != path} != {
            key: text for key, text in looked.files.items() if key != path
        }:
            raise PublishedMeanwhile(stored.rev, stored.rev)
        changes = version_changes(stored.versions, folder.policies)
        if faults := rewriting(changes, today_of(folder.shop, signed.at), looked.files):
            raise ShopFaults(faults)
        origin = Path(self._journal.read_now(lambda tx: rows.get_shop(tx, folder.shop.id)).origin)
        return self.store(looked.files, folder, origin, Passed(stored, changes), signed, lambda done, total: None)

    def store(
        self, files: Files, folder: ShopFolder, origin: Path, passed: Passed, signed: Signed, progress: Progress
    ) -> Imported:
        """The index first, then files and publication in one transaction: whoever sees new files finds their index."""
        shop, passages = folder.shop.id, passages_of(folder)
        build_index(self._index_dir, shop, passages, self._embedders, self._chroma_url, progress, workers=self.workers)

        def keep(tx: sa.Connection) -> FileChanges:
            unmoved(tx, shop, passed.stored, signed.via)
            if passed.written is not None and passed.written != shop_files.last(tx, shop):
                raise PublishedMeanwhile(passed.stored.rev, passed.stored.rev)
            keep_versions(tx, shop, files, by=signed.by, via=_by_whom(signed), note=signed.note, at=signed.at)
            changes = rows.save_files(tx, shop, files, digest=folder.digest, origin=str(origin), at=signed.at)
            authorisations.register(tx, shop, folder.authorisations, signed.at)
            if changes:
                _tell(tx, shop, folder, changes, signed)
            if passed.changes:
                record(tx, publication_of(shop, passed, files, folder, signed), passed.stored)
            return changes

        changes = self._journal.write_now(keep)
        with self._lock:
            self._load(shop)
        return Imported(shop, changes, (*folder.warnings, *passed.warnings), len(passages))

    def _load(self, shop: str) -> LoadedShop:
        try:
            row, files = self._journal.read_now(lambda tx: (rows.get_shop(tx, shop), rows.get_files(tx, shop)))
        except NotFound as error:
            raise UnknownShop(shop) from error
        folder = read_shop(files)
        connector, origins = self._connect(folder, Path(row.origin)), partial(provenance, self._journal, shop)
        loaded = LoadedShop(row, folder, self._search(folder), connector, origins)
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
            build_index(*given, workers=self.workers)
            return open_index(*given, today=lambda: datetime.now(zone).date())


def _tell(tx: sa.Connection, shop: str, folder: ShopFolder, changes: FileChanges, signed: Signed) -> None:
    """Write into the shop's audit which files changed; of very many their number and the whole folder's digest."""
    paths = {name: getattr(changes, name) for name in ("added", "changed", "removed")}
    values = {name: {"files": len(those), "paths": list(those[:MOST_PATHS])} for name, those in paths.items() if those}
    told = Change(
        "settings", signed.via, signed.actor, "shop files", values | {"digest": folder.digest},
        {"by": signed.by, "note": signed.note},
    )  # fmt: skip
    audit.record_change(tx, shop, told, signed.at)


def _by_whom(signed: Signed) -> shop_files.Via:
    return "import" if signed.via == "import" else "desk"
