"""A failed case as it can be read: the talk in bubbles, what was understood, what should have come and what came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from evals.fault import Bubble, Fault, Score
from evals.page.words import heading, word

BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
MOST, LONGEST, FAULTS = 60, 1200, 8
"""Cases shown of a suite, characters of one text, and faults shown of one case."""


def failed(scores: Sequence[Score]) -> str:
    """The cases that failed, by suite; those of long suites cut with a word of it."""
    suites: dict[str, list[Score]] = {}
    for score in scores:
        if not score.right:
            suites.setdefault(score.suite, []).append(score)
    return "".join(_suite(name, wrong) for name, wrong in suites.items()) or f"<p>{word('none')}</p>"


def _suite(name: str, wrong: Sequence[Score]) -> str:
    note = f" <small>{word('shown', n=MOST)}</small>" if len(wrong) > MOST else ""
    shown = "".join(map(case, wrong[:MOST]))
    head = f'<h3>{heading(name)} <b class="count">{len(wrong)}</b>{note}</h3>'
    return f'<section class="suite" data-suite="{escape(name)}">{head}{shown}</section>'


def case(score: Score) -> str:
    """One case; closed until somebody wants to read it."""
    part = f" <i>{score.value:.0%} {word('runs')}</i>" if 0 < score.value < 1 else ""
    place = f"<code>{escape(score.place)}</code>" if score.place else ""
    head = f"<summary><b>{escape(score.case)}</b>{part}<q>{escape(_first(score))}</q>{place}</summary>"
    talk = score.talk or tuple(Bubble("buyer", fault.said) for fault in score.faults[:1])
    more = len(score.faults) - FAULTS
    cut = f"<p>{word('more', n=more)}</p>" if more > 0 else ""
    said = f'<div class="talk">{"".join(map(_bubble, talk))}</div>'
    why = f'<div class="why">{_faults(score.faults[:FAULTS])}{cut}</div>'
    return f'<details class="case">{head}<div class="open">{said}{why}</div></details>'


def _first(score: Score) -> str:
    said = next((one.text for one in score.talk if one.who == "buyer"), "") or score.faults[0].said
    return said if len(said) <= 80 else f"{said[:80]}…"


def _bubble(one: Bubble) -> str:
    under = [("understood", one.understood), ("rests", one.did)]
    notes = "".join(f"<small>{word(name)}: {escape(text)}</small>" for name, text in under if text)
    shown = BOLD.sub(r"<b>\1</b>", escape(one.text[:LONGEST]))
    text = f'<p><span class="who">{word(one.who)}</span>{shown}</p>'
    return f'<div class="bubble {one.who}">{text}{notes}</div>'


def _faults(faults: Sequence[Fault]) -> str:
    return "".join(
        f"<dl><dt>{word('said')}</dt><dd>{escape(fault.case)} · {escape(str(fault.said)[:200])}</dd>"
        f"<dt>{word('expected')}</dt><dd>{_value(fault.expected)}</dd>"
        f"<dt>{word('got')}</dt><dd>{_value(fault.got)}</dd></dl>"
        for fault in faults
    )


def _value(value: Any) -> str:
    told = ", ".join(map(str, value)) if isinstance(value, list | tuple) and value else str(value)
    return escape(told[:LONGEST])
