"""`million_rows_ms`: what an agent waits for in a shop with 100,000 tickets and a million messages."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

from evals.report import Row
from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.realtime.roster import Roster
from support.service.brief import brief
from support.service.desk_queue import queue
from support.service.dossier import Opening, open_dossier
from support.service.find_tickets import filters, find_tickets, write_all_words
from support.settings import Settings
from ticketing.agent import Agent
from ticketing.storage import agents
from ticketing.storage.prepared import Prepared, micros
from ticketing.storage.tables import conversations, events, messages, tickets

TICKETS, SMALL, MESSAGES, AT_ONCE, ROUNDS = 100_000, 5_000, 10, 2_000, 7
NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
REASONS = ("key_invalid", "not_delivered", "human", "key_used", "wrong_region")
SAID = (
    "卡密提示无效，请帮忙看看", "我要退款", "订单显示已发货但是没有收到", "退款什么时候到账", "充值后余额没有变化",
    "区服选错了能换吗",
    "the code says already redeemed", "please check my order", "I want a refund", "thank you, it works now",
    "您好，正在为您核实", "已经为您补发，请查收", "会员没有到账", "账号被封了怎么办", "能开发票吗",
)  # fmt: skip
HAN = "云海山川星月风雪花鸟鱼龙虎金木水火土天地人和春夏秋冬东南西北高低大小长短新旧远近"
Json = dict[str, Any]
Act = Callable[[], object]


def measure(folder: Path, small: bool) -> list[Row]:
    """The rows, of a record in `folder`, which should lie on a real disk."""
    count = SMALL if small else TICKETS
    with tempfile.TemporaryDirectory(dir=folder) as place:
        settings = Settings(data_dir=Path(place), _env_file=None)  # type: ignore[call-arg]
        with open_application(settings) as application:
            application.shops.import_folder(DEMO_SHOPS / "star")
            who = Agent("star", "a0", "ann", "Ann", "agent", ("zh-CN",), 6, True, NOW)
            application.journal.write_now(lambda tx: agents.add(tx, who, "no password"))
            _record(application, count)
            started = time.perf_counter()
            write_all_words(application.journal, "star")
            indexed = time.perf_counter() - started
            times = {name: _times(act) for name, act in _acts(application, who, count).items()}
    slowest = max(times, key=lambda name: median(times[name]))
    told = ", ".join(f"{name} {median(some):.1f}" for name, some in times.items())
    note = f"{count} tickets, {count * MESSAGES} messages; slowest: {slowest}. {told}"
    return [
        Row("million_rows_ms", round(median(times[slowest]), 1), "ms", count, samples=tuple(times[slowest]), note=note),
        Row("words_written_per_s", round(count / indexed), "tickets/s", count, note="the index of words, from nothing"),
    ]


def _times(act: Act) -> list[float]:
    """Milliseconds of each round, after one that warms up: of this thread, which does all of it, not of the others."""
    act()
    found = []
    for _ in range(ROUNDS):
        started = time.thread_time()
        act()
        found.append(round((time.thread_time() - started) * 1000, 2))
    return found


def _acts(application: Application, who: Agent, count: int) -> dict[str, Act]:
    """What agents do by name: they list, open and search."""
    journal, loaded = application.journal, application.shop("star")

    def listed(query: str = "", after: int | None = None, **given: Any) -> Act:
        at = None if after is None else str(after)
        return lambda: find_tickets(journal, loaded, who, filters(query, **given), query, 50, at)

    def view(name: Any) -> Act:
        return lambda: journal.read_now(lambda tx: queue(tx, loaded, who, name, NOW, 100))

    def opened(chat: str) -> Act:
        opening = Opening(loaded, who, chat, "zh-CN", Roster(), brief)
        return lambda: journal.read_now(lambda tx: open_dossier(tx, opening))

    middle, deep = count // 2, count // 50
    return {
        **{f"queue {name}": view(name) for name in ("waiting", "mine", "team", "all", "snoozed", "overdue")},
        "open": opened(_chat(count - 1)), "open an old one": opened(_chat(middle)),
        "list": listed(), "list deep": listed(after=deep),
        "list state": listed(states=["snoozed"]), "list owner": listed(owner="a3", states=["open"]),
        "list rare": listed(team="keys"), "list product": listed(product="no-such"),
        "search common": listed("退款"), "search common deep": listed("退款", after=deep),
        "search two": listed("补发 发票"), "search rare": listed(_name(middle)),
        "search number": listed(f"SC{middle:08}"), "search prefix": listed("SC0000"),
        "search latin": listed("refund"), "search han": listed("退"), "search none": listed("外星人"),
        "search state": listed("退款", states=["snoozed"]), "search team": listed("退款", team="keys"),
        "search supplier": listed("退款", supplier="no-such"),
    }  # fmt: skip


def _chat(n: int) -> str:
    return f"c{n:06}"


def _name(n: int) -> str:
    """Four characters that hardly any other has."""
    return "".join(HAN[n // len(HAN) ** i % len(HAN)] for i in range(4))


def _record(application: Application, count: int) -> None:
    """Write so many tickets of the last year, with a talk each; the last hundredth is not done."""
    add_message, add_event, chance = Prepared.insert(messages), Prepared.insert(events), random.Random(7)
    for first in range(0, count, AT_ONCE):
        some = range(first, min(first + AT_ONCE, count))
        talks = [_talk(n, count) for n in some]
        told = [
            {
                "shop": "star", "n": 1_000 + n, "type": "ticket", "conversation": _chat(n), "audience": "all",
                "body": json.dumps({"conversation": _chat(n)}), "at": micros(_began(n, count)),
            }
            for n in some
        ]  # fmt: skip
        said = [one for n in some for one in _said(n, count, chance)]

        def write(tx: sa.Connection, talks: list[Any] = talks, said: list[Json] = said, told: Any = told) -> None:
            tx.execute(sa.insert(conversations), [talk for talk, _ in talks])
            tx.execute(sa.insert(tickets), [ticket for _, ticket in talks])
            add_message.insert_many(tx, said)
            add_event.insert_many(tx, told)

        application.journal.write_now(write)


def _began(n: int, count: int) -> datetime:
    return NOW - YEAR + YEAR * (n / count)


def _said(n: int, count: int, chance: random.Random) -> Iterator[Json]:
    for seq in range(1, MESSAGES + 1):
        text = chance.choice(SAID) if seq > 1 else f"{chance.choice(SAID)}，我是{_name(n)}"
        yield {
            "shop": "star", "id": f"m{n:06}-{seq}", "conversation": _chat(n), "seq": seq,
            "at": micros(_began(n, count)) + seq * 20_000_000, "author_kind": "agent" if seq % 2 else "buyer",
            "author_name": "", "generated_by": "human", "lang": "zh-CN", "text": text, "parts": "[]",
            "citations": "[]", "rev": 0,
        }  # fmt: skip


def _talk(n: int, count: int) -> tuple[Json, Json]:
    began = _began(n, count)
    open_ = n >= count - count // 100
    kinds = ("waiting", "human", "snoozed")
    state = kinds[n % 3] if open_ else "resolved"
    ticket_state = {"waiting": "new", "human": "open", "snoozed": "snoozed", "resolved": "closed"}[state]
    held = None if state in ("waiting", "resolved") else f"a{n % 8}"
    talk: Json = {
        "shop": "star", "id": _chat(n), "owner": f"visitor:v{n:06}", "state": state, "assignee": held,
        "rev": 1, "seq": MESSAGES, "lang": "zh-CN", "subject": "卡密无效", "memory": {}, "created_at": began,
        "updated_at": began + timedelta(minutes=5), "name": None,
    }  # fmt: skip
    ticket: Json = {
        "shop": "star", "id": f"t{n:06}", "conversation": _chat(n), "reason": REASONS[n % len(REASONS)],
        "priority": "normal", "queue": "disputes", "state": ticket_state, "rev": 1, "missing": [], "fired": [],
        "tags": [], "created_at": began, "ticket_no": 1_001 + n, "order_no": f"SC{n:08}",
        "assignee": held or f"a{n % 8}", "team": "keys" if n % 5_000 == 0 else None,
        "target_at": began + timedelta(minutes=5), "due_at": began + timedelta(minutes=30),
        "resolve_by": began + timedelta(days=1), "taken_at": None if state == "waiting" else began,
        "resolved_at": None if open_ else began + timedelta(hours=1),
    }  # fmt: skip
    return talk, ticket
