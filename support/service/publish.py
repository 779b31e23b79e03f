"""Publishing a shop's policies: a draft through the gate, into the record in one transaction, with who and when."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from knowledge_base.errors import Fault, ShopError, ShopFaults
from knowledge_base.policy import PolicyVersion
from knowledge_base.policy_changes import VersionChange, by_key, version_changes, version_digest
from knowledge_base.policy_files import Files, Overlay, files_of, overlay, policy_versions, read_draft
from knowledge_base.reader import read_shop
from knowledge_base.shop import ShopFolder
from support.policy.examples import run_examples
from support.policy.replay import Tally
from support.service.policy_gate import Passed, Stored, rewriting, stored_policies
from support.service.replay import Progress, replay_under, today_of, trial_of
from ticketing.publication import Publication, PublishedVersion, Via
from ticketing.storage import publications, shops
from ticketing.storage.audit import SERVER
from ticketing.storage.journal import Journal


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft laid over what is published: the whole shop as it would be, and what would be new of its policies."""

    stored: Stored
    laid: Overlay
    folder: ShopFolder
    changes: tuple[VersionChange, ...]

    @property
    def files(self) -> Files:
        """The shop's files as they would be."""
        return self.laid.files

    @property
    def number(self) -> int:
        """The publication's number, should it be the next one."""
        return self.stored.rev + 1 + (self.stored.rev == 0 and bool(self.stored.versions))

    @property
    def own_files(self) -> tuple[str, ...]:
        """The files of the versions that are new or changed."""
        after = (change.after for change in self.changes if change.after)
        return tuple(sorted(path for version in after for path in files_of(version, self.files)))


@dataclass(frozen=True, slots=True)
class Signed:
    """Who publishes, why and when; `actor` as the audit names them."""

    by: str
    via: Via
    at: datetime
    note: str = ""
    actor: str = SERVER


class PublishedMeanwhile(ShopError):
    """Somebody else was quicker: `now` is the number of the last publication."""

    def __init__(self, expected: int, now: int) -> None:
        changed = f"the last publication is {now}, not {expected}" if now != expected else "its files were changed"
        super().__init__(f"the shop was changed meanwhile: {changed}; look at `anxin policy history`, then try again")
        self.expected, self.now = expected, now


def read_over(journal: Journal, shop: str, given: Path | Files) -> Draft:
    """A draft, whatever its days and examples are. Raises ShopFaults, with the draft's own places."""
    draft = read_draft(given) if isinstance(given, Path) else given
    stored = stored_policies(journal, shop)
    languages = stored.languages
    laid = overlay(stored.files, _not_stored(draft, stored, languages), languages)
    try:
        folder = read_shop(laid.files)
    except ShopFaults as error:
        raise ShopFaults(laid.told_by_own_paths(error.faults), error.warnings) from error
    return Draft(stored, laid, folder, version_changes(stored.versions, folder.policies))


def between(journal: Journal, shop: str, policy: str, before: date, after: date) -> Draft:
    """What differs between two published versions of a policy, by default the shop's only one, as a change of it.

    Raises ShopFaults where there are no such versions, the first before the second.
    """
    stored = stored_policies(journal, shop)
    names = {version.policy for version in stored.versions}
    name = policy or (names.pop() if len(names) == 1 else "")
    found = by_key(stored.versions)
    first, second = found.get((name, before)), found.get((name, after))
    if first is None or second is None:
        raise _no_version(stored, name, before if first is None else after)
    if before >= after:
        raise ShopFaults((Fault("policies", 1, f"{before} is not before {after}"),))
    folder = read_shop(stored.files)
    alone = replace(stored, versions=(first, second))
    return Draft(alone, Overlay(stored.files, {}), folder, (VersionChange("added", None, second),))


def let_draft_pass(journal: Journal, shop: str, given: Path | Files, now: datetime) -> Draft:
    """A draft that may be published: without fault, its examples come out, and nothing in force is touched.

    Raises ShopFaults.
    """
    draft = read_over(journal, shop, given)
    faults = (*rewriting(draft.changes, today_of(draft.folder.shop, now), draft.files), *run_examples(draft.folder))
    if faults:
        raise ShopFaults(draft.laid.told_by_own_paths(faults), draft.folder.warnings)
    return draft


