"""How a command ends: what went wrong, in one line, with its exit code."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from pydantic import ValidationError

from knowledge_base.errors import ShopError, ShopFaults
from retrieval.errors import RetrievalError
from support.orders.connector import StoreUnavailable
from support.settings import UnusableDatabase, UnusableDataFolder, UnusableSettings
from ticketing.errors import SealError

DONE, NO, USAGE, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 130


@contextmanager
def explained() -> Iterator[None]:
    """Turn the errors that a user can mend into a line on standard error and an exit code."""
    try:
        yield
    except (UnusableSettings, ValidationError) as error:
        _leave(_settings_line(error), USAGE)
    except ShopFaults as error:
        _leave("\n".join(fault.said(of_the_terminal()) for fault in error.faults))
    except ShopError as error:
        _leave(str(error))
    except StoreUnavailable as error:
        from support.cli.connect_trouble import trouble

        _leave(trouble(str(error)), UNAVAILABLE)
    except (RetrievalError, UnusableDatabase, UnusableDataFolder, SealError) as error:
        _leave(str(error), UNAVAILABLE)
    except KeyboardInterrupt:
        _leave("", INTERRUPTED)


def end(line: str, code: int = NO) -> NoReturn:
    """Say on standard error why a command goes no further; an exception like others, also where a thread meets it."""
    typer.echo(line, err=True)
    raise typer.Exit(code)


def _leave(line: str, code: int = NO) -> NoReturn:
    """The same where the commands' own ending is not around."""
    if line:
        typer.echo(line, err=True)
    sys.exit(code)


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


def _settings_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        wrong = "; ".join(f"ANXIN_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        return f"wrong settings: {wrong}"
    return str(error)
