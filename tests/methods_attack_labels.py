"""A second attack on every public method: what rows and columns are called, how they are stored, how large they are, and what is left of them.

The good calls are those of ``methods_attack``. Changed are the labels of rows (duplicates, several levels, dates with a zone, blanks), the names
of columns (those of results among them), the labels of units, the memory under the numbers, their scale, the kind of the scalars and the number
of rows and columns. Right is the same set of numbers or a MethodError, and an input that the call left as it was.

Findings: ``silent`` (other numbers), ``foreign`` (an error that is not the project's), ``changed`` (the input is another after the call).
Run alone: ``python tests/methods_attack_labels.py``; `make soak` runs all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from methods_attack import Case, cases, flat, outcome

# what a result may be called, and what is awkward as a name
NAMES = ("estimate", "se", "low", "high", "p", "n", "rank", "weight", "weights", "index", "constant", "value", "time", "unit", "treated", "post", "level_0", "_y", "y hat", " y ", "", 0, 1.5, ("a", "b"), "人均")  # fmt: skip
MEANT = ("honest.honest_did", "synthetic.synthetic_control", "synthetic.synthetic_did", "_mobility.shorrocks")  # labels carry meaning  # fmt: skip
ORDER_MATTERS = ("variation.xmr", "variation.xmr_signals")
LINEAR = ("panel_models.panel", "panel_models.did", "event_studies.event_study", "staggered.staggered_did", "staggered_checks.sun_abraham", "staggered_checks.bacon_decomposition", "few_clusters.wild_cluster_bootstrap", "few_clusters.permutation_test", "synthetic.synthetic_control", "synthetic.synthetic_did", "few_clusters.minimum_detectable_effect")  # fmt: skip
UNCHANGED = {
    "ranking.rank": "values", "equity.gini": "x", "equity.lorenz": "x", "equity.theil": "x", "equity.concentration_index": "x",
    "inequality.concentration": "x", "inequality.with_interval": "x", "inequality.decompose_concentration": "x",
    "indices.entropy_weights": "table", "indices.topsis": "table", "indices.rank_sum_ratio": "table", "indices.composite": "table",
    "objective_weights.critic_weights": "table", "efficiency.dea": "inputs", "efficiency.scale_efficiency": "outputs",
    "efficiency.dea_bootstrap": "inputs", "second_stage.explain_efficiency": "inputs", "efficiency.malmquist": "data.x",
    "spatial.morans_i": "values", "_mobility.mobility": "before", "_mobility.transition_matrix": "after",
    "_rank_sets.top_set": "values+se", "_rank_moves.rank_probability": "values+se",
}  # fmt: skip


def numbers(result, drop: tuple[str, ...] = ()) -> np.ndarray:
    """All numbers of a result in order of size, without its labels."""
    found = []
    for path, value in flat(result).items():
        if any(part in path for part in drop):
            continue
        try:
            found.append(float(value))
        except (TypeError, ValueError):
            continue
    return np.sort(np.array(found))


def same(one, other, drop: tuple[str, ...] = ()) -> bool:
    """The same numbers within rounding, whatever they are called."""
    a, b = numbers(one, drop), numbers(other, drop)
    return len(a) == len(b) and bool(np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True))


# --- labels of rows -------------------------------------------------------------------------------------------------------------


def row_labels(n: int) -> dict[str, pd.Index]:
    """Rows under other names; all but the first two are distinct."""
    return {
        "all alike": pd.Index(["x"] * n),
        "pairs alike": pd.Index([i // 2 for i in range(n)]),
        "two levels": pd.MultiIndex.from_tuples([(i // 3, f"s{i % 3}") for i in range(n)]),
        "zone": pd.date_range("2020-01-31", periods=n, freq="ME", tz="Asia/Shanghai"),
        "periods": pd.period_range("2020", periods=n, freq="Y"),
        "spans": pd.to_timedelta(range(n), unit="D"),
        "intervals": pd.interval_range(0, n, periods=n),
        "unused levels": pd.CategoricalIndex([f"c{i}" for i in range(n)], categories=[f"c{i}" for i in range(n + 5)][::-1]),
        "blanks": pd.Index([" " * (i % 3) + f"a {i} " for i in range(n)]),
        "one missing": pd.Index([None, *[f"a{i}" for i in range(n - 1)]], dtype=object),
        "mixed": pd.Index([i if i % 2 else f"{i}" for i in range(n)], dtype=object),
        "pyarrow": pd.Index([f"a{i}" for i in range(n)], dtype="string[pyarrow]"),
        "backwards": pd.RangeIndex(n - 1, -1, -1),
        "floats": pd.Index(np.arange(n) / 7),
        "tuples": pd.Index([(i, "a") for i in range(n)], tupleize_cols=False),
    }  # fmt: skip


def relabelled(case: Case) -> Iterator[tuple[str, dict]]:
    """Every table and column of the call under the same new labels (neighbours in both directions)."""
    labelled = {
        arg: value for arg, value in case.data.items() if isinstance(value, (pd.Series, pd.DataFrame))
    }
    if case.name in MEANT or not labelled or len({len(value) for value in labelled.values()}) != 1:
        return
    for name, index in row_labels(len(next(iter(labelled.values())))).items():
        data = {}
        for arg, value in labelled.items():
            data[arg] = value.set_axis(index, axis=0)
            if arg == "neighbours":
                data[arg] = data[arg].set_axis(index, axis=1)
        yield f"rows {name}", data


# --- names of columns, labels of units ------------------------------------------------------------------------------------------


def renamed(case: Case) -> Iterator[tuple[str, dict, dict]]:
    """Each column that an option names, under each awkward name (the column that had it makes room)."""
    for arg, value in case.data.items():
        if not isinstance(value, pd.DataFrame):
            continue
        for option, old in case.options.items():
            if not (isinstance(old, str) and old in value.columns):
                continue
            for name in NAMES:
                table = value.rename(
                    columns={name: f"{name} of old"} if name in value.columns and name != old else {}
                )
                columns = [name if c == old else c for c in table.columns]
                table = table.set_axis(pd.Index(columns, tupleize_cols=False), axis=1)
                if any(given == name for given in case.options.values() if isinstance(given, str)):
                    continue
                options = {
                    k: name
                    if v == old
                    else [name if x == old else x for x in v]
                    if isinstance(v, list)
                    else v
                    for k, v in case.options.items()
                }
                yield f"{option} named {name!r}", {**case.data, arg: table}, options


DRAWN = ("few_clusters.wild_cluster_bootstrap", "few_clusters.permutation_test", "few_clusters.minimum_detectable_effect", "path_permutation.permute_paths")  # draws go by the order of the labels  # fmt: skip
UNITS: dict[str, Callable[[int], object]] = {
    "text": lambda i: f"unit {i:02d}",
    "blanks": lambda i: "  " * i + "u",
    "chinese": lambda i: "甲乙丙丁戊己庚辛壬癸子丑寅卯"[int(i)],
    "codes": lambda i: f"{i * 10000:06d}",
    "negative": lambda i: -int(i),
    "huge": lambda i: 2**60 + int(i),
    "floats": lambda i: i + 0.25,
    "dates": lambda i: pd.Timestamp(f"{1990 + int(i)}-03-01", tz="Asia/Shanghai"),
    "tuples": lambda i: (int(i), "a"),
    "decimals": lambda i: Decimal(int(i)) / 7,
}


def other_units(case: Case) -> Iterator[tuple[str, dict, dict]]:
    """Other labels of the units, in objects, text of pyarrow and categories with levels that no row has."""
    for arg, value in case.data.items():
        if (
            not isinstance(value, pd.DataFrame)
            or "unit" not in case.keys
            or case.name == "panel_checks.leave_one_out"  # hands the rows to a function of the caller's
            or "treated" in case.options
            and case.options["treated"] not in ("treated",)
        ):
            continue
        for name, change in UNITS.items():
            if case.name in DRAWN and name in ("blanks", "chinese", "negative"):
                continue
            column = pd.Series([change(u) for u in value["unit"]], index=value.index, dtype=object)
            forms = {"object": column}
            if isinstance(column.iloc[0], str):
                forms["pyarrow"] = column.astype("string[pyarrow]")
            if not isinstance(column.iloc[0], tuple):
                levels = pd.unique(column)
                extra = [change(0)] if name != "chinese" else ["无"]
                forms["category"] = column.astype(pd.CategoricalDtype([*extra, *levels[::-1]]))
            for form, made in forms.items():
                table = value.assign(unit=made)
                if "cluster" in table and case.options.get("cluster") == "cluster":
                    table["cluster"] = made
                yield f"units {name} {form}", {**case.data, arg: table}, case.options


# --- memory, kinds of numbers ---------------------------------------------------------------------------------------------------


def memory(column: pd.Series) -> dict[str, object]:
    """The same numbers without labels, or in another memory."""
    values = column.to_numpy(dtype=float)
    frozen = values.copy()
    frozen.setflags(write=False)
    every_other = np.repeat(values, 2)[::2]
    out: dict[str, object] = {
        "tuple": tuple(column.tolist()), "list of numpy": list(values), "read only": frozen, "strided": every_other,
        "big-endian": values.astype(">f8"), "long double": values.astype(np.longdouble), "masked": np.ma.masked_array(values),
        "index": pd.Index(values), "pyarrow array": pd.array(values, dtype="double[pyarrow]"), "fractions": [Fraction(v) for v in values],
        "big-endian series": pd.Series(values.astype(">f8"), index=column.index), "reversed view": values[::-1].copy()[::-1],
    }  # fmt: skip
    if (values == values.round()).all():
        out["int8"] = column.astype("int8") if abs(values).max() < 127 else column.astype("int32")
        out["big-endian whole"] = values.astype(">i4")
        out["range of objects"] = pd.Series([int(v) for v in values], index=column.index, dtype=object)
    return out


def stored(case: Case) -> Iterator[tuple[str, dict]]:
    """Columns of the call in other memory: all of one call at once where they go by position, alone where they keep their labels."""
    series = {arg: value for arg, value in case.data.items() if isinstance(value, pd.Series)}
    if len(series) == len(case.data) and series and case.name not in MEANT:
        kinds = set.intersection(*(set(memory(value)) for value in series.values()))
        for kind in sorted(kinds):
            yield f"all {kind}", {arg: memory(value)[kind] for arg, value in series.items()}
    for arg, value in case.data.items():
        if isinstance(value, pd.DataFrame):
            if all(pd.api.types.is_numeric_dtype(d) for d in value.dtypes) and case.name not in MEANT:
                turned = pd.DataFrame(
                    np.asfortranarray(value.to_numpy(dtype=float)), index=value.index, columns=value.columns
                )
                yield f"{arg} by columns", {**case.data, arg: turned}
            big = value.copy()
            for name in value.columns:
                if name not in case.keys and pd.api.types.is_numeric_dtype(value[name].dtype):
                    big = _put(big, name, pd.Series(value[name].to_numpy().astype(">f8"), index=value.index))
            yield f"{arg} big-endian", {**case.data, arg: big}
            yield f"{arg} convert_dtypes", {**case.data, arg: value.convert_dtypes()}
            yield f"{arg} all pyarrow", {**case.data, arg: value.convert_dtypes(dtype_backend="pyarrow")}
            yield f"{arg} all objects", {**case.data, arg: value.astype(object)}


def _put(table: pd.DataFrame, name, column: pd.Series) -> pd.DataFrame:
    return pd.concat([table[c] if c != name else column.rename(name) for c in table.columns], axis=1)


def scalars(case: Case) -> Iterator[tuple[str, dict]]:
    """Options as numpy's scalars and as text of numpy."""
    kinds: dict[type, tuple[Callable, ...]] = {
        int: (np.int64, np.int32, np.uint8),
        float: (np.float64, Fraction, lambda v: Decimal(str(v))),
        str: (np.str_,),
    }
    for name, value in case.options.items():
        for make in kinds.get(type(value), ()):
            try:
                made = make(value)
            except OverflowError:
                continue
            yield f"{name} as {type(made).__name__}", {**case.options, name: made}


