"""Effects of a policy or an input: every public name of the wing, gathered from the modules that hold them.

``panel_models`` (two-way effects, did and the checks), ``event_studies``, ``few_clusters`` (inference), ``quasi_experiments`` (one
treated series), ``regional_growth``. Results carry ``.estimate .se .low .high .n .clusters``; a method refuses with MethodError and
the reason when its data are below the minimum its docstring names.
"""

from analysis.methods.estimates import Estimate, JointTest
from analysis.methods.event_studies import EventStudy, event_study, pretrend_test
from analysis.methods.few_clusters import (
    DetectableEffect,
    PermutationTest,
    minimum_detectable_effect,
    permutation_test,
    wild_cluster_bootstrap,
)
from analysis.methods.honest import HonestDid, honest_did
from analysis.methods.panel_checks import LeaveOneOut, lead_test, leave_one_out, placebo_test
from analysis.methods.panel_models import did, panel
from analysis.methods.path_permutation import PathPermutation, permute_paths
from analysis.methods.quasi_experiments import InterruptedSeries, interrupted_time_series
from analysis.methods.regional_growth import Convergence, convergence, shift_share
from analysis.methods.staggered import StaggeredDid, staggered_did
from analysis.methods.staggered_checks import BaconDecomposition, bacon_decomposition, sun_abraham
from analysis.methods.synthetic import SyntheticControl, SyntheticDid, synthetic_control, synthetic_did

__all__ = [
    "BaconDecomposition",
    "Convergence",
    "DetectableEffect",
    "Estimate",
    "EventStudy",
    "HonestDid",
    "InterruptedSeries",
    "JointTest",
    "LeaveOneOut",
    "PathPermutation",
    "PermutationTest",
    "StaggeredDid",
    "SyntheticControl",
    "SyntheticDid",
    "bacon_decomposition",
    "convergence",
    "did",
    "event_study",
    "honest_did",
    "interrupted_time_series",
    "lead_test",
    "leave_one_out",
    "minimum_detectable_effect",
    "panel",
    "permutation_test",
    "permute_paths",
    "placebo_test",
    "pretrend_test",
    "shift_share",
    "staggered_did",
    "sun_abraham",
    "synthetic_control",
    "synthetic_did",
    "wild_cluster_bootstrap",
]
