"""Teaching: the same text gives the same file, and what was written is what is read."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedder import Matrix, unit_rows
from support.assistant.curve import Gain, Point, gain
from support.assistant.head import Head
from support.assistant.topics import done_of
from support.assistant.unseen import Scored, calibration_error, confusions, report, top
from support.assistant.utterance import BadUtterance, Utterance, read

pytest.importorskip("torch", reason="teaching needs the extra `models`")

SAID = {
    ("stock", "none", "general"): ["有货吗", "还有货吗", "现在有货没", "in stock?", "still in stock?", "any stock"],
    ("refund", "refund", "case"): ["我要退款", "退款", "给我退款", "refund me", "refund my order", "refund now"],
    ("thanks", "none", "other"): ["谢谢", "多谢了", "谢谢你", "thanks", "thanks a lot", "many thanks"],
}


class Letters:
    """An embedder small enough for a test: letters hashed into 32 numbers."""

    name, dimension = "letters", 32

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text:
                row[zlib.crc32(letter.encode()) % self.dimension] += 1
        return unit_rows(rows)

    embed_passages = embed_queries

    def warm(self) -> None: ...


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network of the size of the lesson, and as many steps as that takes."""
    monkeypatch.setattr("support.assistant.network.UNITS", 16)
    monkeypatch.setattr("support.assistant.network.LEAST_STEPS", 60)


@pytest.fixture
def rows() -> tuple[Utterance, ...]:
    return tuple(
        Utterance(text, "en" if text.isascii() else "zh-CN", *labels, f"{labels[0]}-{n}")
        for labels, texts in SAID.items()
        for n, text in enumerate(texts)
    )


def test_the_same_text_gives_the_same_file(rows: tuple[Utterance, ...], tmp_path: Path) -> None:
    from support.assistant.train import train

    for name in ("one.npz", "two.npz"):
        learned, heard = train(Letters(), rows, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    head = Head.load(tmp_path / "one.npz")
    assert heard == ()
    assert head.thresholds == {}
    assert head.embedding == "letters"
    for row in rows:
        found = head.predict(row.text, Letters().embed_queries([row.text]))
        assert (found.topic, found.request, found.stance) == (row.topic, row.request, row.stance)
    assert "18 utterances, 18 families" in report(rows, [one.scored for one in learned.values()])


def test_no_family_is_on_both_sides(rows: tuple[Utterance, ...]) -> None:
    from support.assistant.train import folds, prepare

    lesson = prepare(Letters(), rows)
    held_out = [unseen for _, unseen in folds(lesson)]
    for seen, unseen in folds(lesson):
        assert not set(lesson.families[seen]) & set(lesson.families[unseen])
    assert sorted(np.concatenate(held_out).tolist()) == list(range(len(rows)))


def test_the_curve_is_of_growing_shares_and_of_families_that_were_not_learned_from(rows: tuple[Utterance, ...]) -> None:
    from support.assistant.curve import curve, told
    from support.assistant.train import prepare

    lesson, lines = prepare(Letters(), rows), list[str]()
    drawn = list(curve(lesson, shares=(0.5, 1.0), draws=2))
    points = [at["topic"] for at in drawn]
    assert [point.families for point in points] == [7, 14]
    assert [point.rows for point in points] == [7, 14], "four fifths of eighteen families of one row"
    assert points[1].right.shape == (2, 18)
    assert points[1].right.mean() < 1.0, "one that learned from what it is asked would be right each time"
    assert (drawn[1]["done"].right <= points[1].right).all(), "here each topic is done another way"
    last = told(lesson, ["topic"], (0.5, 1.0), 2, lines.append)
    assert last["topic"] == gain(points[0], points[1], lesson.families)
    assert any(f"the last quarter added {last['topic']}: " in line for line in lines)
    assert "14 families, " in lines[2]


def test_networks_of_several_seeds_are_joined_to_their_mean(rows: tuple[Utterance, ...]) -> None:
    from support.assistant.train import prepare, taught

    lesson = prepare(Letters(), rows)
    apart = [taught(lesson, seeds=(seed,)).scores(lesson.features) for seed in (7, 8)]
    together = taught(lesson, seeds=(7, 8)).scores(lesson.features)
    assert not np.allclose(apart[0]["topic"], apart[1]["topic"], atol=1e-3)
    for name, found in together.items():
        assert np.allclose(found, (apart[0][name] + apart[1][name]) / 2, atol=1e-4)


def _point(*right: int) -> Point:
    return Point(1, 1, np.array([right], bool), np.zeros(len(right), np.intp))


def test_a_curve_has_stopped_where_the_last_share_adds_too_little_or_what_chance_would() -> None:
    alone = np.array([str(n) for n in range(8)])
    much = gain(_point(0, 0, 0, 0, 0, 0, 1, 1), _point(1, 1, 1, 1, 1, 1, 1, 1), alone)
    assert (much.mean, much.stopped) == (0.75, False)
    assert much.low == pytest.approx(0.75 - 1.96 * (0.75 * 0.25 / 8) ** 0.5)
    one = gain(_point(0, 0, 1, 1, 1, 1, 1, 1), _point(1, 0, 1, 1, 1, 1, 1, 1), alone)
    assert (one.mean, one.stopped) == (0.125, True), "one of eight may be chance"
    together = gain(_point(0, 0, 0, 0, 0, 0, 1, 1), _point(1, 1, 1, 1, 1, 1, 1, 1), np.array(["a"] * 6 + ["b"] * 2))
    assert together.low < much.low, "six rows of one family say less than six families"
    some = gain(_point(0, 0, 0, 0, 0, 0, 1, 1), _point(1, 1, 0, 0, 0, 0, 1, 1), alone, alone >= "4")
    assert some == Gain(0.0, 0.0)
    fifths = np.array([0, 0, 1, 1])
    none, half = (Point(1, 1, np.array([right], bool), fifths) for right in ([0, 0, 0, 0], [1, 1, 0, 0]))
    assert gain(none, half, alone[:4]).error == pytest.approx(np.hypot(0.25, 0.5)), "both fifths' networks differ"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("not_delivered none case", "manual_wait none case", True),
        ("not_delivered none case", "not_delivered refund case", False),
        ("invoice none general", "payment_methods none general", True),
        ("invoice invoice general", "payment_methods none general", False),
        ("price none general", "stock none general", False),
        ("wallet none case", "commission none case", True),
        ("human none general", "wallet none general", False),
        ("thanks none other", "goodbye none other", False),
    ],
)
def test_what_is_done_is_the_same_where_nothing_hangs_on_the_label(one: str, other: str, same: bool) -> None:
    assert (done_of(*one.split()) == done_of(*other.split())) is same


