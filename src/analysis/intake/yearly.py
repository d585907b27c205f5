"""A label that the dictionary has from monthly reports, over figures of whole years: they are of the yearly series."""

from __future__ import annotations

import re
from dataclasses import replace

from analysis import catalog
from analysis.intake import labels
from analysis.intake.understood import Understood


def settle(found: Understood) -> None:
    """Figures of whole years under a label that the dictionary has from monthly reports become those of its yearly series.

    Months added up (2023年1-12月) stay with the monthly report, and so does what was named by its key.
    """
    said = {*found.answers.columns.values(), found.answers.indicator}
    for key in found.cells["indicator"].unique():
        own = labels.of_year(key) if key and key not in said else key
        if own == key:
            continue
        mine = found.cells["indicator"] == key
        years = found.cells.loc[mine, "period"].map(_is_year)
        found.cells.loc[years.index[years], "indicator"] = own
        if years.any():
            label = catalog.indicators()[own].label_zh
            before = catalog.indicators()[key].label_zh
            found.remarks.append(
                f"{before} of whole years is read as {label} ({own}), not as that of monthly reports ({key})"
            )
        if years.all():
            found.columns = [
                replace(c, what=c.what.replace(f"{before} ({key})", f"{label} ({own})"))
                for c in found.columns
            ]


def _is_year(text: object) -> bool:
    """Whether a period is a year written as one.

    >>> _is_year("2023年"), _is_year("2023年1-12月")
    (True, False)
    """
    return bool(re.fullmatch(r"\s*\d{4}\s*年?度?\s*", str(text)))
