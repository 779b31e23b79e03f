"""What a command is refused with, as the error that a client knows."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import structlog

from support.chat.frames import ErrorCode
from support.service.agents import Forbidden
from ticketing.errors import Conflict, IdReused, NotFound, RecordUnavailable, TicketingError

T = TypeVar("T")
TRY_AGAIN_MS = 1000
log = structlog.get_logger()


class CommandRefused(Exception):
    """The command has no effect; `code` is the error frame's."""

    def __init__(self, code: ErrorCode, after_ms: int | None = None, current: object = None) -> None:
        super().__init__(code)
        self.code, self.after_ms, self.current = code, after_ms, current


async def refusing(work: Awaitable[T]) -> T:
    """The result, with what the record refuses as CommandRefused."""
    try:
        return await work
    except NotFound as error:
        raise CommandRefused("not_found") from error
    except IdReused as error:
        raise CommandRefused("id_reused") from error
    except Forbidden as error:
        raise CommandRefused("forbidden") from error
    except Conflict as error:
        raise CommandRefused("conflict", current=error.current) from error
    except RecordUnavailable as error:
        log.error("record unavailable", reason=error.reason)
        raise CommandRefused("unavailable", after_ms=TRY_AGAIN_MS) from error
    except TicketingError as error:
        raise CommandRefused("conflict") from error
