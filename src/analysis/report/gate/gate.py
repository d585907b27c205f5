"""The gate: twenty checks of a finished site, each a small function that can fail.

Those that a page can fail alone are put to every page before it is published (``draft``). On the finished site the static checks
read every page; the five that need Chromium (axe, widths, console and network, first figure, marks of drawings) look at a seeded sample that
covers each template, theme and language, and read "not run" where there is no Chromium. Passing them means that automated
checks passed, nothing more. The checks stand in modules by what they look at: text, colours, numbers, whole (site), browser.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from analysis.report.gate import scan
from analysis.report.gate.browser import _browser_checks, _not_run
from analysis.report.gate.colours import check_colours
from analysis.report.gate.numbers import check_numbers
from analysis.report.gate.opened import check_opened
from analysis.report.gate.scan import Page
from analysis.report.gate.site import Outcome, Result, Site
from analysis.report.gate.text import (
    check_figures,
    check_images,
    check_language,
    check_leaks,
    check_structure,
    check_tables,
)
from analysis.report.gate.whole import (
    check_access,
    check_as_made,
    check_identity,
    check_languages_agree,
    check_links,
    check_same_bytes,
)
from analysis.report.plan import sums
from analysis.report.plan.unswept import unswept

STATIC: dict[int, tuple[str, Callable[[Site], Iterable[str]]]] = {
    2: ("alt texts", check_images),
    3: ("figures with caption, CSV and table", check_figures),
    4: ("language marked", check_language),
    5: ("titles, headings, landmarks", check_structure),
    6: ("tables", check_tables),
    7: ("contrast and colour vision", check_colours),
    10: ("nothing leaks into the text", check_leaks),
    11: ("links and anchors", check_links),
    12: ("one region a page", check_identity),
    13: ("page, facts.json, CSV and drawings agree", check_numbers),
    14: ("both languages agree", check_languages_agree),
    15: ("rendered twice, identical bytes", check_same_bytes),
    17: ("internal figures on internal pages only", check_access),
    18: ("every number opens its record", check_opened),
    20: ("files as the run made them", check_as_made),
}


SAMPLE = 24  # pages that `yigai gate` shows to Chromium, if there are not more kinds of them
FINISHED = "`yigai gate` does this on the finished site"  # why a run leaves a check out
IN_BROWSER = 24  # pages a run shows to Chromium at most; `yigai gate --strict` shows it all of them
ALONE = (2, 3, 4, 6, 10, 12, 13, 17, 18)  # what one page can be held to without the rest of the site


def sampled(pages: list[Page], sample: int, seed: int = 0, limit: int | None = None) -> list[Page]:
    """One page of each template, theme and language, then more at random (seeded) up to ``sample`` in all; never over ``limit``."""
    dice = random.Random(seed)
    shuffled = dice.sample(pages, len(pages))
    first: dict[tuple, Page] = {}
    for page in shuffled:
        kind = (
            page.body,
            page.theme or page.name.removesuffix(".en.html").removesuffix(".html"),
            page.short_lang,
        )
        first.setdefault(kind, page)
    chosen = {p.name: p for p in list(first.values())[:limit]}
    for page in shuffled:
        if len(chosen) >= (sample if limit is None else min(sample, limit)):
            break
        chosen.setdefault(page.name, page)
    return [chosen[name] for name in sorted(chosen)]


def run(
    folder: Path,
    strict: bool = False,
    sample: int | None = SAMPLE,
    *,
    again: Path | str | None = None,
    browser: bool = True,
    only: Iterable[str] | None = None,
    limit: int | None = None,
    languages: Iterable[str] = ("zh", "en"),
    over: Path | None = None,
    gone: Iterable[str] = (),
) -> Result:
    """Run the twenty checks on a finished site.

    folder: the site. sample: pages for the Chromium checks (at least one of each template, theme and language, at most
    ``limit``; None: every page). again: a second rendering of the site, or of part of it, for check 15, which else reads "not run" (a string says
    why there is none). only: names of the pages to check (default: all). languages, over, gone: as in Site. strict: "not run" counts
    as a failure.
    """
    second = again if isinstance(again, Path) else None
    site = Site(
        Path(folder),
        second,
        only=None if only is None else frozenset(only),
        languages=tuple(languages),
        over=over,
        gone=frozenset(gone),
    )
    if not site.pages:
        return Result((Outcome(11, STATIC[11][0], "failed", 0, (f"{folder}: no page",)),), strict)
    outcomes = (
        _browser_checks(site, site.pages if sample is None else sampled(site.pages, sample, limit=limit))
        if browser
        else _not_run("switched off")
    )
    for number, (name, check) in STATIC.items():
        if number == 15 and second is None:
            outcomes.append(Outcome(15, name, "not run", 0, (str(again or "no second rendering was given"),)))
            continue
        if number == 20 and (why := _not_as_made(site)):
            outcomes.append(Outcome(20, name, "not run", 0, (why,)))
            continue
        pages = {
            15: sum((second / p.name).is_file() for p in site.pages) if second else 0,
        }.get(number, len(site.pages))
        with unswept():
            problems = tuple(dict.fromkeys(check(site)))
        outcomes.append(Outcome(number, name, "failed" if problems else "passed", pages, problems))
    return Result(tuple(sorted(outcomes, key=lambda o: o.number)), strict)


def _not_as_made(site: Site) -> str:
    """Why files cannot be held to what the last run made; empty when they can."""
    if site.only is not None or site.over is not None:
        return FINISHED
    if (site.folder / sums.OWN / "journal.jsonl").exists():
        return "the last run did not come to an end"
    return "" if sums.read(site.folder) else "the folder holds no hashes of a run"


@unswept()
def draft(files: Mapping[str, str]) -> list[str]:
    """What is wrong with a page that is not published yet. files: name -> text of the page, its facts.json and its CSV files."""
    site = Site(
        Path(),
        drafts=files,
        pages=[Page(name, text) for name, text in files.items() if name.endswith(".html")],
    )
    return [
        f"check {number}, {STATIC[number][0]}: {problem}"
        for number in ALONE
        for problem in STATIC[number][1](site)
    ]


def new_pages(
    folder: Path,
    languages: Iterable[str] = ("zh", "en"),
    *,
    over: Path | None = None,
    gone: Iterable[str] = (),
) -> Result | None:
    """The gate as part of `yigai report`: checks the pages that it has not yet passed with this very content; None when all have.

    over, gone: what the run has made and not yet published (see scan.Folder). Static checks read each such page, Chromium's at most
    ``IN_BROWSER`` of them, one of each template, theme and language first. What passed is remembered in ``.yigai/gate.json`` under
    the gate's own version; a page that fails is checked again by every run until it is mended, for which ``.yigai/gate.failed`` stands.
    """
    record = folder / ".yigai" / "gate.json"
    version = hashlib.sha256(
        b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    ).hexdigest()
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
        passed = dict(known["passed"]) if known["version"] == version else {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        passed = {}  # lost or damaged: every page counts as not yet checked
    site = scan.Folder(folder, over, frozenset(gone))
    shas = {name: hashlib.sha256(site.path(name).read_bytes()).hexdigest()[:32] for name in site.names()}
    fresh = {name for name, sha in shas.items() if passed.get(name) != sha}
    if not fresh:
        return None
    result = run(
        folder,
        sample=IN_BROWSER,
        limit=IN_BROWSER,
        only=fresh,
        languages=languages,
        again=FINISHED,
        over=over,
        gone=gone,
    )
    broken = result.broken.keys()
    passed = {
        name: sha
        for name, sha in shas.items()
        if name not in fresh or not (broken and (name in broken or not broken <= shas.keys()))
    }
    record.parent.mkdir(exist_ok=True)
    part = record.with_name("gate.json.part")
    part.write_text(json.dumps({"version": version, "passed": passed}), encoding="utf-8")
    os.replace(part, record)
    mark = record.with_name("gate.failed")
    mark.unlink(missing_ok=True) if result.ok else mark.write_text("", encoding="utf-8")
    return result
