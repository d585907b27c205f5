"""A third attack on every public method: what must not matter or must change in a known way, and tables as they come from other people.

The good calls are those of ``methods_attack``. Three kinds of probe:

- *relations*: an outcome moved or turned round, weights in another unit, rows repeated or left out by a weight of 0, columns in another
  order, values turned with the direction that is better, clocks that start elsewhere: the result follows, or stays;
- *tables*: an index called like a column, subclasses of pandas, columns of odd carriers, names long, Chinese or like formulas, half
  precision, rows added that hold nothing: the same result;
- *ruins*: bytes, mixed objects, negative and missing weights, equal outcomes, a cluster for all or for each row, an outlier of 1e12, times
  far out: any answer but an error that is not the project's, an infinite number or a silent "not a number" beside a computed p.

Findings: ``silent``, ``foreign``, ``refused`` (a table that only looks odd), ``taken``, ``nonsense`` (infinite, or outside what it can be).
Run alone: ``python tests/methods_attack_tables.py``; `make soak` runs all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from methods_attack import Case, cases, flat, outcome, same

LINEAR = (
    "panel_models.panel", "panel_models.did", "event_studies.event_study", "staggered.staggered_did", "staggered_checks.sun_abraham",
    "staggered_checks.bacon_decomposition", "few_clusters.wild_cluster_bootstrap", "few_clusters.permutation_test", "path_permutation.permute_paths",
    "synthetic.synthetic_control", "synthetic.synthetic_did", "few_clusters.minimum_detectable_effect", "panel_checks.placebo_test", "panel_checks.lead_test",
    "event_studies.pretrend_test",
)  # fmt: skip
UNSIGNED = ("few_clusters.minimum_detectable_effect",)  # what it gives has no sign, and draws of its own
# argument of weights that only their shares count in, and whether rows count (n, standard errors)
WEIGHTED = {
    "equity.gini": ("weights", ("x",)), "equity.lorenz": ("weights", ("x",)), "equity.theil": ("weights", ("x",)),
    "equity.concentration_index": ("weights", ("x", "by")), "inequality.concentration": ("weights", ("x", "by")),
    "inequality.with_interval": ("weights", ("x",)), "rates.direct_rate": ("standard", ("events", "population")),
}  # fmt: skip
REPEATED = ("equity.gini", "equity.theil", "equity.concentration_index", "inequality.concentration", "inequality.with_interval")  # fmt: skip
NEVER_NEGATIVE = {
    "equity.gini": ("x", "weights"), "equity.lorenz": ("x", "weights"), "equity.theil": ("x", "weights"), "equity.concentration_index": ("weights",),
    "equity.hrad": ("resource", "area"), "inequality.with_interval": ("x", "weights"), "inequality.concentration": ("weights",),
    "rates.direct_rate": ("events", "population", "standard"), "rates.indirect_ratio": ("events", "population", "reference_rate"),
    "rates.funnel_ratios": ("observed", "expected"), "rates.funnel_rates": ("events", "exposure"), "variation.wilson": ("events", "n"),
    "variation.funnel_limits": ("events", "n"), "multiple.adjusted": ("p",), "subgroups.measures": ("population", "se"), "efficiency.dea": ("outputs",),
    "efficiency.dea_bootstrap": ("outputs",), "ranking.rank_intervals": ("se",), "_rank_moves.rank_probability": ("se",), "_rank_sets.top_set": ("se",),
}  # fmt: skip
TURNED = {
    "ranking.rank": ("values",), "_rank_moves.rank_probability": ("values",), "_rank_sets.top_set": ("values",), "ranking.rank_intervals": ("values",),
}  # fmt: skip
TIMED = ("panel_models.panel", "panel_models.did", "event_studies.event_study", "event_studies.pretrend_test", "staggered_checks.sun_abraham", "staggered_checks.bacon_decomposition", "staggered.staggered_did", "few_clusters.permutation_test", "few_clusters.wild_cluster_bootstrap", "path_permutation.permute_paths", "panel_checks.lead_test", "panel_checks.placebo_test", "regional_growth.convergence", "efficiency.malmquist", "_rank_change.rank_change")  # fmt: skip
DATED = ("first", "early")
# degrees of freedom of a normal law; a fit that leaves nothing; a direction that no error turns
# ratio whose standard error is a thousand times the values
UNBOUNDED = {
    ("few_clusters.wild_cluster_bootstrap", "infinite .low")
}  # an outlier of 1e12 in one cluster: no value is rejected
MAY_BE_ENDLESS = (
    ".df",
    "ratio[",
    "breakdown",
    "break_even",
    "noise_needed",
    ".high[r#",
    ".high[rii#",
    "rate_ratio_high",
)


class Table(pd.DataFrame):
    """A table of somebody's own class."""

    @property
    def _constructor(self):
        return Table


