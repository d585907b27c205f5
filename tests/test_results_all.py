"""Every result object of the methods shows itself in the same ways under the same names."""

import importlib
import pkgutil

import pytest

import methods_attack
from analysis import charts, methods
from analysis.errors import MethodError
from analysis.methods import _results, estimates, spatial
from analysis.methods._results import COLUMNS, Result

FIELDS = ("estimate", "se", "low", "high", "n", "clusters", "convention")
# one quick call of each method that gives an object; the others give tables, columns or a number
MADE_BY = (
    "inequality.concentration", "rates.direct_rate", "second_stage.explain_efficiency", "spatial.morans_i", "panel_models.panel",
    "event_studies.event_study", "event_studies.pretrend_test", "honest.honest_did", "staggered_checks.bacon_decomposition",
    "staggered.staggered_did", "panel_checks.leave_one_out", "few_clusters.permutation_test", "few_clusters.minimum_detectable_effect",
    "path_permutation.permute_paths", "regional_growth.convergence", "quasi_experiments.interrupted_time_series",
    "synthetic.synthetic_control", "synthetic.synthetic_did",
)  # fmt: skip


def classes() -> set[type]:
    """Every class of results."""
    for module in pkgutil.iter_modules(methods.__path__):
        importlib.import_module(f"analysis.methods.{module.name}")
    found, waiting = set(), [Result]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        found |= {one for one in below if one.__module__.startswith("analysis.")}
    return found


@pytest.fixture(scope="module")
def results() -> dict[type, Result]:
    first = {case.name: case for case in reversed(methods_attack.cases())}
    made = [first[name].fn(**first[name].data, **first[name].options) for name in MADE_BY]
    found = {type(one): one for one in made}
    staggered = next(one for one in made if type(one).__name__ == "StaggeredDid")
    return found | {type(staggered.simple): staggered.simple}


def faults(result: Result) -> list[str]:
    """What a result cannot do that every result can."""
    found = [f"no {name}" for name in FIELDS if not hasattr(result, name)]
    frame = result.to_frame()
    if frame.empty or "estimate" not in frame or not set(frame) <= set(COLUMNS):
        found.append(f"to_frame has {list(frame)}")
    if len(repr(result)) > 100 or not repr(result).startswith(type(result).__name__):
        found.append("repr")
    zh, en = result._repr_html_().split('<div lang="en">')
    if any(text.count("<table>") != 1 or "nan" in text for text in (zh, en)):
        found.append("html")
    for side, lang in enumerate(("zh", "en")):
        text, latex = str(result.summary(lang)), result.to_latex(lang)
        words = [_results.WORDS[name][side] for name in frame]
        if result.title[side] not in text or not all(word in text and word in latex for word in words):
            found.append(f"words of {lang}")
    try:
        drawn = result.plot()
    except MethodError as error:
        if "without an interval" not in str(error):
            found.append("plot")
    else:
        if not isinstance(drawn, charts.Drawing) or "<svg" not in drawn._repr_html_():
            found.append("plot")
    return found


def test_every_class_of_results_is_made_here(results):
    assert classes() == set(results)


def test_every_result_shows_itself_in_the_same_ways(results):
    assert {type(one).__name__: said for one in results.values() if (said := faults(one))} == {}


def test_a_result_that_cannot_show_itself_is_found(results, monkeypatch):
    moran = results[spatial.Moran]
    monkeypatch.delattr(spatial.Moran, "low")
    assert faults(moran) == ["no low"]
    monkeypatch.undo()
    monkeypatch.setattr(spatial.Moran, "title", ("没有", "None"))
    monkeypatch.setattr(spatial.Moran, "summary", lambda self, lang="en": _results.Summary("", ""))
    assert {"words of zh", "words of en", "html"} <= set(faults(moran))
    monkeypatch.setattr(estimates.Estimate, "__repr__", lambda self: "x" * 200)
    assert faults(results[estimates.Estimate]) == ["repr"]
