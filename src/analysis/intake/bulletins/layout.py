"""The text of a document as passages: what belongs together, without furniture, each character with its place in the text.

Full-width forms become ASCII, blanks inside a sentence go, lines that were cut at the width of a page are joined, and every
character keeps its offset, so that a statement found in a passage can be pointed at in the document.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD |= {ord(c): "-" for c in "—–―‐‑‒−﹣－～~〜"} | {ord(c): ":" for c in "∶︰﹕"}
_FOLD |= {ord(c): " " for c in "\u3000\u00a0\u2002\u2003\u2009\u202f"} | {
    ord("﹪"): "%",
    ord("，"): ",",
    ord("•"): "·",
    ord("〇"): "零",
    ord("Ｏ"): "O",
}
_FOLD |= {ord(c): "\u200b" for c in "\ufeff\u200c\u200d\u2060"}

LONGEST = 2_000  # characters of a passage; real paragraphs have some hundred
MOST_CELLS = 60
SHORT_LINE = 30  # characters of a line without a full stop that closes a paragraph of its own
TERMINAL = "。!?;:…”\"')>》】"
_HEADING = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、](?!\d)|[●◆■▲★※◎○▶►➤☀-➿◇·【\U0001f300-\U0001faff]|[一二三四五六七八九]是|第[一二三四五六七八九十]+[章条节,])"
)
_FURNITURE = re.compile(
    r"""^\W*(?:
    返回首页|当前位置|您(?:现在)?的?(?:当前)?位置|首页\s*[>-]|上一[篇条]|下一[篇条]|责任?编辑|编辑[:/]|版权所有|主办(?:单位)?:|承办(?:单位)?:|协办:|技术支持
    |网站(?:标识|地图)|打印|分享|字[体号]|【?字[体号]|索引号|文号:|发文(?:机关|字号|日期)|信息来源|来\s*源|稿源|作者:|记者:|审核|校对|监制|联系(?:人|电话|方式)|电话|邮编|地址
    |邮箱|抄\s*送|分\s*送|抄\s*报|主\s*送|报:|送:|主题词|\(?共印|浏览|阅读(?:次数|量|\s*\d)|点击|访问量|发布(?:时间|日期|机构)|时间:|日期:|扫一扫|相关(?:新闻|阅读|链接|稿件|文章)
    |本期(?:导读|目录|要目)|目\s*录\s*$|欢迎咨询|返回顶部|最新资讯|\[\d\]\s*\[\d\]|.{0,6}ICP备|.{0,4}公网安备|页码|第\s*\d+\s*页|-\s*\d+\s*-\s*$|\d+\s*/\s*\d+\s*$|关闭窗口|上一页|下一页
    |〔?\(?联系人|附件\s*\d*:|附\s*件\s*$
    )""",
    re.X,
)
_COUNTERS = re.compile(
    r"(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*:?\s*\d|(?:ICP备|公网安备|邮政编码|网站标识码)|(?:编辑|美编|校对|作者|责编)\s*[:/]"
)
_ISSUE = re.compile(
    r"^\W*(?:[\u4e00-\u9fff]{0,20}\s*)?(?:\(?\s*(?:19|20)\d\d\s*年?\s*)?\(?\s*(?:总?第)\s*[\d零一二三四五六七八九十百]+\s*[期号]\s*\)?(?:\s*\(?\s*总第?.*)?"
)
_FOLIO = re.compile(r"第\s*\d+\s*版")
_BLANKS = re.compile(r"[ \t\u200b]+")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?: \d{3})+(?=(?:\.\d+)?[ ]?[余多]?[\u4e00-\u9fff%‰])")
_CELL = re.compile(r"\t+| {3,}|\s*[|│┃]\s*")


@dataclass(frozen=True)
class Passage:
    """A paragraph, or a row of a table (``cells``: where each cell starts and ends in ``text``)."""

    text: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]
    paragraph: int
    heading: bool = False
    cells: tuple[tuple[int, int], ...] = ()

    def offset(self, place: int) -> int:
        """Place in the document of a character of the passage."""
        part = bisect_right(self.starts, place) - 1
        return self.offsets[part] + place - self.starts[part]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Half-open span in the document of a half-open span of the passage."""
        return self.offset(start), self.offset(end - 1) + 1


@dataclass(frozen=True)
class _Line:
    text: str
    offset: int
    blank_before: bool


def fold(text: str) -> str:
    """Full-width forms as ASCII, dashes and colons as one sign each; the same length as before."""
    return text.translate(_FOLD)


def is_furniture(line: str) -> bool:
    """Whether a folded line is part of the page, not of the document (navigation, counters, distribution list, issue number)."""
    plain = line.strip()
    if _FURNITURE.match(plain):
        return True
    if len(plain) > 160:
        return False
    if _COUNTERS.search(plain) or (len(plain) < 60 and _ISSUE.fullmatch(plain)):
        return True
    return len(plain) < 80 and bool(_FOLIO.search(plain)) and "。" not in plain


def _lines(folded: str) -> list[_Line]:
    found, offset, blank = [], 0, True
    for raw in folded.split("\n"):
        if raw.strip(" \t\u200b\r"):
            found.append(_Line(raw, offset, blank))
            blank = False
        else:
            blank = True
        offset += len(raw) + 1
    return found


def _width(lines: list[_Line]) -> int:
    """Characters of a full line where the text was wrapped at one width, else 0."""
    lengths = Counter(len(line.text.rstrip()) for line in lines if len(line.text.strip()) >= 18)
    if sum(lengths.values()) < 4:
        return 0
    best = max(lengths, key=lambda n: (sum(lengths[m] for m in range(n - 2, n + 3)), n))
    near = sum(lengths[m] for m in range(best - 2, best + 3))
    return best if near >= 0.4 * sum(lengths.values()) and best <= 60 else 0


def _goes_on(before: str, line: _Line, width: int) -> bool:
    """Whether a line continues the text before it: cut at the page's width or at the end of a page or column."""
    tail = before.rstrip()
    if not tail or tail[-1] in TERMINAL or _HEADING.match(line.text):
        return False
    if tail[-1].isdigit() and line.text.lstrip()[:1].isdigit() and not line.blank_before:
        return True
    if width and abs(len(tail) - width) <= 3 and not line.blank_before:
        return True
    if len(tail.strip()) <= SHORT_LINE and "。" not in tail and (not width or len(tail) < width - 3):
        return False  # a heading with a comma in it
    punctuated = "," in tail or "、" in tail or "。" in tail
    return punctuated and len(tail) >= 12


def _pieces(line: str, first_end: int) -> list[tuple[int, str]]:
    """The parts of a line that stay, with their place in it; a blank between digits stays unless it parts thousands."""
    joined = [m.span() for m in _THOUSANDS.finditer(line)]
    parts, at = [], first_end
    for gap in _BLANKS.finditer(line, first_end):
        left = line[gap.start() - 1 : gap.start()]
        right = line[gap.end() : gap.end() + 1]
        if gap.start() > at:
            parts.append((at, line[at : gap.start()]))
        thousands = any(a < gap.start() < b for a, b in joined)
        if left and right and (left.isdigit() and right.isdigit() and not thousands):
            parts.append((gap.start(), " "))
        elif "\t" in gap[0] or len(gap[0]) >= 3:
            parts.append((gap.start(), "\t"))
        at = gap.end()
    if at < len(line):
        parts.append((at, line[at:]))
    return parts


class _Builder:
    """Gathers the pieces of one passage."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.offsets: list[int] = []
        self.length = 0

    def add(self, text: str, offset: int) -> None:
        self.parts.append(text)
        self.starts.append(self.length)
        self.offsets.append(offset)
        self.length += len(text)

    def passage(self, paragraph: int) -> Passage:
        text = "".join(self.parts)
        heading = len(text) <= 40 and not re.search(r"[。;!?]", text)
        return Passage(text, tuple(self.starts), tuple(self.offsets), paragraph, heading)


def _row(line: _Line, paragraph: int) -> Passage | None:
    """A row of a table as a passage of cells; None for running text."""
    bounds, at = [], 0
    for gap in [*_CELL.finditer(line.text), None]:
        end = gap.start() if gap else len(line.text.rstrip("\r"))
        if line.text[at:end].strip():
            bounds.append((at, end))
        at = gap.end() if gap else at
    if not 3 <= len(bounds) <= MOST_CELLS or max(b - a for a, b in bounds) > 60:
        return None
    built, cells = _Builder(), []
    for a, b in bounds:
        begin = built.length
        for place, piece in _pieces(line.text[:b].rstrip(), a):
            built.add(piece, line.offset + place)
        cells.append((begin, built.length))
        built.add("\t", line.offset + b)
    whole = built.passage(paragraph)
    return Passage(whole.text, whole.starts, whole.offsets, paragraph, False, tuple(cells))


def passages(text: str) -> list[Passage]:
    """Paragraphs and table rows of a document in their order, without furniture."""
    lines = _lines(fold(text))
    width = _width(lines)
    found: list[Passage] = []
    built, before, paragraph = _Builder(), "", 0
    for line in lines:
        if is_furniture(line.text):
            continue
        row = _row(line, paragraph + 1)
        if not (built.length and _goes_on(before, line, width) and row is None):
            if built.length:
                found += _parted(built.passage(paragraph))
            built, paragraph = _Builder(), paragraph + 1
        if row is not None:
            found.append(Passage(row.text, row.starts, row.offsets, paragraph, False, row.cells))
            before = ""
            continue
        for place, piece in _pieces(line.text.rstrip(), len(line.text) - len(line.text.lstrip())):
            built.add(piece, line.offset + place)
        before = line.text
    if built.length:
        found += _parted(built.passage(paragraph))
    return found


def _parted(passage: Passage) -> list[Passage]:
    """A passage of endless length in parts, cut after sentences: the cost of a number then stays that of its surroundings."""
    parts, at, length = [], 0, len(passage.text)
    while length - at > LONGEST:
        cut = passage.text.rfind("。", at + LONGEST // 2, at + LONGEST) + 1 or at + LONGEST
        parts.append(_part(passage, at, cut))
        at = cut
    parts.append(_part(passage, at, length) if parts else passage)
    return parts


def _part(passage: Passage, a: int, b: int) -> Passage:
    first, last = bisect_right(passage.starts, a) - 1, bisect_right(passage.starts, b - 1)
    starts = tuple(max(0, start - a) for start in passage.starts[first:last])
    offsets = (passage.offset(a), *passage.offsets[first + 1 : last])
    return Passage(passage.text[a:b], starts, offsets, passage.paragraph, passage.heading)
