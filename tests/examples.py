"""On how many examples a law is tried: few each time, many in `make soak`."""

from __future__ import annotations

import os

MANY = "TESTS_MANY_EXAMPLES"
"""Set in the environment by `make soak`."""


def examples(many: int = 100) -> int:
    """All of them, or a third."""
    return many if MANY in os.environ else -(-many // 3)
