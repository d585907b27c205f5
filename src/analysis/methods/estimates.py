"""What the effect methods share: the shape of a result and the checks of a table before anything is estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse

MIN_CLUSTERS = 5  # a sandwich over fewer clusters has too few terms to be a variance; with 5 to 40 read the bootstrap beside it


@dataclass(frozen=True, eq=False)
class Estimate:
    """An estimate with its uncertainty.

    ``estimate``, ``se``, ``low``, ``high`` and ``p`` are numbers when one coefficient was asked for by name, and Series indexed by
    coefficient when a list was given; unit: that of the outcome (per unit of the regressor). ``n`` rows used, ``clusters`` of them
    independent, ``dropped`` rows with a missing value left out. ``convention`` says in words how the standard error was computed.
    ``covariance`` is the matrix of all coefficients; ``df`` the degrees of freedom of the t quantile (infinite: normal).
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
    covariance: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    def __str__(self) -> str:
        return (
            f"estimate {self.estimate}, se {self.se}, {self.level:.0%} interval {self.low} to {self.high}, "
            f"n {self.n}, clusters {self.clusters}; {self.convention}"
        )


@dataclass(frozen=True)
class JointTest:
    """A joint test that several coefficients are zero: ``statistic`` (F), ``df`` (numerator, denominator), ``p``, ``table``."""

    statistic: float
    df: tuple[int, float]
    p: float
    table: pd.DataFrame
    n: int
    clusters: int


def interval(estimate, se, df: float, level: float):
    """Two-sided interval and p of a t (or, with infinite ``df``, normal) statistic: (low, high, p), of the type of the input."""
    from scipy import stats

    distribution = stats.norm if np.isinf(df) else stats.t(df)
    half = distribution.ppf(0.5 + level / 2) * se
    p = 2 * distribution.sf(np.abs(estimate / se))
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
    if np.linalg.matrix_rank(v) < len(names):
        raise refuse("joint test", "a singular covariance", "independent coefficients", "test fewer leads")
    f = float(estimate.to_numpy() @ np.linalg.solve(v, estimate.to_numpy()) / len(names))
    p = stats.chi2(len(names)).sf(f * len(names)) if np.isinf(df) else stats.f(len(names), df).sf(f)
    return JointTest(f, (len(names), df), float(p), table, n, clusters)


def check_level(where: str, level: float) -> None:
    if not 0 < level < 1:
        raise refuse(where, f"level={level!r}", "a share between 0 and 1", "pass for example level=0.95")


def check_choice(where: str, name: str, value: object, choices: Sequence[str]) -> None:
    if value not in choices:
        raise refuse(where, f"{name}={value!r}", " or ".join(map(repr, choices)), "pass one of them")


def usable_rows(
    where: str, data: pd.DataFrame, *, numeric: Sequence[str], keys: Sequence[str] = ()
) -> pd.DataFrame:
    """The named columns of ``data`` without the rows where one is missing; numeric ones as float.

    Raises MethodError naming every absent, non-numeric or infinite column at once, and when no complete row is left.
    """
    if not isinstance(data, pd.DataFrame):
        raise refuse(where, type(data).__name__, "a pandas DataFrame", "pass a table")
    wanted = list(dict.fromkeys([*keys, *numeric]))
    problems = [
        Problem(
            f"{where}: column {name!r}",
            "no such column",
            f"one of {[str(c) for c in data.columns][:20]}",
            "name an existing column",
        )
        for name in wanted
        if name not in data.columns
    ]
    for name in dict.fromkeys(numeric):
        if name not in data.columns:
            continue
        if not pd.api.types.is_numeric_dtype(data[name]):
            problems.append(
                Problem(
                    f"{where}: column {name!r}", f"type {data[name].dtype}", "numbers", "convert the column"
                )
            )
        elif np.isinf(data[name].to_numpy(dtype=float, na_value=np.nan)).any():
            problems.append(
                Problem(
                    f"{where}: column {name!r}",
                    "an infinite value",
                    "finite numbers",
                    "check for log(0) or division by 0",
                )
            )
    if problems:
        raise MethodError(problems)
    rows = data[wanted].dropna().reset_index(drop=True)
    if rows.empty:
        raise refuse(
            where,
            f"no complete row among {len(data)}",
            "rows with every column filled",
            f"check columns {wanted}",
        )
    for name in dict.fromkeys(numeric):
        if name not in keys:  # a column that is also a key (time as a regressor, say) keeps its own type
            rows[name] = rows[name].astype(float)
    return rows


def check_unique(where: str, rows: pd.DataFrame, keys: Sequence[str]) -> None:
    twice = rows.duplicated(list(keys))
    if twice.any():
        first = rows.loc[twice, list(keys)].iloc[0].tolist()
        raise refuse(
            where,
            f"{int(twice.sum())} repeated rows, first {first}",
            f"one row for each {' and '.join(keys)}",
            "aggregate first",
        )


def treated_units(where: str, rows: pd.DataFrame, treated, unit: str) -> pd.Series:
    """True for the rows of treated units; ``treated`` is a 0/1 column constant within the unit, or the units themselves."""
    if isinstance(treated, str):
        flag = rows[treated]
        if not set(pd.unique(flag)) <= {0, 1}:
            raise refuse(
                f"{where}: column {treated!r}",
                sorted(map(str, pd.unique(flag)))[:5],
                "0 or 1",
                "mark the treated units by 1",
            )
        changing = rows.groupby(unit)[treated].nunique() > 1
        if changing.any():
            raise refuse(
                f"{where}: column {treated!r}",
                f"a value that changes within {changing.index[changing][0]!r}",
                "ever treated (1) or never (0), constant within a unit",
                "pass the date by start=, or use staggered_did",
            )
        return flag.astype(bool)
    wanted = set(treated)
    unknown = sorted(map(str, wanted - set(rows[unit])))
    if unknown:
        raise refuse(
            f"{where}: treated", f"unknown units {unknown}", f"values of column {unit!r}", "correct the names"
        )
    return rows[unit].isin(wanted)
