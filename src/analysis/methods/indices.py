"""Composite evaluation: entropy weights, TOPSIS, rank-sum ratio, composites over levels, and how far the weights decide.

Sources: entropy weights and TOPSIS: Hwang and Yoon 1981, Multiple Attribute Decision Making (Springer), chapters III.3 and IV; rank-sum
ratio: Tian Fengdiao's method (RSR), in the form of Chinese textbooks of medical statistics; composites: OECD/JRC 2008, Handbook
on Constructing Composite Indicators.

Conventions of the module: one row per unit, one column per indicator, results with the index of the table. Missing cells are refused
(``composite`` alone has a rule for them). ``better`` is one word for all columns, a mapping by column or one word per column. A column in
which all units are equal says nothing: its entropy weight is 0, min-max scaling makes it 0 for all, and TOPSIS distances
ignore it.

Longer than other modules because the weighting, the two textbook methods and the composite share their checks and scales.

Longer than 400 lines because each method carries its description and example, and all share one check of the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse
from analysis.methods._inputs import (
    as_frame,
    at_rows,
    choice,
    column,
    count,
    dimensions,
    directions,
    is_real,
    labels,
    number,
    numbers,
    share,
    whole,
)
from analysis.methods._types import Directions, Grid, Label, Values
from analysis.methods.ranking import rank

ENTROPY = ("proportion", "minmax")
SCALES = ("vector", "minmax")
# standard normal deviates (probit - 5) between grades: equal steps over -3 to 3, as in Tian's table of grades
RSR_GRADES = range(2, 11)


def _minmax(x: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """0 (worst) to 1 (best) per column; a constant column is 0."""
    low, high = x.min(axis=0), x.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    scaled = np.where(signs > 0, x - low, high - x) / span
    return np.where(high > low, scaled, 0.0)


def entropy_weights(
    table: Grid, better: Directions = "higher", *, normalisation: str = "proportion", shift: float = 0.0
) -> pd.Series:
    """Shannon entropy weights: one per column, summing to 1.

    p = share of each unit in the column, e = -sum p ln p / ln n, weight proportional to 1 - e.

    ``normalisation`` "proportion" (default, Hwang and Yoon): shares of the values as they are; the direction plays no part; negative
    values are refused. "minmax" (common in Chinese studies): values are first scaled to 0 (worst) to 1 (best), so the direction counts and
    negative values are allowed, but every column then holds a zero and the spread of a column no longer matters, only its shape.

    Zeros: 0 ln 0 = 0, its limit. A single zero can lift a weight many times over, so look at columns with zeros before using the
    weights. ``shift`` is added to every (scaled) cell before the shares are formed, a usual device with minmax (0.0001 to 0.01).
    Constant columns get weight 0; when all columns are constant, or below 2 units, MethodError is raised.

    Parameters
    ----------
    table : DataFrame, a row a unit and a column an indicator, none missing
    better : "higher" or "lower"
    normalisation : scaling of the columns, see above
    shift : added to every scaled cell

    Returns
    -------
    Series of weights by column.

    Raises
    ------
    MethodError : fewer than 2 units, columns that are all constant, negative values with "proportion".

    Reference
    ---------
    Hwang and Yoon 1981, Multiple Attribute Decision Making (Springer), chapters III.3 and IV.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import indices
    >>> indices.entropy_weights(pd.DataFrame({"a": [1, 2, 3], "b": [2, 2, 2]})).round(3).tolist()
    [1.0, 0.0]
    """
    where = "indices.entropy_weights"
    frame = numbers(table, f"{where}, table")
    signs = directions(better, frame.columns, f"{where}, better")
    choice(where, "normalisation", normalisation, ENTROPY)
    shift = number(shift, f"{where}, shift", least=0)
    x = frame.to_numpy()
    if len(x) < 2:
        raise refuse(where, f"{len(x)} unit", "at least 2 units", "entropy needs units to differ")
    constant = x.max(axis=0) == x.min(axis=0)
    if constant.all():
        raise refuse(
            where,
            "only constant columns",
            "a column in which units differ",
            "no weight can be derived; choose weights yourself",
        )
    if normalisation == "minmax":
        x = _minmax(x, signs)
    elif (x < 0).any():
        raise refuse(
            f"{where}, columns {labels(frame.columns, (x < 0).any(axis=0))}",
            f"negative values{at_rows(frame.index, (x < 0).any(axis=1))}",
            "values of at least 0",
            'use normalisation="minmax"',
        )
    x = x + shift
    totals = x.sum(axis=0)
    p = np.divide(x, totals, out=np.zeros_like(x), where=totals > 0)
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    information = np.where(constant, 0.0, np.maximum(1 + (p * logs).sum(axis=0) / np.log(len(x)), 0.0))
    return pd.Series(information / information.sum(), index=frame.columns, name="weight")


def _weights(weights: object, columns: pd.Index, where: str) -> np.ndarray:
    """Non-negative weights by column, summing to 1; a mapping or Series is matched by column name."""
    if isinstance(weights, Mapping):
        weights = pd.Series(dict(weights))
    if isinstance(weights, pd.Series) and set(weights.index) != set(columns):
        raise refuse(
            where,
            f"weights for {list(map(str, weights.index))}",
            f"one per column ({list(map(str, columns))})",
            "name every column once",
        )
    if isinstance(weights, pd.Series) and weights.index.has_duplicates:
        raise refuse(where, "a column named twice", "one weight per column", "name every column once")
    values = column(weights.reindex(columns) if isinstance(weights, pd.Series) else weights, where).to_numpy()
    if len(values) != len(columns):
        raise refuse(
            where, f"{len(values)} weights", f"{len(columns)}, one per column", "give one weight per column"
        )
    if (values < 0).any() or values.sum() == 0:
        raise refuse(
            where,
            "negative weights or a sum of zero",
            "weights of at least 0 with a positive sum",
            'a cost is named by better="lower", not by a negative weight',
        )
    return values / values.sum()


def _squared_gaps(
    frame: pd.DataFrame, signs: np.ndarray, normalisation: str, where: str
) -> tuple[np.ndarray, np.ndarray]:
    """Squared distance per cell to the best and to the worst of its column, after scaling and before weighting."""
    x = frame.to_numpy()
    choice(where, "normalisation", normalisation, SCALES)
    if normalisation == "minmax":
        x, signs = _minmax(x, signs), np.ones(x.shape[1])
    else:
        length = np.sqrt((x**2).sum(axis=0))
        x = np.divide(x, length, out=np.zeros_like(x), where=length > 0)
    low, high = x.min(axis=0), x.max(axis=0)
    best, worst = np.where(signs > 0, high, low), np.where(signs > 0, low, high)
    return (x - best) ** 2, (x - worst) ** 2


def _closeness(gaps: tuple[np.ndarray, np.ndarray], weights: np.ndarray, where: str) -> np.ndarray:
    """Relative closeness, units x draws, for weights of shape draws x columns."""
    to_best, to_worst = (np.sqrt(gap @ (weights**2).T) for gap in gaps)
    total = to_best + to_worst
    if (total == 0).any():
        raise refuse(
            where,
            "units that do not differ in any weighted column",
            "units that differ",
            "no ideal and anti-ideal can be told apart",
        )
    return to_worst / total


def topsis(
    table: Grid,
    weights: Values | Mapping[Label, float],
    better: Directions = "higher",
    normalisation: str = "vector",
) -> pd.Series:
    """Relative closeness to the ideal solution, 0 (worst in every column) to 1 (best in every column), one per unit.

    closeness = d- / (d+ + d-), Euclidean distances to the worst and best values of the weighted, scaled columns. ``weights``: one per
    column, scaled to sum 1 (the closeness does not hang on their sum). ``normalisation`` "vector" (default, Hwang and Yoon): column divided
    by its Euclidean length, costs keep their direction and take the smallest value as ideal; "minmax": 0 (worst) to 1 (best).
    Zeros are ordinary values.

    Parameters
    ----------
    table : DataFrame, a row a unit and a column an indicator, none missing
    weights : one a column, scaled to sum 1
    better : "higher" or "lower"
    normalisation : scaling of the columns, see above

    Returns
    -------
    Series of closeness, one a unit.

    Raises
    ------
    MethodError : when no weighted column differs between units.

    Reference
    ---------
    Hwang and Yoon 1981, Multiple Attribute Decision Making (Springer), chapters III.3 and IV.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import indices
    >>> indices.topsis(pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 4]}), [1, 1]).round(3).tolist()
    [0.247, 0.369, 1.0]
    """
    where = "indices.topsis"
    frame = numbers(table, f"{where}, table")
    gaps = _squared_gaps(frame, directions(better, frame.columns, f"{where}, better"), normalisation, where)
    closeness = _closeness(gaps, _weights(weights, frame.columns, f"{where}, weights")[None, :], where)
    return pd.Series(closeness[:, 0], index=frame.index, name="closeness")


def rank_sum_ratio(
    table: Grid,
    better: Directions = "higher",
    *,
    weights: Values | Mapping[Label, float] | None = None,
    grades: int = 3,
    ranks: str = "integer",
) -> pd.DataFrame:
    """Rank-sum ratio with probit regression and grades: one row per unit.

    Columns: rsr (sum of weighted ranks / n, the best unit of a column ranking n; equal weights by default: the ordinary RSR); rank
    (place by rsr, 1 the best); frequency (units with this rsr); cumulative (units with this rsr or a lower one); percentile (mean rank of
    the tie / n; the highest is set to 1 - 1/(4n)); probit (standard normal deviate + 5); fitted (least squares of rsr on probit over the
    distinct rsr values, each once, as in the textbook); grade (1 the lowest, by fitted rsr between
    the equal steps of probit 2 to 8: 3 grades at 4 and 6, 4 at 3.5, 5, 6.5, 5 at 3.2, 4.4, 5.6, 6.8).
    ``.attrs["regression"]`` holds intercept, slope, r_squared and n.

    ``ranks``: "integer" (tied values get mid-ranks) or "non-integer" (1 + (n - 1) times the min-max position: keeps distances; a
    constant column gives everyone the middle rank).

    Parameters
    ----------
    table : DataFrame, a row a unit and a column an indicator, none missing
    better : "higher" or "lower"
    weights : one a column
    grades : 3, 4 or 5
    ranks : "integer" or "non-integer"

    Returns
    -------
    DataFrame as described above.

    Raises
    ------
    MethodError : below 3 distinct RSR values: two always lie on a line.

    Reference
    ---------
    Tian Fengdiao (田凤调) 1993, 秩和比法及其应用 (China Statistics Press), in the form of Chinese textbooks of medical statistics.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import indices
    >>> indices.rank_sum_ratio(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]}))["rsr"].tolist()
    [0.25, 0.625, 0.625, 1.0]
    """
    where = "indices.rank_sum_ratio"
    frame = numbers(table, f"{where}, table")
    signs = directions(better, frame.columns, f"{where}, better")
    if count(grades, f"{where}, grades", 2) not in RSR_GRADES:
        raise refuse(
            f"{where}, grades", str(grades), f"{RSR_GRADES[0]} to {RSR_GRADES[-1]}", "choose fewer grades"
        )
    n = len(frame)
    if ranks == "integer":
        placed = (frame * signs).rank(method="average").to_numpy()
    elif ranks == "non-integer":
        x = frame.to_numpy()
        placed = np.where(x.max(axis=0) > x.min(axis=0), 1 + (n - 1) * _minmax(x, signs), (n + 1) / 2)
    else:
        raise refuse(f"{where}, ranks", repr(ranks), '"integer" or "non-integer"', "name the kind of ranks")
    share_of = (
        np.full(frame.shape[1], 1 / frame.shape[1])
        if weights is None
        else _weights(weights, frame.columns, f"{where}, weights")
    )
    # rounding joins sums of ranks that differ only in the last bits: they are ties
    rsr = pd.Series(np.round(placed @ share_of / n, 12), index=frame.index, name="rsr")
    distribution, regression = _rsr_distribution(rsr, where)
    matched = distribution.loc[rsr.to_numpy()]
    result = pd.DataFrame({"rsr": rsr, "rank": rank(rsr, "higher")})
    for name in ("frequency", "cumulative", "percentile", "probit", "fitted"):
        result[name] = matched[name].to_numpy()
    cuts = 2 + 6 * np.arange(1, grades) / grades
    limits = regression["intercept"] + regression["slope"] * cuts
    result["grade"] = 1 + np.searchsorted(limits, result["fitted"].to_numpy() + 1e-12, side="right")
    result.attrs["regression"] = regression
    return result


def _rsr_distribution(rsr: pd.Series, where: str) -> tuple[pd.DataFrame, dict[str, float]]:
    """Distinct RSR values with percentile, probit and fitted value, and the regression of RSR on probit."""
    from scipy.special import ndtri

    n = len(rsr)
    frequency = rsr.value_counts().sort_index()
    if len(frequency) < 3:
        raise refuse(
            where,
            f"{len(frequency)} distinct rank-sum ratios",
            "at least 3",
            "use more indicators or more units",
        )
    cumulative = frequency.cumsum()
    percentile = ((cumulative - frequency + 1 + cumulative) / 2 / n).to_numpy(copy=True)
    percentile[-1] = 1 - 1 / (4 * n)
    probit = ndtri(percentile) + 5
    values = frequency.index.to_numpy()
    slope, intercept = np.polyfit(probit, values, 1)
    fitted = intercept + slope * probit
    unexplained = ((values - fitted) ** 2).sum() / ((values - values.mean()) ** 2).sum()
    table = pd.DataFrame(
        {
            "frequency": frequency,
            "cumulative": cumulative,
            "percentile": percentile,
            "probit": probit,
            "fitted": fitted,
        }
    )
    return table, {
        "intercept": float(intercept),
        "slope": float(slope),
        "r_squared": float(1 - unexplained),
        "n": len(values),
    }


def composite(
    table: Grid,
    structure: Mapping,
    *,
    better: Directions = "higher",
    weights: Mapping | None = None,
    normalisation: str = "minmax",
    aggregation: str = "arithmetic",
    missing: str = "refuse",
    floor: float = 0.0,
) -> pd.DataFrame:
    """A composite over levels: one row per unit, one column per node of ``structure``, then "composite" and "coverage".

    ``structure``: nested mapping from a node's name to a list of columns of ``table`` or to further nodes, such as
    ``{"staff": ["doctors", "nurses"], "places": ["beds"]}``. ``weights``: name of a node or column -> weight among its siblings; siblings
    without one count 1. ``better`` covers the columns used.

    ``normalisation``: "minmax" (``floor`` for the worst to 1 for the best; a constant column is ``floor`` for all), "zscore" (population
    standard deviation, sign turned so that higher is better; a constant column is 0) or "rank" ((n - place + 1) / n, mid-ranks).
    ``aggregation``: "arithmetic" (full compensation) or "geometric" (a zero anywhere gives zero: set ``floor`` above 0; not with zscore).
    ``missing``: "refuse" (default) raises; "available" scales the weights to the siblings that are there, node by node, and
    "coverage" shows the weight of the indicators a unit really has (1 = all): compare units only at like coverage.

    Parameters
    ----------
    table : DataFrame, a row a unit and a column an indicator, none missing
    structure : nested mapping of nodes to columns
    better : "higher" or "lower"
    weights : name to weight among its siblings
    normalisation : scaling of the columns, see above
    aggregation : "arithmetic" or "geometric"
    missing : "refuse" or "available"
    floor : value of the worst unit after min-max scaling

    Returns
    -------
    DataFrame, one column a node, then composite and coverage.

    Raises
    ------
    MethodError : arguments that the module's policy refuses: missing or infinite values, text, other lengths or labels; a structure that
        names no column, or a column twice.

    Reference
    ---------
    OECD/JRC 2008, Handbook on Constructing Composite Indicators.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import indices
    >>> table = pd.DataFrame({"a": [1, 2, 3], "b": [3, 1, 2]})
    >>> indices.composite(table, {"p": ["a"], "q": ["b"]})["composite"].tolist()
    [0.5, 0.25, 0.75]
    """
    where = "indices.composite"
    leaves = _leaves(structure, where)
    frame = as_frame(table, f"{where}, table")
    absent = [name for name in leaves if name not in frame.columns]
    if absent:
        raise refuse(f"{where}, structure", f"columns {absent}", "columns of the table", "correct the names")
    for value, allowed, name in (
        (normalisation, ("minmax", "zscore", "rank"), "normalisation"),
        (aggregation, ("arithmetic", "geometric"), "aggregation"),
        (missing, ("refuse", "available"), "missing"),
    ):
        choice(where, name, value, allowed)
    if aggregation == "geometric" and normalisation == "zscore":
        raise refuse(
            where, "geometric aggregation of z-scores", "scores of at least 0", 'use normalisation="minmax"'
        )
    floor = number(floor, f"{where}, floor", least=0, below=1)
    frame = numbers(frame[leaves], f"{where}, table", missing=missing == "available")
    if isinstance(better, Mapping):
        better = {name: better[name] for name in leaves if name in better}
    scores = _scale(frame, directions(better, frame.columns, f"{where}, better"), normalisation, floor)
    if weights is not None and not isinstance(weights, (Mapping, pd.Series)):
        raise refuse(f"{where}, weights", repr(weights), "a mapping of node or column to weight", "name them")
    weights = {} if weights is None else dict(weights)
    _check_weights(weights, structure, leaves, where)
    nodes: dict[str, np.ndarray] = {}
    total, coverage = _aggregate(structure, scores, weights, aggregation, nodes)
    return pd.DataFrame({**nodes, "composite": total, "coverage": coverage}, index=frame.index)


def _leaves(structure: object, where: str) -> list:
    """Columns named anywhere in the structure, each once."""
    if not isinstance(structure, Mapping) or not structure:
        raise refuse(
            f"{where}, structure",
            repr(structure),
            "a mapping of node names to columns or nodes",
            'for one level pass {"all": [columns]}',
        )
    leaves: list = []
    for node, child in structure.items():
        if not isinstance(child, (Mapping, str)) and dimensions(child) != 1:
            raise refuse(
                f"{where}, structure, {node}", repr(child), "columns or further nodes", "list its columns"
            )
        leaves.extend(
            _leaves(child, where)
            if isinstance(child, Mapping)
            else list(child)
            if not isinstance(child, str)
            else [child]
        )
    twice = sorted({str(name) for name in leaves if leaves.count(name) > 1})
    if twice:
        raise refuse(
            f"{where}, structure",
            f"{', '.join(twice)} more than once",
            "every column in one node",
            "choose its node",
        )
    return leaves


def _names(structure: Mapping) -> list:
    """Names of all nodes."""
    return [
        name
        for key, child in structure.items()
        for name in [key, *(_names(child) if isinstance(child, Mapping) else [])]
    ]


def _check_weights(weights: dict, structure: Mapping, leaves: list, where: str) -> None:
    """Refuse weights that name nothing, two things or not a positive number, and node names used twice."""
    nodes = _names(structure)
    taken = sorted(
        {str(name) for name in nodes if nodes.count(name) > 1 or name in ("composite", "coverage")}
    )
    problems = [
        Problem(
            f"{where}, structure",
            f"node name {name} used twice or reserved",
            "one name per node",
            "rename it",
        )
        for name in taken
    ]
    for name, weight in weights.items():
        if name not in nodes and name not in leaves:
            problems.append(
                Problem(
                    f"{where}, weights", str(name), "a node or column of the structure", "correct the name"
                )
            )
        elif name in nodes and name in leaves:
            problems.append(
                Problem(
                    f"{where}, weights",
                    f"{name}, both a node and a column",
                    "a name of one of them",
                    "rename the node",
                )
            )
        elif not is_real(weight) or not 0 < weight < np.inf:
            problems.append(
                Problem(
                    f"{where}, weights of {name}",
                    repr(weight),
                    "a positive number",
                    "leave out what shall not count",
                )
            )
    if problems:
        raise MethodError(problems)


def _scale(frame: pd.DataFrame, signs: np.ndarray, normalisation: str, floor: float) -> pd.DataFrame:
    """Scores in which higher is better; missing cells stay missing."""
    turned = frame * signs
    if normalisation == "rank":
        return turned.rank(method="average") / turned.notna().sum()
    if normalisation == "zscore":
        spread = turned.std(ddof=0)
        return ((turned - turned.mean()) / spread.where(spread > 0, 1.0)).where(
            turned.isna() | (spread > 0), 0.0
        )
    span = turned.max() - turned.min()
    return floor + (1 - floor) * (turned - turned.min()) / span.where(span > 0, 1.0)


def _aggregate(
    node: Any, scores: pd.DataFrame, weights: dict, aggregation: str, nodes: dict
) -> tuple[np.ndarray, np.ndarray]:
    """Score and coverage of a node; the scores of the nodes below it are added to ``nodes``, parents before children."""
    if isinstance(node, Mapping):
        names, parts = list(node), []
        for name in names:
            nodes[name] = np.empty(0)  # keeps the parent's column in front of its children's
            nodes[name], covered = _aggregate(node[name], scores, weights, aggregation, nodes)
            parts.append((nodes[name], covered))
    else:
        names = [node] if isinstance(node, str) else list(node)
        parts = [(scores[name].to_numpy(), scores[name].notna().to_numpy(dtype="float64")) for name in names]
    values, covered = (np.stack(side, axis=1) for side in zip(*parts, strict=True))
    weight = np.array([float(weights.get(name, 1.0)) for name in names])
    there = np.where(np.isnan(values), 0.0, weight)
    total = there.sum(axis=1)
    if aggregation == "geometric":
        with np.errstate(divide="ignore"):  # ln 0 is -inf and the mean then 0, as the geometric mean asks
            logs = np.where(there > 0, np.log(np.where(there > 0, values, 1.0)), 0.0)
        sums = np.exp(
            np.divide((there * logs).sum(axis=1), total, out=np.full(len(total), np.nan), where=total > 0)
        )
    else:
        sums = np.divide(
            (there * np.nan_to_num(values)).sum(axis=1),
            total,
            out=np.full(len(total), np.nan),
            where=total > 0,
        )
    return sums, (covered * weight).sum(axis=1) / weight.sum()


def weight_sensitivity(
    table: Grid,
    better: Directions = "higher",
    draws: int = 1000,
    seed: int = 0,
    *,
    weights: Values | Mapping[Label, float] | None = None,
    method: str = "topsis",
    normalisation: str | None = None,
    concentration: float = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """How far the ranking hangs on the weights: one row per unit, places over a cloud of weight vectors.

    ``draws`` vectors are drawn from a Dirichlet distribution. Without ``weights`` all its parameters are ``concentration``
    (1 = every set of weights equally likely); with ``weights`` they are ``concentration`` x columns x weight, a cloud around them, tighter for a
    larger ``concentration``. ``method``: "topsis" or "additive" (weighted sum of min-max scores); ``normalisation`` of TOPSIS as in ``topsis``.

    Columns: rank (place at the central weights), median, low and high (outer order statistics that hold ``level`` of the draws, widened to hold
    ``rank``), best and worst (over all draws) and share_first (share of draws with place 1).

    Parameters
    ----------
    table : DataFrame, a row a unit and a column an indicator, none missing
    better : "higher" or "lower"
    draws : of the simulation
    seed : of the draws
    weights : centre of the cloud
    method : "topsis" or "additive"
    normalisation : scaling of the columns, see above
    concentration : of the Dirichlet distribution
    level : of the intervals, 0.95 for 95 per cent

    Returns
    -------
    DataFrame as described above.

    Raises
    ------
    MethodError : arguments that the module's policy refuses: missing or infinite values, text, other lengths or labels; fewer than 2 units.

    Reference
    ---------
    OECD/JRC 2008, Handbook on Constructing Composite Indicators.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import indices
    >>> table = pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2]})
    >>> indices.weight_sensitivity(table, draws=50)["worst"].tolist()
    [3, 2, 2]
    """
    where = "indices.weight_sensitivity"
    frame = numbers(table, f"{where}, table")
    signs = directions(better, frame.columns, f"{where}, better")
    share(level, f"{where}, level")
    choice(where, "method", method, ("topsis", "additive"))
    concentration = number(concentration, f"{where}, concentration", above=0)
    count(seed, f"{where}, seed", 0)
    m = frame.shape[1]
    central = np.full(m, 1 / m) if weights is None else _weights(weights, frame.columns, f"{where}, weights")
    used = central > 0  # a weight of zero stays zero: the cloud is around what the caller counts
    cloud = np.zeros((count(draws, f"{where}, draws", 20), m))
    cloud[:, used] = np.random.default_rng(seed).dirichlet(concentration * m * central[used], size=draws)
    everything = np.vstack([central, cloud])
    if method == "topsis":
        scores = _closeness(_squared_gaps(frame, signs, normalisation or "vector", where), everything, where)
    else:
        scores = _minmax(frame.to_numpy(), signs) @ everything.T
    places = pd.DataFrame(np.round(scores, 12)).rank(ascending=False, method="min").to_numpy()
    first, rest, tail = places[:, 0], places[:, 1:], (1 - level) / 2
    low = np.minimum(np.quantile(rest, tail, axis=1, method="lower"), first)
    high = np.maximum(np.quantile(rest, 1 - tail, axis=1, method="higher"), first)
    result = {
        name: whole(values, frame.index)
        for name, values in (
            ("rank", first),
            ("low", low),
            ("high", high),
            ("best", rest.min(axis=1)),
            ("worst", rest.max(axis=1)),
        )
    }
    result["median"], result["share_first"] = np.median(rest, axis=1), (rest == 1).mean(axis=1)
    return pd.DataFrame(result, index=frame.index)[
        ["rank", "median", "low", "high", "best", "worst", "share_first"]
    ]
