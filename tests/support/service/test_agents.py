from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from support.service.agents import (
    SESSION,
    BadSession,
    Forbidden,
    LoginRefused,
    NameTaken,
    NewAgent,
    NoSuchAgent,
    TooManyLogins,
    UnusableName,
    add_agent,
    agent_of,
    log_in,
    log_out,
    remove_agent,
    require,
    set_password,
)
from support.service.demo_agents import (
    CHEN,
    DEMO_AGENTS,
    LIN,
    close_demo_agents,
    demo_admin,
    make_demo_agents,
)
from ticketing.agent import Agent, Role
from ticketing.storage import agents
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.tables import agent_sessions
from ticketing.storage.tables import agents as rows

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
SECRET = "correct horse"
HOME = "192.0.2.7"


@pytest.fixture
def journal(database_url: str) -> Iterator[Journal]:
    journal = Journal(open_engine(database_url))
    yield journal
    journal.close()


@pytest.fixture
def lin(journal: Journal) -> Agent:
    return add_agent(journal, NewAgent("star", "Lin", "senior", "小林", ("zh-CN",)), SECRET, NOW)


def who(journal: Journal, token: str, at: datetime = NOW) -> Agent:
    return journal.read_now(lambda tx: agent_of(tx, token, at))


def test_a_session_stands_for_its_agent_for_twelve_hours(journal: Journal, lin: Agent) -> None:
    session = log_in(journal, " ＬＩＮ ", SECRET, HOME, NOW)
    assert (session.agent, session.expires_at) == (lin, NOW + timedelta(hours=12))
    assert who(journal, session.token, NOW + SESSION - timedelta(seconds=1)) == lin
    with pytest.raises(BadSession) as ended:
        who(journal, session.token, NOW + SESSION)
    assert ended.value.expired


@pytest.mark.parametrize("change", ["", "x", "moon."])
def test_a_token_that_is_not_ours_stands_for_nobody(journal: Journal, lin: Agent, change: str) -> None:
    token = log_in(journal, "lin", SECRET, HOME, NOW).token
    forged = "" if not change else token + change if change == "x" else change + token.partition(".")[2]
    with pytest.raises(BadSession):
        who(journal, forged)


def test_neither_password_nor_token_is_kept(journal: Journal, lin: Agent) -> None:
    token = log_in(journal, "lin", SECRET, HOME, NOW).token
    kept = journal.read_now(lambda tx: str([tx.execute(table.select()).all() for table in (rows, agent_sessions)]))
    assert "$argon2id$" in kept
    assert SECRET not in kept
    assert token.partition(".")[2] not in kept


def test_logging_out_ends_that_session_alone(journal: Journal, lin: Agent) -> None:
    first, second = (log_in(journal, "lin", SECRET, HOME, NOW).token for _ in range(2))
    journal.write_now(partial(log_out, token=first))
    assert who(journal, second) == lin
    with pytest.raises(BadSession):
        who(journal, first)


def test_a_removed_agent_is_nobody_at_once_and_may_come_again(journal: Journal, lin: Agent) -> None:
    token = log_in(journal, "lin", SECRET, HOME, NOW).token
    journal.write_now(partial(remove_agent, name="LIN", at=NOW))
    with pytest.raises(BadSession):
        who(journal, token)
    with pytest.raises(LoginRefused):
        log_in(journal, "lin", SECRET, HOME, NOW)
    with pytest.raises(NoSuchAgent):
        journal.write_now(partial(remove_agent, name="lin", at=NOW))
    again = add_agent(journal, NewAgent("star", "lin"), "another secret", NOW)
    assert (again.id, again.role, again.active) == (lin.id, "agent", True)
    with pytest.raises(BadSession):
        who(journal, token)


def test_a_new_password_ends_every_session(journal: Journal, lin: Agent) -> None:
    token = log_in(journal, "lin", SECRET, HOME, NOW).token
    set_password(journal, "lin", "another secret", NOW)
    with pytest.raises(BadSession):
        who(journal, token)
    with pytest.raises(LoginRefused):
        log_in(journal, "lin", SECRET, HOME, NOW)
    assert log_in(journal, "lin", "another secret", HOME, NOW).agent == lin


def wrong(journal: Journal, name: str, address: str, at: datetime) -> None:
    with pytest.raises(LoginRefused):
        log_in(journal, name, "wrong password", address, at)


