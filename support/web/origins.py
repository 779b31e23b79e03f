"""Whose page asks: one of this server's own, or one of a shop's."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_own(origin: str | None, host: str, own_hosts: tuple[str, ...]) -> bool:
    """Whether a page of this server asks; what names no origin is no browser's page."""
    return origin is None or urlsplit(origin).netloc in {host, *own_hosts}
