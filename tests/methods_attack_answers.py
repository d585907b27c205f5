"""A fourth attack on the methods: answers worked out another way on awkward designs.

The first three change a good call and compare it with itself: what a method gets wrong in the good call they cannot see. Here each method that
has a plain definition is computed a second time from it (pairs counted, least squares with a column for every effect, every assignment,
scipy's and statsmodels' own distributions), on columns and panels of awkward designs: ties, weights of 0, 1e12 added, units of 1e-12, labels in
several levels, names that the code uses inside, gaps in time, half years, unordered classes, single rows, many groups. The second half, several
odd things at once and designs that leave nothing to tell, is ``methods_attack_chains``.

Findings: ``silent`` (another answer than the definition's), ``foreign`` (an error that is not the project's), ``refused`` (a sound table).
Run alone: ``python tests/methods_attack_answers.py``; `make soak` runs all of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import linprog

from analysis.errors import MethodError
from analysis.methods import (
    agreement,
    effects,
    efficiency,
    equity,
    exposure,
    indices,
    inequality,
    multiple,
    objective_weights,
    ranking,
    rates,
    scoring,
    spatial,
    subgroups,
    variation,
)  # fmt: skip

# --- columns --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Columns:
    """Columns of one table under the same labels; ``w`` may hold zeros; ``loose`` is the share by which rounding may move an answer."""

    label: str
    x: pd.Series
    y: pd.Series
    w: pd.Series
    events: pd.Series
    people: pd.Series
    loose: float = 1e-9

    @property
    def table(self) -> pd.DataFrame:
        return pd.DataFrame({"甲": self.x, "const": self.y, "_w": self.people})


def columns(seed: int) -> Iterator[Columns]:
    rng = np.random.default_rng(seed)

    def made(label: str, n: int = 12, size: float = 1.0, add: float = 0.0, step: int = 4096, index=None, zeros: int = 0, loose: float = 1e-9):  # fmt: skip
        """Numbers on a grid that the size and what is added leave exact."""
        x, y = (np.round(rng.uniform(1, 9, n) * step) / step * size + add for _ in range(2))
        w = rng.integers(1, 9, n).astype(float)
        w[rng.permutation(n)[:zeros]] = 0
        people = rng.integers(40, 400, n)
        events = np.minimum(rng.integers(0, 30, n), people)
        return Columns(label, *(pd.Series(v, index=index) for v in (x, y, w, events, people)), loose)

    yield made("plain")
    yield made("ties", step=1)
    yield made("five rows", n=5)
    yield made("many rows", n=3000, step=64)
    yield made("weights of 0", zeros=4)
    yield made("units of 1e-12", size=2.0**-40)
    yield made("units of 1e12", size=2.0**40)
    yield made("1e9 added", add=1e9, loose=1e-4)
    yield made("labels of two levels", index=pd.MultiIndex.from_tuples([(i // 3, f"s{i % 3}") for i in range(12)]))  # fmt: skip
    yield made("Chinese labels", index=list("甲乙丙丁戊己庚辛壬癸子丑"))
    yield made("labels 1 and 1.5", index=[i / 2 for i in range(12)])
    frozen = made("read only")
    yield Columns("read only", *(pd.Series(_frozen(v)) for v in (frozen.x, frozen.y, frozen.w, frozen.events, frozen.people)))  # fmt: skip
    wide = pd.DataFrame(np.repeat(np.column_stack([frozen.x, frozen.y, frozen.w, frozen.events, frozen.people]), 2, axis=0))  # fmt: skip
    yield Columns("views", *(wide[k][::2] for k in range(5)))


def _frozen(column: pd.Series) -> np.ndarray:
    values = column.to_numpy().copy()
    values.setflags(write=False)
    return values


def shares(w: pd.Series) -> np.ndarray:
    return w.to_numpy() / w.sum()


def gini(c: Columns) -> float:
    x, p = c.x.to_numpy(), shares(c.w)
    return float((np.abs(x[:, None] - x) * p[:, None] * p).sum() / (2 * (p * x).sum()))


def fraction(by: pd.Series, p: np.ndarray) -> np.ndarray:
    b = by.to_numpy()
    return np.array([p[b < v].sum() + p[b == v].sum() / 2 for v in b])


def concentration(x: np.ndarray, by: pd.Series, p: np.ndarray) -> float:
    r = fraction(by, p)
    return float(2 * (p * (x - (p * x).sum()) * (r - (p * r).sum())).sum() / (p * x).sum())


def theil(c: Columns, form: str) -> float:
    x, p = c.x.to_numpy() / (shares(c.w) * c.x.to_numpy()).sum(), shares(c.w)
    return float((p * x * np.log(x)).sum() if form == "T" else -(p * np.log(x)).sum())


def places(values: np.ndarray) -> np.ndarray:
    return np.array([1 + (values > v).sum() for v in values], dtype=float)


def scaled(t: np.ndarray) -> np.ndarray:
    return (t - t.min(axis=0)) / np.ptp(t, axis=0)


def entropy(t: np.ndarray) -> np.ndarray:
    p = t / t.sum(axis=0)
    spread = 1 + (p * np.log(p)).sum(axis=0) / np.log(len(t))
    return spread / spread.sum()


def topsis(t: np.ndarray, weights: np.ndarray) -> np.ndarray:
    v = t / np.sqrt((t**2).sum(axis=0)) * weights / weights.sum()
    up, down = (np.sqrt(((v - e) ** 2).sum(axis=1)) for e in (v.max(axis=0), v.min(axis=0)))
    return down / (up + down)


def critic(t: np.ndarray) -> np.ndarray:
    s = scaled(t)
    found = s.std(axis=0, ddof=1) * (1 - np.corrcoef(s.T)).sum(axis=0)
    return found / found.sum()


def grey(t: np.ndarray, reference: np.ndarray) -> np.ndarray:
    gaps = np.abs(t / t.mean(axis=0) - (reference / reference.mean())[:, None])
    return ((gaps.min() + gaps.max() / 2) / (gaps + gaps.max() / 2)).mean(axis=0)


def programme(inputs: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Constant returns by the multipliers: the dual of what the method solves."""
    found = []
    for x, y in zip(inputs, outputs, strict=True):
        scale_x, scale_y = inputs.mean(axis=0), outputs.mean(axis=0)
        a = np.hstack([-inputs / scale_x, outputs / scale_y])
        one = linprog(np.r_[np.zeros(len(x)), -y / scale_y], A_ub=a, b_ub=np.zeros(len(a)), A_eq=[np.r_[x / scale_x, np.zeros(len(y))]], b_eq=[1])  # fmt: skip
        found.append(-one.fun)
    return np.array(found)


