"""A table as a CSV and a Parquet file, written some rows at a time: memory does not grow with the table."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

LINES, GROUP = 10_000, 60_000  # rows in memory at a time: for the CSV file, for a group of the Parquet file


@dataclass(frozen=True)
class Form:
    """A file of the package: how many bytes it has, and their hash."""

    size: int
    sha: str

    @classmethod
    def of(cls, path: Path) -> Form:
        """Of a file that was written."""
        with path.open("rb") as file:
            return cls(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def csv_file(path: Path, frames: Iterable[pd.DataFrame]) -> None:
    """Frames one after the other as one table: the same bytes as ``tocsv_file``, which takes a third longer over tables of text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        for number, frame in enumerate(frames):
            columns = [frame[name].tolist() for name in frame]
            for n, name in enumerate(frame):
                if frame[name].dtype != "str":
                    columns[n] = [None if v is pd.NA or v != v else v for v in columns[n]]
            if not number:
                rows.writerow(frame)
            rows.writerows(zip(*columns, strict=True))


def parquet_file(path: Path, frames: Iterable[pd.DataFrame]) -> None:
    """Frames one after the other as one table, a group of rows each."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    frames = iter(frames)
    table = pa.Table.from_pandas(next(frames), preserve_index=False)
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        writer.write_table(table)
        del table
        for frame in frames:
            writer.write_table(pa.Table.from_pandas(frame, writer.schema, preserve_index=False))


def written(folder: Path, name: str, frames: Callable[[int], Iterable[pd.DataFrame]]) -> dict[str, Form]:
    """Write a table's files; ``frames`` gives its rows, at most so many at a time."""
    found = {}
    for form, (write, rows) in {"csv": (csv_file, LINES), "parquet": (parquet_file, GROUP)}.items():
        path = folder / f"{name}.{form}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, frames(rows))
        found[f"{name}.{form}"] = Form.of(path)
    return found
