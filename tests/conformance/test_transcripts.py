"""The server plays every transcript, and each of its frames is as the published schema has it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from support.chat.contract.components import ROLES, commands_of
from support.chat.contract.json_schema import json_schema
from support.chat.schema import SERVER
from tests.conformance.host import Host
from tests.conformance.player import Player
from tests.conformance.transcript import names, read
from tests.conformance.worlds import PATIENT, world


@pytest.fixture(scope="module")
def fast(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with world(False, untouched, tmp_path_factory.mktemp("fast")) as host:
        yield host


@pytest.fixture(scope="module")
def patient(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with world(True, untouched, tmp_path_factory.mktemp("patient")) as host:
        yield host


@pytest.mark.parametrize("name", [name for name in names() if name not in PATIENT])
async def test_the_server_plays(name: str, fast: Host) -> None:
    await Player(fast).play(read(name))


@pytest.mark.parametrize("name", sorted(PATIENT))
async def test_a_patient_server_plays(name: str, patient: Host) -> None:
    await Player(patient).play(read(name))


@cache
def _validator(way: str) -> Any:
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{way}", "$defs": json_schema()["$defs"]})


@pytest.mark.parametrize("name", names())
def test_every_frame_is_as_the_schema_says(name: str) -> None:
    """Those that our own clients never send, to be refused, are not."""
    for line in read(name):
        if line.frame is not None and not line.raw:
            way = f"{'from' if line.of == 'client' else 'to'}_{line.role}"
            assert [error.message for error in _validator(way).iter_errors(line.frame)] == [], line


def test_every_command_and_every_frame_is_in_a_transcript() -> None:
    """But for `ping` and `presence`, which come at any time, and what HTTP or a command brings about."""
    seen = {(line.of, line.t) for name in names() for line in read(name) if line.frame and not line.raw}
    sent = {t for role in ROLES for t in commands_of(role)}
    told = {t for role in ROLES for t in SERVER[role]}
    assert {t for t in sent if ("client", t) not in seen} == set()
    assert {t for t in told if ("server", t) not in seen} == {
        "ping",
        "presence",
        "opened",
        "order",
        "policy",
        "refund",
        "review",
        "suggestion",
    }
