"""`python -m bench.capacity`: from measured costs to what so many chats a day take, as a table.

Reads what `python -m bench sizing` left; the docs' table is this one. Assumed, and to be set by options: how much is
said in a chat, how much busier the busiest minute is than the average one, how far a core is to be used.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

DAY = 86_400
PLACES = (Path("build") / "bench-some.json", Path("build") / "bench.json")
CHATS = (100, 1_000, 10_000, 100_000, 1_000_000)
ONE_WORKER = 0.5
"""Cores: more than so much is given to a second worker, on PostgreSQL; below it one process on SQLite does."""


@dataclass(frozen=True, slots=True)
class Costs:
    """By the keys of `bench.sizing`: milliseconds of processor or of the one writer, bytes, KiB, MiB."""

    chat_cpu_ms: float
    chat_bytes: float
    chat_cpu_postgresql_ms: float
    chat_bytes_postgresql: float
    chat_database_ms: float
    ticket_bytes_postgresql: float
    socket_kib: float
    worker_mib: float


@dataclass(frozen=True, slots=True)
class Habits:
    """What buyers do. `messages` are the buyer's in a chat, `minutes` a page stays open, `handed` is the share of chats
    that become tickets, `days` how long chats are kept; a core is used up to `use`."""

    messages: float = 6.0
    peak: float = 4.0
    minutes: float = 10.0
    handed: float = 0.1
    days: float = 180.0
    use: float = 0.5


@dataclass(frozen=True, slots=True)
class Needs:
    """What a number of chats a day takes. `busy` is messages a second at the busiest minute; `database` is how many
    cores it then keeps at work, where one transaction at a time writes."""

    chats: int
    a_second: float
    busy: float
    cores: float
    workers: int
    database: float
    sockets: int
    memory_gib: float
    disk_gib: float


def needs(chats: int, costs: Costs, habits: Habits) -> Needs:
    """By the figures of PostgreSQL where more than one worker is needed, else by those of one process on SQLite."""
    messages = chats * habits.messages
    busy = messages / DAY * habits.peak
    alone = busy * costs.chat_cpu_ms / 1000 / habits.use
    several = alone > ONE_WORKER
    cores = busy * costs.chat_cpu_postgresql_ms / 1000 / habits.use if several else alone
    workers = max(2, math.ceil(cores)) if several else 1
    database = busy * costs.chat_database_ms / 1000 if several else 0.0
    sockets = math.ceil(chats / DAY * habits.peak * habits.minutes * 60)
    memory = workers * costs.worker_mib / 1024 + sockets * costs.socket_kib / 2**20
    a_message = costs.chat_bytes_postgresql if several else costs.chat_bytes
    kept = habits.days * (messages * a_message + chats * habits.handed * costs.ticket_bytes_postgresql)
    return Needs(chats, messages / DAY, busy, cores, workers, database, sockets, memory, kept / 2**30)


def table(costs: Costs, habits: Habits, chats: Sequence[int] = CHATS) -> Iterator[str]:
    """Lines of Markdown."""
    yield "| chats a day | messages a second, busiest | cores | workers | the database's | open pages | memory | disk |"
    yield "|---|---|---|---|---|---|---|---|"
    for each in chats:
        one = needs(each, costs, habits)
        database = _few(one.database) if one.workers > 1 else "SQLite"
        yield (
            f"| {one.chats:,} | {_few(one.a_second)}, {_few(one.busy)} | {_few(one.cores)} | {one.workers} "
            f"| {database} | {one.sockets:,} | {one.memory_gib:.1f} GiB | {_disk(one.disk_gib)} |"
        )


def _few(value: float) -> str:
    """Two digits that mean something."""
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def _disk(gib: float) -> str:
    return f"{gib:.1f} GiB" if gib < 10 else f"{gib:,.0f} GiB"


def costs_of(rows: Mapping[str, float]) -> Costs:
    """From figures by key. Raises KeyError for one that is missing."""
    return Costs(**{name: float(rows[name]) for name in Costs.__slots__})


def main(given: Sequence[str] | None = None) -> int:
    """Print the table; 3 where nothing was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description="What so many chats a day take.")
    parser.add_argument("--from", dest="place", type=Path, help="a report of the bench; the last one by default")
    parser.add_argument("--chats", type=int, nargs="+", default=list(CHATS), help="chats a day")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    for name, value in asdict(Habits()).items():
        parser.add_argument(f"--{name}", type=float, default=value, help=f"({value:g})")
    asked = parser.parse_args(given)
    habits = Habits(**{name: getattr(asked, name) for name in asdict(Habits())})
    try:
        costs, machine = _measured([asked.place] if asked.place else PLACES)
    except LookupError as error:
        print(f"{error}: run `python -m bench sizing` first", file=sys.stderr)
        return 3
    if asked.json:
        found = [asdict(needs(each, costs, habits)) for each in asked.chats]
        print(json.dumps({"machine": machine, "costs": asdict(costs), "habits": asdict(habits), "needs": found}))
        return 0
    print(f"measured on {machine.get('cores')} cores of {machine.get('cpu')}, {machine.get('memory_gib')} GiB\n")
    print(*table(costs, habits, asked.chats), sep="\n")
    return 0


def _measured(places: Sequence[Path]) -> tuple[Costs, Mapping[str, object]]:
    """The first report that has it all. Raises LookupError."""
    missing = "no report of the bench"
    for place in places:
        try:
            report = json.loads(place.read_text("utf-8"))
            return costs_of({row["key"]: row["value"] for row in report["rows"]}), report["machine"]
        except OSError:
            continue
        except KeyError as error:
            missing = f"{place} has no {error.args[0]}"
    raise LookupError(missing)


if __name__ == "__main__":
    raise SystemExit(main())
