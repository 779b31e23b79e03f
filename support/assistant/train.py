"""Teach the understanding head: `python -m support.assistant.train`; `--curve` tells what more text would bring.

scikit-learn's multinomial logistic regression over the packaged embedding, the ideas touched and the hashed pieces,
one classifier for topic, request and stance each. Every figure printed is of paraphrase families that the classifier
had not seen, and so are the probabilities on which the temperatures and the alarms' thresholds are chosen. The same
text gives the same `head.npz`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Embedder
from support.assistant.alarm import Alarm, alarms
from support.assistant.curve import told
from support.assistant.features import BUCKETS, pieces
from support.assistant.head import NAMES, PACKAGED, dense_features
from support.assistant.projection import write_projection
from support.assistant.spelling import WORDS, vocabulary_of
from support.assistant.unseen import Scored, report
from support.assistant.utterance import Utterance, read

FOLDS = 5
STRENGTH = {"topic": 10.0, "request": 10.0, "stance": 10.0}
"""Inverse regularisation, chosen on unseen families."""
TEMPERATURES = np.geomspace(0.3, 2.0, 60)
SEED = 7

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lesson:
    """The rows as the classifiers see them: `features` is sparse, (rows, dimension + BUCKETS).

    `dimension` counts the embedding's numbers and the ideas'.
    """

    rows: tuple[Utterance, ...]
    features: Any
    dimension: int
    families: NDArray[np.str_]

    def labels(self, name: str) -> NDArray[np.str_]:
        return np.array([getattr(row, name) for row in self.rows])


@dataclass(frozen=True)
class Learned:
    """One classifier: `weights` (features, labels), `bias` (labels,), and how it did where it had not seen."""

    name: str
    weights: Floats
    bias: Floats
    scored: Scored
    temperature: float


def train(
    embedder: Embedder, rows: Sequence[Utterance], path: Path = PACKAGED
) -> tuple[tuple[Learned, ...], tuple[Alarm, ...]]:
    """Learn all three classifiers and the thresholds, and write them to `path`. Raises ModelUnavailable."""
    lesson = prepare(embedder, rows)
    learned = tuple(learn(lesson, name) for name in NAMES)
    heard = alarms(lesson.rows, learned[NAMES.index("topic")].scored)
    write(learned, heard, lesson.dimension, embedder.name, path)
    return learned, heard


def prepare(embedder: Embedder, rows: Sequence[Utterance]) -> Lesson:
    """Embed and hash the rows."""
    from scipy import sparse  # type: ignore[import-untyped]

    texts = [row.text for row in rows]
    found = [pieces(text) for text in texts]
    columns, weights = np.concatenate(found, axis=1)
    starts = np.cumsum([0, *(part.shape[1] for part in found)])
    hashed = sparse.csr_matrix((weights, columns.astype(np.intp), starts), shape=(len(texts), BUCKETS))
    embedded = embedder.embed_queries(texts)
    dense = np.stack([dense_features(text, vector) for text, vector in zip(texts, embedded, strict=True)])
    features = sparse.hstack([sparse.csr_matrix(dense), hashed], format="csr")
    return Lesson(tuple(rows), features, dense.shape[1], np.array([row.family for row in rows]))


def learn(lesson: Lesson, name: str) -> Learned:
    """One classifier on all rows, its temperature from five classifiers that each missed a fifth of the families."""
    truth = lesson.labels(name)
    labels = np.unique(truth)
    scores = np.zeros((len(truth), len(labels)))
    for seen, unseen in folds(lesson):
        scores[unseen] = fit(lesson.features[seen], truth[seen], labels, name)(lesson.features[unseen])
    model = _model(lesson.features, truth, name)
    temperature = _temperature(scores, np.searchsorted(labels, truth))
    scored = Scored(name, labels, truth, _softmax(scores / temperature))
    return Learned(name, *_weights(model, labels), scored, temperature)


def folds(lesson: Lesson) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Five pairs of row numbers, seen and unseen, that no family spans."""
    from sklearn.model_selection import GroupKFold

    splits = GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(lesson.features, groups=lesson.families)
    return list(splits)


def fit(features: Any, truth: NDArray[np.str_], labels: NDArray[np.str_], name: str) -> Callable[[Any], Floats]:
    """A classifier as a function from features to scores (rows, labels); a label it never met scores lowest."""
    weights, bias = _weights(_model(features, truth, name), labels)
    return lambda unseen: np.asarray(unseen @ weights) + bias


def write(learned: Sequence[Learned], heard: Sequence[Alarm], dimension: int, embedding: str, path: Path) -> None:
    """`head.npz` as `head.Head.load` reads it, weights in 16 bits."""
    arrays: dict[str, Any] = {"embedding": np.array(embedding), "seed": np.array(SEED)}
    arrays["alarm_labels"] = np.array([one.topic for one in heard])
    arrays["alarm_thresholds"] = np.array([one.threshold for one in heard])
    for one in learned:
        arrays[f"{one.name}_dense"] = one.weights[:dimension].astype(np.float16)
        arrays[f"{one.name}_sparse"] = one.weights[dimension:].astype(np.float16)
        arrays[f"{one.name}_bias"] = one.bias.astype(np.float32)
        arrays[f"{one.name}_labels"] = one.scored.labels
        arrays[f"{one.name}_temperature"] = np.array(one.temperature)
    np.savez_compressed(path, **arrays)


def _model(features: Any, truth: NDArray[np.str_], name: str) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH[name], tol=1e-3, max_iter=300).fit(features, truth)


def _weights(model: Any, labels: NDArray[np.str_]) -> tuple[Floats, Floats]:
    weights, bias = np.zeros((model.n_features_in_, len(labels))), np.full(len(labels), -30.0)
    at = np.searchsorted(labels, model.classes_)
    two = len(at) == 2  # of two labels scikit-learn keeps the second's scores alone
    weights[:, at], bias[at] = (0, 0) if two else (model.coef_.T, model.intercept_)
    if two:
        weights[:, at[1]], bias[at[1]] = model.coef_[0], model.intercept_[0]
    return weights, bias


def _temperature(scores: Floats, truth: NDArray[np.intp]) -> float:
    """The divisor of the scores under which the truth was likeliest (Guo et al. 2017, on calibration)."""
    rows = np.arange(len(truth))
    losses = [-np.log(_softmax(scores / t)[rows, truth] + 1e-12).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def main() -> None:
    """Learn, write and print."""
    from retrieval.packaged import universal_sentence_encoder

    parser = argparse.ArgumentParser(description="Teach the understanding head from utterances/*.jsonl.")
    shares = "write nothing; learn from growing shares of the families, of one classifier or of all three"
    parser.add_argument("--curve", nargs="*", choices=NAMES, metavar="CLASSIFIER", help=shares)
    parser.add_argument("--output", type=Path, default=PACKAGED)
    given = parser.parse_args()
    rows, embedder = read(), universal_sentence_encoder()
    if given.curve is not None:
        lesson = prepare(embedder, rows)
        for name in given.curve or NAMES:
            told(lesson, name, tell=partial(print, flush=True))
        return
    learned, heard = train(embedder, rows, given.output)
    if given.output == PACKAGED:
        write_projection(rows, embedder)
        WORDS.write_text(vocabulary_of((row.text, row.family) for row in rows), "utf-8")
    print(report(rows, [one.scored for one in learned]))
    print("\n".join(str(one) for one in heard))
    print(f"{given.output.name}: {given.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
