"""Charts as inline SVG: an interval beside a row, bars, and a curve. Every one also stands as text beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from evals.report import Row

WIDE, HIGH, EDGE = 200, 26, 6


def interval(row: Row) -> str:
    """A share with its bounds, bar and comparison on an axis from 0 to 1; nothing for other units."""
    if row.unit not in ("share", "mean") or row.value is None:
        return ""
    middle = HIGH / 2
    state = {None: "plain", True: "good", False: "bad"}[row.met]
    parts = [f'<line class="axis" x1="{EDGE}" x2="{WIDE - EDGE}" y1="{middle}" y2="{middle}"/>']
    if row.bounds:
        left, right = map(_x, row.bounds)
        parts.append(f'<rect class="band {state}" x="{left:.1f}" y="{middle - 5}" width="{right - left:.1f}" '
                     'height="10" rx="5"/>')  # fmt: skip
    if row.bar is not None:
        parts.append(f'<line class="bar" x1="{_x(row.bar):.1f}" x2="{_x(row.bar):.1f}" y1="3" y2="{HIGH - 3}"/>')
    if row.baseline is not None and 0 <= row.baseline <= 1:
        x = _x(row.baseline)
        parts.append(f'<path class="beside" d="M{x:.1f} {middle - 6}l5 6-5 6-5-6z"/>')
    parts.append(f'<circle class="dot {state}" cx="{_x(row.value):.1f}" cy="{middle}" r="5"/>')
    return _svg(WIDE, HIGH, parts, f"{row.key} {row.value}", "interval")


def _x(share: float) -> float:
    return EDGE + (WIDE - 2 * EDGE) * min(1.0, max(0.0, share))


def stacked(counts: Mapping[str, tuple[int, int]]) -> str:
    """`name → (right, wrong)` as one line each, right and wrong as shares of the whole."""
    lines = []
    for name, (right, wrong) in counts.items():
        share = right / (right + wrong) if right + wrong else 0.0
        svg = _svg(100, 10, [
            f'<rect class="good" width="{100 * share:.2f}" height="10"/>',
            f'<rect class="bad" x="{100 * share:.2f}" width="{100 * (1 - share):.2f}" height="10"/>',
        ], f"{name}: {right} / {right + wrong}", "stack", stretch=True)  # fmt: skip
        lines.append(f"<dt>{escape(name)}</dt><dd>{svg}<b>{right}/{right + wrong}</b></dd>")
    return f'<dl class="bars">{"".join(lines)}</dl>'


def lengths(values: Mapping[str, float]) -> str:
    """`name → number` as bars of their lengths."""
    most = max(values.values(), default=0.0) or 1.0
    lines = []
    for name, value in values.items():
        bar = f'<rect class="plain" width="{100 * value / most:.2f}" height="10"/>'
        svg = _svg(100, 10, [bar], f"{name}: {value}", "stack", stretch=True)
        lines.append(f"<dt>{escape(name)}</dt><dd>{svg}<b>{value:g}</b></dd>")
    return f'<dl class="bars">{"".join(lines)}</dl>'


def curve(values: Sequence[float], bar: float | None) -> str:
    """Shares over 1, 2, 3 …, on an axis that begins a little below the least of them."""
    floor = max(0.0, min((*values, bar or 1.0)) - 0.05)
    wide, high, left, top, foot = 360, 180, 40, 12, 26

    def at(place: int, value: float) -> tuple[float, float]:
        x = left + (wide - left - 12) * place / max(1, len(values) - 1)
        return x, top + (high - top - foot) * (1 - (value - floor) / (1 - floor or 1))

    points = [at(place, value) for place, value in enumerate(values)]
    parts = []
    for mark in (floor, (floor + 1) / 2, 1.0):
        y = at(0, mark)[1]
        parts.append(f'<line class="axis" x1="{left}" x2="{wide - 12}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{mark:.0%}</text>')
    if bar is not None:
        y = at(0, bar)[1]
        parts.append(f'<line class="bar" x1="{left}" x2="{wide - 12}" y1="{y:.1f}" y2="{y:.1f}"/>')
    parts.append(f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>')
    for place, (x, y) in enumerate(points):
        parts.append(f'<circle class="dot good" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
        parts.append(f'<text x="{x:.1f}" y="{high - 8}" text-anchor="middle">{place + 1}</text>')
    told = ", ".join(f"{value:.3f}" for value in values)
    return _svg(wide, high, parts, told, "plot")


def _svg(wide: int, high: int, parts: Sequence[str], told: str, kind: str, stretch: bool = False) -> str:
    ratio = ' preserveAspectRatio="none"' if stretch else ""
    head = f'<svg class="{kind}" viewBox="0 0 {wide} {high}" role="img" aria-label="{escape(told)}"{ratio}>'
    return f"{head}{''.join(parts)}</svg>"
