"""One request over HTTP of which it is known afterwards whether it can have arrived."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

import httpx

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 20.0
LARGEST = 64 * 1024
"""Bytes of an answer that are read."""
Resolve = Callable[[str, int], list[str]]


class NotSent(Exception):
    """Nothing has left: the address cannot be used or reached."""


class NoAnswer(Exception):
    """It may have arrived, and nobody knows what became of it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status and its body as far as it was read."""

    status: int
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


def send(
    method: str, url: str, headers: Mapping[str, str], body: bytes, private: bool, find: Resolve = resolve,
    allowed_by: str = "refunds.private",
) -> Reply:  # fmt: skip
    """Send it to the address that was looked at, and to no other. Raises NotSent and NoAnswer.

    Without `private`, which `allowed_by` sets, it is https and a public address. No redirect is followed.
    """
    target = httpx.URL(url)
    address = _address(target, private, find, allowed_by)
    timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    with httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client:
        named: dict[str, Any] = {"sni_hostname": target.host}
        own = {**headers, "Host": target.netloc.decode()}
        request = client.build_request(
            method, target.copy_with(host=address), headers=own, content=body, extensions=named
        )
        try:
            return _answer(client, request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSent(f"{target.host} cannot be reached ({type(error).__name__})") from error
        except httpx.HTTPError as error:
            raise NoAnswer(type(error).__name__) from error


def _answer(client: httpx.Client, request: httpx.Request) -> Reply:
    end, body = time.monotonic() + ANSWER_SECONDS, bytearray()
    response = client.send(request, stream=True)
    try:
        for piece in response.iter_raw():
            body += piece
            if len(body) > LARGEST or time.monotonic() > end:
                raise NoAnswer("an answer too long")
    finally:
        response.close()
    return Reply(response.status_code, bytes(body))


def _address(target: httpx.URL, private: bool, find: Resolve, allowed_by: str) -> str:
    """The address to connect to; a name that also leads to a private one is not trusted."""
    if target.scheme != "https" and not private:
        raise NotSent("the address is not https: the answer could be anybody's")
    try:
        found = find(target.host, target.port or (443 if target.scheme == "https" else 80))
    except (OSError, UnicodeError) as error:
        raise NotSent(f"{target.host} is not found") from error
    if not found or not (private or all(is_public(one) for one in found)):
        raise NotSent(f"{target.host} leads to an address that is not public: {allowed_by} allows it")
    return found[0]
