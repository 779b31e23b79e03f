"""A shop's files written at the desk: drafts, a look by the shop's own readers, and publishing them as a new version.

The record holds the shop's files; here one of them is put in the place of what it was, through the same gate as an
import, and what it was stays as a version. A policy has its own history and its own way (`support.service.publish`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa

from knowledge_base.article_file import split_article
from knowledge_base.errors import Fault, ShopFaults
from knowledge_base.folder import belongs
from knowledge_base.policy_files import POLICIES, Files
from knowledge_base.reader import read_shop
from knowledge_base.shop import ShopFolder
from knowledge_base.toml_lines import key_lines
from knowledge_base.toml_reader import SHOP_FILE
from support.policy.proof import utc
from ticketing.storage import shop_files, shops
from ticketing.storage.journal import Journal
from ticketing.storage.shop_files import FileDraft, FileVersion, Written, sha256_of

KINDS = {"articles": "articles/", "macros": "macros/", "settings": SHOP_FILE}
OPERATORS = (
    ("id",), ("orders",), ("webhook",), ("refunds", "executor"), ("refunds", "url"), ("refunds", "secret"),
    ("refunds", "key"), ("refunds", "private"),
)  # fmt: skip
LONGEST_PATH = 400
CONTEXT = 3
"""Lines that stay, shown around those that came or went."""
TEXTS = (".md", ".markdown", ".txt", ".toml")


class NotWritable(ValueError):
    """No path of a text that may be written at the desk; the message says which are."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path!r} is not written here: it is shop.toml, or a .md below articles/ or macros/")


class FileChanged(Exception):
    """The file is another by now than the one that was edited; `now` is its SHA-256, None where it is gone."""

    def __init__(self, path: str, now: str | None) -> None:
        super().__init__(f"{path} was changed meanwhile: read it again")
        self.now = now


