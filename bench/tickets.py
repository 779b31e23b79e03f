"""`million_rows_ms`: what an agent waits for in a shop with 100,000 tickets and a million messages.

On SQLite, and as `million_rows_postgresql_ms` on PostgreSQL.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

from bench.records import fill, record_on, settled
from evals.report import Row
from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.chat.frames import Hello
from support.realtime.roster import Roster
from support.service.brief import brief
from support.service.connect import missed
from support.service.connect_agent import missed_by_agent
from support.service.desk_queue import queue
from support.service.dossier import Opening, open_dossier
from support.service.find_tickets import filters, find_tickets, write_all_words
from support.service.people import Person
from ticketing.agent import Agent
from ticketing.storage import agents
from ticketing.storage.prepared import micros
from ticketing.storage.tables import conversations, events, messages, shops, tickets

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


def measure(folder: Path, small: bool, engine: str = "sqlite") -> list[Row]:
    """The rows, of a record in `folder`, which should lie on a real disk."""
    count = SMALL if small else TICKETS
    with record_on(engine, folder) as place, open_application(place.settings) as application:
        application.shops.import_folder(DEMO_SHOPS / "star")
        who = Agent("star", "a0", "ann", "Ann", "agent", ("zh-CN",), 6, True, NOW)
        application.journal.write_now(lambda tx: agents.add(tx, who, "no password"))
        _record(application, count)
        settled(place.settings)
        started = time.perf_counter()
        write_all_words(application.journal, "star")
        indexed = time.perf_counter() - started
        settled(place.settings)
        times = {name: _times(act, place.clock) for name, act in _acts(application, who, count).items()}
    slowest = max(times, key=lambda name: median(times[name]))
    told = ", ".join(f"{name} {median(some):.1f}" for name, some in times.items())
    note = f"{count} tickets, {count * MESSAGES} messages; slowest: {slowest}. {told}"
    of = "" if engine == "sqlite" else f"_{engine}"
    return [
        Row(
            f"million_rows{of}_ms", round(median(times[slowest]), 1), "ms", count, samples=tuple(times[slowest]),
            note=note,
        ),
        Row(f"words_written{of}_per_s", round(count / indexed), "tickets/s", count, note="the index, from nothing"),
    ]  # fmt: skip


def _times(act: Act, clock: Callable[[], float]) -> list[float]:
    """Milliseconds of each round, after one that warms up."""
    act()
    found = []
    for _ in range(ROUNDS):
        started = clock()
        act()
        found.append(round((clock() - started) * 1000, 2))
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

    def resumed(n: int, cursor: int | None) -> Act:
        buyer = Person("star", _owner(n))
        return lambda: journal.read_now(lambda tx: missed(tx, buyer, cursor, None))

    def desk_resumed(cursor: int) -> Act:
        hello = Hello("agent", "star", locale="zh-CN", cursor=cursor)
        return lambda: journal.read_now(lambda tx: missed_by_agent(tx, loaded, who, Roster(), hello, NOW))

    middle, deep = count // 2, count // 50
    return {
        **{f"queue {name}": view(name) for name in ("waiting", "mine", "team", "all", "snoozed", "overdue")},
        "resume": resumed(middle, _n(middle, 5)), "resume anew": resumed(middle, None),
        "resume the desk": desk_resumed(_n(count, 0) - 100), "resume the desk, long gone": desk_resumed(_n(middle, 0)),
        "open": opened(_chat(count - 1)), "open an old one": opened(_chat(middle)),
        "list": listed(), "list deep": listed(after=deep),
        "list state": listed(states=["snoozed"]), "list owner": listed(owner="a3", states=["open"]),
        "list old": listed(until=_began(deep, count)),
        "list rare": listed(team="keys"), "list product": listed(product="no-such"),
        "search common": listed("退款"), "search common deep": listed("退款", after=deep),
        "search two": listed("补发 发票"), "search rare": listed(_name(middle)),
        "search old": listed(_name(count // 12)[2:]),
        "search number": listed(f"SC{middle:08}"), "search prefix": listed("SC0000"),
        "search latin": listed("refund"), "search han": listed("退"), "search none": listed("外星人"),
        "search state": listed("退款", states=["snoozed"]), "search team": listed("退款", team="keys"),
        "search supplier": listed("退款", supplier="no-such"),
    }  # fmt: skip


def _chat(n: int) -> str:
    return f"c{n:06}"


def _owner(n: int) -> str:
    return f"visitor:v{n:06}"


def _n(talk: int, seq: int) -> int:
    """The cursor of a message's event; of seq 0, of its ticket's."""
    return 1_000 + talk * (MESSAGES + 1) + seq


def _name(n: int) -> str:
    """Four characters that hardly any other has."""
    return "".join(HAN[n // len(HAN) ** i % len(HAN)] for i in range(4))


def _record(application: Application, count: int) -> None:
    """Write so many tickets of the last year, with a talk each and their events; the last hundredth is not done."""
    chance = random.Random(7)
    for first in range(0, count, AT_ONCE):
        some = range(first, min(first + AT_ONCE, count))
        talks, said = [_talk(n, count) for n in some], [one for n in some for one in _said(n, count, chance)]
        told = [_told(n, count) for n in some] + [_told_of(one) for one in said]

        def write(tx: sa.Connection, talks: list[Any] = talks, said: list[Json] = said, told: Any = told) -> None:
            tx.execute(sa.insert(conversations), [talk for talk, _ in talks])
            tx.execute(sa.insert(tickets), [ticket for _, ticket in talks])
            fill(tx, messages, said)
            fill(tx, events, told)

        application.journal.write_now(write)
    reached = sa.update(shops).where(shops.c.shop == "star").values(n=_n(count, 0))
    application.journal.write_now(lambda tx: tx.execute(reached) and None)


def _told(n: int, count: int) -> Json:
    """A ticket's event."""
    return {
        "shop": "star", "n": _n(n, 0), "type": "ticket", "conversation": _chat(n), "audience": "all",
        "body": json.dumps({"conversation": _chat(n), "ticket": {"id": f"t{n:06}"}}), "at": micros(_began(n, count)),
    }  # fmt: skip


