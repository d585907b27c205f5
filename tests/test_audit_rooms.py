"""The rooms of the audit beside the pages: a sound site of one place passes, and each seeded fault turns the room red that reads it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import audit
import page_fixture
import test_site
from analysis import paths, tables
from analysis.report.formats import api, document, package, tabular, writing
from analysis.report.pages import archive, page, render, site
from analysis.report.plan import notes
from audited.briefings import audit_front
from audited.documents import audit_documents
from audited.package import audit_cells, audit_package, by_id, members
from audited.programs import ENDINGS, audit_api
from audited.searched import audit_search
from audited.whole import Site, audit_links, audit_missing, audit_told_twice

CODE, THEME = "140000", "region_profile"
TITLE = {"zh": "区域概况", "en": "Region profile"}
KEPT = ("observations", "targets")
EXPORT = re.compile(r' <a [^>]*href="?[^" >]*\.(?:csv|xlsx|svg|png)[^>]*>.*?</a>')


def made(folder: Path) -> None:
    """A site of one place by the project's own parts: pages, front page, search, files for programs, a package of few rows."""
    told = test_site.pages()
    site.build(told, folder, replace(test_site.PLAN, regions=[CODE]), observations=test_site.observations())
    facts = ""
    for lang in ("zh", "en"):
        parts = page.build(page_fixture.notebook(lang), entry=page_fixture.entry(lang))
        (folder / CODE / render.page_name(THEME, lang)).write_text(parts.html, "utf-8")
        facts = page.facts_text(parts.facts)
        note = notes.Note(page_fixture.entry(lang), f"{CODE}/{THEME}", parts.blocks)
        for form, content in writing.written(document.theme(note), writing.FORMATS).items():
            tail = ENDINGS[lang].removesuffix(".html")
            (folder / CODE / f"{THEME}{tail}.{form}").write_bytes(content)
    (folder / CODE / f"{THEME}.facts.json").write_text(facts, "utf-8")
    (folder / CODE / THEME).mkdir()
    head = "region_code,row_zh,row_en,column,value,printed_zh,printed_en,fact\n"
    line = "000000,全国,China,doctors_per_1k,3.4,3.40,3.40,\n140000,山西,Shanxi,doctors_per_1k,3.4161,3.42,3.42,\n"
    (folder / CODE / THEME / "position.csv").write_text(head + line, "utf-8")
    (folder / "api").mkdir()
    for name, content in api.files(told, replace(test_site.PLAN, regions=[CODE])).items():
        (folder / "api" / name).write_bytes(content)
    listed = [{"path": f"{CODE}/{THEME}{end}", "status": "made", "stale": False} for end in ENDINGS.values()]
    (folder / "manifest.json").write_text(json.dumps({"pages": listed}))
    package.for_site(folder / "data")


@pytest.fixture(scope="module")
def sound(processed, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("rooms") / "reports"
    pieces = tables.pieces
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package.tables, "SPECS", {name: tables.SPECS[name] for name in KEPT})
        patch.setattr(package.tables, "pieces", lambda name, n: [f.head(80) for f in pieces(name, n)][:1])
        folder.mkdir()
        made(folder)
    return folder


@pytest.fixture(scope="module")
def raw() -> audit.Raw:
    return audit.Raw(paths.raw())


def rooms(folder: Path, raw: audit.Raw) -> audit.Told:
    told, pages = audit.Told(), Site(folder)
    audit_api(told, folder, paths.data())
    audit_package(told, folder, paths.raw(), raw)
    audit_search(told, pages, paths.data())
    audit_links(told, pages)
    audit_told_twice(told, pages, paths.data())
    audit_missing(told, pages, paths.data())
    facts = json.loads((folder / CODE / f"{THEME}.facts.json").read_text("utf-8"))["facts"]
    audit_documents(told, folder / CODE, THEME, facts)
    for lang, end in ENDINGS.items():
        audit_front(told, folder / CODE / f"index{end}", lang, CODE, facts, folder / CODE)
    return told


def kinds(folder: Path, raw: audit.Raw) -> dict[tuple[str, str], str]:
    """(kind, where) -> what, of what the rooms find wrong."""
    return {(kind, where): what for kind, where, what in rooms(folder, raw).faults}


