"""The report as one HTML file that needs nothing else: no network, no fonts, no other file.

Chinese and English stand side by side in it and one is shown; without scripts both are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from evals.baseline import Turned
from evals.fault import Score
from evals.page import charts, chats
from evals.page.words import ROWS, Both, both, heading, word
from evals.report import Report, Row

HERE = Path(__file__).parent
NUMBERS = frozenset({"value", "bounds", "bar", "beside", "n"})
LANGUAGES = {"zh": ("：中文", ", Chinese"), "en": ("：英文", ", English")}
CURVES = ("pass_hat_8", "buyer_pass_hat_8")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Page:
    """All of one run: its rows, each case's score, what turned since the baseline, the seconds of each suite."""

    report: Report
    scores: Sequence[Score]
    turned: Sequence[Turned] = ()
    took: Mapping[str, float] = field(default_factory=dict)
    note: Both | None = None

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_text(self.html(), "utf-8")
        beside.replace(path)

    def html(self) -> str:
        """The document."""
        css, script = ((HERE / name).read_text("utf-8") for name in ("page.css", "page.js"))
        head = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Anxin 安心</title>'
            f"<style>{css}</style></head><body>"
        )
        body = (
            self._header(),
            self._tiles(),
            self._rows(),
            self._charts(),
            self._since(),
            self._failed(),
            self._foot(),
        )
        return f"{head}{''.join(body)}<script>{script}</script></body></html>\n"

    def _header(self) -> str:
        buttons = f'<button id="lang">{word("lang")}</button><button id="theme">{word("theme")}</button>'
        note = f'<p class="soft">{both(self.note)}</p>' if self.note else ""
        return f"<header><h1>{word('title')}</h1>{buttons}</header>{note}"

    def _tiles(self) -> str:
        judged = [row for row in self.report.rows if row.met is not None]
        met, right = sum(bool(row.met) for row in judged), sum(score.right for score in self.scores)
        unsafe = [row.key for row in judged if row.fatal and not row.met]
        gained, lost = (sum(len(getattr(one, name)) for one in self.turned) for name in ("gained", "lost"))
        bad = any(one.worse for one in self.turned)
        tiles = [
            _tile("bars", f"{met}/{len(judged)}", met == len(judged)),
            _tile("safety", ", ".join(unsafe) or word("safe"), not unsafe),
            _tile("right", f"{right:,}/{len(self.scores):,}", None),
            _tile("turned", f"+{gained} −{lost}", False if bad else None),
        ]
        return f'<div class="tiles">{"".join(tiles)}</div>'

    def _rows(self) -> str:
        names = ("row", "", "value", "bounds", "bar", "beside", "n", "")
        head = "".join(
            f'<th scope="col"{" class=n" if name in NUMBERS else ""}>{word(name) if name else ""}</th>'
            for name in names
        )
        body = "".join(map(_row, self.report.rows))
        return (
            f'<h2>{word("figures")}</h2><p class="soft">{word("figures_note")}</p>'
            f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        )

    def _charts(self) -> str:
        counts: dict[str, tuple[int, int]] = {}
        for score in self.scores:
            right, wrong = counts.get(score.suite, (0, 0))
            counts[score.suite] = (right + score.right, wrong + (not score.right))
        cards = [_card("suites", charts.stacked(counts))] if counts else []
        runs = [row for row in self.report.rows if row.key in CURVES and row.samples]
        cards += [_card("passk", charts.curve(row.samples, row.bar), row.key) for row in runs]
        cards += [_card("took", charts.lengths(self.took))] if self.took else []
        return f'<h2>{word("charts")}</h2><div class="charts">{"".join(cards)}</div>' if cards else ""

    def _since(self) -> str:
        changed = [one for one in self.turned if one.gained or one.lost]
        body = "".join(map(_turned, changed)) or f"<p>{word('nothing')}</p>"
        return f"<h2>{word('since')}</h2>{body}" if self.turned else ""

    def _failed(self) -> str:
        suites = dict.fromkeys(score.suite for score in self.scores if not score.right)
        options = "".join(f"<option>{escape(name)}</option>" for name in suites)
        tools = (
            '<div class="tools"><input id="find" type="search" placeholder="Search 搜索" aria-label="Search 搜索">'
            f'<select id="suite" aria-label="Suite 组"><option value="">All 全部</option>{options}</select></div>'
        )
        return f"<h2>{word('wrong')}</h2>{tools if suites else ''}{chats.failed(self.scores)}"

    def _foot(self) -> str:
        ran = " · ".join(f"{name} {value}" for name, value in {**self.report.machine, **self.report.versions}.items())
        return f'<h2>{word("ran_on")}</h2><p class="soft">{escape(ran)}</p>'


def _tile(name: str, value: str, good: bool | None) -> str:
    state = {True: "good", False: "bad", None: ""}[good]
    return f'<div class="tile {state}"><span class="soft">{word(name)}</span><b>{value}</b></div>'


def _card(name: str, chart: str, key: str = "") -> str:
    note = f" <small>{both(ROWS[key])}</small>" if key in ROWS else ""
    return f'<div class="card"><h3>{word(name)}{note}</h3>{chart}</div>'


def _row(row: Row) -> str:
    name = title_of(row.key)
    title = f"{both(name)}<code>{escape(row.key)}</code>" if name else escape(row.key)
    state = {None: "", True: "good", False: "bad"}[row.met]
    mark = "" if row.met is None else word("met" if row.met else "failed" if row.fatal else "missed")
    bar = "" if row.bar is None else f"{'≤' if row.low_is_good else '≥'} {row.bar:g}"
    bounds = f"{row.bounds[0]:.3f}–{row.bounds[1]:.3f}" if row.bounds else ""
    note = f"<small>{escape(row.note)}</small>" if row.note else ""
    cells = (("value", _number(row.value)), ("bounds", bounds), ("bar", bar), ("beside", _number(row.baseline)),
             ("n", f"{row.n:,}"))  # fmt: skip
    plain = "".join(_cell(label, text) for label, text in cells)
    return (
        f'<tr><th scope="row">{title}</th><td class="chart">{charts.interval(row)}</td>{plain}'
        f'<td class="{state}">{mark}{note}</td></tr>'
    )


def title_of(key: str) -> Both | None:
    """A row's name in words; that of one language is its suite's with the language."""
    base, _, lang = key.rpartition("_")
    if key in ROWS or base not in ROWS or lang not in LANGUAGES:
        return ROWS.get(key)
    return ROWS[base][0] + LANGUAGES[lang][0], ROWS[base][1] + LANGUAGES[lang][1]


def _cell(label: str, text: str) -> str:
    """A number; on a narrow page its column's name stands before it."""
    return f'<td class="n"><span class="label">{word(label)} </span>{text}</td>' if text else '<td class="n"></td>'


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _turned(one: Turned) -> str:
    verdict, state = ("worse", "bad") if one.worse else ("better", "good") if one.better else ("noise", "")
    lists = "".join(
        f"<p>{word(name)}</p><ul>{''.join(f'<li>{escape(case)}</li>' for case in cases)}</ul>"
        for name, cases in (("lost", one.lost), ("gained", one.gained))
        if cases
    )
    head = f"{heading(one.suite)} +{len(one.gained)} −{len(one.lost)} / {one.paired}, p {one.p:.3f}, "
    return f'<div class="card turned">{head}<span class="{state}">{word(verdict)}</span>{lists}</div>'
