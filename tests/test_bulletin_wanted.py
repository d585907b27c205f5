"""What a sentence, a passage or a document says of a number's status and day: goals named behind it, buildings that are not finished, rules
within reports, years that only name a list. One sentence of our own a kind; each kind is broken once and seen."""

from __future__ import annotations

import re

import pytest

from analysis.intake.bulletins import (
    beside,
    lexicon,
    lists,
    reader,
    ruled,
    says,
    scopes,
    sections,
    times,
    units,
    wanted,
)

TITLE = "关于工作的文稿\n"
YEAR = ("2023-01-01", "2023-12-31")
NOW = ("", "2023-07-20")
OPEN = ("2023-07-20", "")

# printed text, the status and the period of its last number; the document is of 2023-07-20
READ = [
    # a rule by its form, in reports and in plans
    ("医共体考核90分以上为优秀。", "commitment", NOW),
    ("医保结余留用比例85%，由医共体统筹使用。", "commitment", NOW),
    ("专家下沉天数占考核总分的20%。", "commitment", NOW),
    ("长处方最长可开12周。", "commitment", NOW),
    ("对未完成年度任务的县，在考核中扣2分。", "commitment", NOW),
    ("双方签订协议，托管期10年。", "commitment", NOW),
    ("根据规定，举报奖励按查实金额发放，最高20万元。", "commitment", NOW),
    ("受理举报37件，办结35件。", "actual", NOW),
    ("调整后，预计住院报销比例将达到86%左右。", "target", OPEN),
    # the nearest word that says how a number stands
    ("城南院区规划床位1000张，去年已完成投资3.2亿元。", "actual", ("2022-01-01", "2022-12-31")),
    ("总建筑面积8.6万平方米的新门诊大楼将投入使用。", "target", OPEN),
    # a goal that is named as one behind its number, and one that is met
    ("实现建档率90%以上、随访率86%以上的目标。", "target", OPEN),
    ("家庭签约率升到43%，提前达到40%的目标。", "actual", NOW),
    ("手术占比31.5%，距目标值34%还有差距。", "target", OPEN),
    # a day to come is a deadline however it is printed
    ("2025年底建设专科联盟9个。", "target", ("2023-07-20", "2025-12-31")),
    ("新楼预计明年9月投用，将设置病床260张。", "target", ("2023-07-20", "2024-09-30")),
    ("全年门诊量力争突破88万人次。", "target", YEAR),
    ("下半年要把床位使用率提到85%，年底服务收入占比达到36%。", "target", ("2023-07-20", "2023-12-31")),
    ("力争2024年度考核进入全省前20名的医院有3家。", "target", ("2024-01-01", "2024-12-31")),
    # what is to be done with what is there
    ("大楼建成后，可把现有外转患者从2万人降至6000人。", "target", OPEN),
    ("明年我们将办好两件大事，互认项目由目前的90项增加到150项。", "target", ("2024-01-01", "2024-12-31")),
    ("市卫生健康委将继续推动下沉。每年派驻医师70名。", "target", OPEN),
    # rules within a report
    ("上半年，对到山区工作的，每人每月发放补贴800元。", "commitment", NOW),
    ("上半年，对到山区工作的，每人一次性发放补贴800元。", "commitment", NOW),
    ("院长收入按职工平均收入的2.5倍核定。", "commitment", NOW),
    ("去年选派队员40名，每批驻点18个月。", "commitment", NOW),
    ("从今年起，村医养老保险由财政补助55%。", "commitment", NOW),
    ("结余部分的70%留给牵头医院，30%分给卫生院。", "commitment", NOW),
    ("会诊患者在3个工作日内安排入院。", "commitment", NOW),
    ("试用期6个月。", "commitment", NOW),
    ("服务满4年可免费进修。", "commitment", NOW),
    ("今年以来，乡镇津贴按远近分三档，每月300元至900元。", "commitment", NOW),
    ("实施方案\n评估得分低于65分的退出试点。", "commitment", NOW),
    ("实施方案\n收支结余60%以上可用于绩效分配。", "commitment", NOW),
    ("截至6月底，支出过半。其中，下达基层补助资金2.3亿元。", "actual", ("", "2023-06-30")),
    ("2022年，谈判药医保报销37亿元。", "actual", ("2022-01-01", "2022-12-31")),
    # years that name a list or a batch, and what began in one
    ("医院2022年被确定为试点单位，占地130亩。", "actual", NOW),
    ("医院列入2021年重点工程，有职工820人。", "actual", NOW),
    ("2017年至今，派出专家66名。", "actual", ("2017-01-01", "2023-07-20")),
    ("县里2021年起每年培养村医25名。", "actual", ("2021-01-01", "2023-07-20")),
    ("14个月来，医院开展新技术39项。", "actual", ("2022-05-20", "2023-07-20")),
    ("三年前，全县卫生院有空编52个。", "actual", ("2020-01-01", "2020-12-31")),
    ("展望“十四五”，全县将建设专科13个。", "target", ("2023-07-20", "2025-12-31")),
    ("院长说，过去每人要等45天。", "actual", ("", "")),
    # items of a list leave nothing to each other
    ("下一步，一是8月底前改造病房10个；二是床位使用率达到83%。", "target", OPEN),
    ("去年手术8600台，恢复到2019年的94%。", "actual", ("2022-01-01", "2022-12-31")),
    ("从今年2月起，夜班费标准由40元调整为90元。", "commitment", NOW),
    ("2022年，入选者领到补贴170万元。", "actual", ("2022-01-01", "2022-12-31")),
    ("代表建议，一是将儿科价格上浮20%。", "target", OPEN),
    # the second pair of a sentence is of the years of the first
    ("床位由2019年的5.1张增加到2022年的6.3张；护士由2.4人提高到3.1人。", "actual", ("2022-01-01", "2022-12-31")),
    # what a number is composed of is of its own day
    ("去年接诊患者1300人次。全县有村医540名，平均年龄51.2岁。", "actual", NOW),
    # a report of July does not tell of the whole year
    ("今年以来，全年计划推进顺利。全年招聘护士46名。", "actual", ("2023-01-01", "2023-07-20")),
]  # fmt: skip

