"""What takes long and comes to the same each time, done once for this process and those that are forked from it."""

from __future__ import annotations

from functools import cache

import httpx._transports.default
import typer.main
import typer.testing
from argon2 import PasswordHasher

from support.service import agents


def remember() -> None:
    """The command line, which typer puts together for each command that runs, and whom TLS trusts, for each client.

    Passwords are hashed as in life, but for its memory and time.
    """
    agents._hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    get_command = cache(typer.main.get_command)
    typer.main.get_command = get_command
    typer.testing._get_command = get_command  # type: ignore[attr-defined]  # typer's own name for it
    transport = httpx._transports.default
    transport.create_ssl_context = cache(transport.create_ssl_context)  # type: ignore[attr-defined]  # httpx's own name for it
