"""The demo served from PostgreSQL: the same opening, answers, tabs, cards, tickets and hand-over as from SQLite."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.postgres import Cluster
from tests.running import RunningServer
from tests.support.web.test_desk_socket import (
    test_a_dispute_goes_through_a_persons_hands,
    test_an_agent_who_comes_back_gets_exactly_what_was_missed_of_both_audiences,
)
from tests.support.web.test_socket import (
    test_a_card_is_used_once,
    test_a_cursor_of_another_life_is_a_reset,
    test_a_number_that_is_none_however_long_and_strange_is_answered,
    test_a_reconnect_replays_exactly_what_was_missed,
    test_a_visitor_is_welcomed_asks_and_is_answered_once,
    test_handoff_opens_one_ticket_and_says_when,
    test_identify_carries_the_open_conversation_over,
    test_many_at_once_with_one_id_are_one_message,
    test_one_conversations_messages_are_answered_in_order,
    test_the_same_id_is_acked_alike_and_has_one_effect,
    test_twenty_wrong_proofs_end_in_a_wait_and_a_right_one_is_not_told_apart,
    test_two_tabs_hear_the_same,
)

SECONDS = 60


@pytest.fixture(scope="module")
def server(untouched: Path, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A real server whose record is in PostgreSQL."""
    folder = tmp_path_factory.mktemp("postgresql")
    shutil.copytree(untouched / "index", folder / "index")
    with postgres.database() as url:
        running = RunningServer(folder, ANXIN_DATABASE_URL=url).start()
        yield running
        assert running.stop() == 0
    assert not list(folder.glob("*.sqlite*"))


def test_a_server_without_its_database_says_so_until_it_is_back(server: RunningServer, postgres: Cluster) -> None:
    def ready() -> httpx.Response:
        return httpx.get(f"{server.base}/readyz", timeout=60)

    postgres.stop()
    deadline = time.monotonic() + SECONDS
    while (said := ready()).status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert said.json()["waiting"] == ["record"]
    assert httpx.get(f"{server.base}/healthz", timeout=60).status_code == 200
    postgres.start()
    while ready().status_code != 200 and time.monotonic() < deadline + SECONDS:
        time.sleep(0.1)
    assert ready().status_code == 200


__all__ = [
    "test_a_card_is_used_once",
    "test_a_cursor_of_another_life_is_a_reset",
    "test_a_dispute_goes_through_a_persons_hands",
    "test_a_number_that_is_none_however_long_and_strange_is_answered",
    "test_a_reconnect_replays_exactly_what_was_missed",
    "test_a_visitor_is_welcomed_asks_and_is_answered_once",
    "test_an_agent_who_comes_back_gets_exactly_what_was_missed_of_both_audiences",
    "test_handoff_opens_one_ticket_and_says_when",
    "test_identify_carries_the_open_conversation_over",
    "test_many_at_once_with_one_id_are_one_message",
    "test_one_conversations_messages_are_answered_in_order",
    "test_the_same_id_is_acked_alike_and_has_one_effect",
    "test_twenty_wrong_proofs_end_in_a_wait_and_a_right_one_is_not_told_apart",
    "test_two_tabs_hear_the_same",
]
