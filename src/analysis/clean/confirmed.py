"""What a person decided about figures that a rule of plausibility stopped: ``data/raw/confirmed.csv``.

One row a figure. A decision holds for the figure as it was printed: when the cell changes, the decision lapses and the figure
waits again. ``kept``: the figure is right or stands for what it says. ``doubtful``: it stands so in the publication or in the
carrier that it was read from and is probably wrong; it is shown as such, with grade C, and enters no ranked table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import catalog, paths
from analysis.clean import plausibility
from analysis.clean.checks import Check
from analysis.clean.files import ROW, at, read
from analysis.errors import DataError, Problem

FILE = "confirmed.csv"
WAITING = "waiting.csv"
INTERNAL = (
    "confirmed-internal.csv"  # beside raw/, under no version control: it names figures that are not public
)
COLUMNS = ("observation_id", "as_printed", "decision", "reason")
KEPT, DOUBTFUL = "kept", "doubtful"
SERIES = 5  # so many series are named one by one in a refusal
# why a rule stops a figure, as a message says it
BECAUSE = {
    "percent": "at most 1 with the unit %: a share, or a fraction written with %?",
    "jump": "a leap from the year before",
    "stand_out": "far from the years before and after",
    "spike": "far from the years around",
    "digits": "would fit with two digits exchanged",
    "repeat": "the year before to the last digit",
    "ratio": "far from its companion's size",
    "per_head": "far from other cities' figure per resident",
    "block": "a stretch of years unlike the others",
    "above": "above what it is never above",
    "sum": "the sum over the province is off by as much",
    "carriers": "printed otherwise elsewhere",
    "identity": "figures of its row that belong together do not add up",
    "nation": "the provinces do not come to the nation's figure",
    "copied": "its row repeats another place's or another year's",
}


def decisions(raw: Path) -> pd.DataFrame:
    """The decisions in ``raw/confirmed.csv``, columns ``COLUMNS``; none when there is no file. Where internal figures are asked for
    (``paths.internal``), also those on them, which stand in ``confirmed-internal.csv`` and reach no file that is shared.

    Raises DataError for a row without decision or reason, an unknown decision and a figure decided twice in one file.
    """
    files = [raw / FILE, *([raw.parent / INTERNAL] if paths.internal() else [])]
    held = [_of_file(path) for path in files if path.is_file()]
    found = pd.concat(held, ignore_index=True) if held else pd.DataFrame(columns=list(COLUMNS), dtype="str")
    return found.drop_duplicates("observation_id", keep="last", ignore_index=True)


def _of_file(path: Path) -> pd.DataFrame:
    rows = read(path, COLUMNS)
    problems = []
    seen: dict[tuple, int] = {}
    for row in rows:
        if row["decision"] not in (KEPT, DOUBTFUL):
            fix = "write one of the two: doubtful figures are shown as such and never ranked"
            problems.append(
                Problem(at(path, row[ROW], "decision"), f'"{row["decision"]}"', f"{KEPT} or {DOUBTFUL}", fix)
            )
        if not row["reason"]:
            fix = "say what the figure was compared with, and by whom if not by you"
            problems.append(Problem(at(path, row[ROW], "reason"), "a blank", "a reason", fix))
        first = seen.setdefault(row["observation_id"], row[ROW])
        if first != row[ROW]:
            found = f"{row['observation_id']} again, first in row {first}"
            problems.append(
                Problem(at(path, row[ROW]), found, "one decision a figure", "delete one of the rows")
            )
    if problems:
        raise DataError(problems)
    return pd.DataFrame(rows)[list(COLUMNS)]


def waiting(frame: pd.DataFrame, failed: Iterable[Check], decided: pd.DataFrame) -> pd.DataFrame:
    """The doubted figures of ``observations`` and the failed checks without a decision on them as they stand.

    Columns of ``frame`` and of the doubts; a check has its key as ``observation_id`` and its sentence ``as_printed``.
    """
    doubted = frame.merge(plausibility.doubts(frame), on="observation_id")
    asked = pd.DataFrame(
        [{"observation_id": c.key, "as_printed": c.sentence, "because": "check"} for c in failed if c.key]
    )
    every = pd.concat([doubted, asked], ignore_index=True) if len(asked) else doubted
    settled = set(zip(decided.observation_id, decided.as_printed, strict=True))
    open_ = [key not in settled for key in zip(every.observation_id, every.as_printed, strict=True)]
    return every[
        pd.Series(open_, index=every.index, dtype=bool)
    ]  # a bare empty list would take the columns away


def applied(frame: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """The observations with the flag ``doubtful`` and grade C where a person decided so; nothing else changes."""
    wrong = decided[decided.decision == DOUBTFUL]
    marked = set(zip(wrong.observation_id, wrong.as_printed, strict=True))
    rows = pd.Series(
        [key in marked for key in zip(frame.observation_id, frame.as_printed, strict=True)], index=frame.index
    )
    flags = frame.loc[rows, "flags"].map(
        lambda held: ";".join(sorted({*filter(None, held.split(";")), DOUBTFUL}))
    )
    frame = frame.assign(flags=flags.reindex(frame.index).fillna(frame["flags"]).astype("str"))
    return frame.assign(source_grade=frame.source_grade.mask(rows, "C").astype("str"))


def refusal(
    open_: pd.DataFrame, file: Path, added: Mapping[tuple[str, str], str] | None = None
) -> Iterable[Problem]:
    """What waits: one problem for each source and indicator (at most ``SERIES``), naming its first figures, and one on how to decide.

    ``added``: (observation_id, edition) of each figure of the files being added -> the file. What was held before them fitted without
    them: it is no cause of its own and is only counted, in the last problem.
    """
    added = added or {}
    ids = open_["observation_id"].str.partition("@")[0]  # a later edition's figure has its edition behind
    files = pd.Series(
        [added.get(key, "") for key in zip(ids, open_["edition"].fillna(""), strict=True)],
        index=open_.index,
        dtype="str",
    )
    named = ", ".join(dict.fromkeys(added.values()))
    causes = open_[files != ""] if added else open_
    yield from _of_checks(causes[causes.because == "check"])
    yield from _of_series(causes[causes.because != "check"], files)
    found = f"{len(open_)} row{'s' * (len(open_) > 1)} waiting for a person"
    if len(beside := open_.drop(causes.index)):
        found += (
            f", {len(beside)} of them held before and no longer fitting beside {named}: {_beside(beside)}"
        )
        found += "" if len(causes) else f"; first: {_first(beside)}"
    fix = (
        f'the same command with --confirm "why they are right" confirms all of them; to decide one by one, fill in '
        f"decision ({KEPT} or {DOUBTFUL}) and reason there and append those four columns to data/{INTERNAL if paths.internal() else f'raw/{FILE}'}"
    )
    fix = f"correct {named} where it is wrong; where it is right, {fix}" if len(beside) else fix
    yield Problem(paths.relative(file), found, "a decision on each", fix)


def _of_checks(failed: pd.DataFrame) -> Iterable[Problem]:
    for check in failed.itertuples():
        fix = "correct the raw cells or let it pass"
        yield Problem("check of the tables", check.as_printed, "publications that agree so far", fix)


def _of_series(open_: pd.DataFrame, files: pd.Series) -> Iterable[Problem]:
    """One problem for each of the first series, one for all the others together."""
    series = list(open_.groupby(["source_id", "indicator"], sort=True))
    for (source, key), rows in series[:SERIES]:
        shown = "; ".join(_said(row) for row in rows.head(3).itertuples())
        more = f"; and {len(rows) - 3} more" if len(rows) > 3 else ""
        whose = "".join(f"{name}: " for name in dict.fromkeys(files[rows.index]) if name)
        where = f"{whose}{catalog.source(source).title_zh} › {catalog.indicator(key).label_zh}"
        fix = "correct the raw cells or decide on them"
        yield Problem(where, f"{shown}{more}", "figures that fit the figures around them", fix)
    if rest := series[SERIES:]:
        labels = ", ".join(dict.fromkeys(catalog.indicator(key).label_zh for (_, key), _ in rest[:3]))
        found = f"{sum(len(rows) for _, rows in rest)} figures of {len(rest)} series more ({labels} ...)"
        yield Problem("and", found, "figures that fit the figures around them", "as above")


def _first(held: pd.DataFrame) -> str:
    row = next(held.itertuples())
    return row.as_printed if row.because == "check" else _said(row)


def _beside(held: pd.DataFrame) -> str:
    """Whose figures and how many checks: 3 figures of 中国城市统计年鉴 and 2 checks of the tables."""
    figures, failed = held[held.because != "check"], int((held.because == "check").sum())
    counts = figures.groupby("source_id", sort=True).size().sort_values(ascending=False, kind="stable")
    said = [f"{n} of {catalog.source(source).title_zh}" for source, n in counts.head(3).items()]
    said += [f"{counts.iloc[3:].sum()} of {len(counts) - 3} other sources"] if len(counts) > 3 else []
    said += [f"{failed} check{'s' * (failed > 1)} of the tables"] if failed else []
    return ", ".join(said)


def _said(row: Any) -> str:
    region, key = catalog.regions()[row.region_code].name_zh, catalog.indicator(row.indicator)
    expected = ""
    if row.expected == row.expected and row.because != "repeat":
        expected = f", about {float(f'{row.expected:.3g}'):,.10g} {key.unit} expected"
    return f"{region} {row.year}: {row.as_printed}{expected} ({BECAUSE[row.because.split(';')[0]]})"


def write_waiting(open_: pd.DataFrame, file: Path) -> None:
    """The figures that wait as rows of ``confirmed.csv`` with decision and reason to fill in, and what was expected beside.

    What a person has filled in there already for the same figure stays.
    """
    rows = open_.assign(decision="", reason="")[[*COLUMNS, "expected", "because"]]
    filled = _filled_in(file)
    keys = list(zip(rows["observation_id"], rows["as_printed"], strict=True))
    rows = rows.assign(
        decision=[filled.get(k, ("", ""))[0] for k in keys], reason=[filled.get(k, ("", ""))[1] for k in keys]
    )
    rows.to_csv(file, index=False, float_format="%.6g", lineterminator="\n", encoding="utf-8")


def _filled_in(file: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """(decision, reason) of each figure of a list that waits; nothing of a file that is no such list."""
    if not file.is_file():
        return {}
    try:
        held = pd.read_csv(file, dtype="str", keep_default_na=False)
        return {
            (r.observation_id, r.as_printed): (r.decision, r.reason)
            for r in held.itertuples()
            if r.decision or r.reason
        }
    except (AttributeError, ValueError):
        return {}


def confirm(open_: pd.DataFrame, raw: Path, reason: str, decision: str = KEPT) -> pd.DataFrame:
    """One decision with one reason for all that wait; returns the decisions of the file it was written to. Others stay as they are.

    The file is ``raw/confirmed.csv``, or ``confirmed-internal.csv`` where internal figures are asked for.
    """
    if not reason.strip():
        raise DataError(Problem("--confirm", "a blank", "a reason", "say why the figures are right"))
    path = raw.parent / INTERNAL if paths.internal() else raw / FILE
    lapsed = set(open_.observation_id)
    before = _of_file(path) if path.is_file() else pd.DataFrame(columns=list(COLUMNS), dtype="str")
    kept = before[~before.observation_id.isin(lapsed)]
    new = open_.assign(decision=decision, reason=reason.strip())[list(COLUMNS)]
    table = pd.concat([kept, new]).sort_values("observation_id", kind="stable")
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8", quoting=csv.QUOTE_MINIMAL)
    return table
