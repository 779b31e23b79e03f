"""`make test`'s suites beside each other: each told whole, failed if one fails, ended together."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.records import made_once
from tests.side_by_side import SHARED

ROOT = Path(__file__).parents[2]
LINES = "import sys, time\nfor i in range(5): print('{name}', i, flush=True); time.sleep(0.05)\nsys.exit({status})"
PATIENT = """
import pathlib, time
try:
    pathlib.Path({begun!r}).touch()
    for _ in range(600):
        time.sleep(0.1)  # a signal between the last look for one and the sleep is seen only after the sleep
except KeyboardInterrupt:
    pathlib.Path({tidied!r}).touch()
    raise SystemExit(2)
"""


def beside(times: Path, **programs: str) -> subprocess.Popen[str]:
    commands = {name: [sys.executable, "-S", "-c", text] for name, text in programs.items()}
    program = (
        "import pathlib, sys\nfrom tests.side_by_side import side_by_side\n"
        f"sys.exit(side_by_side({json.dumps(commands)}, 2, pathlib.Path({str(times)!r})))"
    )
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("first", "second", "status"), [(0, 0, 0), (1, 0, 1), (0, 3, 1)])
def test_each_is_told_whole_and_either_fails_both(first: int, second: int, status: int, tmp_path: Path) -> None:
    programs = (LINES.format(name=name, status=code) for name, code in (("one", first), ("two", second)))
    times = tmp_path / "build" / "test.json"
    with beside(times, **dict(zip(("one", "two"), programs, strict=True))) as both:
        told = both.communicate(timeout=60)[0].splitlines()
    assert both.returncode == status
    assert told[:5] == [f"one {i}" for i in range(5)]
    assert told[5:12] == ["", "two tests", *(f"two {i}" for i in range(5))]
    words = ["passed" if code == 0 else f"FAILED ({code})" for code in (first, second)]
    ended = {line.partition(" in ")[0] for line in told[-2:]}  # in whichever order they did
    assert ended == {f"one tests {words[0]}", f"two tests {words[1]}"}
    assert times.is_file() is (status == 0), "times of what failed say nothing"
    if times.is_file():
        assert json.loads(times.read_text()).keys() == {"one", "two"}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_whatever_ends_it_lets_both_tidy_up(tmp_path: Path, how: signal.Signals) -> None:
    begun, tidied = ([tmp_path / f"{name} {what}" for name in ("one", "two")] for what in ("begun", "tidied"))
    programs = [PATIENT.format(begun=str(one), tidied=str(other)) for one, other in zip(begun, tidied, strict=True)]
    with beside(tmp_path / "times", one=programs[0], two=programs[1]) as both:
        while not all(path.exists() for path in begun):
            time.sleep(0.01)
        both.send_signal(how)
        told = both.communicate(timeout=60)[0]
    assert both.returncode == 130
    assert [path.exists() for path in tidied] == [True, True], told


@pytest.mark.parametrize(("third", "status"), [(0, 0), (3, 1)])
def test_a_third_begins_when_one_has_ended(tmp_path: Path, third: int, status: int) -> None:
    ended = tmp_path / "ended"
    first = f"import pathlib, time\ntime.sleep(0.5)\npathlib.Path({str(ended)!r}).touch()"
    second = f"import pathlib, time\nwhile not pathlib.Path({str(ended)!r}).exists(): time.sleep(0.01)\ntime.sleep(0.5)"
    last = f"import pathlib, sys\nsys.exit({third} if pathlib.Path({str(ended)!r}).exists() else 9)"
    with beside(tmp_path / "times", one=first, two=second, three=last) as all_three:
        told = all_three.communicate(timeout=60)[0].splitlines()
    assert all_three.returncode == status
    assert "three tests passed" in told[-1] + told[-2] or f"three tests FAILED ({third})" in told[-1] + told[-2]


def test_what_every_suite_needs_is_made_once_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SHARED, str(tmp_path))
    made: list[str] = []

    def cut_off(folder: Path) -> None:
        (folder / "half").touch()
        raise KeyboardInterrupt

    def make(folder: Path) -> None:
        made.append(folder.name)
        (folder / "whole").touch()

    with pytest.raises(KeyboardInterrupt):
        made_once("shop", tmp_path / "own", cut_off)
    for _ in range(2):
        folder = made_once("shop", tmp_path / "own", make)
        assert [path.name for path in folder.iterdir()] == ["whole"]
    assert made == ["shop"]
