"""The same questions with widgets, for who would rather click: places, indicators, years, a kind of answer. Nothing depends on it.

Needs ipywidgets (``pip install ipywidgets``), which the project itself does not: each choice is one call of :func:`select.select`,
and the line that does the same is printed below the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import catalog, tables, words
from analysis.errors import YigaiError, refuse
from analysis.lab.answers import Answer
from analysis.lab.select import VERBS, select
from analysis.words import nth, pick

TEXT = words.catalogue(Path(__file__).with_name("lab.toml"))
WORDS = TEXT.group("form")
ORDER = ("trend", "table", "rank", "compare", "map")
FIRST = ("山西", "Shanxi"), ("doctors", "nurses")


@dataclass(frozen=True)
class Choice:
    """What was clicked. places, indicators: names in the form's language; verb: one of ORDER."""

    places: Sequence[str]
    indicators: Sequence[str]
    years: tuple[int, int]
    verb: str
    lang: str

    @property
    def line(self) -> str:
        """The line of Python that asks the same."""
        more = pick(("", f', "{self.lang}"'), self.lang)
        return f"analysis.select({list(self.places)!r}, {list(self.indicators)!r}, {self.years!r}{more}).{self.verb}()"

    def answer(self) -> Answer:
        """The answer. Raises as select does."""
        return VERBS[self.verb](select(self.places, self.indicators, self.years, self.lang))


def offered(lang: str) -> tuple[list[str], list[str], tuple[int, int]]:
    """Names of places and of indicators that have yearly figures, and the years these cover."""
    with tables.unrecorded():
        rows = tables.read("observations", institution_id="")
    rows = rows[rows["year"].notna() & rows["value"].notna()]
    places = [catalog.region(code).short(lang) for code in sorted(set(rows["region_code"]))]
    yearly = rows.groupby("indicator")["year"].nunique()
    keys = [key for key in yearly.index if yearly[key] > 1]
    labels = sorted(catalog.indicator(key).label(lang) for key in keys)
    return list(dict.fromkeys(places)), labels, (int(rows["year"].min()), int(rows["year"].max()))


def browse(lang: str = "zh") -> Any:
    """The form, to be shown as the last line of a cell. Raises MethodError without ipywidgets, with what to do.

    lang: ``zh`` or ``en``. Its answers are those of ``analysis.select``.
    """
    try:
        import ipywidgets
        from IPython.display import clear_output, display
    except ImportError:
        fix = "pip install ipywidgets, or ask in words: analysis.ask(...)"
        raise refuse("browse", "no ipywidgets", "ipywidgets", fix) from None
    lang = catalog.language(lang)
    i = nth(lang)
    places, labels, years = offered(lang)
    started = [catalog.indicator(key).label(lang) for key in FIRST[1]]
    wide = ipywidgets.Layout(width="98%")
    tags = {
        "places": ipywidgets.TagsInput(value=[FIRST[0][i]], allowed_tags=places, allow_duplicates=False, layout=wide),
        "indicators": ipywidgets.TagsInput(value=started[:1], allowed_tags=labels, allow_duplicates=False, layout=wide),
    }  # fmt: skip
    span = ipywidgets.IntRangeSlider(value=(max(years[0], years[1] - 12), years[1]), min=years[0], max=years[1], continuous_update=False, layout=wide)  # fmt: skip
    verb = ipywidgets.ToggleButtons(options=[(WORDS[key][i], key) for key in ORDER])
    shown = ipywidgets.Output()

    def renew(_: object = None) -> None:
        choice = Choice(
            tuple(tags["places"].value), tuple(tags["indicators"].value), tuple(span.value), verb.value, lang
        )
        with shown:
            clear_output(wait=True)
            _show(choice, display, WORDS["line"][i])

    for widget in (*tags.values(), span, verb):
        widget.observe(renew, names="value")
    renew()
    rows = [(tags["places"], "places"), (tags["indicators"], "indicators"), (span, "years"), (verb, "answer")]
    labelled = [ipywidgets.VBox([ipywidgets.Label(WORDS[key][i]), widget]) for widget, key in rows]
    return ipywidgets.VBox([*labelled, shown])


def _show(choice: Choice, display: Callable[[object], object], before: str) -> None:
    """The answer and its line; what cannot be asked says why, in the place of the answer."""
    try:
        display(choice.answer())
        print(before + choice.line)
    except YigaiError as error:
        print(error)
