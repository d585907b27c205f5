"""What goes with efficiency: bootstrapped scores explained by covariates (the second stage of Simar and Wilson 2007).

Scores are not independent (each is measured against the others), are biased toward the frontier and pile up at 1, so that least squares
or Tobit on them gives intervals that do not hold. Both algorithms fit a normal regression truncated at the frontier instead and take the
intervals from a bootstrap of that model; the second also mends the bias of the scores first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import aligned, as_frame, as_series, count, dimensions, numbers, share
from analysis.methods._results import Result
from analysis.methods._said import said
from analysis.methods._truncated import draw, fit
from analysis.methods._types import Grid
from analysis.methods.efficiency import _check_options, _scores, _units
from analysis.methods.estimates import told_apart

BELOW = 1e-6  # distance above 1 from which a unit counts as below the frontier
ROWS_A_COEFFICIENT = 3
LOST = 0.1  # share of draws without a maximum beyond which the bootstrap says nothing


@dataclass(frozen=True, eq=False, repr=False)
class SecondStage(Result):
    """Coefficients of the distance to the frontier, Series by covariate ("constant" first); above 0: farther from it, less efficient.

    ``sigma``: spread of the untruncated error. ``distance``: what was explained, one value a unit (1 or more; algorithm 1: as measured, 2:
    corrected for its bias). ``n`` units in the regression (algorithm 1 leaves out those on the frontier: ``dropped``); each its own cluster.
    """

    title = ("与效率相关的因素（两阶段自助法）", "What goes with efficiency (two-stage bootstrap)")

    estimate: pd.Series
    se: pd.Series
    low: pd.Series
    high: pd.Series
    p: pd.Series
    n: int
    convention: str
    sigma: float
    level: float = 0.95
    dropped: int = 0
    distance: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    notes: tuple[str, ...] = ()

    @property
    def clusters(self) -> int:
        """Units in the regression, each its own cluster."""
        return self.n


def explain_efficiency(
    inputs: Grid,
    outputs: Grid,
    covariates: Grid,
    *,
    algorithm: int = 2,
    orientation: str = "input",
    returns: str = "variable",
    draws: int = 2000,
    correction_draws: int = 100,
    seed: int = 0,
    level: float = 0.95,
) -> SecondStage:
    """Which circumstances go with efficiency? Truncated regression of the distance to the frontier, with bootstrap intervals.

    The distance is 1 / score (both orientations): 1 on the frontier, 1.25 for a score of .8. The model is distance = constant + covariates x
    coefficients + normal error, cut off at 1. It rests on separability: the covariates move units away from the frontier, not the frontier
    itself. Where a circumstance changes what is possible at all (altitude, case mix), neither algorithm means anything (Simar and Wilson 2011).

    Parameters
    ----------
    inputs, outputs, orientation, returns : as in ``efficiency.dea``.
    covariates : DataFrame, Series, matrix or column of numbers, one row a unit, none missing; labelled rows are matched.
    algorithm : 1 (scores as measured, units on the frontier left out) or 2 (all units, scores first corrected for their bias by a bootstrap of the
        same model).
    draws : of the intervals, at least 20; 2,000 in the paper.
    correction_draws : of the correction in algorithm 2, at least 20; 100 in the paper. Each solves one programme a unit.
    seed, level : of the draws, of the intervals.

    Returns
    -------
    SecondStage. ``low`` and ``high`` are basic bootstrap intervals (estimate less the quantiles of the draws' errors), ``se`` the spread of the
    draws, ``p`` the share of draws at least as far from the estimate as the estimate is from 0. Rows in another order give the same numbers.

    Raises
    ------
    MethodError : as ``efficiency.dea``; fewer than 3 units below the frontier for each coefficient; covariates that are constant or add up
        to one another; distances that fall off too slowly for a truncated normal (no maximum), in the data or in a tenth of the draws.

    Reference
    ---------
    Simar and Wilson 2007, Journal of Econometrics 136(1):31, algorithms 1 and 2; on separability Simar and Wilson 2011, Journal of Productivity
    Analysis 36(2):205.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.methods import second_stage
    >>> rng = np.random.default_rng(0)
    >>> remote, used = rng.uniform(0, 2, 60), rng.uniform(6, 16, 60)
    >>> made = used / (1.2 + remote + rng.uniform(0, 0.5, 60))
    >>> found = second_stage.explain_efficiency(used, made, remote, algorithm=1, returns="constant", draws=100)
    >>> found
    SecondStage(2 estimates, n=59)
    >>> bool(found.low["covariate"] > 0)
    True
    """
    where = "second_stage.explain_efficiency"
    _check_options(where, orientation, returns)
    if isinstance(algorithm, (bool, np.bool_)) or not isinstance(algorithm, (int, np.integer)):
        algorithm = -1
    if algorithm not in (1, 2):
        raise refuse(f"{where}, algorithm", "another value", "1 or 2", "pass one of them")
    count(draws, f"{where}, draws", 20)
    count(correction_draws, f"{where}, correction_draws", 20)
    count(seed, f"{where}, seed", 0)
    share(level, f"{where}, level")
    x, y, index = _units(where, inputs, outputs)
    frame = _covariates(where, covariates, index)
    design = np.column_stack([np.ones(len(frame)), frame.to_numpy()])
    labels = ["constant", *map(str, frame.columns)]
    # the draws follow the units' own numbers, so that the order of the rows plays no part
    order = np.lexsort([*design.T[1:], *y.T, *x.T])
    x, y, design = x[order], y[order], design[order]
    distance = 1 / np.minimum(_scores(where, x, y, x, y, orientation, returns), 1.0)
    below = distance > 1 + BELOW
    _enough(where, design[below], labels)
    rng = np.random.default_rng(seed)
    first = _fitted(where, distance[below], design[below])
    rows = below
    if algorithm == 2:
        distance = _corrected(where, (x, y, distance), design @ first[0], first[1], (orientation, returns), correction_draws, rng)  # fmt: skip
        rows = distance > 1  # all, but for rounding
        first = _fitted(where, distance[rows], design[rows])
    beta, sigma = first
    moved = _bootstrap(where, design[rows], beta, sigma, draws, rng)
    errors = moved - beta
    tail = (1 - level) / 2
    near, far = np.quantile(errors, [tail, 1 - tail], axis=0)
    notes = [said("efficiency.separable")]
    if len(moved) < draws:
        notes.append(said("efficiency.lost", draws=draws, lost=draws - len(moved)))
    back = np.empty(len(order), dtype=int)
    back[order] = np.arange(len(order))
    before = said("efficiency.after", draws=correction_draws) if algorithm == 2 else ""
    text = said("efficiency.simar_wilson", algorithm=algorithm, draws=draws, after=before)
    as_large = np.abs(errors) >= np.abs(beta)
    columns = {
        "estimate": beta,
        "se": errors.std(axis=0, ddof=1),
        "low": beta - far,
        "high": beta - near,
        "p": (1 + as_large.sum(axis=0)) / (1 + len(errors)),
    }
    named = {name: pd.Series(values, index=labels, name=name) for name, values in columns.items()}
    return SecondStage(
        **named,
        n=int(rows.sum()),
        convention=text,
        sigma=sigma,
        level=level,
        dropped=int((~rows).sum()),
        distance=pd.Series(distance[back], index=index, name="distance"),
        notes=tuple(notes),
    )


def _covariates(where: str, covariates: Grid, index: pd.Index) -> pd.DataFrame:
    """A float table of the units' covariates in their order."""
    name = f"{where}, covariates"
    if dimensions(covariates) == 1:
        column = as_series(covariates, name)
        table = pd.DataFrame(
            {"covariate" if column.name is None else column.name: column.array}, index=column.index
        )
    else:
        table = as_frame(covariates, name)
    frame = numbers(table, name)
    if len(frame) != len(index):
        raise refuse(name, f"{len(frame)} rows", f"{len(index)} rows", "give one row a unit")
    if "constant" in map(str, frame.columns):
        raise refuse(name, "a column named constant", "another name", "the constant is added; rename it")
    if isinstance(covariates, (pd.Series, pd.DataFrame)) and not isinstance(index, pd.RangeIndex):
        place = aligned(index, pd.Series(range(len(frame)), index=frame.index), name)
        frame = frame.iloc[place.to_numpy().astype(int)]
    return frame


def _enough(where: str, design: np.ndarray, labels: list[str]) -> None:
    needed = ROWS_A_COEFFICIENT * len(labels)
    if len(design) < needed:
        raise refuse(
            where,
            f"{len(design)} units below the frontier for {len(labels)} coefficients",
            f"at least {needed}",
            "fewer covariates, inputs or outputs, or more units",
        )
    told_apart(where, design[:, 1:] - design[:, 1:].mean(axis=0), design[:, 1:], labels[1:])


def _fitted(where: str, distance: np.ndarray, design: np.ndarray) -> tuple[np.ndarray, float]:
    beta, sigma = fit(distance, design, 1.0)
    if np.isnan(sigma):
        raise refuse(
            where,
            "distances to the frontier that fall off too slowly for a truncated normal (the likelihood has no maximum)",
            "distances that a normal law cut off at 1 can give",
            "look for units far from all others, or describe the scores instead",
        )
    return beta, sigma


def _corrected(where: str, units: tuple, mean: np.ndarray, sigma: float, options: tuple, draws: int, rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Distances less their bias: how much nearer a frontier of redrawn units looks than the one they were drawn from."""
    x, y, distance = units
    orientation, returns = options
    total = np.zeros(len(distance))
    for _ in range(draws):
        drawn = draw(mean, sigma, 1.0, rng) / distance
        xs = x * drawn[:, None] if orientation == "input" else x
        ys = y / drawn[:, None] if orientation == "output" else y
        total += 1 / _scores(where, x, y, xs, ys, orientation, returns)
    return 2 * distance - total / draws


def _bootstrap(
    where: str, design: np.ndarray, beta: np.ndarray, sigma: float, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Coefficients of each draw from the fitted model; draws without a maximum are left out."""
    mean = design @ beta
    found = np.array([fit(draw(mean, sigma, 1.0, rng), design, 1.0)[0] for _ in range(draws)])
    kept = found[~np.isnan(found[:, 0])]
    if len(kept) < (1 - LOST) * draws:
        raise refuse(
            where,
            f"{draws - len(kept)} of {draws} draws without a maximum",
            f"at most {LOST:.0%}",
            "the model does not hold the data: fewer covariates, or describe the scores instead",
        )
    return kept
