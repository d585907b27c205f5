"""Data envelopment analysis, its bootstrap, and the Malmquist index, by linear programming (scipy ``linprog``, HiGHS).

Longer than 400 lines because each method carries its description and example; all share one programme and one check of the units.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse
from analysis.methods._inputs import as_frame, as_series, at_rows, choice, count, dimensions, numbers, share
from analysis.methods._rows import distinct, free, names, ordered, usable_rows
from analysis.methods._scores_bootstrap import bandwidth, smooth_draws
from analysis.methods._types import Grid, Label, Labels

NO_SLACK = 1e-7  # share of the mean of its column, whatever its unit
MIN_UNITS = 3  # and never fewer than inputs + outputs; the field's advice is three times that number (Cooper, Seiford and Tone 2007)
RETURNS = ("constant", "variable", "decreasing", "increasing")
ORIENTATIONS = ("input", "output")
TOGETHER = 60  # units whose programmes are solved as one; larger blocks gain nothing


def dea(
    inputs: Grid,
    outputs: Grid,
    *,
    orientation: str = "input",
    returns: str = "constant",
    score: str = "distance",
) -> pd.Series:
    """Technical efficiency of each unit against the frontier of all: Series "efficiency" with the input's index.

    ``inputs`` (n, m) and ``outputs`` (n, s): DataFrames, arrays, or one-dimensional for a single one; not negative, none missing,
    each unit with some input and some output. ``returns``: "constant" (CCR), "variable" (BCC), "decreasing" (non-increasing),
    "increasing" (non-decreasing). Radial scores, slacks not counted. ``score="distance"`` (DEAP): in 0..1 for both orientations, the
    output-oriented one being 1/phi; ``score="farrell"`` (R Benchmarking): phi itself, 1 or more, when ``orientation="output"``.

    Parameters
    ----------
    inputs : columns of numbers, not negative
    outputs : columns of numbers, not negative
    orientation : "input" or "output"
    returns : "constant", "variable", "decreasing" or "increasing"
    score : "distance" or "farrell"

    Returns
    -------
    Series "efficiency".

    Raises
    ------
    MethodError : below 3 units or fewer units than inputs and outputs together, and for negative or missing cells.

    Reference
    ---------
    Charnes, Cooper and Rhodes 1978, European Journal of Operational Research 2(6):429; Banker, Charnes and Cooper 1984, Management
    Science 30(9):1078; Coelli 1996, A Guide to DEAP Version 2.1 (CEPA working paper 96/08).

    Examples
    --------
    >>> from analysis.methods import efficiency
    >>> efficiency.dea([2, 4, 3], [1, 2, 1]).round(3).tolist()
    [1.0, 1.0, 0.667]
    """
    where = "efficiency.dea"
    _check_options(where, orientation, returns)
    choice(where, "score", score, ("distance", "farrell"))
    x, y, index = _units(where, inputs, outputs)
    values = _scores(where, x, y, x, y, orientation, returns)
    if score == "farrell" and orientation == "output":
        values = 1 / values
    return pd.Series(values, index=index, name="efficiency")


def dea_slacks(
    inputs: Grid, outputs: Grid, *, orientation: str = "input", returns: str = "constant"
) -> pd.DataFrame:
    """Radial efficiency with what is left over: how much of each input is still too much, of each output too little, after the radial step.

    Parameters
    ----------
    inputs, outputs, orientation, returns : as in ``dea``.

    Returns
    -------
    DataFrame with the index of the units: efficiency (score "distance"), one column "slack <name>" an input and an output, in its own
    unit, and efficient (efficiency 1 and no slack: Pareto-Koopmans). The second stage makes the sum of the slacks, each over the mean of
    its column, as large as possible; where several peers serve, other slacks of the same sum may exist.

    Raises
    ------
    MethodError : as ``dea``.

    Reference
    ---------
    Coelli, Rao, O'Donnell and Battese 2005, An Introduction to Efficiency and Productivity Analysis (2nd edition), chapter 6.

    Examples
    --------
    >>> from analysis.methods import efficiency
    >>> found = efficiency.dea_slacks([[2, 5], [2, 4], [6, 6], [3, 2], [6, 2]], [1, 2, 3, 1, 2])
    >>> found.iloc[0, :4].astype(float).round(3).tolist()
    [0.5, 0.0, 0.5, 0.0]
    """
    from scipy.optimize import linprog

    where = "efficiency.dea_slacks"
    _check_options(where, orientation, returns)
    x, y, index = _units(where, inputs, outputs)
    score = _scores(where, x, y, x, y, orientation, returns)
    units = [np.where(m.mean(axis=0) > 0, m.mean(axis=0), 1.0) for m in (x, y)]
    x, y = x / units[0], y / units[1]
    n, m, s = len(x), x.shape[1], y.shape[1]
    # variables: intensities, input slacks, output slacks
    cost = np.r_[np.zeros(n), -np.ones(m + s)]
    equal = np.block([[x.T, np.eye(m), np.zeros((m, s))], [y.T, np.zeros((s, m)), -np.eye(s)]])
    sums = np.r_[np.ones(n), np.zeros(m + s)][None, :]
    bounded = {
        "variable": (None, None),
        "constant": (None, None),
        "decreasing": (sums, [1.0]),
        "increasing": (-sums, [-1.0]),
    }
    upper, limit = bounded[returns]
    slack = np.empty((n, m + s))
    for i in range(n):
        right = np.r_[
            x[i] * (score[i] if orientation == "input" else 1),
            y[i] / (1 if orientation == "input" else score[i]),
        ]
        table, value = (
            (np.vstack([equal, sums]), np.r_[right, 1.0]) if returns == "variable" else (equal, right)
        )
        found = linprog(
            cost, A_ub=upper, b_ub=limit, A_eq=table, b_eq=value, bounds=(0, None), method="highs"
        )
        if found.status != 0:
            raise refuse(
                where, f"no solution for unit {i + 1}", "a comparable unit", "check zeros in its row"
            )
        slack[i] = found.x[n:]
    slack = np.where(slack < 1e-9, 0.0, slack)
    none_left = slack.max(axis=1) < NO_SLACK
    slack = slack * np.r_[units[0], units[1]]
    names = [f"slack {name}" for name in (*_labels(inputs, "input", m), *_labels(outputs, "output", s))]
    out = pd.DataFrame(slack, index=index, columns=names)
    out.insert(0, "efficiency", score)
    out["efficient"] = (score > 1 - 1e-7) & none_left
    return out


def dea_bootstrap(
    inputs: Grid,
    outputs: Grid,
    *,
    orientation: str = "input",
    returns: str = "constant",
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Efficiency corrected for the bias of an estimated frontier, with intervals (homogeneous smoothed bootstrap).

    Scores measured against the best units seen are too high: the true frontier lies beyond them. Resampled scores, drawn from a smooth
    density reflected at the frontier, move the units; what is measured against the moved frontier shows how much too high.

    Parameters
    ----------
    inputs, outputs, orientation, returns : as in ``dea``.
    draws : resamples, at least 20; 1,000 or more for intervals.
    seed : of the draws.
    level : of the intervals.

    Returns
    -------
    DataFrame with the index of the units, scores in 0..1 (score "distance"): efficiency, corrected, bias (efficiency - corrected, 0 or
    more), low, high. The interval holds the true score and lies below ``efficiency``. ``corrected`` need not be better than
    ``efficiency`` in mean squared error; the last column, ``advised``, says where it is (bias squared above three times its variance).

    Raises
    ------
    MethodError : as ``dea``; when all units lie on the frontier, so that there is no density to draw from.

    Reference
    ---------
    Simar and Wilson 1998, Management Science 44(1):49, with the draws of their chapter of 2008 (in Fried, Lovell and Schmidt, The
    Measurement of Productive Efficiency and Productivity Growth); ``advised``: Simar and Wilson 2000, Journal of Applied Statistics
    27(6):779. Scores explained by covariates: ``second_stage.explain_efficiency``.

    Examples
    --------
    >>> from analysis.methods import efficiency
    >>> found = efficiency.dea_bootstrap([2, 4, 3, 6, 8], [1, 2, 1, 2.5, 2], draws=40)
    >>> found["efficiency"].round(3).tolist()
    [1.0, 1.0, 0.667, 0.833, 0.5]
    >>> bool((found["low"] < found["corrected"]).all() and (found["high"] <= found["efficiency"]).all())
    True
    """
    where = "efficiency.dea_bootstrap"
    _check_options(where, orientation, returns)
    count(draws, f"{where}, draws", 20)
    count(seed, f"{where}, seed", 0)
    share(level, f"{where}, level")
    x, y, index = _units(where, inputs, outputs)
    score = _scores(where, x, y, x, y, orientation, returns)
    distance = 1 / np.minimum(score, 1.0)
    width = bandwidth(distance)
    if width <= 0:
        raise refuse(
            where,
            "fewer than two units below the frontier",
            "a spread of scores",
            "add units, or fewer measures",
        )
    rng = np.random.default_rng(seed)
    found = np.empty((draws, len(x)))
    # the draws follow the units' own numbers, so that the order of the rows plays no part
    order = np.lexsort([*y.T, *x.T])
    for draw in range(draws):
        moved = np.empty_like(distance)
        moved[order] = smooth_draws(distance[order], width, rng)
        xs, ys = x, y
        if orientation == "input":
            xs = (
                x * (moved / distance)[:, None]
            )  # each unit at its own efficient input, moved away by the drawn distance
        else:
            ys = y * (distance / moved)[:, None]
        found[draw] = 1 / _scores(where, x, y, xs, ys, orientation, returns)
    bias = found.mean(axis=0) - distance
    corrected = distance - bias
    variance = found.var(axis=0, ddof=1)
    tail = (1 - level) / 2
    # the distribution of (estimate - truth) is that of (resample - estimate): the basic interval, on distances
    near, far = np.quantile(found - distance, [tail, 1 - tail], axis=0)
    table = pd.DataFrame({"efficiency": score, "corrected": 1 / np.maximum(corrected, 1e-12)}, index=index)
    table["bias"] = table["efficiency"] - table["corrected"]
    table["low"], table["high"] = 1 / (distance - near), 1 / (distance - far)
    table["advised"] = bias**2 > 3 * variance
    return table


