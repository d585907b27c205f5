"""Data envelopment analysis and the Malmquist index, by linear programming (scipy ``linprog``, HiGHS)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse

MIN_UNITS = 3  # and never fewer than inputs + outputs; the field's advice is three times that number (Cooper, Seiford and Tone 2007)
RETURNS = ("constant", "variable", "decreasing", "increasing")
ORIENTATIONS = ("input", "output")


def dea(inputs, outputs, *, orientation="input", returns="constant", score="distance") -> pd.Series:
    """Technical efficiency of each unit against the frontier of all: Series "efficiency" with the input's index.

    ``inputs`` (n, m) and ``outputs`` (n, s): DataFrames, arrays, or one-dimensional for a single one; not negative, none missing,
    each unit with some input and some output. ``returns``: "constant" (CCR), "variable" (BCC), "decreasing" (non-increasing),
    "increasing" (non-decreasing). Radial scores, slacks not counted. ``score="distance"`` (DEAP): in 0..1 for both orientations, the
    output-oriented one being 1/phi; ``score="farrell"`` (R Benchmarking): phi itself, 1 or more, when ``orientation="output"``.

    Raises MethodError below 3 units or fewer units than inputs and outputs together, and for negative or missing cells.
    References: Charnes, Cooper and Rhodes (1978), EJOR 2(6); Banker, Charnes and Cooper (1984), Management Science 30(9); Coelli
    (1996), A guide to DEAP 2.1.
    """
    where = "efficiency.dea"
    _check_options(where, orientation, returns)
    if score not in ("distance", "farrell"):
        raise refuse(where, f"score={score!r}", '"distance" or "farrell"', "say which")
    index = inputs.index if isinstance(inputs, (pd.Series, pd.DataFrame)) else None
    if (
        index is not None
        and isinstance(outputs, (pd.Series, pd.DataFrame))
        and not outputs.index.equals(index)
    ):
        raise refuse(where, "inputs and outputs with different indexes", "the same index", "align them")
    x, y = _matrix(where, inputs, "inputs"), _matrix(where, outputs, "outputs")
    _check_matrices(where, x, y)
    values = _scores(where, x, y, x, y, orientation, returns)
    if score == "farrell" and orientation == "output":
        values = 1 / values
    return pd.Series(values, index=index, name="efficiency")


def scale_efficiency(inputs, outputs, *, orientation="input") -> pd.DataFrame:
    """Overall efficiency split into pure technical and scale: columns constant, variable, scale (constant / variable), returns.

    ``returns`` is "constant", "increasing" or "decreasing": the side of the frontier on which the unit works. Input's index; scores
    as ``dea(score="distance")``. Raises as ``dea``. Reference: Färe, Grosskopf and Lovell (1985).
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


def malmquist(data, *, inputs, outputs, unit, time, orientation="output") -> pd.DataFrame:
    """Productivity change of each unit from one period to the next, and its parts; above 1 is improvement.

    ``data``: one row per unit and period, complete. ``inputs`` and ``outputs``: column names. Returns the input's index with the
    columns ``unit`` and ``time`` and tfp = efficiency x technical, efficiency = pure x scale: change of the distance to the constant
    returns frontier, shift of that frontier (geometric mean of both periods' views), change of the distance to the variable returns
    frontier, and the rest. A row tells the change from the preceding period; rows of the first period are missing.

    Raises MethodError as ``dea``, for incomplete or repeated rows, fewer than two periods, and when a unit lies outside what the
    other period's frontier can be compared with. Reference: Färe, Grosskopf, Norris and Zhang (1994), American Economic Review
    84(1); Coelli (1996).
    """
    where = "efficiency.malmquist"
    _check_options(where, orientation, "constant")
    inputs, outputs = ([names] if isinstance(names, str) else list(names) for names in (inputs, outputs))
    wide = _periods(where, data, inputs, outputs, unit, time)
    periods, out = list(wide), {}
    crs = {t: _scores(where, *wide[t], *wide[t], orientation, "constant") for t in periods}
    vrs = {t: _scores(where, *wide[t], *wide[t], orientation, "variable") for t in periods}
    for old, new in zip(periods, periods[1:], strict=False):
        new_by_old = _scores(where, *wide[new], *wide[old], orientation, "constant")
        old_by_new = _scores(where, *wide[old], *wide[new], orientation, "constant")
        efficiency, pure = crs[new] / crs[old], vrs[new] / vrs[old]
        technical = np.sqrt(new_by_old / crs[new] * crs[old] / old_by_new)
        out[new] = np.column_stack([efficiency * technical, efficiency, technical, pure, efficiency / pure])
    names = ["tfp", "efficiency", "technical", "pure", "scale"]
    result = data[[unit, time]].copy()
    result[names] = np.nan
    units = sorted(data[unit].unique())
    for period, values in out.items():
        rows = (data[time] == period).to_numpy()
        order = [units.index(name) for name in data.loc[rows, unit]]
        result.loc[rows, names] = values[order]
    return result


