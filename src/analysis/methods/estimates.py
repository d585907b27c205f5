"""What the effect methods share: the shape of a result, intervals, joint tests, and the one check that regressors can be told apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._results import Result
from analysis.methods._said import said

MIN_CLUSTERS = 5  # a sandwich over fewer clusters has too few terms to be a variance; with 5 to 40 read the bootstrap beside it
ABSORBED = (
    1e-11  # share of a column's length left after the effects, below which nothing but rounding is left
)
ROUNDING = 1e-13  # share of a column's length that a few hundred roundings make
COLLINEAR = (
    1e-9  # smallest singular value, relative to the largest, of what is left (columns of equal length)
)


@dataclass(frozen=True, eq=False, repr=False)
class Estimate(Result):
    """An estimate with its uncertainty.

    ``estimate``, ``se``, ``low``, ``high`` and ``p`` are numbers when one coefficient was asked for by name, and Series indexed by
    coefficient when a list was given; unit: that of the outcome (per unit of the regressor). ``n`` rows used, ``clusters`` of them
    independent, ``dropped`` rows with a missing value left out. ``convention`` says in words how the standard error was computed.
    ``covariance`` is the matrix of all coefficients; ``df`` the degrees of freedom of the t quantile (infinite: normal). ``notes`` say
    what limits the reading.
    """

    estimate: float | pd.Series
    se: float | pd.Series
    low: float | pd.Series
    high: float | pd.Series
    p: float | pd.Series
    n: int
    clusters: int
    convention: str
    level: float = 0.95
    df: float = np.inf
    dropped: int = 0
    covariance: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[str, ...] = ()

    def by_coefficient(self) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series, pd.Series]:
        """estimate, se, low, high and p of an estimate that was asked for by a list of names: one value a coefficient."""
        return tuple(map(pd.Series, (self.estimate, self.se, self.low, self.high, self.p)))


@dataclass(frozen=True, eq=False, repr=False)
class JointTest(Result):
    """A joint test that several coefficients are zero: ``statistic`` (F), ``df`` (numerator, denominator), ``p``, ``table``.

    ``n`` rows, ``clusters`` of them independent. A joint test has no single estimate: those fields are None.
    """

    title = ("联合检验", "Joint test")

    statistic: float
    df: tuple[int, float]
    p: float
    table: pd.DataFrame
    n: int
    clusters: int
    convention: str = said("panel.wald")

    estimate = se = low = high = None

    def facts(self) -> dict[str, object]:
        """Adds the statistic to what stands above the table."""
        q, df, statistic, p = self.df[0], f"{self.df[1]:g}", f"{self.statistic:.4g}", f"{self.p:.4g}"
        test = said("panel.joint", q=q, df=df, statistic=statistic, p=p, convention=self.convention)
        return {**super().facts(), "convention": test}

    def __repr__(self) -> str:
        return f"JointTest(F({self.df[0]}, {self.df[1]:g})={self.statistic:.4g}, p={self.p:.4g}, n={self.n})"

    __str__ = __repr__


def interval(estimate: Any, se: Any, df: float, level: float) -> tuple[Any, Any, Any]:
    """Two-sided interval and p of a t (or, with infinite ``df``, normal) statistic: (low, high, p), of the type of the input.

    A standard error of zero is the absence of one (a perfect fit says nothing about sampling): the interval is the point, p is NaN.
    """
    from scipy import stats

    distribution = stats.norm if np.isinf(df) else stats.t(df)
    half = distribution.ppf(0.5 + level / 2) * se
    error = np.where(np.asarray(se, dtype=float) > 0, se, np.nan)
    p = 2 * distribution.sf(np.abs(np.asarray(estimate, dtype=float) / error))
    if isinstance(estimate, pd.Series):
        return estimate - half, estimate + half, pd.Series(p, index=estimate.index)
    return float(estimate - half), float(estimate + half), float(p)


def joint_test(
    estimate: pd.Series, covariance: pd.DataFrame, table: pd.DataFrame, n: int, clusters: int, df: float
) -> JointTest:
    """Wald test in its F form, F = b' V^-1 b / q on (q, ``df``) degrees of freedom; ``df`` clusters - 1, infinite gives chi2 / q."""
    from scipy import stats

    names = list(estimate.index)
    if len(names) >= clusters:
        raise refuse(
            "joint test",
            f"{len(names)} coefficients for {clusters} clusters",
            "fewer coefficients than clusters",
            "test fewer leads",
        )
    v = covariance.loc[names, names].to_numpy()
    size = np.sqrt(units_of(np.diag(v)[None, :]))  # coefficients may be in units far apart
    v, b = v / np.outer(size, size), estimate.to_numpy() / size
    if np.linalg.matrix_rank(v) < len(names):
        raise refuse("joint test", "a singular covariance", "independent coefficients", "test fewer leads")
    f = float(b @ np.linalg.solve(v, b) / len(names))
    p = stats.chi2(len(names)).sf(f * len(names)) if np.isinf(df) else stats.f(len(names), df).sf(f)
    return JointTest(f, (len(names), df), float(p), table, n, clusters)


