"""Reform measures that a text describes without a number: proposals with the family of mechanism, for a person to decide on.

A clause is proposed when it holds a verb of doing (建立, 推行, 组建 ...), the words of one family, and no number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.intake.bulletins import about, amounts
from analysis.intake.bulletins.layout import passages
from analysis.intake.bulletins.lexicon import TARGET
from analysis.intake.bulletins.masks import masked
from analysis.intake.bulletins.times import find as times_of

VERB = re.compile(
    r"建立健全|建立|健全|推行|实行|实施|成立|组建|设立|出台|印发|制定|完善|探索|推广|开展|开设|推进|打造|构建|落实|签订|签约|启用|上线|整合|取消|打破|选派|派驻|下派|遴选|开通|规范|引入|聘任|纳入|实现|深化"
)
# family of themes/mechanism_families.py -> (words, mechanism code proposed)
FAMILIES: dict[str, tuple[tuple[str, str], ...]] = {
    "co_building": ((r"托管", "hospital_trusteeship"), (r"共建|合作办医|院地合作", "co_construction"), (r"国家区域医疗中心", "nrmc_approval")),
    "steering": (
        (r"工作专班|领导小组|联席会议|指挥部", "leading_group"), (r"(?:印发|出台|制定).{0,24}(?:意见|方案|办法|规划|细则|通知)|政策文件", "joint_policy_document"),
        (r"任务清单|责任清单|问题清单|台账", "reform_task_list"),
    ),
    "posts": ((r"行政级别|去行政化", "abolish_department_admin_rank"), (r"终身制|竞聘上岗|公开选拔|任期制|竞争上岗", "end_lifetime_directorship")),
    "staffing": ((r"周转池|编制(?:池|周转|备案)|县管乡用|乡聘村用|员额", "staffing_quota_pool"), (r"双向流动|人员互派|交叉任职|双向渠道", "two_way_staff_channel"), (r"自主权", "expanded_hospital_autonomy")),
    "recruitment": ((r"人才引进|引才|柔性引进|招引|招聘", "flexible_talent"), (r"院士工作站|工作站", "academician_workstation")),
    "training": ((r"进修|轮训|培训|研修|规培|跟岗", "staff_rotation_training"), (r"人才培养|导师|后备干部|师带徒|传承工作室|名老中医", "tiered_local_training")),
    "appraisal": (
        (r"绩效(?:考核|评价|管理)|考核评价|月度考核|年度考核", "monthly_annual_appraisal"), (r"薪酬|绩效分配|二次分配|年薪制", "performance_pay_reform"),
        (r"DRG|DIP|临床路径|病种付费", "drg_pathway_management"), (r"项目管理", "project_management"),
    ),
    "funding": ((r"专项资金|经费保障|财政补助|资金管理|总会计师", "fund_management"), (r"医保(?:支付|总额|基金|打包)|总额(?:预算|付费)|价格(?:调整|项目|改革)|集中带量|集采|两票制", "price_insurance_support")),
    "services": (
        (r"多学科|MDT|专病|诊疗中心|胸痛中心|卒中中心", "mdt"), (r"重点专科|领军专科|临床专科|学科建设", "lead_clinical_specialties"), (r"优质护理|无陪护|延伸服务|日间手术", "no_attendant_nursing"),
        (r"中医馆|适宜技术|中西医|中医药", "frontier_technology"),
    ),
    "research": ((r"科研平台|实验室|生物样本|大数据平台|科教", "shared_research_platform"), (r"成果转化|临床试验|产学研", "translation"), (r"设备共享|设备资源", "equipment_sharing")),
    "digital": (
        (r"互联网医院|互联网[+＋]|线上(?:问诊|就诊|支付|复诊)", "internet_hospital"), (r"信息平台|电子病历|健康档案|一码通|信息(?:系统|化)", "population_health_platform"),
        (r"结果互认|同城互认|检查检验", "mutual_recognition"), (r"远程|影像云|云平台", "teleconsultation_centre"), (r"电子票据|诊间支付|预约诊疗|一站式结算|先诊疗后付费", "patient_service_it"),
    ),
    "primary": (
        (r"家庭医生", "family_doctor"), (r"下派专家|专家下沉|驻点|巡诊|下沉", "expert_dispatch"), (r"专家工作室|联合病房", "expert_studio_joint_ward"), (r"医共体|医联体|分级诊疗|双向转诊|组团(?:式)?帮扶|对口(?:支援|帮扶)", "group_assistance"),
        (r"医防(?:融合|协同)|公共卫生科|疾控监督员", "quality_primary_care_campaign"),
    ),
    "party_work": ((r"党建|党支部|党员先锋|双培养|双带头人|党委领导下的院长负责制", "party_business_integration"),),
    "culture": ((r"清廉|廉政|廉洁|监督执纪|权力清单|行风", "integrity_supervision"), (r"院训|医院文化|文化建设|人文", "culture_building"), (r"职代会|职工代表大会", "staff_congress")),
}  # fmt: skip
_WORDS = [
    (family, mechanism, re.compile(words)) for family, rules in FAMILIES.items() for words, mechanism in rules
]
_CLAUSE = re.compile(r"[^。;!?\n]+")
LONGEST = 120


@dataclass(frozen=True)
class Proposal:
    """A measure proposed: where it stands, its family and mechanism, and how sure that is."""

    char_start: int
    char_end: int
    family: str
    mechanism: str
    status: str
    region_code: str
    institution: str
    confidence: str
    context: str


def find(text: str, region: str = "") -> list[Proposal]:
    """Measures of a bulletin's text in their order; one a clause and mechanism, the first words of it that fit.

    >>> [m.family for m in find("市里建立公立医院编制周转池。")]
    ['staffing']
    """
    places = about.Places(region or about.default_region(text))
    found: list[Proposal] = []
    seen: set[str] = set()
    for passage in passages(text):
        code = places.paragraph(passage.text, passage.heading)
        if passage.heading or passage.cells:
            continue
        _, undated = times_of(passage.text, "2000-01-01")
        clear = masked(undated)
        for match in _CLAUSE.finditer(clear):
            for one in _clause(passage.text, clear, match.start(), match.end()):
                start, end, family, mechanism, sure = one
                if mechanism in seen:
                    continue
                seen.add(mechanism)
                a, b = passage.span(start, end)
                status = "planned" if TARGET.search(clear[match.start() : end]) else "in_force"
                institution = about.institution(passage.text, start)
                found.append(Proposal(a, b, family, mechanism, status, code, institution, sure, text[a:b]))
    return found


def _clause(text: str, clear: str, start: int, end: int) -> list[tuple[int, int, str, str, str]]:
    """(start, end, family, mechanism, confidence) of the comma-parted pieces that do something and print no number."""
    made = []
    at = start
    for piece in clear[start:end].split(","):
        a, b = at, at + len(piece)
        at = b + 1
        if not 6 <= len(piece) <= LONGEST or amounts.find(piece):
            continue
        verb = VERB.search(piece)
        for family, mechanism, words in _WORDS:
            hit = words.search(text, a, b)
            if hit and verb:
                near = verb.start() + a <= hit.start()
                made.append((a, b, family, mechanism, "medium" if near else "low"))
                break
    return made