def test_a_sound_site_has_no_fault_and_every_room_was_in(sound, raw):
    told = rooms(sound, raw)
    assert told.faults == []
    every = {"api places", "api indicators", "api sources", "api pages", "api index", "package", "package raw", "search", "links", "anchors", "whole", "missing", "document", "table"}  # fmt: skip
    assert every <= set(told.seen) and sum(told.seen.values()) > 5_000
    read = audit.Told()
    audit.audit_whole(read, sound, paths.raw(), raw, {})
    assert every - set(read.seen) <= {"document", "table"}, "one command goes into each room"


def changed(file: Path, change: Callable[[str], str]) -> None:
    """A file changed where it stands, by its content; a packed one with its sums made again as a careless maker would not."""
    text = file.read_text("utf-8")
    after = change(text)
    assert after != text, "the mutation changes something"
    file.write_text(after, "utf-8")


def in_index(change: Callable[[dict], None]) -> Callable[[str], str]:
    """A change of the search page's index."""

    def apply(text: str) -> str:
        found = re.search(r'(id="?index"?>)(.*?)(</script>)', text, re.DOTALL)
        held = json.loads(found[2])
        change(held)
        return text.replace(found[2], json.dumps(held, ensure_ascii=False).replace("<", "\\u003c"))

    return apply