def _labels(values: Grid, role: str, size: int) -> list[str]:
    if isinstance(values, pd.DataFrame):
        return [str(name) for name in values.columns]
    return (
        [str(getattr(values, "name", None) or role)]
        if size == 1
        else [f"{role} {i + 1}" for i in range(size)]
    )


def scale_efficiency(inputs: Grid, outputs: Grid, *, orientation: str = "input") -> pd.DataFrame:
    """Overall efficiency split into pure technical and scale: columns constant, variable, scale (constant / variable), returns.

    ``returns`` is "constant", "increasing" or "decreasing": the side of the frontier on which the unit works. Input's index; scores
    as ``dea(score="distance")``.

    Parameters
    ----------
    inputs : columns of numbers, not negative
    outputs : columns of numbers, not negative
    orientation : "input" or "output"

    Returns
    -------
    DataFrame[constant, variable, scale, returns].

    Raises
    ------
    MethodError : as ``dea``.

    Reference
    ---------
    Färe, Grosskopf and Lovell 1985, The Measurement of Efficiency of Production (Kluwer-Nijhoff).

    Examples
    --------
    >>> from analysis.methods import efficiency
    >>> efficiency.scale_efficiency([2, 4, 3], [1, 2, 1])["returns"].tolist()
    ['constant', 'constant', 'constant']
    """
    found = {
        kind: dea(inputs, outputs, orientation=orientation, returns=kind)
        for kind in ("constant", "variable", "decreasing")
    }
    scale = found["constant"] / found["variable"]
    side = np.where(
        scale > 1 - 1e-6,
        "constant",
        np.where(np.isclose(found["variable"], found["decreasing"], atol=1e-6), "decreasing", "increasing"),
    )
    return pd.DataFrame(
        {"constant": found["constant"], "variable": found["variable"], "scale": scale, "returns": side}
    )


