"""The page's words in both languages, side by side; the page shows one of them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

Both = tuple[str, str]

WORDS: Mapping[str, Both] = {
    "title": ("回答质量报告", "How good the answers are"),
    "lang": ("English", "中文"),
    "theme": ("明暗", "Light or dark"),
    "met": ("达标", "met"),
    "missed": ("未达标", "missed"),
    "failed": ("安全未达标", "safety failed"),
    "bars": ("指标达标", "bars met"),
    "safety": ("安全指标", "safety"),
    "safe": ("全部守住", "all held"),
    "right": ("用例正确", "cases right"),
    "turned": ("较基线变化", "turned since the baseline"),
    "figures": ("指标", "Figures"),
    "figures_note": (
        "圆点是测得的值，色带是威尔逊 95% 区间，竖线是要求，菱形是同次运行的对照。",
        "The dot is the value, the band Wilson's 95 % interval, the upright line the bar, the diamond what it is "
        "compared with in the same run.",
    ),
    "row": ("项目", "what"),
    "value": ("值", "value"),
    "bounds": ("95% 区间", "95 %"),
    "bar": ("要求", "bar"),
    "beside": ("对照", "beside"),
    "n": ("数量", "n"),
    "charts": ("图表", "Charts"),
    "suites": ("各组用例", "Cases by suite"),
    "passk": ("连续 k 次都对的对话占比", "Conversations right k times out of k"),
    "took": ("用时（秒）", "Seconds taken"),
    "since": ("与基线成对比较", "Paired with the baseline"),
    "nothing": ("没有变化。", "Nothing turned."),
    "worse": ("显著变差", "significantly worse"),
    "noise": ("可能是偶然", "may be chance"),
    "better": ("变好", "better"),
    "lost": ("变错", "became wrong"),
    "gained": ("变对", "became right"),
    "wrong": ("未通过的用例", "Cases that failed"),
    "none": ("没有未通过的用例。", "No case failed."),
    "expected": ("应当", "expected"),
    "got": ("实际", "came"),
    "said": ("说了", "said"),
    "understood": ("理解为", "understood"),
    "rests": ("依据", "rests on"),
    "buyer": ("买家", "Buyer"),
    "assistant": ("助手", "Assistant"),
    "find": ("搜索用例", "Search the cases"),
    "all": ("全部", "all suites"),
    "runs": ("的运行正确", "of the runs right"),
    "ran_on": ("运行环境", "Ran on"),
    "more": ("还有 {n} 处", "{n} more"),
    "shown": ("每组只列出前 {n} 个", "the first {n} of each suite are shown"),
}

ROWS: Mapping[str, Both] = {
    "decisions_oracle": ("裁决与独立判定一致", "decisions like an independent oracle's"),
    "decisions_zh_en_same": ("中英文同一裁决", "the same verdict in Chinese and English"),
    "pass_hat_8": ("整段对话八次都对", "whole conversations right eight times of eight"),
    "pass_hat_1": ("整段对话一次", "whole conversations, one run"),
    "buyer_pass_hat_8": ("模拟买家：整段对话八次都对", "simulated buyers: right eight times of eight"),
    "buyer_pass_hat_1": ("模拟买家：整段对话一次", "simulated buyers, one run"),
    "types": ("每类问题，多轮", "every question type, several turns"),
    "types_held": ("同上，另写的说法", "the same, in words written apart"),
    "counterfactual": ("改一个事实，裁决随之改", "one fact changes, the decision with it"),
    "must_escalate_recall": ("必须转人工的都转了", "what a person must see reaches one"),
    "must_escalate_apart": ("其中另写的说法", "of these in words written apart"),
    "must_escalate_held": ("同上，未参与调优的说法", "the same, in words held back"),
    "must_escalate_urgent": ("其中加急的", "of these the urgent ones"),
    "near_miss_alarms": ("误报", "false alarms"),
    "near_miss_to_a_person": ("普通问题被转人工", "ordinary questions sent to a person"),
    "presale": ("售前问题答对且有出处", "pre-sale questions right, with their source"),
    "presale_to_a_person": ("售前问题被转人工", "pre-sale questions sent to a person"),
    "unsupported_promises": ("没有依据的承诺", "promises with nothing behind them"),
    "leaks": ("泄露", "leaks"),
    "pressure_flips": ("施压改变裁决", "verdicts turned by pressure"),
    "understanding_topic": ("理解：话题", "understanding: topic"),
    "understanding_request": ("理解：诉求", "understanding: request"),
    "understanding_stance": ("理解：问规则还是问订单", "understanding: rule or case"),
    "understanding_topic_calibration_error": (
        "理解：话题概率的误差",
        "understanding: error of the topic's probability",
    ),
    "understanding_request_calibration_error": ("理解：诉求概率的误差", "understanding: error of how sure, request"),
    "understanding_stance_calibration_error": ("理解：立场概率的误差", "understanding: error of how sure, stance"),
    "retrieval_recall5_zh": ("检索前五：中文", "found in five: Chinese"),
    "retrieval_recall5_en": ("检索前五：英文", "found in five: English"),
    "retrieval_recall5_en_zh": ("检索前五：英文问，中文文章", "found in five: English asked of Chinese"),
    "retrieval_recall5_zh_en": ("检索前五：中文问，英文文章", "found in five: Chinese asked of English"),
    "ensemble_recall5_zh": ("LangChain 组合检索：中文", "LangChain's ensemble: Chinese"),
    "ensemble_recall5_en": ("LangChain 组合检索：英文", "LangChain's ensemble: English"),
    "ensemble_recall5_en_zh": ("LangChain 组合检索：英文问中文", "LangChain's ensemble: English of Chinese"),
    "ensemble_recall5_zh_en": ("LangChain 组合检索：中文问英文", "LangChain's ensemble: Chinese of English"),
    "chain_presale": ("普通模型链：售前答对", "a plain chain: pre-sale right"),
    "chain_false_answer_rate": ("普通模型链：不该答却答", "a plain chain: answered though it should not"),
    "chain_unsupported_promises": ("普通模型链：没有依据的承诺", "a plain chain: promises with nothing behind them"),
    "retrieval_mrr": ("检索：首个正确名次的倒数", "finding: reciprocal rank"),
    "retrieval_ndcg10": ("检索：前十排序增益", "finding: gain over ten"),
    "retrieval_stale_shown": ("过期内容被展示", "shown though out of force"),
    "false_answer_rate": ("不该答却答", "answered though it should not"),
    "false_answer_rate_off_topic": ("其中无关问题", "of these off topic"),
    "false_answer_rate_plausible": ("其中像店内问题", "of these plausible"),
    "over_refusal_rate": ("该答却没答", "not answered though it could"),
    "turn_false_answer_rate": ("整轮：不该答却答", "whole turn: answered though it should not"),
    "turn_false_answer_rate_off_topic": ("其中无关问题", "of these off topic"),
    "turn_false_answer_rate_plausible": ("其中像店内问题", "of these plausible"),
    "turn_over_refusal_rate": ("整轮：该答却没答", "whole turn: not answered though it could"),
    "prohibited_refused": ("不能帮忙的都拒绝", "what no shop may help with is refused"),
    "prohibited_near_misses": ("普通问题被当成不能帮忙", "ordinary questions refused as such"),
    "model_on_off_same": ("接不接模型裁决相同", "same verdicts with a model and without"),
    "liar_unsupported_promises": ("说谎模型的承诺被发出", "a lying model's promises sent"),
    "liar_leaks": ("说谎模型的泄露", "a lying model's leaks"),
    "liar_must_escalate_recall": ("有说谎模型时照样转人工", "a person still reached with a liar"),
    "liar_conversations_right": ("有说谎模型时对话仍正确", "conversations right with a liar"),
    "shop_cases": ("本店用例", "the shop's own cases"),
    "shop_questions": (
        "文章自带问法由该文章回答或按订单问题受理",
        "the articles' own questions answered from them, or taken as a case",
    ),
    "shop_unfounded_quotes": ("在来源中找不到的引文", "quotes that stand in no source"),
}


def both(pair: Both, **values: object) -> str:
    """Both wordings as HTML; the page hides one."""
    zh, en = (escape(text.format(**values) if values else text) for text in pair)
    return f'<span lang="zh-CN">{zh}</span><span lang="en">{en}</span>'


def word(name: str, **values: object) -> str:
    """A word of the page."""
    return both(WORDS[name], **values)


def heading(suite: str) -> str:
    """A suite by its name in words, and the key under which the files have it."""
    return f"<b>{both(ROWS[suite])}</b> <code>{escape(suite)}</code>" if suite in ROWS else f"<b>{escape(suite)}</b>"
