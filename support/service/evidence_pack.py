"""A ticket's evidence as a folder: a page to read, the chain as JSON, the uploads, and a manifest of all of them.

The shop's own copy holds everything. A buyer's copy leaves out who supplied, what the shop's people tell each other,
signals of risk, files (which nobody can mask), and what in a text tells who somebody is; its chain is the same, and
verifies without what is left out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from support.service.evidence import Case
from support.service.evidence_manifest import EVIDENCE, FORMAT, MANIFEST, PAGE, UPLOADS, manifest_of, readable
from support.service.evidence_page import page
from support.service.shops import LoadedShop
from support.service.titles import clause_title
from support.service.without_collecting import without_collecting
from ticketing.evidence import FOR_BUYER, HIDDEN, REDACTED, TEXT, Entry, commitment
from ticketing.storage.upload_files import UploadFiles
from ticketing.upload import Upload

Json = dict[str, Any]
Audience = Literal["shop", "buyer"]
SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif", "application/pdf": ".pdf",
    "text/plain": ".txt",
}  # fmt: skip


class NotEmpty(Exception):
    """Where the folder should go there is something already."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom, in which language, and where to."""

    audience: Audience
    lang: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Pack:
    """What was written; `digest` is the manifest's SHA-256, which stands for every byte of the folder."""

    entries: int
    head: str
    files: int
    digest: str
    missing: tuple[str, ...]
    """Uploads that are not kept any longer, by their SHA-256."""


@without_collecting()
def export(case: Case, loaded: LoadedShop, files: UploadFiles, wanted: Wanted, at: datetime) -> Pack:
    """Write the folder, whole or not at all. Raises NotEmpty, OSError."""
    if wanted.folder.exists() and (not wanted.folder.is_dir() or any(wanted.folder.iterdir())):
        raise NotEmpty(wanted.folder)
    wanted.folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".evidence-", dir=wanted.folder.parent))
    try:
        kept, missing = _copy(case, files, making) if wanted.audience == "shop" else ({}, ())
        document = document_of(case, loaded, wanted, at) | {"files": kept}
        (making / EVIDENCE).write_bytes(readable(document))
        (making / PAGE).write_text(page(document, loaded.folder.shop.timezone), encoding="utf-8")
        manifest = manifest_of(making, document)
        (making / MANIFEST).write_bytes(manifest)
        os.replace(making, wanted.folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    named = msgspec.json.decode(manifest)
    digest = hashlib.sha256(manifest).hexdigest()
    return Pack(len(case.entries), named["chain"]["head"], len(named["files"]) + 1, digest, missing)


def document_of(case: Case, loaded: LoadedShop, wanted: Wanted, at: datetime) -> Json:
    """`evidence.json`, but for the files."""
    shop, ticket = loaded.folder.shop, case.ticket
    return {
        "format": FORMAT, "for": wanted.audience, "lang": wanted.lang, "made_at": at.isoformat(), "shop": shop.id,
        "shop_name": shop.name.get(wanted.lang) or next(iter(shop.name.values()), shop.id),
        "ticket": ticket.id, "number": ticket.number, "order_no": ticket.order_no, "reason": ticket.reason,
        "store_unavailable": case.store_down,
        "products": _names(case, loaded, wanted.lang), "clauses": _clauses(case, loaded, wanted.lang),
        "entries": [shown(entry, wanted.audience) for entry in case.entries],
    }  # fmt: skip


def _names(case: Case, loaded: LoadedShop, lang: str) -> Json:
    """How the shop names the goods that the orders name by their id alone."""
    lines = (line for entry in case.entries if entry.kind == "order" for line in entry.open["lines"])
    ids = {line["product"] for line in lines if line["product"]} & set(loaded.folder.products)
    names = {key: loaded.folder.products[key].name for key in ids}
    return {key: found.get(lang) or next(iter(found.values()), key) for key, found in sorted(names.items())}


def _clauses(case: Case, loaded: LoadedShop, lang: str) -> Json:
    """How the shop names the clauses that decisions name by their ids alone."""
    named = [entry.open["clause"] for entry in case.entries if entry.kind in {"decision", "suggestion"}]
    found = {
        f"{one['policy']}/{one['id']}": clause_title(loaded.folder, one["policy"], one["id"], one["effective"], lang)
        for one in named
        if one
    }
    return {key: title for key, title in sorted(found.items()) if title}


def shown(entry: Entry, audience: Audience) -> Json:
    """A link as one of the copies tells it."""
    link = {"n": entry.n, "previous": entry.previous, "hash": entry.hash}
    if audience == "buyer" and entry.kind in HIDDEN:
        return link | {"body": commitment(entry.salt, entry.body())}
    parts = {
        name: {"salt": part.salt, "value": part.value}
        for name, part in entry.parts.items()
        if (name in FOR_BUYER if audience == "buyer" else name != REDACTED or TEXT not in entry.commitments)
    }
    return link | entry.body() | {"salt": entry.salt, "parts": parts, "erased": _erased(entry)}


def _erased(entry: Entry) -> bool:
    return any(name not in entry.parts for name in entry.commitments)


def _copy(case: Case, files: UploadFiles, folder: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Where each upload's file is in the folder, by the entry's subject; and which are not kept any longer."""
    kept: dict[str, str] = {}
    missing: list[str] = []
    for entry in case.entries:
        if entry.kind != "upload":
            continue
        sha256 = entry.open["sha256"]
        source = files.path(_upload(case.ticket.shop, entry))
        name = f"{UPLOADS}/{sha256}{SUFFIXES.get(entry.open['media_type'], '.bin')}"
        if not source.is_file():
            missing.append(sha256)
            continue
        (folder / UPLOADS).mkdir(exist_ok=True)
        shutil.copyfile(source, folder / name)
        kept[entry.subject] = name
    return kept, tuple(missing)


def _upload(shop: str, entry: Entry) -> Upload:
    """As far as its file's place goes by it."""
    key, about, at = entry.subject.partition(":")[2], entry.open, datetime.fromisoformat(entry.at)
    return Upload(
        shop, key, "", "", "", about["media_type"], about["size"], None, None, about["sha256"], "", at
    )  # fmt: skip
