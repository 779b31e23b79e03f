"""Equal inputs give equal bytes, 10,000 in `make soak`: other hash seeds, clocks, languages and orders of facts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.policy.proofs.digests import digests

ROOT = Path(__file__).parents[4]
SEED = 5
ELSEWHERE = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "America/St_Johns", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"},
    {"PYTHONHASHSEED": "4294967295", "TZ": "Pacific/Apia", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
    {"PYTHONHASHSEED": "random", "TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "0"},
)


@pytest.mark.parametrize("count", [100, pytest.param(2000, marks=pytest.mark.soak)])
def test_equal_input_gives_equal_bytes_on_any_hash_seed(count: int) -> None:
    """Canonical JSON (RFC 8785), times in UTC with `Z`: equal input gives equal bytes."""
    here = digests(SEED, count, 0)
    assert len(set(here)) > count * 0.99, "unequal input"
    for shuffle, environment in enumerate(ELSEWHERE, 1):
        assert _elsewhere(count, shuffle, environment) == here, environment


def _elsewhere(count: int, shuffle: int, environment: dict[str, str]) -> list[str]:
    arguments = ["-m", "tests.support.policy.proofs.digests", str(SEED), str(count), str(shuffle)]
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split("\n")[:-1]
