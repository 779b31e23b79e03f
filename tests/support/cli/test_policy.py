"""`anxin policy` from outside, on a real data folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from support.cli.policy import policy_app
from tests.support.service.small_shop import files

NOW = "2026-03-01T12:00:00+08:00"
CASE = ("--shop", "small", "--order", "SP1", "--request", "refund", "--now", NOW)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the small shop imported."""
    from support.bootstrap import open_application

    shop, data = tmp_path_factory.mktemp("shop"), tmp_path_factory.mktemp("data")
    for name, content in files().items():
        (shop / name).parent.mkdir(exist_ok=True)
        (shop / name).write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANXIN_DATA_DIR", str(data))
        with open_application() as application:
            application.shops.import_folder(shop)
        yield data


def _anxin(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(policy_app, list(arguments), input=given)


def _json(*arguments: str) -> dict[str, Any]:
    result = _anxin("explain", *arguments, "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_json_is_the_decision_with_its_proof(data_dir: Path) -> None:
    decision = _json(*CASE)
    assert set(decision) == {"verdict", "clause", "outcome", "missing", "proof"}
    assert (decision["verdict"], decision["missing"]) == ("grant", [])
    assert decision["outcome"] == {"refund": {"amount": "30.00", "currency": "CNY"}}
    assert decision["proof"]["decided_at"] == "2026-03-01T04:00:00Z"
    assert _json(*CASE) == decision


def test_options_reach_the_case(data_dir: Path) -> None:
    two = ("--shop", "small", "--order", "SP2", "--request", "refund", "--now", NOW)
    assert _json(*two)["missing"] == ["order.item"]
    assert _json(*two, "--item", "psn")["outcome"]["refund"]["amount"] == "4.00"
    assert _json(*two, "--item", "steam", "--reason", "price_drop")["verdict"] == "refuse"
    frozen = _json(*CASE, "--fact", "order.frozen=true", "--fact", "order.note= x=y ")
    assert frozen["outcome"] == {"priority": "high"}
    assert frozen["proof"]["facts"]["order.note"]["value"] == "x=y"


def test_in_words(data_dir: Path) -> None:
    result = _anxin("explain", *CASE)
    assert result.exit_code == 0
    assert "结论：可以办理。可以退款 ¥30.00，原路退回。" in result.stdout
    assert "《未发货可全额退款》（after-sales/undelivered-refund，2026-01-01 起生效）" in result.stdout
    assert "订单是否被冻结：否（店铺设定）" in result.stdout
    assert "是哪一件商品：要由买家提供" in _anxin("explain", *CASE, "--order", "SP2").stdout


def test_in_english(data_dir: Path) -> None:
    result = _anxin("explain", *CASE, "--lang", "en")
    assert "Decision: Granted. ¥30.00 can be refunded, by the way it was paid." in result.stdout
    assert "The amount paid ¥30.00 − the amount refunded ¥0.00 = ¥30.00" in result.stdout
    assert _anxin("explain", *CASE, "--lang", "fr").exit_code == 2


def test_what_would_change_it(data_dir: Path) -> None:
    held = ("--fact", "order.frozen=true")
    words = _anxin("explain", *CASE, *held, "--what-if").stdout
    assert "如果订单没有被冻结（现在：是），结论会变成：可以办理。可以退款 ¥30.00，原路退回。" in words
    document = _json(*CASE, *held, "--what-if", "--lang", "en")
    assert document["why"]["verdict"] == "A person decides"
    assert document["changes"][0]["text"].startswith("If the order is not on hold (now: yes), the decision would be:")
    assert set(_json(*CASE)) == {"verdict", "clause", "outcome", "missing", "proof"}


def test_a_proof_tells_why_by_itself(data_dir: Path, tmp_path: Path) -> None:
    decision = _json(*CASE)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(decision))
    alone = _anxin("why", str(file), "--lang", "en")
    assert (alone.exit_code, '"undelivered-refund" (after-sales/undelivered-refund' in alone.stdout) == (0, True)
    assert "《未发货可全额退款》" in _anxin("why", str(file), "--shop", "small").stdout
    data = json.loads(_anxin("why", str(file), "--json").stdout)
    assert data["summary"] == "可以退款 ¥30.00，原路退回。"
    file.write_text(json.dumps({**decision["proof"], "verdict": "refuse"}))
    forged = _anxin("why", str(file))
    assert (forged.exit_code, forged.stdout) == (1, "")
    assert "digest" in forged.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--order", "SP9"), 1),
        (("--item", "xbox"), 1),
        (("--request", "money"), 2),
        (("--reason", "because"), 2),
        (("--fact", "order.paid"), 2),
        (("--fact", "order.paid=perhaps"), 2),
        (("--fact", "order.shipped=true"), 2),
        (("--now", "yesterday"), 2),
        (("--order", ""), 2),
        (("--batch", "/no/such/file"), 2),
    ],
)
def test_what_cannot_be_decided(arguments: tuple[str, ...], code: int, data_dir: Path) -> None:
    result = _anxin("explain", *CASE, *arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr


def test_a_batch(data_dir: Path, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "order": "SP1", "request": "refund", "now": NOW},
        {"id": 2, "order": "SP9", "request": "refund"},
        {"id": 3, "shop": "none", "order": "SP1", "request": "refund"},
        {"id": 4, "order": "SP2", "item": "psn", "request": "refund", "now": NOW, "fact": {"item.refunded_amount": 2}},
        {"id": 5, "request": "refund"},
        {"id": 6, "order": "SP1", "request": "refund", "now": "noon"},
        {"id": 7, "order": "SP1", "request": "refund", "fact": {"order.paid": 5}},
        {"id": 8, "order": "SP1", "request": "refund", "fact": ["order.paid"]},
        {"id": 9, "order": 1, "request": "refund"},
        {"id": 10, "order": "SP1", "request": "wish"},
        {"id": 11, "order": "SP1", "request": "cancel", "now": NOW, "reason": None},
    ]
    result = _anxin("explain", "--shop", "small", "--batch", "-", given="\n".join(map(json.dumps, rows)))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [answer["id"] for answer in answers] == [row["id"] for row in rows]
    codes = {answer["id"]: answer["error"]["code"] for answer in answers if "error" in answer}
    assert codes == {
        2: "order_not_found",
        3: "unknown_shop",
        5: "bad_row",
        6: "bad_row",
        7: "bad_row",
        8: "bad_row",
        9: "bad_row",
        10: "unknown_request",
    }
    assert all(set(answer) == {"id", "error"} for answer in answers if "error" in answer)
    assert answers[0] == {"id": 1, **_json(*CASE)}
    assert answers[3]["outcome"] == {"refund": {"amount": "3.00", "currency": "CNY"}}
    assert _verified(tmp_path, answers[3]).exit_code == 0


