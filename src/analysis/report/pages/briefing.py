"""A place's briefing: what its pages say in five sentences, three figures, what is not known, and the list of its themes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from analysis import catalog
from analysis.report.pages import cite, compare, frames, missing, page, render
from analysis.report.pages.shown import Report, Site, Unknown, above
from analysis.report.plan.unswept import unswept
from analysis.told import Gap, Told, cited, text_of
from analysis.words import pick

MAX_STATES = 4
FIGURES = 3


@unswept()
def briefing(
    code: str, lang: str, pages: Sequence[Report], site: Site, documents: Sequence[str] = ()
) -> tuple[str, list[Unknown]]:
    """One region's briefing and what is not known behind it, in one language. documents: names of its PDF and Word files."""
    region, w = catalog.region(code), render.words(lang)
    book = render.Book(lang, code)
    findings = [f for p in pages for f in p.findings]
    for finding in findings:
        book.add(finding)
    sentences = [
        book.say(s.segments, f"briefing of {code}, sentence {s.id!r}") for s in page.headlines(findings, code)
    ]
    states = region_states(code, lang, pages, site)
    box = [
        Gap(s.code, (s.title,), (s.settle,) if s.settle else ())
        for s in first_of_each_code(states, MAX_STATES)
    ]
    strips = [(p, f) for p in pages for f in p.findings if f.strip]
    figures = [
        {
            "theme_title": w["policy_strip"] if finding.strip else p.title[lang],
            "csv_folder": f"{p.theme}/",
            "view": render.finding_view(replace(finding, sentences=()), book, n + 1, f"{p.theme}-", p.theme),
        }
        for n, (p, finding) in enumerate([*chosen_figures(pages), *strips])
    ]
    found = site.overviews.of(code) if site.overviews else None
    table = compare.overview(found, lang) if found else None
    covered = render.covered_period([book.printed(), *(f for _, f in chosen_figures(pages))], lang)
    period = covered or w["period_none"]
    place = region.short(lang)
    title = pick((f"{place}（{code}）", f"{place} ({code})"), lang)
    kin = site.kin
    cities = kin.below.get(code, []) if code != catalog.NATION else []
    shown = theme_lines(code, lang, pages, site)
    over = [c for c in above(code) if c in kin.codes]
    same = kin.beside[region.level, *above(code)]
    firsts = {f["theme_title"]: f"fig{n + 1}" for n, f in reversed([*enumerate(figures)])}
    toc = [
        *([("overview", w["overview"])] if table else []),
        *((anchor, title) for title, anchor in reversed(firsts.items())),
        ("themes", w["themes"]),
        *([("sources", w["sources"]), ("records", w["records"])] if book.cited else []),
    ]
    view = frames.frame(
        lang,
        "index",
        f"{title} · {period}",
        site.plan,
        root="../",
        region=region,
        place=place,
        theme="index",
        period=period,
        kicker=w["kicker_nation"] if code == catalog.NATION else w["kicker"],
        meta=[
            *([(w["period"], covered)] if covered else []),
            *render.dates_meta(book.source_ids(), site.plan.as_of, lang),
            *render.peers_meta(findings, lang),
        ],
        sentences=sentences,
        silence=w["no_brief_yet"] if any(t.status == "waiting" for t in shown) else w["no_brief"],
        states=render.states_view(box, book),
        more_states=len(states) > len(box),
        missing_stem=missing.stem(code),
        figures=figures,
        overview=table,
        with_page=site.compared,
        themes=shown,
        places=[{"code": c, "name": catalog.region(c).short(lang)} for c in cities],
        above=[(c, catalog.region(c).short(lang)) for c in over],
        sisters=[{"code": c, "name": catalog.region(c).short(lang)} for c in same if over and c != code],
        mixed=any(r.level == "city" and r.kind != "city" for r in map(catalog.region, cities or same)),
        beside=_beside(code, same, lang),
        compared=next((c for c in (code, *over) if f"cities-{c}" in site.compared), ""),
        toc=toc,
        xlsx=xlsx_name(lang) if any(t.csv for f in findings for t in f.tables) else "",
        reads_hash=render.reads_hash(page.collected_reads(findings)) if findings else "",
        documents=document_links(documents),
    )
    view["records"] = book.records()
    shown_findings = [f for _, f in [*chosen_figures(pages), *strips]] + ([found.told(lang)] if found else [])
    shown_sources = list(dict.fromkeys([*book.source_ids(), *render.column_sources(shown_findings)]))
    view["sources"] = [render.source_line(s, lang) for s in shown_sources]
    view["cited"] = cite.of_page(view, site.plan.as_of, shown_sources)
    return frames.html("briefing.html", view), states


def unmade(code: str, lang: str, site: Site) -> str:
    """The page of a place that others lead to, in a site made for some places: that it is not here, and the command that makes it."""
    region, w = catalog.region(code), render.words(lang)
    place = region.short(lang)
    title = f"{pick((f'{place}（{code}）', f'{place} ({code})'), lang)} · {w['period_none']}"
    more = {"region": region, "place": place, "theme": "index", "command": f"make report REGION={code}"}
    more["led_to"] = (
        sorted(site.themes) if code == catalog.NATION else []
    )  # pages of places lead to figures of the nation
    return frames.html("unmade.html", frames.frame(lang, "index", title, site.plan, root="../", **more))


