"""Webhooks as the shop's admins keep them at the desk."""

from __future__ import annotations

from typing import Any

from support.service.webhooks import KINDS
from tests.support.web.desk_app import NOW, Desk

BASE = "/api/v1/desk/webhooks"


def test_an_admin_adds_tries_rotates_pauses_and_deletes_one_of_the_own_shop(own: Desk) -> None:
    admin = own.stranger
    assert [one.get(BASE).status_code for one in (own.lin, own.chen, own.nobody)] == [403, 403, 401]
    assert (
        admin.post(BASE, json={"url": "http://shop.example/hook", "kinds": ["ticket"]}).json()["code"] == "BadAddress"
    )
    assert admin.post(BASE, json={"url": "https://shop.example/hook", "kinds": ["note"]}).status_code == 422
    made = admin.post(BASE, json={"url": "https://shop.example/hook", "kinds": ["ticket", "refund"]})
    assert made.status_code == 201, made.text
    hook, secret = made.json()["webhook"], made.json()["secret"]

    def last() -> Any:
        (found,) = [one["last"] for one in admin.get(BASE).json()["webhooks"] if one["id"] == hook["id"]]
        return found

    listed = admin.get(BASE)
    assert secret not in listed.text
    assert (listed.json()["kinds"], last()) == (list(KINDS), None)

    one = f"{BASE}/{hook['id']}"
    sent = admin.post(f"{one}/test").json()
    (shown,) = admin.get(f"{one}/deliveries").json()["deliveries"]
    assert (shown["id"], shown["kind"], shown["state"], shown["attempts"]) == (sent["id"], "ping", "pending", [])
    assert admin.post(f"{one}/deliveries/{sent['id']}/redelivery").status_code == 202
    assert admin.post(f"{one}/deliveries/none/redelivery").status_code == 404
    assert last()["state"] == "pending"
    rotated = admin.post(f"{one}/secret").json()
    assert rotated["secret"] != secret
    assert rotated["webhook"]["old_secret_until"] > NOW.isoformat()[:10]
    assert admin.patch(one, json={"paused": True, "kinds": ["rated"]}).json()["kinds"] == ["rated"]
    assert admin.patch(one, json={"url": "https://a:b@shop.example"}).status_code == 422
    assert admin.delete(one).status_code == 204
    assert hook["id"] not in admin.get(BASE).text
    assert admin.delete(one).status_code == 404
