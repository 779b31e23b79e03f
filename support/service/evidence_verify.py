"""Whether a folder of evidence is as it was written: every byte of every file, and every link of the chain.

The manifest follows from the other files to the byte, so that an altered manifest is found like any other file. Whoever
alters everything, and makes all hashes anew, is found by the digest that the shop named when it wrote the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from support.policy.verify import verify as verify_proof
from support.service.evidence_manifest import EVIDENCE, FORMAT, MANIFEST, UPLOADS, manifest_of, sha256_of
from support.service.without_collecting import without_collecting
from ticketing.evidence import INNER, commitment, link_hash

Json = dict[str, Any]
BODY = ("kind", "source", "subject", "at", "recorded_at", "open", "commitments")


@without_collecting()
def verify_folder(folder: Path, digest: str | None = None) -> tuple[str, ...]:
    """What does not hold, each with its place; nothing where every byte stands. Raises OSError for no folder."""
    if not folder.is_dir():
        raise NotADirectoryError(20, "it is not a folder", str(folder))
    odd = [path for path in folder.rglob("*") if path.is_symlink() or not (path.is_dir() or path.is_file())]
    if odd:
        return tuple(f"{path.relative_to(folder).as_posix()}: it is no plain file" for path in odd)
    faults: list[str] = []
    manifest, document = (_json(folder / name, faults) for name in (MANIFEST, EVIDENCE))
    if manifest is not None:
        faults += _files(folder, manifest)
        if digest is not None and sha256_of(folder / MANIFEST) != digest:
            faults.append(f"{MANIFEST}: it is not the one whose digest the shop named")
    if document is not None:
        faults += _whole(folder, document)
    if manifest is not None and document is not None and not faults:
        faults += (*_as_made(folder, document), *_proofs(document))
    return tuple(dict.fromkeys(faults))


def _json(path: Path, faults: list[str]) -> Json | None:
    try:
        value = msgspec.json.decode(path.read_bytes())
    except FileNotFoundError:
        faults.append(f"{path.name}: it is missing")
        return None
    except (ValueError, RecursionError) as error:
        faults.append(f"{path.name}: it is not JSON in UTF-8: {error}")
        return None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        faults.append(f"{path.name}: its format is not {FORMAT}")
        return None
    return value


def _files(folder: Path, manifest: Json) -> Iterator[str]:
    named = manifest.get("files")
    if not isinstance(named, dict):
        yield f"{MANIFEST}: it names no files"
        return
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(there | set(named)):
        if name not in there:
            yield f"{name}: it is missing"
        elif name not in named:
            yield f"{name}: the manifest does not name it"
        elif sha256_of(folder / name) != named[name]:
            yield f"{name}: it was altered: its SHA-256 is not the one in {MANIFEST}"


def _whole(folder: Path, document: Json) -> Iterator[str]:
    """The chain, whatever the manifest says; a document of another shape is one that was altered."""
    try:
        yield from _chain(document)
        yield from _uploads(folder, document)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        yield f"{EVIDENCE}: it was altered: {type(error).__name__} at {error}"


def _chain(document: Json) -> Iterator[str]:
    previous = ""
    for n, entry in enumerate(document["entries"], 1):
        where = f"{EVIDENCE}: link {n}"
        if entry["n"] != n or entry["previous"] != previous:
            yield f"{where}: a link before it was taken out, added or moved"
        if "kind" in entry:
            yield from _parts(where, entry)
            body = commitment(entry["salt"], {name: entry[name] for name in BODY})
        else:
            body = entry["body"]
        if link_hash(document["shop"], document["ticket"], entry["n"], body, entry["previous"]) != entry["hash"]:
            yield f"{where}: it was altered: its hash does not follow from it"
        previous = entry["hash"]


def _parts(where: str, entry: Json) -> Iterator[str]:
    for name, part in entry["parts"].items():
        if commitment(part["salt"], part["value"]) != entry["commitments"][name]:
            yield f"{where}: {name} was altered: it is not what was committed to"


def _uploads(folder: Path, document: Json) -> Iterator[str]:
    sha256 = {one["subject"]: one["open"]["sha256"] for one in document["entries"] if one.get("kind") == "upload"}
    for subject, name in document["files"].items():
        if not name.startswith(f"{UPLOADS}/") or "/" in name.removeprefix(f"{UPLOADS}/"):
            yield f"{EVIDENCE}: it was altered: {name!r} is no place of an upload"
        elif (folder / name).is_file() and sha256_of(folder / name) != sha256[subject]:
            yield f"{name}: it is not the file that was uploaded: the chain holds another SHA-256"


def _as_made(folder: Path, document: Json) -> Iterator[str]:
    if manifest_of(folder, document) != (folder / MANIFEST).read_bytes():
        yield f"{MANIFEST}: it was altered: the files make another one"


def _proofs(document: Json) -> Iterator[str]:
    """What was decided, derived again by other code than decided it."""
    for entry in document["entries"]:
        if entry.get("kind") in {"decision", "suggestion"} and INNER in entry["parts"]:
            faults = verify_proof(entry["parts"][INNER]["value"]["proof"], entry["open"]["digest"])
            where = f"{EVIDENCE}: link {entry['n']}"
            yield from (f"{where}: the decision does not follow from its proof: {fault}" for fault in faults)
