"""Status and period by scope: what a sentence, a paragraph, a heading or the document leaves to a number; one line a cause, and its mutation."""

from __future__ import annotations

import re

import pytest

from analysis.intake.bulletins import (
    amounts,
    beside,
    lists,
    masks,
    reader,
    ruled,
    says,
    scopes,
    sections,
    times,
    wanted,
)

# text, the document's day, and (printed, unit, status, first, last) of its last number
CASES = {
    "tail of a word": ("某院案例\n院长基本年薪20万元。", "2022-06-14", ("20万元", "元/年", "commitment", "", "2022-06-14")),
    "前年": ("某院情况\n目前年门诊量30万人次。", "2022-06-14", ("30万人次", "人次", "actual", "", "2022-06-14")),
    "后年": ("某院情况\n此后年均培训30人次。", "2022-06-14", ("30人次", "人次/年", "actual", "", "2022-06-14")),
    "up to the year's end": ("2024年某院年度盘点\n截至年底，全院职工3486人。", "2025-01-06", ("3486人", "人", "actual", "", "2024-12-31")),
    "up to a year's end to come": ("某院介绍\n截至年底，全院职工3486人。", "2024-06-06", ("3486人", "人", "actual", "", "2024-06-06")),
    "listed since": ("改革试点的做法\n某市自2021年11月被确定为国家试点城市以来，坚持有升有降，试点取得积极成效。\n一、动态调整\n先后开展3轮调价。", "2024-07-15", ("3轮", "轮", "actual", "2021-11-01", "2024-07-15")),
    "gaps of a paragraph": ("某市情况\n2023年，全市总诊疗2315万人次；年末床位6万张。但优质资源不足，三甲医院3家。", "2024-03-28", ("3家", "家", "actual", "", "2024-03-28")),
    "years of a plan": ("某市行动方案（2024—2026年）\n一、保障\n设立专项资金，三年共安排2.4亿元。", "2024-03-28", ("2.4亿元", "元", "commitment", "", "2024-03-28")),
    "each a year": ("某市行动方案（2024—2026年）\n一、保障\n村卫生室运行经费每村每年6000元。", "2024-03-28", ("6000元", "元/村年", "commitment", "", "2024-03-28")),
    "terms that were raised": ("【政策解读】居民医保门诊新政策\n一、慢特病病种有多少？\n病种由38种增加到49种。", "2023-12-28", ("49种", "种", "commitment", "", "2023-12-28")),
    "what holds": ("【政策解读】居民医保门诊新政策\n一、背景\n参保率常年稳定在98%以上。", "2023-12-28", ("98%以上", "%", "actual", "", "2023-12-28")),
    "a time between": ("发布会\n县财政每年安排经费5200万元，近两年偿还债务3800万元。", "2023-09-21", ("3800万元", "元", "actual", "2021-09-21", "2023-09-21")),
    "more of the same": ("发布会\n今年1—8月，人均月收入7600元，比改革前增加1900元。", "2023-09-21", ("1900元", "元/人月", "actual", "2023-01-01", "2023-08-31")),
    "an average": ("改革案例\n2021年，医生平均年薪13.9万元。", "2022-06-14", ("13.9万元", "元/年", "actual", "2021-01-01", "2021-12-31")),
    "an average time": ("发布会\n远程中心平均18分钟出报告。", "2023-09-21", ("18分钟", "分钟", "actual", "", "2023-09-21")),
    "shares of a list": ("改革做法\n2022年、2023年调价总量分别为1.3亿元和1.5亿元，占收入的3.1%、3.2%。", "2024-07-15", ("3.2%", "%", "actual", "2023-01-01", "2023-12-31")),
    "behind a semicolon": ("某院盘点\n展望2025，新院区第三季度启用，新增床位800张；力争四级手术占比突破30%。", "2025-01-06", ("突破30%", "%", "target", "2025-01-01", "2025-12-31")),
    "a promise of a year": ("某市2024年工作安排\n一、聚力提升\n落实学科建设经费3000万元。", "2024-01-19", ("3000万元", "元", "commitment", "", "2024-01-19")),
    "first of last year's months": ("某县简报\n上半年，县外转诊率由去年同期的14.2%。", "2023-07-28", ("14.2%", "%", "actual", "2022-01-01", "2022-06-30")),
    "second of them": ("某县简报\n上半年，县外转诊率由去年同期的14.2%降到11.5%。", "2023-07-28", ("11.5%", "%", "actual", "2023-01-01", "2023-06-30")),
    "arrived": ("某市通气会\n今年计划招聘人才1200名，已到岗978名，其中硕士403名。", "2024-10-23", ("403名", "人", "actual", "2024-01-01", "2024-12-31")),
    "taking the plan's years": ("某市活动方案（2023—2025年）\n一、目标\n力争用3年时间，预约诊疗率达到80%以上。", "2023-05-16", ("80%以上", "%", "target", "2023-05-16", "2025-12-31")),
    "an hour's limit": ("某市活动方案（2023—2025年）\n一、举措\n检查预约时间分别不超过24小时、48小时。", "2023-05-16", ("48小时", "小时", "commitment", "", "2023-05-16")),
    "so many for each": ("某市活动方案（2023—2025年）\n一、举措\n每3万人配置1辆救护车。", "2023-05-16", ("1辆", "辆", "commitment", "", "2023-05-16")),
    "held so often": ("某市活动方案（2023—2025年）\n一、保障\n每季度考核1次。", "2023-05-16", ("1次", "次/季度", "commitment", "", "2023-05-16")),
    "below a score": ("推进会讲话\n三、下步工作\n考核低于75分的院长，扣发绩效。", "2024-04-18", ("低于75分", "分", "commitment", "", "2024-04-18")),
    "may rise again": ("推进会讲话\n三、下步工作\n今年6月底前，上浮幅度不超过30%；考核优秀的可再上浮5个百分点。", "2024-04-18", ("5个百分点", "pp", "commitment", "", "2024-04-18")),
    "a multiple that is laid down": ("推进会讲话\n三、下步工作\n到年底，儿科岗位绩效不低于全院平均水平的1.2倍。", "2024-04-18", ("1.2倍", "倍", "commitment", "", "2024-04-18")),
    "a share that is": ("推进会讲话\n二、认识问题\n2个县财政补助占医院支出的比重低于5%。", "2024-04-18", ("低于5%", "%", "actual", "", "2024-04-18")),
    "help for years": ("帮扶纪实\n2021年12月，专家开启为期5年的组团式帮扶。", "2022-12-06", ("5年", "年", "commitment", "", "2022-12-06")),
    "a year since then": ("某院蝶变记\n2021年12月，12名专家组成的帮扶团队来到医院，开启了组团式帮扶的历程。一年来，医院实现了转变。\n管理重塑。修订制度216项。", "2022-12-06", ("216项", "项", "actual", "2021-12-06", "2022-12-06")),
    "the part that one pays": ("通气会\n签约包每人每年100元，个人只需承担40元。", "2024-10-23", ("40元", "元/人年", "commitment", "", "2024-10-23")),
    "from then on, both": ("某地答复\n从2021年起，省级财政对乡村医生每人每月补助由200元提高到300元。", "2022-08-19", ("300元", "元/人月", "commitment", "", "2022-08-19")),
    "no title of a plan": ("某区第一次会议纪要\n二、关于打包付费方案\n公立医院中2家亏损。", "2024-05-22", ("2家", "家", "actual", "", "2024-05-22")),
    "minutes follow": ("某区医改情况\n今年，区委副书记、区长主持召开全区医改工作领导小组全体会议，纪要如下：\n在岗村医186名。", "2024-05-22", ("186名", "人", "actual", "", "2024-05-22")),
    "measures to mend": ("某院情况反馈\n四、整改措施\n预约精确到20分钟。", "2024-09-30", ("20分钟", "分钟", "target", "2024-09-30", "")),
    "in August": ("某院情况反馈\n市卫健委于8月对11家医院开展调查。", "2024-09-30", ("11家", "家", "actual", "2024-08-01", "2024-08-31")),
    "a coming sanction": ("某院情况反馈\n下次调查将于2025年3月进行，对满意度低于85分的医院，约谈负责人。", "2024-09-30", ("低于85分", "分", "commitment", "", "2024-09-30")),
    "a share that is cut": ("下达补助资金的通知\n二、绩效目标\n执行率12月底前须达到90%以上，低于80%的，按10%扣减下年度资金。", "2023-06-12", ("10%", "%", "commitment", "", "2023-06-12")),
    "a day behind a semicolon": ("下达补助资金的通知\n四、执行情况\n2022年，安排资金5.61亿元，截至年底支出5.08亿元；培训医师6820人。", "2023-06-12", ("6820人", "人", "actual", "2022-01-01", "2022-12-31")),
    "year after year": ("典型经验通报\n该县2019年启动医共体建设。县财政连续4年每年投入2000万元。", "2023-08-08", ("2000万元", "元/年", "actual", "", "2023-08-08")),
    "the goal of the province": ("某市报告\n每万人口全科医生3.2人，与省定4人目标有差距。", "2024-08-27", ("4人", "人", "target", "2024-08-27", "")),
    "month after month": ("引才新闻\n引进的博士可获启动金20万元，连续5年每月发放3000元岗位津贴。", "2023-11-03", ("3000元", "元/月", "commitment", "", "2023-11-03")),
    "each for so long": ("某院工作总结\n六、2024年工作计划\n1.选派4名人员进修，每人不少于3个月。", "2023-12-25", ("不少于3个月", "月/人", "commitment", "", "2023-12-25")),
    "more each month": ("工作简报\n今年以来，县里出台举措。\n对连续工作满10年的，每月再增加300元。", "2024-09-18", ("300元", "元/月", "commitment", "", "2024-09-18")),
    "borne by a fund": ("某区会议纪要\n2024年，超支部分由医保基金承担40%。", "2024-05-22", ("40%", "%", "commitment", "", "2024-05-22")),
    "this year": ("2023，我们这一年——某院亮点回眸\n这一年，服务更有温度。开设夜间门诊14个。", "2024-01-09", ("14个", "个", "actual", "2023-01-01", "2023-12-31")),
    "before a year": ("改革案例\n2018年以前，县医院药占比52.6%。", "2021-10-19", ("52.6%", "%", "actual", "", "")),
    "faults that a check found": ("关于2023年上半年专项检查情况的通报\n二、主要问题\n23家医院处方不合格。", "2023-09-14", ("23家", "家", "actual", "2023-01-01", "2023-06-30")),
    "given to the hospital": ("改革动态\n某市自2020年10月启动改革以来，成效初显。\n结余部分80%由医院留用。", "2022-07-11", ("80%", "%", "commitment", "", "2022-07-11")),
    "a salary that rises": ("改革案例\n2018年，该县实行年薪制，考核优秀的再上浮20%。", "2021-10-19", ("20%", "%", "commitment", "", "2021-10-19")),
    "to be recruited": ("关于加强队伍建设的若干措施\n2023年定向招录大学生村医30名。", "2023-02-27", ("30名", "人", "target", "2023-01-01", "2023-12-31")),
    "since they arrived": ("某院提质记\n2021年4月，专家团队进驻，先后选派31名医生驻点。", "2023-10-26", ("31名", "人", "actual", "2021-04-01", "2023-10-26")),
    "cycles": ("某院简介\n中心自2016年获批以来，累计完成2.3万个周期，效果稳定。", "2024-05-30", ("2.3万个", "个", "actual", "2016-01-01", "2024-05-30")),
    "unevenly": ("2022年工作回顾\n2022年，新增床位1500张。同时也要看到，资源分布不均，三级医院78%集中在主城区。", "2023-01-16", ("78%", "%", "actual", "", "2023-01-16")),
    "paid as one sum": ("医共体建设实施方案\n到2025年底，按不低于基金总额的90%打包给医共体。", "2024-03-05", ("90%", "%", "commitment", "", "2024-03-05")),
    "an act of a check": ("某省通报\n2023年上半年，各地检查机构6842家。吊销许可证7张。", "2023-09-14", ("7张", "张", "actual", "2023-01-01", "2023-06-30")),
}  # fmt: skip


