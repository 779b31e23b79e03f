"""Where cases are played."""

from __future__ import annotations

import structlog

from evals.stage import warnings_only


def test_a_play_logs_what_went_wrong_and_not_what_merely_happened() -> None:
    before = structlog.get_config()["wrapper_class"]
    with structlog.testing.capture_logs() as logged, warnings_only():
        structlog.get_logger().info("a granted refund is left to a person")
        structlog.get_logger().warning("the store cannot be asked")
    assert [entry["event"] for entry in logged] == ["the store cannot be asked"]
    assert structlog.get_config()["wrapper_class"] is before
