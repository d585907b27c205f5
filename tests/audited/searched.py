"""The search page: its index of places, themes, indicators, counties and sentences against the dictionaries and the pages it leads to."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from audited.programs import ENDINGS, reports, rows_of
from audited.told import Told, apart, typed
from audited.whole import Site, plain

KIND = "search"


def audit_search(told: Told, site: Site, data: Path) -> None:
    """``search.html`` in each language."""
    for lang, end in ENDINGS.items():
        file = site.folder / f"search{end}"
        if file.is_file():
            found = re.search(r'id="?index"?>(.*?)</script>', file.read_text("utf-8"), re.DOTALL)
            index = json.loads(found.group(1)) if found else {}
            told.check(KIND, file.name, bool(index), "no index")
            _places(told, site, index, data, file.name)
            _terms(told, site, index, data, file.name)
            _lines(told, site, index, lang, file.name)


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in letters if c.isalpha() and not unicodedata.combining(c))


def _spellings(name: str) -> set[tuple[str, str]]:
    """Pinyin and initials by each reading of each character."""
    from pypinyin import Style, pinyin

    readings = pinyin(name, style=Style.NORMAL, heteronym=True)
    some = itertools.islice(itertools.product(*readings), 500)
    return {("".join(one), "".join(part[0] for part in one)) for one in some}


def _places(told: Told, site: Site, index: dict[str, Any], data: Path, where: str) -> None:
    standing, regions = reports(site.folder), rows_of(data / "regions.csv", "region_code")
    codes = [place[0] for place in index["p"]]
    told.check(KIND, where, len(codes) == len(set(codes)), "a place twice")
    told.check(KIND, where, set(standing) <= set(codes), f"without {set(standing) - set(codes)}")
    briefed = {p.parent.name for p in site.folder.glob("[0-9]*/index.html")}
    told.check(KIND, where, set(standing) <= set(index["b"]) <= briefed, f"{set(index['b']) ^ briefed} have a page or none")  # fmt: skip
    for code, short, english, spelt, initials, name, above, themes, why, *former in index["p"]:
        row = regions.get(code, {})
        same = (short, english, name) == (row.get("short_zh") or row.get("name_zh"), row.get("name_en"), row.get("name_zh"))  # fmt: skip
        told.check(KIND, where, same, f"{code}: {short} {english} {name}")
        parent = row.get("parent_code", "")
        told.check(KIND, where, above in (parent, "") and (above == parent or not parent.strip("0")), f"{code}: below {above!r}, held {parent!r}")  # fmt: skip
        told.check(KIND, where, sorted(themes) == standing.get(code, []), f"{code}: themes {themes}")
        told.check(KIND, where, bool(themes) != bool(why), f"{code}: a reason beside themes, or neither")
        ways = _spellings(short)
        held = (spelt, initials) in ways or (spelt == _bare(english) and initials in {i for _, i in ways})
        told.check(KIND, where, held, f"{code}: {short} spelt {spelt}, {initials}")
        for one in former[0] if former else ():
            told.check(KIND, where, one != name, f"{code}: {one} as a former name")


def _terms(told: Told, site: Site, index: dict[str, Any], data: Path, where: str) -> None:
    end = ENDINGS["en" if index["me"] == 2 else "zh"]
    held = rows_of(data / "indicators.csv", "indicator")
    told.check(KIND, where, sorted(i[0] for i in index["i"]) == sorted(held), "other indicators")
    for key, chinese, english, compared in index["i"]:
        row = held.get(key, {})
        told.check(KIND, where, (typed(chinese), typed(english)) == (typed(apart(row.get("label_zh", ""))), typed(row.get("label_en"))), f"{key}: {chinese} {english}")  # fmt: skip
        page = f"compare/{key}{end}"
        told.check(
            KIND, where, bool(compared) == (site.folder / page).is_file(), f"{key}: compared {compared}"
        )
        told.check(KIND, where, site.leads(where, page if compared else f"indicators{end}#{key}"), f"{key}: leads nowhere")  # fmt: skip
    counties = rows_of(data / "counties.csv", "region_code") | rows_of(data / "regions.csv", "region_code")
    regions = rows_of(data / "regions.csv", "region_code")
    counties = _gone(data, counties) | counties
    listed = rows_of(data / "counties.csv", "region_code").values()
    shared = _shared([(row["parent_code"], row["name_en"]) for row in listed], regions)
    for code, chinese, english, above_zh, above_en, *district in index["c"]:
        row = counties.get(code, {})
        above = regions.get(row.get("parent_code", ""), {})
        own = (row.get("name_zh"), row.get("name_en"), above.get("short_zh", ""), above.get("name_en", ""))
        ascii_ = [
            name.replace("’", "'") for name in (english, above_en)
        ]  # printed as typography has it, held as typed
        named = (
            own[1]
            if (row.get("parent_code"), own[1]) not in shared
            else f"{own[1]} {_kind(ascii_[0], own[1])}"
        )
        same = (chinese, ascii_[0], above_zh, ascii_[1]) == (own[0], named, *own[2:])
        told.check(KIND, where, same, f"{code}: {chinese} {english}, held {own}")
        led = site.leads(
            where,
            f"{code[:2]}0000/counties{end}#p-listed-{'districts' if any(district) else 'counties'}-{code}",
        )
        told.check(KIND, where, led, f"{code}: no row on its province's page")


KINDS = re.compile(r"(?:[A-Z][a-z]+ )*(?:County|City|Banner|District)")


def _kind(printed: str, name: str) -> str:
    """What a county's name is followed by to tell it from its city or a neighbour; "?" when it is no kind of county."""
    kind = printed.removeprefix(f"{name} ")
    return kind if KINDS.fullmatch(kind) else "?"


