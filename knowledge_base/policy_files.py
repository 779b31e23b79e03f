"""Policy files beside one another: which version each is of, and a draft laid over what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from knowledge_base.errors import Fault, ShopFaults
from knowledge_base.findings import Findings
from knowledge_base.folder import belongs, size_limit, too_large
from knowledge_base.policy import PolicyVersion
from knowledge_base.policy_changes import Key
from knowledge_base.policy_reader import PolicyFile, read_policy_file
from knowledge_base.version_reader import read_versions

POLICIES = "policies/"
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Overlay:
    """A shop's files with a draft's versions added, or put in the place of those of the same policy and day."""

    files: Files
    own_paths: Mapping[str, str]
    """Where a file of the draft lies in the draft, by where it came to lie."""

    def told_by_own_paths(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Faults at the places that the draft's author knows."""
        return tuple(replace(one, file=self.own_paths.get(one.file, one.file)) for one in faults)


def policy_files(files: Files) -> dict[str, bytes]:
    """Those that are policies."""
    return {path: content for path, content in files.items() if path.startswith(POLICIES)}


def policy_versions(files: Files, languages: tuple[str, ...]) -> tuple[PolicyVersion, ...]:
    """The versions in a shop's files as far as they can be read; what is wrong with them is not asked here."""
    findings = Findings()
    read = (read_policy_file(path, content, languages, None, findings) for path, content in policy_files(files).items())
    return read_versions([file for file in read if file is not None], languages, findings)


def files_of(version: PolicyVersion, files: Files) -> dict[str, bytes]:
    """The files that a version was read from."""
    return {path: files[path] for path in sorted({clause.source for clause in version.translations.values()})}


def read_draft(path: Path) -> dict[str, bytes]:
    """The policy files of a draft by their paths below `policies/`: one file, a folder, or a whole shop folder's.

    Raises ShopFaults.
    """
    root = path / "policies" if (path / "policies").is_dir() else path
    places = [path] if path.is_file() else sorted(root.rglob("*.md")) + sorted(root.rglob("*.markdown"))
    found = {
        POLICIES + (place.name if path.is_file() else place.relative_to(root).as_posix()): place for place in places
    }
    names = [name for name in found if belongs(name) and found[name].is_file()]
    if not names:
        raise ShopFaults((Fault(str(path), 1, "no policy file (*.md) lies here; `anxin policy draft` writes one"),))
    sizes = {name: found[name].stat().st_size for name in names}
    if large := [Fault(name, 1, too_large(name, size)) for name, size in sizes.items() if size > size_limit(name)]:
        raise ShopFaults(tuple(large))
    return {name: found[name].read_bytes() for name in names}


def overlay(stored: Files, draft: Files, languages: tuple[str, ...]) -> Overlay:
    """The draft's files laid over those stored.

    A file whose path another version holds already comes to lie in a folder of its day: a draft is mostly a copy of
    the file in force, under the same name.
    """
    keys = {path: _key(path, content, languages) for path, content in policy_files(stored).items()}
    drafted = {path: _key(path, content, languages) for path, content in draft.items()}
    given = {key for key in drafted.values() if key is not None}
    kept = {path: content for path, content in stored.items() if keys.get(path) not in given or keys.get(path) is None}
    own: dict[str, str] = {}
    for path, key in drafted.items():
        place = next(place for place in _places(path, key) if place not in kept or keys.get(place) == key)
        own[place] = path
    return Overlay(kept | {place: draft[path] for place, path in own.items()}, own)


def _places(path: str, key: Key | None) -> Iterator[str]:
    yield path
    if key is not None:
        yield f"{POLICIES}{key[1]}/{PurePosixPath(path).name}"
        yield f"{POLICIES}{key[1]}/{key[0]}/{PurePosixPath(path).name}"
    yield from (f"{POLICIES}draft-{number}/{PurePosixPath(path).name}" for number in range(1, 1000))


def _key(path: str, content: bytes, languages: tuple[str, ...]) -> Key | None:
    file: PolicyFile | None = read_policy_file(path, content, languages, None, Findings())
    return None if file is None else (file.policy, file.effective)