def test_a_batch_without_a_bad_row_is_done(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"id": "a", "order": "SP1", "request": "refund", "shop": "small"}))
    result = _anxin("explain", "--batch", str(file), "--fact", "order.frozen=true")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["clause"]["id"] == "frozen"


def _verified(tmp_path: Path, document: Any) -> Result:
    file = tmp_path / "proof.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return _anxin("verify", str(file))


def test_verify(data_dir: Path, tmp_path: Path) -> None:
    decision = _json(*CASE)
    assert _verified(tmp_path, decision).exit_code == 0
    assert _verified(tmp_path, decision["proof"]).exit_code == 0
    changed = _verified(tmp_path, {**decision["proof"], "verdict": "refuse"})
    assert changed.exit_code == 1
    assert 'verdict: "grant" follows' in changed.stdout
    told = json.loads(_anxin("verify", str(tmp_path / "proof.json"), "--json").stdout)
    assert (told["holds"], len(told["faults"])) == (False, 2)
    assert "verdict：由事实和条款得出的是 “grant”，不是 “refuse”" in [one["zh"] for one in told["faults"]]
    chinese = _anxin("verify", str(tmp_path / "proof.json"), "--lang", "zh").stdout
    assert "digest：不是证明其余部分的 SHA-256" in chinese
    piped = _anxin("verify", "-", given=json.dumps(decision))
    assert piped.exit_code == 0


@pytest.mark.parametrize("text", ["", "[]", "{", "5", '{"digest": "a", "digest": "a"}', "{}", "[" * 100_000])
def test_what_is_no_proof_does_not_hold(text: str, tmp_path: Path) -> None:
    assert _verified(tmp_path, text).exit_code == 1


def test_a_proof_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert _anxin("verify", str(tmp_path / "none.json")).exit_code == 2
