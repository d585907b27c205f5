"""What a table brings is kept by every public method: labels of its rows, its key columns; a row at fault is named."""

import dataclasses
import re
import sys

import pandas as pd
import pytest

import methods_attack
from analysis.errors import MethodError

CASES = {f"{case.name} {i}": case for i, case in enumerate(methods_attack.cases())}
DOORS = ("column", "numbers", "as_frame", "as_series", "beside", "errors_of", "usable_rows", "_ordered_rows")


def tables(value):
    """Every table and column of a result."""
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return [value]
    if dataclasses.is_dataclass(value):
        return [one for field in dataclasses.fields(value) for one in tables(getattr(value, field.name))]
    return [one for part in value for one in tables(part)] if isinstance(value, tuple) else []


def labelled(case):
    """The data of a case with labels of their own on the rows, and those labels; none where it is a long table or rows are periods."""
    given = [v for v in case.data.values() if isinstance(v, (pd.DataFrame, pd.Series))]
    rows = {len(v) for v in given}
    if case.keys or not given or len(rows) != 1 or case.fn.__name__ in NOT_BY_ROW:
        return {}, None
    n = rows.pop()
    index = pd.Index([f"{'丁丙乙甲'[i % 4]}-{i * 7 % n}" for i in range(n)], name="县")
    data = {}
    for name, value in case.data.items():
        square = isinstance(value, pd.DataFrame) and value.index.equals(value.columns)
        moved = value.set_axis(index, axis=0)
        data[name] = moved.set_axis(index, axis=1) if square else moved
    return data, index


# rows of these are periods, coders, classes or coefficients, or the result is one number
NOT_BY_ROW = {"alpha", "shorrocks", "synthetic_control", "synthetic_did", "honest_did"}


def lost(case) -> list[str]:
    """Tables of a result with a row for each row given that do not bear its labels."""
    data, index = labelled(case)
    found = []
    for table in tables(case.fn(**data, **case.options)):
        if len(table) == len(index) and not (table.index.equals(index) and table.index.name == "县"):
            found.append(f"{case.name}: {list(table.index[:3])}")
    return found


def by_row(case) -> bool:
    data, index = labelled(case)
    return index is not None and any(
        len(one) == len(index) for one in tables(case.fn(**data, **case.options))
    )


BY_ROW = [name for name, case in CASES.items() if labelled(case)[1] is not None and by_row(case)]


@pytest.mark.parametrize("name", BY_ROW)
def test_a_row_keeps_its_label(name, monkeypatch):
    case = CASES[name]
    assert lost(case) == []
    for module in {sys.modules[case.fn.__module__], sys.modules["analysis.methods._inputs"]}:
        for door in DOORS:
            if hasattr(module, door):  # mutation: what comes through the door has lost its labels
                whole = getattr(module, door)
                monkeypatch.setattr(module, door, lambda *a, whole=whole, **k: _bare(whole(*a, **k)))
    try:
        assert lost(case) != [], "labels come from elsewhere than the door"
    except (MethodError, KeyError, ValueError):
        pass  # labels that no longer meet are red as well


def _bare(value):
    if isinstance(value, tuple):
        return tuple(_bare(part) for part in value)
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return value.reset_index(drop=True)
    return pd.RangeIndex(len(value)) if isinstance(value, pd.Index) else value


def test_the_methods_that_answer_by_row_are_found():
    assert len(BY_ROW) >= 25, BY_ROW
    assert {name.split()[0] for name in BY_ROW} >= {"variation.wilson", "efficiency.dea", "ranking.rank", "rates.funnel_rates", "scoring.credited"}  # fmt: skip


PERIODS = {"year", "t", "first", "early"}  # not measured: what is wrong with these is no fault of one row
ROW = 4


def spoiled(case):
    """A case with 0 or -1 in one row of one of its columns: what was changed, the data, what the row or its unit is called."""
    for name, value in case.data.items():
        for column in list(value) if isinstance(value, pd.DataFrame) else [None]:
            skipped = PERIODS.union(case.keys, case.unused, case.flags)
            if column in skipped or len(value) <= ROW or case.fn.__name__ == "honest_did":
                continue
            for bad in (0.0, -1.0):
                table = value.astype(float if column is None else {column: float})
                if column is None:
                    table.iloc[ROW] = bad
                else:
                    table.iloc[ROW, table.columns.get_loc(column)] = bad
                called = {str(value.index[ROW])}
                called |= {str(value["unit"].iloc[ROW])} if column is not None and "unit" in value else set()
                yield f"{name} {column} {bad:g}", {**case.data, name: table}, called