# --- what is left of the rows ---------------------------------------------------------------------------------------------------


def remains(case: Case) -> Iterator[tuple[str, dict]]:
    """Few rows or columns, equal values, extremes: any answer but an error that is not the project's."""
    if case.name == "panel_checks.leave_one_out":  # what the caller's function makes of them is its own
        return
    data = {arg: value for arg, value in case.data.items() if isinstance(value, (pd.Series, pd.DataFrame))}
    for rows in (0, 1, 2, 3):
        yield f"{rows} rows", {**case.data, **{arg: value.iloc[:rows] for arg, value in data.items()}}
    for arg, value in data.items():
        if isinstance(value, pd.DataFrame):
            yield f"{arg} one column", {**case.data, arg: value.iloc[:, :1]}
            yield f"{arg} no column", {**case.data, arg: value.iloc[:, :0]}
            for name in [c for c in value.columns if c not in case.unused][:8]:
                yield (
                    f"{arg}.{name} one value",
                    {
                        **case.data,
                        arg: value.assign(**{str(name): value[name].iloc[0]})
                        if isinstance(name, str)
                        else value,
                    },
                )
                if name not in case.keys:
                    for label, size in (("tiny", 1e-300), ("vast", 1e300)):
                        yield (
                            f"{arg}.{name} {label}",
                            {**case.data, arg: _put(value, name, value[name] * size)},
                        )
        else:
            for label, made in {
                "one value": value * 0 + value.iloc[0], "zeros": value * 0, "tiny": value * 1e-300, "vast": value * 1e300, "negative": -value,
                "one apart": (value * 0).where(np.arange(len(value)) > 0, 1), "nearly one": 1 + value * 1e-16,
            }.items():  # fmt: skip
                yield f"{arg} {label}", {**case.data, arg: made}


