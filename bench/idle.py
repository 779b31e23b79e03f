"""`idle_memory_ratio`: what a page that stands open and is silent holds in the server, over a bare connection."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.acks import raw, serving
from bench.server import Child
from bench.serving import SHOP
from evals.report import Row

SIZES, WARM = (2_000, 10_000), 200
SETTLE_SECONDS = 1.0


def measure(folder: Path) -> list[Row]:
    """The row: at the size where it is worse."""
    room = raise_limit(max(SIZES) + WARM + 200)
    sizes = [size for size in SIZES if size + WARM + 200 <= room]
    with tempfile.TemporaryDirectory(dir=folder) as place:
        found = [(each(serving, Path(place) / f"a{size}", size, SHOP), each(raw, Path(place) / f"b{size}", size, ""))
                 for size in sizes]  # fmt: skip
    ratios = tuple(round(ours / bare, 2) for ours, bare in found)
    said = "; ".join(
        f"{size}: {ours:.1f} KiB against {bare:.1f}" for size, (ours, bare) in zip(sizes, found, strict=True)
    )
    bare = found[-1][1]
    return [Row("idle_memory_ratio", max(ratios), "ratio", sum(sizes), baseline=round(bare, 2), samples=ratios,
                note=said)]  # fmt: skip


def raise_limit(wanted: int) -> int:
    """As many files as this process and its children may hold."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft


def each(start: Callable[[Path], AbstractContextManager[Child]], folder: Path, count: int, shop: str) -> float:
    """KiB of resident memory a connection, beyond what the first ones brought."""
    folder.mkdir()
    with start(folder) as server, crowd(server, WARM, shop):
        before = server.rss_mib()
        with crowd(server, count, shop):
            time.sleep(SETTLE_SECONDS)
            return float((server.rss_mib() - before) * 1024 / count)


@contextmanager
def crowd(server: Child, count: int, shop: str) -> Iterator[None]:
    """So many connections, while the block runs."""
    command = [sys.executable, "-m", "bench.crowd", str(server.port), str(count), *([shop] if shop else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as come:
        assert come.stdin is not None
        assert come.stdout is not None
        assert come.stdout.readline().strip() == str(count).encode()
        yield
        come.stdin.close()
        come.wait(60)
