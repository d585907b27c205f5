"""Make ``src/analysis/claims_weights.txt`` from ``src/analysis/claims_sentences.csv``.

    python ops/claims.py

Run it after sentences were added, and print the rates in docs/claims.md again. Logistic regression with a ridge; each part of a
clause is first scaled by how differently it stands in the two kinds (naive Bayes), which suits a thousand short sentences. The
threshold is the one that refuses REFUSED of the harmless sentences of the part ``training`` when their group is left out of the fit:
sentences that were written one after the other are one group. Sentences of the held-out parts are never used. The same file gives the same
weights.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import optimize, sparse

from analysis import claims, likeness

SENTENCES = Path(claims.__file__).with_name("claims_sentences.csv")
# part of the file -> weight of its sentences
LEARNT = {"development": 1.0, "training": 1.0, "collection": 0.3}
FOLDS, GROUP = 10, 8
RIDGE, REFUSED = 0.05, 0.08
LEAST = {"zh": 2, "en": 3}  # a part that fewer clauses hold has no weight


@dataclass(frozen=True)
class Told:
    """A sentence of the file: its kind, its part of the file, its fold and the parts of each clause that the gates let through."""

    causal: bool
    part: str
    fold: int
    clauses: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Fit:
    """Weight of each part and the start."""

    weight: dict[str, float]
    start: float

    def score(self, clauses: Sequence[frozenset[str]]) -> float:
        """The highest score of the clauses; far below zero when there is none."""
        return max(
            (self.start + sum(self.weight.get(p, 0.0) for p in c) / len(c) ** 0.5 for c in clauses),
            default=-99.0,
        )


def told(lang: str, file: Path = SENTENCES) -> list[Told]:
    """The sentences of a language that are learnt from."""
    with file.open(encoding="utf-8", newline="") as handle:
        rows = [r for r in csv.DictReader(handle) if r["lang"] == lang and r["part"] in LEARNT]
    count: Counter[str] = Counter()
    made = []
    for row in rows:
        clauses = [c for c in claims.clauses(row["text"]) if not claims.passed_over(c)]
        parts = tuple(frozenset(likeness.parts(c, lang, claims.CLASSES[lang])) for c in clauses)
        made.append(Told(row["causal"] == "1", row["part"], count[row["causal"]] // GROUP % FOLDS, parts))
        count[row["causal"]] += 1
    return made


def fit(sentences: Sequence[Told], least: int) -> Fit:
    """Weights from sentences: each clause is an example of its sentence's kind."""
    clauses = [(c, s.causal, LEARNT[s.part]) for s in sentences for c in s.clauses]
    count = Counter(p for c, *_ in clauses for p in c)
    place = {p: i for i, p in enumerate(sorted(p for p, n in count.items() if n >= least))}
    kinds = np.ones((2, len(place)))
    rows, columns, values = [], [], []
    for i, (clause, causal, weight) in enumerate(clauses):
        for p in sorted(clause & place.keys()):
            kinds[int(causal), place[p]] += weight
            rows.append(i), columns.append(place[p]), values.append(len(clause) ** -0.5)
    shares = kinds / kinds.sum(axis=1, keepdims=True)
    scale = np.abs(np.log(shares[1] / shares[0]))
    x = sparse.csr_matrix((values, (rows, columns)), shape=(len(clauses), len(place))) @ sparse.diags(scale)
    x, back = x.tocsr(), x.T.tocsr()
    side = np.where([causal for _, causal, _ in clauses], 1.0, -1.0)
    weights = np.array([weight for *_, weight in clauses])

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        margin = side * (x @ b[:-1] + b[-1])
        slope = -weights * side / (1 + np.exp(margin))
        value = weights @ np.logaddexp(0, -margin) + RIDGE / 2 * (b[:-1] @ b[:-1])
        return value, np.append(back @ slope + RIDGE * b[:-1], slope.sum())

    best = optimize.minimize(
        loss, np.zeros(len(place) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}
    ).x
    return Fit({p: float(best[i] * scale[i]) for p, i in place.items()}, float(best[-1]))


def left_out(sentences: Sequence[Told], least: int) -> list[float]:
    """The score of each sentence by a fit that saw none of its group."""
    fits = [fit([s for s in sentences if s.fold != fold], least) for fold in range(FOLDS)]
    return [fits[s.fold].score(s.clauses) for s in sentences]


def threshold(sentences: Sequence[Told], scores: Sequence[float]) -> float:
    """The score above which REFUSED of the harmless sentences of the part ``training`` lie."""
    harmless = sorted(
        v for s, v in zip(sentences, scores, strict=True) if not s.causal and s.part == "training"
    )
    return harmless[math.floor((1 - REFUSED) * len(harmless))]


def table(file: Path = SENTENCES) -> dict[str, dict[str, int]]:
    """Language -> part -> weight in units of ``likeness.UNIT``; the start holds the threshold."""
    made = {}
    for lang in ("zh", "en"):
        sentences = told(lang, file)
        whole = fit(sentences, LEAST[lang])
        limit = threshold(sentences, left_out(sentences, LEAST[lang]))
        weights = {p: round(w / likeness.UNIT) for p, w in whole.weight.items()}
        made[lang] = {"": round((whole.start - limit) / likeness.UNIT)} | {
            p: w for p, w in sorted(weights.items()) if w
        }
    return made


def lines(made: dict[str, dict[str, int]]) -> str:
    """The table as it is kept."""
    return "".join(f"{lang}\t{w}\t{part}\n" for lang, weights in made.items() for part, w in weights.items())


def crossed(file: Path = SENTENCES) -> str:
    """The rates of patterns and weights on the part ``training``, each group left out of the fit that judges it; in Markdown."""
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    printed = []
    for lang in ("en", "zh"):
        sentences = told(lang, file)
        scores = left_out(sentences, LEAST[lang])
        limit = threshold(sentences, scores)
        texts = [r["text"] for r in rows if r["lang"] == lang and r["part"] in LEARNT]
        cells = []
        for causal in (True, False):
            hits = [
                v > limit or claims.said(t) is not None
                for s, v, t in zip(sentences, scores, texts, strict=True)
                if s.part == "training" and s.causal == causal
            ]
            cells.append(f"{sum(hits)} of {len(hits)}")
        printed.append(f"| training, crossed | {lang} | {' | '.join(cells)} |")
    return "\n".join(printed)


if __name__ == "__main__":
    likeness.WEIGHTS.write_text(lines(table()), encoding="utf-8")
    print(crossed())