def scaled(case: Case) -> Iterator[tuple[str, dict, float]]:
    """The call with an argument in another unit, and by what its result is multiplied then (0: not at all)."""
    for factor in (1e-60, 1e-6, 1e-2, 1e3, 1e7, 1e60):
        if case.name in LINEAR:
            for arg, value in case.data.items():
                if isinstance(value, pd.DataFrame):
                    made = (
                        value * factor
                        if "outcome" not in case.options
                        else _put(value, case.options["outcome"], value[case.options["outcome"]] * factor)
                    )
                    yield f"outcome x {factor:g}", {**case.data, arg: made}, factor
        for arg in UNCHANGED.get(case.name, "").split("+"):
            if not arg or "+" in UNCHANGED[case.name] and not arg.startswith("values"):
                continue
            name, _, column = arg.partition(".")
            data = dict(case.data)
            together = UNCHANGED[case.name].split("+") if "+" in UNCHANGED[case.name] else [name]
            for one in together:
                data[one] = (
                    _put(data[one], column, data[one][column] * factor) if column else data[one] * factor
                )
            yield f"{arg} x {factor:g}", data, 0.0


# --- running --------------------------------------------------------------------------------------------------------------------


def probes(case: Case) -> Iterator[tuple[str, dict, dict, str, float]]:
    """(label, data, options, what is expected, factor)."""
    for label, data in relabelled(case):
        yield label, data, case.options, "same", 0
    for label, data, options in (*renamed(case), *other_units(case)):
        yield label, data, options, "units" if label.startswith("units") else "same", 0
    for label, data in stored(case):
        yield label, data, case.options, "same", 0
    for label, options in scalars(case):
        yield label, case.data, options, "same", 0
    for label, data in remains(case):
        yield label, data, case.options, "any", 0
    for label, data, factor in scaled(case):
        yield label, data, case.options, "linear" if factor else "unit", factor


