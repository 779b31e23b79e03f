"""The gate before a shop's policies: what may be published, imported or taken back, and what stays for ever.

Under a version that has come into force things were sold and cases decided. It is neither altered nor removed nor put
before the present, for the same case would be decided otherwise than it was. A shop that is still being set up has
decided nothing, and may do all of it by an import.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.errors import Fault, ShopFaults
from knowledge_base.policy import PolicyVersion
from knowledge_base.policy_changes import VersionChange, version_changes
from knowledge_base.policy_files import Files, files_of, policy_versions
from knowledge_base.reader import read_shop
from knowledge_base.shop import ShopFolder
from support.policy.replay import Flip, Tally
from support.service.replay import Progress, replay_under, today_of, totals
from ticketing.errors import NotFound
from ticketing.storage import publications, shops
from ticketing.storage.journal import Journal

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class HistoryRewritten(ShopFaults):
    """The folder would alter policies that were in force and decided, or lacks what was published."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a shop's record holds; `rev` is the number of its last publication, `generation` that of its files."""

    rev: int
    generation: int
    imported_at: datetime
    files: Files
    languages: tuple[str, ...]
    versions: tuple[PolicyVersion, ...]
    published: frozenset[tuple[str, str]]
    """Versions that `anxin policy publish` brought, by policy and day."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What the gate let through: the changes upon publication `rev`, and what a person should hear."""

    stored: Stored
    changes: tuple[VersionChange, ...]
    warnings: tuple[str, ...] = ()
    effect: Mapping[str, Any] = field(default_factory=dict)
    written: int | None = None
    """The last version of any file written at the desk that was seen; None where none is waited for."""


def stored_policies(journal: Journal, shop: str, languages: tuple[str, ...] = ()) -> Stored:
    """The policies as the record holds them, read in `languages`, by default the shop's own.

    Raises ShopFaults where those are not to be read.
    """
    return journal.read_now(lambda tx: _stored(tx, shop, languages))


def _stored(tx: sa.Connection, shop: str, languages: tuple[str, ...]) -> Stored:
    try:
        row, imported_at = shops.get_shop(tx, shop), shops.imported_at(tx, shop)
    except NotFound:
        return Stored(0, 0, BEGINNING, {}, languages, (), frozenset())
    files, history = shops.get_files(tx, shop), publications.of_shop(tx, shop)
    languages = languages or read_shop(files).shop.languages
    via = {(change.policy, change.effective): one.via for one in history for change in one.changes}
    published = frozenset(key for key, how in via.items() if how == "publish")
    rev = history[-1].n if history else 0
    return Stored(rev, row.generation, imported_at, files, languages, policy_versions(files, languages), published)


def rewrites(change: VersionChange, today: date) -> bool:
    """Whether a change reaches into what was in force already. A new version may hold from today's midnight on."""
    return change.version.effective <= today if change.before else change.version.effective < today


def let_import_pass(
    journal: Journal,
    folder: ShopFolder,
    files: Files,
    now: datetime,
    strict: bool,
    progress: Progress = lambda done, total: None,
) -> Passed:
    """Hold a folder to be imported against what is stored. What it decides otherwise is a warning, `strict` a fault.

    Raises HistoryRewritten: also where a version is lacking that was published.
    """
    shop, today = folder.shop, today_of(folder.shop, now)
    stored = stored_policies(journal, shop.id, shop.languages)
    changes = version_changes(stored.versions, folder.policies)
    past = tuple(change for change in changes if rewrites(change, today)) if stored.versions else ()
    _refuse_missing(folder, changes, stored)
    if not past:
        return Passed(stored, changes)
    decided, flips = _rewritten(journal, folder, stored, progress)
    said = tuple(_fault(change, today, flips, files) for change in past) if decided else ()
    if flips and strict:
        raise HistoryRewritten(said, folder.warnings)
    return Passed(stored, changes, tuple(map(str, said)), totals(decided, flips, folder.shop.currency))


