"""Many tests at once: p values adjusted so that the share of false finds, or the chance of any, is held.

Source: Benjamini and Hochberg 1995, JRSS B 57:289; Benjamini and Yekutieli 2001, Annals of Statistics 29:1165; Holm 1979, Scandinavian
Journal of Statistics 6:65. By scipy where it has the method.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import choice, column, labels
from analysis.methods._types import Values

METHODS = ("benjamini-hochberg", "benjamini-yekutieli", "holm", "bonferroni")


def adjusted(p: Values, *, method: str = "benjamini-hochberg") -> pd.Series:
    """Adjusted p values: reject where they are at most the level wanted.

    Parameters
    ----------
    p : Series or array of p values, 0 to 1; missing ones stay missing and are not counted.
    method : "benjamini-hochberg" (false discovery rate; independent or positively dependent tests), "benjamini-yekutieli" (any
        dependence), "holm" or "bonferroni" (chance of any false find).

    Returns
    -------
    Series with the index of ``p``.

    Raises
    ------
    MethodError : values outside 0 to 1, an unknown method.

    Reference
    ---------
    Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57(1):289; Benjamini and Yekutieli 2001, Annals of Statistics
    29(4):1165; Holm 1979, Scandinavian Journal of Statistics 6(2):65.

    Examples
    --------
    >>> from analysis.methods import multiple
    >>> multiple.adjusted([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    where = "multiple.adjusted"
    choice(where, "method", method, METHODS)
    given = column(p, f"{where}, p", missing=True, next_to_zero=True)
    outside = ((given < 0) | (given > 1)).to_numpy()
    if outside.any():
        raise refuse(
            f"{where}, p of {labels(given.index, outside)}", "outside 0 to 1", "p values", "mend them"
        )
    known = given.dropna().to_numpy()
    result = given.copy().rename("p_adjusted")
    if len(known):
        result[given.notna()] = _adjust(known, method)
    return result


def _adjust(p: np.ndarray, method: str) -> np.ndarray:
    from scipy.stats import false_discovery_control

    if method.startswith("benjamini"):
        return false_discovery_control(p, method="bh" if method.endswith("hochberg") else "by")
    n = len(p)
    if method == "bonferroni":
        return np.minimum(p * n, 1.0)
    order = np.argsort(p, kind="stable")
    out = np.empty(n)
    out[order] = np.minimum(np.maximum.accumulate(p[order] * (n - np.arange(n))), 1.0)
    return out
