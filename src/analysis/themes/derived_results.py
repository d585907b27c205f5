"""Numbers that follow from the documents without being printed there: each a formula on coded statements, with its caveat.

The table `derived_checks` states expression, inputs and result; here each is computed afresh and tested against it, and a theme that
prints one takes it from ``value``, so that the page and the check cannot part. None is ever stored as a statement of a document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis import tables
from analysis.errors import refuse
from analysis.facts import Fact, Text, derived, observed

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
        ("面试博士中有签约意向的份额", "share of interviewed doctoral candidates with an intention to sign"),
        ("意向人数 ÷ 面试人数", "intent ÷ interviewed"),
        _share,
        "只是意向，不是到岗",
        "percent",
        scale=100,
        decimals=0,
    ),
    "D02": Result(
        ("考核位次差", "difference of places in the assessment"),
        ("2019 年度位次 − 2021 年度位次", "rank 2019 − rank 2021"),
        _minus,
        "只有两点；没有名单长度，没有区间；可能是均值回归",
        "number",
        "位",
    ),
    "D03": Result(
        ("由工作室开设率反推的机构数", "institutions implied by the rate of studios"),
        ("工作室数 ÷ 开设率", "studios ÷ rate"),
        _implied,
        "只有每家机构一个工作室时才成立",
        "count",
        "家",
        decimals=0,
    ),
    "D04": Result(
        ("由特色科室建成率反推的机构数", "institutions implied by the rate of special departments"),
        ("科室数 ÷ 建成率", "departments ÷ rate"),
        _implied,
        "与上一行矛盾：分母不同，或一家机构有几个",
        "count",
        "家",
        decimals=0,
    ),
    "D05": Result(
        ("下派专家至少要带教的人数", "persons that dispatched experts must mentor at least"),
        ("专家数 × 每人至少带教", "experts × minimum mentees"),
        _product,
        "承诺，不是结果",
        "count",
        "人",
        quantifier="at_least",
    ),
    "D06": Result(
        ("孵化中心补助的上限", "ceiling of subsidies to incubators"),
        ("中心数 × 每个补助", "incubators × subsidy"),
        _product,
        "假定全部发放",
        "money",
        quantifier="at_most",
    ),
    "D07": Result(
        ("特色科室奖补的上限", "ceiling of awards to special departments"),
        ("科室数 × 每个奖补", "departments × award"),
        _product,
        "假定全部发放",
        "money",
        quantifier="at_most",
    ),
    "D08": Result(
        ("工作室与联合病房奖补的上限", "ceiling of awards to studios and joint wards"),
        ("工作室数 × 奖补 + 病房数 × 奖补", "studios × award + wards × award"),
        lambda n, a, m, b: n * a + m * b,
        "上限；只奖优秀的",
        "money",
        quantifier="at_most",
    ),
    "D09": Result(
        ("上一年临床试验数（按字面读）", "trials of the year before (literal reading)"),
        ("试验数 ÷（1 + 倍数）", "trials ÷ (1 + multiple)"),
        lambda n, k: n / (1 + k),
        "“增长 2.6 倍”的字面读法，13 项吻合",
        "number",
        "项",
        decimals=1,
    ),
    "D10": Result(
        ("上一年临床试验数（按宽松读）", "trials of the year before (loose reading)"),
        ("试验数 ÷ 倍数", "trials ÷ multiple"),
        _share,
        "宽松读法，18 项吻合",
        "number",
        "项",
        decimals=1,
    ),
    "D11": Result(
        ("互联网医院中接通医保的份额", "share of internet hospitals with insurance settlement"),
        ("接通数 ÷ 互联网医院数", "settled ÷ internet hospitals"),
        _share,
        "小数目，只作描述",
        "percent",
        scale=100,
        decimals=0,
    ),
    "D12": Result(
        ("三四级手术占比的百分点差", "difference of the share of level 3 and 4 operations, points"),
        ("后 − 前", "after − before"),
        lambda before, after: after - before,
        "两个数都缺“%”；起点日期未印",
        "pp",
        decimals=0,
    ),
    "D13": Result(
        ("三四级手术占比的相对变化", "relative change of the share of level 3 and 4 operations"),
        ("（后 − 前）÷ 前", "(after − before) ÷ before"),
        _relative,
        "相对变化，不与百分点混用",
        "percent",
        scale=100,
    ),
    "D14": Result(
        ("每个家庭医生团队的签约户数", "households per family doctor team"),
        ("户数 ÷ 团队数", "households ÷ teams"),
        _share,
        "下限（原文“余”）",
        "count",
        "户",
        decimals=0,
        quantifier="more_than",
    ),
    "D15": Result(
        ("每个家庭医生工作室的服务人次", "visits per family doctor studio"),
        ("人次 ÷ 工作室数", "visits ÷ studios"),
        _share,
        "下限；时期为推定",
        "count",
        "人次",
        decimals=0,
        quantifier="more_than",
    ),
    "D16": Result(
        ("引进博士中未印明全职的人数", "recruited doctorate holders not stated to be full-time"),
        ("全部 − 全职", "all − full-time"),
        _minus,
        "前提是全职包含在全部之内",
        "count",
        "人",
    ),
    "D17": Result(
        ("柔性人才每年最少折合的全职份额", "least share of a full-time year of a flexible expert"),
        (f"最少工作日 ÷ {FULL_YEAR_DAYS}（假定）", f"minimum days ÷ {FULL_YEAR_DAYS} (assumed)"),
        lambda days, year=FULL_YEAR_DAYS: days / year,
        "全年工作日为假定",
        "ratio",
        quantifier="at_least",
    ),
    "D18": Result(
        ("党费人均支持金额", "party fees per member supported"),
        ("金额 ÷ 人数", "amount ÷ members"),
        _share,
        "上限（原文人数为“多”）",
        "money",
        decimals=0,
        quantifier="just_under",
    ),
    "D19": Result(
        ("达到国内领先的新技术项数", "new techniques said to lead in the country"),
        ("新技术数 × 份额", "new techniques × share"),
        lambda n, share: n * share / 100,
        "原文“近”，是上限",
        "number",
        "项",
        decimals=1,
        quantifier="just_under",
    ),
    "D20": Result(
        ("三类培养名额合计", "training places of three kinds"),
        ("三类相加", "sum of three kinds"),
        _sum,
        "名额，不是入选人数",
        "count",
        "人",
    ),
    "D21": Result(
        ("入选人才工程的人数合计", "persons selected for the talent programme"),
        ("三类相加", "sum of three kinds"),
        _sum,
        "三类互不重叠时才成立",
        "count",
        "人",
    ),
    "D22": Result(
        ("引才周期之和与总年数之差", "cycles times length minus the printed total"),
        ("周期年数 × 周期数 − 总年数", "years a cycle × cycles − total years"),
        lambda years, cycles, total: years * cycles - total,
        "零表示印出的数字互相吻合",
        "number",
        "年",
    ),
    "D23": Result(
        ("每出院人次手术数的变化", "change of operations per discharge"),
        ("（1 + 手术增长）÷（1 + 出院增长）− 1", "(1 + operations) ÷ (1 + discharges) − 1"),
        lambda surgeries, discharges: (1 + surgeries / 100) / (1 + discharges / 100) - 1,
        "只有变化，没有水平",
        "percent",
        scale=100,
    ),
    "D24": Result(
        ("线上问诊与线上挂号之比", "online consultations per registration"),
        ("问诊人次 ÷ 挂号人次", "consultations ÷ registrations"),
        _share,
        "两个数都已取整",
        "percent",
        scale=100,
        decimals=0,
    ),
    "D25": Result(
        ("每月开出的电子票据", "invoices a month"),
        (f"票据数 ÷ {INVOICE_MONTHS} 个月", f"invoices ÷ {INVOICE_MONTHS} months"),
        lambda invoices, months=INVOICE_MONTHS: invoices / months,
        "上线日取 2020 年最后一天",
        "count",
        "张",
        decimals=1,
    ),
}
# where the table states none, or quotes the document's own words
CAVEATS_EN = {
    "D08": "upper bound; only excellent ones are paid", "D09": "literal reading of the printed multiple; 13 fits", "D10": "loose reading of the printed multiple; 18 fits",
    "D11": "small numbers, a description only", "D14": "lower bound (printed as more than)", "D18": "upper bound (members printed as more than)", "D19": "upper bound (share printed as nearly)",
    "D20": "places, not people selected", "D21": "only if the three kinds do not overlap",
}  # fmt: skip


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