def units_of(columns: np.ndarray) -> np.ndarray:
    """Powers of four near the largest entry of each column, 1 for a column of zeros.

    Solvers drop what is small beside the largest column; divided by these (which loses no digit) no column is dropped for its unit.
    """
    largest = np.abs(columns).max(axis=0)
    return np.exp2(2 * np.round(np.log2(np.where(largest > 0, largest, 1.0)) / 2))


def told_apart(where: str, left: np.ndarray, before: np.ndarray, names: list) -> None:
    """Refuse regressors that fixed effects (or a constant) absorb or that repeat one another.

    ``left``: rows x regressors after the effects were taken out; ``before``: the same columns as given. Every method that solves for
    coefficients asks here.
    """
    length, given = np.sqrt((left**2).sum(axis=0)), np.sqrt((before**2).sum(axis=0))
    gone = length <= ABSORBED * given
    if gone.any():
        absorbed = [name for name, bad in zip(names, gone, strict=True) if bad]
        raise refuse(
            where,
            f"regressors {absorbed} that the effects explain whole, so that they cannot be told apart",
            "variation of its own within units and periods",
            "drop what is constant within units or periods",
        )
    if len(left) < len(names) or repeats(left):
        raise refuse(
            where,
            f"regressors {list(names)} that cannot be told apart",
            "variation of its own in each",
            "drop one that the others add up to",
        )


def repeats(columns: np.ndarray) -> bool:
    """Whether the columns add up to one another as far as their digits tell, or one is nothing but zeros."""
    length = np.sqrt((columns**2).sum(axis=0))
    if not length.all():
        return True
    singular = np.linalg.svd(columns / length, compute_uv=False)
    return bool(singular[-1] <= COLLINEAR * singular[0])


def settled(rest: np.ndarray, given: np.ndarray) -> np.ndarray:
    """What is left of ``given`` after something was taken out; zeros where that is no more than rounding, of which no p can be made."""
    size = float(np.sqrt((rest**2).sum()))
    return rest if size > ROUNDING * float(np.sqrt((given**2).sum())) else np.zeros_like(rest)


def within(values: np.ndarray, unit: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Columns less the effects of units and periods, exactly and also where rows are missing.

    The larger of the two dimensions is taken out by its means, the smaller by least squares on what its dummies have left then
    (Frisch-Waugh-Lovell); nothing is iterated. ``unit`` and ``time`` are codes from 0.
    """
    if time.max() > unit.max():
        unit, time = time, unit
    units, periods = unit.max() + 1, time.max() + 1
    size = np.bincount(unit, minlength=units).astype(float)
    cells = np.bincount(unit * periods + time, minlength=units * periods).reshape(units, periods)
    sums = np.stack([np.bincount(unit, weights=v, minlength=units) for v in values.T], axis=1)
    left = values - (sums / size[:, None])[unit]
    # normal equations of the period dummies after their unit means are taken out
    gram = np.diag(cells.sum(axis=0).astype(float)) - cells.T @ (cells / size[:, None])
    moments = np.stack([np.bincount(time, weights=v, minlength=periods) for v in left.T], axis=1)
    effects = np.linalg.lstsq(gram, moments, rcond=1e-12)[0]
    means = (cells @ effects) / size[:, None]
    left = left - effects[time] + means[unit]
    # one more pass takes out the rounding that large levels leave behind
    sums = np.stack([np.bincount(unit, weights=v, minlength=units) for v in left.T], axis=1)
    return left - (sums / size[:, None])[unit]