def kendall(a: pd.Series, b: pd.Series) -> float:
    return float(stats.kendalltau(a, b).statistic)


def chances(x: np.ndarray, se: float) -> np.ndarray:
    """Chances of the places of the first unit: all patterns of who stands above it, over its own error by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    found = np.zeros(len(x))
    for z, weight in zip(nodes, weights / np.sqrt(2 * np.pi), strict=True):
        above = stats.norm.sf((x[0] + se * z - x[1:]) / se)
        law = np.array([1.0])
        for p in above:
            law = np.convolve(law, [1 - p, p])
        found += weight * law
    return found


def moran(x: np.ndarray) -> float:
    """Each place with the next one, and the last with the first."""
    z = x - x.mean()
    return float((z * (np.roll(z, 1) + np.roll(z, -1)) / 2).sum() / (z**2).sum())


def ring(index: pd.Index) -> pd.DataFrame:
    n = len(index)
    w = np.zeros((n, n))
    for i in range(n):
        w[i, (i + 1) % n] = w[(i + 1) % n, i] = 1
    return pd.DataFrame(w, index=index, columns=index)


def alpha(codes: np.ndarray) -> float:
    """Pairs of codes within units against all pairs."""
    within = [(a - b) ** 2 for unit in codes.T for a, b in combinations(unit, 2)]
    every = [(a - b) ** 2 for a, b in combinations(codes.ravel(), 2)]
    return float(1 - np.mean(within) / np.mean(every))


def midpoint(c: Columns) -> np.ndarray:
    a, b = c.x.to_numpy(), c.y.to_numpy()
    before, after = a / a.sum(), b / b.sum()
    own = [((b[i] / (b.sum())) - a[i] / (b.sum() - b[i] + a[i]) + b[i] / (a.sum() - a[i] + b[i]) - a[i] / a.sum()) / 2 for i in range(len(a))]  # fmt: skip
    return np.r_[(before + after) / 2 * (b.sum() - a.sum()), (a.sum() + b.sum()) / 2 * (after - before), own]


def _months(c: Columns) -> pd.DataFrame:
    return pd.DataFrame({"月": range(len(c.x)), "n": c.events.to_numpy() + 1})


def _three_of(found) -> np.ndarray:
    return np.array(
        [found.estimate, found.se / 1e4]
    )  # the error to five digits: its weights are those of the last step but one


def poisson(c: Columns) -> np.ndarray:
    """Newton's steps to the Poisson line with a level change."""
    t, n = np.arange(len(c.x), dtype=float), c.events.to_numpy() + 1.0
    x = np.column_stack([np.ones(len(t)), t / 10, t >= 6])
    b = np.array([np.log(n.mean()), 0, 0])
    for _ in range(60):
        mean = np.exp(x @ b)
        b = b + np.linalg.solve(x.T @ (x * mean[:, None]), x.T @ (n - mean))
    return np.array([b[2], np.sqrt(np.linalg.inv(x.T @ (x * np.exp(x @ b)[:, None]))[2, 2]) / 1e4])


def _sectors(c: Columns) -> pd.DataFrame:
    n = len(c.x)
    return pd.DataFrame({"省": [*range(n)] * 2, "类": ["甲"] * n + ["乙"] * n, "前": [*c.x, *c.people], "后": [*c.y, *(c.people + c.events)]})  # fmt: skip


def shifts(c: Columns) -> np.ndarray:
    d = _sectors(c)
    nation = d["后"].sum() / d["前"].sum() - 1
    own = d.groupby("类")[["前", "后"]].sum()
    sector = d["类"].map(own["后"] / own["前"] - 1)
    return np.column_stack([d["前"] * nation, d["前"] * (sector - nation), d["后"] - d["前"] * (1 + sector)]).ravel()  # fmt: skip


def stable(c: Columns) -> np.ndarray:
    """Places of the first unit beyond which a fortieth of the chances lies, its own place among them."""
    law = np.cumsum(chances(np.log(c.x.to_numpy()), 0.1))
    own = places(c.x.to_numpy())[0]
    return np.array([min(own, 1 + (law <= 0.025 + 1e-12).sum()), max(own, 1 + (law < 0.975 - 1e-12).sum())])


def moves(c: Columns) -> np.ndarray:
    """Thirds by the middle of a value's ties, counted."""
    classes = [np.array([min(2, int(3 * ((v < u).sum() + ((v == u).sum()) / 2) / len(v))) for u in v]) for v in (c.x.to_numpy(), c.y.to_numpy())]  # fmt: skip
    found = np.array([[((classes[0] == i) & (classes[1] == j)).sum() for j in range(3)] for i in range(3)], dtype=float)  # fmt: skip
    with np.errstate(invalid="ignore"):
        return (found / found.sum(axis=1, keepdims=True)).ravel()


