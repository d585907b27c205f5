"""Results draw themselves through the charts, and say what the library behind them warned of."""

import warnings

import numpy as np
import pandas as pd
import pytest

from analysis import charts
from analysis.errors import MethodError
from analysis.methods import effects, estimates


def found() -> estimates.Estimate:
    rng = np.random.default_rng(3)
    table = pd.DataFrame([(u, t) for u in range(12) for t in range(6)], columns=["unit", "year"])
    table["x"], table["z"], table["y"] = rng.normal(size=(3, len(table)))
    return effects.panel(table, outcome="y", regressors=["x", "z"], unit="unit", time="year")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_result_draws_its_estimates(lang):
    result = found()
    drawn = result.plot(lang)
    assert isinstance(drawn, charts.Drawing)
    svg = drawn._repr_html_()
    assert "<svg" in svg and all(label in svg for label in result.to_rows()["label"])


def test_an_empty_drawing_would_be_seen(monkeypatch):
    monkeypatch.setattr(
        estimates.Estimate,
        "to_rows",
        lambda self: pd.DataFrame({"label": ["other"], "estimate": [1.0], "low": [0.0], "high": [2.0]}),
    )
    assert "other" in found().plot()._repr_html_()


def test_what_has_no_interval_and_other_languages_are_refused():
    with pytest.raises(MethodError):
        found().plot("fr")
    joint = estimates.JointTest(1.0, (1, 9.0), 0.3, pd.DataFrame(), 10, 10)
    with pytest.raises(MethodError, match="without an interval"):
        joint.plot()


def test_a_poor_fit_before_treatment_is_said_in_the_notes(monkeypatch):
    import diff_diff

    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.normal(size=(12, 8)))
    fit = diff_diff.SyntheticDiD.fit

    def poor(self, *arguments, **options):
        warnings.warn("Pre-treatment fit is poor: made up for the test", UserWarning, stacklevel=1)
        return fit(self, *arguments, **options)

    monkeypatch.setattr(diff_diff.SyntheticDiD, "fit", poor)
    result = effects.synthetic_did(table, treated=0, start=9, draws=20)
    assert any("fit is poor" in note for note in result.notes) and "fit is poor" in str(result.summary())
    monkeypatch.setattr(diff_diff.SyntheticDiD, "fit", fit)
    assert not any(
        "made up" in note for note in effects.synthetic_did(table, treated=0, start=9, draws=20).notes
    )
