"""How sure a share is: Wilson's interval, which stays honest for small counts and shares near one."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054


def wilson(right: int, total: int) -> tuple[float, float]:
    """The interval of 95% about a share of `right` in `total`; nothing counted is no knowledge, (0, 1).

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    if not 0 <= right <= total:
        raise ValueError(f"{right} of {total} is no share")
    if total == 0:
        return 0.0, 1.0
    share, square = right / total, Z95 * Z95
    middle = share + square / (2 * total)
    spread = Z95 * sqrt(share * (1 - share) / total + square / (4 * total * total))
    below, above = ((middle + sign * spread) / (1 + square / total) for sign in (-1, 1))
    return max(0.0, below), min(1.0, above)
