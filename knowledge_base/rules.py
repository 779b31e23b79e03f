"""The rules of the linter: what each finds, in Chinese and English, and what to do about it. No legal advice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge_base.errors import Fault, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's words, with slots for what was found; `severity` as a fault is shown."""

    severity: Severity
    en: str
    zh: str
    remedy: str
    remedy_zh: str


def broken(code: str, file: str, line: int, **slots: object) -> Fault:
    """The finding of a rule at its place."""
    rule = RULES[code]
    en, zh, remedy, remedy_zh = (text.format(**slots) for text in (rule.en, rule.zh, rule.remedy, rule.remedy_zh))
    return Fault(file, line, f"{en}; {remedy}" if remedy else en, code, rule.severity, en, zh, remedy, remedy_zh)


def _void(en: str, zh: str, remedy: str, remedy_zh: str) -> Rule:
    return Rule("warning", f"“{{found}}”: {en}", f"“{{found}}”：{zh}", remedy, remedy_zh)


_BOTH = ("correct one of the two", "请改正其中一处")

RULES: Mapping[str, Rule] = {
    "policy.unreachable": Rule(
        "warning",
        "the clause {clause!r} can never decide: {earlier} before it applies whenever it does",
        "条款“{clause}”永远不会起作用：它前面的 {earlier} 总是先成立",
        "put the more special clause first", "请把条件更具体的条款放在前面",
    ),
    "policy.never": Rule(
        "warning",
        "the clause {clause!r} can never apply: its lines exclude each other",
        "条款“{clause}”永远不成立：它的各行条件互相排斥",
        "split it into two clauses, or correct a line", "请拆成两条，或改正其中一行",
    ),
    "policy.refusal_before_promise": Rule(
        "warning",
        "the clause {later!r} ({later_file}:{later_line}) promises {outcome} where {earlier!r} before it refuses, "
        "for instance {case}; the order of the file decides",
        "条款“{later}”（{later_file}:{later_line}）承诺{outcome_zh}，而它前面的“{earlier}”会先拒绝，例如：{case}；"
        "结果只取决于先后顺序",
        "put the promise first, or exclude its case from the refusal (网络消费纠纷规定(一) art. 3: a promise binds)",
        "请把承诺放在前面，或在拒绝的条款里排除这种情况（网络消费纠纷规定（一）第 3 条：作出的承诺应当履行）",
    ),
    "policy.promise_before_refusal": Rule(
        "note",
        "the clauses {earlier!r} and {later!r} ({later_file}:{later_line}) both hold, for instance for {case}: the "
        "earlier one grants {outcome}, the later one would refuse",
        "条款“{earlier}”与“{later}”（{later_file}:{later_line}）可能同时成立，例如：{case}：前一条给予{outcome_zh}，"
        "后一条本会拒绝",
        "nothing to do where the promise is meant to prevail", "如果本意就是优先给予，无需处理",
    ),
    "policy.gap": Rule(
        "warning",
        "no clause speaks for {request} [{key}] with {cases}; such a case goes to a person",
        "这些情况的{request_zh}申请 [{key}] 没有条款写到：{cases_zh}；会交给人工",
        "", "如果希望自动处理，请补一条",
    ),
    "policy.reason": Rule(
        "warning",
        "the clause {clause!r} refuses with the reason {reason!r}, for which there are no words: the buyer is told the "
        "clause's title, “{title}”",
        "条款“{clause}”拒绝的理由“{reason}”没有对应的话术：买家看到的会是条款标题“{title}”",
        "write one of {known}", "请写：{known_zh}",
    ),
    "policy.wait_too_long": Rule(
        "warning",
        "the clause {clause!r} lets the buyer wait {days} days: more than 15 days counts as refusing "
        "(消费者权益保护法 art. 24; 侵害消费者权益行为处罚办法 art. 8)",
        "条款“{clause}”要买家等 {days} 天：超过 15 天视为拒绝"
        "（消费者权益保护法第 24 条；侵害消费者权益行为处罚办法第 8 条）",
        "promise at most 15 days", "请把等待时间定在 15 天以内",
    ),
    "policy.text_differs": Rule(
        "warning",
        "the text of {clause!r} says {said}, and its rule on line {rule_line} says {rule}",
        "条款“{clause}”的文字写的是 {said_zh}，而第 {rule_line} 行的规则是 {rule_zh}",
        *_BOTH,
    ),
    "policy.confirmation": Rule(
        "warning",
        "the clause {clause!r} does not say how the buyer confirms that nothing can be returned",
        "条款“{clause}”没有写买家怎样确认不可退（消费者权益保护法第 25 条）",
        "describe the step at checkout", "请写明下单时单独确认的步骤",
    ),
    "product.confirmation": Rule(
        "warning",
        "no_return_confirmation is true, and no clause says how the buyer confirms it at checkout",
        "no_return_confirmation 为 true，但没有条款写明买家下单时怎样确认",
        "", "请在政策里写明单独确认的步骤",
    ),
    "void.no_returns": _void(
        "a blanket refusal of returns is void for faulty or undelivered goods (消费者权益保护法 art. 26)",
        "对有问题或未交付的商品一概不退换的条款无效（消费者权益保护法第 26 条）",
        "say which goods, and that faults and wrong goods are excepted", "请写明是哪些商品，并排除质量问题与发错的情况",
    ),
    "void.interpretation": _void(
        "a right of final interpretation is void (网络消费纠纷规定(一) art. 1)",
        "单方或最终解释权的条款无效（网络消费纠纷规定（一）第 1 条）",
        "delete it", "请删去",
    ),
    "void.complaints": _void(
        "excluding complaints, reports or lawsuits is void (网络消费纠纷规定(一) art. 1)",
        "排除投诉、举报、诉讼的条款无效（网络消费纠纷规定（一）第 1 条）",
        "delete it", "请删去",
    ),
    "void.receipt": _void(
        "taking a receipt for approval of the quality is void (网络消费纠纷规定(一) art. 1)",
        "签收即视为认可质量的条款无效（网络消费纠纷规定（一）第 1 条）",
        "delete it", "请删去",
    ),
    "void.default_consent": _void(
        "consent taken by default does not count, it must be given (消费者权益保护法实施条例 art. 19)",
        "默认勾选、默认同意不算确认（消费者权益保护法实施条例第 19 条）",
        "let the buyer tick it himself", "请让买家自己单独勾选",
    ),
    "void.no_after_sales": _void(
        "refusing all after-sales service is void (消费者权益保护法 art. 26)",
        "拒绝一切售后的条款无效（消费者权益保护法第 26 条）",
        "delete it", "请删去",
    ),
    "void.cancel": _void(
        "an order that was paid is a contract; cancelling it at will is void (电子商务法 art. 49)",
        "付款后合同已成立，随意取消的条款无效（电子商务法第 49 条）",
        "offer delivery or a refund", "请改为补发或退款由买家选择",
    ),
    "void.wallet": _void(
        "money goes back by the way it came unless the buyer agrees otherwise; a wallet must not be the only way "
        "(网络购买商品七日无理由退货暂行办法 art. 14)",
        "退款应当按原支付方式退回，不能只退到余额（网络购买商品七日无理由退货暂行办法第 14 条）",
        "refund by the way it was paid", "请改为原路退回，余额只作为买家自选",
    ),
    "void.late": _void(
        "more than 15 days to handle a request counts as refusing it (消费者权益保护法 art. 24)",
        "处理期限超过 15 天视为拒绝（消费者权益保护法第 24 条；侵害消费者权益行为处罚办法第 8 条）",
        "promise at most 15 days", "请承诺 15 天以内",
    ),
    "void.opened": _void(
        "unpacking to look is no ground for refusing a return (网络消费纠纷规定(一) art. 2)",
        "因检查而拆封不影响退货（网络消费纠纷规定（一）第 2 条）",
        "delete it", "请删去",
    ),
    "void.prepaid": _void(
        "a prepaid balance cannot be forfeited or excluded from refunds (预付式消费解释 art. 9)",
        "预付的余额不能约定不退或作废（预付式消费解释第 9 条）",
        "say how the balance is refunded", "请写明余额怎样退还",
    ),
    "void.minors": _void(
        "what a minor bought without consent cannot be excluded from refunds (民法典 art. 19, 145)",
        "未成年人未经同意的付款不能约定不退（民法典第 19、145 条）",
        "send such requests to a person", "请改为由人工核实处理",
    ),
    "void.liability": _void(
        "excluding all liability is void (消费者权益保护法 art. 26)",
        "免除一切责任的条款无效（消费者权益保护法第 26 条）",
        "say what you answer for", "请写明各方承担什么责任",
    ),
    "void.reviews": _void(
        "paying for good reviews is forbidden (电子商务法 art. 17)",
        "以返现、赠品换取好评违法（电子商务法第 17 条）",
        "delete it", "请删去",
    ),
    "void.renewal": _void(
        "an automatic renewal has to be announced 5 days before (网络交易监督管理办法 art. 18), which is not said",
        "自动续费须提前 5 日提醒（网络交易监督管理办法第 18 条），这里没有写",
        "say when the buyer is reminded and how to stop it", "请写明何时提醒、怎样取消",
    ),
    "translation.missing": Rule(
        "warning",
        "the clause {clause!r} is not translated into {lang}; its text is shown in {shown}",
        "条款“{clause}”没有 {lang} 译文，会显示 {shown} 的文字",
        "", "请补上译文",
    ),
    "translation.number": Rule(
        "warning",
        "the number {number} of {clause!r} stands in {one} and not in {other}",
        "“{clause}”里的数字 {number} 只在 {one} 里有，{other} 里没有",
        "", "请核对两种语言",
    ),
    "translation.unit": Rule(
        "warning",
        "{number} of {clause!r} is {one_unit} in {one} and {other_unit} in {other}",
        "“{clause}”里的 {number} 在 {one} 里的单位是 {one_unit}，在 {other} 里是 {other_unit}",
        *_BOTH,
    ),
    "translation.date": Rule(
        "warning",
        "the date {date} of {clause!r} stands in {one} and not in {other}",
        "“{clause}”里的日期 {date} 只在 {one} 里有，{other} 里没有",
        *_BOTH,
    ),
    "translation.older": Rule(
        "warning",
        "the newest {lang} text of {policy!r} took effect on {older}; since {newest} buyers read {shown}",
        "政策“{policy}”的 {lang} 译文停在 {older} 的版本；自 {newest} 起买家看到的是 {shown}",
        "translate the newer version", "请翻译新的版本",
    ),
    "translation.alone": Rule(
        "warning",
        "“{clause}” was changed in {one} and not in {other}",
        "“{clause}”改了 {one}，{other} 没有跟着改",
        "see whether the translation still says the same", "请核对译文是否还一致",
    ),
    "translation.headings": Rule(
        "warning",
        "the article {article!r} has {count} headings in {one} and {other_count} in {other} ({other_file})",
        "文章“{article}”的 {one} 有 {count} 个小标题，{other}（{other_file}）有 {other_count} 个",
        "", "请核对是否漏译",
    ),
    "translation.matter": Rule(
        "warning",
        "{key} of the article {article!r} differs between {one} and {other} ({other_file})",
        "文章“{article}”的 {key} 在 {one} 与 {other}（{other_file}）里不一样",
        "translations hold for the same products, readers and days", "同一文章各语言的适用商品、读者和日期应当一致",
    ),
    "article.period": Rule(
        "warning",
        "“{found}” contradicts the clause {clause!r} ({clause_file}:{clause_line}), which says {policy}",
        "“{found}”与条款“{clause}”（{clause_file}:{clause_line}）不一致，那里是 {policy_zh}",
        *_BOTH,
    ),
    "article.share": Rule(
        "warning",
        "“{found}”: no clause keeps or refunds {percent} %",
        "“{found}”：没有条款按 {percent}% 扣除或退还",
        *_BOTH,
    ),
    "article.product": Rule(
        "warning",
        "“{found}” contradicts products.csv:{product_line}: {column} of {product!r} is {value}",
        "“{found}”与 products.csv:{product_line} 不一致：“{product}”的 {column} 是 {value}",
        *_BOTH,
    ),
    "article.no_column": Rule(
        "warning",
        "“{found}”: {column} is empty for {product!r} (products.csv:{product_line}), so no clause can keep it",
        "“{found}”：“{product}”的 {column} 是空的（products.csv:{product_line}），条款无法据此办理",
        "fill in the column, or delete the promise", "请填写这一列，或删去这句承诺",
    ),
}  # fmt: skip


def rules_table() -> str:
    """The rules as a Markdown table, for the documents."""
    rows = ["| code | severity | finds | 说明 | what to do |", "|---|---|---|---|---|"]
    for code, rule in RULES.items():
        cells = (f"`{code}`", rule.severity, _plain(rule.en), _plain(rule.zh), rule.remedy or "")
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _plain(text: str) -> str:
    """A rule's words with `…` for what is found, as they stand in a table."""
    return re.sub(r"\{[^}]*\}", "…", text).replace("|", "\\|")
