"""Teach the understanding head: `python -m support.assistant.train`; `--curve` tells what more text would bring.

One small network (`network.py`) over the packaged embedding, the ideas touched and the hashed pieces tells topic,
request and stance together. Every figure printed is of paraphrase families that the network had not seen, and so are
the probabilities on which the temperatures and the alarms' thresholds are chosen. The same
text gives the same `head.npz`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Embedder
from support.assistant.alarm import Alarm, alarms
from support.assistant.concepts import width
from support.assistant.curve import DRAWS, told
from support.assistant.features import BUCKETS, pieces
from support.assistant.head import NAMES, PACKAGED, dense_features
from support.assistant.network import Network, fit
from support.assistant.projection import write_projection
from support.assistant.spelling import WORDS, vocabulary_of
from support.assistant.unseen import Scored, report
from support.assistant.utterance import Utterance, read

FOLDS = 5
TEMPERATURES = np.geomspace(0.3, 2.0, 60)
SEED = 7
SEEDS = (7, 8)
"""Of the networks that are joined: their mean is right more often than either, and turns less at each learning."""

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
    """One classifier: how it did where it had not seen, and the divisor of its scores that was chosen there."""

    scored: Scored
    temperature: float


def train(
    embedder: Embedder, rows: Sequence[Utterance], path: Path = PACKAGED
) -> tuple[dict[str, Learned], tuple[Alarm, ...]]:
    """Learn the network and the thresholds, and write them to `path`. Raises ModelUnavailable."""
    lesson = prepare(embedder, rows)
    learned = unseen_scores(lesson)
    heard = alarms(lesson.rows, learned["topic"].scored)
    write(taught(lesson), learned, heard, lesson.dimension, embedder.name, path)
    return learned, heard


def prepare(embedder: Embedder, rows: Sequence[Utterance]) -> Lesson:
    """Embed and hash the rows."""
    from scipy import sparse

    texts = [row.text for row in rows]
    found = [pieces(text) for text in texts]
    columns, weights = np.concatenate(found, axis=1)
    starts = np.cumsum([0, *(part.shape[1] for part in found)])
    hashed = sparse.csr_matrix((weights, columns.astype(np.intp), starts), shape=(len(texts), BUCKETS))
    embedded = embedder.embed_queries(texts)
    dense = np.stack([dense_features(text, vector) for text, vector in zip(texts, embedded, strict=True)])
    features = sparse.hstack([sparse.csr_matrix(dense), hashed], format="csr")
    return Lesson(tuple(rows), features, dense.shape[1], np.array([row.family for row in rows]))


def unseen_scores(lesson: Lesson) -> dict[str, Learned]:
    """By classifier, from five networks that each missed a fifth of the families."""
    truth = {name: lesson.labels(name) for name in NAMES}
    labels = {name: np.unique(truth[name]) for name in NAMES}
    scores = {name: np.zeros((len(lesson.rows), len(labels[name]))) for name in NAMES}
    for seen, unseen in folds(lesson):
        for name, found in taught(lesson, seen).scores(lesson.features[unseen]).items():
            scores[name][unseen] = found
    return {name: _learned(name, labels[name], truth[name], scores[name]) for name in NAMES}


def _learned(name: str, labels: NDArray[np.str_], truth: NDArray[np.str_], scores: Floats) -> Learned:
    temperature = _temperature(scores, np.searchsorted(labels, truth))
    return Learned(Scored(name, labels, truth, _softmax(scores / temperature)), temperature)


def taught(lesson: Lesson, rows: NDArray[np.intp] | None = None, seeds: Sequence[int] = SEEDS) -> Network:
    """A network that learned from all rows, or from some; its labels are those of all, sorted."""
    chosen = np.arange(len(lesson.rows)) if rows is None else rows
    found = {name: np.unique(lesson.labels(name), return_inverse=True) for name in NAMES}
    truth = {name: codes[chosen] for name, (_, codes) in found.items()}
    counts = {name: len(labels) for name, (labels, _) in found.items()}
    return fit(lesson.features[chosen], lesson.dimension, lesson.dimension - width(), truth, counts, seeds)


def folds(lesson: Lesson) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Five pairs of row numbers, seen and unseen, that no family spans."""
    from sklearn.model_selection import GroupKFold

    splits = GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(lesson.features, groups=lesson.families)
    return list(splits)


def write(
    network: Network, learned: Mapping[str, Learned], heard: Sequence[Alarm], dimension: int, embedding: str, path: Path
) -> None:
    """`head.npz` as `head.Head.load` reads it: the pieces' weights in 8 bits, the others in 16."""
    arrays: dict[str, Any] = {"embedding": np.array(embedding), "seed": np.array(SEEDS)}
    arrays["alarm_labels"] = np.array([one.topic for one in heard])
    arrays["alarm_thresholds"] = np.array([one.threshold for one in heard])
    sparse = network.hidden[dimension:]
    scale = np.abs(sparse).max(axis=1) / 127
    arrays["hidden_dense"] = network.hidden[:dimension].astype(np.float16)
    arrays["hidden_sparse"] = np.rint(sparse / np.maximum(scale, 1e-12)[:, None]).astype(np.int8)
    arrays["hidden_scale"] = scale.astype(np.float32)
    arrays["hidden_bias"] = network.bias
    for name, (weights, bias) in network.outputs.items():
        arrays[f"{name}_weights"] = weights.astype(np.float16)
        arrays[f"{name}_bias"] = bias
        arrays[f"{name}_labels"] = learned[name].scored.labels
        arrays[f"{name}_temperature"] = np.array(learned[name].temperature)
    np.savez_compressed(path, **arrays)


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
    parser.add_argument("--draws", type=int, default=DRAWS, help="times that every fifth is asked for the curve")
    parser.add_argument("--output", type=Path, default=PACKAGED)
    given = parser.parse_args()
    rows, embedder = read(), universal_sentence_encoder()
    if given.curve is not None:
        lesson = prepare(embedder, rows)
        told(lesson, given.curve or NAMES, draws=given.draws, tell=partial(print, flush=True))
        return
    learned, heard = train(embedder, rows, given.output)
    if given.output == PACKAGED:
        write_projection(rows, embedder)
        WORDS.write_text(vocabulary_of((row.text, row.family) for row in rows), "utf-8")
    print(report(rows, [one.scored for one in learned.values()]))
    print("\n".join(str(one) for one in heard))
    print(f"{given.output.name}: {given.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