def _shared(named: list[tuple[str, str]], regions: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    """Names that stand twice in a city, or are the city's own (Aksu)."""
    twice = {one for one, times in Counter(named).items() if times > 1}
    return twice | {one for one in named if regions.get(one[0], {}).get("name_en") == one[1]}


def _gone(data: Path, held: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Counties that went: the heir's English name where only the last character of the name is another (米林县, 米林市)."""
    changes = rows_of(data / "region_changes.csv", "region_code")
    found = {}
    for code, row in changes.items():
        became = row["became_code"]
        while became in changes and became not in held:
            became = changes[became]["became_code"]
        heir, name = held.get(became, {}), row["name_zh"]
        same = bool(heir) and heir["name_zh"][:-1] == name[:-1]
        found[code] = {
            "name_zh": name,
            "name_en": heir["name_en"] if same else name,
            "parent_code": code[:4] + "00",
        }
    return found


def _lines(told: Told, site: Site, index: dict[str, Any], lang: str, where: str) -> None:
    """Each sentence stands on the page it is of, at the place that is named; each theme has its pages' title."""
    end = ENDINGS[lang]
    by_page: dict[str, list[tuple[str, str]]] = {}
    titles: dict[str, str] = {}
    for at, theme, anchor, text in index["s"]:
        key = index["t"][theme][0]
        told.check(KIND, where, key in index["p"][at][7], f"{index['p'][at][0]} has no {key}")
        by_page.setdefault(f"{index['p'][at][0]}/{key}{end}", []).append((anchor, text))
    for page, lines in by_page.items():
        text = site.text(page)
        head = re.search(r"<h1>.*?<small>(.*?)</small>", text, re.DOTALL)
        titles.setdefault(Path(page).name.removesuffix(end), plain(head.group(1)) if head else "")
        said = plain(text)
        for anchor, line in lines:
            told.check(KIND, where, anchor in site.ids(page, text), f"{page}#{anchor} leads nowhere")
            told.check(KIND, where, plain(line) in said, f"{page} does not say: {line}")
    for key, title, _ in index["t"]:
        told.check(KIND, where, key not in titles or plain(title) == titles[key], f"{key}: {title}")
