"""Which pages the notebooks promise: notebooks x regions x languages.

A notebook is a theme when its metadata has ``yigai`` with theme, module, order, title and scope; its module's ``coverage()``
says for which regions there is something to say (``None``) or why not (a state). The modules are imported by name, in a
process of their own (``coverage`` in :mod:`analysis.report.publish.batch`), so that planning stays light.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis import catalog, paths, strict
from analysis.errors import DataError, ParameterError, Problem
from analysis.report.plan import parameters
from analysis.report.plan.records import Why
from analysis.words import LANGS, common, typeset

FIELDS = ("theme", "module", "order", "title", "scope")


@dataclass(frozen=True)
class Notebook:
    """A theme's notebook: where it is, its metadata, its parameters and the text of the file."""

    path: Path
    theme: str
    module: str
    order: int
    title: Mapping[str, str]
    scope: str
    parameters: Mapping[str, parameters.Parameter]
    text: str = field(repr=False)

    @property
    def cells(self) -> list[dict]:
        return json.loads(self.text)["cells"]

    @property
    def question(self) -> dict[str, str]:
        """The question at the head of the notebook, in each language that has one, typeset."""
        found: dict[str, str] = {}
        for cell in self.cells:
            heading = re.match(r"#\s+(.*)", source(cell).strip()) if cell["cell_type"] == "markdown" else None
            if heading is None:
                continue
            for lang in ("zh", "en"):
                if f"lang-{lang}" in cell.get("metadata", {}).get("tags", []):
                    found.setdefault(lang, heading[1].strip())
        return found | {"en": typeset(found["en"])} if "en" in found else found


@dataclass(frozen=True)
class Entry:
    """One page to make: a region, a theme and a language, with the typed parameters the notebook gets.

    code_version: of what made it, where that is known (see publish.current).
    """

    region_code: str
    theme: str
    lang: str
    order: int
    notebook: str
    module: str
    scope: str
    title: Mapping[str, str]
    parameters: Mapping[str, object]
    code_version: str = ""

    @property
    def as_of(self) -> str:
        """The day as of which the page speaks; empty for all that is known."""
        return str(self.parameters.get("as_of", ""))

    @property
    def id(self) -> str:
        return f"{self.region_code}/{self.theme}/{self.lang}"

    @property
    def report(self) -> tuple[str, str]:
        """Pages in several languages of one region and theme are one report: they share facts.json and the CSV files."""
        return self.region_code, self.theme

    def to_json(self) -> dict[str, Any]:
        """As a worker and the note of a page have it."""
        return strict.written(self, title=dict(self.title), parameters=dict(self.parameters))

    @classmethod
    def of(cls, content: Any) -> Entry:
        """From JSON. Raises DataError for unknown and missing keys; the day that notes of an older site hold twice is read once."""
        if isinstance(content, dict) and "as_of" in content:
            content = {key: value for key, value in content.items() if key != "as_of"}
        return strict.read(cls, content)


@dataclass(frozen=True)
class Job:
    """One page to run: its id, its entry, the notebook's text, the engine and its limits in seconds."""

    id: str
    entry: Entry
    notebook: str
    engine: str
    cell_timeout: int
    start_timeout: int

    def to_json(self) -> dict[str, Any]:
        """As it is sent to a process or a machine that makes it."""
        return strict.written(self, entry=self.entry.to_json())


