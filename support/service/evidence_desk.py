"""Evidence at the desk: read it, add a finding, take the folder away; who did so is evidence too."""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from support.assistant.masking import mask_keys
from support.service.evidence import Case, collect
from support.service.evidence_pack import Audience, Pack, Wanted, document_of, export, shown
from support.service.evidence_page import page
from support.service.evidence_rows import Show, rows_of
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from ticketing.agent import Agent
from ticketing.evidence import INNER, Entry, Item, broken_at
from ticketing.ids import new_id
from ticketing.storage import access, evidence
from ticketing.storage.upload_files import UploadFiles

Json = dict[str, Any]
READ_AGAIN = timedelta(minutes=10)
"""An agent who comes back to a case's evidence within this time has read it once."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an agent found out, in their own words; the same `client_id` is the same finding."""

    text: str
    client_id: str = ""


def read(runtime: Runtime, loaded: LoadedShop, agent: Agent, ticket: str, lang: str) -> Json:
    """A ticket's chain as it stands now, and the record that it was read. Raises NotFound.

    `broken_at` is the place of the first link that does not hold, None where all of them do; `rows` of an item are
    what its page shows, in `lang`.
    """
    case = _seen(runtime, loaded, agent, ticket)
    document = document_of(case, loaded, Wanted("shop", lang, Path()), runtime.clock())
    show = Show(lang, loaded.folder.shop.timezone, {}, document["products"], document["clauses"])
    return {
        "ticket": ticket, "number": case.ticket.number, "order_no": case.ticket.order_no,
        "conversation": case.ticket.conversation, "reason": case.ticket.reason,
        "head": case.entries[-1].hash if case.entries else "",
        "broken_at": broken_at(loaded.id, ticket, case.entries), "store_unavailable": case.store_down,
        "entries": [_entry(entry, show) for entry in case.entries],
    }  # fmt: skip


def read_page(runtime: Runtime, loaded: LoadedShop, agent: Agent, ticket: str, audience: Audience, lang: str) -> str:
    """The readable page of an export, without its files. Raises NotFound."""
    case = _seen(runtime, loaded, agent, ticket)
    document = document_of(case, loaded, Wanted(audience, lang, Path()), runtime.clock()) | {"files": {}}
    return page(document, loaded.folder.shop.timezone)


def _seen(runtime: Runtime, loaded: LoadedShop, agent: Agent, ticket: str) -> Case:
    at = runtime.clock()
    case = collect(runtime.journal, loaded, ticket, at)
    if not _read_lately(case.entries, agent, at):
        runtime.journal.write_now(lambda tx: _saw(tx, agent, ticket, _by(agent) | {"what": "read"}, at))
    return case


def find(runtime: Runtime, loaded: LoadedShop, agent: Agent, ticket: str, finding: Finding) -> Json:
    """Add what an agent found out, keys masked; its link. Said again it stands once. Raises NotFound."""
    at = runtime.clock()
    collect(runtime.journal, loaded, ticket, at)
    inner = {INNER: _by(agent) | {"text": mask_keys(finding.text)}}
    item = Item("finding", "agent", f"finding:{finding.client_id or new_id()}", at, {}, inner)
    runtime.journal.write_now(lambda tx: evidence.append(tx, loaded.id, ticket, (item,), at))
    entry = runtime.journal.read_now(lambda tx: evidence.latest(tx, loaded.id, ticket, item.subject))
    return _entry(entry, Show(loaded.folder.shop.languages[0], loaded.folder.shop.timezone, {}, {}))


def take_away(
    runtime: Runtime, loaded: LoadedShop, files: UploadFiles, agent: Agent, ticket: str, audience: Audience, lang: str
) -> tuple[Path, Pack]:
    """The folder as a zip file, which the caller removes, and the record of who took it. Raises NotFound, OSError."""
    at = runtime.clock()
    case = collect(runtime.journal, loaded, ticket, at)
    with tempfile.TemporaryDirectory(prefix="anxin-evidence-") as place:
        folder = Path(place) / case.ticket.number
        pack = export(case, loaded, files, Wanted(audience, lang, folder), at)
        zipped = _zipped(folder)
    told = _by(agent) | {"what": "exported", "for": audience, "digest": pack.digest}
    runtime.journal.write_now(lambda tx: _saw(tx, agent, ticket, told, at))
    return zipped, pack


def saw(tx: sa.Connection, shop: str, ticket: str, told: Json, at: datetime) -> None:
    """Add who read or took away a case's evidence."""
    evidence.append(tx, shop, ticket, (Item("viewed", "record", f"viewed:{new_id()}", at, {}, {INNER: told}),), at)


def _saw(tx: sa.Connection, agent: Agent, ticket: str, told: Json, at: datetime) -> None:
    """The same in the shop's log of who looked at whose."""
    saw(tx, agent.shop, ticket, told, at)
    access.saw(tx, agent, "evidence", ticket, access.owner_of_ticket(tx, agent.shop, ticket), at)


def _zipped(folder: Path) -> Path:
    with tempfile.NamedTemporaryFile(prefix="anxin-evidence-", suffix=".zip", delete=False) as file:
        try:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for path in sorted(one for one in folder.rglob("*") if one.is_file()):
                    archive.write(path, path.relative_to(folder.parent))
        except BaseException:
            Path(file.name).unlink()
            raise
        return Path(file.name)


def _by(agent: Agent) -> Json:
    return {"by": agent.display_name, "agent": agent.id}


def _read_lately(entries: tuple[Entry, ...], agent: Agent, at: datetime) -> bool:
    mine = (
        entry for entry in reversed(entries)
        if entry.kind == "viewed" and INNER in entry.parts and entry.parts[INNER].value.get("agent") == agent.id
        and entry.parts[INNER].value.get("what") == "read"
    )  # fmt: skip
    latest = next(mine, None)
    return latest is not None and at - datetime.fromisoformat(latest.at) < READ_AGAIN


def _entry(entry: Entry, show: Show) -> Json:
    """A link as the shop's own people read it: without salts; what the assistant wrote says so."""
    told = shown(entry, "shop")
    by_ai = entry.kind == "message" and entry.open.get("author") == "assistant"
    parts = {name: part["value"] for name, part in told["parts"].items()}
    keys = ("n", "kind", "source", "subject", "at", "recorded_at", "open", "hash", "erased")
    words = {
        "what": show.word(entry.kind), "from": show.source(entry.source), "who": show.who_or_what(told),
        "rows": [{"name": row.name, "value": row.value} for row in rows_of(told, show)],
    }  # fmt: skip
    return {key: told[key] for key in keys} | parts | words | {"ai_generated": by_ai}