def contributions(c: Columns) -> np.ndarray:
    """Elasticity times index of each factor, the rest, and the whole."""
    p, x = shares(c.w), c.x.to_numpy()
    factors = np.column_stack([c.y, c.events]).astype(float)
    root = np.sqrt(p)[:, None]
    slope = np.linalg.lstsq(root * np.column_stack([np.ones(len(x)), factors / factors.mean(axis=0)]), root[:, 0] * x, rcond=None)[0][1:] / factors.mean(axis=0)  # fmt: skip
    part = [b * (p * f).sum() / (p * x).sum() * concentration(f, c.people, p) for b, f in zip(slope, factors.T, strict=True)]  # fmt: skip
    whole = concentration(x, c.people, p)
    return np.array([*part, whole - sum(part), whole])


def capped(c: Columns) -> np.ndarray:
    raw = c.events.to_numpy()
    after = np.minimum(raw, 15)
    pairs = [(i, j) for i, j in combinations(range(len(raw)), 2)]
    tied = np.mean([after[i] == after[j] for i, j in pairs if raw[i] != raw[j]])
    return np.array([stats.kendalltau(raw, after).statistic, tied, (raw >= 15).mean()])


def signals(c: Columns) -> np.ndarray:
    """Points beyond 2.66 mean moving ranges, and runs of four on one side, counted one by one from the values less their middle."""
    x = c.x.to_numpy() - c.x.median()
    moving = np.abs(np.diff(x))
    moving = moving[moving <= 3.267 * moving.mean()]
    away = x - x.mean()
    outside = np.abs(away) > 2.66 * moving.mean()
    side, run = np.sign(np.where(np.abs(away) < 1e-9 * np.ptp(x), 0, away)), np.zeros(len(x))
    for i in range(len(x) - 3):
        if side[i] != 0 and (side[i : i + 4] == side[i]).all():
            run[i : i + 4] = 1
    return np.r_[outside, run]


