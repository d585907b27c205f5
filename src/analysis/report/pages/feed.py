"""The feed of a site's issues: an entry an issue, which leads to what changed in it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from analysis.report.pages import render
from analysis.report.pages.changes import KINDS
from analysis.words import LANGS

FEED = "changes.atom"


def feed(issues: Sequence[Mapping[str, Any]]) -> str:
    """An Atom feed with one entry an issue, the newest first; dates are those of the issues.

    issues: issue, before, counts (kind -> number), oldest first. The newest is the feed's own; each other leads to its own page,
    which stands beside it.
    """
    w = {lang: render.words(lang) for lang in LANGS}

    def name(text: str) -> str:
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'yigai:{text}')}"

    def told(one: Mapping[str, Any], lang: str) -> str:
        return w[lang]["changes_counts"].format(**{kind: one["counts"].get(kind, 0) for kind in KINDS})

    def links(one: Mapping[str, Any]) -> str:
        home = "" if one is issues[-1] else f"../{one['issue']}/"
        pairs = (("zh-CN", "changes.html"), ("en", "changes.en.html"))
        return "".join(
            f'<link rel="alternate" hreflang="{lang}" href="{home}{page}"/>' for lang, page in pairs
        )

    entries = [
        f"<entry><id>{name(one['issue'])}</id><title>{escape(one['issue'])}</title>"
        f"<updated>{one['issue']}-01T00:00:00Z</updated>"
        f"{links(one)}<summary>{escape(told(one, 'zh'))} / {escape(told(one, 'en'))}</summary></entry>"
        for one in reversed(issues)
    ]
    title = f"{w['zh']['page_changes']} / {w['en']['page_changes']}"
    updated = f"{issues[-1]['issue']}-01T00:00:00Z" if issues else "1970-01-01T00:00:00Z"
    head = f"<id>{name('changes')}</id><title>{escape(title)}</title><updated>{updated}</updated><author><name>Yigai</name></author>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{head}<link rel="self" href="{FEED}"/>{"".join(entries)}</feed>\n'
