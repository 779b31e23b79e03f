"""Which executor carries a shop's refunds out, by `[refunds]` of its `shop.toml`."""

from __future__ import annotations

from collections.abc import Callable

from knowledge_base.shop import RefundLimits
from support.refunds.dujiao_next import DujiaoNextExecutor
from support.refunds.executor import Executor
from support.refunds.webhook import WebhookExecutor
from support.webhook_signature import BadSecret, key_of

Environment = Callable[[str], str | None]


class NotSetUp(Exception):
    """The executor cannot be used as it is set up; the message says what is missing and never holds a secret."""


def executor_of(limits: RefundLimits, read: Environment) -> Executor | None:
    """The machine that does it; None where a person does. Raises NotSetUp."""
    if limits.executor == "manual":
        return None
    url, secret = _value(limits.url, read), _value(limits.secret, read)
    if limits.executor == "webhook":
        try:
            return WebhookExecutor(url, key_of(secret), limits.private)
        except BadSecret as error:
            raise NotSetUp(f"{limits.secret.removeprefix('env:')}: {error}") from error
    if limits.executor == "dujiao_next":
        return DujiaoNextExecutor(url, _value(limits.key, read), secret, limits.private)
    raise NotSetUp(f"there is no executor {limits.executor!r}")


def _value(named: str, read: Environment) -> str:
    if not named.startswith("env:"):
        return named
    name = named.removeprefix("env:")
    if not (value := (read(name) or "").strip()):
        raise NotSetUp(f"{name} is not set")
    return value
