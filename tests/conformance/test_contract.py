"""What is made from the frames' definitions is up to date, and is what it says it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from support.chat.contract.asyncapi import asyncapi
from support.chat.contract.documents import DOCUMENT, documents
from support.chat.contract.json_schema import json_schema
from support.chat.contract.tables import MADE
from support.chat.frames import COMMANDS, MAX_FRAME_BYTES, MAX_TEXT, ErrorCode, error, frame
from support.chat.session import LARGEST_BAD_COUNT
from support.realtime.hub import LARGEST_QUEUE, LONGEST_QUEUE
from support.service.commands import MOST_HISTORY
from support.service.connect import HEARTBEAT_MS, LONGEST_REPLAY
from support.service.desk_queue import MOST_ROWS
from support.service.limits import AGENTS_LOOKS, BURST
from support.service.views import SHOWN
from support.web.buyer_link import MOST_PAGES
from support.web.socket import HELLO_PULSES, PULSE_SECONDS, SILENT_PULSES
from ticketing.storage.visitors import KEEP_COMMANDS

ROOT = Path(__file__).parents[2]
ASYNCAPI_3 = ROOT / "widget" / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"


MADE_NOW = documents()


@pytest.mark.parametrize("path", MADE_NOW, ids=lambda path: str(path.name))
def test_what_is_made_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == MADE_NOW[path], "the frames' definitions changed: run `make contract`"


def validator(schema: Any) -> Any:
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def test_the_asyncapi_document_is_valid() -> None:
    valid = validator(json.loads(ASYNCAPI_3.read_text("utf-8")))
    document = asyncapi()
    assert [error.message for error in valid.iter_errors(document)] == []
    document["operations"]["buyer.say"]["action"] = "shout"
    assert not valid.is_valid(document)


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi()
    for ref in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        found: Any = document
        for step in ref.split("/"):
            assert step in found, ref
            found = found[step]


def test_the_json_schema_takes_frames_and_refuses_what_is_none() -> None:
    valid = validator(json_schema())
    said = {"v": 1, "t": "say", "id": "1", "d": {"conversation": "new", "text": "hi", "from_the_future": 1}}
    assert valid.is_valid(said)
    assert valid.is_valid(json.loads(error("rate", re="1", after_ms=3)))
    assert valid.is_valid(json.loads(frame("read", {"conversation": "c", "reader": "buyer", "seq": 1}, n=7)))
    assert not valid.is_valid({key: value for key, value in said.items() if key != "id"})
    assert not valid.is_valid(said | {"d": {"conversation": "new"}})
    assert not valid.is_valid(said | {"t": "dance"})


def test_the_document_names_every_command_block_and_number() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert set(re.findall(r"<!-- made: ([a-z-]+) -->", text)) == MADE.keys()
    assert {t for t in (*COMMANDS["buyer"], *COMMANDS["agent"]) if f"| `{t}` |" not in text} == set()
    limits = text[text.index("## Limits") : text.index("## Shapes")]
    told = (
        f"{MAX_FRAME_BYTES:,} bytes", f"{MAX_TEXT:,} code points", f"within {HELLO_PULSES * PULSE_SECONDS:.0f} s",
        f"{LARGEST_BAD_COUNT - 1}; the fifth closes", f"{BURST} at once", f"at most {MOST_HISTORY}",
        f"the last {SHOWN} messages", f"{MOST_ROWS} rows", f"{LONGEST_REPLAY:,} events", f"| {LONGEST_QUEUE} frames",
        f"{LARGEST_QUEUE // 2**20} Mi characters", f"| {MOST_PAGES} |", f"{AGENTS_LOOKS} times of an agent",
        f"each {HEARTBEAT_MS // 1000} s", f"{SILENT_PULSES * PULSE_SECONDS:.0f} s of silence",
        f"{KEEP_COMMANDS.days} days",
    )  # fmt: skip
    assert [one for one in told if one not in limits] == []


def test_the_document_names_every_error_and_close_code_that_the_server_has() -> None:
    text = DOCUMENT.read_text("utf-8")
    source = "".join(path.read_text("utf-8") for path in (ROOT / "support").rglob("*.py"))
    codes = set(re.findall(r"[cC]lose\((?:\w+, )?(\d{4})\b", source))
    assert {"4400", "4408", "4426", "1012", "1013"} <= codes
    assert [code for code in codes if code not in text[text.index("## Closing") :]] == []
    errors = text[text.index("## Errors") : text.index("## Closing")]
    assert [code for code in get_args(ErrorCode) if errors.count(f"| `{code}` |") != 2] == []