def _told_of(said: Json) -> Json:
    """A message's event."""
    message = {key: said[key] for key in ("id", "seq", "text", "lang", "rev")}
    body = {"conversation": said["conversation"], "message": message | {"author": {"kind": said["author_kind"]}}}
    return {
        "shop": "star", "n": said["n"], "type": "message", "conversation": said["conversation"], "audience": "all",
        "body": json.dumps(body, ensure_ascii=False), "at": said["at"],
    }  # fmt: skip


def _began(n: int, count: int) -> datetime:
    return NOW - YEAR + YEAR * (n / count)


def _said(n: int, count: int, chance: random.Random) -> Iterator[Json]:
    for seq in range(1, MESSAGES + 1):
        text = chance.choice(SAID) if seq > 1 else f"{chance.choice(SAID)}，我是{_name(n)}"
        yield {
            "shop": "star", "id": f"m{n:06}-{seq}", "conversation": _chat(n), "seq": seq,
            "at": micros(_began(n, count)) + seq * 20_000_000, "author_kind": "agent" if seq % 2 else "buyer",
            "author_name": "", "generated_by": "human", "lang": "zh-CN", "text": text, "parts": "[]",
            "citations": "[]", "rev": 0, "n": _n(n, seq),
        }  # fmt: skip


def _talk(n: int, count: int) -> tuple[Json, Json]:
    began = _began(n, count)
    open_ = n >= count - count // 100
    kinds = ("waiting", "human", "snoozed")
    state = kinds[n % 3] if open_ else "resolved"
    ticket_state = {"waiting": "new", "human": "open", "snoozed": "snoozed", "resolved": "closed"}[state]
    held = None if state in ("waiting", "resolved") else f"a{n % 8}"
    talk: Json = {
        "shop": "star", "id": _chat(n), "owner": _owner(n), "state": state, "assignee": held,
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
