"""Numbers that follow from the documents without being printed there: each a formula on coded statements, with its caveat.

The table `derived_checks` states expression, inputs and result; here each is computed afresh and tested against it, and a theme that
prints one takes it from ``value``, so that the page and the check cannot part. None is ever stored as a statement of a document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis import tables, texts
from analysis.errors import refuse
from analysis.facts import Fact, Text, derived, observed

TEXT = texts.of(__file__)

FULL_YEAR_DAYS = 250  # working days of a full-time year: an assumption
INVOICE_MONTHS = 26  # end of 2020 to the date of the bulletin, the launch taken as the last day of 2020


@dataclass(frozen=True)
class Result:
    """One derived number: what it is, its formula, the computation on the inputs' values (in the table's unit) and how it prints."""

    label: Text
    formula: Text
    compute: Callable[..., float]
    caveat: str
    style: str = "count"
    unit: str = ""
    scale: float = 1.0
    decimals: int | None = None
    quantifier: str = "exact"


def _share(part: float, whole: float) -> float:
    return part / whole


def _implied(count: float, percent: float) -> float:
    return count / percent * 100


def _product(a: float, b: float) -> float:
    return a * b


def _sum(*values: float) -> float:
    return sum(values)


def _minus(a: float, b: float) -> float:
    return a - b


def _relative(before: float, after: float) -> float:
    return (after - before) / before


RESULTS: dict[str, Result] = {
    "D01": Result(
        *TEXT.fact("results.D01"),
        _share,
        *TEXT.pair("results.D01_2"),
        scale=100,
        decimals=0,
    ),
    "D02": Result(
        *TEXT.fact("results.D02"),
        _minus,
        *TEXT.pair("results.D02_2"),
        "位",
    ),
    "D03": Result(
        *TEXT.fact("results.D03"),
        _implied,
        *TEXT.pair("results.D03_2"),
        "家",
        decimals=0,
    ),
    "D04": Result(
        *TEXT.fact("results.D04"),
        _implied,
        *TEXT.pair("results.D04_2"),
        "家",
        decimals=0,
    ),
    "D05": Result(
        *TEXT.fact("results.D05"),
        _product,
        *TEXT.pair("results.D05_2"),
        "人",
        quantifier="at_least",
    ),
    "D06": Result(
        *TEXT.fact("results.D06"),
        _product,
        *TEXT.pair("results.D06_2"),
        quantifier="at_most",
    ),
    "D07": Result(
        *TEXT.fact("results.D07"),
        _product,
        *TEXT.pair("results.D07_2"),
        quantifier="at_most",
    ),
    "D08": Result(
        *TEXT.fact("results.D08"),
        lambda n, a, m, b: n * a + m * b,
        *TEXT.pair("results.D08_2"),
        quantifier="at_most",
    ),
    "D09": Result(
        *TEXT.fact("results.D09"),
        lambda n, k: n / (1 + k),
        *TEXT.pair("results.D09_2"),
        "项",
        decimals=1,
    ),
    "D10": Result(
        *TEXT.fact("results.D10"),
        _share,
        *TEXT.pair("results.D10_2"),
        "项",
        decimals=1,
    ),
    "D11": Result(
        *TEXT.fact("results.D11"),
        _share,
        *TEXT.pair("results.D11_2"),
        scale=100,
        decimals=0,
    ),
    "D12": Result(
        *TEXT.fact("results.D12"),
        lambda before, after: after - before,
        *TEXT.pair("results.D12_2"),
        decimals=0,
    ),
    "D13": Result(
        *TEXT.fact("results.D13"),
        _relative,
        *TEXT.pair("results.D13_2"),
        scale=100,
    ),
    "D14": Result(
        *TEXT.fact("results.D14"),
        _share,
        *TEXT.pair("results.D14_2"),
        "户",
        decimals=0,
        quantifier="more_than",
    ),
    "D15": Result(
        *TEXT.fact("results.D15"),
        _share,
        *TEXT.pair("results.D15_2"),
        "人次",
        decimals=0,
        quantifier="more_than",
    ),
    "D16": Result(
        *TEXT.fact("results.D16"),
        _minus,
        *TEXT.pair("results.D16_2"),
        "人",
    ),
    "D17": Result(
        *TEXT.fact("results.D17", full_year_days=FULL_YEAR_DAYS),
        lambda days, year=FULL_YEAR_DAYS: days / year,
        *TEXT.pair("results.D17_2"),
        quantifier="at_least",
    ),
    "D18": Result(
        *TEXT.fact("results.D18"),
        _share,
        *TEXT.pair("results.D18_2"),
        decimals=0,
        quantifier="just_under",
    ),
    "D19": Result(
        *TEXT.fact("results.D19"),
        lambda n, share: n * share / 100,
        *TEXT.pair("results.D19_2"),
        "项",
        decimals=1,
        quantifier="just_under",
    ),
    "D20": Result(
        *TEXT.fact("results.D20"),
        _sum,
        *TEXT.pair("results.D20_2"),
        "人",
    ),
    "D21": Result(
        *TEXT.fact("results.D21"),
        _sum,
        *TEXT.pair("results.D21_2"),
        "人",
    ),
    "D22": Result(
        *TEXT.fact("results.D22"),
        lambda years, cycles, total: years * cycles - total,
        *TEXT.pair("results.D22_2"),
        "年",
    ),
    "D23": Result(
        *TEXT.fact("results.D23"),
        lambda surgeries, discharges: (1 + surgeries / 100) / (1 + discharges / 100) - 1,
        *TEXT.pair("results.D23_2"),
        scale=100,
    ),
    "D24": Result(
        *TEXT.fact("results.D24"),
        _share,
        *TEXT.pair("results.D24_2"),
        scale=100,
        decimals=0,
    ),
    "D25": Result(
        *TEXT.fact("results.D25", invoice_months=INVOICE_MONTHS),
        lambda invoices, months=INVOICE_MONTHS: invoices / months,
        *TEXT.pair("results.D25_2"),
        "张",
        decimals=1,
    ),
}
# where the table states none, or quotes the document's own words
CAVEATS_EN = {
    "D08": "upper bound; only excellent ones are paid",
    "D09": "literal reading of the printed multiple; 13 fits",
    "D10": "loose reading of the printed multiple; 18 fits",
    "D11": "small numbers, a description only",
    "D14": "lower bound (printed as more than)",
    "D18": "upper bound (members printed as more than)",
    "D19": "upper bound (share printed as nearly)",
    "D20": "places, not people selected",
    "D21": "only if the three kinds do not overlap",
}


def value(derived_id: str, *inputs: float) -> float:
    """A derived number in the unit of `derived_checks`, from inputs in its order (D17 and D25 take the assumed days or months after them).

    Raises MethodError for an unknown id.
    """
    if derived_id not in RESULTS:
        raise refuse(
            "derived_results.value",
            derived_id,
            f"one of {', '.join(RESULTS)}",
            "take an id from the table derived_checks",
        )
    return RESULTS[derived_id].compute(*inputs)


def fact(row: Mapping, statements: Mapping[str, Mapping]) -> Fact:
    """The derived Fact of a row of `derived_checks`; statements: observations by id, holding every input."""
    result = RESULTS[row["derived_id"]]
    inputs = [observed(statements[i]) for i in row["observation_ids"].split(";")]
    return derived(
        value(row["derived_id"], *(f.value for f in inputs)) * result.scale,
        result.label,
        result.formula,
        inputs=inputs,
        style=result.style,
        unit=result.unit,
        decimals=result.decimals,
        quantifier=result.quantifier,
    )


def caveat(row: Mapping) -> Text:
    """What limits a derived number, in both languages."""
    return RESULTS[row["derived_id"]].caveat, CAVEATS_EN.get(row["derived_id"]) or row["caveat"]


def load(codes: list[str] | None = None) -> list[tuple[dict, Fact]]:
    """Rows of `derived_checks` with their Fact; only those whose inputs all belong to the regions ``codes`` when given."""
    rows = tables.read("derived_checks").sort_values("derived_id").to_dict("records")
    wanted = sorted({i for row in rows for i in row["observation_ids"].split(";")})
    statements = {
        s["observation_id"]: s for s in tables.read("observations", observation_id=wanted).to_dict("records")
    }
    if codes is not None:
        rows = [
            row
            for row in rows
            if {statements[i]["region_code"] for i in row["observation_ids"].split(";")} <= set(codes)
        ]
    return [(row, fact(row, statements)) for row in rows]
