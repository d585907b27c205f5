"""A table of one's own, from a notebook: `yigai check` and `yigai add` as functions, and what to ask of it next."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import catalog, tables, words
from analysis.errors import ParameterError, refuse
from analysis.lab.select import Selection, select
from analysis.words import nth

TEXT = words.catalogue(Path(__file__).with_name("lab.toml"))
WORDS = TEXT.group("own")
PLACES, INDICATORS = 6, 3  # of a file that one selection takes


@dataclass(frozen=True)
class Own:
    """What was understood of a file, as the command prints it. source_id: of its rows once they are kept, else empty."""

    path: Path
    lines: tuple[str, ...]
    source_id: str
    lang: str

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        body = html.escape("\n".join(self.lines))
        return f"<section><h4>{html.escape(self.path.name)}</h4><pre style='white-space:pre-wrap'>{body}</pre></section>"

    def select(self, lang: str = "") -> Selection:
        """The file's first places and indicators, to be asked like any other. Raises MethodError for a file that was only checked."""
        rows = tables.read("observations", source_id=self.source_id) if self.source_id else None
        if rows is None:
            raise refuse("select", f"{self.path.name} was only checked", "a file that is kept", "analysis.add(...) keeps it")  # fmt: skip
        places = list(dict.fromkeys(rows["region_code"]))[:PLACES]
        return select(places, list(dict.fromkeys(rows["indicator"]))[:INDICATORS], lang=lang or self.lang)


def check(path: str | Path, *, lang: str = "zh", **said: Any) -> Own:
    """What :func:`add` would keep, and what it has to ask; nothing is kept. Parameters and errors as there."""
    from analysis.collection import door

    shown = door.check(_request(Path(path), said))
    return Own(Path(path), shown.lines, "", catalog.language(lang))


def add(path: str | Path, *, lang: str = "zh", **said: Any) -> Own:
    """Keep a table untouched in ``data/raw/user``, check it against all that is held, build the tables; it can be asked at once.

    path: CSV, XLS(X) or another file as it was downloaded or typed. What the file does not say itself: ``source``, ``indicator``,
    ``unit``, ``place``, ``hospital``, ``period``, ``edition`` (text), ``columns`` and ``names`` (dicts: a heading's indicator, a name's place),
    ``public`` (True: may reach public pages; otherwise internal), ``new``, ``kind``, ``confirm``, and of a new publication
    ``producer``, ``published``, ``url``, ``grade``, as the command's options of these names.
    Internal figures are shown in this notebook from then on, marked wherever they stand, and reach no public page or file.

    Returns what was understood; ``.select()`` asks on. Raises DataError with all that is wrong or has to be asked, ParameterError for
    an unknown option, MethodError where the collection is read-only; nothing was changed then.
    """
    from analysis.collection import door
    from analysis.intake import user

    lang = catalog.language(lang)
    path, i = Path(path), nth(lang)
    try:
        shown = door.add(_request(path, said))
    except PermissionError as error:  # a collection that many share is read-only
        fix = "make a collection of your own (yigai init FOLDER), and open the workbench there"
        raise refuse("add", f"{error.filename}: not to be written by you", "a collection that you may add to", fix) from None  # fmt: skip
    lines = list(shown.lines)
    if shown.kept is not None and user.is_internal(shown.kept):
        os.environ["YIGAI_INTERNAL"] = "1"
        lines.append(WORDS["internal"][i])
    lines.append(WORDS["next"][i].format(name="_"))
    return Own(path, tuple(lines), str(shown.read.rows["source_id"].iloc[0]), lang)


OPTIONS = ("source", "indicator", "unit", "place", "hospital", "period", "edition", "read_as", "columns", "names", "public", "new", "kind", "confirm", "producer", "published", "url", "grade")  # fmt: skip


def _request(path: Path, said: Mapping[str, Any]) -> Any:
    from analysis.collection import door
    from analysis.intake import dictionary, sidecar

    unknown = sorted(set(said) - set(OPTIONS))
    if unknown:
        raise refuse("add", ", ".join(unknown), ", ".join(OPTIONS), "use one of these names", ParameterError)

    def text(key: str) -> str:
        return str(said.get(key, ""))

    answers = sidecar.Answers(
        source=text("source"), access=sidecar.PUBLIC if said.get("public") else "", indicator=text("indicator"),
        unit=text("unit"), place=text("place"), hospital=text("hospital"), period=text("period"), edition=text("edition"), read_as=text("read_as"),
        columns=dict(said.get("columns", {})), places=dict(said.get("names", {})),
    )  # fmt: skip
    publication = dictionary.Publication(
        text("source"), producer=text("producer"), published=text("published"), url=text("url"), grade=text("grade")
    )  # fmt: skip
    return door.Request(path, answers, publication, bool(said.get("new")), text("kind"), text("confirm"))  # fmt: skip