def malmquist(
    data: pd.DataFrame,
    *,
    inputs: Labels,
    outputs: Labels,
    unit: Label,
    time: Label,
    orientation: str = "output",
) -> pd.DataFrame:
    """Productivity change of each unit from one period to the next, and its parts; above 1 is improvement.

    ``data``: one row per unit and period, complete. ``inputs`` and ``outputs``: column names. Returns the input's index with the
    columns ``unit`` and ``time`` and tfp = efficiency x technical, efficiency = pure x scale: change of the distance to the constant
    returns frontier, shift of that frontier (geometric mean of both periods' views), change of the distance to the variable returns
    frontier, and the rest. A row tells the change from the preceding period; rows of the first period are missing.

    Parameters
    ----------
    data : DataFrame, one row per unit and period
    inputs : column names
    outputs : column names
    unit : column of units
    time : column of periods
    orientation : "input" or "output"

    Returns
    -------
    DataFrame with the index of ``data``: unit, time, tfp, efficiency, technical, pure, scale.

    Raises
    ------
    MethodError : as ``dea``, for incomplete or repeated rows, fewer than two periods, and when a unit lies outside what the other period's
        frontier can be compared with.

    Reference
    ---------
    Färe, Grosskopf, Norris and Zhang 1994, American Economic Review 84(1):66; Coelli 1996, A Guide to DEAP Version 2.1.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import efficiency
    >>> table = pd.DataFrame({"unit": list("abcabc"), "year": [1, 1, 1, 2, 2, 2], "x": [2, 4, 3, 2, 4, 3], "y": [1, 2, 1, 2, 3, 2]})
    >>> efficiency.malmquist(table, inputs="x", outputs="y", unit="unit", time="year")["tfp"].tolist()[3:]
    [2.0, 1.4999999999999998, 2.0]
    """
    where = "efficiency.malmquist"
    _check_options(where, orientation, "constant")
    inputs, outputs = names(inputs, f"{where}, inputs"), names(outputs, f"{where}, outputs")
    distinct(
        where, unit=unit, time=time, **{f"column {i}": name for i, name in enumerate([*inputs, *outputs])}
    )
    parts = ["tfp", "efficiency", "technical", "pure", "scale"]
    free(where, [unit, time], parts)
    rows = usable_rows(where, data, numeric=[*inputs, *outputs], keys=[unit, time])
    if len(rows) < len(data):
        raise refuse(
            where,
            f"{len(data) - len(rows)} rows with a missing cell",
            "complete rows",
            "leave those units out",
        )
    wide, units = _periods(where, rows, inputs, outputs, unit, time)
    periods, out = list(wide), {}
    crs = {t: _between(where, wide[t], wide[t], orientation, "constant") for t in periods}
    vrs = {t: _between(where, wide[t], wide[t], orientation, "variable") for t in periods}
    for old, new in zip(periods, periods[1:], strict=False):
        new_by_old = _between(where, wide[new], wide[old], orientation, "constant")
        old_by_new = _between(where, wide[old], wide[new], orientation, "constant")
        efficiency, pure = crs[new] / crs[old], vrs[new] / vrs[old]
        technical = np.sqrt(new_by_old / crs[new] * crs[old] / old_by_new)
        out[new] = np.column_stack([efficiency * technical, efficiency, technical, pure, efficiency / pure])
    result = data[[unit, time]].copy()
    values = np.full((len(rows), len(parts)), np.nan)
    place = rows[unit].map({name: i for i, name in enumerate(units)}).to_numpy()
    for period, found in out.items():
        at = (rows[time] == period).to_numpy()
        values[at] = found[place[at]]
    result[parts] = values
    return result


