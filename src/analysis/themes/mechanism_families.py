"""Families of reform mechanisms: the coding of `measures.mechanism`, and what could be observed for each.

Coding by policy tool (Rothwell and Zegveld 1985); what could be observed is written so that a reader can look for it: an observable and
who keeps it (the statement-observable-source table of Miles, Huberman and Saldaña). A family says what kind of measure is described,
not whether it works.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis import texts
from analysis.facts import Text

TEXT = texts.of(__file__)


@dataclass(frozen=True)
class Family:
    """A kind of mechanism: its name, what could be observed, who keeps that record, and the codes of `measures.mechanism` in it."""

    label: Text
    observable: Text
    record: Text
    mechanisms: tuple[str, ...]


FAMILIES: dict[str, Family] = {
    "co_building": Family(
        *TEXT.fact("families.co_building"),
        TEXT.pair("families.co_building_2"),
        (
            "hospital_trusteeship",
            "co_construction",
            "tripartite_co_construction",
            "co_build_agreement",
            "hospital_opening",
            "nrmc_approval",
            "leadership_team_output",
            "co_build_steering",
            "co_build_input",
            "co_build_output",
        ),
    ),
    "steering": Family(
        *TEXT.fact("families.steering"),
        TEXT.pair("families.steering_2"),
        (
            "planning_taskforce",
            "joint_policy_document",
            "leading_group",
            "reform_task_list",
            "hospital_academy_merger",
            "two_transitions",
            "standardised_management",
            "public_health_institute_branch",
        ),
    ),
    "posts": Family(
        *TEXT.fact("families.posts"),
        TEXT.pair("families.posts_2"),
        ("abolish_department_admin_rank", "end_lifetime_directorship", "three_year_director_term"),
    ),
    "staffing": Family(
        *TEXT.fact("families.staffing"),
        TEXT.pair("families.staffing_2"),
        ("staffing_quota_pool", "two_way_staff_channel", "expanded_hospital_autonomy"),
    ),
    "recruitment": Family(
        *TEXT.fact("families.recruitment"),
        TEXT.pair("families.recruitment_2"),
        (
            "year_round_recruitment",
            "targeted_university_recruitment",
            "online_recruitment",
            "flexible_talent",
            "academician_workstation",
            "excellence_teams",
            "seedling_talent_strategy",
            "joint_talent_rules",
        ),
    ),
    "training": Family(
        *TEXT.fact("families.training"),
        TEXT.pair("families.training_2"),
        (
            "overseas_training",
            "talent_agreements",
            "staff_rotation_training",
            "tiered_local_training",
            "reserve_cadres",
            "leader_talent_liaison",
            "skills_contests",
        ),
    ),
    "appraisal": Family(
        *TEXT.fact("families.appraisal"),
        TEXT.pair("families.appraisal_2"),
        (
            "performance_pay_reform",
            "project_management",
            "drg_pathway_management",
            "monthly_annual_appraisal",
            "national_indicators_cascade",
            "appraisal_equalisation",
            "monthly_reporting_indicators",
            "tiered_performance_pay",
            "second_distribution",
            "target_management",
            "expert_panel_review",
            "talent_evaluation_system",
            "digital_performance_evaluation",
            "performance_accountability",
        ),
    ),
    "funding": Family(
        *TEXT.fact("families.funding"),
        TEXT.pair("families.funding_2"),
        (
            "talent_fund",
            "cofunded_talent_fund",
            "shortage_specialty_pay_floor",
            "performance_total_premium",
            "fund_management",
            "price_insurance_support",
            "price_review",
            "insurance_coverage",
            "project_money",
            "employer_match",
            "dispatch_subsidy",
            "award_for_excellence",
        ),
    ),
    "services": Family(
        *TEXT.fact("families.services"),
        TEXT.pair("families.services_2"),
        (
            "subspecialty_division",
            "transplant_centre",
            "lead_specialty_priority",
            "integrated_specialty_unit",
            "no_attendant_nursing",
            "mdt",
            "tech_green_channel",
            "lead_clinical_specialties",
            "frontier_technology",
            "disease_centres",
            "integrated_delivery",
            "surgery_mix_strategy",
            "brucellosis_sentinel",
            "social_psychology_pilot",
        ),
    ),
    "research": Family(
        *TEXT.fact("families.research"),
        TEXT.pair("families.research_2"),
        (
            "shared_research_platform",
            "pi_system",
            "research_leadership_post",
            "teaching_hospital",
            "lab_upgrade",
            "key_medical_labs",
            "equipment_programme",
            "research_infrastructure",
            "translation",
            "international_collaboration",
            "output_modes",
            "industry_trials",
            "equipment_sharing",
        ),
    ),
    "digital": Family(
        *TEXT.fact("families.digital"),
        TEXT.pair("families.digital_2"),
        (
            "patient_service_it",
            "teleconsultation_centre",
            "population_health_platform",
            "internet_hospital",
            "city_app_entry",
            "imaging_cloud",
            "mutual_recognition",
            "e_invoice",
            "ehr_opening",
            "self_inspection_system",
        ),
    ),
    "primary": Family(
        *TEXT.fact("families.primary"),
        TEXT.pair("families.primary_2"),
        (
            "family_doctor",
            "expert_dispatch",
            "expert_studio_joint_ward",
            "specialty_incubator",
            "surgery_scope_extension",
            "quality_primary_care_campaign",
            "group_assistance",
            "paired_region_agreement",
            "civil_unit_pairing",
        ),
    ),
    "party_work": Family(
        *TEXT.fact("families.party_work"),
        TEXT.pair("families.party_work_2"),
        (
            "party_business_integration",
            "branch_decision_participation",
            "double_leader_training",
            "double_cultivation",
            "professional_party_staff",
            "leader_task_ownership",
            "party_staff_policy_gap",
            "lead_goose",
            "vanguard_posts",
            "branch_pairing",
        ),
    ),
    "culture": Family(
        *TEXT.fact("families.culture"),
        TEXT.pair("families.culture_2"),
        (
            "micro_power_list",
            "integrity_supervision",
            "integrity_meetings",
            "integrity_files",
            "integrity_education",
            "culture_building",
            "staff_congress",
            "staff_welfare_culture",
            "dispute_prevention",
        ),
    ),
}
FAMILY_OF = {mechanism: key for key, family in FAMILIES.items() for mechanism in family.mechanisms}
