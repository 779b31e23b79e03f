"""How a command ends: what went wrong, in one line, with its exit code."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import typer
from pydantic import ValidationError

from knowledge_base.errors import ShopError, ShopFaults
from retrieval.errors import RetrievalError
from support.orders.connector import StoreUnavailable
from support.settings import UnusableDatabase, UnusableDataFolder, UnusableSettings
from ticketing.errors import SealError

NO, USAGE, UNAVAILABLE, INTERRUPTED = 1, 2, 3, 130
EARLIEST, LATEST = 2, 9998
"""Years of a clock: a day to spare on either side, for other zones."""


@contextmanager
def explained() -> Iterator[None]:
    """Turn the errors that a user can mend into a line on standard error and an exit code."""
    try:
        yield
    except (UnusableSettings, ValidationError) as error:
        _end(_settings_line(error), USAGE)
    except ShopFaults as error:
        _end("\n".join(fault.said(of_the_terminal()) for fault in error.faults), NO)
    except ShopError as error:
        _end(str(error), NO)
    except StoreUnavailable as error:
        from support.cli.connect_trouble import trouble

        _end(trouble(str(error)), UNAVAILABLE)
    except (RetrievalError, UnusableDatabase, UnusableDataFolder, SealError) as error:
        _end(str(error), UNAVAILABLE)
    except KeyboardInterrupt:
        _end("", INTERRUPTED)


def of_the_terminal() -> str:
    """Chinese where the terminal's locale is."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh-CN" if locale.lower().startswith("zh") else "en"


def os_user() -> str:
    """Who runs this command, as the system calls them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def at_terminal() -> str:
    """The same as the audit names whoever acts."""
    return f"terminal:{os_user()}"


def said(en: str, zh: str) -> str:
    """The one of both in the terminal's language."""
    return zh if of_the_terminal().startswith("zh") else en


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def a_time(text: str | None) -> datetime | None:
    """`--now`: ISO 8601; without an offset it is UTC. Raises BadParameter."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time: write it as 2026-03-01T12:00:00+08:00") from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not EARLIEST <= at.year <= LATEST:
        raise typer.BadParameter(f"{text!r} is no time of a shop's: a year from {EARLIEST} to {LATEST}")
    return at


def a_language(text: str) -> str | None:
    """`--lang`: zh, zh-CN or en; None where nothing is said. Raises BadParameter."""
    if not text:
        return None
    found = {"zh": "zh-CN", "en": "en"}.get(text.lower().split("-")[0])
    if found is None:
        raise typer.BadParameter(f"{text!r} is no language here: write zh or en")
    return found


def facts_given(pairs: list[str]) -> dict[str, str]:
    """`--fact NAME=VALUE`, each as it was written. Raises BadParameter."""
    facts: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"--fact {pair!r}: write NAME=VALUE, such as order.paid=true")
        facts[name.strip()] = value.strip()
    return facts


def _settings_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        wrong = "; ".join(f"ANXIN_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        return f"wrong settings: {wrong}"
    return str(error)


def _end(line: str, code: int) -> None:
    if line:
        print(line, file=sys.stderr)
    sys.exit(code)