class Column(pd.Series):
    """A column of somebody's own class."""

    @property
    def _constructor(self):
        return Column


def put(table: pd.DataFrame, name, column) -> pd.DataFrame:
    """The table with one column another, in its place."""
    made = table.copy()
    made[name] = column
    return made


def values_of(result) -> dict[str, float]:
    """The numbers of a result by path."""
    found = {}
    for path, value in flat(result).items():
        try:
            found[path] = float(value)
        except (TypeError, ValueError):
            continue
    return found


def near(one, other, rtol: float = 1e-6) -> bool:
    """The same result within a looser rounding."""
    a, b = values_of(one), values_of(other)
    return a.keys() == b.keys() and all(
        (np.isnan(a[k]) and np.isnan(b[k]))
        or a[k] == b[k]
        or abs(a[k] - b[k]) <= rtol * max(1.0, abs(a[k]), abs(b[k]))
        for k in a
    )


def frame_of(result) -> pd.DataFrame:
    return result if isinstance(result, pd.DataFrame) else result.to_frame()


def estimates(result, names=("estimate", "se", "p")) -> np.ndarray:
    """The columns of its table, without what goes by rows and draws."""
    frame = frame_of(result)
    return frame[[name for name in names if name in frame]].to_numpy(dtype=float)


# --- relations ------------------------------------------------------------------------------------------------------------------

Judge = Callable[[object, object], bool]
Probe = tuple[str, dict, dict, Judge]


def moved(case: Case) -> Iterator[Probe]:
    """An outcome plus a constant (effects stay), an outcome turned round (effects turn)."""
    if case.name not in LINEAR:
        return
    (arg, table), *_ = case.data.items()
    name = case.options.get("outcome")
    for shift in (1.0, -1e4, 1e7):
        made = table + shift if name is None else put(table, name, table[name] + shift)
        yield f"outcome + {shift:g}", {**case.data, arg: made}, case.options, lambda a, b: np.allclose(estimates(a), estimates(b), rtol=1e-4, atol=1e-4, equal_nan=True)  # fmt: skip
    if case.name in UNSIGNED:
        return
    made = -table if name is None else put(table, name, -table[name])

    def turned(a, b) -> bool:
        one, other = frame_of(a), frame_of(b)
        fit = np.allclose(
            one["estimate"].astype(float), -other["estimate"].astype(float), rtol=1e-6, atol=1e-9
        )
        if "p" in one:
            fit &= np.allclose(
                one["p"].astype(float), other["p"].astype(float), rtol=1e-6, atol=1e-9, equal_nan=True
            )
        if "low" in one and case.name not in (
            "few_clusters.wild_cluster_bootstrap",
            "few_clusters.permutation_test",
        ):
            fit &= np.allclose(
                one["low"].astype(float), -other["high"].astype(float), rtol=1e-6, atol=1e-9, equal_nan=True
            )
        return bool(fit)

    yield "outcome turned", {**case.data, arg: made}, case.options, turned