def test_scores() -> None:
    probabilities = np.array([[0.9, 0.1, 0.0], [0.6, 0.4, 0.0], [0.2, 0.1, 0.7], [0.5, 0.3, 0.2]])
    scored = Scored("topic", np.array(["a", "b", "c"]), np.array(["a", "b", "c", "c"]), probabilities)
    assert scored.right.tolist() == [True, False, True, False]
    assert top(scored, 2).tolist() == [True, True, True, False]
    assert confusions(scored) == [("b", "a", 1), ("c", "a", 1)]
    assert calibration_error(scored) == pytest.approx((0.1 + 0.6 + 0.3 + 0.5) / 4)


def test_the_packaged_text_is_sound() -> None:
    rows = read()
    topics = {row.family: (row.topic, row.lang) for row in rows}
    assert len({(row.text, row.lang) for row in rows}) == len(rows)
    assert all(topics[row.family] == (row.topic, row.lang) for row in rows)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "x.jsonl:2: not one object of the six fields"),
        ('{"text": "a"}', "x.jsonl:2: not one object"),
        (
            '{"text": "a", "lang": "en", "topic": "nope", "request": "none", "stance": "case", "family": "f"}',
            "x.jsonl:2: `topic` is 'nope': one of stock",
        ),
        (
            '{"text": " ", "lang": "en", "topic": "stock", "request": "none", "stance": "case", "family": "f"}',
            "x.jsonl:2: `text` is empty",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, why: str) -> None:
    good = '{"text": "a", "lang": "en", "topic": "stock", "request": "none", "stance": "case", "family": "f"}'
    (tmp_path / "x.jsonl").write_text(f"{good}\n{line}\n", "utf-8")
    with pytest.raises(BadUtterance, match=why.replace("(", r"\(")):
        read(tmp_path)
