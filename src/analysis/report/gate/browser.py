"""The five checks that need Chromium: axe, widths, console and network, the first figure, the marks of drawings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis import scratch
from analysis.report.gate.drawn import check_drawn
from analysis.report.gate.scan import Page
from analysis.report.gate.site import Outcome, Site

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


RUN_AXE = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false})
    .then(result => result.violations.map(v => [v.id, v.nodes.length, String(v.nodes[0].target[0])]))"""


WIDTHS = (320, 390, 768)


CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


def check_axe(tab: Any, page: Page) -> Iterable[str]:
    """1: axe-core finds no violation of WCAG 2.0 to 2.2, A and AA."""
    tab.set_viewport_size({"width": 1280, "height": 900})
    # the page's own policy forbids scripts; the checker is evaluated from outside, which the policy does not touch
    tab.evaluate(_axe_source())
    for name, times, target in tab.evaluate(RUN_AXE, AXE_TAGS):
        yield f"{page.name}: {name} ({times}x) at {target}"


def check_widths(tab: Any, page: Page) -> Iterable[str]:
    """8: no horizontal scroll of the page at 320, 390 and 768 px."""
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        needed = tab.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            yield f"{page.name}: {needed} px wide at {width} px"


FIRST_FIGURE = (
    (1280, 800, 1.0),
    (390, 844, 1.5),
)  # window, and how many of its heights the first figure may end in


FIGURE_END = """() => { const f = document.querySelector('main figure .plate');
    return f ? Math.ceil(f.getBoundingClientRect().bottom + scrollY) : 0; }"""


def check_first_figure(tab: Any, page: Page) -> Iterable[str]:
    """16: a theme's first figure stands whole in the first window of a desk, within one and a half of a phone."""
    if "report" not in page.body.split():
        return
    for width, height, windows in FIRST_FIGURE:
        tab.set_viewport_size({"width": width, "height": height})
        end = tab.evaluate(FIGURE_END)
        if end > height * windows:
            yield f"{page.name}: the first figure ends at {end} px in a window of {width} x {height}"


def _axe_source() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


BROWSER = {
    1: "axe-core, WCAG A and AA",
    8: "no horizontal scroll",
    9: "no console error, no request",
    16: "the first figure in the first window",
    19: "marks inside their drawing, words free of them",
}


def chromium() -> str | None:
    """Path of a Chromium, or None."""
    stated = os.environ.get("YIGAI_CHROMIUM")
    if stated:
        return stated if Path(stated).is_file() else None
    found = "/usr/bin/chromium" if Path("/usr/bin/chromium").is_file() else None
    return found or next(
        (p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None
    )


def _not_run(reason: str) -> list[Outcome]:
    return [Outcome(number, name, "not run", 0, (reason,)) for number, name in BROWSER.items()]


def _browser_checks(site: Site, pages: list[Page]) -> list[Outcome]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return _not_run("playwright is not installed")
    path = chromium()
    if path is None:
        return _not_run("no Chromium on this machine")
    try:
        with scratch.everything(), sync_playwright() as play:
            driver = play.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
            try:
                return _browse(driver, site, pages)
            finally:
                driver.close()
    except Exception as error:  # the browser, or the program that drives it, was ended or could not start
        last = [line.strip() for line in str(error).splitlines() if line.strip()]
        return _not_run(f"the browser ended before it was done: {last[0] if last else type(error).__name__}")


def _browse(driver: Any, site: Site, pages: list[Page]) -> list[Outcome]:
    problems: dict[int, list[str]] = {number: [] for number in BROWSER}
    # one tab for all: a new one is a new process, which costs as much as the checks of a page
    tab, noise, uri = driver.new_page(), [""], ""
    tab.on("console", lambda message: noise.append(f"console {message.type}: {message.text[:80]}"))
    tab.on("pageerror", lambda error: noise.append(f"error: {str(error)[:80]}"))
    tab.on(
        "request",
        lambda request: noise.append(f"request {request.url[-80:]}") if request.url != uri else None,
    )
    for page in pages:
        uri = site.files.path(page.name).resolve().as_uri()
        noise.clear()
        tab.set_viewport_size({"width": 1280, "height": 720})
        tab.goto(uri)
        problems[9] += [f"{page.name}: {line}" for line in noise]
        problems[8] += check_widths(tab, page)
        problems[16] += check_first_figure(tab, page)
        problems[19] += check_drawn(tab, page)
        problems[1] += check_axe(tab, page)
    tab.close()
    return [
        Outcome(n, BROWSER[n], "failed" if found else "passed", len(pages), tuple(found))
        for n, found in problems.items()
    ]
