"""What a command is refused with, as the error that a client knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from support.chat.frames import ErrorCode
from support.service.agents import Forbidden
from ticketing.errors import Conflict, IdReused, NotFound, RecordUnavailable, TicketingError

T = TypeVar("T")
Settle = Callable[[str, BaseException | None], None]
"""`(frame, reason)`: what answers a change, after its commit, or why nothing was changed."""
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
    except (TicketingError, Forbidden) as error:
        refused = refusal(error)
        assert refused is not None
        raise refused from error


def refusal(reason: BaseException) -> CommandRefused | None:
    """What a client is told of it; None for a fault of ours."""
    match reason:
        case CommandRefused():
            return reason
        case NotFound():
            return CommandRefused("not_found")
        case IdReused():
            return CommandRefused("id_reused")
        case Forbidden():
            return CommandRefused("forbidden")
        case Conflict(current=current):
            return CommandRefused("conflict", current=current)
        case RecordUnavailable(reason=why):
            log.error("record unavailable", reason=why)
            return CommandRefused("unavailable", after_ms=TRY_AGAIN_MS)
        case TicketingError():
            return CommandRefused("conflict")
    return None
