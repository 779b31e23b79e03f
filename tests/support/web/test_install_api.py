"""What an admin reads to embed the chat, and where it was met."""

from __future__ import annotations

from support.service.sightings import MOST
from tests.support.web.desk_app import NOW, Desk

PATH = "/api/v1/desk/install"


def test_an_admin_reads_how_to_embed_the_own_shop_and_never_the_secret(desk: Desk) -> None:
    assert desk.nobody.get(PATH).status_code == 401
    assert [below.get(PATH).status_code for below in (desk.lin, desk.chen)] == [403, 403]
    told = desk.stranger.get(PATH)
    assert told.json()["shop"] == told.json()["token"]["audience"] == "small"
    assert told.json()["token"]["longest_s"] == 900
    assert desk.application.shop("small").row.secret not in told.text


def test_only_the_latest_pages_are_remembered(desk: Desk) -> None:
    sightings = desk.app.state.runtime.sightings
    for n in range(MOST + 5):
        sightings.saw("other", f"https://{n}.example", True, NOW)
    kept = [one.origin for one in sightings.of("other")]
    assert len(kept) == MOST
    assert kept[0] == f"https://{MOST + 4}.example"
