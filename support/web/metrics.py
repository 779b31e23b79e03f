"""`/metrics`: what Prometheus reads. Whichever worker is asked tells of all, and of the record that they share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from resource import getpagesize

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ticketing.errors import RecordUnavailable
from ticketing.storage.journal import Journal
from ticketing.storage.standing import Standing, standing

Figures = Mapping[str, float]
STATM = Path("/proc/self/statm")
OF_A_WORKER: Mapping[str, tuple[type[GaugeMetricFamily | CounterMetricFamily], str]] = {
    "sockets": (GaugeMetricFamily, "Pages and desks that are connected"),
    "answers": (GaugeMetricFamily, "Answers that are being given"),
    "cpu_seconds": (CounterMetricFamily, "Processor used since it began"),
    "resident_bytes": (GaugeMetricFamily, "Memory held"),
}
"""What a worker measures of itself, by name."""


def of_this_process(sockets: int, answers: int) -> dict[str, float]:
    """This worker's figures; memory only where the system tells it."""
    found: dict[str, float] = {"sockets": sockets, "answers": answers, "cpu_seconds": round(time.process_time(), 2)}
    with suppress(OSError):
        found["resident_bytes"] = int(STATM.read_text("ascii").split()[1]) * getpagesize()
    return found


class Metrics:
    """Asked anew for each answer."""

    def __init__(
        self, journal: Journal, clock: Callable[[], datetime], workers: Callable[[], Mapping[str, Figures]]
    ) -> None:
        """`workers` gives each worker's figures by its name."""
        self._journal, self._clock, self._workers = journal, clock, workers

    def text(self) -> bytes:
        """The whole, in Prometheus's text format. Blocks for some queries."""
        return generate_latest(self)

    def collect(self) -> Iterator[Metric]:
        """Each family with its samples."""
        workers = self._workers()
        yield GaugeMetricFamily("anxin_workers", "Processes that serve this record", len(workers))
        for name, (family, told) in OF_A_WORKER.items():
            metric = family(f"anxin_worker_{name}", told, labels=["worker"])
            for worker, figures in sorted(workers.items()):
                if name in figures:
                    metric.add_metric([worker], figures[name])
            yield metric
        found: Standing | None = None
        with suppress(RecordUnavailable):
            found = self._journal.read_now(lambda tx: standing(tx, self._clock()))
        yield GaugeMetricFamily("anxin_record_up", "Whether the record answers", int(found is not None))
        if found is not None:
            yield from _of_the_record(found)


def _of_the_record(found: Standing) -> Iterator[Metric]:
    events = CounterMetricFamily("anxin_events", "Messages and whatever else happened", labels=["shop"])
    late = GaugeMetricFamily("anxin_tickets_late", "Open tickets past their deadline", labels=["shop"])
    owed = GaugeMetricFamily("anxin_answers_owed", "Messages that wait for the assistant", labels=["shop"])
    for shop, count in sorted(found.events.items()):
        events.add_metric([shop], count)
        late.add_metric([shop], found.late.get(shop, 0))
        owed.add_metric([shop], found.owed.get(shop, 0))
    tickets = GaugeMetricFamily("anxin_tickets", "Open tickets", labels=["shop", "state"])
    for (shop, state), count in sorted(found.tickets.items()):
        tickets.add_metric([shop, state], count)
    yield from (events, tickets, late, owed)
