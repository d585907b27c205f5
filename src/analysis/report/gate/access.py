"""Internal figures stay on internal pages: what the gate holds a site to, and what one page alone can be held to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from analysis.report.gate.scan import Page

SOURCE = re.compile(r"\binternal-[0-9a-f]{8}\b")
MARK = "internal"


def _named(text: str) -> str:
    """The internal source that a text names; empty for none. The bare word is looked for first: it stands in no public page."""
    found = SOURCE.search(text) if "internal-" in text else None
    return found[0] if found else ""


def marked(page: Page) -> bool:
    """Whether a page says, to programs and to readers, that it holds internal figures."""
    return page.meta.get("yigai-access") == MARK and 'class="internal"' in page.html


def problems(pages: Iterable[Page], text: Callable[[Page], str]) -> Iterable[str]:
    """A page that names an internal source without its mark; a half mark; marked pages among others.

    ``text``: all that is published with a page besides its own text (facts.json, CSV files).
    """
    pages = list(pages)
    inside = [page for page in pages if marked(page)]
    for page in pages:
        said = page.meta.get("yigai-access") == MARK, 'class="internal"' in page.html
        if any(said) and not all(said):
            yield f"{page.name}: marked internal only for {'programs' if said[0] else 'readers'}"
        if page not in inside and (found := _named(page.html) or _named(text(page))):
            yield f"{page.name}: names the internal source {found} and is not marked internal"
    if inside and len(inside) < len(pages):
        apart = inside if len(inside) <= len(pages) / 2 else [p for p in pages if p not in inside]
        kind = "marked internal" if apart is inside else "not marked internal"
        for page in apart:
            yield f"{page.name}: {kind}, unlike the other pages of the site"
