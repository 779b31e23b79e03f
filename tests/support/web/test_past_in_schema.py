"""Every event of the demo's past, which holds all kinds of cases, is as the schema defines it."""

from __future__ import annotations

from support.chat.conformity import check_frame
from support.chat.frames import event_frame, frame
from support.service.connect_agent import desk_snapshot
from tests.support.web.desk_app import NOW, Desk
from ticketing.storage import agents, event_log


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