def in_json(change: Callable[[object], None]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        held = json.loads(text)
        change(held)
        return json.dumps(held, ensure_ascii=False)

    return apply


def place_of(held: dict, code: str) -> list:
    return next(one for one in held["p"] if one[0] == code)


def of(held: list, **sought) -> dict:
    return next(one for one in held if sought.items() <= one.items())


SEEDED = [
    # files for programs
    ("api places", "api/places.json", in_json(lambda d: d[0].update(name_en="Shaanxi"))),
    ("api places", "api/places.json", in_json(lambda d: d[0].update(themes=[]))),
    ("api places", "api/places.json", in_json(lambda d: d[0].update(region_code=140000))),
    ("api indicators", "api/indicators.json", in_json(lambda d: of(d, indicator="doctors").update(unit_en="beds"))),
    ("api indicators", "api/indicators.json", in_json(lambda d: of(d, indicator="doctors")["breaks"].clear())),
    ("api sources", "api/sources.json", in_json(lambda d: of(d, source_id="doc-000").update(published="2021-06-05"))),
    ("api pages", "api/pages.json", in_json(lambda d: d[0].update(status="stale"))),
    ("api pages", "api/pages.json", in_json(lambda d: d[0]["html"].pop("en"))),
    ("api pages", "api/pages.json", in_json(lambda d: d[0].update(title_zh="别的"))),
    ("api index", "api/index.json", in_json(lambda d: d["files"].pop("pages"))),
    # the search page
    ("search", "search.html", in_index(lambda d: place_of(d, "140000").__setitem__(0, "140001"))),
    ("search", "search.html", in_index(lambda d: place_of(d, "610000").__setitem__(2, "Shanxi"))),
    ("search", "search.html", in_index(lambda d: place_of(d, "140000").__setitem__(4, "xs"))),
    ("search", "search.en.html", in_index(lambda d: place_of(d, "140000")[7].append("services"))),
    ("search", "search.en.html", in_index(lambda d: d["i"][0].__setitem__(2, "Doctors"))),
    ("search", "search.html", in_index(lambda d: d["i"][0].__setitem__(3, 1))),
    ("search", "search.html", in_index(lambda d: d["s"][0].__setitem__(2, "nowhere"))),
    ("search", "search.html", in_index(lambda d: d["s"][0].__setitem__(3, d["s"][0][3] + "9"))),
    ("search", "search.html", in_index(lambda d: d["c"].append(["140105", "小店区", "Xiaodian", "太原", "Taiyuan", 1]))),
    # links, and what is told twice
    ("links", f"{CODE}/index.html", lambda t: t.replace(f"{THEME}.html", f"{THEME}s.html", 1)),
    ("links", "index.html", lambda t: t.replace("</main>", '<a href="sources.html#none">x</a></main>')),
    ("links", f"{CODE}/{THEME}.html", lambda t: re.sub(r'popovertarget="?r-[0-9a-z]+"?', "popovertarget=r-0", t, count=1)),
    ("anchors", f"{CODE}/{THEME}.html", lambda t: t.replace("</main>", '<p id="main">x</p></main>')),
    ("whole", "index.html", lambda t: t.replace(f'<a href="140000/{THEME}.html"', '<a href="140000/index.html"', 1)),
    ("whole", "search.html", lambda t: re.sub(r'(class="?note"?>)\d+(?= )', r"\g<1>3", t)),
    ("missing", "missing.html", lambda t: re.sub(r'(<li id="?m-\d{6}"?>.{0,200}?class="?e"?>)E\d', r"\g<1>E5", t, count=1, flags=re.DOTALL)),
    ("table", f"{CODE}/index.html", lambda t: re.sub(r"(<td[^>]*>(?:<data[^>]*>)?)3\.40", r"\g<1>3.04", t)),
    ("known", f"{CODE}/index.html", lambda t: re.sub(r"data-fact=\"?f[0-9a-z]+", "data-fact=f00000000", t, count=1)),
]  # fmt: skip


@pytest.mark.parametrize("n", range(len(SEEDED)))
def test_a_fault_in_a_file_of_text_is_seen(sound, raw, tmp_path, n):
    kind, name, change = SEEDED[n]
    folder = tmp_path / "reports"
    shutil.copytree(sound, folder, copy_function=lambda a, b: Path(b).hardlink_to(a))
    (folder / name).unlink()
    shutil.copy(sound / name, folder / name)
    changed(folder / name, change)
    told, pages = audit.Told(), Site(folder)
    if kind.startswith("api"):
        audit_api(told, folder, paths.data())
    elif kind == "search":
        audit_search(told, pages, paths.data())
    elif kind in ("links", "anchors"):
        audit_links(told, pages)
    elif kind == "whole":
        audit_told_twice(told, pages, paths.data())
    elif kind == "missing":
        audit_missing(told, pages, paths.data())
    else:
        facts = json.loads((folder / CODE / f"{THEME}.facts.json").read_text("utf-8"))["facts"]
        audit_front(told, folder / name, "zh", CODE, facts, folder / CODE)
    assert kind in {one for one, *_ in told.faults}, f"{kind} in {name}: not seen"


def repacked(folder: Path, change: Callable[[dict[str, bytes]], None], sums: bool = True) -> None:
    """The package with its files changed; sums: sizes and hashes told anew, so that only the content is wrong."""
    held = members(folder)
    before = dict(held)
    change(held)
    assert held != before, "the mutation changes something"
    if sums:
        described = json.loads(held["datapackage.json"])
        for one in described["resources"]:
            one |= {"bytes": len(held[one["path"]]), "hash": "sha256:" + _sha(held[one["path"]])}
        described["version"] = _sha(
            "\n".join(sorted(one["hash"] for one in described["resources"])).encode()
        )[:12]
        said = json.loads(held["croissant.json"])
        for one in said["distribution"]:
            content = held[one["@id"]]
            one |= {"contentSize": f"{len(content)} B", "sha256": _sha(content)}
        held |= {
            "datapackage.json": json.dumps(described).encode(),
            "croissant.json": json.dumps(said).encode(),
        }
        for name in ("dataset.jsonld", ".zenodo.json"):
            held[name] = json.dumps(json.loads(held[name]) | {"version": described["version"]}).encode()
        lines = (f"{_sha(content)}  {name}\n" for name, content in held.items() if name != "SHA256SUMS")
        held["SHA256SUMS"] = "".join(lines).encode()
    (folder / "data" / "yigai-data.zip").write_bytes(archive.packed(held))
    for name in ("datapackage.json", "croissant.json", "dataset.jsonld", "SHA256SUMS"):
        (folder / "data" / name).write_bytes(held[name])


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


ROWS = "tables/observations"


def in_both(change: Callable[[pd.DataFrame], None]) -> Callable[[dict[str, bytes]], None]:
    """A change of the values in both forms: only the raw figures and the pages know better."""

    def apply(held: dict[str, bytes]) -> None:
        rows = pd.read_parquet(io.BytesIO(held[f"{ROWS}.parquet"]))
        change(rows)
        with tempfile.TemporaryDirectory() as folder:
            tabular.written(Path(folder), ROWS, lambda _: [rows])
            held |= {
                f"{ROWS}.{end}": (Path(folder) / f"{ROWS}.{end}").read_bytes() for end in ("csv", "parquet")
            }

    return apply


def put(column: str, value: object) -> Callable[[pd.DataFrame], None]:
    return lambda rows: rows.__setitem__(column, [value, *rows[column].tolist()[1:]])


def swapped(held: dict[str, bytes], name: str, old: bytes, new: bytes) -> None:
    held[name] = held[name].replace(old, new, 1)


PACKED = [
    ("package unit", True, in_both(put("unit", "张"))),
    ("package raw", True, in_both(put("as_printed", "第 5 期"))),
    ("package value", True, in_both(put("value", 1e9))),
    ("package place", True, in_both(put("region_code", "999999"))),
    ("package year", True, in_both(lambda rows: rows.__setitem__("period_end", "1999-12-31") or put("year", 2023)(rows))),
    ("package", True, lambda h: swapped(h, f"{ROWS}.csv", b"140000", b"610000")),  # CSV, not Parquet
    ("package", True, lambda h: swapped(h, "dictionaries/regions.csv", "山西省".encode(), "陕西省".encode())),
    ("package", False, lambda h: swapped(h, f"{ROWS}.csv", b"explicit", b"undated!")),  # a stale hash
    ("package", True, lambda h: swapped(h, "croissant.json", b'"sc:Float"', b'"sc:Text"')),
    ("package", True, lambda h: swapped(h, "dataset.jsonld", b"Licensed (assistant) doctors", b"Beds")),
    ("package", True, lambda h: swapped(h, "datapackage.json", b'"number"', b'"string"')),
    ("package", False, lambda h: swapped(h, "SHA256SUMS", b"a", b"b")),
]  # fmt: skip


@pytest.mark.parametrize("n", range(len(PACKED)))
def test_a_fault_in_the_package_is_seen(sound, raw, tmp_path, n):
    kind, sums, change = PACKED[n]
    folder = tmp_path / "reports"
    shutil.copytree(sound / "data", folder / "data")
    repacked(folder, change, sums)
    told = audit.Told()
    audit_package(told, folder, paths.raw(), raw)
    assert kind in {one for one, *_ in told.faults}, told.faults[:3]


def test_a_value_of_a_page_that_is_another_in_the_package_is_seen(sound):
    known = by_id(sound)
    name, (place, indicator, value, printed, source, unit, day) = next(
        (k, v) for k, v in known.items() if v[2]
    )
    cell = {"kind": "observations", "id": name, "place": place, "institution": "", "indicator": indicator, "value": value, "printed": printed, "source": source, "unit": unit, "end": day}  # fmt: skip
    told = audit.Told()
    audit_cells(told, "page", [cell], known)
    assert told.faults == []
    for key, other in (("value", 2 * value), ("unit", "张"), ("place", "610000"), ("printed", "1"), ("end", "2001-01-01")):  # fmt: skip
        audit_cells(told, "page", [cell | {key: other}], known)
    assert len(told.faults) == 5


def digit(text: str, sought: str) -> str:
    """The last digit of a number changed."""
    return text.replace(sought, sought[:-1] + str((int(sought[-1]) + 4) % 10))


@pytest.mark.parametrize("where", ["sentence", "table", "record"])
def test_a_number_changed_in_word_is_seen(sound, tmp_path, where):
    shutil.copytree(sound / CODE, tmp_path / CODE)
    file = tmp_path / CODE / f"{THEME}.docx"
    with zipfile.ZipFile(file) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    text = held["word/document.xml"].decode()
    at = {
        "sentence": 0,
        "table": text.index("<w:tbl>"),
        "record": text.index("<w:t", text.rindex("算法") - 900),
    }[where]
    number = re.search(r">[^<>]*?(\d+\.\d+)[^<>]*</w:t>", text[at:])
    start = at + number.start(1)
    text = text[:start] + digit(number[1], number[1]) + text[at + number.end(1) :]
    held["word/document.xml"] = text.encode()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in held.items():
            packed.writestr(name, content)
    facts = json.loads((tmp_path / CODE / f"{THEME}.facts.json").read_text("utf-8"))["facts"]
    told = audit.Told()
    audit_documents(told, tmp_path / CODE, THEME, facts)
    assert any(place.endswith(".docx") for _, place, _ in told.faults)


def test_a_pdf_of_an_older_page_is_seen(sound, tmp_path):
    """The page and its facts go on, the PDF and the Word file stay as they were."""
    shutil.copytree(sound / CODE, tmp_path / CODE)
    html = tmp_path / CODE / f"{THEME}.en.html"
    changed(html, lambda t: t.replace("3.42", "3.47"))
    facts = json.loads((tmp_path / CODE / f"{THEME}.facts.json").read_text("utf-8"))["facts"]
    told = audit.Told()
    audit_documents(told, tmp_path / CODE, THEME, facts)
    assert {Path(place).suffix for _, place, _ in told.faults} == {".docx", ".pdf"}
