"""The site as one: every link and the place in a page that it leads to, and what is told twice: matrix and files, counts and lists, the map and
the pages that compare, what is missing by place and by theme.
"""

from __future__ import annotations

import csv
import html as entities
import re
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from audited.programs import ENDINGS, reports, rows_of
from audited.told import Told

HIDDEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
DRAWN = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
ID = re.compile(r"[\s\"']id=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
LINK = re.compile(r"\s(?:href|src|popovertarget)=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
TARGET = re.compile(r"\spopovertarget=(?:\"([^\"]*)\"|([^\s>]+))")
AWAY = ("http:", "https:", "mailto:", "data:", "javascript:")
KIND = "whole"


def plain(html: str) -> str:
    """The words of a piece of HTML without blanks."""
    return re.sub(r"\s", "", entities.unescape(re.sub(r"<[^>]*>", "", DRAWN.sub("", HIDDEN.sub("", html)))))


def within(text: str, id: str) -> str:
    """What stands between an element's id and the end of its section; empty where there is no such id."""
    found = re.search(rf'\sid="?{id}"?[ >](.*?)(?=</section>|$)', text, re.DOTALL)
    return found.group(1) if found else ""


class Site:
    """A site's pages: their text without scripts, the anchors of each."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._ids: dict[str, set[str]] = {}

    @cached_property
    def pages(self) -> list[str]:
        """Every HTML file, from the site's root."""
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.glob("**/*.html"))

    def text(self, name: str) -> str:
        """A page without scripts and styles; empty where there is none."""
        file = self.folder / name
        return HIDDEN.sub("", file.read_text("utf-8")) if file.is_file() else ""

    def ids(self, name: str, text: str = "") -> set[str]:
        """The anchors of a page."""
        if name not in self._ids:
            found = ID.findall(text or self.text(name))
            self._ids[name] = {entities.unescape("".join(parts)) for parts in found}
        return self._ids[name]

    def leads(self, page: str, href: str) -> bool:
        """Whether a link of a page leads to a file of the site, and to a place in it where it names one."""
        path, _, anchor = href.partition("#")
        path = path.partition("?")[0]
        target = (Path(page).parent / unquote(path)).as_posix() if path else page
        target = Path(*_resolved(target.split("/"))).as_posix()
        file = self.folder / target
        if not file.is_file():
            return False
        return not anchor or not target.endswith(".html") or unquote(anchor) in self.ids(target)


def _resolved(parts: list[str]) -> list[str]:
    out: list[str] = []
    for part in parts:
        if part == ".." and out:
            out.pop()
        elif part != ".":
            out.append(part)
    return out


def audit_links(told: Told, site: Site) -> None:
    """Every link of every page."""
    waiting: dict[str, set[str]] = {}
    for name in site.pages:
        text = site.text(name)
        site.ids(name, text)
        twice = [parts for parts in ID.findall(text)]
        told.check("anchors", name, len(twice) == len(set(twice)), "an id twice")
        waiting[name] = {entities.unescape("".join(parts)) for parts in LINK.findall(text)}
        targets = {"".join(parts) for parts in TARGET.findall(text)}
        told.check("links", name, targets <= site.ids(name), f"no record for {sorted(targets - site.ids(name))[:3]}")  # fmt: skip
        waiting[name] -= targets
    for name, links in waiting.items():
        for href in links:
            if not href.startswith(AWAY):
                told.check("links", name, site.leads(name, href), f"{href} leads nowhere")


def audit_told_twice(told: Told, site: Site, data: Path) -> None:
    """What the front page, the list of places, the page of what is missing and the map say, against the files."""
    standing = reports(site.folder)
    regions = rows_of(data / "regions.csv", "region_code")
    titles: dict[str, dict[str, str]] = defaultdict(dict)
    for lang, end in ENDINGS.items():
        for code, themes in standing.items():
            for theme in themes:
                if theme not in titles[lang]:
                    head = re.search(r"<h1>.*?<small>(.*?)</small>", site.text(f"{code}/{theme}{end}"), re.DOTALL)  # fmt: skip
                    titles[lang][theme] = entities.unescape(head.group(1)) if head else theme
        front = site.text(f"index{end}")
        if front:
            _matrix(told, site, front, standing, titles[lang], lang)
            _map(told, site, front, lang)
        _list(told, site, standing, regions, lang)


def _matrix(told: Told, site: Site, front: str, standing: dict[str, list[str]], titles: dict[str, str], lang: str) -> None:  # fmt: skip
    """Place x theme: a dot for each file and no other; a code where the page of what is missing says the same; the cities' count."""
    where, end = f"index{ENDINGS[lang]}", ENDINGS[lang]
    part = within(front, "by-question")
    heads = [
        plain(one) for one in re.findall(r"<th scope=\"?col\"?[^>]*>(.*?)(?=<th|</thead)", part, re.DOTALL)
    ]
    rows = re.findall(r'<tr id="?t-(\w+)"?>(.*?)(?=<tr|</tbody)', part, re.DOTALL)
    known = {theme for themes in standing.values() for theme in themes}
    told.check(KIND, where, known <= {t for t, _ in rows}, f"matrix without {known - {t for t, _ in rows}}")
    for theme, row in rows:
        cells = re.split(r"<td[^>]*>", row)[1:]
        told.check(
            KIND, where, len(cells) == len(heads) - 1, f"{theme}: {len(cells)} cells, {len(heads)} heads"
        )
        linked = set(re.findall(rf"href=\"?(\d{{6}})/{theme}{re.escape(end)}", row))
        sought = {code for code, themes in standing.items() if theme in themes and code.endswith("0000")}
        told.check(KIND, where, linked == sought, f"{theme}: dots {sorted(linked ^ sought)}, files differ")
        cities = [c for c, themes in standing.items() if theme in themes and not c.endswith("0000")]
        said = plain(cells[-1]) if cells else ""
        told.check(KIND, where, said == (str(len(cities)) if cities else ""), f"{theme}: {said!r} cities, files {len(cities)}")  # fmt: skip
        title = re.search(r"<b>(.*?)</b>", row)
        same = theme not in titles or (title is not None and plain(title.group(1)) == plain(titles[theme]))
        told.check(
            KIND, where, same, f"{theme}: {title and title.group(1)!r}, its pages {titles.get(theme)!r}"
        )


def _map(told: Told, site: Site, front: str, lang: str) -> None:
    """Each number of the map against the page that compares and ``map.csv``, and the ends that the legend names."""
    where = f"index{ENDINGS[lang]}"
    with (site.folder / "map.csv").open(encoding="utf-8-sig", newline="") as lines:
        listed = {row["region_code"]: row for row in csv.DictReader(lines)}
    part = within(front, "map").split("<table")[0]  # the table is held against map.csv by itself
    shown = re.findall(r'href="?compare/(\w+)\.(?:en\.)?html#p-(\d{6})"?><data[^>]*value="?([\d.]+)[^>]*>([\d.]+)<', part)  # fmt: skip
    if not shown and not (site.folder / "compare").is_dir():
        return  # a site of a few places: its map shows the same numbers without pages to lead to
    told.check(
        KIND, where, len(shown) == len(re.findall(r"<data", part)), "numbers of the map in another form"
    )
    told.check(KIND, where, {code for _, code, *_ in shown} == set(listed), "map and map.csv: other places")
    for indicator, code, value, text in shown:
        file = site.folder / "compare" / f"{indicator}.csv"
        row = listed.get(code, {})
        told.check(KIND, where, row.get(indicator) == text == value, f"{code} {indicator}: {text}, map.csv {row.get(indicator)}")  # fmt: skip
        if file.is_file():
            rates = compared(file)
            told.check(KIND, where, rates.get((code, "rate"), ("", {}))[1].get(lang) == text, f"{code} {indicator}: {text}, compared {rates.get((code, 'rate'))}")  # fmt: skip
    for key, legend in re.findall(r'<p class="leg ends l-(\w+)">(.*?)(?=<p|<div)', part, re.DOTALL):
        ends = [float(v) for v in re.findall(r"value=\"?([\d.]+)", legend)]
        all_ = [float(row[key]) for row in listed.values() if row.get(key)]
        told.check(KIND, where, sorted(ends) == [min(all_), max(all_)], f"{key}: ends {ends}")


def compared(file: Path) -> dict[tuple[str, str], tuple[str, dict[str, str]]]:
    """(place, column) -> value and printed strings of a CSV file of a page that compares."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return {
            (row["region_code"], row["column"]): (row["value"], {"zh": row["printed_zh"], "en": row["printed_en"]})
            for row in csv.DictReader(lines)
        }  # fmt: skip


def _list(told: Told, site: Site, standing: dict[str, list[str]], regions: dict[str, dict[str, str]], lang: str) -> None:  # fmt: skip
    """The list of places: each with as many themes as it has files, and a reason where it has none."""
    end = ENDINGS[lang]
    where, text = f"search{end}", site.text(f"search{end}")
    if not text:
        return
    part = within(text, "places")
    items = re.findall(r"<li>(.*?)(?=<li>|</ul>)", part, re.DOTALL)
    told.check(KIND, where, len(items) == len(regions), f"{len(items)} places listed")  # fmt: skip
    seen: dict[str, int] = {}
    for item in items:
        link = re.search(r'href="?(\d{6})/index', item)
        count = re.search(r'class="?note"?>(\d+)', item)
        if link:
            seen[link.group(1)] = int(count.group(1)) if count else 0
        else:
            told.check(
                KIND,
                where,
                re.search(r'class="?note"?[ >]', item) is not None,
                f"{plain(item)}: no link and no reason",
            )
    for code, themes in standing.items():
        told.check(KIND, where, seen.get(code) == len(themes), f"{code}: {seen.get(code)} themes, files {len(themes)}")  # fmt: skip
    for code, n in seen.items():
        told.check(KIND, where, n == len(standing.get(code, [])), f"{code}: {n} themes listed, files {standing.get(code)}")  # fmt: skip


def audit_missing(told: Told, site: Site, data: Path) -> None:
    """What is missing: the codes of each place in the overview are those of its own page, and the matrix has no other."""
    regions = rows_of(data / "regions.csv", "region_code")
    for end in ENDINGS.values():
        text = site.text(f"missing{end}")
        codes = {code: re.findall(r'class="?e"?>(E\d)', item) for code, item in re.findall(r'<li id="?m-(\d{6})"?>(.*?)(?=<li|</ul>)', text, re.DOTALL)}  # fmt: skip
        for code, said in codes.items():
            above = code if code.endswith("0000") else regions[code]["parent_code"]
            own = site.text(f"missing-{above}{end}")
            part = re.search(rf'<section id="?m-{code}"?[ >](.*?)</section>', own, re.DOTALL)
            listed = sorted(set(re.findall(r'class="?e"?>(E\d)', part.group(1)))) if part else []
            told.check("missing", f"missing{end}", said == listed, f"{code}: {said}, its page {listed}")
            pages = set(re.findall(r'href="?(\d{6})/index', part.group(1))) if part else set()
            told.check("missing", f"missing-{above}{end}", pages <= {code}, f"{code}: leads to {pages}")
