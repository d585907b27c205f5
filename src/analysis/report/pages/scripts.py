"""The one script of the pages: small, inline, allowed by its hash alone; every page works without it.

``page.js`` stands on every page (sorting of tables, copying, the anchor when the language changes, permanent links to records),
``search.js`` on the search page besides. They make no request and the pages' policy would not let them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from markupsafe import Markup

# parts of a script that stay as written: strings, patterns (behind a sign that no value ends with), and a template's pieces of text
_AS_WRITTEN = re.compile(
    r"""("[^"\n]*"|`[^`]*`|(?<=[(,=:?|&!]) ?/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[gimsuy]*)"""
)
_AROUND = re.compile(r" ?([=<>!&|?:*/%,;(){}\[\]]+) ?")
NAMES = ("page.js", "search.js")
LIMIT = 15_000  # bytes of both together


@cache
def text(name: str) -> str:
    """A script as the pages carry it: without comment lines, indentation and the blanks around signs."""
    source = (files("analysis.report.pages") / "templates" / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in source.splitlines())
    return tight("\n".join(line for line in lines if line and not line.startswith("//")))


def tight(script: str) -> str:
    """A script without the blanks that stand around its signs; strings, templates and patterns stay to the letter.

    Plus and minus keep theirs (``a - -b``); a template inside a template is not read, and the scripts here have none.

    >>> print(tight('const a = (b, c) => `${b} - ${c}` + " = " + d.replace(/ [,"] /g, "") ;'))
    const a=(b,c)=>`${b} - ${c}` + " = " + d.replace(/ [,"] /g,"");
    """
    parts = _AS_WRITTEN.split(script)
    return "".join(part if n % 2 else _AROUND.sub(r"\1", part) for n, part in enumerate(parts))


def digest(script: str) -> str:
    """The script's name in a Content-Security-Policy.

    >>> digest("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def tags(names: Iterable[str] = ("page.js",)) -> Markup:
    """The scripts as elements."""
    return Markup("").join(Markup(f"<script>{text(name)}</script>") for name in names)


def policy(names: Iterable[str] = ("page.js",)) -> Markup:
    """The Content-Security-Policy of a page with these scripts: nothing is loaded, nothing else runs."""
    hashes = " ".join(f"'{digest(text(name))}'" for name in names)
    return Markup(f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {hashes}")


def data(id: str, content: Mapping | list) -> Markup:
    """Data for a script: JSON in an element that no browser runs. Nothing in it can end the element."""
    held = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="{id}">{held}</script>')