def test_five_wrong_passwords_close_a_name_for_ten_minutes_whoever_tries(journal: Journal, lin: Agent) -> None:
    for i in range(5):
        wrong(journal, "lin", f"192.0.2.{i}", NOW + timedelta(seconds=i))
    with pytest.raises(TooManyLogins) as closed:
        log_in(journal, "lin", SECRET, HOME, NOW + timedelta(minutes=1))
    assert 540 <= closed.value.after_s <= 541
    later = NOW + timedelta(minutes=1, seconds=closed.value.after_s)
    assert log_in(journal, "lin", SECRET, HOME, later).agent == lin


def test_an_unknown_name_closes_like_a_known_one(journal: Journal, lin: Agent) -> None:
    for _ in range(5):
        wrong(journal, "nobody", HOME, NOW)
    with pytest.raises(TooManyLogins):
        log_in(journal, "nobody", SECRET, HOME, NOW)


def test_twenty_wrong_logins_close_an_address(journal: Journal, lin: Agent) -> None:
    for i in range(20):
        wrong(journal, f"name-{i}", HOME, NOW)
    with pytest.raises(TooManyLogins):
        log_in(journal, "lin", SECRET, HOME, NOW)
    assert log_in(journal, "lin", SECRET, "192.0.2.8", NOW).agent == lin


def test_right_logins_do_not_count(journal: Journal, lin: Agent) -> None:
    opened = [log_in(journal, "lin", SECRET, HOME, NOW) for _ in range(6)]
    assert [one.agent for one in opened] == [lin] * 6


def test_tries_at_once_do_not_outrun_the_limit(journal: Journal, lin: Agent) -> None:
    start, seen = threading.Barrier(12), list[str]()

    def attempt(i: int) -> None:
        start.wait()
        try:
            log_in(journal, "lin", f"guess number {i}", HOME, NOW)
        except (LoginRefused, TooManyLogins) as error:
            seen.append(type(error).__name__)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(attempt, range(12)))
    assert sorted(seen) == ["LoginRefused"] * 5 + ["TooManyLogins"] * 7


@pytest.mark.parametrize(
    ("role", "least", "reaches"),
    [("agent", "agent", True), ("agent", "senior", False), ("senior", "agent", True), ("senior", "admin", False),
     ("admin", "senior", True)],
)  # fmt: skip
def test_roles_reach_as_far_as_their_order_says(lin: Agent, role: Role, least: Role, reaches: bool) -> None:
    agent = Agent("star", "1", "a", "A", role, (), 6, True, NOW)
    if reaches:
        require(agent, least)
    else:
        with pytest.raises(Forbidden, match=least):
            require(agent, least)


def test_a_login_name_belongs_to_one_agent_of_one_shop(journal: Journal, lin: Agent) -> None:
    for shop in ("star", "moon"):
        with pytest.raises(NameTaken, match="star"):
            add_agent(journal, NewAgent(shop, "LIN"), SECRET, NOW)
    journal.write_now(partial(remove_agent, name="lin", at=NOW))
    with pytest.raises(NameTaken, match="star"):
        add_agent(journal, NewAgent("moon", "lin"), SECRET, NOW)


@pytest.mark.parametrize("name", ["", "  ", "two words", "x" * 65, "line\nbreak", "nul\x00"])
def test_what_cannot_be_typed_at_a_login_is_no_name(journal: Journal, name: str) -> None:
    with pytest.raises(UnusableName):
        add_agent(journal, NewAgent("star", name), SECRET, NOW)


@pytest.mark.parametrize("password", ["short", "x" * 257])
def test_a_password_has_a_length(journal: Journal, password: str) -> None:
    with pytest.raises(UnusableName, match="8 to 256"):
        add_agent(journal, NewAgent("star", "lin"), password, NOW)


def test_the_demos_logins_open_nothing_where_the_demo_is_not_served(journal: Journal) -> None:
    admin = demo_admin("the shop's secret")
    who = (*DEMO_AGENTS, admin)
    assert admin == demo_admin("the shop's secret")
    assert admin.password != demo_admin("another shop's").password
    for _ in range(2):
        make_demo_agents(journal, "star", ("zh-CN", "en"), NOW, who)
        assert log_in(journal, LIN.name, LIN.password, HOME, NOW).agent.role == "senior"
        assert log_in(journal, admin.name, admin.password, HOME, NOW).agent.role == "admin"
        set_password(journal, CHEN.name, "a secret of its own", NOW)
        close_demo_agents(journal, NOW, who)
        for one in (LIN, admin):
            with pytest.raises(LoginRefused):
                log_in(journal, one.name, one.password, HOME, NOW)
        assert log_in(journal, CHEN.name, "a secret of its own", HOME, NOW)
        active = journal.read_now(partial(agents.of_shop, shop="star"))
        assert [one.name for one in active] == [CHEN.name]