def _check_options(where: str, orientation: str, returns: str) -> None:
    choice(where, "orientation", orientation, ORIENTATIONS)
    choice(where, "returns", returns, RETURNS)


def _units(where: str, inputs: Grid, outputs: Grid) -> tuple[np.ndarray, np.ndarray, pd.Index]:
    """Checked matrices of inputs and outputs and the units' labels; labelled tables must bear the same ones."""
    tables = []
    for values, name in ((inputs, "inputs"), (outputs, "outputs")):
        if dimensions(values) == 1:
            column = as_series(values, f"{where}: {name}")
            values = pd.DataFrame({name: column.array}, index=column.index)
        tables.append(numbers(as_frame(values, f"{where}: {name}"), f"{where}: {name}", missing=True))
    x, y = tables
    labelled = [isinstance(values, (pd.Series, pd.DataFrame)) for values in (inputs, outputs)]
    if all(labelled) and not x.index.equals(y.index):
        raise refuse(where, "inputs and outputs with different indexes", "the same index", "align them")
    index = (x if labelled[0] or not labelled[1] else y).index
    _check_matrices(where, x.to_numpy(), y.to_numpy(), index)
    return x.to_numpy(), y.to_numpy(), index


def _check_matrices(where: str, x: np.ndarray, y: np.ndarray, index: pd.Index) -> None:
    problems = []
    if len(x) != len(y):
        raise refuse(
            where, f"{len(x)} rows of inputs and {len(y)} of outputs", "the same units", "align them"
        )
    needed = max(MIN_UNITS, x.shape[1] + y.shape[1])
    if len(x) < needed:
        fix = "fewer inputs and outputs, or more units"
        problems.append(
            Problem(
                where,
                f"{len(x)} units, {x.shape[1]} inputs, {y.shape[1]} outputs",
                f"at least {needed} units",
                fix,
            )
        )
    for name, values in (("inputs", x), ("outputs", y)):
        if not np.isfinite(values).all():
            problems.append(
                Problem(
                    f"{where}: {name}",
                    f"missing or infinite cells{at_rows(index, ~np.isfinite(values).all(axis=1))}",
                    "complete numbers",
                    "leave those units out",
                )
            )
        elif (values < 0).any():
            found = f"negative cells{at_rows(index, (values < 0).any(axis=1))}"
            problems.append(Problem(f"{where}: {name}", found, "0 or more", "use another measure"))
        elif (values.sum(axis=1) == 0).any():
            problems.append(
                Problem(
                    f"{where}: {name}",
                    f"a unit with nothing but zeros{at_rows(index, values.sum(axis=1) == 0)}",
                    "something positive",
                    "leave the unit out",
                )
            )
    if problems:
        raise MethodError(problems)


