"""What stands with what: mechanisms by institution, dated events, pairings."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import group_order, key, label_lines, table
from analysis.charts.style import END, LABEL, SMALL, text_width, wrap
from analysis.errors import MethodError, Problem, refuse
from analysis.words import pick

CELLS = ("actual", "mentioned", "commitment", "target")

TALL = 96.0  # points that the names above a matrix may take
STEP = 9.5  # points from one line of heads to the next


def matrix(
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    cells: pd.DataFrame,
    *,
    highlight: str | Collection[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    lang: str = "zh",
) -> Drawing:
    """Which row occurs with which column; an empty cell means not mentioned, never zero.

    ``rows`` and ``columns`` map keys to labels, in order. ``cells``: one row per filled cell with ``row, column``; optional ``text``
    (a count as printed), ``kind`` (actual, mentioned, commitment, target). ``highlight``: the column (or row) key of the page's region, or several.
    ``kinds``: what the key calls a kind here, where its usual name would say something else.
    """
    data = table("matrix", cells, ["row", "column"], {"text": "", "kind": "actual"})
    problems = [
        Problem(
            f"charts.matrix column {name}",
            str(sorted(set(data[name]) - set(known))),
            "keys of the labels",
            "add the label or drop the cell",
        )
        for name, known in (("row", rows), ("column", columns))
        if set(data[name]) - set(known)
    ]
    if set(data["kind"]) - set(CELLS):
        problems.append(
            Problem(
                "charts.matrix kind",
                str(sorted(set(data["kind"]) - set(CELLS))),
                ", ".join(CELLS),
                "map the status to one of them",
            )
        )
    if data.duplicated(["row", "column"]).any():
        problems.append(Problem("charts.matrix", "a cell twice", "one row per cell", "count before drawing"))
    if problems:
        raise MethodError(problems)
    own = (highlight,) if isinstance(highlight, str) else tuple(highlight or ())
    return Drawing(
        partial(_matrix, rows=dict(rows), columns=dict(columns), data=data, own=own, named=kinds or {}),
        lang,
    )


def _matrix(
    c: Canvas, rows: dict, columns: dict, data: pd.DataFrame, own: Collection[str], named: Mapping[str, str]
) -> None:
    kinds = [kind for kind in CELLS if kind in set(data["kind"])]
    usual = {"actual": "result_row"}
    names = {kind: named.get(kind) or c.word(usual.get(kind, kind)) for kind in kinds}
    forms = {"actual": "band", "mentioned": "hollow", "commitment": "hatched", "target": "hollow"}
    roles = {"actual": "mk", "mentioned": "mk", "commitment": "oc", "target": "oc"}
    items = [("bar", {**columns, **rows}[k], "az") for k in own if k in columns or k in rows]
    y = key(c, [*items, *((forms[kind], names[kind], roles[kind]) for kind in kinds)]) + 4
    labels = min(max(text_width(label, SMALL, True) for label in rows.values()) + 10, 0.42 * c.width)
    width = min((c.width - labels) / len(columns), 74.0)
    heads = {key_: wrap(label, width - 3, END) for key_, label in columns.items()}
    # heads that do not fit into three level lines read upwards; where these are long too, they are numbered and explained below
    crowded = any(
        len(lines) > 3 or max(text_width(line, END) for line in lines) > width for lines in heads.values()
    )
    tall = max(_tall(label) for label in columns.values()) if crowded else 0.0
    numbered = tall > TALL
    turned = crowded and not numbered
    deep = 1 if crowded else max(len(lines) for lines in heads.values())
    y += tall - STEP if turned else 0.0
    for index, key_ in enumerate(columns):
        mine = key_ in own
        if turned:
            _turned(c, labels + width * (index + 0.5), y + 11, columns[key_], mine)
            continue
        lines = [str(index + 1)] if numbered else heads[key_]
        for place, text in enumerate(lines):
            c.text(
                labels + width * (index + 0.5),
                y + 6 + STEP * (deep - len(lines) + place),
                text,
                END,
                "az" if mine else "ink2",
                "middle",
                bold=mine,
            )
    y += STEP * deep + 6
    c.line(0, y, c.width if numbered else labels + width * len(columns), y, "ink", 0.9)
    cells = {(row.row, row.column): row for row in data.itertuples()}
    right, start = labels + width * len(columns), len(c.marks)
    for row_key, label in rows.items():
        lines = label_lines(label, labels - 6, SMALL)
        height = max(18.0, 10.0 * len(lines) + 5)
        own_row = row_key in own
        c.lines(0, y + height / 2, lines, 10, size=SMALL, color="az" if own_row else "ink", bold=own_row)
        for index, column in enumerate(columns):
            cell = cells.get((row_key, column))
            if cell is not None:
                _cell(
                    c,
                    cell,
                    labels + width * index + 1.5,
                    y + 2.5,
                    width - 3,
                    height - 5,
                    own_row or column in own,
                )
            else:
                c.dots([(labels + width * (index + 0.5), y + height / 2)], 0.7, "hair", "")
        y += height
        c.line(0, y, right, y, "grid", 0.7)
    c.gather(start)
    y += 4
    if numbered:
        y = _explain(c, columns, y + 4, own)
    c.height = y


def _stacked(label: str) -> bool:
    """Whether a name is set as Chinese is, one upright character below the other."""
    return not re.search(r"[A-Za-z0-9]", label)


def _tall(label: str) -> float:
    return len(label) * STEP if _stacked(label) else text_width(label, END, True)


def _turned(c: Canvas, x: float, bottom: float, label: str, own: bool) -> None:
    """A name that stands on ``bottom``: Chinese from top to bottom, other scripts reading upwards."""
    color = "az" if own else "ink2"
    if not _stacked(label):
        c.upright(x, bottom, label, END, color, own)
        return
    for place, sign in enumerate(reversed(label)):
        c.text(x, bottom - STEP * (place + 0.5), sign, END, color, "middle", bold=own)


def _cell(c: Canvas, cell: Any, x: float, y: float, w: float, h: float, own: bool) -> None:
    if cell.kind in ("commitment", "target"):
        if cell.kind == "commitment":
            c.hatch(x, y, w, h, "oc", 3.8)
        c.rect(x, y, w, h, "", "oc", 1.0)
        c.text(x + w / 2, y + h / 2, str(cell.text), SMALL, "oc", "middle", bold=True, halo=True)
        return
    if cell.kind == "mentioned":
        c.rect(x, y, w, h, "paper", "az" if own else "mk", 1.0)
        c.text(x + w / 2, y + h / 2, str(cell.text), SMALL, "az" if own else "ink", "middle", bold=own)
        return
    c.rect(x, y, w, h, "az" if own else "band", "" if own else "mk", 0.6)
    c.text(x + w / 2, y + h / 2, str(cell.text), SMALL, "paper" if own else "ink", "middle", bold=own)


def _explain(c: Canvas, columns: dict, y: float, own: Collection[str]) -> float:
    across = 1 if c.narrow else 2
    width = c.width / across
    items = [
        (f"{index + 1}", wrap(label, width - 26, END), key_ in own)
        for index, (key_, label) in enumerate(columns.items())
    ]
    for start in range(0, len(items), across):
        for place, (number_text, lines, mine) in enumerate(items[start : start + across]):
            x = place * width
            c.text(x + 12, y + 6, number_text, END, "az" if mine else "ink2", "end", bold=True)
            for line, text in enumerate(lines):
                c.text(x + 18, y + 6 + 10 * line, text, END, "az" if mine else "ink2", bold=mine)
        y += 10 * max(len(lines) for _, lines, _ in items[start : start + across]) + 2
    return y + 2


def timeline(events: pd.DataFrame, *, lang: str = "zh") -> Drawing:
    """Dated events from the earliest to the latest; the distance between two grows with the time between them, up to a limit.

    ``events``: one row per event with ``date`` (text: 2019, 2019-10 or 2019-10-31, printed as it is), ``label``; optional ``group``
    (who, in small type), ``kind`` (actual or target: what has not happened is hollow ochre), ``highlight`` (bool: the page's region).
    """
    data = table("timeline", events, ["date", "label"], {"group": "", "kind": "actual", "highlight": False})
    data["date"] = data["date"].astype(str)
    bad = [date for date in data["date"] if not date[:4].isdigit() or len(date) not in (4, 7, 10)]
    if bad:
        raise refuse(
            "charts.timeline date", str(bad[:3]), "2019, 2019-10 or 2019-10-31", "write the date in ISO form"
        )
    data["at"] = [
        int(d[:4])
        + (int(d[5:7]) - 1 if len(d) > 4 else 0) / 12
        + (int(d[8:10]) - 1 if len(d) > 7 else 0) / 372
        for d in data["date"]
    ]
    return Drawing(partial(_timeline, data=data.sort_values("at", kind="stable")), lang)


def _timeline(c: Canvas, data: pd.DataFrame) -> None:
    dates = max(text_width(date, SMALL, True) for date in data["date"])
    axis = dates + 10
    y, before, shown = 8.0, None, None
    marks, stops = [], []
    for row in data.itertuples():
        if before is not None:
            y += min(14.0, max(0.0, 7.0 * (row.at - before) - 2))
        strong = bool(row.highlight) and row.kind != "target"
        lines = wrap(row.label, c.width - axis - 14, LABEL, strong)
        groups = wrap(row.group, c.width - axis - 14, END) if row.group else []
        role = "oc" if row.kind == "target" else "az" if row.highlight else "mk"
        marks.append((y, role, row.kind))
        stops.append(y)
        if row.date != shown:
            c.text(
                dates,
                y,
                row.date,
                SMALL,
                "ink" if not row.highlight else "az",
                "end",
                bold=bool(row.highlight),
            )
        shown, before = row.date, row.at
        for index, text in enumerate(lines):
            c.text(
                axis + 12,
                y + 11 * index,
                text,
                LABEL,
                "oc" if row.kind == "target" else "az" if row.highlight else "ink",
                bold=strong,
            )
        y += 11 * len(lines)
        for text in groups:
            c.text(axis + 12, y - 0.5, text, END, "ink3")
            y += 10
        y += 6
    # the axis is painted first so that every mark stands on it
    c.marks[:0] = _drawn(c, lambda under: under.line(axis, stops[0], axis, stops[-1], "mk", 0.9))
    for at, role, kind in marks:
        if kind == "target":
            c.diamond(axis, at, 4.0)
        else:
            c.dots([(axis, at)], 3.6 if role == "az" else 2.6, role, "paper", 0.8)
    c.height = y - 4


def _drawn(c: Canvas, draw: Callable[[Canvas], Any]) -> list[tuple]:
    under = Canvas(c.width, c.lang)
    draw(under)
    return under.marks


def pairs(links: pd.DataFrame, *, left: str, right: str, lang: str = "zh") -> Drawing:
    """Who is paired with whom: two columns of names and a line per link; the links of the page's region are azurite.

    ``links``: one row per link with ``left, right``; optional ``text`` (printed beside the right name), ``highlight`` (bool). Names keep
    the order of first appearance on the left; the right side is ordered by the mean position of its partners, so that few lines cross.
    """
    data = table("pairs", links, ["left", "right"], {"text": "", "highlight": False})
    return Drawing(partial(_pairs, data=data, heads=(left, right)), lang)


def _pairs(c: Canvas, data: pd.DataFrame, heads: tuple[str, str]) -> None:
    lefts = group_order(data, "left")
    partners: dict[str, list[int]] = {}
    notes: dict[str, list[str]] = {}
    for row in data.itertuples():
        partners.setdefault(row.right, []).append(lefts.index(row.left))
        if row.text and row.text not in notes.setdefault(row.right, []):
            notes[row.right].append(row.text)
    rights = sorted(
        partners, key=lambda name: (sum(partners[name]) / len(partners[name]), list(partners).index(name))
    )
    share = 0.40
    room = share * c.width - 10
    texts = {
        name: name + (f" {pick(('、', ', '), c.lang).join(notes[name])}" if notes.get(name) else "")
        for name in rights
    }
    wrapped = {("l", name): wrap(name, room, SMALL) for name in lefts} | {
        ("r", name): wrap(texts[name], room, SMALL) for name in rights
    }
    c.text(share * c.width - 10, 8, heads[0], SMALL, "ink2", "end")
    c.text((1 - share) * c.width + 10, 8, heads[1], SMALL, "ink2")
    c.line(0, 16, c.width, 16, "ink", 0.9)
    steps = {
        side: [10.0 * len(wrapped[side, name]) + 5 for name in names]
        for side, names in (("l", lefts), ("r", rights))
    }
    total = max(sum(steps["l"]), sum(steps["r"]))
    at: dict[tuple[str, str], float] = {}
    for side, names in (("l", lefts), ("r", rights)):
        slack = (total - sum(steps[side])) / len(names)
        y = 20.0
        for name, step in zip(names, steps[side], strict=True):
            at[side, name] = y + (step + slack) / 2
            y += step + slack
    own = {("l", row.left) for row in data.itertuples() if row.highlight} | {
        ("r", row.right) for row in data.itertuples() if row.highlight
    }
    x1, x2 = share * c.width, (1 - share) * c.width
    for mine in (False, True):
        chosen = data[data["highlight"].astype(bool) == mine]
        c.segments(
            [((x1, at["l", row.left]), (x2, at["r", row.right])) for row in chosen.itertuples()],
            "az" if mine else "mk",
            1.8 if mine else 0.9,
        )
    for side, names, x in (("l", lefts, x1), ("r", rights, x2)):
        for name in names:
            mine = (side, name) in own
            c.dots([(x, at[side, name])], 3.2 if mine else 2.4, "az" if mine else "mk", "paper", 0.6)
            anchor, shift = ("end", -8) if side == "l" else ("start", 8)
            c.lines(
                x + shift,
                at[side, name],
                wrapped[side, name],
                10,
                size=SMALL,
                color="az" if mine else "ink",
                anchor=anchor,
                bold=mine,
            )
    c.height = 20 + total + 2
