"""What other policies would have decided: a shop's recorded decisions, read page by page, made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from knowledge_base.errors import Fault, ShopFaults
from knowledge_base.reader import read_shop
from knowledge_base.shop import ShopFolder
from support.policy.replay import Replay, Tally
from ticketing.storage import cases, shops
from ticketing.storage.journal import Journal

PAGE = 1000
POLICIES = "policies/"
Progress = Callable[[int, int], None]


def with_policies(journal: Journal, shop: str, folder: Path) -> ShopFolder:
    """The imported shop with the policies of `folder` (or of its `policies/`) in place of its own.

    Raises:
        ShopFaults: the draft has faults, or holds no policy.
    """
    root = folder / "policies" if (folder / "policies").is_dir() else folder
    draft = {f"{POLICIES}{path.relative_to(root).as_posix()}": path.read_bytes() for path in sorted(root.rglob("*.md"))}
    if not draft:
        raise ShopFaults((Fault(str(folder), 1, "no policy file (*.md) lies here; copy the shop's policies and edit"),))
    stored: Mapping[str, bytes] = journal.read_now(lambda tx: shops.get_files(tx, shop))
    return read_shop({path: content for path, content in stored.items() if not path.startswith(POLICIES)} | draft)


def with_files(journal: Journal, shop: str, change: Callable[[str, str], str]) -> ShopFolder:
    """The imported shop with each of its policy files as `change` makes it of its path and text. Raises ShopFaults."""
    stored: Mapping[str, bytes] = journal.read_now(lambda tx: shops.get_files(tx, shop))
    return read_shop({
        path: change(path, content.decode()).encode() if path.startswith(POLICIES) else content
        for path, content in stored.items()
    })  # fmt: skip


def replay(
    journal: Journal, folder: ShopFolder, since: datetime, progress: Progress = lambda done, total: None
) -> Tally:
    """Every decision recorded since then, made again under the folder's policies."""
    shop, tally = folder.shop.id, Tally()
    total = journal.read_now(lambda tx: cases.count_decisions(tx, shop, since))
    again = Replay(folder.policies, folder.shop.currency)
    for now in again.over(_recorded(journal, shop, since), tally):
        if now.decisions % PAGE == 0:
            progress(now.decisions, total)
    return tally


def _recorded(journal: Journal, shop: str, since: datetime) -> Iterator[tuple[str, str | None, str]]:
    """A page at a time: a year's decisions do not fit into memory, and a long read would hold the log's pages."""
    place: tuple[datetime, str] | None = None
    while page := journal.read_now(lambda tx, after=place: cases.proofs_since(tx, shop, since, after, PAGE)):  # type: ignore[misc]
        yield from ((key, order_no, proof) for _, key, order_no, proof in page)
        at, key, *_ = page[-1]
        place = (at, key)
