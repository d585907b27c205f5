"""Several files that print one cell: the same value is kept once, a later edition takes the place of an earlier one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.errors import DataError, Problem

FORM = r"\d{4}(-\d{2}(-\d{2})?)?"
ORDER = "file_no"


@dataclass(frozen=True)
class Part:
    """The rows of ``observations`` that one file gives. ``how``: where a reader states the file's edition."""

    where: str
    rows: pd.DataFrame
    edition: str = ""
    how: str = ""


def joined(parts: Iterable[Part]) -> pd.DataFrame:
    """The rows of all files as one table, each cell once an edition, with the columns ``edition``, ``revises``, ``superseded_on``.

    A later edition that prints the value again adds nothing; one that prints another supersedes the earlier row, which stays.
    Raises DataError, once for each pair of files, for one edition that prints two values for a cell.
    """
    parts = list(parts)
    problems = [p for part in parts for p in _form(part)]
    if problems:
        raise DataError(problems)
    frames = []
    for n, part in enumerate(parts):
        edition = part.rows["edition"] if "edition" in part.rows else pd.Series("", index=part.rows.index)
        stated = edition.fillna("").astype("str").where(lambda e: e != "", part.edition)
        frames.append(part.rows.assign(edition=stated, revises="", superseded_on="", **{ORDER: n}))
    table = pd.concat(frames, ignore_index=True)
    several = table["observation_id"].duplicated(keep=False)
    if several.any():
        table = _settled(table, table[several], parts)
    return table.drop(columns=ORDER)


def _form(part: Part) -> Iterable[Problem]:
    if part.edition and not re.fullmatch(FORM, part.edition):
        fix = "write the date on which the edition was published, as far as it is known"
        yield Problem(f"{part.where} edition", f'"{part.edition}"', "2025, 2025-10 or 2025-10-01", fix)


def _settled(table: pd.DataFrame, several: pd.DataFrame, parts: list[Part]) -> pd.DataFrame:
    """The table with repeated cells dropped and revised ones linked."""
    dropped = []
    clashes: dict[tuple, list] = {}
    for key, rows in several.groupby("observation_id", sort=False):
        rows = rows.sort_values(["edition", ORDER], kind="stable")
        at, last = rows.index[0], key
        for row in rows.iloc[1:].itertuples():
            held = table.loc[at]
            if row.value_low <= held["value"] <= row.value_high or row.value == held["value"]:
                dropped.append(row.Index)
            elif row.edition > held["edition"]:
                table.loc[at, "superseded_on"] = row.edition
                table.loc[row.Index, ["observation_id", "revises"]] = [f"{key}@{row.edition}", last]
                at, last = row.Index, f"{key}@{row.edition}"
            else:
                clashes.setdefault((row.file_no, held[ORDER]), []).append((row, held))
    if clashes:
        raise DataError(_clash(parts[new], parts[old], pairs) for (new, old), pairs in clashes.items())
    return table.drop(index=dropped).reset_index(drop=True)


def _clash(new: Part, old: Part, pairs: list[tuple]) -> Problem:
    row, held = pairs[0]
    more = f", and {len(pairs) - 1} more cells" if len(pairs) > 1 else ""
    found = f"{row.as_printed} for {held['locator']}, but {held['as_printed']} in {old.where}{more}"
    how = new.how or "a column edition"
    fix = f"say which edition it is ({how}, the date it was published): the earlier values stay beside; or delete the wrong cells"
    return Problem(new.where, found, "one value of a cell in one edition", fix)
