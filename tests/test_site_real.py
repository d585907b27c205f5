"""The pages of 山西, 西藏, 镇江 and 厦门 as a reader gets them, and every number on them traced to a raw cell."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter

import pytest

import recompute
import trace_numbers
from analysis import catalog

PLACES = ("140000", "540000", "321100", "350200")
pytestmark = pytest.mark.xdist_group("site")


def text_of(path) -> str:
    body = re.sub(r"<(style|svg)\b.*?</\1>", " ", path.read_text("utf-8"), flags=re.S)
    return re.sub(r"<[^>]+>", " ", body)


@pytest.mark.parametrize("code", PLACES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_briefing_names_its_region_and_its_reasons(site, code, lang):
    page = site / code / ("index.html" if lang == "zh" else "index.en.html")
    text = text_of(page)
    assert catalog.region(code).short(lang) in text and code in text
    if code == "350200":
        numbers = trace_numbers.FACT.findall(page.read_text("utf-8"))
        assert not numbers or "E" in text, "a place without numbers states why"
        assert re.search(r"\bE[0-9]\b", text)


def test_the_manifest_lists_every_page_and_all_went_well(site):
    manifest = json.loads((site / "manifest.json").read_text("utf-8"))
    pages = manifest["pages"]
    assert (
        {p["region_code"] for p in pages} == set(PLACES)
        and {p["lang"] for p in pages} == {"zh", "en"}
        and {p["status"] for p in pages} == {"made"}
    )
    for p in pages:
        assert (
            p["path"] == f"{p['region_code']}/{p['theme']}{'' if p['lang'] == 'zh' else '.en'}.html"
            and (site / p["path"]).is_file()
        )


def test_both_languages_of_a_page_have_the_same_facts(site):
    for page in site.rglob("*.html"):
        twin = page.with_name(page.name.replace(".html", ".en.html"))
        if page.name.endswith(".en.html") or not twin.is_file() or page.parent == site:
            continue
        zh, en = (
            {fact for fact, _ in trace_numbers.FACT.findall(p.read_text("utf-8"))} for p in (page, twin)
        )
        assert zh == en, page.relative_to(site)


def test_every_number_is_traced_to_a_raw_cell(site):
    assert len(trace_numbers.printed_numbers(site)) > 200
    assert trace_numbers.trace(site, 2000) == []


def test_a_page_says_each_published_value_once_and_stays_small(site):
    for file in site.rglob("*.facts.json"):
        assert file.stat().st_size <= 150_000, file.relative_to(site)
        held = json.loads(file.read_text("utf-8"))
        ids = trace_numbers.ids_of(held["cells"])
        assert len(ids) == len(set(ids)), file.relative_to(site)


def test_numbers_are_recomputed_from_the_page_s_own_files(site):
    found = Counter(verdict for verdict, *_ in recompute.site(site))
    assert [line for line in recompute.site(site) if line[0] not in ("agrees", "stated")] == []
    assert found["agrees"] > 200 and not found["stated"], found


def test_a_number_that_its_operation_does_not_give_is_found(site, tmp_path):
    source = site / "140000" / "region_profile.facts.json"
    held = json.loads(source.read_text("utf-8"))
    name = next(k for k, f in held["facts"].items() if "operation" in f and f.get("value"))
    held["facts"][name]["value"] *= 1.001
    changed = tmp_path / "region_profile.facts.json"
    changed.write_text(json.dumps(held), "utf-8")
    assert [(verdict, fact) for verdict, fact, _ in recompute.page(changed) if verdict == "differs"] == [
        ("differs", name)
    ]


def test_the_trace_can_fail(site, tmp_path):
    copy = shutil.copytree(site, tmp_path / "copy")
    file = copy / "140000" / "region_profile.facts.json"
    broken = json.loads(file.read_text("utf-8"))
    broken["cells"]["columns"]["id"] = {"all": "nbs-province:140000:doctors:1999"}
    file.write_text(json.dumps(broken), "utf-8")
    assert any("no raw cell" in line for line in trace_numbers.trace(copy, 3000))


def test_no_page_asks_for_anything_outside(site):
    for page in site.rglob("*.html"):
        body = page.read_text("utf-8")
        assert "<script src" not in body and not re.search(
            r'(src|href)="(https?:)?//(?!data\.stats\.gov\.cn)[^"]*\.(js|css|woff2?|png|svg)"', body
        )
        assert "Content-Security-Policy" in body


def test_the_briefing_carries_the_strip_of_known_policy_events(site):
    zh, en = (text_of(site / "140000" / name) for name in ("index.html", "index.en.html"))
    assert "已知的改革政策事件" in zh and "Known reform policy events" in en
