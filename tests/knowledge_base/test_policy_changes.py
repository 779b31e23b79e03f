"""What differs between two versions of a policy, clause by clause."""

from __future__ import annotations

from knowledge_base.policy import PolicyVersion
from knowledge_base.policy_changes import clause_differences, version_changes, version_digest
from knowledge_base.policy_files import overlay, policy_versions
from tests.support.service.small_shop import FILES

PATH = "policies/after-sales.md"
TEXT = FILES[PATH]
CLAUSES = TEXT.split("\n## ")


def version(text: str) -> PolicyVersion:
    (found,) = policy_versions({PATH: text.encode()}, ("zh-CN",))
    return found


def differences(before: str, after: str) -> list[tuple[str, str]]:
    return [(one.kind, one.id) for one in clause_differences(version(before), version(after))]


def test_a_changed_line_is_told_with_what_went_and_came() -> None:
    changed = TEXT.replace("  - order.frozen\n", "  - order.frozen\n  - order.paid\n").replace("全额退款。", "退全款。")
    frozen, undelivered = clause_differences(version(TEXT), version(changed))
    assert (frozen.kind, frozen.id) == ("altered", "frozen")
    assert [(one.part, one.gone, one.new) for one in frozen.parts] == [("when", (), ("order.paid",))]
    assert [(one.part, one.lang) for one in undelivered.parts] == [("text", "zh-CN")]


def test_clauses_come_go_and_move() -> None:
    head, *clauses = CLAUSES
    moved = "\n## ".join([head, clauses[-1].rstrip() + "\n", *clauses[:-1]])
    assert differences(TEXT, moved) == [("moved", "price-drop")]
    fewer = "\n## ".join([head, *clauses[:-1]])
    assert differences(TEXT, fewer) == [("removed", "price-drop")]
    assert differences(fewer, TEXT) == [("added", "price-drop")]


def test_lines_in_another_order_are_told_whole() -> None:
    turned = TEXT.replace(
        '  - order.paid\n  - delivery.state in ["not_delivered", "failed"]\n',
        '  - delivery.state in ["not_delivered", "failed"]\n  - order.paid\n',
    )
    (one,) = clause_differences(version(TEXT), version(turned))
    assert one.parts[0].gone == tuple(reversed(one.parts[0].new)) != ()


def test_a_digest_covers_rule_text_title_and_order_and_no_comment_of_the_file() -> None:
    digest = version_digest(version(TEXT))
    for old, new in (
        ("全额退款。", "退全款。"),
        ("title: 售后政策", "title: 政策"),
        ("order.paid\n", "order.paid \n  - true\n"),
    ):
        assert version_digest(version(TEXT.replace(old, new))) != digest, new
    assert version_digest(version(TEXT.replace("effective: 2026-01-01", "effective: 2026-01-01\norder: 3"))) != digest
    assert version_digest(version(TEXT.replace("\n## 降价", "\n\n\n## 降价"))) == digest


def test_a_draft_under_the_name_of_the_file_in_force_lies_beside_it() -> None:
    draft = TEXT.replace("2026-01-01", "2026-04-01")
    laid = overlay({PATH: TEXT.encode()}, {PATH: draft.encode()}, ("zh-CN",))
    assert laid.files == {PATH: TEXT.encode(), "policies/2026-04-01/after-sales.md": draft.encode()}
    assert laid.own_paths == {"policies/2026-04-01/after-sales.md": PATH}
    (change,) = version_changes(
        policy_versions({PATH: TEXT.encode()}, ("zh-CN",)), policy_versions(laid.files, ("zh-CN",))
    )
    assert (change.kind, change.key[1].isoformat()) == ("added", "2026-04-01")
    again = TEXT.replace("全额", "一半")
    assert overlay({PATH: TEXT.encode()}, {"policies/x.md": again.encode()}, ("zh-CN",)).files == {
        "policies/x.md": again.encode()
    }, "the same version under another name takes its place"
