"""Every result object of the methods shows itself in the same ways under the same names."""

import dataclasses
import importlib
import pkgutil
import re

import pandas as pd
import pytest

import methods_attack
from analysis import charts, methods
from analysis.errors import MethodError
from analysis.methods import _results, _said, effects, estimates, inequality, rates, spatial
from analysis.methods._results import COLUMNS, Result

FIELDS = ("estimate", "se", "low", "high", "n", "clusters", "convention")
# one quick call of each method that gives an object; the others give tables, columns or a number
MADE_BY = (
    "agreement.alpha", "inequality.concentration", "rates.direct_rate", "second_stage.explain_efficiency", "spatial.morans_i", "panel_models.panel",
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


# other arguments, and other tables, in which the methods say something else of themselves
def variants() -> list[Result]:
    every = {case.name: case for case in reversed(methods_attack.cases())}

    def again(name, change=None, **options):
        case = every[name]
        data = dict(case.data)
        if change is not None:
            data = {arg: change(value) for arg, value in data.items()}
        return case.fn(**data, **{**case.options, **options})

    def all_treated(table):
        return table.assign(first=table["first"].where(table["first"] > 0, 2020))

    wide = every["synthetic.synthetic_control"].data["outcomes"]
    predictors = pd.DataFrame({"mean": wide.iloc[:3].mean(), "last": wide.iloc[5]})
    panel = every["panel_models.panel"].data["data"]
    area = panel["unit"] + 12 * (panel["year"] > 2017)
    ring = every["spatial.morans_i"].data["neighbours"].copy()
    ring.loc["u3"] = ring["u3"] = 0
    return [
        *(again("panel_models.panel", se=se) for se in ("uncorrected", "dummies")),
        again("panel_models.panel", lambda d: d.assign(cluster=area)),
        effects.did(panel, outcome="y", time="year", treated="treated", start=2018),
        *(again("quasi_experiments.interrupted_time_series", family=f, slope_change=True) for f in ("poisson", "gaussian")),
        again("few_clusters.wild_cluster_bootstrap", lambda d: d.assign(x=(d["unit"] <= 3) * 1 * (d["year"] > 2017))),
        again("few_clusters.permutation_test", lambda d: d[d["unit"].isin([1, 2, 3, 9, 10, 11, 12])], statistic="studentised", draws=999),
        again("few_clusters.minimum_detectable_effect", method="analytic"),
        effects.minimum_detectable_effect(se=1.0),
        again("path_permutation.permute_paths", lambda d: d[d["unit"] > 6], draws=999),
        again("event_studies.event_study", first_treated="first", reference=-3),
        again("event_studies.event_study", reference=-4),
        again("event_studies.event_study", lambda d: d[d["unit"].isin([1, 2, 3, 11, 12])].assign(early=2020 * (d["early"] > 0))),
        again("staggered_checks.sun_abraham", all_treated),
        again("staggered_checks.sun_abraham", lambda d: d.assign(first=d["first"].where(d["unit"] > 1, 2014))),
        again("staggered.staggered_did", lambda d: d[(d["unit"] > 1) | (d["year"] > 2015)], control="not_yet", method="reg"),
        again("staggered.staggered_did", lambda d: d.assign(first=d["first"].where(d["unit"] > 1, 2014)), method="ipw", weights=None),
        again("synthetic.synthetic_control", predictors=predictors, poor_fit=5),
        *(inequality.concentration(range(1, 9), range(8), form=f, upper=10) for f in ("generalised", "erreygers", "wagstaff")),
        *(inequality.with_interval(range(1, 9), measure=m) for m in inequality.MEASURES),
        rates.indirect_ratio([10, 30], [1000, 1000], [0.02, 0.02], limits="byar"),
        again("spatial.morans_i", lambda v: ring if isinstance(v, pd.DataFrame) else v, standardise=False),
        again("regional_growth.convergence", se="robust"),
        again("second_stage.explain_efficiency", algorithm=1),
        *(again("agreement.alpha", level=level) for level in ("nominal", "ordinal", "ratio")),
    ]  # fmt: skip


NAMES = re.compile(r"Newey-West|Stata areg|Stata reghdfe|R fixest|staggered_did|permutation_test|diff-diff")  # the same in both languages  # fmt: skip
WORD = r"[A-Za-z]{2,}"


def other_language(result: Result) -> list[str]:
    """What of a summary stands in the other language: two words in a row in Chinese, any sign of Chinese in English."""
    zh, en = (result.summary(lang) for lang in ("zh", "en"))
    pages = [str(zh), zh.html, result.to_latex("zh")]
    tags = [re.sub(r"<[^>]+>|\\[a-z]+|\{[lr]+\}", "\n", page) for page in pages]
    found = [hit for page in tags for hit in re.findall(rf"{WORD}(?:[ ,;:-]+{WORD})+", NAMES.sub("", page))]
    words = ("convention", *(f"note {i}" for i, _ in enumerate(getattr(result, "notes", ()))))
    said = (result.convention, *getattr(result, "notes", ()))
    found += [f"{w}: {text}" for w, text in zip(words, said, strict=True) if not getattr(text, "zh", "")]
    found += re.findall("[\u4e00-\u9fff]+", str(en) + en.html + result.to_latex("en"))
    left, right = result._repr_html_().split('<div lang="en">')
    return [*found, *([] if zh.html in left and en.html in right else ["the two sides"])]


def test_a_summary_speaks_one_language(results):
    every = [*results.values(), *variants()]
    assert {str(one): said for one in every if (said := other_language(one))} == {}
    texts = {str(text) for one in every for text in (one.facts()["convention"], *getattr(one, "notes", ()))}
    assert len(texts) >= 35


def test_a_remark_in_one_language_is_found(results):
    """Mutation: an English convention, an English note, and a Chinese word in the English."""
    one = results[estimates.Estimate]
    assert any("clustered by" in hit for hit in other_language(dataclasses.replace(one, convention=str(one.convention))))  # fmt: skip
    noted = dataclasses.replace(one, notes=("read something else beside it",))
    assert any(hit.startswith("note 0") for hit in other_language(noted))
    turned = dataclasses.replace(one, convention=_said.Said("按单位聚类", "按单位聚类"))
    assert "按单位聚类" in other_language(turned)


def test_every_remark_of_the_catalogue_is_made_somewhere():
    source = "\n".join(p.read_text("utf-8") for p in _said.FILE.parent.glob("*.py"))
    made = {*re.findall(r'said\((?:f)?"([a-z_.]+)', source), *re.findall(r'"([a-z]+\.[a-z_0-9]+)"', source)}
    built = tuple(path for path in made if path.endswith("."))
    entries = [path for path in _said.catalogue(_said.FILE).entries if not path.startswith("rows.")]
    assert [path for path in entries if path not in made and not path.startswith(built)] == []


def test_words_in_two_languages_survive_copies():
    import copy
    import pickle

    text = _said.said("panel.wald")
    for made in (pickle.loads(pickle.dumps(text)), copy.deepcopy(text)):
        assert made == text and made.zh == text.zh