def _periods(
    where: str, rows: pd.DataFrame, inputs: list, outputs: list, unit: Label, time: Label
) -> tuple[dict, list]:
    """Period -> (inputs, outputs) with units in one order, and that order."""
    twice = rows.duplicated([unit, time])
    if twice.any():
        raise refuse(where, "repeated unit-periods", f"one row for each {unit} and {time}", "aggregate first")
    periods, units = ordered(where, rows[time], time), list(pd.unique(rows[unit]))
    if len(periods) < 2:
        raise refuse(where, f"{len(periods)} period", "at least two", "supply a panel")
    if len(rows) != len(periods) * len(units):
        raise refuse(
            where,
            f"{len(rows)} rows for {len(units)} units and {len(periods)} periods",
            "a complete panel",
            "drop those units",
        )
    wide = {}
    for period in periods:
        one = rows[rows[time] == period].set_index(unit).loc[units]
        wide[period] = one[inputs].to_numpy(), one[outputs].to_numpy()
        _check_matrices(f"{where}, {time} {period}", *wide[period], one.index)
    return wide, units


Period = tuple[np.ndarray, np.ndarray]  # a period's inputs and outputs, one row a unit


def _between(where: str, units: Period, frontier: Period, orientation: str, returns: str) -> np.ndarray:
    """Distances of one period's units to another period's frontier."""
    return _scores(where, units[0], units[1], frontier[0], frontier[1], orientation, returns)


