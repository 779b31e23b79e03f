"""Which pages may embed a shop's chat."""

from __future__ import annotations

import pytest

from support.web.origins import may_embed


@pytest.mark.parametrize(
    ("origin", "origins", "may"),
    [
        ("https://a.example", ("https://a.example",), True), ("https://b.example", ("https://a.example",), False),
        ("https://b.example", ("*",), True), (None, ("*",), False), ("https://a.example", (), False),
    ],
)  # fmt: skip
def test_a_page_may_where_its_shop_names_it_or_any(origin: str | None, origins: tuple[str, ...], may: bool) -> None:
    assert may_embed(origin, origins) is may