def _beside(code: str, same: Sequence[str], lang: str) -> list[tuple[str, str, str]]:
    """The places before and after one among those of its kind, in code order: word, code, name."""
    w, at = render.words(lang), same.index(code)
    near = [("previous", same[at - 1 : at] if at else []), ("next", same[at + 1 : at + 2])]
    return [(w[word], c, catalog.region(c).short(lang)) for word, found in near for c in found]


def chosen_figures(pages: Sequence[Report]) -> list[tuple[Report, Told]]:
    """Up to three figures: the first of each theme, then the second of each, and so on, in the themes' order."""
    ranked = [
        (n, p.order, k, p, f)
        for k, p in enumerate(pages)
        for n, f in enumerate(f for f in p.findings if f.kind == "figure" and not f.strip)
    ]
    best = sorted(ranked, key=lambda r: r[:3])[:FIGURES]
    return [(p, f) for *_, p, f in sorted(best, key=lambda r: (r[1], r[2], r[0]))]


def region_states(code: str, lang: str, pages: Sequence[Report], site: Site) -> list[Unknown]:
    """What is not known about a region, each once: the findings' states and the themes that have no page for it.

    Two themes may name one gap in their own words; the same code with the same remedy is the same gap.
    """
    out: dict[tuple[str, str], Unknown] = {}

    def add(state: str, title: str, settle: str, theme: str) -> None:
        key = state, settle or title
        held = out.setdefault(key, Unknown(state, title, settle))
        if theme not in held.themes:
            out[key] = replace(held, themes=(*held.themes, theme))

    for p in pages:
        for finding in p.findings:
            for s in finding.states:
                add(
                    s.code,
                    text_of(s.title),
                    text_of(s.settle),
                    p.title[lang],
                )
    for theme, state in sorted(site.states(code).items(), key=lambda item: site.order(item[0])):
        if state:
            title = site.title(theme, lang)
            add(
                state.code,
                pick((f"{title}：{state.zh}", f"{title}: {state.en}"), lang),
                "",
                title,
            )
    return [out[key] for key in sorted(out, key=lambda k: k[0])]


def first_of_each_code(states: Sequence[Unknown], limit: int) -> list[Unknown]:
    """A fair choice for a small box: one state of each code first, then the rest, up to the limit, in code order."""
    seen: dict[str, int] = {}
    ranked = []
    for n, state in enumerate(states):
        seen[state.code] = seen.get(state.code, 0) + 1
        ranked.append((seen[state.code], n, state))
    return [state for _, n, state in sorted(sorted(ranked, key=lambda r: r[:2])[:limit], key=lambda r: r[1])]


@dataclass(frozen=True)
class ThemeLine:
    """A line of a briefing's list of themes. status: the report's, or none (there is none) or waiting (not made yet)."""

    theme: str
    title: str
    href: str
    status: str
    chip: str
    text: str
    documents: Sequence[tuple[str, str]] = ()


def theme_lines(code: str, lang: str, pages: Sequence[Report], site: Site) -> list[ThemeLine]:
    """The region's themes: a link with the headline of its first figure that names the place (else its first), or why there is no page."""
    w, out, name = render.words(lang), [], catalog.region(code).short("zh")
    for p in pages:
        told = [f for f in p.findings if f.headline]
        best = max(told, key=lambda f: _worth(f, name), default=None)  # the first of the best
        href = render.page_name(p.theme, lang)
        headline = _led_headline(best, lang, href) if best else ""
        text = {"failed": failure(p, lang), "stale": w["stale_note"]}.get(p.status, headline)
        out.append(
            ThemeLine(
                p.theme,
                p.title[lang],
                href if p.stands else "",
                p.status,
                w[f"status_{p.status}"],
                text,
                document_links(p.documents),
            )
        )
    for theme, state in site.states(code).items():
        if theme not in {p.theme for p in pages}:
            chip = f"{w['no_page']} {state.code}" if state else w["not_made"]
            out.append(
                ThemeLine(
                    theme,
                    site.title(theme, lang),
                    "",
                    "none" if state else "waiting",
                    chip,
                    state.text(lang) if state else "",
                )
            )
    return out


def _worth(finding: Told, place: str) -> tuple[bool, bool]:
    """How well a finding's headline stands for its page: a figure whose numbers are the place's first, then any figure.

    place: its Chinese name, looked for in what the numbers are called, so that both languages choose the same.
    """
    figure = finding.kind == "figure"
    return figure and any(place in finding.facts[one].called("zh") for one in cited(finding.headline)), figure


def _led_headline(finding: Told, lang: str, href: str) -> Markup:
    """A finding's headline whose numbers lead to their record on its own page."""
    return render.led(render.opened(finding.headline, lang), finding.facts, lang, href)


def document_links(names: Iterable[str]) -> list[tuple[str, str]]:
    """(what to call it, address beside the briefing) of PDF and Word files, PDF first."""
    words = {"pdf": "PDF", "docx": "Word"}
    found = sorted((name.rpartition("/")[2] for name in names), key=lambda n: not n.endswith("pdf"))
    return [(words[name.rpartition(".")[2]], name) for name in found]


def failure(p: Report, lang: str) -> str:
    """What kind of thing went wrong with a page, and where the log says more; never what the notebook itself said."""
    w = render.words(lang)
    same = {"worker": "server"}  # what runs notebooks, for a reader
    kind = w.get(f"failure_{same.get(p.failure, p.failure)}", w["failure_other"])
    return w["failure_note"].format(kind=kind, note=p.note) if p.note else kind


def xlsx_name(lang: str) -> str:
    return pick(("tables.xlsx", "tables.en.xlsx"), lang)
