"""What the methods take: names, columns and tables in any carrier (which values may stand in them is the door's to say: ``_inputs``)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

Label: TypeAlias = Hashable  # the name of a column, a unit or a period
Labels: TypeAlias = Hashable | Sequence[Hashable]  # one name, or several
Values: TypeAlias = Sequence[object] | np.ndarray | pd.Series | pd.Index  # one column
Grid: TypeAlias = pd.DataFrame | pd.Series | np.ndarray | Sequence[object]  # a table, or one column of it
Directions: TypeAlias = (
    str | Sequence[str] | Mapping[Hashable, str]
)  # "higher" or "lower": one for all columns, one each, or by name
Structure: TypeAlias = (
    Hashable | Sequence["Structure"] | Mapping[str, "Structure"]
)  # a tree whose leaves are columns
