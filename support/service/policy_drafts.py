"""A policy on its way at the desk: begun from what is in force, kept file by file, looked at, tried and published."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from knowledge_base.errors import Fault, ShopFaults
from knowledge_base.policy_files import POLICIES, Files, files_of
from support.policy.examples import examples_of
from support.policy.replay import Flip, Tally
from support.service.policy_gate import Stored
from support.service.policy_words import change_lines
from support.service.publish import Draft, let_draft_pass, read_over, tried_on_the_past
from ticketing.storage import shop_files
from ticketing.storage.journal import Journal
from ticketing.storage.shop_files import FileDraft

Json = dict[str, Any]
SHOWN = 3
"""Orders that are named of each group of decisions that come out otherwise."""
_EFFECTIVE = re.compile(rb"^effective:[^\r\n]*", re.MULTILINE)


class NoSuchPolicy(Exception):
    """The shop has no policy of that name."""

    def __init__(self, policy: str) -> None:
        super().__init__(f"the shop has no policy {policy!r}")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a draft comes to. `draft` is None where it cannot be read; only one without faults may be published."""

    draft: Draft | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def begun_from(stored: Stored, policy: str, effective: date, today: date) -> dict[str, bytes]:
    """The files of the version in force, or of the first one to come, with a new day. Raises NoSuchPolicy."""
    mine = [one for one in stored.versions if one.policy == policy]
    if not mine:
        raise NoSuchPolicy(policy)
    day = max((one.effective for one in mine if one.effective <= today), default=min(one.effective for one in mine))
    version = next(one for one in mine if one.effective == day)
    line = f"effective: {effective}".encode()
    return {
        f"{POLICIES}{effective}/{re.sub(r'^[0-9]{4}-[0-9]{2}-[0-9]{2}/', '', path.removeprefix(POLICIES))}":
        _EFFECTIVE.sub(line, content, count=1)
        for path, content in files_of(version, stored.files).items()
    }  # fmt: skip


def draft_of(journal: Journal, shop: str) -> tuple[FileDraft, ...]:
    """The files of the shop's draft; none where there is no draft."""
    kept = journal.read_now(lambda tx: shop_files.drafts_of(tx, shop))
    return tuple(one for one in kept if one.path.startswith(POLICIES))


def keep_draft(journal: Journal, shop: str, files: Files, by: str, at: datetime) -> None:
    """Put these in the place of the draft's files; no files end it."""
    old = {one.path for one in draft_of(journal, shop)}

    def work(tx: Any) -> None:
        for path in old - files.keys():
            shop_files.drop_draft(tx, shop, path)
        for path, content in files.items():
            shop_files.save_draft(tx, shop, FileDraft(path, at, by, None, content.decode()))

    journal.write_now(work)


def checked(journal: Journal, shop: str, files: Files, now: datetime) -> Checked:
    """Whether these may be published: read, their examples run, what is in force compared."""
    try:
        draft = let_draft_pass(journal, shop, files, now)
    except ShopFaults as error:
        return Checked(_readable(journal, shop, files), error.faults, _warnings(error.findings))
    return Checked(draft, (), _warnings(draft.folder.findings))


def _readable(journal: Journal, shop: str, files: Files) -> Draft | None:
    try:
        return read_over(journal, shop, files)
    except ShopFaults:
        return None


def _warnings(findings: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(one for one in findings if one.severity == "warning" and one.file.startswith(POLICIES))


def checked_view(done: Checked, lang: str) -> Json:
    """For programs: faults and warnings with their places, how many examples came out, and the changes in words."""
    lines: list[Json] = []
    examples = 0
    if done.draft is not None:
        before = done.draft.stored.versions
        lines = [
            {"depth": one.depth, "sign": one.sign, "text": one.text}
            for change in done.draft.changes for one in change_lines(lang, change, before)
        ]  # fmt: skip
        new = [change.after for change in done.draft.changes if change.after]
        examples = sum(1 for _ in examples_of(new))
    return {
        "faults": [one.as_json() for one in done.faults], "warnings": [one.as_json() for one in done.warnings],
        "examples": examples, "words": lines,
    }  # fmt: skip


def tried(journal: Journal, draft: Draft, days: int, now: datetime) -> tuple[Tally, Json]:
    """The decisions of the last days made again under the draft, and what that comes to."""
    tally, as_if = tried_on_the_past(journal, draft, now - timedelta(days=days), now)
    return tally, {
        "decisions": tally.decisions, "flips": len(tally.flips), "unreadable": len(tally.unreadable),
        "money": {currency: f"{amount:f}" for currency, amount in sorted(tally.money.items())},
        "groups": [_group(before, after, reason, flips) for (before, after, reason), flips in tally.groups()],
        "as_if": [{"policy": one.policy, "effective": one.effective.isoformat()} for one in as_if],
    }  # fmt: skip


def _group(before: str, after: str, reason: str | None, flips: list[Flip]) -> Json:
    moved = sum((one.after.refund - one.before.refund for one in flips), Decimal(0))
    named = [one.order_no for one in flips if one.order_no][:SHOWN]
    return {"before": before, "after": after, "reason": reason, "n": len(flips), "money": f"{moved:f}", "orders": named}
