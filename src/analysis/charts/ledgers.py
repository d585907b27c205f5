"""Counts by their kind: results, bounds, commitments, targets and what was not published, each with a form of its own.

Longer than 400 lines because each kind of count has a mark of its own, a small function each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import group_order, key, label_lines, number, present, scale, table
from analysis.charts.style import BIG, END, LABEL, SMALL, text_width, wrap
from analysis.errors import refuse

KINDS = ("actual", "lower", "upper", "approximate", "commitment", "target", "unpublished")
_KEY = {
    "actual": ("bar", "az"), "lower": ("lower", "az"), "upper": ("upper", "az"), "approximate": ("interval", "az"), "commitment": ("hatched", "oc"),
    "target": ("diamond", "oc"), "unpublished": ("dashbox", "mk"),
}  # fmt: skip


def _kinds(chart: str, data: pd.DataFrame, kinds: tuple[str, ...] = KINDS) -> None:
    unknown = sorted(set(data["kind"]) - set(kinds))
    if unknown:
        raise refuse(
            f"charts.{chart}",
            f"kind {unknown}",
            f"one of {', '.join(kinds)}",
            "map the row's status to one of the forms",
        )
    hollow = (
        data[(data["kind"] != "unpublished") & data["value"].isna()] if "value" in data else data.iloc[0:0]
    )
    if len(hollow):
        found = f"no value for {list(hollow['label'])[:3]}"
        raise refuse(
            f"charts.{chart}",
            found,
            "a value, or kind unpublished",
            "a stage without a number is unpublished, never zero",
        )


BESIDE = {"lower": 36, "approximate": 14, "target": 19}  # what a mark takes beyond its value, and a gap
LEAST = 0.25  # of the width that the longest bar keeps, however long the words beside the numbers are


def ledger(rows: pd.DataFrame, *, lang: str = "zh") -> Drawing:
    """A ledger of counts where the form says what kind of statement a number is; rows are never summed or stacked.

    ``rows``: one row per statement with ``group, label, kind, value``; kind is actual, lower, upper, approximate, commitment, target or
    unpublished. Optional: ``text`` (as drawn, "> 30"), ``printed`` (the source's wording), ``due`` (targets), ``step`` (numbered
    stages), ``approximate`` (bool, for targets), ``unit`` (bars share a scale inside a unit), ``note``, ``highlight`` (bool; False: grey).
    """
    defaults = {
        "text": "",
        "printed": "",
        "due": "",
        "step": None,
        "approximate": False,
        "unit": "",
        "note": "",
        "highlight": True,
    }
    data = table("ledger", rows, ["group", "label", "kind", "value"], defaults)
    _kinds("ledger", data)
    return Drawing(partial(_ledger, data=data), lang)


def _ledger(c: Canvas, data: pd.DataFrame) -> None:
    used = [kind for kind in KINDS if kind in set(data["kind"])]
    y = (
        key(
            c,
            [
                (
                    _KEY[kind][0],
                    c.word(kind),
                    _KEY[kind][1] if data["highlight"].any() or _KEY[kind][1] != "az" else "mk",
                )
                for kind in used
            ],
        )
        + 6
    )
    step_space = 20.0 if data["step"].map(present).any() else 0.0
    right = max([text_width(str(text), SMALL) for text in [*data["printed"], *data["due"]] if text] + [0.0])
    right = min(right, 0.34 * c.width)
    labels = (
        step_space
        if c.narrow
        else min(max(text_width(label, LABEL) for label in data["label"]) + step_space + 12, 0.36 * c.width)
    )
    held = [row for row in data.itertuples() if present(row.value)]
    values = max((text_width(_text(row, c.lang), BIG, True) for row in held), default=40)
    edge = c.width - (0 if c.narrow else right + 8)
    stop = max(edge - values - 42, labels + LEAST * c.width)  # what is too long beside a bar goes below it
    for group in group_order(data, "group"):
        part = data[data["group"] == group]
        due = bool(part["due"].astype(bool).any())
        heading = c.word("due") if due else c.word("printed") if part["printed"].astype(bool).any() else ""
        for row in wrap(group, c.width - text_width(heading, SMALL) - 8, BIG, True):
            c.text(0, y + 6, row, BIG, bold=True)
            y += 12
        c.text(c.width, y - 6, heading, SMALL, "ink3", "end")
        if len(part) > 2 and part["note"].nunique() == 1:  # said once where all rows of a group share it
            for line in wrap(part["note"].iloc[0], c.width, END):
                c.text(0, y + 4, line, END, "ink3")
                y += 10.5
            part = part.assign(note="")
        y += 3
        c.line(0, y, c.width, y, "ink", 0.8)
        y = _ledger_group(c, data, part, y + 3, (labels, step_space, stop, right, edge), due) + 12
    c.height = y - 8


def _ledger_group(
    c: Canvas, data: pd.DataFrame, part: pd.DataFrame, y: float, frame: Any, due: bool
) -> float:
    labels, step_space, stop, right, edge = frame
    step_space = step_space if part["step"].map(present).any() else 0.0
    previous = None
    for row in part.itertuples():
        peak = data.loc[data["unit"] == row.unit, "value"].max()
        place = scale(0, peak if present(peak) and peak > 0 else 1, labels, stop)
        wrapped = label_lines(
            row.label, (c.width - right - 6 if c.narrow else labels) - step_space - 4, LABEL
        )
        side = (
            [str(row.due or row.printed or "")]
            if text_width(str(row.due or row.printed or ""), SMALL) <= right + 1
            else wrap(str(row.due or row.printed), right, SMALL)
        )
        lines = max(len(wrapped), len(side))
        height = lines * 11.0 + 25 if c.narrow else max(21.0, lines * 10.5 + 5)
        at, middle = (
            (y + 2 + 5.5 * lines, y + 4 + lines * 11 + 8) if c.narrow else (y + height / 2, y + height / 2)
        )
        if present(row.step):
            if previous is not None:
                c.line(7, previous + 6.6, 7, at - 6.6, "grid", 1.6)
            muted = row.kind == "unpublished"
            c.ring(7, at, 6.6, "mk" if muted else "peer", 1.0)
            c.text(7, at, str(int(row.step)), 7.6, "ink2" if muted else "ink", "middle")
            previous = at
        c.lines(
            step_space, at, wrapped, 10.5, size=LABEL, color="ink2" if row.kind == "unpublished" else "ink"
        )
        c.lines(
            c.width,
            at,
            side if any(side) else ["–" if not due and part["printed"].astype(bool).any() else ""],
            10.0,
            size=SMALL,
            color="ink3",
            anchor="end",
        )
        text, below = _text(row, c.lang), ""
        if present(row.value) and text_width(text, BIG, True) > edge - place(row.value) - BESIDE.get(
            row.kind, 6
        ):
            text, below = _apart(text)
        _form(c, row, place, labels, middle, stop, text)
        y += height
        for note, size, color in ((below, SMALL, "ink2"), (row.note, END, "ink3")):
            for line in wrap(note, c.width - labels, size) if note else ():
                c.text(labels, y + 4, line, size, color)
                y += 10.5
    return y


def _text(row: Any, lang: str) -> str:
    """What stands beside a mark."""
    if not present(row.value):
        return ""
    return row.text or number(row.value, 0 if float(row.value).is_integer() else 2, lang=lang)


def _apart(text: str) -> tuple[str, str]:
    """A number and what is said beside it in brackets.

    >>> _apart("1–2 (a year; through the medical university)"), _apart("40 场（国际、全国）"), _apart("40")
    (('1–2', 'a year; through the medical university'), ('40 场', '国际、全国'), ('40', ''))
    """
    head, bracket, tail = text.replace("（", " (").replace("）", ")").partition(" (")
    return (head, tail.removesuffix(")")) if bracket else (text, "")


def _form(
    c: Canvas, row: Any, place: Callable[[float], float], left: float, y: float, stop: float, text: str
) -> None:
    """The mark of one statement, and the text beside it."""
    high, role = 6.4, "az" if row.highlight else "mk"
    if row.kind == "unpublished":
        end = max(left + 0.8 * (stop - left), left + 60)
        c.segments(
            [((end, y - high), (left, y - high), (left, y + high), (end, y + high))], "mk", 0.8, "2.6 1.8"
        )
        c.text(left + 7, y, c.word("unpublished"), SMALL, "ink2")
        return
    x = place(row.value)
    color = "oc" if row.kind in ("commitment", "target") else "az" if row.highlight else "ink2"
    end = x
    if row.kind == "actual":
        c.rect(left, y - high, x - left, 2 * high, role)
    elif row.kind == "lower":
        c.rect(left, y - high, x - left, 2 * high, role)
        for index, slat in enumerate((3.2, 2.2, 1.3)):
            c.rect(x + 1.6 + index * 4.8, y - high, slat, 2 * high, role)
        end = x + 30
        c.segments(
            [((x + 17, y), (end - 1, y)), ((end - 4.5, y - 2.8), (end - 1, y), (end - 4.5, y + 2.8))],
            role,
            1.2,
        )
    elif row.kind == "upper":
        c.rect(left, y - high, x - left, 2 * high, "", role, 1.1)
        c.line(x, y - high - 1.5, x, y + high + 1.5, role, 2.6)
    elif row.kind == "approximate":
        c.rect(left, y - high, max(x - left - 8, 0), 2 * high, role)
        c.segments([((x - 8, y), (x + 8, y))], role, 1.4)
        c.dots([(x, y)], 3.2, role)
        end = x + 8
    elif row.kind == "commitment":
        c.hatch(left, y - high, x - left, 2 * high, "oc", 3.8)
        c.rect(left, y - high, x - left, 2 * high, "", "oc", 1.1)
    else:
        c.line(left, y, x - 6, y, "oc", 1.1, "1.2 2")
        if row.approximate:
            c.segments([((x - 13, y), (x + 13, y))], "oc", 1.1)
        c.diamond(x, y, 5.0)
        end = x + (13 if row.approximate else 5)
    c.text(end + 5, y, text, BIG, color, bold=True)


def bars(rows: pd.DataFrame, *, decimals: int = 0, lang: str = "zh") -> Drawing:
    """Horizontal bars from zero, the highlighted one azurite, every value printed at its end; bars are never stacked.

    ``rows``: one row per bar with ``label, value``; optional ``text`` (as printed), ``highlight`` (bool), ``group`` (heading).
    A missing value prints its text (or 未公布) and draws no bar.
    """
    data = table("bars", rows, ["label", "value"], {"text": "", "highlight": False, "group": ""})
    return Drawing(partial(_bars, data=data, d=decimals), lang)


def _bars(c: Canvas, data: pd.DataFrame, d: int) -> None:
    texts = [
        row.text or (number(row.value, d, lang=c.lang) if present(row.value) else c.word("unpublished"))
        for row in data.itertuples()
    ]
    labels = min(
        max(text_width(label, LABEL) for label in data["label"]) + 10, (0.44 if c.narrow else 0.4) * c.width
    )
    low = min(0.0, data["value"].min()) if data["value"].notna().any() else 0.0
    below = [""] * len(texts)
    room = max(text_width(text, LABEL, True) for text in texts) + 8
    if c.width - labels - room * (2 if low < 0 else 1) < LEAST * c.width:  # see LEAST
        texts, below = map(list, zip(*map(_apart, texts), strict=True))
        room = max(text_width(text, LABEL, True) for text in texts) + 8
    high = max(0.0, data["value"].max()) if data["value"].notna().any() else 1.0
    place = scale(low, high or 1.0, labels + (room if low < 0 else 0), c.width - room)
    y, start = 2.0, None
    pitch, air = (16.5, 4) if len(data) <= 20 else (14.5, 4) if len(data) <= 25 else (12, 1.5)
    # all provinces fit a first window
    for group in group_order(data, "group"):
        if group:
            c.text(0, y + 7, group, BIG, bold=True)
            y += 16
            c.line(0, y, c.width, y, "ink", 0.8)
            y += 2
        start = y
        for index in data.index[data["group"] == group]:
            at = data.index.get_loc(index)
            row, text = data.loc[index], texts[at]
            wrapped = label_lines(row["label"], labels - 6, LABEL)
            height = max(pitch, 10.5 * len(wrapped) + air)
            middle, own = y + height / 2, bool(row["highlight"])
            c.lines(0, middle, wrapped, 10.5, size=LABEL, color="az" if own else "ink", bold=own)
            if present(row["value"]):
                a, b = sorted((place(0), place(row["value"])))
                c.rect(a, middle - 4.8, b - a, 9.6, "az" if own else "mk")
                minus = row["value"] < 0
                c.text(
                    a - 5 if minus else b + 5,
                    middle,
                    text,
                    LABEL,
                    "az" if own else "ink2",
                    "end" if minus else "start",
                    bold=own,
                )
            else:
                c.text(place(0) + 5, middle, text, SMALL, "ink3")
            y += height
            for line in wrap(below[at], c.width - labels - 4, END) if below[at] else ():
                c.text(labels + 4, y + 2, line, END, "ink3")
                y += 10.5
        c.line(place(0), start, place(0), y, "mk", 0.7)
        y += 8
    c.height = y - 4


def ladder(rungs: pd.DataFrame, *, lang: str = "zh") -> Drawing:
    """Capacity, connected, used, outcome: one rung each, with what was printed; an empty rung is drawn empty, not left out.

    ``rungs``: one row per rung and statement with ``label`` (rows that share a label share a rung), ``text`` (empty = nothing
    published), ``kind``; optional ``note``. Kind is one of the ledger's kinds.
    """
    data = table("ladder", rungs, ["label", "text", "kind"], {"note": ""})
    _kinds("ladder", data)
    return Drawing(partial(_ladder, data=data), lang)


def _ladder(c: Canvas, data: pd.DataFrame) -> None:
    """Longer than 40 lines: the marks share the scales computed at the top and are painted in this order."""
    labels = group_order(data, "label")
    used = [
        kind
        for kind in KINDS
        if kind in set(data["kind"]) or (kind == "unpublished" and (data["text"] == "").any())
    ]
    results = [
        kind for kind in used if kind in ("actual", "lower", "upper", "approximate")
    ]  # one form here: the printed words carry the bound
    named = [kind for kind in used if kind not in results[1:]]
    y = (
        key(
            c,
            [
                (
                    "square" if kind in results else _KEY[kind][0],
                    c.word("actual" if kind in results else kind),
                    _KEY[kind][1],
                )
                for kind in named
            ],
        )
        + 4
    )
    left = 22 + min(max(text_width(label, BIG, True) for label in labels) + 12, 0.34 * c.width)
    previous = None
    for index, label in enumerate(labels):
        part = data[data["label"] == label]
        start = y
        y += 4
        for row in part.itertuples():
            if row.kind == "unpublished" or not row.text:
                c.segments(
                    [((c.width - 60, y), (left, y), (left, y + 16), (c.width - 60, y + 16))],
                    "mk",
                    0.8,
                    "2.6 1.8",
                )
                c.text(left + 8, y + 8, row.text or c.word("unpublished"), SMALL, "ink2")
                y += 21
                continue
            promised = row.kind in ("commitment", "target")
            lines = wrap(row.text, c.width - left - 16, LABEL, not promised)
            notes = wrap(row.note, c.width - left - 16, END) if row.note else []
            if row.kind == "target":
                c.diamond(left + 3.5, y + 7, 4.0)
            elif row.kind == "commitment":
                c.hatch(left, y + 3.5, 7, 7, "oc", 2.6)
                c.rect(left, y + 3.5, 7, 7, "", "oc", 1.0)
            else:
                c.rect(left, y + 3.5, 7, 7, "az")
            for text in lines:
                c.text(left + 14, y + 7, text, LABEL, "oc" if promised else "az", bold=not promised)
                y += 11.5
            for text in notes:
                c.text(left + 14, y + 5, text, END, "ink3")
                y += 10.5
            y += 4
        y = max(y, start + 24) + 2
        at = start + 12
        empty = bool(((part["text"] == "") | (part["kind"] == "unpublished")).all())
        if previous is not None:
            c.line(7, previous + 7, 7, at - 7, "mk", 1.0)
        c.ring(7, at, 7, "mk" if empty else "peer", 1.0)
        c.text(7, at, str(index + 1), 7.6, "ink2" if empty else "ink", "middle")
        c.lines(
            22,
            at + (5.5 if text_width(label, BIG, True) > left - 28 else 0),
            label_lines(label, left - 28, BIG, True),
            11,
            size=BIG,
            color="ink2" if empty else "ink",
            bold=True,
        )
        previous = at
        c.line(22, y, c.width, y, "grid", 0.7)
    c.height = y + 2


def tracker(rows: pd.DataFrame, *, lang: str = "zh") -> Drawing:
    """Plan targets against the evidence that was found: what was to be reached, by when, what is known, how good that evidence is.

    ``rows``: one row per target with ``label, target, due, evidence`` (empty: none found), ``grade`` (a letter, or the word for none);
    optional ``highlight`` (bool: evidence of the region itself). No colour judges whether a target was met.
    """
    data = table("tracker", rows, ["label", "target", "due", "evidence", "grade"], {"highlight": True})
    return Drawing(partial(_tracker, data=data), lang)


def _tracker(c: Canvas, data: pd.DataFrame) -> None:
    y = 8.0
    if c.narrow:
        x_target, x_evidence, target_width, evidence_width = 0.0, 14.0, c.width - 4, c.width - 60
    else:
        x_evidence = 0.56 * c.width
        x_target, target_width, evidence_width = 0.0, 0.4 * c.width, 0.3 * c.width
        for x, text, anchor in (
            (0, "target", "start"),
            (0.53 * c.width, "due", "end"),
            (x_evidence, "evidence", "start"),
            (c.width, "grade", "end"),
        ):
            c.text(x, y, c.word(text), SMALL, "ink2", anchor)
        y += 8
        c.line(0, y, c.width, y, "ink", 0.9)
    for row in data.itertuples():
        start = y + 5
        labels = wrap(row.label, target_width - 14, LABEL, True)
        targets = wrap(row.target, target_width - 14, LABEL)
        c.diamond(5, start + 6, 4.0)
        for place, text in enumerate([*labels, *targets]):
            c.text(
                x_target + 14,
                start + 6 + 11 * place,
                text,
                LABEL,
                "ink" if place < len(labels) else "oc",
                bold=place < len(labels),
            )
        left_end = start + 11 * (len(labels) + len(targets))
        found = wrap(row.evidence or c.word("no_evidence"), evidence_width, SMALL)
        if c.narrow:
            c.text(14, left_end + 6, f"{c.word('due')} {row.due}", SMALL, "ink3")
            top = left_end + 12
        else:
            c.text(0.53 * c.width, start + 6, row.due, SMALL, "ink2", "end")
            top = start
        own = bool(row.evidence)
        if not own:
            c.segments(
                [
                    (
                        (x_evidence + evidence_width, top + 1),
                        (x_evidence - 5, top + 1),
                        (x_evidence - 5, top + 10.5 * len(found) + 3),
                        (x_evidence + evidence_width, top + 10.5 * len(found) + 3),
                    )
                ],
                "mk",
                0.8,
                "2.6 1.8",
            )
        for place, text in enumerate(found):
            c.text(
                x_evidence,
                top + 6.5 + 10.5 * place,
                text,
                SMALL,
                ("az" if row.highlight else "ink") if own else "ink2",
            )
        c.text(c.width, top + 6.5, row.grade, BIG, "ink" if own else "ink2", "end", bold=own)
        y = max(left_end, top + 10.5 * len(found) + 3) + 5
        c.line(0, y, c.width, y, "grid", 0.7)
    c.height = y + 1
