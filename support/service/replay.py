"""What other policies would have decided: a shop's recorded decisions, read page by page, made again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from knowledge_base.policy import PolicyVersion
from knowledge_base.policy_changes import version_changes
from knowledge_base.policy_files import POLICIES, Files, overlay, policy_files, policy_versions, read_draft
from knowledge_base.reader import read_shop
from knowledge_base.shop import Shop, ShopFolder
from retrieval.processes import in_processes
from support.policy.replay import Flip, Replay, Tally, add_money
from ticketing.storage import cases, shops
from ticketing.storage.journal import Journal

PAGE = 1000
WORTH = 20_000
"""Decisions from which on a second process gains more than its start costs."""
Progress = Callable[[int, int], None]
Page = list[tuple[str, str | None, str]]
"""`(id, order number, the proof's JSON)` of some decisions."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Policies to try. `as_if` are versions not yet in force, tried as if they had been all along."""

    versions: tuple[PolicyVersion, ...]
    as_if: tuple[PolicyVersion, ...]


def with_policies(journal: Journal, shop: str, path: Path, now: datetime | None = None) -> ShopFolder:
    """The imported shop with the policies of the folder `path` in place of its own.

    A draft, one file or a folder of versions that are not past, published already or not, is added to its own instead.

    Raises:
        ShopFaults: the draft has faults, or holds no policy.
    """
    stored: Files = journal.read_now(lambda tx: shops.get_files(tx, shop))
    own, draft = read_shop(stored), read_draft(path)
    languages, today = own.shop.languages, today_of(own.shop, now or datetime.now(UTC))
    if path.is_file() or all(version.effective >= today for version in policy_versions(draft, languages)):
        return read_shop(overlay(stored, draft, languages).files)
    return read_shop({path: content for path, content in stored.items() if not path.startswith(POLICIES)} | draft)


def today_of(shop: Shop, now: datetime) -> date:
    """The day in the shop's zone."""
    return now.astimezone(shop.timezone).date()


def with_files(journal: Journal, shop: str, change: Callable[[str, str], str]) -> ShopFolder:
    """The imported shop with each of its policy files as `change` makes it of its path and text. Raises ShopFaults."""
    stored: Mapping[str, bytes] = journal.read_now(lambda tx: shops.get_files(tx, shop))
    changed = {path: change(path, content.decode()).encode() for path, content in policy_files(stored).items()}
    return read_shop({**stored, **changed})


def trial_of(published: Iterable[PolicyVersion], given: Iterable[PolicyVersion], today: date) -> Trial:
    """What is given, to be tried on the past: a version that is new and not yet past has no orders of its own.

    It stands for its policy from the beginning, so that its effect is seen before it comes into force; all others
    hold from their own day, as they do when cases are decided.
    """
    versions = tuple(given)
    new = [change.after for change in version_changes(published, versions) if change.after]
    drafts = {one.policy: one for one in new if one.effective >= today}  # the latest of each, by their order
    kept = tuple(version for version in versions if version.policy not in drafts)
    return Trial((*kept, *(with_changes(one, effective=date.min) for one in drafts.values())), tuple(drafts.values()))


def replay(journal: Journal, folder: ShopFolder, since: datetime) -> Tally:
    """Every decision recorded since then, made again under the folder's policies."""
    return replay_under(journal, folder.shop, folder.policies, since)


def replay_under(
    journal: Journal, shop: Shop, versions: Iterable[PolicyVersion], since: datetime,
    progress: Progress = lambda done, total: None, workers: int = 1,
) -> Tally:  # fmt: skip
    """The same under any versions; in so many processes, where there is enough to decide."""
    tally = Tally()
    total = journal.read_now(lambda tx: cases.count_decisions(tx, shop.id, since))
    pages, given = _recorded(journal, shop.id, since), (tuple(versions), shop.currency)
    if workers > 1 and total >= WORTH:
        found = in_processes(_in_its_process, pages, workers, _begin, *given)
    else:
        found = map(partial(_page, Replay(*given)), pages)
    for page in found:
        tally.add(page)
        progress(tally.decisions, total)
    return tally


def _page(again: Replay, rows: Page) -> Tally:
    tally = Tally()
    deque(again.over(rows, tally), maxlen=0)
    return tally


_own: list[Replay] = []
"""In a process that shares the work, the policies under which it decides."""


def _begin(versions: tuple[PolicyVersion, ...], currency: str) -> None:
    _own[:] = [Replay(versions, currency)]


def _in_its_process(rows: Page) -> Tally:
    return _page(_own[0], rows)


def totals(decisions: int, flips: Iterable[Flip], currency: str) -> dict[str, Any]:
    """`{decisions, flips, money}`, the money by currency."""
    money: dict[str, Decimal] = {}
    found = list(flips)
    for flip in found:
        add_money(money, flip, currency)
    moved_by = {paid_in: f"{amount:f}" for paid_in, amount in sorted(money.items())}
    return {"decisions": decisions, "flips": len(found), "money": moved_by}


def _recorded(journal: Journal, shop: str, since: datetime) -> Iterator[Page]:
    """A page at a time: a year's decisions do not fit into memory, and a long read would hold the log's pages."""
    place: tuple[datetime, str] | None = None
    read = partial(cases.proofs_since, shop=shop, since=since, limit=PAGE)
    while page := journal.read_now(partial(read, after=place)):
        yield [(key, order_no, proof) for _, key, order_no, proof in page]
        at, key, *_ = page[-1]
        place = (at, key)