def without_version(journal: Journal, shop: str, policy: str, effective: date, now: datetime) -> Draft:
    """The shop without a version that is not yet in force. Raises ShopFaults where there is none, or it is in force."""
    stored = stored_policies(journal, shop)
    version = by_key(stored.versions).get((policy, effective))
    if version is None:
        raise _no_version(stored, policy, effective)
    gone = files_of(version, stored.files)
    kept = {path: content for path, content in stored.files.items() if path not in gone}
    folder = read_shop(kept)
    changes = version_changes(stored.versions, folder.policies)
    if faults := rewriting(changes, today_of(folder.shop, now), kept):
        raise ShopFaults(faults)
    return Draft(stored, Overlay(kept, {}), folder, changes)


def _no_version(stored: Stored, policy: str, effective: date) -> ShopFaults:
    days = ", ".join(f"{one.policy} {one.effective}" for one in stored.versions) or "none"
    return ShopFaults((Fault("policies", 1, f"no version of {policy!r} from {effective}; published are: {days}"),))


def tried_on_the_past(
    journal: Journal, draft: Draft, since: datetime, now: datetime, progress: Progress = lambda done, total: None
) -> tuple[Tally, tuple[PolicyVersion, ...]]:
    """The decisions recorded since then under the draft, and its versions that were tried as if in force all along."""
    trial = trial_of(draft.stored.versions, draft.folder.policies, today_of(draft.folder.shop, now))
    return replay_under(journal, draft.folder.shop, trial.versions, since, progress), trial.as_if


def publication_of(shop: str, passed: Passed, files: Files, folder: ShopFolder, signed: Signed) -> Publication:
    """What is kept of a change of the policies."""
    changes = tuple(_published(change, files) for change in passed.changes)
    return Publication(
        shop, passed.stored.rev + 1, signed.at, signed.by, signed.via, signed.note, _digest(folder.policies), changes,
        passed.effect,
    )  # fmt: skip


def unmoved(tx: sa.Connection, shop: str, stored: Stored, via: Via) -> None:
    """Raise PublishedMeanwhile unless the policies, and for all but an import the whole shop, are as they were read."""
    rev = publications.last(tx, shop)
    if rev != stored.rev or (via != "import" and shops.get_shop(tx, shop).generation != stored.generation):
        raise PublishedMeanwhile(stored.rev, rev)


def record(tx: sa.Connection, new: Publication, stored: Stored) -> None:
    """Keep a publication. What a shop had before the first one becomes the first."""
    if stored.rev == 0 and stored.versions:
        before = tuple(_published(change, stored.files) for change in version_changes((), stored.versions))
        publications.append(
            tx, Publication(new.shop, 1, stored.imported_at, "", "import", "", _digest(stored.versions), before, {})
        )
        new = replace(new, n=2)
    publications.append(tx, new)


def versions_of(change: PublishedVersion, languages: tuple[str, ...]) -> PolicyVersion | None:
    """The version as it was published, read again from its files; None where it was taken back."""
    read = policy_versions({path: text.encode() for path, text in change.files.items()}, languages)
    return next(iter(read), None)


def _not_stored(draft: Files, stored: Stored, languages: tuple[str, ...]) -> dict[str, bytes]:
    """The draft without the versions that are stored byte for byte: their files stay where they are."""
    known = by_key(stored.versions)
    same: set[str] = set()
    for version in policy_versions(draft, languages):
        mine, old = files_of(version, draft), known.get((version.policy, version.effective))
        if old is not None and sorted(mine.values()) == sorted(files_of(old, stored.files).values()):
            same |= mine.keys()
    return {path: content for path, content in draft.items() if path not in same}


def _published(change: VersionChange, files: Files) -> PublishedVersion:
    version = change.version
    texts: Mapping[str, str] = {}
    digest = ""
    if change.after is not None:
        texts = {path: content.decode("utf-8") for path, content in files_of(change.after, files).items()}
        digest = version_digest(change.after)
    return PublishedVersion(change.kind, version.policy, version.effective.isoformat(), digest, texts)


def _digest(versions: tuple[PolicyVersion, ...]) -> str:
    return hashlib.sha256("\n".join(sorted(version_digest(version) for version in versions)).encode()).hexdigest()


def summary(tally: Tally) -> dict[str, Any]:
    """What a publication keeps of its trial on the past."""
    money = {currency: f"{amount:f}" for currency, amount in sorted(tally.money.items())}
    return {"decisions": tally.decisions, "flips": len(tally.flips), "money": money}
