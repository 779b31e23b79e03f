"""The demo shop's past: stories told once through the real use cases, with the clock of then.

The people and their words are invented. Nothing but `anxin serve --demo` imports this.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from importlib.resources import files
from time import sleep
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.service.demo_agents import IN_THE_PAST
from support.service.demo_teller import NAME, OneTransaction, Story, Teller, nobody_hears
from support.service.runtime import Runtime
from ticketing.agent import Agent
from ticketing.deadlines import open_between
from ticketing.storage import agents, talk

Json = dict[str, Any]
BREATH = 0.05
"""Seconds between two stories, in which others may write."""
LONGEST_LOOK = timedelta(days=14)


def make_history(runtime: Runtime, shop: str, now: datetime, go_on: Callable[[], bool] = lambda: True) -> int:
    """Tell what was not told before; how many conversations were made. Blocks for some seconds the first time.

    Each story is one transaction, so that buyers who write meanwhile wait for one at most, and a story is told whole
    or, when `go_on` says no, next time. The demo's agents have answered; where they are not, nothing is told.
    """
    stories, here = read_stories(), runtime.shops.get(shop).folder.shop
    colleagues, told = runtime.journal.read_now(lambda tx: (_demo_agents(tx, shop), _told(tx, shop, len(stories))))
    made = 0
    for began, number, story in _in_order(here, stories, now) if colleagues else ():
        if number in told:
            continue
        if not go_on():
            break
        runtime.journal.write_now(partial(_tell, runtime, here, colleagues, Story(number, began, story)))
        made += 1
        sleep(BREATH)
    return made


def _demo_agents(tx: sa.Connection, shop: str) -> tuple[Agent, ...]:
    found = {one.name: one for one in agents.of_shop(tx, shop)}
    return tuple(found[one.name] for one in IN_THE_PAST if one.name in found)


def _tell(runtime: Runtime, shop: Shop, agents: tuple[Agent, ...], story: Story, tx: sa.Connection) -> None:
    quiet = replace(runtime, journal=OneTransaction(tx), whisper=nobody_hears, tell_desks=lambda shop, text: None)
    Teller(quiet, shop, agents, story, story.began).tell()


def _told(tx: sa.Connection, shop: str, count: int) -> frozenset[int]:
    return frozenset(number for number in range(1, count + 1) if talk.named(tx, shop, NAME.format(number)) is not None)


def read_stories() -> list[Json]:
    """The stories as they are written."""
    text = files("support.service").joinpath("demo_stories.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["story"])


def _in_order(shop: Shop, stories: Sequence[Json], now: datetime) -> list[tuple[datetime, int, Json]]:
    """Each story with its beginning and its number, the oldest first."""
    timed = [(_began(shop, story, now), number, story) for number, story in enumerate(stories, start=1)]
    return sorted(timed, key=lambda one: one[:2])


def _began(shop: Shop, story: Json, now: datetime) -> datetime:
    """`days` ago at `clock` in the shop's zone, or so many minutes of `open` time ago."""
    if "open" in story:
        return open_minutes_ago(shop, now, story["open"])
    day: date = now.astimezone(shop.timezone).date() - timedelta(days=story["days"])
    return datetime.combine(day, time.fromisoformat(story["clock"]), tzinfo=shop.timezone)


def open_minutes_ago(shop: Shop, now: datetime, minutes: float) -> datetime:
    """The latest moment since which so much open time has passed."""
    wanted = timedelta(minutes=minutes)
    least, most = timedelta(), LONGEST_LOOK
    while most - least > timedelta(seconds=1):
        middle = (least + most) / 2
        enough = open_between(shop.hours, shop.timezone, now - middle, now) >= wanted
        least, most = (least, middle) if enough else (middle, most)
    return now - most