def undominated(c: Columns) -> np.ndarray:
    """With two inputs, equal outputs and variable returns: no mixture of two units uses less of one and no more of the other."""
    x, y = c.x.to_numpy() / c.x.mean(), c.y.to_numpy() / c.y.mean()
    found = np.ones(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            for k in range(len(x)):
                w = np.linspace(0, 1, 2001) if j != k else np.array([1.0])
                a, b = w * x[j] + (1 - w) * x[k] - x[i], w * y[j] + (1 - w) * y[k] - y[i]
                if ((a < 1e-12) & (b < 1e-12) & (a + b < -1e-6)).any():
                    found[i] = 0
    return found


def small(c: Columns, least: int = 1, most: int = 200) -> bool:
    return least <= len(c.x) <= most


Answer = tuple[str, Callable[[Columns], object], Callable[[Columns], object], Callable[[Columns], bool]]


def always(c: Columns) -> bool:
    return True


def spread(c: Columns) -> bool:
    """Designs in which a large constant does not swallow what differs."""
    return c.label != "1e9 added"


ANSWERS: list[Answer] = [
    ("rank", lambda c: ranking.rank(c.x, "higher"), lambda c: places(c.x.to_numpy()), always),
    ("rank, lower", lambda c: ranking.rank(c.x, "lower"), lambda c: places(-c.x.to_numpy()), always),
    ("mobility", lambda c: ranking.mobility(c.x, c.y, k=3)["kendall_tau"], lambda c: kendall(c.x, c.y), always),
    ("spearman", lambda c: ranking.mobility(c.x, c.y, k=3)["spearman"], lambda c: stats.spearmanr(c.x, c.y).statistic, always),
    ("noise_needed", lambda c: ranking.noise_needed(c.x, c.y), lambda c: np.abs(c.y - c.x) / (1.96 * np.sqrt(2)), always),
    ("regression_to_mean", lambda c: ranking.regression_to_mean(c.x, c.y, reliability=0.6, reference=c.x)["expected"], lambda c: c.x.mean() + 0.6 * (c.x - c.x.mean()), always),
    ("rank_intervals", lambda c: ranking.rank_intervals(c.x, low=c.x - c.x.std(), high=c.x + c.x.std(), better="higher")["low"], lambda c: [1 + (c.x - c.x.std() > v + c.x.std()).sum() for v in c.x], spread),
    ("rank_probability", lambda c: ranking.rank_probability(c.x, se=float(c.x.std()), better="higher").iloc[0], lambda c: chances(c.x.to_numpy(), float(c.x.std())), small),
    ("gini", lambda c: equity.gini(c.x, c.w), gini, always),
    ("with_interval", lambda c: inequality.with_interval(c.x, c.w).estimate, gini, always),
    ("theil T", lambda c: equity.theil(c.x, c.w)["total"], lambda c: theil(c, "T"), spread),
    ("theil L", lambda c: equity.theil(c.x, c.w, measure="L")["total"], lambda c: theil(c, "L"), spread),
    ("lorenz", lambda c: _area(equity.lorenz(c.x, c.w)), lambda c: (1 - gini(c)) / 2, always),
    ("concentration_index", lambda c: equity.concentration_index(c.x, c.y, c.w), lambda c: concentration(c.x.to_numpy(), c.y, shares(c.w)), always),
    ("concentration", lambda c: inequality.concentration(c.x, c.y, c.w).estimate, lambda c: concentration(c.x.to_numpy(), c.y, shares(c.w)), always),
    ("hrad", lambda c: equity.hrad(c.x, c.y), lambda c: shares(c.x) / shares(c.y), always),
    ("entropy_weights", lambda c: indices.entropy_weights(c.table), lambda c: entropy(c.table.to_numpy(dtype=float)), spread),
    ("topsis", lambda c: indices.topsis(c.table, [1, 2, 3]), lambda c: topsis(c.table.to_numpy(dtype=float), np.array([1, 2, 3])), always),
    ("composite", lambda c: indices.composite(c.table, {"p": ["甲", "_w"], "q": ["const"]})["composite"], lambda c: scaled(c.table.to_numpy(dtype=float)) @ [0.25, 0.5, 0.25], always),
    ("rank_sum_ratio", lambda c: indices.rank_sum_ratio(c.table)["rsr"], lambda c: c.table.rank().mean(axis=1) / len(c.x), always),
    ("critic_weights", lambda c: objective_weights.critic_weights(c.table), lambda c: critic(c.table.to_numpy(dtype=float)), always),
    ("grey_relational_degree", lambda c: objective_weights.grey_relational_degree(c.table, c.events + 1), lambda c: grey(c.table.to_numpy(dtype=float), c.events.to_numpy() + 1.0), always),
    ("coupling_coordination", lambda c: objective_weights.coupling_coordination(pd.DataFrame(scaled(c.table.to_numpy(dtype=float))), form="geometric")["development"], lambda c: scaled(c.table.to_numpy(dtype=float)).mean(axis=1), always),
    ("xmr", lambda c: variation.xmr(c.x, screen=False), lambda c: c.x.mean() + np.array([-2.66, 0, 2.66]) * np.abs(np.diff(c.x)).mean(), lambda c: len(c.x) > 5),
    ("xmr_signals", lambda c: variation.xmr_signals(c.x, run=4)[["outside", "in_run"]].to_numpy(dtype=float).T.ravel(), signals, lambda c: len(c.x) > 5),
    ("decompose_share", lambda c: variation.decompose_share(c.x, c.y)[["volume", "mix", "own"]].to_numpy().T.ravel(), midpoint, always),
    ("wilson", lambda c: variation.wilson(c.events, c.people)[["low", "high"]].to_numpy().T.ravel(), lambda c: np.ravel(_proportion(c)), always),
    ("funnel_limits", lambda c: variation.funnel_limits(c.events, c.people)["high_95"], lambda c: np.minimum(1, _pooled(c) + 1.959963984540054 * np.sqrt(_pooled(c) * (1 - _pooled(c)) / c.people)), always),
    ("direct_rate", lambda c: rates.direct_rate(c.events, c.people, c.y).estimate, lambda c: (c.events / c.people * shares(c.y)).sum(), always),
    ("indirect_ratio", lambda c: _three(rates.indirect_ratio(c.events, c.people, c.people / 5000)), lambda c: _garwood(c.events.sum()) / (c.people**2 / 5000).sum(), always),
    ("funnel_ratios", lambda c: rates.funnel_ratios(c.events, c.people / 9)["ratio"], lambda c: c.events / (c.people / 9), always),
    ("funnel_rates", lambda c: rates.funnel_rates(c.events, c.people)["rate"], lambda c: c.events / c.people, always),
    ("poisson_rate", lambda c: exposure.poisson_rate(int(c.events.iloc[0]), 7.0), lambda c: _garwood(c.events.iloc[0]) / 7, always),
    ("credited", lambda c: scoring.credited(c.events, floor=3, cap=20), lambda c: c.events.clip(3, 20), always),
    ("next_point", lambda c: scoring.next_point(c.events, cap=20), lambda c: (c.events + 1).clip(upper=20) - c.events.clip(upper=20), always),
    ("adjusted", lambda c: multiple.adjusted(c.events / 30), lambda c: stats.false_discovery_control(c.events / 30), always),
    ("holm", lambda c: multiple.adjusted(c.events / 30, method="holm"), lambda c: _holm(c.events.to_numpy() / 30), always),
    ("dea", lambda c: efficiency.dea(c.x, c.y), lambda c: (c.y / c.x) / (c.y / c.x).max(), always),
    ("dea by multipliers", lambda c: efficiency.dea(c.table[["甲", "_w"]], c.y), lambda c: programme(c.table[["甲", "_w"]].to_numpy(dtype=float), c.y.to_numpy()[:, None]), small),
    ("dea_slacks", lambda c: efficiency.dea_slacks(c.x, c.y)["efficiency"], lambda c: (c.y / c.x) / (c.y / c.x).max(), small),
    ("dea_slacks, efficient", lambda c: efficiency.dea_slacks(pd.DataFrame({"a": c.x, "b": c.y}), c.x * 0 + 1, returns="variable")["efficient"].astype(float), undominated, small),
    ("scale_efficiency", lambda c: efficiency.scale_efficiency(c.x, c.y)["constant"], lambda c: (c.y / c.x) / (c.y / c.x).max(), small),
    ("morans_i", lambda c: spatial.morans_i(c.x, ring(c.x.index), draws=99).estimate, lambda c: moran(c.x.to_numpy()), small),
    ("local_morans_i", lambda c: spatial.local_morans_i(c.x, ring(c.x.index), draws=99)["local"].mean(), lambda c: moran(c.x.to_numpy()), small),
    ("alpha", lambda c: agreement.alpha([c.x.tolist(), c.y.tolist()], "interval", draws=9).alpha, lambda c: alpha(np.array([c.x, c.y])), small),
    ("stability_interval", lambda c: ranking.stability_interval(c.x, relative_error=0.1, better="higher").iloc[0].to_numpy(dtype=float)[1:], stable, lambda c: spread(c) and small(c)),
    ("transition_matrix", lambda c: ranking.transition_matrix(c.x, c.y, k=3).to_numpy(dtype=float).ravel(), moves, always),
    ("decompose_concentration", lambda c: inequality.decompose_concentration(c.x, pd.DataFrame({"f": c.y, "g": c.events}), c.people, c.w)["contribution"].to_numpy(), contributions, lambda c: spread(c) and len(c.x) > 5),
    ("composite, geometric", lambda c: indices.composite(c.table, {"p": ["甲", "const", "_w"]}, aggregation="geometric", floor=0.1)["composite"], lambda c: np.exp(np.log(0.1 + 0.9 * scaled(c.table.to_numpy(dtype=float))).mean(axis=1)), always),
    ("composite, z", lambda c: indices.composite(c.table, {"p": ["甲", "const", "_w"]}, normalisation="zscore")["composite"], lambda c: stats.zscore(c.table.to_numpy(dtype=float)).mean(axis=1), spread),
    ("dea, output", lambda c: efficiency.dea(c.table[["甲", "_w"]], c.y, orientation="output"), lambda c: programme(c.table[["甲", "_w"]].to_numpy(dtype=float), c.y.to_numpy()[:, None]), small),
    ("score effects", lambda c: scoring.effects(c.events, cap=15)[["kendall_tau", "tied", "idle"]], capped, small),
    ("band", lambda c: scoring.band(c.events * 3, {"A": 20, "B": 60}).map({"A": 1, "B": 2}).fillna(0).astype(float), lambda c: [1 if v <= 20 else 2 if v <= 60 else 0 for v in c.events * 3], always),
    ("interrupted_time_series", lambda c: _three_of(effects.interrupted_time_series(_months(c), outcome="n", time="月", start=6, family="poisson")), poisson, lambda c: 12 <= len(c.x) < 200),
    ("shift_share", lambda c: effects.shift_share(_sectors(c), unit="省", sector="类", before="前", after="后")[["national", "mix", "own"]].to_numpy().ravel(), shifts, small),
    ("measures", lambda c: subgroups.measures(c.x, c.people, order=c.people.rank(method="first")).loc[["bgv", "ti", "mld"], "estimate"], lambda c: _who(c), spread),
]  # fmt: skip


def _area(curve: pd.DataFrame) -> float:
    return float(np.trapezoid(curve["share"], curve["population"]))


def _pooled(c: Columns) -> float:
    return c.events.sum() / c.people.sum()


def _proportion(c: Columns) -> list[np.ndarray]:
    from statsmodels.stats.proportion import proportion_confint

    return [np.asarray(v) for v in proportion_confint(c.events, c.people, method="wilson")]


def _garwood(count: float) -> np.ndarray:
    return np.array([count, stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, stats.chi2.ppf(0.975, 2 * count + 2) / 2])  # fmt: skip


def _three(result) -> np.ndarray:
    return np.array([result.estimate, result.low, result.high])


def _holm(p: np.ndarray) -> np.ndarray:
    from statsmodels.stats.multitest import multipletests

    return multipletests(p, method="holm")[1]


def _who(c: Columns) -> np.ndarray:
    p, x = shares(c.people), c.x.to_numpy()
    mean = (p * x).sum()
    return np.array([(p * (x - mean) ** 2).sum(), 1000 * (p * x / mean * np.log(x / mean)).sum(), 1000 * -(p * np.log(x / mean)).sum()])  # fmt: skip


# --- panels ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """A table with the names of its columns; ``even`` where every unit has every period."""

    label: str
    data: pd.DataFrame
    names: tuple[str, str, str, str, str, str] = ("y", "unit", "time", "x", "first", "group")
    even: bool = True
    loose: float = 1e-7
    whole: bool = True  # periods are whole numbers that follow one another

    @property
    def keys(self) -> dict[str, str]:
        return dict(zip(("outcome", "unit", "time"), self.names[:3], strict=True))

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Outcome (less a constant that effects take up), unit, time, regressor, date, cluster; rows with all of them."""
        d = self.data[list(self.names)]
        d = d[d[[self.names[0], self.names[3]]].notna().all(axis=1)]
        y = d[self.names[0]].to_numpy(dtype=float)
        return (y - y.mean(), *(pd.factorize(d[n], sort=False)[0] for n in self.names[1:3]), d[self.names[3]].to_numpy(dtype=float), d[self.names[4]].to_numpy(dtype=float), pd.factorize(d[self.names[5]])[0])  # fmt: skip


def panels(seed: int) -> Iterator[Panel]:
    rng = np.random.default_rng(seed)

    def made(units: int = 16, periods=range(2015, 2021), step: int = 4096) -> pd.DataFrame:
        years = list(periods)
        d = pd.DataFrame([(u, t) for u in range(1, units + 1) for t in years], columns=["unit", "time"])
        d["first"] = d["unit"].map(
            lambda u: years[2] if u <= 4 else years[4] if u <= 9 and len(years) > 4 else 0
        )
        d["x"] = np.round(rng.normal(size=len(d)) * step) / step
        d["y"] = np.round((d["x"] + d["unit"] % 5 + rng.normal(size=len(d))) * step) / step
        d["group"] = (d["unit"] + 1) // 2
        return d

    base = made()
    yield Panel("plain", base)
    yield Panel("rows dropped", base[rng.uniform(size=len(base)) > 0.25], even=False)
    yield Panel(
        "outcomes missing", base.assign(y=base["y"].where(rng.uniform(size=len(base)) > 0.2)), even=False
    )
    alone = base[(base["unit"] < 15) | (base["time"] == 2017)]
    yield Panel("units of one row", alone, even=False)
    yield Panel("gaps in time", made(periods=(2010, 2011, 2014, 2019, 2020)), whole=False)
    yield Panel("half years", made(periods=(2015.0, 2015.5, 2016.0, 2016.5, 2017.0)), whole=False)
    yield Panel("years as floats", base.assign(time=base["time"].astype(float)))
    yield Panel("many groups", made(units=150, periods=range(2015, 2018)))
    yield Panel("one cluster a unit", base.assign(group=base["unit"]))
    yield Panel("1e12 added", base.assign(y=base["y"] + 1e12), loose=2e-4)
    yield Panel("units of 1e-12", base.assign(y=base["y"] * 2.0**-40, x=base["x"] * 2.0**-40))
    yield Panel("regressor of 1e12", base.assign(x=base["x"] * 2.0**40))
    mixed = base.assign(unit=base["unit"].map(lambda u: f"省{u % 7}·{u}").astype(pd.CategoricalDtype()))
    yield Panel("unordered classes", mixed)
    inside = ("y hat", "const", "_code", "unit", "time", "weights")
    yield Panel("names used inside", base.rename(columns=dict(zip(("y", "unit", "time", "x", "first", "group"), inside, strict=True))), inside)  # fmt: skip
    hidden = ("_y", "_unit", "_time", "_x", "_first", "_w")
    yield Panel("names with a dash", base.rename(columns=dict(zip(("y", "unit", "time", "x", "first", "group"), hidden, strict=True))), hidden)  # fmt: skip
    chinese = ("住院日", "省份", "年份", "每千人口医师", "启动年", "大区")
    yield Panel("Chinese names", base.rename(columns=dict(zip(("y", "unit", "time", "x", "first", "group"), chinese, strict=True))), chinese)  # fmt: skip
    twice = pd.concat([base, base[["x"]].rename(columns={"x": "note"}), base[["x"]].rename(columns={"x": "note"})], axis=1)  # fmt: skip
    yield Panel("a name twice that is not used", twice)
    yield Panel("labels of two levels", base.set_index(pd.MultiIndex.from_arrays([base["unit"] % 3, base["time"] % 2], names=["a", "b"])))  # fmt: skip
    yield Panel("every other row of a longer table", made(units=32)[lambda d: d["unit"] % 2 == 0])


def dummies(*codes: np.ndarray) -> np.ndarray:
    return np.hstack([np.eye(code.max() + 1)[code] for code in codes])


def ols(y: np.ndarray, x: np.ndarray, *codes: np.ndarray) -> np.ndarray:
    """Coefficients of x beside a column for every effect, sizes evened out first."""
    size = np.sqrt((x**2).sum(axis=0))
    return np.linalg.lstsq(np.hstack([x / size, dummies(*codes)]), y, rcond=None)[0][: x.shape[1]] / size


def sandwich(y: np.ndarray, x: np.ndarray, cluster: np.ndarray, *codes: np.ndarray) -> np.ndarray:
    """Coefficient and its uncorrected clustered error."""
    effects_of = dummies(*codes)
    x_left, y_left = (v - effects_of @ np.linalg.lstsq(effects_of, v, rcond=None)[0] for v in (x[:, 0], y))
    found = (x_left @ y_left) / (x_left @ x_left)
    score = np.bincount(cluster, weights=x_left * (y_left - x_left * found))
    return np.array([found, np.sqrt((score**2).sum()) / (x_left @ x_left)])


def times(p: Panel) -> np.ndarray:
    d = p.data[p.data[[p.names[0], p.names[3]]].notna().all(axis=1)]
    return d[p.names[2]].to_numpy(dtype=float)


def post(p: Panel) -> np.ndarray:
    _, _, _, _, first, _ = p.arrays()
    return ((first > 0) & (times(p) >= first)).astype(float)


def with_post(p: Panel) -> pd.DataFrame:
    d = p.data.copy()
    d["这以后"] = ((d[p.names[4]] > 0) & (d[p.names[2]].astype(float) >= d[p.names[4]])).astype(int)
    return d


def by_cell(table: pd.DataFrame) -> dict[str, float]:
    return {f"{g:g} {t:g}": float(e) for g, t, e in table[["group", "time", "estimate"]].itertuples(index=False)}  # fmt: skip


def cells(p: Panel) -> dict[str, float]:
    """Group-time effects against the never treated, one by one: differences of means from the period before."""
    d = p.data.assign(_t=p.data[p.names[2]].astype(float))
    wide = d.pivot(index=p.names[1], columns="_t", values=p.names[0])
    first = d.groupby(p.names[1], observed=True)[p.names[4]].first().reindex(wide.index)
    found = {}
    for group in sorted(first[first > 0].unique()):
        for time in wide.columns[1:]:
            change = wide[time] - wide[group - 1.0 if time >= group else time - 1.0]
            found[f"{group:g} {time:g}"] = float(change[first == group].mean() - change[first == 0].mean())
    return found


def _start(p: Panel):
    data, early = one_date(p)
    return data[p.names[2]][data[p.names[2]].astype(float) >= early].min()


def _tried(p: Panel) -> pd.DataFrame:
    data, _ = one_date(p)
    return data.assign(**{"受试": (data[p.names[4]] > 0).astype(int)})


def dealt(p: Panel) -> float:
    """The share of all choices of as many treated units that show a difference at least as far from 0."""
    d = _tried(p)
    late = d[p.names[2]].astype(float) >= float(_start(p))
    by = [d[at].groupby(p.names[1], observed=True)[p.names[0]].mean() for at in (late, ~late)]
    gain = by[0] - by[1]
    mark = d.groupby(p.names[1], observed=True)["受试"].first().reindex(gain.index).to_numpy() == 1
    values, many = gain.to_numpy(dtype=float), int(mark.sum())
    shown = abs(values[mark].mean() - values[~mark].mean())
    sums = np.array([values[list(chosen)].sum() for chosen in combinations(range(len(values)), many)])
    every = np.abs(sums / many - (values.sum() - sums) / (len(values) - many))
    return float((every >= shown * (1 - 1e-9)).mean())


def false_dates(p: Panel) -> np.ndarray:
    """Differences of mean changes about each date before the true one, on what lies before it."""
    data, early = one_date(p)
    time = data[p.names[2]].astype(float)
    before = data[time < early]
    periods = sorted(time[time < early].unique())[1:]
    y = before[p.names[0]] - p.data[p.names[0]].mean()
    found = []
    for start in periods:
        mean = y.groupby([before[p.names[4]] > 0, before[p.names[2]].astype(float) >= start]).mean()
        found.append(float(mean[True, True] - mean[True, False] - mean[False, True] + mean[False, False]))
    return np.array(found)


def ahead(p: Panel) -> np.ndarray:
    """The regressor and its next value beside a column for every effect."""
    y, unit, _, x, _, _ = p.arrays()
    period = np.unique(times(p), return_inverse=True)[1]
    held = dict(zip(zip(unit, period, strict=True), x, strict=True))
    then = np.array([held.get((u, t + 1), np.nan) for u, t in zip(unit, period, strict=True)])
    keep = ~np.isnan(then)
    codes = [np.unique(v[keep], return_inverse=True)[1] for v in (unit, period)]
    return ols(y[keep], np.column_stack([x, then])[keep], *codes)


def seen(p: Panel) -> float:
    """Bloom's multiple of the pooled error of the difference of mean gains."""
    d = _tried(p)
    late = d[p.names[2]].astype(float) >= float(_start(p))
    by = [d[at].groupby(p.names[1], observed=True)[p.names[0]].mean() for at in (late, ~late)]
    gain = (by[0] - by[1]).to_numpy(dtype=float)
    mark = d.groupby(p.names[1], observed=True)["受试"].first().to_numpy() == 1
    one, other = gain[mark], gain[~mark]
    df = len(gain) - 2
    pooled = (((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum()) / df
    reach = stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df)
    return float(reach * np.sqrt(pooled * (1 / len(one) + 1 / len(other))))


def ranked(p: Panel) -> np.ndarray:
    values, time = p.data[p.names[0]].to_numpy(dtype=float), p.data[p.names[2]].astype(float).to_numpy()
    return np.array([np.nan if np.isnan(v) else 1 + (values[time == t] > v).sum() for v, t in zip(values, time, strict=True)])  # fmt: skip


def _positive(p: Panel) -> pd.DataFrame:
    d = p.data.copy()
    d["投入"], d["产出"] = (
        np.exp(d[n].to_numpy(dtype=float) - d[n].to_numpy(dtype=float).mean())
        for n in (p.names[3], p.names[0])
    )
    return d


def productivity(p: Panel) -> np.ndarray:
    """With one input and one output each frontier is one ratio, and what is left is the change of the unit's own."""
    d = _positive(p).assign(_t=p.data[p.names[2]].astype(float), _row=range(len(p.data)))
    d["_r"] = np.log(d["产出"] / d["投入"])
    d = d.sort_values("_t", kind="stable").assign(
        _g=lambda d: d.groupby(p.names[1], observed=True)["_r"].diff()
    )
    return np.exp(d.sort_values("_row")["_g"].dropna().to_numpy())


def dated(p: Panel) -> np.ndarray:
    """Relative period of each row, missing for the never treated."""
    _, _, _, _, first, _ = p.arrays()
    return np.where(first > 0, times(p) - first, np.nan)


def saturated(p: Panel) -> dict[float, float]:
    """Sun and Abraham: a coefficient for each group and relative period but the last before, weighted by rows."""
    y, unit, time, _, first, _ = p.arrays()
    relative = dated(p)
    pairs = sorted({(g, r) for g, r in zip(first, relative, strict=True) if g > 0 and r != -1})
    x = np.column_stack([((first == g) & (relative == r)).astype(float) for g, r in pairs])
    found, size = ols(y, x, unit, time), x.sum(axis=0)
    out = {}
    for r in sorted({r for _, r in pairs}):
        at = [k for k, (_, own) in enumerate(pairs) if own == r]
        out[r] = float((found[at] * size[at]).sum() / size[at].sum())
    return out


def shown(study) -> dict[float, float]:
    """The coefficients of an event study by relative period, without the reference."""
    return {float(k): float(v) for k, v in study.coefficients()[0].items()}


def event(p: Panel, one: float) -> dict[float, float]:
    y, unit, time, _, first, _ = p.arrays()
    relative = np.where(first == one, dated(p), np.nan)
    shifts = sorted({r for r in relative[~np.isnan(relative)] if r != -1})
    x = np.column_stack([(relative == r).astype(float) for r in shifts])
    return dict(zip(map(float, shifts), ols(y, x, unit, time), strict=True))


def one_date(p: Panel) -> tuple[pd.DataFrame, float]:
    """The rows of the first group and the never treated."""
    early = float(p.data[p.names[4]][p.data[p.names[4]] > 0].min())
    return p.data[p.data[p.names[4]].isin([0, early])], early


def _with(p: Panel, data: pd.DataFrame) -> Panel:
    return Panel(p.label, data, p.names, p.even, p.loose, p.whole)


def _pair(estimate) -> np.ndarray:
    return np.array([float(estimate.estimate), float(estimate.se)])


def _difference(p: Panel) -> float:
    """Difference of the mean changes of two groups about one date."""
    data, early = one_date(p)
    d = data.assign(_late=data[p.names[2]].astype(float) >= early)
    y = d[p.names[0]] - p.data[p.names[0]].mean()
    mean = y.groupby([d[p.names[4]] > 0, d["_late"]]).mean()
    return float(mean[True, True] - mean[True, False] - mean[False, True] + mean[False, False])


def _did(p: Panel):
    data, early = one_date(p)
    data = data.assign(**{"受试": (data[p.names[4]] > 0).astype(int)})
    start = data[p.names[2]][data[p.names[2]].astype(float) >= early].min()
    return effects.did(data, treated="受试", start=start, **p.keys)


def _gain(p: Panel) -> np.ndarray:
    """Slope of the yearly growth of the logs on the first log."""
    d = p.data.assign(_t=p.data[p.names[2]].astype(float))
    wide = np.log(np.exp(d.pivot(index=p.names[1], columns="_t", values=p.names[3])))
    first, last = wide.columns.min(), wide.columns.max()
    return np.polyfit(wide[first], (wide[last] - wide[first]) / (last - first), 1)[0]


PANELS: list[tuple[str, Callable[[Panel], object], Callable[[Panel], object], Callable[[Panel], bool]]] = [
    ("panel", lambda p: _pair(effects.panel(p.data, regressors=p.names[3], se="uncorrected", **p.keys)), lambda p: (lambda y, u, t, x, f, g: sandwich(y, x[:, None], u, u, t))(*p.arrays()), lambda p: True),
    ("panel, clusters above", lambda p: _pair(effects.panel(p.data, regressors=p.names[3], cluster=p.names[5], se="uncorrected", **p.keys)), lambda p: (lambda y, u, t, x, f, g: sandwich(y, x[:, None], g, u, t))(*p.arrays()), lambda p: True),
    ("panel, two regressors", lambda p: effects.panel(with_post(p), regressors=[p.names[3], "这以后"], **p.keys).estimate, lambda p: (lambda y, u, t, x, f, g: ols(y, np.column_stack([x, post(p)]), u, t))(*p.arrays()), lambda p: True),
    ("bootstrap", lambda p: effects.wild_cluster_bootstrap(p.data, regressors=p.names[3], cluster=p.names[5], draws=99, **p.keys).estimate, lambda p: (lambda y, u, t, x, f, g: ols(y, x[:, None], u, t)[0])(*p.arrays()), lambda p: True),
    ("permute_paths", lambda p: effects.permute_paths(p.data, regressors=p.names[3], draws=99, **p.keys).estimate, lambda p: (lambda y, u, t, x, f, g: ols(y, x[:, None], u, t)[0])(*p.arrays()), lambda p: p.even),
    ("did", lambda p: _did(p).estimate, _difference, lambda p: p.even),
    ("event_study", lambda p: shown(effects.event_study(one_date(p)[0], first_treated=p.names[4], **p.keys)), lambda p: event(_with(p, one_date(p)[0]), one_date(p)[1]), lambda p: p.whole and p.label != "units of one row"),
    ("sun_abraham", lambda p: shown(effects.sun_abraham(p.data, first_treated=p.names[4], **p.keys)), saturated, lambda p: p.whole and p.even),
    ("bacon_decomposition", lambda p: effects.bacon_decomposition(p.data, first_treated=p.names[4], **p.keys).estimate, lambda p: (lambda y, u, t, x, f, g: ols(y, post(p)[:, None], u, t)[0])(*p.arrays()), lambda p: p.even),
    ("staggered_did", lambda p: by_cell(effects.staggered_did(p.data, first_treated=p.names[4], **p.keys).att_gt), cells, lambda p: p.even and p.whole),
    ("permutation_test", lambda p: effects.permutation_test(_tried(p), treated="受试", start=_start(p), draws=2000, **p.keys).p, dealt, lambda p: p.even and p.label != "many groups" and p.label != "1e12 added"),
    ("placebo_test", lambda p: effects.placebo_test(_tried(p), treated="受试", start=_start(p), **p.keys)["estimate"].to_numpy(dtype=float), false_dates, lambda p: p.even),
    ("lead_test", lambda p: effects.lead_test(p.data, regressors=p.names[3], **p.keys).table["estimate"].to_numpy(dtype=float), ahead, lambda p: p.even),
    ("minimum_detectable_effect", lambda p: effects.minimum_detectable_effect(_tried(p), treated="受试", start=_start(p), method="analytic", **p.keys).estimate, seen, lambda p: p.even),
    ("rank_change", lambda p: ranking.rank_change(p.data, unit=p.names[1], time=p.names[2], value=p.names[0], better="higher")["rank"].astype(float), ranked, lambda p: True),
    ("malmquist", lambda p: efficiency.malmquist(_positive(p), inputs="投入", outputs="产出", unit=p.names[1], time=p.names[2])["tfp"].dropna().to_numpy(), productivity, lambda p: p.even and p.label != "many groups" and "1e-12" not in p.label and "1e12" not in p.label),
    ("convergence", lambda p: effects.convergence(p.data.assign(**{p.names[0]: np.exp(p.data[p.names[3]].astype(float))}), **p.keys).estimate, _gain, lambda p: p.even and "regressor" not in p.label and "1e-12" not in p.label),
]  # fmt: skip


# --- running --------------------------------------------------------------------------------------------------------------------


def close(one: object, other: object, loose: float) -> bool:
    """Equal within a share of the larger; of everything in an answer, by label where there is one."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return False
        one, other = list(one.values()), [other[k] for k in one]
    a, b = (np.atleast_1d(np.asarray(v, dtype=float)).ravel() for v in (one, other))
    size = max(float(np.nanmax(np.abs(b))), 0.0) if len(b) and not np.isnan(b).all() else 0.0
    unit = size if 0 < size < 1 and loose < 1e-5 else max(size, 1.0)
    return len(a) == len(b) and bool(np.allclose(a, b, rtol=loose, atol=loose * unit, equal_nan=True))


def compared(name: str, design: Columns | Panel, ours: Callable, truth: Callable) -> tuple[str, ...] | None:
    """A finding, or none."""
    try:
        made = ours(design)
    except MethodError as error:
        return "refused", name, design.label, str(error)[:160]
    except Exception as error:  # the finding itself
        return "foreign", name, design.label, repr(error)[:160]
    if close(made, wanted := truth(design), design.loose):
        return None
    return "silent", name, design.label, f"{made} for {wanted}"[:300]


def attack(names: tuple[str, ...] = (), seeds: int = 3) -> tuple[int, list]:
    """Probes run, and findings as (kind, method, design, what)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tried = [
            compared(name, design, ours, truth)
            for designs, answers in ((columns, ANSWERS), (panels, PANELS))
            for seed in range(seeds)
            for design in designs(seed)
            for name, ours, truth, applies in answers
            if (not names or name in names) and applies(design)
        ]
    return len(tried), [finding for finding in tried if finding]


if __name__ == "__main__":
    number, problems = attack()
    for problem in problems:
        print(*problem, sep=" | ")
    print(f"{number} probes, {len(problems)} findings")
