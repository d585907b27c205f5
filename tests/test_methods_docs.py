"""Every example in a docstring of the methods runs and gives what it says."""

import doctest
import importlib
import inspect
import pkgutil
import re

import pytest

import methods_attack
import methods_cases
from analysis import methods, paths
from analysis.methods import efficiency

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


def without_parts(functions) -> set[str]:
    """Names of functions whose description lacks one of the parts."""
    return {one.__name__ for one in functions if any(part not in (one.__doc__ or "") for part in PARTS)}


def test_a_method_says_what_it_takes_gives_refuses_follows_and_shows_an_example():
    assert without_parts(case.fn for case in methods_attack.cases()) == set()


def test_every_argument_is_described():
    """The section of parameters names each argument of the method (a line may describe several)."""
    for case in methods_attack.cases():
        said = case.fn.__doc__.split("Parameters", 1)[1].split("Returns", 1)[0]
        absent = [
            name for name in inspect.signature(case.fn).parameters if not re.search(rf"\b{name}\b", said)
        ]
        assert absent == [], case.name


@pytest.mark.parametrize("part", PARTS)
def test_each_part_taken_away_is_found(part):
    def whole():
        """Adds."""

    whole.__doc__ = (efficiency.dea.__doc__ or "").replace(part, "")
    assert without_parts([whole]) == {"whole"} and without_parts([efficiency.dea]) == set()


def test_a_description_without_a_part_is_found():
    def bare():
        """Adds."""

    assert without_parts([bare]) == {"bare"}


def untold(page: str) -> set[str]:
    """Public methods that have no row in the table of cases."""
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    told = set(re.findall(r"`(?:\w+\.)?(\w+)`", " ".join(row.split("|")[1] for row in rows)))
    return {case.fn.__name__ for case in methods_attack.cases()} - told


def test_every_method_has_a_row_in_the_table_of_cases_and_its_test_exists():
    page = (paths.home() / "docs" / "methods.md").read_text("utf-8")
    assert untold(page) == set()
    assert untold(page.replace("`effects.did`", "`effects.other`")) == {"did"}
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(test_\w+)`", row[4])}
    assert all((paths.home() / "tests" / f"{name}.py").exists() for name in named) and len(named) >= 15


def test_the_counts_of_cases_are_what_the_script_counts():
    page = methods_cases.PAGE.read_text("utf-8")
    assert methods_cases.written(page) == page
    row = next(row for row in methods_cases.table(page) if "`effects.panel`" in row)
    one_less = page.replace(row, row.rsplit("|", 2)[0] + "| 0 |")  # mutation
    assert methods_cases.written(one_less) == page and one_less != page


def test_a_test_counts_by_its_helper_and_only_for_what_it_calls(tmp_path):
    source = "def helper():\n    effects.did(1)\n\ndef test_one():\n    helper()\n\ndef test_two():\n    did(2)\n\ndef test_three():\n    panel(1)\n"
    (tmp_path / "test_here.py").write_text(source, "utf-8")
    row = "| `effects.did` | a case | 1 | `test_here`, `test_gone` | 0 | 0 |"
    assert methods_cases.counted(row, tmp_path) == 2
    assert methods_cases.counted(row.replace("did", "panel"), tmp_path) == 1


def shared(functions) -> list[set[str]]:
    """Methods whose examples differ in their last line alone."""
    found: dict[str, set[str]] = {}
    for one in functions:
        lines = [line.strip() for line in one.__doc__.splitlines() if line.strip().startswith((">>>", "..."))]
        made = "\n".join(line for line in lines[:-1] if not line.startswith((">>> import", ">>> from")))
        if made:
            found.setdefault(made, set()).add(one.__name__)
    return [names for names in found.values() if len(names) > 1]


def test_each_method_has_an_example_of_its_own():
    every = [case.fn for case in methods_attack.cases()]
    assert shared(every) == []

    def copy():
        pass

    copied = next(one for one in every if one.__name__ == "did")
    copy.__doc__ = copied.__doc__
    assert shared([copied, copy]) == [{"did", "copy"}]


CITED = re.compile(
    r"([A-ZÄÖÜ][^\W\d_'’/-]*(?:[-'’/ ](?:[a-z]{1,3} )?[A-Z][^\W\d_]*)*)[^;\d]*? ((?:19|20)\d\d)\b"
)
PLACE = re.compile(r"(\d+)(?:\([\d-]+\))?:(\d+)")


def unlisted(functions, page: str) -> list[str]:
    """Works that a Reference names and the table of references does not carry, or not with this volume and page."""
    table = page.split("| cited as |", 1)[1]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ") and line.count("|") == 5]
    found = []
    for one in functions:
        reference = (inspect.getdoc(one) or "").split("Reference\n", 1)[1].split("Examples\n")[0]
        said = " ".join(line for line in reference.splitlines() if not set(line) <= {"-"})
        if said.startswith("None"):
            continue
        cited = CITED.findall(said)
        held = [
            row
            for row in rows
            if any(row[1].strip().startswith(who.split()[0]) and year in row[1] for who, year in cited)
        ]
        works = {
            (who, year)
            for who, year in cited
            if not any(row[1].strip().startswith(who.split()[0]) and year in row[1] for row in rows)
        }
        places = set(PLACE.findall(said)) - {place for row in held for place in PLACE.findall(row[2])}
        found += [f"{one.__name__}: {what}" for what in [*works, *places]] + (
            [] if cited else [f"{one.__name__}: no work"]
        )
    return found


def test_every_reference_stands_in_the_table_of_what_was_looked_up():
    functions = [case.fn for case in methods_attack.cases()]
    assert unlisted(functions, (paths.home() / "docs" / "methods.md").read_text("utf-8")) == []


@pytest.mark.parametrize(
    "change", [("1978", "1979"), ("2(6):429", "2(6):492"), ("Charnes", "Carnes"), ("30(9)", "31(9)")]
)
def test_a_reference_that_was_not_looked_up_is_found(change):
    """Mutation: another year, page, author or volume."""
    page = (paths.home() / "docs" / "methods.md").read_text("utf-8")

    def other():
        """Adds."""

    other.__doc__ = (efficiency.dea.__doc__ or "").replace(*change)
    assert len(unlisted([other], page)) >= 1 and unlisted([efficiency.dea], page) == []