PROJECT = "区医院迁建项目加快推进\n区医院迁建项目正在进行主体施工，预计2025年投用。\n"
BUILDINGS = [
    (PROJECT + "该项目占地面积45亩，规划建设门诊楼。", "target", OPEN),
    (PROJECT + "该项目总投资3.6亿元，设置床位420张。", "target", OPEN),
    ("医院概况\n医院占地面积45亩。新院区正在建设。", "actual", NOW),
    ("新院区建成启用\n新院区建设项目去年10月开工，占地面积45亩，今年6月正式投入使用。", "actual", NOW),
    (PROJECT + "该项目中央预算内资金已到位，其中国家投资1.2亿元。", "actual", NOW),
]


def last(text: str) -> tuple[str, tuple[str, str]]:
    row = reader.rows(text, "2023-07-20", "320000")[-1]
    return row.status, (row.period_start, row.period_end)


@pytest.mark.parametrize(("text", "status", "period"), READ)
def test_a_sentence_says_what_its_number_is(text, status, period):
    assert last(TITLE + text) == (status, period)


@pytest.mark.parametrize(("text", "status", "period"), BUILDINGS)
def test_a_size_is_wanted_until_the_building_is_in_use(text, status, period):
    assert last(text) == (status, period)


def test_years_in_a_row_take_a_number_each():
    rows = reader.rows(TITLE + "2020-2022年上半年药占比分别为33%、31%和29%。", "2023-07-20")
    assert [(row.period_start, row.period_end) for row in rows] == [
        ("2020-01-01", "2020-12-31"),
        ("2021-01-01", "2021-12-31"),
        ("2022-01-01", "2022-06-30"),
    ]


def test_a_level_of_a_year_is_no_change(monkeypatch):
    text = TITLE + "个人支出占比由2015年的31.4%下降到2019年的27.3%。"
    assert reader.rows(text, "2023-07-20")[-1].value == 27.3
    # mutation: 到 went with its year, and what is left reads 下降27.3%
    monkeypatch.setattr(units.re, "sub", lambda pattern, new, text: re.compile(pattern).sub("", text))
    assert reader.rows(text, "2023-07-20")[-1].value == -27.3


def test_a_rate_of_nought_lacks_no_sign():
    (row,) = reader.rows("2022年，孕产妇死亡率为0，控制良好。", "2023-07-20")
    assert (row.value, row.unit, row.damaged) == (0, "1/10万", False)


