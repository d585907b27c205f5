"""Inference when few units are treated or few clusters exist: wild cluster bootstrap, permutation, detectable effect.

With thirty clusters and seven of them treated the t test of a clustered standard error rejects too often
(tests/test_effects_size.py measures it). All three functions draw from a seeded generator: same input, same result. The module
is above 300 lines because they share the assignments, the test inversion and the checks.

Longer than 400 lines because each method carries its description and example, and all share one resampling.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import choice, count, is_real, number, share
from analysis.methods._results import Result
from analysis.methods._rows import (
    after_start,
    check_unique,
    distinct,
    flag_of,
    names,
    ordered,
    treated_units,
    usable_rows,
)
from analysis.methods._said import said
from analysis.methods._types import Label, Labels
from analysis.methods.estimates import MIN_CLUSTERS, Estimate, settled, told_apart, units_of

# of 31 clusters with 1 or 2 treated the test rejects in 0 of 100 cases under the null, and in 0 or 1 at an effect of two residual
# standard deviations over eight periods; with 3 in 24, with 4 in 98
MIN_TREATED_CLUSTERS = 3
REPEATED = 1e-13  # singular value, relative to the largest, of dummies that add up to the constant
FEW_TREATED_CLUSTERS = 6  # below this it is noted; MacKinnon and Webb 2017, 2018
MIN_UNITS_PERMUTATION = 6  # 3 of 6 gives 20 assignments, the fewest for which a two-sided p can reach .10
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
SEARCH_LIMIT = 1_000.0  # standard errors from the estimate beyond which an interval is called unbounded
DESIGN_DRAWS = 200  # treated groups over which power is averaged


def wild_cluster_bootstrap(
    data: pd.DataFrame,
    *,
    outcome: Label,
    regressors: Labels,
    cluster: Label,
    unit: Label | None = None,
    time: Label | None = None,
    coefficient: Label | None = None,
    null: float = 0.0,
    weights: str = "webb",
    draws: int = 9999,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Wild cluster restricted bootstrap of one coefficient: residuals under the null, weights drawn by cluster, t statistics compared.

    ``data`` one row per observation; ``unit`` and ``time`` (both optional) are absorbed as fixed effects, without them there is an
    intercept. ``coefficient`` is the regressor tested (default: the first). ``weights``: "webb" (six points, for few clusters) or
    "rademacher" (two points; all 2^G signs are used once when they are no more than ``draws``). ``p`` is the share of bootstrap
    |t| at least as large as the observed (0 means below 1/draws); ``low, high`` the values of the coefficient not rejected, found by
    inverting the test, infinite where it never rejects. ``se`` is the clustered one, factor G/(G-1) (n-1)/(n-k) with unit effects
    nested in the clusters not counted; the factor cancels in the test.

    Parameters
    ----------
    data : DataFrame, one row per observation
    outcome : column of numbers
    regressors : a column or a list of columns
    cluster : column of clusters
    unit : column of units
    time : column of periods
    coefficient : the regressor tested, by default the first
    null : value tested
    weights : "webb" or "rademacher"
    draws : of the simulation
    seed : of the draws
    level : of the intervals, 0.95 for 95 per cent

    Returns
    -------
    Estimate; ``low`` and ``high`` are infinite where no value on their side is rejected.

    Raises
    ------
    MethodError : below 5 clusters (``MIN_CLUSTERS``), for absent columns, and when the regressor does not vary.

    Reference
    ---------
    Cameron, Gelbach and Miller 2008, Review of Economics and Statistics 90(3):414; Webb 2014, QED working paper 1315; Roodman, Nielsen,
    MacKinnon and Webb 2019, Stata Journal 19(1):4.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame([(place, year) for place in range(10) for year in range(3)], columns=["place", "year"])
    >>> table["x"] = table["place"] % 4 + table["year"]
    >>> table["y"] = 2 * table["x"] + table["place"] * 7 % 5
    >>> found = effects.wild_cluster_bootstrap(table, outcome="y", regressors="x", cluster="place", draws=199)
    >>> round(found.estimate, 2), bool(found.low < 2 < found.high), found.clusters
    (2.32, True, 10)
    """
    where = "effects.wild_cluster_bootstrap"
    share(level, f"{where}, level")
    choice(where, "weights", weights, ("webb", "rademacher"))
    count(draws, f"{where}, draws", 99)
    count(seed, f"{where}, seed", 0)
    number(null, f"{where}, null")
    chosen = names(regressors, f"{where}, regressors")
    tested = chosen[0] if coefficient is None else coefficient
    if tested not in chosen:
        raise refuse(where, f"coefficient={tested!r}", f"one of {chosen}", "name a regressor")
    distinct(where, **{"outcome": outcome} | {f"regressor {i + 1}": n for i, n in enumerate(chosen)})
    distinct(where, outcome=outcome, unit=unit, time=time)
    effects = [column for column in (unit, time) if column is not None]
    rows = usable_rows(where, data, numeric=[outcome, *chosen], keys=[cluster, *effects])
    code, groups = pd.factorize(rows[cluster], sort=True)[0], rows[cluster].nunique()
    if groups < MIN_CLUSTERS:
        raise refuse(
            where,
            f"{groups} clusters",
            f"at least {MIN_CLUSTERS}",
            "use permutation_test, or describe the data",
        )
    notes = _few_treated(where, rows[tested].to_numpy(), code, groups, tested)
    core = _BootstrapCore(
        where, rows, outcome, tested, [name for name in chosen if name != tested], effects, code, groups
    )
    signs = _weights(weights, groups, draws, seed)
    p_of = core.tester(signs)
    nested = unit is not None and bool((rows.groupby(unit)[cluster].nunique() == 1).all())
    counted = core.rank + 1 - (rows[unit].nunique() - 1 if nested else 0)
    n = len(rows)
    error = core.error * np.sqrt(groups / (groups - 1) * (n - 1) / max(n - counted, 1))
    low, high = _invert(p_of, core.estimate, error, 1 - level) if error > 0 else (core.estimate,) * 2
    text = said("draws.bootstrap", cluster=cluster, weights=weights, draws=len(signs), null=f"{null:g}")
    return Estimate(
        core.estimate,
        float(error),
        low,
        high,
        p_of(null),
        n,
        groups,
        text,
        level,
        groups - 1,
        len(data) - n,
        notes=notes,
    )


