"""Notices put at the head of a finished page: not made again, made late, corrected. Their words: ``pages.notice_...``."""

from __future__ import annotations

from markupsafe import escape

from analysis.words import LANGS, common


def said(name: str, lang: str, /, **values: object) -> str:
    """A notice's words in one language; ``name`` is stale, late or corrected."""
    key = f"notice_{name}"
    return common().text(f"pages.{key}", lang, **values)


def in_both(name: str, /, **values: object) -> dict[str, str]:
    """A notice's words by language."""
    return {lang: said(name, lang, **values) for lang in LANGS}


def at_head(html: str, text: str, kind: str) -> str:
    """The page with a notice as the first thing in its main part; unchanged without a text, or when it says so already.

    >>> at_head('<main id="main"><p>x', "a < b", "dated")
    '<main id="main"><p class="stale dated" role="note"><strong>a &lt; b</strong></p><p>x'
    """
    notice = f'<p class="stale {kind}" role="note"><strong>{escape(text)}</strong></p>'
    start = html.find("<main")
    if not text or start < 0 or notice in html:
        return html
    end = html.index(">", start) + 1
    return f"{html[:end]}{notice}{html[end:]}"


def stale(html: str, lang: str) -> str:
    """The page with a notice that it is its last good version; unchanged when it has one."""
    mark = '<p class="stale" role="status">'
    start = html.find("<main")
    if mark in html or start < 0:
        return html
    end = html.index(">", start) + 1
    return f"{html[:end]}{mark}<strong>{said('stale', lang)}</strong></p>{html[end:]}"
