"""A dispute with everything in it that evidence can be of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from support.bootstrap import Application
from support.service.evidence import collect
from support.service.evidence_pack import Pack, Wanted, export
from support.service.explain import ExplainCase, explain
from ticketing.ids import new_id
from ticketing.storage import cases, claims, event_log, notes, talk, tickets, uploads
from ticketing.upload import Upload

NOW = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
ORDER = "SC20260412001"
PHONE, MAIL, KEY, IDENTITY = "13812345678", "zhang@mail.example", "8F2K-77QP-1DE4", "11010519491231002X"
SAID = f"订单 {ORDER} 卡密 {KEY} 无效\n手机 {PHONE} 邮箱 {MAIL} 身份证 {IDENTITY}"
NOTE, FINDING, RISKY, VIEWER = "供货商又发错货了", "同批次有误", "contact_burst", "林晓"
PICTURE = b"\x89PNG not really \x00\x01"


@dataclass(frozen=True)
class House:
    """A dispute with everything in it, and how to export it."""

    application: Application
    owner: str
    ticket: str
    root: Path

    def pack(self, audience: Any = "shop", lang: str = "zh-CN") -> tuple[Path, Pack]:
        folder = self.root / new_id()
        loaded = self.application.shop("star")
        case = collect(self.application.journal, loaded, self.ticket, NOW)
        return folder, export(case, loaded, self.application.uploads, Wanted(audience, lang, folder), NOW)


def dispute(tx: sa.Connection, application: Application, owner: str) -> str:
    chat = talk.start(tx, "star", owner, "zh-CN", "", NOW).id

    def say(kind: Any, text: str, by: Any = "human") -> None:
        talk.append(
            tx, "star", chat, at=NOW, author_kind=kind, author_name=VIEWER if kind == "agent" else "访客", text=text,
            lang="zh-CN", generated_by=by,
        )  # fmt: skip

    say("buyer", SAID)
    say("assistant", "抱歉 <script>alert(1)</script> 让您久等", "model")
    say("agent", f"您的手机 {PHONE} 对吗")
    loaded = application.shop("star")
    asked = ExplainCase(ORDER, "refund", NOW, None, "key_invalid", {}, None)
    proof = explain(loaded.folder, loaded.connector, asked).proof
    kept = cases.save_decision(tx, "star", chat, ORDER, dict(proof), NOW)
    claims.save_report(tx, "star", chat, ORDER, kept, {"score": 40, "signals": [{"name": RISKY}]}, NOW)
    seen = {"conversation": chat, "agent": {"id": "a", "name": VIEWER}}
    event_log.append(tx, "star", "opened", chat, owner, seen, NOW, audience="agents")
    notes.add(tx, "star", chat, after_seq=1, agent="a", author_name=VIEWER, text=f"{NOTE} {KEY}", at=NOW)
    upload = Upload(
        "star", new_id(), owner, new_id(), f"{PHONE}.png", "image/png", len(PICTURE), 1, 1,
        hashlib.sha256(PICTURE).hexdigest(), "00", NOW, chat, NOW,
    )  # fmt: skip
    place = application.uploads.path(upload)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(PICTURE)
    uploads.add(tx, upload)
    ticket = cases.open_ticket(
        tx, "star", chat, reason="human", priority="normal", queue="disputes", at=NOW, due_at=None, order_no=ORDER
    )
    tickets.change(tx, ticket, resolution=FINDING, resolved_at=NOW, state="resolved")
    return ticket.id
