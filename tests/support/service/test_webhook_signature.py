from __future__ import annotations

from datetime import UTC, datetime

import pytest

from support.webhook_signature import (
    BadSecret,
    BadSignature,
    check,
    event_id,
    key_of,
    new_secret,
    signature,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())


def test_the_example_of_the_standards_own_libraries() -> None:
    """`msg_p5jXN8AQM9LWM0D4loKWxJek` is the case that the reference libraries of Standard Webhooks are tested with."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_fresh_secret_is_one() -> None:
    assert len(key_of(new_secret())) == 32
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    "written", ["", "whsec_", "secret", "whsec_c2hvcnQ=", "whsec_%%%%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
)
def test_what_is_no_secret_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(BadSecret) as raised:
        key_of(written)
    assert "base64 of 24 to 64 bytes" in str(raised.value)
    assert "c2hvcnQ" not in str(raised.value)


def headers(**changed: str) -> dict[str, str]:
    given = {"id": "evt-1", "timestamp": str(SECONDS), "signature": "v1,x"} | changed
    return {f"webhook-{name}": value for name, value in given.items()}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": ""}, "headers"),
        ({"id": "a b"}, "headers"),
        ({"id": "x" * 101}, "headers"),
        ({"id": "evt\n1"}, "headers"),
        ({"timestamp": "2026-03-01T12:00:00Z"}, "headers"),
        ({"timestamp": "-1"}, "headers"),
        ({"timestamp": "١٢"}, "headers"),
        ({"timestamp": str(SECONDS - 301)}, "timestamp"),
        ({"timestamp": str(SECONDS + 301)}, "timestamp"),
        ({"timestamp": "999999999999"}, "timestamp"),
        ({"signature": ""}, "headers"),
    ],
)
def test_headers_that_do_not_fit_say_which_and_how(changed: dict[str, str], code: str) -> None:
    with pytest.raises(BadSignature) as raised:
        event_id(headers(**changed), NOW)
    assert (raised.value.code, raised.value.status) == (code, 400)
    assert "webhook-" in raised.value.detail


@pytest.mark.parametrize("seconds", [SECONDS - 300, SECONDS, SECONDS + 300])
def test_five_minutes_are_a_clocks_due(seconds: int) -> None:
    assert event_id(headers(timestamp=str(seconds)), NOW) == "evt-1"


def test_any_of_two_keys_and_of_several_signatures_will_do_and_no_other() -> None:
    old, new, foreign = (key_of(new_secret()) for _ in range(3))
    body = b"{}"
    for key in (old, new):
        given = headers(signature=f"v1a,zzz v1,AAAA {signature(key, 'evt-1', SECONDS, body)}")
        check((old, new), given, body)
    good = signature(old, "evt-1", SECONDS, body)
    for given, said in (
        (headers(signature=signature(foreign, "evt-1", SECONDS, body)), body),
        (headers(signature=good), b"{ }"),
        (headers(signature=good, id="evt-2"), body),
        (headers(signature=good, timestamp=str(SECONDS + 1)), body),
        (headers(signature=good.removeprefix("v1,")), body),
        (headers(signature="v1,"), body),
        (headers(signature="v1,é"), body),
        (headers(signature=" ".join(["v1,AAAA"] * 10 + [good])), body),
    ):
        with pytest.raises(BadSignature) as raised:
            check((old, new), given, said)
        assert raised.value.status == 401