def last(text: str, published: str) -> tuple[str, str, str, str, str]:
    row = reader.rows(text, published, "320000")[-1]
    return row.as_printed, row.unit, row.status, row.period_start, row.period_end


@pytest.mark.parametrize("case", CASES)
def test_a_number_takes_what_its_nearest_scope_leaves(case):
    text, published, said = CASES[case]
    assert last(text, published) == said


def test_the_first_share_of_a_list_is_of_the_first_year():
    text, published, _ = CASES["shares of a list"]
    assert [row.period_end for row in reader.rows(text, published, "320000")][2:] == [
        "2022-12-31",
        "2023-12-31",
    ]


def test_the_old_rate_is_in_force_like_the_new_one_where_the_sentence_says_from_when():
    text, published, _ = CASES["from then on, both"]
    assert {row.status for row in reader.rows(text, published, "320000")} == {"commitment"}


def test_a_slogan_in_quotes_counts_nothing():
    assert (
        reader.rows(
            "改革案例\n闯出“三条新路”，交出“三张答卷”。评估排名后两位的县作检讨。", "2022-06-14", "320000"
        )
        == []
    )


NEVER = re.compile("(?!)")
YEARS = sections._years
MUTATIONS = {
    "listed": (times, "_LISTED", re.compile(r"被(?:纳入|列入|确定为)[^,。;]{0,30},"), "listed since"),
    "gaps": (sections, "FALLS_SHORT", NEVER, "gaps of a paragraph"),
    "wider": (says, "_around", lambda text, time, *rest: time, "behind a semicolon"),
    "averages": (says, "_AVERAGE", NEVER, "an average"),
    "holds": (says, "_HOLDS", NEVER, "what holds"),
    "changed": (says, "_REACHED", NEVER, "terms that were raised"),
    "promised": (says, "_PROMISED", re.compile("补助"), "each a year"),
    "shares": (lists, "_SHARES_OF_THEM", NEVER, "shares of a list"),
    "more": (reader, "_COMPARES", NEVER, "more of the same"),
    "end": (sections, "UP_TO", "", "up to the year's end"),
    "years": (sections, "_years", lambda time, earlier, published, due: YEARS(time, earlier, published, None), "years of a plan"),
    "first of two": (sections, "FIRST_OF_TWO", "", "second of them"),
    "arrived": (reader, "_WITHIN", NEVER, "arrived"),
    "taking": (sections, "_to_its_end", lambda time, setting: time, "taking the plan's years"),
    "each": (ruled, "_FOR_EACH", NEVER, "so many for each"),
    "held": (ruled, "_HELD", NEVER, "held so often"),
    "condition": (ruled, "_CONDITION", NEVER, "below a score"),
    "permitted": (ruled, "_PERMITTED", NEVER, "may rise again"),
    "lays down": (says, "_lays_down", lambda *given: False, "a multiple that is laid down"),
    "share": (says, "_PAID", NEVER, "a share that is"),
    "help": (ruled, "_OF_HELP", NEVER, "help for years"),
    "since": (times, "_year_since", lambda found, pub, whole: times._past_year(found, pub), "a year since then"),
    "paid": (reader, "_PART_PAID", NEVER, "the part that one pays"),
    "part": (sections, "_PART", NEVER, "no title of a plan"),
    "modal": (sections, "MODAL", re.compile("要"), "minutes follow"),
    "planned": (sections, "PLANNED", re.compile("打算"), "measures to mend"),
    "base": (times, "_BASE_BEFORE", re.compile("于$"), "in August"),
    "happened": (ruled, "_HAPPENED", re.compile("¤"), "a coming sanction"),
    "cut": (ruled, "_CONDITION", re.compile("低于[^。;]{0,40}?的[^,。;、\\d]{0,8},?[^。;\\d]{0,16}扣"), "a share that is cut"),
    "flows": (says, "is_flow", lambda one, clause: False, "a day behind a semicolon"),
    "year after year": (scopes, "_EACH_YEAR", NEVER, "year after year"),
    "each month": (ruled, "_CONDITION", NEVER, "more each month"),
    "goal": (wanted, "_THE_GOAL", NEVER, "the goal of the province"),
    "month": (says, "_PAID", re.compile("连续[^,。;]{0,5}年"), "month after month"),
    "serves": (ruled, "_SERVES", NEVER, "each for so long"),
    "borne": (says, "_SHARED_OUT", NEVER, "borne by a fund"),
    "this year": (sections, "_referring", lambda *given: None, "this year"),
    "before": (times, "_RULES", [r for r in times._RULES if r[1] is not times._years_before], "before a year"),
    "check": (sections, "_OF_A_CHECK", NEVER, "faults that a check found"),
    "given": (says, "_ALLOTTED", NEVER, "given to the hospital"),
    "salary": (ruled, "_PERMITTED", NEVER, "a salary that rises"),
    "recruits": (says, "_RECRUITS", NEVER, "to be recruited"),
    "arrived since": (times, "_ARRIVED", NEVER, "since they arrived"),
    "cycles": (says, "_commits", re.compile("周期").search, "cycles"),
    "unevenly": (reader.sections, "FALLS_SHORT", NEVER, "unevenly"),
    "one sum": (says, "_ALLOTTED", NEVER, "paid as one sum"),
    "acts": (scopes, "_flows", re.compile("检查").search, "an act of a check"),
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "医院为全市首家卒中中心，完成全省首例手术，引进首台设备。",
        "县乡两级医生都能看到，省、市、县三级联动。",
        "三年内要让资源下到每个乡镇，半年内见效。",
        "坚持两手抓，推进“双下沉”，首次开展四级手术，建设一批三级医院。",
    ],
)
def test_what_is_named_and_not_counted_is_no_number(text):
    assert reader.rows(f"某省医改动态\n{text}", "2022-06-14", "320000") == []