def _scores(
    where: str,
    x: np.ndarray,
    y: np.ndarray,
    x_frontier: np.ndarray,
    y_frontier: np.ndarray,
    orientation: str,
    returns: str,
) -> np.ndarray:
    """Distance (1/phi when output-oriented) of each row of x, y to the frontier of the other two; above 1 lies outside it.

    Several units' programmes are solved as one: their blocks share nothing but the sum that is minimised, so that each has its own optimum.
    """
    # each column in units of the frontier's mean: the programme is invariant to that, its conditioning is not
    x_unit, y_unit = (np.where(m.mean(axis=0) > 0, m.mean(axis=0), 1.0) for m in (x_frontier, y_frontier))
    x, xf, y, yf = x / x_unit, x_frontier / x_unit, y / y_unit, y_frontier / y_unit
    out = np.empty(len(x))
    for start in range(0, len(x), TOGETHER):
        part = slice(start, start + TOGETHER)
        found, message = _programme(x[part], y[part], xf, yf, orientation, returns)
        if found is None:  # one by one, to say which
            for i in range(*part.indices(len(x))):
                found, message = _programme(x[i : i + 1], y[i : i + 1], xf, yf, orientation, returns)
                if found is None:
                    raise refuse(
                        where,
                        f"no solution for unit {i + 1} ({message})",
                        "a comparable unit",
                        "check zeros in its row",
                    )
                out[i] = found[0]
        else:
            out[part] = found
    return out


def _programme(
    x: np.ndarray, y: np.ndarray, xf: np.ndarray, yf: np.ndarray, orientation: str, returns: str
) -> tuple[np.ndarray | None, str]:
    """Distances of some units to one frontier, or None and what the solver says."""
    from scipy import sparse
    from scipy.optimize import linprog

    units, peers = len(x), len(xf)
    # variables: the radial factors, then each unit's intensities; rows of a unit: inputs, outputs, returns to scale
    if orientation == "input":
        radial, bound = np.hstack([-x, np.zeros_like(y)]), np.hstack([np.zeros_like(x), -y])
    else:
        radial, bound = np.hstack([np.zeros_like(x), y]), np.hstack([x, np.zeros_like(y)])
    own = np.vstack([xf.T, -yf.T])
    if returns in ("decreasing", "increasing"):
        sign = 1.0 if returns == "decreasing" else -1.0
        own = np.vstack([own, np.full(peers, sign)])
        radial, bound = (
            np.hstack([radial, np.zeros((units, 1))]),
            np.hstack([bound, np.full((units, 1), sign)]),
        )
    rows = radial.shape[1]
    factors = sparse.csr_matrix(
        (radial.ravel(), (np.arange(units * rows), np.repeat(np.arange(units), rows))),
        shape=(units * rows, units),
    )
    table = sparse.hstack([factors, sparse.kron(sparse.eye(units), own)], format="csc")
    equal, equal_to = None, None
    if returns == "variable":
        sums = sparse.kron(sparse.eye(units), np.ones((1, peers)))
        equal, equal_to = (
            sparse.hstack([sparse.csr_matrix((units, units)), sums], format="csc"),
            np.ones(units),
        )
    cost = np.r_[np.full(units, 1.0 if orientation == "input" else -1.0), np.zeros(units * peers)]
    solved = linprog(
        cost, A_ub=table, b_ub=bound.ravel(), A_eq=equal, b_eq=equal_to, bounds=(0, None), method="highs"
    )
    if solved.status != 0 or not (solved.x[:units] > 0).all():
        return None, solved.message.strip()
    return solved.x[:units] if orientation == "input" else 1 / solved.x[:units], ""
