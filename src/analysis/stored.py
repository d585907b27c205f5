"""A table as a process keeps it: each text once and a small number a row, so that many places take little memory.

Rows become a frame when they are asked for. As a frame a row of `observations` takes 300 bytes and its texts in every process that
touches it, for each use of a text counts it; kept like this it takes about 150, which forked processes share.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

SEVERAL = 2  # rows a text, on the average, from which a column's texts are kept as objects


class Texts:
    """A text column. column: an Arrow column of dictionaries, without nulls.

    >>> import pyarrow as pa
    >>> held = Texts(pa.chunked_array([pa.array(["a", "b", "a", "a"]).dictionary_encode()]))
    >>> held.values(np.array([1, 2])), held.places()["a"].tolist()
    (['b', 'a'], [0, 2, 3])
    """

    def __init__(self, column: Any) -> None:
        import pyarrow as pa

        chunks = column.unify_dictionaries().chunks
        self._text = chunks[0].dictionary.cast(pa.string()) if chunks else pa.array([], pa.string())
        kind = np.min_scalar_type(max(len(self._text) - 1, 0))
        codes = [chunk.indices.to_numpy().astype(kind) for chunk in chunks]
        self._codes: np.ndarray | None = np.concatenate([np.empty(0, dtype=kind), *codes])
        self.rows = len(self._codes)
        self._objects: np.ndarray | None = None
        if SEVERAL * len(self._text) <= self.rows:
            self._few = pd.array(self._text.to_pylist(), dtype="str")
            self._objects = np.asarray(self._few, dtype=object)
        elif len(self._text) == self.rows and (self._codes == np.arange(self.rows)).all():
            self._codes = None  # each row has its own, in their order

    def taken(self, rows: np.ndarray | None) -> Any:
        """The texts of some rows, or of all, as pandas holds a text column."""
        codes = self._of(rows)
        if self._objects is not None:
            return self._few.take(codes)
        found = self._text if codes is None else self._text.take(codes)
        if pd.options.mode.string_storage == "python":
            found = found.to_numpy(zero_copy_only=False)
        return pd.array(found, dtype="str")

    def values(self, rows: np.ndarray) -> list[str]:
        """The texts of some rows."""
        codes = self._of(rows)
        return self._text.take(codes).to_pylist() if self._objects is None else self._objects[codes].tolist()

    def _of(self, rows: np.ndarray | None) -> Any:
        if self._codes is None:
            return rows
        return self._codes if rows is None else self._codes[rows]

    def distinct(self) -> set[str]:
        """Each text once."""
        return set(self._text.to_pylist())

    def places(self) -> dict[str, np.ndarray]:
        """By text the rows that bear it, in order."""
        codes = np.arange(self.rows) if self._codes is None else self._codes
        ends = np.cumsum(np.bincount(codes, minlength=len(self._text)))
        order = np.argsort(codes, kind="stable").astype(np.uint32)
        return dict(zip(self._text.to_pylist(), np.split(order, ends)[:-1], strict=True))

    def hashes(self) -> np.ndarray:
        """A 64-bit hash of each row's text."""
        found = hashes(self._text.to_pylist())
        return found if self._codes is None else found[self._codes]


def hashes(texts: list[str]) -> np.ndarray:
    """A 64-bit hash of each text."""
    return pd.util.hash_array(np.array(texts, dtype=object), categorize=False)


@dataclass
class Stored:
    """All rows of a table. columns: by name a ``Texts``, or the values of a column of numbers as pandas holds them."""

    columns: dict[str, Any]
    _hashed: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        first: Any = next(iter(self.columns.values()), ())
        return first.rows if isinstance(first, Texts) else len(first)

    def frame(self, columns: Iterable[str] | None = None, rows: np.ndarray | None = None) -> pd.DataFrame:
        """Some rows (None: all) and columns (None: all) as a frame of their own, numbered from 0."""
        made = {name: self._taken(name, rows) for name in (self.columns if columns is None else columns)}
        number = len(self) if rows is None else len(rows)
        return pd.DataFrame(made, index=pd.RangeIndex(number), copy=False)

    def _taken(self, name: str, rows: np.ndarray | None) -> Any:
        held = self.columns[name]
        if isinstance(held, Texts):
            return held.taken(rows)
        return held.copy() if rows is None else held[rows]

    def values(self, column: str, rows: np.ndarray) -> list:
        """A column's values in some rows."""
        held = self.columns[column]
        return held.values(rows) if isinstance(held, Texts) else held[rows].tolist()

    def find(self, column: str, texts: Iterable[str]) -> np.ndarray:
        """The rows that bear these texts in a column where each stands once, in the order given; those it lacks are left out."""
        wanted = list(texts)
        if column not in self._hashed:
            of_rows = self.columns[column].hashes()
            order = np.argsort(of_rows, kind="stable").astype(np.uint32)
            self._hashed[column] = of_rows[order], order
        sorted_, order = self._hashed[column]
        first, last = (np.searchsorted(sorted_, hashes(wanted), side) for side in ("left", "right"))
        found = [
            row
            for text, a, b in zip(wanted, first.tolist(), last.tolist(), strict=True)
            for row in order[a:b].tolist()
        ]
        rows, asked = np.array(found, dtype=np.intp), np.repeat(np.array(wanted, dtype=object), last - first)
        return rows[np.array(self.columns[column].values(rows), dtype=object) == asked]
