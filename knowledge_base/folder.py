"""Reads the files of a shop folder from the disk: only those that belong to a shop, none through a link outward."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from knowledge_base.article_reader import ARTICLE_ENDINGS, TEXT_ENDINGS
from knowledge_base.authorisation_reader import AUTHORISATIONS_FILE
from knowledge_base.documents import ENDINGS
from knowledge_base.findings import Findings
from knowledge_base.order_rows import ORDERS_FILE
from knowledge_base.product_reader import PRODUCTS_FILE
from knowledge_base.toml_reader import SHOP_FILE
from knowledge_base.utterance_reader import UTTERANCES_FILE

MAX_FILES = 20_000
_MIB = 1024 * 1024
_TEXT_LIMIT = _MIB
_DOCUMENT_LIMIT = 20 * _MIB
_LIMITS = {
    SHOP_FILE: _MIB // 16,
    PRODUCTS_FILE: 32 * _MIB,
    AUTHORISATIONS_FILE: 32 * _MIB,
    ORDERS_FILE: 128 * _MIB,
    UTTERANCES_FILE: _MIB,
}
_FOLDERS = {"articles": ARTICLE_ENDINGS, "policies": (".md", ".markdown"), "macros": (".md", ".markdown")}
_OTHER_DOCUMENTS = (".doc", ".rtf", ".odt", ".pages", ".xls", ".xlsx", ".ppt", ".pptx", ".epub", ".rst", ".adoc")


def belongs(path: str) -> bool:
    """Whether a path of a shop folder (`/` between its parts) is one that is read."""
    pure = PurePosixPath(path)
    if any(part.startswith(".") for part in pure.parts):
        return False
    if len(pure.parts) == 1:
        return path in _LIMITS
    return pure.suffix.lower() in _FOLDERS.get(pure.parts[0], ())


def is_unread_document(path: str) -> bool:
    """Whether a path looks like something that the shop would want read, in a form that is not."""
    pure = PurePosixPath(path)
    if len(pure.parts) < 2 or pure.parts[0] not in _FOLDERS or any(part.startswith(".") for part in pure.parts):
        return False
    unread = (*_OTHER_DOCUMENTS, *TEXT_ENDINGS, *ENDINGS)
    return pure.suffix.lower() in unread and not belongs(path)


def size_limit(path: str) -> int:
    """The most bytes that a file may have."""
    if PurePosixPath(path).suffix.lower() in ENDINGS:
        return _DOCUMENT_LIMIT
    return _LIMITS.get(path, _TEXT_LIMIT)


def too_large(path: str, size: int) -> str:
    """What is wrong with a file above its limit."""
    return f"the file has {size:,} bytes, and {size_limit(path):,} are read at most; split it"


def read_directory(path: str | Path) -> dict[str, bytes]:
    """The files of a shop folder by their paths within it, hidden ones left out.

    Raises:
        ShopFaults: the folder is missing, a file is too large or cannot be read, or a link leads out of the folder.
    """
    root = Path(path)
    findings = Findings()
    if not root.is_dir():
        findings.fault(str(path), 1, "no such folder; `anxin shop new DIR` writes one to start from")
    found: dict[str, bytes] = {}
    for name, place in _files(root, findings):
        if len(found) >= MAX_FILES:
            findings.fault(name, 1, f"the folder holds more than {MAX_FILES} files; split the shop")
            break
        content = _read(name, place, root.resolve(), findings)
        if content is not None:
            found[name] = content
    findings.raise_faults()
    return dict(sorted(found.items()))


def _files(root: Path, findings: Findings) -> Iterator[tuple[str, Path]]:
    for folder, folders, names in os.walk(root):
        relative = Path(folder).relative_to(root)
        folders[:] = sorted(name for name in folders if _enters(relative, name, findings, Path(folder)))
        for name in sorted(names):
            path = (relative / name).as_posix()
            if _readable_name(path, findings) and (belongs(path) or is_unread_document(path)):
                yield path, Path(folder) / name


def _enters(relative: Path, name: str, findings: Findings, folder: Path) -> bool:
    path = (relative / name).as_posix()
    if name.startswith(".") or path.split("/")[0] not in _FOLDERS:
        return False
    if (folder / name).is_symlink():
        findings.fault(path, 1, "a linked folder is not followed; copy it into the shop folder")
        return False
    return _readable_name(path, findings)


def _readable_name(path: str, findings: Findings) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        shown = path.encode(errors="surrogateescape").decode(errors="replace")
        findings.fault(shown, 1, "the file's name is not UTF-8; rename it")
        return False
    return True


def _read(name: str, place: Path, root: Path, findings: Findings) -> bytes | None:
    try:
        if not place.resolve().is_relative_to(root):
            findings.fault(name, 1, "this link leads out of the shop folder; copy the file into it")
            return None
        if not place.is_file():
            findings.fault(name, 1, "this is no plain file; remove it")
            return None
        if (size := place.stat().st_size) > size_limit(name):
            findings.fault(name, 1, too_large(name, size))
            return None
        return place.read_bytes()
    except (OSError, RuntimeError) as error:
        findings.fault(name, 1, f"the file cannot be read: {getattr(error, 'strerror', None) or error}")
        return None