def weighted(case: Case) -> Iterator[Probe]:
    """Weights in another unit; a row of weight 0 beside the others; a weight of 2 beside a row twice."""
    if case.name not in WEIGHTED:
        return
    arg, others = WEIGHTED[case.name]
    for factor in (1e-9, 0.37, 1e9):
        yield f"{arg} x {factor:g}", {**case.data, arg: case.data[arg] * factor}, case.options, near
    extra = {name: pd.concat([case.data[name], pd.Series([case.data[name].max() + 3], index=["new"])]) for name in others}  # fmt: skip
    extra[arg] = pd.concat([case.data[arg], pd.Series([0], index=["new"])])

    def without_row(a, b) -> bool:
        one, other = values_of(a), values_of(b)
        keep = [
            k for k in one if not k.startswith((".n", ".clusters", ".p", ".se", ".low", ".high", ".events"))
        ]
        if case.name == "equity.lorenz":
            return set(np.round(list(other.values()), 9)) == set(np.round(list(one.values()), 9))
        return all(k in other and (abs(one[k] - other[k]) < 1e-9 or np.isnan(one[k])) for k in keep)

    yield f"{arg} of 0", extra, case.options, without_row
    if case.name not in REPEATED:
        return
    twice = {
        name: pd.concat([v, v.set_axis([f"{i} again" for i in v.index])]) for name, v in case.data.items()
    }
    wanted = ("estimate",) if hasattr(outcome(case, case.data, case.options)[1], "estimate") else None

    def replicated(a, b) -> bool:
        if wanted:
            return abs(a.estimate - b.estimate) < 1e-9
        return near(a, b, 1e-9)

    yield "rows twice", twice, case.options, replicated
    half = {name: v for name, v in twice.items()}
    half["weights"] = twice["weights"] / 2
    yield "rows twice at half the weight", half, case.options, replicated


def turned_round(case: Case) -> Iterator[Probe]:
    """Values turned with the direction that is better."""
    if case.name not in TURNED or "low" in case.data:
        return
    data = {arg: -v if arg in TURNED[case.name] else v for arg, v in case.data.items()}
    other = {"higher": "lower", "lower": "higher"}[case.options["better"]]

    def ranks(a, b) -> bool:
        keep = [k for k in values_of(a) if ".value" not in k]
        one, two = values_of(a), values_of(b)
        loose = 0.1 if case.name == "ranking.rank_intervals" else 1e-9  # 50 draws
        return all(abs(one[k] - two[k]) <= max(loose, loose * abs(one[k]) * 40) for k in keep)

    yield "values and better turned", data, {**case.options, "better": other}, ranks


def clocks(case: Case) -> Iterator[Probe]:
    """Years that start elsewhere: the same numbers under other years."""
    (arg, table), *_ = case.data.items() if case.name in TIMED else ((None, ()),)
    if "year" not in table:
        return
    for shift in (-2014, -3000, 10**6):
        made = put(table, "year", table["year"] + shift)
        for name in DATED:
            if name in made:
                made[name] = made[name].astype(float).where(made[name] != 0) + shift
        options = {k: v + shift if k == "start" else v for k, v in case.options.items()}

        def judge(a, b) -> bool:
            one, two = (np.sort([v for k, v in values_of(r).items() if not any(word in k for word in (".group[", ".time[", "year", ".treated[", ".control["))]) for r in (a, b))  # fmt: skip
            return len(one) == len(two) and np.allclose(one, two, rtol=1e-6, atol=1e-8, equal_nan=True)

        yield f"years {shift:+d}", {**case.data, arg: made}, options, judge


# --- tables ---------------------------------------------------------------------------------------------------------------------

ODD = ("很长的名字" * 60, "x" * 500, "每千人口执业（助理）医师数", "a:b", "C(x)", "I(x**2)", "Intercept", "y ~ x", "a\nb", "a|b", "\\n", "100%", "{x}", "__y__", "select", "😀", "a'b", 'a"b', "None", "nan", "True")  # fmt: skip


def dressed(case: Case) -> Iterator[Probe]:
    """The same rows in other clothes."""
    for arg, value in case.data.items():
        if isinstance(value, pd.DataFrame):
            yield from _dressed_table(case, arg, value)
        elif isinstance(value, pd.Series):
            yield f"{arg} of its own class", {**case.data, arg: Column(value)}, case.options, same
            for name in ("estimate", "index", 0, ("a", 1), None, "很长的名字" * 60):
                if case.name.startswith("second_stage") and name == ("a", 1):
                    continue
                yield f"{arg} called {str(name)[:12]!r}", {**case.data, arg: value.rename(name)}, case.options, _by_numbers  # fmt: skip
            named = value.rename_axis("unit")
            named.attrs["note"] = "read on Monday"
            yield f"{arg} with attrs", {**case.data, arg: named}, case.options, same
            half = value.astype("float32")
            yield f"{arg} float32", {**case.data, arg: half}, case.options, _half
    series = {arg: v for arg, v in case.data.items() if isinstance(v, pd.Series)}
    if len(series) > 1:  # each in an order of its own, labels matched
        rng = np.random.default_rng(8)
        if (
            case.name.startswith(("efficiency", "second_stage", "variation.wilson", "variation.funnel"))
            or case.ordered
        ):
            return
        for n in range(4):
            data = {arg: v.iloc[rng.permutation(len(v))] for arg, v in series.items()}
            yield f"each in its own order {n}", {**case.data, **data}, case.options, same