def _few_treated(where: str, x: np.ndarray, code: np.ndarray, groups: int, tested: Label) -> tuple[str, ...]:
    """Refuse or note a two-valued regressor that few clusters ever have, or all but few."""
    values = np.unique(x)
    if len(values) != 2:
        return ()
    ever = np.bincount(code, weights=x == values[1], minlength=groups) > 0
    treated, control = int(ever.sum()), int((~ever).sum())
    fewest = min(treated, control) if control else treated  # all treated at some time: the dates identify
    found = f"{treated} clusters with {tested!r} and {control} without it"
    if fewest < MIN_TREATED_CLUSTERS:
        raise refuse(
            where,
            found,
            f"at least {MIN_TREATED_CLUSTERS} of each: below, the restricted bootstrap hardly ever rejects",
            "use permutation_test",
        )
    if fewest < FEW_TREATED_CLUSTERS:
        return (said("draws.few_treated", treated=treated, control=control, name=repr(tested)),)
    return ()


class _BootstrapCore:
    """Cluster sums from which every bootstrap t follows without touching the rows again.

    With x the tested regressor less its projection on the others (Frisch-Waugh-Lovell) and u the restricted residuals, the draw w
    has numerator sum_g w_g s_g and score of cluster g: w_g s_g - sum_h A_gh w_h - b* d_g, where s_g = x_g'u_g, d_g = x_g'x_g and A
    is the projection's share. s and A are linear in the null, which makes inverting the test cheap.
    """

    def __init__(
        self,
        where: str,
        rows: pd.DataFrame,
        outcome: Label,
        tested: Label,
        others: list[Label],
        effects: list[Label],
        code: np.ndarray,
        groups: int,
    ) -> None:
        dummies = [pd.get_dummies(rows[name], dtype=float).to_numpy()[:, 1:] for name in effects]
        z = np.column_stack([np.ones(len(rows)), *dummies, *(rows[name].to_numpy() for name in others)])
        self.basis, singular, _ = np.linalg.svd(z / units_of(z), full_matrices=False)
        self.basis = self.basis[:, singular > singular[0] * REPEATED]
        self.rank, self.code, self.groups = self.basis.shape[1], code, groups
        x, y = rows[tested].to_numpy(), rows[outcome].to_numpy()
        self.x, self.y = self._partial(x), settled(self._partial(y), y)
        self.total = float(self.x @ self.x)
        every = rows[[tested, *others]].to_numpy(dtype=float)
        effect = np.column_stack([np.ones(len(rows)), *dummies])
        told_apart(where, every - effect @ np.linalg.lstsq(effect, every)[0], every, [tested, *others])
        self.estimate = float(self.x @ self.y / self.total)
        self.d = self._sum(self.x * self.x)
        self.s_y, self.a_y = self._scores(self.y)
        self.s_x, self.a_x = self._scores(self.x)
        residual = settled(self.y - self.estimate * self.x, y)
        self.error = float(np.sqrt((self._sum(self.x * residual) ** 2).sum()) / self.total)

    def _partial(self, values: np.ndarray) -> np.ndarray:
        return values - self.basis @ (self.basis.T @ values)

    def _sum(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.code, weights=values, minlength=self.groups)

    def _scores(self, residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        by_cluster = np.zeros((self.groups, self.rank))
        np.add.at(by_cluster, self.code, self.basis * residual[:, None])
        left = np.zeros((self.groups, self.rank))
        np.add.at(left, self.code, self.basis * self.x[:, None])
        return self._sum(self.x * residual), left @ by_cluster.T

    def tester(self, signs: np.ndarray) -> Callable[[float], float]:
        """p as a function of the null, for fixed draws."""
        part_y = signs * self.s_y - signs @ self.a_y.T
        part_x = signs * self.s_x - signs @ self.a_x.T
        mean_y, mean_x = signs @ self.s_y / self.total, signs @ self.s_x / self.total
        # the scores are linear in the null, so their sum of squares is a parabola in it: three numbers a draw
        part_y -= np.outer(mean_y, self.d)
        part_x -= np.outer(mean_x, self.d)
        yy, yx, xx = (
            np.einsum("ij,ij->i", one, other)
            for one, other in ((part_y, part_y), (part_y, part_x), (part_x, part_x))
        )

        def p_of(null: float) -> float:
            squares = np.maximum(yy - 2 * null * yx + null**2 * xx, 0.0)
            # |t*| >= |t| multiplied out, because an all-equal draw has zero variance; the tolerance keeps exact ties
            drawn = np.abs(mean_y - null * mean_x) * self.total * self.error
            observed = abs(self.estimate - null) * np.sqrt(squares)
            return float(np.mean(drawn >= observed * (1 - 1e-9)))

        return p_of


def _weights(kind: str, groups: int, draws: int, seed: int) -> np.ndarray:
    if kind == "rademacher" and 2**groups <= draws:
        return np.array(
            [[1.0 if pattern >> g & 1 else -1.0 for g in range(groups)] for pattern in range(2**groups)]
        )
    points = WEBB if kind == "webb" else np.array([-1.0, 1.0])
    return np.random.default_rng(seed).choice(points, size=(draws, groups))


def _invert(p_of: Callable[[float], float], centre: float, scale: float, alpha: float) -> tuple[float, float]:
    """Values whose p exceeds ``alpha``, on each side of ``centre`` by doubling and bisection."""
    ends = []
    for side in (-1.0, 1.0):
        near, far = 0.0, 1.0
        while p_of(centre + side * far * scale) > alpha and far < SEARCH_LIMIT:
            near, far = far, far * 2
        if far >= SEARCH_LIMIT:
            ends.append(side * np.inf)
            continue
        for _ in range(40):
            middle = (near + far) / 2
            near, far = (middle, far) if p_of(centre + side * middle * scale) > alpha else (near, middle)
        ends.append(centre + side * far * scale)
    return ends[0], ends[1]


@dataclass(frozen=True, eq=False, repr=False)
class PermutationTest(Result):
    """``estimate`` (treated minus control), two-sided ``p``, ``low, high`` the constant effects not rejected (infinite if none is).

    ``smallest_p`` is what the number of assignments allows at best; ``exhaustive`` whether all were used; ``placebos`` the
    statistic under every assignment used. ``n`` units, ``treated`` of them. ``se`` is the spread of the placebo statistics.
    """

    title = ("置换检验", "Permutation test")

    estimate: float
    se: float
    low: float
    high: float
    p: float
    smallest_p: float
    exhaustive: bool
    n: int
    treated: int
    clusters: int
    convention: str
    placebos: np.ndarray


def permutation_test(
    data: pd.DataFrame,
    *,
    outcome: Label,
    unit: Label,
    treated: Label | Collection[Label],
    time: Label | None = None,
    start: Label | None = None,
    statistic: str = "difference",
    draws: int = 9999,
    seed: int = 0,
    level: float = 0.95,
) -> PermutationTest:
    """Would any other choice of treated units have shown as much? Randomisation inference for few treated units.

    With ``time`` and ``start``: the statistic is the difference in differences, treated minus control, of each unit's mean from
    ``start`` on less its mean before (the panel must be complete). Without: one row per unit, difference of means. ``treated`` is a
    0/1 column or a list of units. ``statistic="studentised"`` divides by the unequal-variance standard error, which keeps the level
    for the mean effect when effects vary (Chung and Romano 2013, Annals of Statistics 41(2)). All assignments are used when there
    are no more than ``draws``, else ``draws`` random ones, the observed always included.

    Parameters
    ----------
    data : DataFrame, one row per unit and period
    outcome : column of numbers
    unit : column of units
    treated : 0/1 column, constant within the unit, or a list of units
    time : column of periods
    start : first treated period
    statistic : "difference" or "studentised"
    draws : of the simulation
    seed : of the draws
    level : of the intervals, 0.95 for 95 per cent

    Returns
    -------
    PermutationTest.

    Raises
    ------
    MethodError : below 6 units (``MIN_UNITS_PERMUTATION``), with no treated or no control unit (two of each when studentised), incomplete
        panels, and when even the smallest possible p exceeds 1 - ``level``.

    Reference
    ---------
    Fisher 1935, The Design of Experiments; Ernst 2004, Statistical Science 19(4):676.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame({"place": list("abcdefgh"), "y": [9, 8, 7, 6, 4, 3, 2, 1]})
    >>> found = effects.permutation_test(table, outcome="y", unit="place", treated=list("abcd"))
    >>> found.estimate, round(found.p, 4)  # two of the seventy ways to choose four are as extreme
    (5.0, 0.0286)
    """
    where = "effects.permutation_test"
    share(level, f"{where}, level")
    choice(where, "statistic", statistic, ("difference", "studentised"))
    count(draws, f"{where}, draws", 99)
    count(seed, f"{where}, seed", 0)
    values, flag = _unit_values(where, data, outcome, unit, treated, time, start)
    n, k = len(values), int(flag.sum())
    needed = 2 if statistic == "studentised" else 1
    if n < MIN_UNITS_PERMUTATION or min(k, n - k) < needed:
        raise refuse(
            where,
            f"{k} treated of {n} units",
            f"{needed} or more of each kind, {MIN_UNITS_PERMUTATION} units",
            "describe the data instead",
        )
    chosen, exhaustive = _assignments(flag, draws, seed)
    smallest = (2 if k * 2 == n else 1) / len(chosen)
    if smallest > 1 - level:
        raise refuse(
            where,
            f"smallest possible p {smallest:.3f}",
            f"at most {1 - level:.3g}",
            "more control units, or a lower level",
        )
    observed = flag.astype(float)
    tester = _permutation_p(values, observed, chosen, statistic)
    placebos = _contrast(chosen, values, statistic)
    estimate = float(_contrast(observed[None, :], values, "difference")[0])
    spread = float(_contrast(chosen, values - estimate * observed, "difference").std())
    low, high = _invert(tester, estimate, spread, 1 - level) if spread > 0 else (estimate, estimate)
    every = said("draws.all") if exhaustive else ""
    text = said("draws.units", statistic=said(f"statistic.{statistic}"), count=len(chosen), all=every)
    return PermutationTest(
        estimate, spread, low, high, tester(0.0), smallest, exhaustive, n, k, n, text, placebos
    )


def _unit_values(
    where: str,
    data: pd.DataFrame,
    outcome: Label,
    unit: Label,
    treated: Label | Collection[Label],
    time: Label | None,
    start: Label | None,
) -> tuple[np.ndarray, np.ndarray]:
    """One number a unit (level, or change of means), less the mean of all, and who is treated."""
    flag_column = flag_of(treated)
    if (time is None) != (start is None):
        raise refuse(where, f"time={time!r}, start={start!r}", "both or neither", "pass the missing one")
    distinct(where, outcome=outcome, unit=unit, time=time, treated=flag_column[0] if flag_column else None)
    keys = [unit] if time is None else [unit, time]
    rows = usable_rows(where, data, numeric=[outcome], keys=keys, flags=flag_column)
    check_unique(where, rows, keys)
    rows = rows.assign(**{_MARK: treated_units(where, rows, treated, unit)})
    ordered(where, rows[unit], unit)
    flag = rows.groupby(unit)[_MARK].first()
    if time is None:
        levels = rows.groupby(unit)[outcome].first().to_numpy()
        return settled(levels - levels.mean(), levels), flag.to_numpy()
    ordered(where, rows[time], time)
    wide = rows.pivot(index=unit, columns=time, values=outcome)
    if wide.isna().any(axis=None):
        missing = [str(name) for name in wide.index[wide.isna().any(axis=1)]]
        raise refuse(
            where,
            f"no value in some period for {missing[:5]}",
            "a complete panel",
            "leave out those units or periods",
        )
    after = after_start(where, wide.columns, start)
    if after.all() or not after.any():
        raise refuse(
            where,
            f"start={start!r} outside {wide.columns[0]}..{wide.columns[-1]}",
            "periods on both sides",
            "correct start",
        )
    changes = (wide.loc[:, after].mean(axis=1) - wide.loc[:, ~after].mean(axis=1)).to_numpy()
    return settled(changes - changes.mean(), wide.to_numpy(dtype=float)), flag.to_numpy()


_MARK = "among the treated"


def _assignments(flag: np.ndarray, draws: int, seed: int) -> tuple[np.ndarray, bool]:
    n, k = len(flag), int(flag.sum())
    if comb(n, k) <= draws:
        chosen = np.zeros((comb(n, k), n))
        for row, members in enumerate(combinations(range(n), k)):
            chosen[row, list(members)] = 1
        return chosen, True
    order = np.random.default_rng(seed).random((draws, n)).argsort(axis=1)
    return np.vstack([flag.astype(float), (order < k).astype(float)]), False


def _contrast(chosen: np.ndarray, values: np.ndarray, statistic: str) -> np.ndarray:
    k = chosen[0].sum()
    rest = len(values) - k
    sums = chosen @ values
    inside, outside = sums / k, (values.sum() - sums) / rest
    if statistic == "difference":
        return inside - outside
    squares = chosen @ values**2
    spread_in = (squares - k * inside**2) / (k - 1)
    spread_out = ((values**2).sum() - squares - rest * outside**2) / (rest - 1)
    return (inside - outside) / np.sqrt(np.maximum(spread_in / k + spread_out / rest, 1e-300))


def _permutation_p(
    values: np.ndarray, observed: np.ndarray, chosen: np.ndarray, statistic: str
) -> Callable[[float], float]:
    scale = max(float(np.abs(values).max()), 1e-300)

    def p_of(effect: float) -> float:
        net = values - effect * observed
        net = net - net.mean()  # centred: the studentised form subtracts squares
        drawn = np.abs(_contrast(chosen, net, statistic))
        own = abs(float(_contrast(observed[None, :], net, statistic)[0]))
        tolerance = 1e-9 * (own if statistic == "studentised" else scale)
        return float(np.mean(drawn >= own - tolerance))

    return p_of


@dataclass(frozen=True, eq=False, repr=False)
class DetectableEffect(Result):
    """``estimate``: the smallest true effect (unit of the outcome) found with probability ``power`` at level 1 - ``level``.

    ``se`` is the standard error behind it, ``n`` units, ``treated`` of them (0 when only ``se`` was given), each its own cluster. A design
    has no interval: ``low`` and ``high`` are None.
    """

    title = ("最小可检测效应", "Minimum detectable effect")
    low = high = None

    estimate: float
    se: float
    power: float
    level: float
    n: int
    treated: int
    convention: str

    @property
    def clusters(self) -> int:
        """Units, each its own cluster."""
        return self.n


def minimum_detectable_effect(
    data: pd.DataFrame | None = None,
    *,
    outcome: Label | None = None,
    unit: Label | None = None,
    treated: Label | Collection[Label] | None = None,
    time: Label | None = None,
    start: Label | None = None,
    method: str = "permutation",
    se: float | None = None,
    df: float = np.inf,
    power: float = 0.8,
    level: float = 0.95,
    draws: int = 999,
    seed: int = 0,
) -> DetectableEffect:
    """How large must an effect be to be seen?

    Three ways. (1) ``se`` (and ``df``) alone: (t(1 - alpha/2) + t(power)) se, Bloom (1995), Evaluation Review 19(5): 2.80 se when df
    is infinite. (2) ``method="analytic"`` with a table as in ``permutation_test``: the same with the pooled two-sample standard
    error of the unit values, df = n - 2. (3) ``method="permutation"`` (default): the constant effect at which ``permutation_test``
    rejects with probability ``power``; random groups of the same number of units are treated in turn, the effect added to the unit
    values (observed group difference removed first), and the test run against ``draws`` assignments. Deterministic by ``seed``.

    Parameters
    ----------
    data : DataFrame, one row per unit and period
    outcome : column of numbers
    unit : column of units
    treated : 0/1 column, constant within the unit, or a list of units
    time : column of periods
    start : first treated period
    method : "permutation" or "analytic"
    se : standard error, with ``df`` instead of a table
    df : degrees of freedom
    power : probability of being seen
    level : of the intervals, 0.95 for 95 per cent
    draws : of the simulation
    seed : of the draws

    Returns
    -------
    DetectableEffect.

    Raises
    ------
    MethodError : as ``permutation_test``, and when power or level are outside (0, 1).

    Reference
    ---------
    Bloom 1995, Evaluation Review 19(5):547.

    Examples
    --------
    >>> from analysis.methods import effects
    >>> round(effects.minimum_detectable_effect(se=1.0).estimate, 2)
    2.8
    """
    where = "effects.minimum_detectable_effect"
    share(level, f"{where}, level")
    count(draws, f"{where}, draws", 99)
    count(seed, f"{where}, seed", 0)
    if not is_real(power) or not 0 < power < 1 or power <= 1 - level:
        raise refuse(
            where, f"power={power!r}", f"between {1 - level:.3g} and 1", "pass for example power=0.8"
        )
    if se is not None:
        se = number(se, f"{where}, se", above=0)
        df = number(df, f"{where}, df", least=1, infinite=True)
        return DetectableEffect(
            _bloom(df, level, power) * se, float(se), power, level, 0, 0, said("draws.normal", df=f"{df:g}")
        )
    choice(where, "method", method, ("permutation", "analytic"))
    return _detectable_in_table(
        where, data, outcome, unit, treated, time, start, method, power, level, draws, seed
    )


def _detectable_in_table(
    where: str,
    data: pd.DataFrame | None,
    outcome: Label | None,
    unit: Label | None,
    treated: Label | Collection[Label] | None,
    time: Label | None,
    start: Label | None,
    method: str,
    power: float,
    level: float,
    draws: int,
    seed: int,
) -> DetectableEffect:
    if data is None or outcome is None or unit is None or treated is None:
        raise refuse(
            where,
            "neither se nor a table with outcome, unit and treated",
            "one of the two",
            "pass se=, or the columns",
        )
    values, flag = _unit_values(where, data, outcome, unit, treated, time, start)
    n, k = len(values), int(flag.sum())
    if n < MIN_UNITS_PERMUTATION or min(k, n - k) < 1:
        raise refuse(
            where,
            f"{k} treated of {n} units",
            f"at least {MIN_UNITS_PERMUTATION} units, some of each kind",
            "add units",
        )
    noise = np.where(flag, values - values[flag].mean(), values - values[~flag].mean())
    noise = settled(noise, values)
    error = float(np.sqrt((noise**2).sum() / (n - 2) * (1 / k + 1 / (n - k))))
    if method == "analytic":
        return DetectableEffect(
            _bloom(n - 2, level, power) * error,
            error,
            power,
            level,
            n,
            k,
            said("draws.analytic", df=n - 2),
        )
    chosen, _ = _assignments(flag, draws, seed)
    smallest = (2 if 2 * k == n else 1) / comb(n, k)
    if smallest > 1 - level:
        raise refuse(
            where,
            f"smallest possible p {smallest:.3f}",
            f"at most {1 - level:.3g}",
            "more control units, or a lower level",
        )
    found = _effect_with_power(noise, chosen, power, level, seed, error) if error > 0 else 0.0
    return DetectableEffect(found, error, power, level, n, k, said("draws.power", count=len(chosen)))


def _bloom(df: float, level: float, power: float) -> float:
    from scipy import stats

    distribution = stats.norm if np.isinf(df) else stats.t(df)
    return float(distribution.ppf(0.5 + level / 2) + distribution.ppf(power))


def _effect_with_power(
    noise: np.ndarray, chosen: np.ndarray, power: float, level: float, seed: int, scale: float
) -> float:
    """Bisection on the effect; the reference distribution moves with it, because permuted groups contain truly treated units."""
    rng = np.random.default_rng(seed + 1)
    groups = chosen[rng.permutation(len(chosen))[:DESIGN_DRAWS]]
    base = _contrast(chosen, noise, "difference")
    own = _contrast(groups, noise, "difference")
    overlap = np.column_stack([_contrast(chosen, group, "difference") for group in groups])

    def rejects(effect: float) -> float:
        drawn = np.abs(base[:, None] + effect * overlap)
        p = (drawn >= np.abs(own + effect)[None, :] - 1e-12 * scale).mean(axis=0)
        return float((p <= 1 - level).mean())

    near, far = 0.0, scale
    while rejects(far) < power and far < SEARCH_LIMIT * scale:
        near, far = far, far * 2
    if far >= SEARCH_LIMIT * scale:
        return float(np.inf)
    for _ in range(40):
        middle = (near + far) / 2
        near, far = (middle, far) if rejects(middle) < power else (near, middle)
    return far
