"""The charts' own fixed words in both languages; everything else on a drawing comes from the table it is given."""

from __future__ import annotations

from analysis.errors import refuse

WORDS: dict[str, tuple[str, str]] = {
    "nation": ("全国", "China"),
    "nation_value": ("全国 {}", "China {}"),
    "others": ("其余 {} 个地区", "Other {} regions"),
    "peers": ("比较组", "Peer group"),
    "other_provinces": ("其余 {} 省", "Other {} provinces"),
    "codes": ("", "Tiles carry ISO province codes"),
    "province": ("全省", "Province"),
    "other_cities": ("其余 {} 市", "Other {} cities"),
    "rank": ("位次", "Rank"),
    "rank_of": ("位次／{}", "Rank of {}"),
    "median": ("各省中位数", "Median province"),
    "band": ("第 10–90 百分位", "10th–90th percentile"),
    "break": ("口径变更", "Definition changed"),
    "not_compared": ("不作比较", "not compared"),
    "print_resolution": ("舍入内的位次", "Rank within rounding"),
    "stability": ("稳定区间", "Stability interval"),
    "value": ("数值", "Value"),
    "distribution": ("各省分布（每个方块一省）", "Distribution (one square a province)"),
    "absent": ("不在来源内", "not in source"),
    "actual": ("结果", "Result"),
    "lower": ("结果，只有下限", "Result, lower bound"),
    "upper": ("结果，只有上限", "Result, upper bound"),
    "approximate": ("约数", "Approximate"),
    "commitment": ("承诺或意向", "Commitment or intent"),
    "target": ("目标", "Target"),
    "unpublished": ("未公布", "Not published"),
    "printed": ("原文用词", "As printed"),
    "due": ("到期", "Due"),
    "gained": ("增加", "Gained"),
    "share": ("全国份额", "National share"),
    "own": ("本省差额", "Own difference"),
    "estimate": ("估计值", "Estimate"),
    "level": ("水平", "Level"),
    "change": ("差距的变化", "Change in the gap"),
    "before": ("实施前", "Before"),
    "after": ("实施后", "After"),
    "reference": ("基准", "Base"),
    "allows": ("这张图允许说什么", "What this figure allows one to say"),
    "can": ("可以说", "One can say"),
    "cannot": ("不能说", "One cannot say"),
    "why": ("原因", "Why"),
    "equal": ("两者相等", "Equal values"),
    "fit": ("拟合线", "Fitted line"),
    "exact_rank": ("名次（左为第一）", "Rank (first at the left)"),
    "percentile": ("前百分之几（左为最前）", "Top per cent (best at the left)"),
    "exact": ("名次", "Exact rank"),
    "percent_mark": ("百分位", "Percentile"),
    "grade_band": ("等级区间", "Grade band"),
    "earlier": ("较早年份", "Earlier year"),
    "two_readings": ("两种读法", "Two readings"),
    "mentioned": ("提到", "Mentioned"),
    "silent": ("未提及", "Not mentioned"),
    "equality": ("完全平均", "Equality"),
    "observed": ("实际", "Observed"),
    "threshold": ("界限", "Threshold"),
    "interval": ("区间", "Interval"),
    "evidence": ("证据", "Evidence"),
    "grade": ("等级", "Grade"),
    "no_evidence": ("所查来源中未见证据", "No evidence found in the sources searched"),
    "result_row": ("结果或措施", "Result or measure"),
}


def word(key: str, lang: str) -> str:
    """A fixed word. Raises MethodError for a language other than zh and en."""
    if lang not in ("zh", "en"):
        raise refuse("charts lang", repr(lang), '"zh" or "en"', "pass the page's language")
    return WORDS[key][0 if lang == "zh" else 1]
