"""Evidence notebooks on China's hospital reform: the floors of the house, in words.

A module imports only from floors below its own (``tests/test_floors.py`` holds this true):

    7  cli
    6  commands (one module a command of `yigai`)
    5  report/publish                     collection (the build of all tables, the doors that let files in)   authoring
    5  lab (the workbench: what `analysis.ask`, `search`, `select`, `describe`, `cite`, `add` stand for)
    4  report/{plan < pages < formats, gate < run} < cases   intake/{sniff < readers < layout < keyed < stated < rowed < meaning < user}   clean/{panel, bulletins, ...}   themes/ < comparison
    3  tables < opening   charts   sentences   findings   texts   clean/{numbers, periods, places, files}
    2  facts   known   told
    1  catalog   words < wording          words < methods/
    0  paths   errors < rules   errors < strict   locks < scratch   likeness < claims   editions   arithmetic   references   synonyms   floors   stored

Data flows one way: ``data/raw`` -> ``clean`` -> ``data/processed`` -> ``themes`` and notebooks -> ``report`` -> ``reports/``.
Three words, one meaning each: an *observation* is a row of the table (a value as some document printed it); a *Fact* is a
number on a page together with the observations and the formula behind it; a *source* is a document or a statistical series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.lab.cite import cite as cite
    from analysis.lab.describe import describe as describe
    from analysis.lab.form import browse as browse
    from analysis.lab.own import add as add
    from analysis.lab.own import check as check
    from analysis.lab.question import ask as ask
    from analysis.lab.search import search as search
    from analysis.lab.select import select as select
    from analysis.lab.side import compare as compare

_LAB = {
    "ask": "question",
    "search": "search",
    "select": "select",
    "describe": "describe",
    "cite": "cite",
    "compare": "side",
    "browse": "form",
    "check": "own",
    "add": "own",
}


def __getattr__(name: str) -> Any:
    """The workbench by its short names, imported when first asked for: the command line starts without it."""
    if name in _LAB:
        from importlib import import_module

        return getattr(import_module(f"analysis.lab.{_LAB[name]}"), name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")
