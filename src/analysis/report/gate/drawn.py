"""Where the marks of a drawing stand once a browser has set them: inside it, not under or over one another's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analysis.report.gate.scan import Page

WIDTHS = (1280, 390)  # a desk shows the wide drawings, a phone the narrow ones
OUTSIDE = 10  # px that a mark may stand over its drawing's edge: fonts of other machines are wider than the one measured with
OVER_TEXT = 6  # px that two words may share
CONTRAST = 3  # between a word and the shape that it stands on

# A word is under a shape that is painted after it, and lost on one that it hardly contrasts with: bars have been drawn over
# their own labels. Shapes are asked at five points along the word's middle, for the box of a path is larger than the path.
LOOK = """({outside, overText, contrast}) => {
    const found = [];
    const channels = c => c.startsWith('rgb') ? c.match(/[\\d.]+/g).map(Number) : null;
    const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    const apart = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
    const shared = (a, b) => [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
    const quoted = mark => `"${mark.textContent.trim().slice(0, 40)}"`;
    for (const svg of document.querySelectorAll('main svg')) {
        const edge = svg.getBoundingClientRect(), figure = svg.closest('figure')?.id || 'a drawing';
        if (edge.width < 60) continue;
        const words = [], shapes = [];
        for (const mark of svg.querySelectorAll('path, text, use')) {
            if (mark.closest('defs')) continue;
            const box = mark.getBoundingClientRect(), word = mark.localName == 'text';
            if (!box.width && !box.height) continue;
            const by = Math.round(Math.max(edge.left - box.left, box.right - edge.right, edge.top - box.top, box.bottom - edge.bottom));
            if (by > outside) found.push(`${figure}: ${word ? quoted(mark) : 'a mark'} stands ${by} px outside its drawing`);
            const style = getComputedStyle(mark), fill = channels(style.fill), at = words.length + shapes.length;
            if (word) words.push({mark, box, fill, at, halo: style.stroke != 'none'});
            else if (mark.localName == 'path' && fill && box.width > 4 && box.height > 4
                && (fill[3] ?? 1) * style.fillOpacity * style.opacity > .5) shapes.push({mark, box, fill, at});
        }
        for (const word of words) for (const shape of shapes) {
            if (Math.min(...shared(word.box, shape.box)) <= 0) continue;
            const under = word.at < shape.at;
            if (!under && (word.halo || !word.fill || apart(word.fill, shape.fill) >= contrast)) continue;
            const to = shape.mark.getScreenCTM().inverse(), middle = word.box.top + word.box.height / 2;
            if ([.05, .25, .5, .75, .95].some(p => shape.mark.isPointInFill(
                new DOMPoint(word.box.left + word.box.width * p, middle).matrixTransform(to))))
                found.push(`${figure}: ${quoted(word.mark)} stands ${under ? 'under' : 'on'} a mark`);
        }
        words.forEach((word, i) => words.slice(i + 1).forEach(other => {
            const [across, down] = shared(word.box, other.box);
            if (across > overText && down > .4 * Math.min(word.box.height, other.box.height))
                found.push(`${figure}: ${quoted(word.mark)} stands over ${quoted(other.mark)}`);
        }));
    }
    return found;
}"""


def check_drawn(tab: Any, page: Page) -> Iterable[str]:
    """19: every mark of a drawing stands inside it, and every word of it can be read, on a desk and on a phone."""
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        for line in tab.evaluate(LOOK, {"outside": OUTSIDE, "overText": OVER_TEXT, "contrast": CONTRAST}):
            yield f"{page.name}: {line} at {width} px"
