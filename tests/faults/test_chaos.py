from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.faults.chaos import chaos
from tests.faults.seeds import seed
from tests.faults.spawner import Spawner

SECONDS, EVERY = 3.0, 1.0


async def test_a_visitor_sees_the_server_die_and_the_chat_go_on(
    spawner: Spawner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await chaos(spawner, tmp_path, SECONDS, EVERY, random.Random(seed()))
    told = capsys.readouterr().out
    killed = told.index("kill -9")
    assert "›" in told[:killed]
    assert "✓ back after" in told[killed:]
    assert re.search(r"v\d ✓", told[killed:])