def test_a_first_batch_that_is_counted_is():
    assert last("某省医改动态\n首批5家医院达标。", "2022-06-14")[0] == "5家"


def test_a_first_that_is_read_as_a_number_would_be_seen(monkeypatch):
    first = (re.compile("首家"), 1, "个", "exact")
    monkeypatch.setattr(amounts.patterns, "WORDS", [*amounts.patterns.WORDS, first])
    assert reader.rows("某省医改动态\n医院为全市首家卒中中心。", "2022-06-14", "320000")


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_scope_that_is_not_read_would_be_seen(monkeypatch, name):
    module, part, value, case = MUTATIONS[name]
    monkeypatch.setattr(module, part, value)
    text, published, said = CASES[case]
    seen = last(text, published)
    if case == "shares of a list":
        seen = reader.rows(text, published, "320000")[2].period_end
        said = "2022-12-31"
    assert seen != said


def test_a_slogan_that_is_read_would_be_seen(monkeypatch):
    monkeypatch.setattr(masks, "_MASKS", [])
    monkeypatch.setattr(masks, "_HANZI_MASKS", [])
    assert reader.rows("改革案例\n闯出“三条新路”。评估排名后两位的县作检讨。", "2022-06-14", "320000")


NAMED = [
    ("发布会\n发布词：罗溪县总面积2860平方公里。", "罗溪县总面积"),
    ("发布会\n整合2家县级医院、23家乡镇卫生院成立总医院。", "乡镇卫生院"),
    ("发布会\n远程影像中心平均18分钟出报告。", "远程影像中心出报告"),
    ("发布会\n乡镇卫生院门急诊72.8万人次，增长17.2%。", "乡镇卫生院门急诊"),
    ("发布会\n医务人员人均月收入7600元，比改革前增加1900元。", "医务人员人均月收入"),
    ("发布会\n每个乡镇卫生院至少有3名全科医生。", "全科医生"),
    ("发布会\n两年来下沉1.1万人次。", "下沉"),
]


@pytest.mark.parametrize(("text", "named"), NAMED)
def test_a_number_is_named_by_what_it_counts_alone(text, named):
    assert reader.rows(text, "2023-09-21", "320000")[-1].indicator_zh == named


@pytest.mark.parametrize("part", ["_NUMBER", "_SPEAKER", "_OPENS", "_FOUNDS", "_TRIM"])
def test_a_name_that_is_not_cut_would_be_seen(monkeypatch, part):
    monkeypatch.setattr(beside, part, NEVER)
    read = [reader.rows(text, "2023-09-21", "320000")[-1].indicator_zh for text, _ in NAMED]
    assert read != [named for _, named in NAMED]
