"""A finished page in fewer bytes: the same elements, words and drawings, nothing said twice.

Of a page that was made of parts, each part brings what it needs itself: every drawing its styles, every template the whole style
sheet, every ringed dot its place once for the ring and once for the dot. Here the page is seen as a whole. Pure: text in, text out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import count

from analysis.charts.svg import tenths

# what a notice at the head of a finished page needs later on (report/pages/notices.py)
LATER = frozenset({"stale", "strong"})
SHORTEST = 60  # characters of a path from which on a reference to it is shorter than the path

_SHEET = re.compile(r"<style>(.*?)</style>", re.S)
# a script's own text stays as it is: the page's policy names its hash
_SVG = re.compile(r"<script\b.*?</script>|<svg\b.*?</svg>", re.S)
_RULE = re.compile(r"\.([\w-]+)\{([^}]*)\}")
_CLASS = re.compile(r'(?<= class=")([\w-]+)(?=")')
_TWICE = re.compile(rf'<path class="(\w+)" d="([^"]{{{SHORTEST},}})"/><path class="(\w+)" d="\2"/>')
_NAMES = re.compile(r'\s(?:class|id)=(?:"([^"]*)|([^\s">]+))')
_TAGS = re.compile(r"<([a-z][a-z0-9]*)")
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.S)
# end tags that a browser adds itself where these follow
_ENDS = re.compile(
    r"(<script\b.*?</script>)|</t[dh]>(?=<t[dh]\b|</tr>)|</tr>\n?(?=<tr\b|</t(?:body|head)>)"
    r"|</d[td]>(?=<d[td]\b|</dl>)|</li>\n?(?=<li\b|</[uo]l>)",
    re.S,
)
# tags that stand in a page by the hundred, and values that need no quotation marks
_CELL = re.compile(r'<(?:t[dh]|data|option|use|g|span|button)(?! scope="col")(?: [\w-]+="[-\w.]+")+(?=[ >])')
# a number in a cell of its own: the cell holds its value, and none where the value is what is printed
_HELD = re.compile(
    r"<td( class=\w+)?><data( data-fact=\w+)? value=([-\w.]+)>([^<]*)</data>(?=\s*<(?:t[dhr]\b|/t))"
)
# a number that opens its record: the record's name is the fact's
_OPENS = re.compile(r'(<button class="n"[^>]* popovertarget="r-(\w+)"><data) data-fact="\2"')
_TABLE = re.compile(r'<table((?: class="[^"]*")?)(>(?:(?!<table).)*?<tbody>)(.*?)(?=</tbody>)', re.S)
_ROW = re.compile(r"<tr[ >]")
_TABLE_CELL = re.compile(r"<t[dh]\b[^>]*>")
# cells of words, and row heads of long ones: where a whole column is of a kind, its table says so once
_KINDS = (" class=l", " class=t")
# a record: tags that stand by the dozen, and end tags that a browser adds itself
_RECORD = re.compile(
    r'\n?<div class="rec" popover id="([\w-]+)"><p class="what">(.*?)</p>(<dl>.*?</dl>)<p class="link"><a href="([^"\s]+)">([^<]*)</a></p></div>'
)
_OWN = re.compile(r"\b(?:matrix|over)\b")  # tables with a rule of their own for such cells
COLUMNS = 9  # columns that the style sheet has a rule for
# the whole name: k3 is no part of k33, whose text would be left a tag that nobody knows
_SPOKEN = re.compile(r"<text class=(\w+)(?: [^>]*)?>[^<]*</text>(?:<text class=\1(?: [^>]*)?>[^<]*</text>)+")
_VALUE = re.compile(r'="([^"]*)"')
_PLACED = re.compile(r' d="(M[^"]*M[^"]*)"')  # a path of several pieces
_PIECE = re.compile(r"M(-?[\d.]+) (-?[\d.]+)([^M]*)")
_STEP = re.compile(r"([lhvz])((?:[ -]?(?:\d+\.?\d*|\.\d+))*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_AGAIN = re.compile(rf'<path class="(\w+)" d="M([-.\d]+) ([-.\d]+)([^"]{{{SHORTEST},}})"/>')
_DRAWN = re.compile(r'<(text|path) class="(\w+)"(?: x="([-.\d]+)" y="([-.\d]+)")?')
_ROOT = re.compile(r'(?<=<svg) xmlns="[^"]*"|(?<=") focusable="false"(?=>)')
_QUOTED = re.compile(r'"([^"\n]*)"')  # what a script names: classes and elements stand in its strings
_UNASKED = re.compile(
    r":(?:not|is|has|where|lang|nth-child)\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\]|::?[\w-]+(?:\([^)]*\))?"
)
_ASKED = re.compile(r"[A-Za-z][\w-]*")

Rule = tuple[tuple[tuple[str, frozenset[str]], ...], str, tuple]


def slim(page: str) -> str:
    """The page with one sheet of drawing styles, each repeated path once, the rules of the style sheet that can apply, and
    without the end tags and quotation marks that HTML does not ask for.

    >>> slim('<style>a{x:y}.b{x:y}</style><a><svg><style>.k1234{fill:red}</style><path class="k1234" d="M0 0"/></svg></a>')
    '<style>a{x:y}</style><style id="drawn">.k0{fill:red}</style><a><svg><path class=k0 d="M0 0"/></svg></a>'
    """
    page = _ENDS.sub(lambda end: end[1] or "", _OPENS.sub(r"\1", _drawings(page)))
    page = _CELL.sub(lambda tag: _VALUE.sub(r"=\1", tag[0]), page)
    page = _TABLE.sub(_columns, _HELD.sub(_held, page))
    page = _RECORD.sub(
        r"<div class=rec popover id=\1><p class=what>\2\3<p class=link><a href=\4>\5</a></div>", page
    )
    main = _SHEET.search(page)
    if not main:
        return page
    return page[: main.start(1)] + pruned(main[1], page) + page[main.end(1) :]


def _held(cell: re.Match[str]) -> str:
    name, fact, value, text = cell.groups()
    return f"<td{name or ''}{fact or ''} data-v{'' if value == text else f'={value}'}>{text}"


def _columns(table: re.Match[str]) -> str:
    """A table whose columns of words are named once: every cell of such a column was ``class=l``."""
    named, head, body = table.groups()
    rows = [_TABLE_CELL.findall(row) for row in _ROW.split(body)[1:]]
    if "span=" in body or _OWN.search(named) or len({len(row) for row in rows}) != 1:
        return table[0]
    left, long = _KINDS
    kinds = {n: left for n in range(1, min(len(rows[0]), COLUMNS)) if all(left in row[n] for row in rows)}
    if all(long in row[0] for row in rows):
        kinds[0] = long
    if not kinds or len(rows) < 3:
        return table[0]

    def bare(row: str) -> str:
        at = count()
        return _TABLE_CELL.sub(lambda cell: cell[0].replace(kinds.get(next(at), "\n"), "", 1), row)

    named = named.removeprefix(' class="').removesuffix('"')
    marked = " ".join([*named.split(), *(f"{kind[-1]}{n + 1}" for n, kind in sorted(kinds.items()))])
    lines = re.split(r"(?=<tr[ >])", body)
    return f'<table class="{marked}"{head}{lines[0]}{"".join(map(bare, lines[1:]))}'


def _drawings(page: str) -> str:
    """Drawings' own style sheets as one in the page's head, their classes named anew; a path drawn twice over is drawn once."""
    names: dict[str, str] = {}
    shapes = 0

    def shared(match: re.Match[str]) -> str:
        svg = match[0]
        if svg.startswith("<script"):
            return svg
        own = {
            name: names.setdefault(rule, f"k{len(names)}")
            for sheet in _SHEET.findall(svg)
            for name, rule in _RULE.findall(sheet)
        }
        if own:
            svg = _CLASS.sub(lambda name: own.get(name[0], name[0]), _SHEET.sub("", svg))
        svg = _PLACED.sub(lambda path: f' d="{chained(path[1])}"', _TWICE.sub(once, svg))
        return _SPOKEN.sub(together, _DRAWN.sub(bare, _ROOT.sub("", _again(svg), count=2)))

    def together(texts: re.Match[str]) -> str:
        return f"<g class={texts[1]}>{texts[0].replace(f'<text class={texts[1]}', '<text')}</g>"

    def _again(svg: str) -> str:
        """Shapes that a drawing repeats elsewhere are drawn once and moved."""
        nonlocal shapes
        counted = Counter((name, rest) for name, _, _, rest in _AGAIN.findall(svg))
        first: dict[tuple[str, str], tuple[int, float, float]] = {}

        def moved(match: re.Match[str]) -> str:
            nonlocal shapes
            name, x, y, rest = match.groups()
            if counted[name, rest] < 2:
                return match[0]
            if (name, rest) not in first:
                shapes += 1
                first[name, rest] = shapes, float(x), float(y)
                return f'<path class="{name}" id="u{shapes}" d="M{x} {y}{rest}"/>'
            number, left, top = first[name, rest]
            return f'<use href="#u{number}" x="{float(x) - left:.4g}" y="{float(y) - top:.4g}"/>'

        return _AGAIN.sub(moved, svg)

    def bare(match: re.Match[str]) -> str:
        tag, name, x, y = match.groups()
        return f"<{tag} class={name}" + (f" x={x} y={y}" if x else "")

    def once(match: re.Match[str]) -> str:
        nonlocal shapes
        under, path, over = match.groups()
        shapes += 1
        return (
            f'<g class="{under}"><path id="u{shapes}" d="{path}"/></g><use class="{over}" href="#u{shapes}"/>'
        )

    page = _SVG.sub(shared, page)
    if not names:
        return page
    sheet = "".join(f".{name}{{{rule}}}" for rule, name in names.items())
    return page.replace("</style>", f'</style><style id="drawn">{sheet}</style>', 1)


@lru_cache(maxsize=4096)
def chained(path: str) -> str:
    """A path of several pieces with each piece placed from the end of the one before; unchanged where that is no shorter.

    In whole tenths, so that no error adds up. A dot is a step of nothing: its round cap is what is seen.

    >>> chained("M148.6 185.8h.01M176 173.8h.01M10 10h5v5h-5zM12 10l3 4")
    'M148.6 185.8h0m27.4-12h0m-166-163.8h5v5h-5zm2 0l3 4'
    """
    out, x, y = "", 0, 0
    for number, (left, top, steps) in enumerate(_PIECE.findall(path)):
        at = round(10 * float(left)), round(10 * float(top))
        steps = "h0" if steps == "h.01" else steps
        if number:
            across, down = (tenths(new - old) for new, old in zip(at, (x, y), strict=True))
            out += f"m{across}{'' if down[0] == '-' else ' '}{down}{steps}"
        else:
            out += f"M{left} {top}{steps}"
        if (end := _end(at, steps)) is None:
            return path
        x, y = end
    return min(out, path, key=len)


def _end(at: tuple[int, int], steps: str) -> tuple[int, int] | None:
    """Where a piece of a path ends, in tenths; None where it is not made of the steps that drawings here take."""
    if steps == "h0":
        return at
    x, y = at
    for command, text in (found := _STEP.findall(steps)):
        moves = [round(10 * float(number)) for number in _NUMBER.findall(text)]
        if command == "z":
            x, y = at
        elif command == "l":
            x, y = x + sum(moves[::2]), y + sum(moves[1::2])
        elif command == "h":
            x += sum(moves)
        else:
            y += sum(moves)
    return (x, y) if "".join(map("".join, found)) == steps else None


def pruned(css: str, page: str) -> str:
    """The rules of a style sheet that can apply to a page, or to what its scripts add to it."""
    rules, asked = _parsed(css)
    present = {name for names in _NAMES.findall(page) for name in "".join(names).split()} | set(
        _TAGS.findall(page)
    )
    present |= {
        word
        for script in _SCRIPT.findall(page)
        for said in _QUOTED.findall(script)
        for word in _ASKED.findall(said)
    } | LATER
    return _kept(css, frozenset(present & asked))


@lru_cache(maxsize=128)
def _kept(css: str, present: frozenset[str]) -> str:
    return "".join(_written(_parsed(css)[0], present))


def _written(rules: Iterable[Rule], present: frozenset[str]) -> Iterator[str]:
    for selectors, body, inner in rules:
        if inner:
            if held := "".join(_written(inner, present)):
                yield f"{body}{{{held}}}"
        elif held := ",".join(text for text, names in selectors if names <= present):
            yield f"{held}{{{body}}}"


@lru_cache(maxsize=16)
def _parsed(css: str) -> tuple[tuple[Rule, ...], frozenset[str]]:
    """The rules of a style sheet, and every name (element, class, id) that a selector asks for."""
    rules = tuple(_rules(css))

    def asked(some: Iterable[Rule]) -> Iterator[str]:
        for selectors, _, inner in some:
            yield from asked(inner)
            for _, names in selectors:
                yield from names

    return rules, frozenset(asked(rules))


def _rules(css: str) -> Iterator[Rule]:
    at = 0
    while (start := css.find("{", at)) >= 0:
        depth, end = 1, start + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        head, body = css[at:start].strip(), css[start + 1 : end - 1]
        if head.startswith("@") and "{" in body:
            yield (), head, tuple(_rules(body))
        else:
            yield tuple((text, _names(text)) for text in _selectors(head)), body, ()
        at = end


def _selectors(head: str) -> Iterator[str]:
    """The parts of a list of selectors; a comma in brackets parts nothing."""
    depth, start = 0, 0
    for n, sign in enumerate(head):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            yield head[start:n]
            start = n + 1
    yield head[start:]


def _names(selector: str) -> frozenset[str]:
    """Names that have to be on a page for a selector to meet anything; at-rules such as @page ask for none."""
    return frozenset() if selector.startswith("@") else frozenset(_ASKED.findall(_UNASKED.sub("", selector)))
