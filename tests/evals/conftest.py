from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import evals.__main__
import evals.case
import evals.runner
from evals.stage import Stage
from support.bootstrap import Application


@pytest.fixture(scope="session")
def stage(application: Application) -> Stage:
    """The real application with the demo shop; suites settle the record before they play."""
    return Stage(application)


@pytest.fixture
def evaluate(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[dict[str, str], list[str]], int]:
    """Runs `python -m evals` over cases of a test's own: gives its exit code, and writes into `tmp_path`."""

    @contextmanager
    def opened(*_: object, **__: object) -> Iterator[Stage]:
        yield stage

    monkeypatch.setattr(evals.runner, "open_stage", opened)
    monkeypatch.setattr(evals.case, "CASES", tmp_path)
    monkeypatch.setattr(evals.__main__, "BUILD", tmp_path / "build")
    monkeypatch.setattr(evals.__main__, "BASELINE", tmp_path / "baseline.json")

    def run(cases: dict[str, str], given: list[str]) -> int:
        for name, text in cases.items():
            (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        return evals.__main__.main(given)

    return run