def _check_options(where: str, orientation: str, returns: str) -> None:
    problems = []
    if orientation not in ORIENTATIONS:
        problems.append(
            Problem(
                where,
                f"orientation={orientation!r}",
                " or ".join(map(repr, ORIENTATIONS)),
                "pass one of them",
            )
        )
    if returns not in RETURNS:
        problems.append(
            Problem(where, f"returns={returns!r}", " or ".join(map(repr, RETURNS)), "pass one of them")
        )
    if problems:
        raise MethodError(problems)


def _matrix(where: str, values, name: str) -> np.ndarray:
    try:
        out = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise refuse(f"{where}: {name}", str(error), "numbers", "convert the columns") from error
    out = out[:, None] if out.ndim == 1 else out
    if out.ndim != 2 or out.shape[1] == 0:
        raise refuse(f"{where}: {name}", f"shape {out.shape}", "(units, columns)", "one row for each unit")
    return out


def _check_matrices(where: str, x: np.ndarray, y: np.ndarray) -> None:
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
                    "missing or infinite cells",
                    "complete numbers",
                    "leave those units out",
                )
            )
        elif (values < 0).any():
            problems.append(Problem(f"{where}: {name}", "negative cells", "0 or more", "use another measure"))
        elif (values.sum(axis=1) == 0).any():
            problems.append(
                Problem(
                    f"{where}: {name}",
                    "a unit with nothing but zeros",
                    "something positive",
                    "leave the unit out",
                )
            )
    if problems:
        raise MethodError(problems)


def _periods(where: str, data, inputs, outputs, unit: str, time: str) -> dict:
    """Period -> (inputs, outputs), units in sorted order."""
    if not isinstance(data, pd.DataFrame):
        raise refuse(where, type(data).__name__, "a DataFrame", "pass a table")
    absent = [name for name in [*inputs, *outputs, unit, time] if name not in data.columns]
    if absent:
        raise refuse(
            where,
            f"no columns {absent}",
            f"of {[str(c) for c in data.columns][:20]}",
            "name existing columns",
        )
    if data[[unit, time]].isna().any(axis=None) or data.duplicated([unit, time]).any():
        raise refuse(
            where,
            "repeated or missing unit-periods",
            f"one row for each {unit} and {time}",
            "aggregate first",
        )
    periods, units = sorted(data[time].unique()), sorted(data[unit].unique())
    if len(periods) < 2:
        raise refuse(where, f"{len(periods)} period", "at least two", "supply a panel")
    if len(data) != len(periods) * len(units):
        raise refuse(
            where,
            f"{len(data)} rows for {len(units)} units and {len(periods)} periods",
            "a complete panel",
            "drop those units",
        )
    wide = {}
    for period in periods:
        rows = data[data[time] == period].set_index(unit).loc[units]
        wide[period] = _matrix(where, rows[inputs], "inputs"), _matrix(where, rows[outputs], "outputs")
        _check_matrices(f"{where}, {time} {period}", *wide[period])
    return wide


def _scores(where: str, x, y, x_frontier, y_frontier, orientation: str, returns: str) -> np.ndarray:
    """Distance (1/phi when output-oriented) of each row of x, y to the frontier of the other two; above 1 lies outside it."""
    from scipy.optimize import linprog

    # each column in units of the frontier's mean: the programme is invariant to that, its conditioning is not
    x_unit, y_unit = (np.where(m.mean(axis=0) > 0, m.mean(axis=0), 1.0) for m in (x_frontier, y_frontier))
    x, xf, y, yf = x / x_unit, x_frontier / x_unit, y / y_unit, y_frontier / y_unit
    count, m, s = len(xf), x.shape[1], y.shape[1]
    cost = np.zeros(count + 1)
    cost[0] = 1.0 if orientation == "input" else -1.0
    # variables: the radial factor, then the intensities; rows: inputs, outputs, returns to scale
    table = np.zeros((m + s + (returns in ("decreasing", "increasing")), count + 1))
    table[:m, 1:], table[m : m + s, 1:] = xf.T, -yf.T
    bound = np.zeros(len(table))
    equal, equal_to = (np.r_[0.0, np.ones(count)][None, :], [1.0]) if returns == "variable" else (None, None)
    if returns in ("decreasing", "increasing"):
        sign = 1.0 if returns == "decreasing" else -1.0
        table[-1, 1:], bound[-1] = sign, sign
    out = np.empty(len(x))
    for i in range(len(x)):
        if orientation == "input":
            table[:m, 0], bound[m : m + s] = -x[i], -y[i]
        else:
            table[m : m + s, 0], bound[:m] = y[i], x[i]
        found = linprog(
            cost, A_ub=table, b_ub=bound, A_eq=equal, b_eq=equal_to, bounds=(0, None), method="highs"
        )
        if found.status != 0 or found.x[0] <= 0:
            raise refuse(
                where,
                f"no solution for unit {i + 1} ({found.message.strip()})",
                "a comparable unit",
                "check zeros in its row",
            )
        out[i] = found.x[0] if orientation == "input" else 1 / found.x[0]
    return out
