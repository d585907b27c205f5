"""What the pages around the reports share: the frame that every one of them stands in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.report.pages import render, slim
from analysis.report.pages.shown import Plan


def frame(lang: str, stem: str, title: str, plan: Plan, **more: Any) -> dict:
    """What the frame of every page here needs. ``stem``: its name from the site's folder, without ending."""
    other = render.OTHER[lang]
    folder, _, name = stem.rpartition("/")
    changes = render.page_name("changes", lang)
    return {
        "lang": lang,
        "html_lang": render.HTML_LANG[lang],
        "other": other,
        "other_html_lang": render.HTML_LANG[other],
        "w": render.words(lang),
        "region": None,
        "title": title,
        "kicker": render.words(lang)["kicker_site"],
        "meta": [],
        "root": "../" * stem.count("/"),
        "here": render.page_name(name, lang),
        "there": render.page_name(name, other),
        "code_version": plan.code_version,
        "reads_hash": "",
        "changes": (("" if folder.isdecimal() else "../" * stem.count("/")) + changes) if plan.issue else "",
    } | more


def html(template: str, view: Mapping) -> str:
    """A page from its template, in as few bytes as it can be."""
    return slim.slim(render.environment().get_template(template).render(view))
