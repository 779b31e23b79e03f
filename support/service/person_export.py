"""Everything that is kept of one buyer as one archive: a page to read, the rows as JSON, and the files that were sent.

What it holds follows from the data map. Keys of goods are masked; fingerprints, secrets, signals of risk and what is a
supplier's are left out, and the page says so.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from support.assistant.masking import mask_keys
from support.policy.proof import utc
from support.service.evidence import Case
from support.service.evidence_pack import SUFFIXES, Wanted, document_of
from support.service.person_page import page
from support.service.shops import LoadedShop
from ticketing.storage import evidence, tickets
from ticketing.storage.data_map import PEOPLE
from ticketing.storage.data_map_other import STAFF
from ticketing.storage.journal import Journal
from ticketing.storage.person import person, rows
from ticketing.storage.upload_files import UploadFiles
from ticketing.upload import Upload

Json = dict[str, Any]
FORMAT = "anxin.person.v1"
DATA, PAGE = "data.json", "index.html"


class NothingKept(Exception):
    """Nothing is kept of somebody."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many rows by table, and how many files."""

    rows: Mapping[str, int]
    files: int
    missing: int
    """Files that were sent and are not kept any longer."""


def export_person(
    journal: Journal, loaded: LoadedShop, files: UploadFiles, owner: str, out: Path, lang: str, at: datetime
) -> Exported:
    """Write the archive, a zip file, whole or not at all. Raises NothingKept, OSError."""
    document, sent = journal.read_now(lambda tx: _document(tx, loaded, owner, lang, at))
    kept = [(upload, files.path(upload)) for upload in sent if upload.gone_at is None and files.path(upload).exists()]
    names = {one.id: f"files/{n:03}{SUFFIXES.get(one.media_type, '')}" for n, (one, _) in enumerate(kept, 1)}
    document["files"] = names
    with tempfile.NamedTemporaryFile(prefix=".export-", dir=out.absolute().parent, delete=False) as file:
        try:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(PAGE, page(document, loaded.folder.shop.timezone))
                archive.writestr(DATA, msgspec.json.format(msgspec.json.encode(document), indent=1))
                for upload, path in kept:
                    archive.write(path, names[upload.id])
            file.flush()
            os.replace(file.name, out)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return Exported({name: len(found) for name, found in document["tables"].items()}, len(kept), len(sent) - len(kept))


def _document(
    tx: sa.Connection, loaded: LoadedShop, owner: str, lang: str, at: datetime
) -> tuple[Json, tuple[Upload, ...]]:
    one = person(tx, loaded.id, owner)
    found = {name: [_shown(name, row) for row in rows(tx, name, one)] for name in PEOPLE}
    found = {name: some for name, some in found.items() if some}
    if not found:
        raise NothingKept(owner)
    sent = tuple(Upload(**{key: row[key] for key in Upload.__slots__}) for row in rows(tx, "uploads", one))
    shop = loaded.folder.shop
    document = {
        "format": FORMAT, "made_at": utc(at), "lang": lang, "shop": shop.id,
        "shop_name": shop.name.get(lang) or next(iter(shop.name.values()), shop.id), "person": owner, "tables": found,
        "evidence": [_evidence(tx, loaded, row["id"], lang, at) for row in found.get("tickets", ())],
    }  # fmt: skip
    return document, sent


def _evidence(tx: sa.Connection, loaded: LoadedShop, ticket: str, lang: str, at: datetime) -> Json:
    """The buyer's copy of a ticket's chain, which verifies as it is."""
    case = Case(tickets.get(tx, loaded.id, ticket), evidence.of_ticket(tx, loaded.id, ticket), False)
    return document_of(case, loaded, Wanted("buyer", lang, Path()), at)


def _shown(name: str, row: Json) -> Json:
    """A row without what an export leaves out; of the shop's people the names that are shown, no ids."""
    hidden = {key for key, column in PEOPLE[name].columns.items() if not column.shown}
    staff = set(STAFF.get(name, "").split()) - {"author_name"}
    told = PEOPLE[name].columns.keys()
    return {
        key: _plain(value, key in told) for key, value in row.items() if key not in hidden | staff | {"shop"}
    }  # fmt: skip


def _plain(value: Any, mask: bool) -> Any:
    match value:
        case datetime():
            return utc(value)
        case Decimal():
            return str(value)
        case str():
            return mask_keys(value) if mask and not _is_id(value) else value
        case dict():
            return {key: _plain(one, mask) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one, mask) for one in value]
    return value


def _is_id(text: str) -> bool:
    """Ids of rows look like keys in groups and are none."""
    bare = text.rpartition(":")[2]
    return len(bare) == 36 and bare.count("-") == 4
