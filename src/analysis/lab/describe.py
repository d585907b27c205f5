"""What each table holds and what each of its columns means, where it is read: ``analysis.describe("observations")``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import pandas as pd

from analysis import catalog, tables, words
from analysis.cases import slices
from analysis.errors import refuse
from analysis.lab import answers
from analysis.words import LANGS, nth

TEXT = words.catalogue(Path(__file__).with_name("lab.toml"))
TYPES = TEXT.group("describe")
HEADS = (("列", "含义", "类型", "有值的行", "例子", "可取的值"), ("column", "meaning", "type", "rows filled", "example", "allowed"))  # fmt: skip


@dataclass(frozen=True)
class Described:
    """A table's description in one language; ``frame`` has one row a column (or a table)."""

    title: str
    frame: pd.DataFrame
    lang: str

    def __repr__(self) -> str:
        return f"{self.title}\n{self.frame.to_string(index=False)}"

    def _repr_html_(self) -> str:
        return answers.listed(self.title, [("", self.frame)], self.lang)


@lru_cache(maxsize=1)
def meanings() -> dict[tuple[str, str], tuple[str, str]]:
    """(table, or empty for every table; column, or empty for the row) -> (zh, en)."""
    with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as file:
        own = {(row["table"], row["column"]): (row["zh"], row["en"]) for row in csv.DictReader(file)}
    return own | slices.meanings()


def meaning(table: str, column: str) -> tuple[str, str]:
    """What a column means; the table's own line before the one for every table."""
    known = meanings()
    zh, en = known.get((table, column)) or known[("", column)]
    return zh.partition("：见“用语”")[0], en.partition(": see the words below")[0]


def describe(table: str = "", lang: str = "zh") -> Described:
    """The columns of a table with meaning, type, how many rows are filled and an example; without a name, the tables.

    Raises MethodError for an unknown table.

    >>> list(describe("measures", "en").frame["column"])[:2]
    ['measure_id', 'region_code']
    """
    i = nth(catalog.language(lang))
    with tables.unrecorded():
        if not table:
            known = [(name, meaning(name, "")[i], len(tables.read(name))) for name in tables.SPECS]
            head = (("表", "一行是什么", "行数"), ("table", "what one row is", "rows"))[i]
            return Described(("数据表", "Tables")[i], pd.DataFrame(known, columns=list(head)), LANGS[i])
        if table not in tables.SPECS:
            near = get_close_matches(table, tables.SPECS, n=3) or sorted(tables.SPECS)
            raise refuse("describe", repr(table), "a table", f"one of {', '.join(near)}")
        frame, spec = tables.read(table), tables.spec(table)
    rows = []
    for name, column in spec.columns.items():
        filled = frame[name].notna() & (frame[name].astype(str) != "")
        example = str(frame.loc[filled, name].iloc[0]) if filled.any() else ""
        kind = TYPES[column.dtype][i]
        rows.append((name, meaning(table, name)[i], kind, int(filled.sum()), example[:60], ", ".join(column.allowed[:8])))  # fmt: skip
    title = f"{table}{'：' if i == 0 else ': '}{meaning(table, '')[i]}"
    return Described(title, pd.DataFrame(rows, columns=list(HEADS[i])), LANGS[i])