def source(cell: Mapping) -> str:
    """A cell's source as one string (the file may hold a list of lines)."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def tagged(cells: Iterable[Mapping], tag: str) -> int | None:
    """Position of the first cell with a tag."""
    return next(
        (index for index, cell in enumerate(cells) if tag in cell.get("metadata", {}).get("tags", [])), None
    )


def load(path: Path) -> Notebook | None:
    """Read one notebook; None when it is no theme (no ``yigai`` metadata). Raises DataError when it breaks the contract."""
    where = paths.relative(path)
    text = path.read_text(encoding="utf-8")
    try:
        content = json.loads(text)
        meta, cells = content["metadata"].get("yigai"), content["cells"]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DataError(
            Problem(
                where,
                f"unreadable ({error})",
                "a Jupyter notebook, version 4",
                "restore it or export it again",
            )
        ) from error
    if not meta or "theme" not in meta:
        return None
    missing = [name for name in FIELDS if name not in meta]
    position = tagged(cells, "parameters")
    problems = [
        Problem(f"{where}, metadata yigai", f"no {name}", "all of " + ", ".join(FIELDS), "add it")
        for name in missing
    ]
    if not re.fullmatch(r"[a-z][a-z0-9_]*", str(meta["theme"])):
        problems.append(
            Problem(
                f"{where}, metadata yigai",
                f"theme {meta['theme']!r}",
                "small letters, digits and _",
                "rename the theme",
            )
        )
    if position is None:
        problems.append(
            Problem(
                where,
                "no cell tagged parameters",
                "one code cell with region_code, lang and as_of, tagged parameters",
                'tag it: in JupyterLab the property inspector, in the file "metadata": {"tags": ["parameters"]}',
            )
        )
    if problems:
        raise DataError(problems)
    declared = parameters.schema(source(cells[position]), where)
    needed = {"lang"} if meta["scope"] == "nation" else {"region_code", "lang"}
    if needed - declared.keys():
        names = ", ".join(sorted(needed - declared.keys()))
        raise DataError(
            Problem(
                f"{where}, parameters cell",
                f"no {names}",
                "region_code and lang",
                "add the line with its comment",
            )
        )
    return Notebook(
        path, meta["theme"], meta["module"], meta["order"], meta["title"], meta["scope"], declared, text
    )


def notebooks(folder: Path | None = None) -> list[Notebook]:
    """The themes' notebooks (``NN_<theme>.ipynb``) in order. Raises DataError when two have the same theme."""
    folder = folder or paths.notebooks()
    found = [book for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")) if (book := load(path))]
    found.sort(key=lambda book: (book.order, book.theme))
    for one, two in zip(found, found[1:], strict=False):
        if one.theme == two.theme:
            raise DataError(
                Problem(
                    paths.relative(two.path),
                    f"theme {two.theme} again",
                    "one notebook a theme",
                    f"see {one.path.name}",
                )
            )
    return found


def entries(
    books: Iterable[Notebook],
    coverage: Mapping[str, Mapping[str, Why | None]],
    languages: Iterable[str],
    regions: Iterable[str] = (),
    as_of: str = "",
    settings: Mapping[str, str] | None = None,
) -> list[Entry]:
    """Every page to make, by region, theme and language. ``coverage``: module -> region -> None or why not.

    ``settings``: parameter -> text, for the notebooks that declare it (see parameters.settings).

    Raises ParameterError when a value does not fit a notebook's parameters, before anything runs.
    """
    wanted, languages, made = set(regions), tuple(languages), []
    problems: list[Problem] = []
    for book in books:
        covered = [code for code, state in coverage.get(book.module, {}).items() if state is None]
        stated = coverage.get(book.module, {}).get(catalog.NATION)
        codes = covered if book.scope != "nation" else [] if stated else [catalog.NATION]
        try:
            own = {
                name: parameters.typed(book.parameters[name], text, book.path.name)
                for name, text in (settings or {}).items()
                if name in book.parameters
            }
        except ParameterError as error:
            problems.extend(error.problems)
            continue
        for code in codes:
            if wanted and code not in wanted:
                continue
            for lang in languages:
                values = {"region_code": code, "lang": lang, "as_of": as_of}
                values = {
                    name: value
                    for name, value in values.items()
                    if name in book.parameters or (name == "as_of" and value)
                }
                try:
                    typed = parameters.check(book.parameters, values | own, book.path.name)
                except ParameterError as error:
                    problems.extend(error.problems)
                    continue
                made.append(
                    Entry(
                        code,
                        book.theme,
                        lang,
                        book.order,
                        book.path.name,
                        book.module,
                        book.scope,
                        book.title,
                        typed,
                    )
                )
    if problems:
        raise ParameterError(dict.fromkeys(problems))
    return sorted(
        made, key=lambda entry: (entry.region_code, entry.order, entry.theme, languages.index(entry.lang))
    )


@dataclass(frozen=True)
class Absence:
    """A place and a theme that were asked for together and make no page, with the reason in both languages."""

    region_code: str
    theme: str
    zh: str
    en: str


def absences(
    books: Iterable[Notebook],
    coverage: Mapping[str, Mapping[str, Why | None]],
    regions: Iterable[str],
) -> list[Absence]:
    """Each pair of a region and one of the notebooks that has no page, and why. ``coverage``: as in :func:`entries`."""
    found = []
    for code in regions:
        place = catalog.region(code)
        for book in books:
            states = coverage.get(book.module, {})
            if book.scope == "nation":
                state = states.get(code)
                if code == catalog.NATION and state is None:
                    continue
                reason = (
                    {lang: f"{state.code} {state.text(lang)}" for lang in LANGS}
                    if state
                    else said("nation", code=catalog.NATION)
                )
            elif code not in states:
                places = sum(state is None for state in states.values())
                reason = said("level", places=places)
            elif (state := states[code]) is not None:
                reason = {lang: f"{state.code} {state.text(lang)}".rstrip("。.") for lang in LANGS}
            else:
                continue
            if place.state == "not_in_sources":
                reason = said("sources")
            found.append(Absence(code, book.theme, reason["zh"], reason["en"]))
    return found


def said(reason: str, **values: object) -> dict[str, str]:
    """Why a place has no page of a theme, in both languages (``[absence]`` of ``data/words.toml``)."""
    zh, en = common().pair(f"absence.{reason}", **values)
    return {"zh": zh, "en": en}


def in_words(found: Iterable[Absence]) -> list[str]:
    """A line for each place and reason, with the themes it holds for: ``no page: 140100 太原, region_profile: ...``."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in found:
        groups.setdefault((one.region_code, one.en), []).append(one.theme)
    return [
        f"no page: {code} {catalog.region(code).short_zh}, {', '.join(themes)}: {reason}"
        for (code, reason), themes in groups.items()
    ]