def judged(base, result, expected: str, factor: float) -> bool:
    """Whether an answer is what it must be."""
    if expected == "any":
        return True
    if expected == "linear":
        columns = [name for name in ("estimate", "se", "low", "high") if name in base.to_frame()]
        one, other = (x.to_frame()[columns].to_numpy(dtype=float) for x in (base, result))
        size = np.nanmax(np.abs(one))
        return bool(np.allclose(one, other / factor, rtol=1e-5, atol=1e-6 * size, equal_nan=True))
    if expected == "unit":
        drop = ("distance", "slope", "coefficient", "mean", "elasticity", "variance")
        a, b = numbers(base, drop), numbers(result, drop)
        return len(a) == len(b) and bool(np.allclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=True))
    return same(base, result, ("unit[", "units[") if expected == "units" else ())


def copied(data: dict) -> dict:
    """The input as it is before a call."""
    return {
        arg: value.copy(deep=True) if isinstance(value, (pd.Series, pd.DataFrame)) else value
        for arg, value in data.items()
    }


def altered(before: dict, after: dict) -> bool:
    """Whether a call changed its input."""
    return any(
        not value.astype(object).equals(after[arg].astype(object))
        for arg, value in before.items()
        if isinstance(value, (pd.Series, pd.DataFrame))
    )


def attack(names: tuple[str, ...] = ()) -> tuple[int, list]:
    """Probes run, and findings as (kind, method, change, what)."""
    count, found = 0, []
    for case in cases():
        if names and case.name not in names:
            continue
        state, base = outcome(case, case.data, case.options)
        assert state == "ok", (case.name, base)
        for label, data, options, expected, factor in probes(case):
            count += 1
            before = copied(data)
            state, result = outcome(case, data, options)
            if state == "foreign":
                found.append(("foreign", case.name, label, repr(result)[:150]))
            elif state == "ok" and not judged(base, result, expected, factor):
                found.append(("silent", case.name, label, "other numbers"))
            if altered(before, data):
                found.append(("changed", case.name, label, "the input"))
    return count, found


if __name__ == "__main__":
    number, problems = attack()
    for problem in problems:
        print(*problem, sep=" | ")
    print(f"{number} probes, {len(problems)} findings")
