"""Processes of the tests' own, forked from one that has loaded what they run: a fresh one would load it each time."""

from __future__ import annotations

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([
    "ticketing.storage.migrate", "retrieval.ingest", "chromadb.api.rust", "tests.faults.refund_child",
])  # fmt: skip
"""The list is one for all: of two that are set, the later would hold."""
