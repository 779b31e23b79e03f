"""A shop's webhook secrets, from the environment that `shop.toml` names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from knowledge_base.shop import Shop
from support.webhook_signature import BadSecret, key_of

Environment = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class WebhookKeys:
    """The keys that may sign; `faults` name the variables that hold none, and why."""

    keys: tuple[bytes, ...]
    faults: tuple[str, ...]


def webhook_keys(shop: Shop, read: Environment) -> WebhookKeys:
    """Read them anew, so that a changed secret holds at once."""
    keys, faults = list[bytes](), list[str]()
    for named in shop.webhook.secrets:
        name = named.removeprefix("env:")
        written = (read(name) or "").strip()
        try:
            keys.append(key_of(written))
        except BadSecret as error:
            faults.append(f"{name}: {error}" if written else f"{name} is not set")
    return WebhookKeys(tuple(keys), tuple(faults))
