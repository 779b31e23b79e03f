"""Whether a coupon can be used."""

from __future__ import annotations

from datetime import datetime

from support.orders.connector import CouponFault


def coupon_fault(
    is_open: bool | None, starts_at: datetime | None, ends_at: datetime | None, left: int | None, now: datetime
) -> CouponFault | None:
    """Why a coupon cannot be used now."""
    if is_open is False:
        return "disabled"
    if starts_at is not None and now < starts_at:
        return "not_started"
    if ends_at is not None and ends_at <= now:
        return "expired"
    return "used_up" if left == 0 else None