def rewriting(changes: Iterable[VersionChange], today: date, files: Files) -> tuple[Fault, ...]:
    """A fault for each change that alters, removes or precedes what is in force, which publishing never does."""
    return tuple(_fault(change, today, (), files) for change in changes if rewrites(change, today))


def with_published(journal: Journal, folder: ShopFolder, files: Files) -> tuple[Files, tuple[str, ...]]:
    """A folder's files and those of published versions that it lacks, and a warning of each that was kept.

    Not one whose path the folder uses otherwise: `let_import_pass` refuses the folder then.
    """
    stored = stored_policies(journal, folder.shop.id, folder.shop.languages)
    lost = _lost(version_changes(stored.versions, folder.policies), stored)
    kept = [(version, files_of(version, stored.files)) for version in lost]
    free = [(version, own) for version, own in kept if not own.keys() & files.keys()]
    more = {path: content for _, own in free for path, content in own.items()}
    return {**files, **more}, tuple(str(_missing(folder.shop.id, one, "is kept as published")) for one, _ in free)


def _lost(changes: Iterable[VersionChange], stored: Stored) -> list[PolicyVersion]:
    gone = [one.version for one in changes if one.kind == "removed"]
    return [one for one in gone if (one.policy, one.effective.isoformat()) in stored.published]


def _refuse_missing(folder: ShopFolder, changes: Iterable[VersionChange], stored: Stored) -> None:
    if lost := _lost(changes, stored):
        faults = tuple(_missing(folder.shop.id, version, "is not there") for version in lost)
        raise HistoryRewritten(faults, folder.warnings)


def _missing(shop: str, version: PolicyVersion, what: str) -> Fault:
    return Fault(
        "policies", 1,
        f"{_named(version)} was published and {what}: write it into the folder with `anxin policy draft --shop {shop}"
        f" --published DIR/policies`, or, before its day, take it back with `anxin policy withdraw`",
    )  # fmt: skip


def _rewritten(journal: Journal, folder: ShopFolder, stored: Stored, progress: Progress) -> tuple[int, list[Flip]]:
    """How many decisions are recorded, and those that the new policies make otherwise than the stored ones do."""
    after = replay_under(journal, folder.shop, folder.policies, BEGINNING, progress)
    if not after.flips:
        return after.decisions, []
    before: Tally = replay_under(journal, folder.shop, stored.versions, BEGINNING, progress)
    already = {flip.id: flip.after for flip in before.flips}
    return after.decisions, [flip for flip in after.flips if already.get(flip.id) != flip.after]


def _fault(change: VersionChange, today: date, flips: Iterable[Flip], files: Files) -> Fault:
    return Fault(*_place(change, files), f"{_what(change, today)}{_count(list(flips))}; {_remedy(change)}")


def _place(change: VersionChange, files: Files) -> tuple[str, int]:
    """The clause that differs; of a version whose day is wrong, the line of the day."""
    file, line = change.source
    if change.kind != "added":
        return file, line
    lines = files.get(file, b"").splitlines()
    return file, next((number for number, text in enumerate(lines, 1) if text.startswith(b"effective:")), line)


def _what(change: VersionChange, today: date) -> str:
    name = _named(change.version)
    if change.kind == "added":
        return f"{name} would hold for the past: today is {today}"
    return f"{name} is in force and {'reads otherwise than it was published' if change.after else 'is left out'}"


def _count(flips: list[Flip]) -> str:
    if not flips:
        return ""
    named = ", ".join(sorted({flip.order_no for flip in flips if flip.order_no})[:3])
    return f": {len(flips)} recorded decision(s) would come out otherwise" + (f" ({named} …)" if named else "")


def _remedy(change: VersionChange) -> str:
    if change.kind == "added":
        return "write a day of today or later after `effective:`"
    if change.kind == "removed":
        return "leave it where it is: a newer version takes over from it"
    return "leave it as it is, and put the change into a copy with a new day: `anxin policy draft` writes one"


def _named(version: PolicyVersion) -> str:
    return f"the version of {version.policy!r} from {version.effective}"
