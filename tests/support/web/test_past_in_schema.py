"""Every event of the demo's past, which holds all kinds of cases, is as the schema defines it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from support.chat.conformity import check_frame
from support.chat.frames import event_frame, frame
from support.service.connect_agent import desk_snapshot
from tests.support.web.desk_app import NOW, Desk
from ticketing.storage import agents, event_log, reports
from ticketing.storage.erasure import bare


def test_every_event_is_as_defined_for_whoever_hears_it(desk: Desk) -> None:
    events = desk.application.journal.read_now(lambda tx: event_log.after_in_shop(tx, "star", 0, 100_000))
    for event in events:
        check_frame(event_frame(event), "agent", {})
        if event.audience == "all":
            check_frame(event_frame(event), "buyer", {})
    assert {"decision", "rated", "note", "message.patch", "ticket"} <= {event.type for event in events}


def test_the_desks_snapshot_is_as_defined(desk: Desk) -> None:
    loaded, roster = desk.application.shop("star"), desk.app.state.runtime.roster
    journal = desk.application.journal
    [lin] = journal.read_now(lambda tx: [one for one in agents.of_shop(tx, "star") if one.name == "lin"])
    snapshot = journal.read_now(lambda tx: desk_snapshot(tx, loaded, lin, roster, "en", NOW))
    check_frame(frame("snapshot", snapshot), "agent", {})
    assert len(snapshot["queue"]) > 40


def test_an_event_without_its_words_is_as_defined_and_counts_as_before(desk: Desk) -> None:
    """Whatever an erasure leaves is still sent to desks that come back, and still what reports are counted from."""
    chinese = re.compile("[\u4e00-\u9fff]")
    events = desk.application.journal.read_now(lambda tx: event_log.after_in_shop(tx, "star", 0, 100_000))
    for event in events:
        text = msgspec.json.encode(bare(event.type, event.body)).decode()
        without = msgspec.structs.replace(event, text=text)
        check_frame(event_frame(without), "agent", {})
        assert not chinese.search(text.replace("[已删除 · erased]", "")), event.type
        assert _counted(without) == _counted(event), event.type


def _counted(event: Any) -> Any:
    at = int(event.at.timestamp() * 1_000_000)
    return reports._happened((event.n, at, event.type, event.conversation, event.text))