def _by_numbers(a, b) -> bool:
    one, two = (np.sort(list(values_of(r).values())) for r in (a, b))
    return len(one) == len(two) and np.allclose(one, two, rtol=1e-7, atol=1e-9, equal_nan=True)


def _half(a, b) -> bool:
    return near(a, b, 2e-3)


def _dressed_table(case: Case, arg: str, table: pd.DataFrame) -> Iterator[Probe]:
    options, data = case.options, case.data
    yield f"{arg} of its own class", {**data, arg: Table(table)}, options, same
    named = table.rename_axis("figures", axis=1)
    named.attrs["note"] = "read on Monday"
    yield f"{arg} with attrs and named columns", {**data, arg: named}, options, same
    long = any(isinstance(v, str) and v in table.columns for v in options.values())
    if long:
        for name in dict.fromkeys([v for v in options.values() if isinstance(v, str) and v in table.columns]):
            yield f"index called {name}", {**data, arg: table.rename_axis(name)}, options, same
            both = table.set_index(name, drop=False)
            if (
                both.index.is_unique or case.name != "quasi_experiments.interrupted_time_series"
            ):  # gives rows of its own by label
                yield f"index is {name}", {**data, arg: both}, options, _by_numbers
            for odd in ODD:
                if odd in table.columns or case.name == "panel_checks.leave_one_out":
                    continue
                again = {
                    k: odd
                    if v == name
                    else [odd if x == name else x for x in v]
                    if isinstance(v, list)
                    else v
                    for k, v in options.items()
                }
                yield f"{name} called {odd[:12]!r}", {**data, arg: table.rename(columns={name: odd})}, again, _by_numbers  # fmt: skip
        turned = table[table.columns[::-1]]
        yield "columns turned", {**data, arg: turned}, options, same
        yield "columns pyarrow", {**data, arg: table.set_axis(pd.Index(table.columns, dtype="string[pyarrow]"), axis=1)}, options, same  # fmt: skip
        yield "columns categorical", {**data, arg: table.set_axis(pd.CategoricalIndex(table.columns, categories=[*table.columns, "none"]), axis=1)}, options, same  # fmt: skip
        more = table.assign(
            **{"remark": "text", "date": pd.Timestamp("2020-01-01"), "listed": [[1]] * len(table)}
        )
        yield "columns of text, dates and lists beside", {**data, arg: more}, options, same
        if not case.ordered and case.name != "quasi_experiments.interrupted_time_series":
            yield from _more_rows(case, arg, table)
    half = table.copy()
    for name in table.columns:
        if name not in case.keys and pd.api.types.is_float_dtype(table[name].dtype):
            half[name] = table[name].astype("float32")
    yield f"{arg} float32", {**data, arg: half}, options, _half


def _more_rows(case: Case, arg: str, table: pd.DataFrame) -> Iterator[Probe]:
    """Unsorted rows under repeated labels, and categories with levels that no row has."""
    rng = np.random.default_rng(21)
    for n in range(3):
        shuffled = table.iloc[rng.permutation(len(table))].set_axis([0] * len(table))
        yield f"rows shuffled under one label {n}", {**case.data, arg: shuffled}, case.options, _by_numbers
    levels = table.copy()
    for name in case.keys:
        if name in levels:
            own = list(pd.unique(levels[name]))
            levels[name] = pd.Categorical(
                levels[name], categories=[*[10**6 + i for i in range(3)], *own[::-1]]
            )
    yield "keys with unused levels", {**case.data, arg: levels}, case.options, _by_numbers
    named = table.copy()
    named.index = pd.MultiIndex.from_arrays([range(len(table)), range(len(table))], names=["unit", "year"])
    yield "index of two levels called like columns", {**case.data, arg: named}, case.options, _by_numbers


