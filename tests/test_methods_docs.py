"""Every example in a docstring of the methods runs and gives what it says."""

import doctest
import importlib
import pkgutil

import pytest

import methods_attack
from analysis import methods

MODULES = sorted(module.name for module in pkgutil.iter_modules(methods.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(f"analysis.methods.{name}")
    assert doctest.testmod(module).failed == 0


def test_a_wrong_example_is_found():
    def wrong():
        """Adds.

        >>> 1 + 1
        3
        """

    found = doctest.DocTestFinder().find(wrong, "wrong", globs={})
    assert doctest.DocTestRunner(verbose=False).run(found[0], out=lambda text: None).failed == 1


PARTS = ("Parameters", "Returns", "Raises", "Reference", ">>>")
# written before this form was the rule, in prose that says the same; one that is rewritten leaves the list
IN_PROSE = frozenset(
    """
    band composite concentration_index convergence credited dea decompose_share did effects
    entropy_weights funnel_limits gini hrad lead_test leave_one_out lorenz malmquist
    minimum_detectable_effect mobility next_point noise_needed permutation_test permute_paths
    placebo_test poisson_rate pretrend_test rank rank_change rank_intervals rank_sum_ratio
    regression_to_mean scale_efficiency shift_share shorrocks theil top_set topsis transition_matrix
    weight_sensitivity wild_cluster_bootstrap wilson xmr xmr_signals years_between
""".split()
)


def without_parts(functions) -> set[str]:
    """Names of functions whose description lacks one of the parts."""
    return {one.__name__ for one in functions if any(part not in (one.__doc__ or "") for part in PARTS)}


def test_a_method_says_what_it_takes_gives_refuses_follows_and_shows_an_example():
    assert without_parts(case.fn for case in methods_attack.cases()) == IN_PROSE


def test_a_description_without_a_part_is_found():
    def bare():
        """Adds."""

    assert without_parts([bare]) == {"bare"}
