from __future__ import annotations

import os
import time
import uuid

from ticketing.ids import AT_ONCE, new_id


def test_ids_are_of_version_7_sort_by_time_and_none_comes_twice() -> None:
    before = time.time_ns() // 1_000_000
    made = [new_id() for _ in range(3 * AT_ONCE)]
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in made} == {(7, uuid.RFC_4122)}
    assert len(set(made)) == len(made)
    stamps = [int(one.replace("-", "")[:12], 16) for one in made]
    assert stamps == sorted(stamps)
    assert before <= stamps[0] <= stamps[-1] <= time.time_ns() // 1_000_000


def test_two_processes_do_not_hand_out_what_was_made_ready_before_they_parted() -> None:
    new_id()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, new_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    theirs = os.read(reading, 100).decode()
    os.close(reading)
    assert theirs[-18:] not in {new_id()[-18:] for _ in range(AT_ONCE)}