# --- ruins ----------------------------------------------------------------------------------------------------------------------


def any_answer(a, b) -> bool:
    return True


def ruined(case: Case) -> Iterator[tuple[str, dict, dict, str]]:
    """What nobody should hand over; "refused" where an answer would be wrong, else any answer in its range."""
    for word, value in case.options.items():
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and word not in ("draws", "correction_draws")
        ):
            for size in (5e-324, 1e-300, 1e-12, 1e12, 1e99, -1e-12):
                yield f"{word} {size:g}", case.data, {**case.options, word: size}, "any"
    for arg, value in case.data.items():
        if isinstance(value, pd.Series):
            for label, bad in _ruins(value).items():
                yield f"{arg} {label}", {**case.data, arg: bad}, case.options, "refused"
            if arg in NEVER_NEGATIVE.get(case.name, ()):
                below = value.astype(float).copy()
                below.iloc[1] = -below.iloc[1] - 1
                yield f"{arg} one negative", {**case.data, arg: below}, case.options, "refused"
            for label, made in _extremes(value).items():
                yield f"{arg} {label}", {**case.data, arg: made}, case.options, "any"
        elif isinstance(value, pd.DataFrame):
            yield from _ruined_table(case, arg, value)


def _ruins(value: pd.Series) -> dict[str, pd.Series]:
    objects = value.astype(object)
    out = {}
    for label, bad in {"bytes": b"7", "a tuple": (1,), "a string of nothing": "", "a table": pd.DataFrame({"a": [1]}), "a number in a list": [3.0], "a period": pd.Period("2020"), "numpy bool": np.True_, "a set": {1}}.items():  # fmt: skip
        spoiled = pd.Series(
            [bad if i == 1 else v for i, v in enumerate(objects)], index=value.index, dtype=object
        )
        out[f"with {label}"] = spoiled
    out["all bytes"] = pd.Series([str(v).encode() for v in value], index=value.index, dtype=object)
    out["text of numbers"] = value.astype(str)
    out["categories of text"] = value.astype(str).astype("category")
    return out


def _extremes(value: pd.Series) -> dict[str, pd.Series]:
    floats = value.astype(float)
    apart = floats.copy()
    apart.iloc[1] = 1e12
    small = floats.copy()
    small.iloc[1] = 1e-12
    return {
        "one of 1e12": apart, "one of 1e-12": small, "all 1e12": floats * 0 + 1e12, "all 1e-12": floats * 0 + 1e-12, "beside 1e12": floats + 1e12,
        "subnormal": floats * 5e-324, "all but one missing": floats.where(np.arange(len(floats)) == 0), "two values": (floats > floats.median()).astype(float),
        "float16": value.astype("float16"), "steps of 1e-12": 1 + floats * 1e-12,
    }  # fmt: skip


