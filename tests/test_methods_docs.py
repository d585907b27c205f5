"""Every example in a docstring of the methods runs and gives what it says."""

import doctest
import importlib
import pkgutil

import pytest

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