@dataclass(frozen=True, slots=True)
class Looked:
    """A shop as it would be, and what is found wrong with it that was not before, or that is of this very file."""

    files: Files
    folder: ShopFolder | None
    findings: tuple[Fault, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Those that keep it from being published."""
        return tuple(one for one in self.findings if one.severity == "fault")


def writable(path: str) -> str:
    """The path itself. Raises NotWritable."""
    if (
        len(path) > LONGEST_PATH
        or not belongs(path)
        or PurePosixPath(path).suffix not in TEXTS
        or path.startswith(POLICIES)
    ):
        raise NotWritable(path)
    return path


def looked_at(files: Files, path: str, text: str | None) -> Looked:
    """The shop with this text in the place of a file, or without the file."""
    rest = {one: content for one, content in files.items() if one != path}
    new = rest if text is None else rest | {path: text.encode()}
    _, known = _findings_of(files)
    folder, found = _findings_of(new)
    told = tuple(one for one in found if one.file == path or one not in known)
    if path == SHOP_FILE and folder is not None:
        told = (*told, *_reaching_out(files.get(path, b""), new.get(path, b"")))
    return Looked(new, folder, told)


def _reaching_out(before: bytes, after: bytes) -> tuple[Fault, ...]:
    """What of shop.toml stays with those who run the server: it names databases, addresses and secrets."""
    old, new = (tomllib.loads(content.decode()) for content in (before, after))
    lines = key_lines(after.decode())
    moved = [keys for keys in OPERATORS if _at(old, keys) != _at(new, keys)]
    remedy = "it is changed in the shop's folder, by who runs the server; put back what was here"
    return tuple(
        Fault(
            SHOP_FILE, lines.get(keys, lines.get(keys[:1], 1)), f"{'.'.join(keys)} is not changed at the desk: {remedy}"
        )
        for keys in moved
    )


def _at(table: Any, keys: tuple[str, ...]) -> object:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def _findings_of(files: Files) -> tuple[ShopFolder | None, tuple[Fault, ...]]:
    try:
        folder = read_shop(files)
    except ShopFaults as error:
        return None, (*error.faults, *error.findings)
    return folder, folder.findings


def unchanged(files: Files, path: str, sha256: str | None) -> None:
    """Raise FileChanged unless the file is the one of which this is the SHA-256 (None: there is none)."""
    now = sha256_of(files.get(path))
    if now != sha256:
        raise FileChanged(path, now)


def files_of(journal: Journal, shop: str) -> Files:
    """The shop's files as they stand."""
    return journal.read_now(lambda tx: shops.get_files(tx, shop))


def keep_versions(
    tx: sa.Connection, shop: str, new: Files, *, by: str, via: shop_files.Via, note: str, at: datetime
) -> None:
    """Before the stored files become `new`: keep what was, and what comes, of each file that has a history here.

    What is written at the desk has one; the first time, what the folder brought is its beginning. An import goes on
    with those that have one.
    """
    old = shops.get_files(tx, shop)
    changed = [path for path in sorted(old.keys() | new.keys()) if old.get(path) != new.get(path)]
    for path in (one for one in changed if not one.startswith(POLICIES)):
        before = shop_files.of_path(tx, shop, path)
        if not before and via == "import":
            continue
        if not before:
            began = shops.imported_at(tx, shop)
            shop_files.append(tx, shop, path, old.get(path), by="", via="import", note="", at=began)
        shop_files.append(tx, shop, path, new.get(path), by=by, via=via, note=note, at=at)


@dataclass(frozen=True, slots=True)
class Merged:
    """A folder's files and what was written at the desk; `last` is the number of the last version that was seen."""

    files: Files
    said: tuple[Fault, ...]
    last: int


def with_writings(journal: Journal, shop: str, folder: Files) -> Merged:
    """A folder to be imported, with what was written at the desk since: it stays where the folder still holds what it
    was written over. Where the folder's own file is another by now, the folder's counts, and the warning says so."""
    written, last = journal.read_now(lambda tx: (shop_files.written(tx, shop), shop_files.last(tx, shop)))
    files, said = dict(folder), list[Fault]()
    for one in written:
        mine, theirs = one.now.sha256, sha256_of(folder.get(one.now.path))
        if theirs == mine:
            continue
        if theirs == (one.folder.sha256 if one.folder else None):
            said.append(_kept(shop, one))
            files.pop(one.now.path, None)
            if one.now.content is not None:
                files[one.now.path] = one.now.content
        else:
            said.append(_told_of(one, ", and the folder's file was changed since: the folder's counts now"))
    return Merged(files, tuple(said), last)


def _kept(shop: str, one: Written) -> Fault:
    return _told_of(one, f" and stays so: `anxin shop export DIR --shop {shop}` brings it into the folder")


def _told_of(one: Written, what: str) -> Fault:
    done = "taken away" if one.now.content is None else "written"
    by = f" by {one.now.by}" if one.now.by else ""
    return Fault(one.now.path, 1, f"it was {done} at the desk{by} on {one.now.at.date()}{what}", severity="warning")


def drafts_by_path(journal: Journal, shop: str) -> Mapping[str, FileDraft]:
    """The shop's drafts."""
    return {one.path: one for one in journal.read_now(lambda tx: shop_files.drafts_of(tx, shop))}


def version_view(one: FileVersion) -> dict[str, object]:
    """A version without its text."""
    return {
        "n": one.n, "at": utc(one.at), "by": one.by, "via": one.via, "note": one.note, "sha256": one.sha256,
        "gone": one.content is None,
    }  # fmt: skip


def told(findings: Iterable[Fault]) -> list[dict[str, object]]:
    """Findings for programs."""
    return [one.as_json() for one in sorted(findings, key=lambda one: (one.severity != "fault", one))]


def listed(journal: Journal, folder: ShopFolder, kind: str) -> list[dict[str, Any]]:
    """The files of a kind with what a list shows of each, those with a draft and no file among them."""
    drafts = {
        path: one for path, one in drafts_by_path(journal, folder.shop.id).items() if path.startswith(KINDS[kind])
    }
    shown = {path: {"path": path, "published": True} | values for path, values in _published(folder, kind)}
    for path in drafts.keys() - shown.keys():
        fields = split_article(drafts[path].text).fields
        shown[path] = {
            "path": path,
            "published": False,
            "title": fields.get("title") or path,
            "lang": fields.get("lang"),
        }
    drafted = {path: {"at": utc(one.at), "by": one.by} for path, one in drafts.items()}
    return [one | {"draft": drafted.get(path)} for path, one in sorted(shown.items())]


def _published(folder: ShopFolder, kind: str) -> Iterable[tuple[str, dict[str, Any]]]:
    if kind == "settings":
        yield SHOP_FILE, {"title": SHOP_FILE, "lang": None}
    for macro in folder.macros if kind == "macros" else ():
        yield macro.source, {"id": macro.id, "title": macro.title, "lang": macro.lang}
    for one in folder.articles if kind == "articles" else ():
        days = {key: day.isoformat() if (day := getattr(one, key)) else None for key in ("valid_from", "valid_to")}
        yield one.source, {
            "id": one.id, "title": one.title, "lang": one.lang, "audience": one.audience, **days,
            "questions": len(one.questions), "products": list(one.products),
            "editable": PurePosixPath(one.source).suffix in TEXTS,
        }  # fmt: skip


def text_lines(before: str, after: str) -> list[dict[str, str]]:
    """Two texts line by line: `sign` + came, - went, empty stays, … is what is left out between."""
    old, new = before.splitlines(), after.splitlines()
    shown: list[dict[str, str]] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        if shown or group[0][1] > 0:
            shown.append({"sign": "…", "text": ""})
        for tag, a, b, c, d in group:
            if tag == "equal":
                shown += [{"sign": "", "text": line} for line in old[a:b]]
            else:
                shown += [{"sign": "-", "text": line} for line in old[a:b]]
                shown += [{"sign": "+", "text": line} for line in new[c:d]]
    return shown
