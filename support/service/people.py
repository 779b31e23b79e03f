"""Who is speaking: a visitor with a token of ours, or a buyer whom the shop has signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from support.service.shops import LoadedShop

LONGEST_TOKEN = timedelta(minutes=15)
LEEWAY = timedelta(seconds=30)


class BadToken(Exception):
    """The token is not one of this shop's; `expired` tells the one case that a fresh token mends."""

    def __init__(self, why: str, expired: bool = False) -> None:
        super().__init__(why)
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in one shop. `owner` is what rows are kept under; `buyer_id` is set for a signed buyer only."""

    shop: str
    owner: str
    buyer_id: str | None = None


def buyer_token(shop: LoadedShop, sub: str, lifetime: timedelta = LONGEST_TOKEN) -> str:
    """A buyer's token as the shop's own server would sign it: HS256, `aud` the shop, `sub` the buyer."""
    claims = {"aud": shop.id, "sub": sub, "exp": datetime.now(UTC) + lifetime}
    return jwt.encode(claims, shop.row.secret, algorithm="HS256")


def read_token(shop: LoadedShop, token: str) -> Person:
    """The buyer whom a token names. Raises BadToken for anything but a short-lived token of this shop."""
    try:
        claims = jwt.decode(
            token, shop.row.secret, algorithms=["HS256"], audience=shop.id,
            options={"require": ["exp", "aud", "sub"]}, leeway=0,
        )  # fmt: skip
    except jwt.ExpiredSignatureError as error:
        raise BadToken("expired", expired=True) from error
    except jwt.InvalidTokenError as error:
        raise BadToken(str(error)) from error
    if datetime.fromtimestamp(claims["exp"], UTC) > datetime.now(UTC) + LONGEST_TOKEN + LEEWAY:
        raise BadToken("exp is more than 15 minutes away")
    if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 128 or "\x00" in claims["sub"]:
        raise BadToken("sub must be text of 1 to 128 characters, none of them NUL")
    return Person(shop.id, f"buyer:{claims['sub']}", claims["sub"])


def visitor(shop: str, visitor_id: str) -> Person:
    """A visitor whom nobody has signed."""
    return Person(shop, f"visitor:{visitor_id}")
