"""Whose page asks: one of this server's own, or one of a shop's."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit


def may_embed(origin: str | None, origins: Iterable[str]) -> bool:
    """Whether the shop lets a page embed its chat: one that it names, or with `*` any page that names its origin."""
    return origin is not None and any(one in {"*", origin} for one in origins)


def is_own(origin: str | None, host: str, own_hosts: tuple[str, ...]) -> bool:
    """Whether a page of this server asks; what names no origin is no browser's page."""
    return origin is None or urlsplit(origin).netloc in {host, *own_hosts}