def _ruined_table(case: Case, arg: str, table: pd.DataFrame) -> Iterator[tuple[str, dict, dict, str]]:
    named = [c for c in table.columns if c not in case.unused and c not in case.keys and c not in case.flags]
    for name in named[:4]:
        for label, bad in _ruins(table[name]).items():
            if (case.name == "panel_checks.leave_one_out") or name in DATED:
                continue
            yield (
                f"{arg}.{name} {label}",
                {**case.data, arg: _placed(table, name, bad)},
                case.options,
                "refused",
            )
        for label, made in _extremes(table[name]).items():
            yield f"{arg}.{name} {label}", {**case.data, arg: _placed(table, name, made)}, case.options, "any"
    for name in case.keys:
        if name not in table:
            continue
        for label, made in {
            "each row its own": range(len(table)), "one for all": [table[name].iloc[0]] * len(table), "one missing": [None, *table[name].iloc[1:]],
            "mixed": [str(v) if i % 2 else v for i, v in enumerate(table[name])], "bytes": [str(v).encode() for v in table[name]],
            "lists": [[v] for v in table[name]], "of 1e15": table[name] + 10**15, "halves": table[name] / 2, "negative": -table[name],
            "booleans": table[name] > table[name].median(), "periods": [pd.Period(year=int(v) % 3000 + 1, freq="Y") for v in table[name]],
            "days": pd.to_timedelta(table[name], unit="D"),
        }.items():  # fmt: skip
            column = pd.Series(list(made), index=table.index, dtype=object if label in ("mixed", "bytes", "lists", "one missing") else None)  # fmt: skip
            yield (
                f"{arg}.{name} {label}",
                {**case.data, arg: _placed(table, name, column)},
                case.options,
                "any",
            )
    for name in DATED:
        if name in table and name in case.options.values():
            for label, value in {"inf": np.inf, "minus inf": -np.inf, "text": "never", "NaT": pd.NaT, "1e6": 1e6, "negative": -5, "half": 2018.5, "a date": pd.Timestamp("2018-01-01")}.items():  # fmt: skip
                made = table[name].astype(object).where(table[name] != 0, value)
                yield (
                    f"{arg}.{name} never as {label}",
                    {**case.data, arg: _placed(table, name, made)},
                    case.options,
                    "any",
                )
    if isinstance(case.options.get("weights"), str) and case.options["weights"] in table.columns:
        name = case.options["weights"]
        for label, value in {"zero": 0, "negative": -1, "missing": np.nan, "inf": np.inf}.items():
            column = table[name].astype(float).where(table["unit"] != 3, value)
            yield f"weights {label}", {**case.data, arg: _placed(table, name, column)}, case.options, "any" if label == "missing" else "refused"  # fmt: skip


def _placed(table: pd.DataFrame, name, column: pd.Series) -> pd.DataFrame:
    return pd.concat([table[c] if c != name else column.rename(name) for c in table.columns], axis=1)


def nonsense(result) -> str:
    """What no result may hold: a p or share outside 0 to 1, an interval that does not hold its estimate, a negative standard error, minus infinity."""
    endless = [
        path
        for path, value in values_of(result).items()
        if np.isinf(value) and not any(word in path for word in MAY_BE_ENDLESS)
    ]
    if endless:
        return f"infinite {endless[0]}"
    frame = result.to_frame() if hasattr(result, "to_frame") and not isinstance(result, pd.Series) else result
    if not isinstance(frame, pd.DataFrame):
        return ""
    numbers = {name: pd.to_numeric(frame[name], errors="coerce") for name in ("estimate", "se", "low", "high", "p") if name in frame}  # fmt: skip
    if "p" in numbers and ((numbers["p"] < 0) | (numbers["p"] > 1)).any():
        return "p outside 0 to 1"
    if "se" in numbers and (numbers["se"] < 0).any():
        return "negative se"
    if {"low", "high"} <= numbers.keys() and (numbers["low"] > numbers["high"]).any():
        return "low above high"
    return ""


# --- running --------------------------------------------------------------------------------------------------------------------


def attack(names: tuple[str, ...] = ()) -> tuple[int, list]:
    """Probes run, and findings as (kind, method, change, what)."""
    count, found = 0, []
    for case in cases():
        if names and case.name not in names:
            continue
        state, base = outcome(case, case.data, case.options)
        assert state == "ok", (case.name, base)

        def note(kind, label, what, case=case):
            found.append((kind, case.name, label, str(what)[:200]))

        for kind in (moved, weighted, turned_round, clocks, dressed):
            for label, data, options, judge in kind(case):
                count += 1
                state, result = outcome(case, data, options)
                if state != "ok":
                    note(state, label, repr(result))
                elif not judge(base, result):
                    note("silent", label, "another result")
        for label, data, options, expected in ruined(case):
            count += 1
            state, result = outcome(case, data, options)
            if state == "foreign":
                note("foreign", label, repr(result))
            elif state == "ok" and expected == "refused":
                note("taken", label, result)
            elif state == "ok" and (said := nonsense(result)) and (case.name, said) not in UNBOUNDED:
                note("nonsense", label, said)
    return count, found


if __name__ == "__main__":
    number, problems = attack()
    for problem in problems:
        print(*problem, sep=" | ")
    print(f"{number} probes, {len(problems)} findings")
