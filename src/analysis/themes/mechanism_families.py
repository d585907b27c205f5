"""Families of reform mechanisms: the coding of `measures.mechanism`, and what could be observed for each.

Coding by policy tool (Rothwell and Zegveld 1985); what could be observed is written so that a reader can look for it: an observable and
who keeps it (the statement-observable-source table of Miles, Huberman and Saldaña). A family says what kind of measure is described,
not whether it works.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.facts import Text


@dataclass(frozen=True)
class Family:
    """A kind of mechanism: its name, what could be observed, who keeps that record, and the codes of `measures.mechanism` in it."""

    label: Text
    observable: Text
    record: Text
    mechanisms: tuple[str, ...]


FAMILIES: dict[str, Family] = {
    "co_building": Family(
        ("托管与共建", "trusteeship and co-building"), ("派驻人数和天数、两院共用的制度份数、协议期限", "people and days seconded, rules shared by both hospitals, term of the agreement"), ("双方医院", "both hospitals"),
        ("hospital_trusteeship", "co_construction", "tripartite_co_construction", "co_build_agreement", "hospital_opening", "nrmc_approval", "leadership_team_output"),
    ),
    "steering": Family(
        ("规划与统筹", "planning and steering"), ("印发的文件、会议次数、清单任务的完成日期", "documents issued, meetings held, dates at which listed tasks were done"), ("政府部门", "government departments"),
        ("planning_taskforce", "joint_policy_document", "leading_group", "reform_task_list", "hospital_academy_merger", "two_transitions", "public_health_institute_branch"),
    ),
    "posts": Family(
        ("职务任期与竞聘", "terms and competition for posts"), ("竞聘岗位数、参加竞聘人数、到期更换的科主任人数", "posts put to competition, candidates, heads replaced at the end of a term"), ("医院人事部门", "the hospital's staff office"),
        ("abolish_department_admin_rank", "end_lifetime_directorship", "three_year_director_term"),
    ),
    "staffing": Family(
        ("编制与人员流动", "staffing quotas and movement of staff"), ("周转编制数、借用与归还、双向流动的人数和月数", "quotas lent and returned, people and months of two-way movement"), ("编制部门和人事部门", "staffing and personnel offices"),
        ("staffing_quota_pool", "two_way_staff_channel", "expanded_hospital_autonomy"),
    ),
    "recruitment": Family(
        ("人才引进", "recruitment"), ("招聘五步各有多少人、合同类型、三年后在岗人数", "people at each stage of recruitment, type of contract, in post after three years"), ("医院人事部门", "the hospital's staff office"),
        ("year_round_recruitment", "targeted_university_recruitment", "online_recruitment", "flexible_talent", "academician_workstation", "excellence_teams", "seedling_talent_strategy", "joint_talent_rules"),
    ),
    "training": Family(
        ("人才培养", "training"), ("培训人月数、回院率、结业后承担的岗位", "person-months of training, returns, posts taken up afterwards"), ("医院教育部门", "the hospital's education office"),
        ("overseas_training", "talent_agreements", "staff_rotation_training", "tiered_local_training", "reserve_cadres", "leader_talent_liaison"),
    ),
    "appraisal": Family(
        ("考核与分配", "appraisal and pay"), ("科室得分、奖金分布、封顶和托底触发次数", "department scores, spread of pay, how often caps and floors bind"), ("医院绩效部门", "the hospital's performance office"),
        ("performance_pay_reform", "project_management", "drg_pathway_management", "monthly_annual_appraisal", "national_indicators_cascade", "appraisal_equalisation", "monthly_reporting_indicators",
         "tiered_performance_pay", "target_management", "expert_panel_review", "talent_evaluation_system", "digital_performance_evaluation", "performance_accountability"),
    ),
    "funding": Family(
        ("经费与补偿", "funding and payment"), ("预算与决算、兑现笔数、单位配套金额", "budget and accounts, grants paid out, matching funds of employers"), ("财政部门和医院财务", "finance departments and hospital accounts"),
        ("talent_fund", "cofunded_talent_fund", "shortage_specialty_pay_floor", "performance_total_premium", "fund_management", "price_insurance_support", "dispatch_subsidy", "award_for_excellence"),
    ),
    "services": Family(
        ("专科与服务", "specialties and services"), ("病例组合指数、分级手术例数、专科出院人数", "case-mix index, operations by level, discharges by specialty"), ("病案首页和医院年报", "front pages of records and hospital yearbooks"),
        ("subspecialty_division", "transplant_centre", "lead_specialty_priority", "integrated_specialty_unit", "no_attendant_nursing", "mdt", "tech_green_channel", "lead_clinical_specialties", "frontier_technology",
         "disease_centres", "integrated_delivery", "surgery_mix_strategy", "brucellosis_sentinel", "social_psychology_pilot"),
    ),
    "research": Family(
        ("科研与设备", "research and equipment"), ("立项和结题、设备开机小时、平台外部用户数", "projects begun and closed, hours of equipment use, outside users of platforms"), ("科研和设备部门", "research and equipment offices"),
        ("shared_research_platform", "pi_system", "research_leadership_post", "lab_upgrade", "key_medical_labs", "equipment_programme", "research_infrastructure", "translation", "international_collaboration",
         "output_modes", "industry_trials", "equipment_sharing"),
    ),
    "digital": Family(
        ("数字化", "digital services"), ("接入机构数、月活跃用户、线上就诊占比", "institutions connected, monthly users, share of visits online"), ("平台日志", "platform logs"),
        ("patient_service_it", "teleconsultation_centre", "population_health_platform", "internet_hospital", "city_app_entry", "imaging_cloud", "mutual_recognition", "e_invoice", "ehr_opening", "self_inspection_system"),
    ),
    "primary": Family(
        ("资源下沉与帮扶", "support of primary care and pairing"), ("下派人天、基层就诊和手术例数、帮扶结束后留下的项目", "days of dispatched experts, primary care visits and operations, services that stay afterwards"), ("基层机构和派出医院", "primary care institutions and sending hospitals"),
        ("family_doctor", "expert_dispatch", "expert_studio_joint_ward", "specialty_incubator", "surgery_scope_extension", "quality_primary_care_campaign", "group_assistance", "paired_region_agreement", "civil_unit_pairing"),
    ),
    "party_work": Family(
        ("党建与业务", "party work and medical work"), ("支部参与决策的记录、兼任人数、职工问卷", "records of branches taking part in decisions, people holding both roles, staff surveys"), ("支部记录和职工问卷", "branch records and staff surveys"),
        ("party_business_integration", "branch_decision_participation", "double_leader_training", "double_cultivation", "professional_party_staff", "leader_task_ownership", "party_staff_policy_gap"),
    ),
    "culture": Family(
        ("廉洁与文化", "integrity and culture"), ("清单条数、督查次数和发现问题数、投诉和纠纷数、职工满意度", "items on lists, inspections and what they found, complaints and disputes, staff satisfaction"), ("审计、纪检和工会记录", "records of audit, discipline and staff bodies"),
        ("micro_power_list", "integrity_supervision", "culture_building", "staff_congress", "staff_welfare_culture", "dispute_prevention"),
    ),
}  # fmt: skip
FAMILY_OF = {mechanism: key for key, family in FAMILIES.items() for mechanism in family.mechanisms}
