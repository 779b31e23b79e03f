"""The manifest of a folder of evidence: the SHA-256 of each file, and where the chain ends."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

Json = dict[str, Any]
FORMAT = "anxin-evidence/1"
EVIDENCE, PAGE, MANIFEST, UPLOADS = "evidence.json", "evidence.html", "manifest.json", "uploads"


def manifest_of(folder: Path, document: Json) -> bytes:
    """The manifest that a folder's files make: it says nothing that they do not."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    entries = document["entries"]
    return readable({
        "format": FORMAT, "shop": document["shop"], "ticket": document["ticket"], "for": document["for"],
        "chain": {"entries": len(entries), "head": entries[-1]["hash"] if entries else ""},
        "files": {name: sha256_of(folder / name) for name in names if name != MANIFEST},
    })  # fmt: skip


def readable(value: Json) -> bytes:
    """JSON as it is written into a folder."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def sha256_of(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
