"""The check of a shop folder: what it finds, and how that is shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import typer

from knowledge_base.errors import Fault, ShopFaults
from knowledge_base.policy_files import POLICIES
from knowledge_base.reader import read_directory, read_shop
from knowledge_base.shop import ShopFolder
from knowledge_base.toml_lines import key_lines, line_of
from knowledge_base.toml_reader import SHOP_FILE
from support.policy.examples import run_examples
from support.service.shop_findings import findings_of


@dataclass(frozen=True, slots=True)
class Checked:
    """A shop folder's check: the folder where it can be read, and every fault, those of its examples included."""

    folder: ShopFolder | None
    faults: tuple[Fault, ...]
    findings: tuple[Fault, ...]
    """What is no fault: warnings for people, and notes."""
    not_looked_for: tuple[str, ...] = ()
    """What is found only once the faults in front of it are mended: `examples`, `coverage`, `mapping`."""

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The findings that a person should look at."""
        return tuple(one for one in self.findings if one.severity == "warning")


def checked(directory: Path) -> Checked:
    """Read a folder, run the examples of its clauses, and look for what the clauses leave open.

    A faulty folder is looked through as far as it could be read: what rests on a faulty file is not looked for.
    """
    try:
        folder = read_shop(read_directory(directory))
    except ShopFaults as error:
        return _partly(directory, error)
    faults = (*run_examples(folder), *_mapping_faults(directory, folder))
    return Checked(folder, faults, (*folder.findings, *findings_of(folder)))


def _partly(directory: Path, error: ShopFaults) -> Checked:
    files = {fault.file for fault in error.faults}
    settings = error.partial is None or SHOP_FILE in files
    policies = settings or any(file.startswith(POLICIES) for file in files)
    faults, findings = [*error.faults], [*error.findings]
    if error.partial is not None and not policies:
        faults += run_examples(error.partial)
        findings += findings_of(error.partial)
    if error.partial is not None and not settings:
        faults += _mapping_faults(directory, error.partial)
    skipped = (*(("examples", "coverage") if policies else ()), *(("mapping",) if settings else ()))
    return Checked(None, tuple(sorted(faults)), tuple(sorted(findings)), skipped)


def _mapping_faults(directory: Path, folder: ShopFolder) -> tuple[Fault, ...]:
    """What is wrong with the mapping of a store's tables or answers."""
    from support.stores import mapping_fault

    fault = mapping_fault(folder.shop.orders)
    if fault is None:
        return ()
    lines = key_lines((directory / "shop.toml").read_text("utf-8-sig"))
    return (Fault("shop.toml", line_of(lines, ("orders", *fault.key.split("."))), fault.message),)


def show(found: Checked, as_json: bool, lang: str = "en", *, notes: bool = False) -> None:
    """As one JSON document, or a line for each fault, warning and, where they are asked for, note."""
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False))
        return
    words = _WORDS["zh" if lang.startswith("zh") else "en"]
    for fault in found.faults:
        typer.echo(fault.said(lang))
    for one in found.findings:
        if notes or one.severity == "warning":
            typer.echo(f"{words[one.severity]}{one.said(lang)}")
    if found.folder is not None:
        held = found_in(found.folder)
        counts = words["comma"].join(_counted(held[kind], kind, words) for kind in _COUNTED)
        typer.echo(words["shop"].format(shop=held["shop"], counts=counts, orders=held["orders"] or words["nowhere"]))
    hidden = 0 if notes else sum(one.severity == "note" for one in found.findings)
    if hidden:
        typer.echo(words["hidden"].format(notes=_counted(hidden, "notes", words)))
    if found.not_looked_for:
        what = words["comma"].join(words[f"no_{kind}"] for kind in found.not_looked_for)
        typer.echo(words["skipped"].format(what=what))
    typer.echo(_counted(len(found.faults), "faults", words) if found.faults else words["none"])


def _counted(n: object, kind: str, words: dict[str, str]) -> str:
    """`2 policies`, `1 policy`, `2 份政策`."""
    return f"{n} {words.get(kind) or (_ONE.get(kind, kind[:-1]) if n == 1 else kind)}"


def _document(found: Checked) -> dict[str, object]:
    return {
        "ok": not found.faults,
        "faults": [{"file": one.file, "line": one.line, "message": one.message} for one in found.faults],
        "warnings": list(map(str, found.warnings)),
        "findings": [one.as_json() for one in (*found.faults, *found.findings)],
        "not_looked_for": list(found.not_looked_for),
        "found": None if found.folder is None else found_in(found.folder),
    }


def found_in(folder: ShopFolder) -> dict[str, object]:
    """How much of each kind a folder holds."""
    clauses = sum(len(version.clauses) for version in folder.policies)
    return {
        "shop": folder.shop.id,
        "languages": list(folder.shop.languages),
        "articles": len(folder.articles),
        "policies": len(folder.policies),
        "clauses": clauses,
        "examples": sum(len(clause.examples) for version in folder.policies for clause in version.clauses),
        "products": len(folder.products),
        "authorisations": len(folder.authorisations),
        "macros": len(folder.macros),
        "orders": folder.shop.orders.source if folder.shop.orders is not None else None,
        "digest": folder.digest,
    }


_COUNTED = ("articles", "policies", "clauses", "examples", "products", "authorisations", "macros")
_ONE = {"policies": "policy"}
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "fault": "", "warning": "warning: ", "note": "note: ", "comma": ", ", "none": "no fault",
        "shop": "shop {shop}: {counts}; orders from {orders}", "nowhere": "nowhere",
        "hidden": "{notes} worth knowing: --notes shows them",
        "skipped": "not looked for until these faults are mended: {what}",
        "no_examples": "whether the examples come out", "no_mapping": "the mapping of the store",
        "no_coverage": "clauses that never decide, contradict or leave a gap",
    },
    "zh": {
        "fault": "", "warning": "警告：", "note": "提示：", "comma": "，", "none": "没有错误",
        "shop": "店铺 {shop}：{counts}；订单来源：{orders}", "nowhere": "无",
        "hidden": "另有 {notes}，加 --notes 可见",
        "skipped": "改正以上错误之前，没有检查：{what}",
        "no_examples": "示例是否成立", "no_mapping": "商店的字段对应",
        "no_coverage": "条款有没有不起作用、互相矛盾或遗漏",
        "articles": "篇文章", "policies": "份政策", "clauses": "条条款", "examples": "个示例", "products": "件商品",
        "authorisations": "条授权", "macros": "条快捷回复", "faults": "处错误", "notes": "条提示",
    },
}  # fmt: skip