def test_a_level_named_at_length_keeps_its_bound():
    (row,) = reader.rows(TITLE + "护士薪酬不低于本院同年资人员平均水平的1.3倍。", "2023-07-20")
    assert (row.quantifier, row.value_low, row.value_high, row.status) == (
        "at_least",
        1.3,
        None,
        "commitment",
    )


@pytest.mark.parametrize(
    "text",
    [
        "副主任19日在会上介绍情况。",
        "下面讲三点意见，从四个方面发力，办好两件大事。",
        "在第99个纪念日到来之际。",
    ],
)
def test_days_and_points_of_a_speech_state_nothing(text):
    assert reader.rows(TITLE + text, "2023-07-20") == []


NEVER = re.compile("(?!)")


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (wanted, "_THE_GOAL", NEVER),
        (wanted, "_MET", NEVER),
        (wanted, "_COMING", NEVER),
        (wanted, "_IN_USE", NEVER),
        (wanted, "_PROJECT", NEVER),
        (ruled, "_FIXED", NEVER),
        (ruled, "_EACH_SERVES", NEVER),
        (says, "_FROM_NOW_ON", NEVER),
        (says, "_ALLOTTED", NEVER),
        (ruled, "_PAID_OUT", NEVER),
        (says, "_alongside", lambda *given: None),
        (says, "_GIVEN_TO_EACH", NEVER),
        (ruled, "_ENTITLES", NEVER),
        (ruled, "_GRADE", NEVER),
        (says, "_BY_THE_MONTH", NEVER),
        (ruled, "_SUM_GIVEN", NEVER),
        (scopes, "_ONCE", NEVER),
        (times, "_years_ago", lambda found, pub: None),
        (reader, "of_item", lambda text, times, start: times),
        (lexicon, "TARGET", re.compile("力争|预计|将(?=设|办)")),
        (times, "_LISTED", NEVER),
        (times, "_until_now", lambda found, pub: None),
        (times, "_back_months", lambda found, pub: None),
        (sections, "_year_of_day", lambda setting, time: None),
        (reader, "_COMPOSED", NEVER),
        (reader, "LATER", NEVER),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_read_would_be_seen(monkeypatch, module, name, value):
    monkeypatch.setattr(module, name, value)
    if module is times and callable(value):  # rules hold the function itself
        rules = [(p, value if f.__name__ == name else f) for p, f in times._RULES]
        monkeypatch.setattr(times, "_RULES", rules)
    right = sum(last(TITLE + text) == (status, period) for text, status, period in READ)
    right += sum(last(text) == (status, period) for text, status, period in BUILDINGS)
    assert right < len(READ) + len(BUILDINGS)


def test_a_list_of_years_that_is_not_shared_out_would_be_seen(monkeypatch):
    monkeypatch.setattr(lists, "_each_year", lambda span: [])
    rows = reader.rows(TITLE + "2020-2022年上半年药占比分别为33%、31%和29%。", "2023-07-20")
    assert rows[0].period_end != "2020-12-31"


def test_a_bound_that_is_not_found_would_be_seen(monkeypatch):
    monkeypatch.setattr(units, "_OF_A_LEVEL", NEVER)
    row = reader.rows(TITLE + "护士薪酬不低于本院同年资人员平均水平的1.3倍。", "2023-07-20")[-1]
    assert row.quantifier == "exact"


NAMES = "2023年，全院引进博士26名，手术占比由38.2%提高到45.6%，平均住院日缩短至6.8天，就诊率由2019年的46.3%上升到2022年的61.8%。"


def names() -> list[str]:
    return [row.indicator_zh for row in reader.rows(TITLE + NAMES, "2024-03-12")]


def test_what_is_counted_is_named_without_the_verb_of_its_change():
    assert names() == ["院引进博士", "手术占比", "手术占比", "平均住院日", "就诊率", "就诊率"]


@pytest.mark.parametrize("name", ["_CHANGES", "_FIRST", "_OF_A_YEAR"])
def test_a_verb_that_stays_would_be_seen(monkeypatch, name):
    monkeypatch.setattr(beside, name, NEVER)
    assert names() != ["院引进博士", "手术占比", "手术占比", "平均住院日", "就诊率", "就诊率"]