def unnamed(case) -> tuple[int, list[str]]:
    """Refusals of a value in one row, and those that do not say in which."""
    refused, found = 0, []
    for what, data, called in spoiled(case):
        kind, result = methods_attack.outcome(case, data, case.options)
        said = (
            [problem.where + " " + problem.found for problem in result.problems] if kind == "refused" else []
        )
        refused += len(said)
        found += [f"{what}: {one}" for one in said if not any(re.search(rf"\b{re.escape(c)}\b", one) for c in called)]  # fmt: skip
    return refused, found


def test_a_row_at_fault_is_named(monkeypatch):
    """An n of 0, a negative count, a unit with no output: which of 300 places it is stands in the refusal."""
    every = {name: unnamed(case) for name, case in CASES.items()}
    assert [one for _, found in every.values() for one in found] == []
    refusing = {name.split()[0] for name, (refused, _) in every.items() if refused}
    assert len(refusing) >= 25, refusing
    for module in [module for name, module in sys.modules.items() if name.startswith("analysis.methods.")]:
        for door in ("labels", "at_rows"):  # mutation: the place is left out
            if hasattr(module, door):
                monkeypatch.setattr(module, door, lambda *given: "")
    silent = {name.split()[0] for name, case in CASES.items() if unnamed(case)[1]}
    assert refusing - silent <= {"scoring.band", "staggered.staggered_did"}  # which name it by themselves


HELD = {name: case for name, case in CASES.items() if case.keys}


def renamed(case, old: str, new: str):
    """The same call with a key column under another name."""
    swap = lambda v: new if v == old else [swap(one) for one in v] if isinstance(v, list) else v  # noqa: E731
    data = {n: v.rename(columns={old: new}) for n, v in case.data.items()}
    words = ("weights", "statistic", "method", "form", "coefficient")
    return data, {n: v if n in words else swap(v) for n, v in case.options.items()}


def results_of(found) -> list[str]:
    """Names that columns of a result bear, the keys' own apart."""
    named = [c for one in tables(found) if isinstance(one, pd.DataFrame) for c in one.columns]
    return sorted({c for c in named if isinstance(c, str)})


def overwritten(case) -> list[str]:
    """Key columns that get lost, or change an answer, when they bear the name of a column of the result."""
    found, whole = [], case.fn(**case.data, **case.options)
    for old in case.keys:
        used = {column for value in case.data.values() for column in value}
        if old not in used or (old not in case.options.values()):
            continue
        for new in (c for c in results_of(whole) if c not in used):
            data, options = renamed(case, old, new)
            kind, result = methods_attack.outcome(case, data, options)
            if kind == "foreign" or (kind == "ok" and not _kept(tables(whole), tables(result), old, new)):
                found.append(f"{old} as {new}: {kind}")
    return found


def _kept(whole: list, found: list, old: str, new: str) -> bool:
    """The same tables, the key under its new name in those that carry it."""
    if any(isinstance(t, pd.DataFrame) and old in t and new in t for t in whole):
        return False  # one of the two is lost
    carried = [t.rename(columns={old: new}) if isinstance(t, pd.DataFrame) and old in t else t for t in whole]
    return methods_attack.same(tuple(carried), tuple(found))


@pytest.mark.parametrize("name", sorted(HELD))
def test_a_key_column_with_the_name_of_a_result_is_kept_or_refused(name):
    assert overwritten(HELD[name]) == []


@pytest.mark.parametrize("method", ["rank_change", "malmquist", "shift_share"])
def test_key_columns_are_lost_without_the_question(method, monkeypatch):
    """Mutation."""
    case = next(case for case in HELD.values() if case.fn.__name__ == method)
    monkeypatch.setattr(sys.modules[case.fn.__module__], "free", lambda *given: None)
    assert overwritten(case) != []
