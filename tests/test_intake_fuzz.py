"""Made-up input of every kind: the reader, numbers, periods and spreadsheets answer with the project's own errors and never hang.

A few hundred examples always; ``YIGAI_FUZZ`` is the number of minutes for the long run (`make soak` takes thirty).
"""

from __future__ import annotations

import io
import os
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from analysis.clean import numbers, periods
from analysis.errors import YigaiError
from analysis.intake import user
from analysis.intake.bulletins import documents, reader
from analysis.intake.sidecar import Answers

MINUTES = float(os.environ.get("YIGAI_FUZZ", 30))
HANG = 2.0  # processor seconds for 100 KB
PIECES = [
    *"0123456789", *"一二两三四五六七八九十百千万亿零〇", "%", "％", "‰", "个百分点", "倍", "成", "翻", "番", "比", "分之", "：", ":", "约", "近", "余", "多", "以上",
    "不低于", "最高", "前", "第", "名", "位", "人", "张", "元", "万元", "年", "月", "日", "至", "-", "—", "～", "/", "、", "，", "。", "；", "（", "）", "(", ")", ".", ",",
    "去年", "今年", "同比", "增长", "下降", "提升", "由", "到", "达", "累计", "三年来", "截至", "目标", "力争", "床位", "医院", "执业医师", "覆盖率", "136工程", "山西", "省",
    "2023", "2024年", "1-6月", "\n", "\t", " ", "\u3000", "\u00a0", "\u200b", "\ufeff", "①", "𠀀", "\x00", "=cmd|", "<b>", "&amp;", "№", "½", "٣", "۵", "ß", "e", "E", "+", "inf", "nan",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join)


SAID = Answers(
    "国家统计局 国家数据 data.stats.gov.cn 分省年度数据", "public", "医疗卫生机构数", "个", "山西", "2023"
)
# words that give a table its shape: keys, periods, places, totals, units
SHAPES = [
    "地区", "指标", "年份", "单位", "数值", "行标签", "列标签", "合计", "各市合计", "山西省", "河南省", "全 国", "太原市 Taiyuan", "2022年", "2023年(万人)", "Year 2023", "2023年1-3月", "医疗卫生机构数(个)",
    "床位数 万张", "#医院", "其中：公立医院", "38200", "81,000", "79.6%", "8.1万个", "暂无", "…", "38227①", "注：初步数", "数据来源：国家统计局", "数据库：分省年度数据", "续表", "表1 各地区医院数", "",
]  # fmt: skip


def own_errors(act: Callable, *arguments: object) -> None:
    try:
        act(*arguments)
    except YigaiError:
        return


def bulletin(text: str) -> None:
    reader.read_text("全省公立医院改革取得新进展。" * 3 + text, published="2024-03-05")


def text_file(folder: Path) -> Callable[[bytes, str], None]:
    def act(content: bytes, name: str) -> None:
        path = folder / f"input{name}"
        path.write_bytes(content)
        own_errors(documents.read, path)
        own_errors(user.read, path, SAID)

    return act


def spreadsheet(rows: list[list[object]], dice: random.Random, spoil: int) -> bytes:
    """A workbook with these cells, some merged, and ``spoil`` bytes of it changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if len(rows) > 2 and dice.random() < 0.5:
        sheet.merge_cells(start_row=1, start_column=1, end_row=2, end_column=2)
    out = io.BytesIO()
    book.save(out)
    content = bytearray(out.getvalue())
    for _ in range(spoil):
        # the time of day in a workbook changes its length: the place is drawn without it
        content[dice.randrange(1 << 20) % len(content)] = dice.randrange(256)
    return bytes(content)


SHAPED = st.lists(st.lists(st.sampled_from(SHAPES), max_size=6), max_size=9)
LEGAL = TEXTS.map(lambda text: "".join(c for c in text if c.isprintable() or c in "\n\t"))
CELLS = (
    LEGAL
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.none()
    | st.booleans()
)
TABLES = st.lists(st.lists(CELLS, max_size=6), max_size=8)
DAMAGE = st.integers(0, 12)


def trials(folder: Path) -> dict[str, Callable]:
    """One property a kind of input; each takes its example from hypothesis."""
    write = text_file(folder)

    @given(TEXTS)
    def of_numbers(text):
        own_errors(numbers.parse, text)
        own_errors(numbers.printed, text)

    @given(TEXTS)
    def of_periods(text):
        own_errors(periods.parse, text, "2024-03-05")

    @given(TEXTS)
    def of_reader(text):
        own_errors(bulletin, text)

    @given(
        st.binary(max_size=400)
        | TEXTS.map(lambda t: t.encode("utf-8", "surrogatepass"))
        | TEXTS.map(lambda t: t.encode("gb18030", "replace")),
        st.sampled_from([".txt", ".html", ".csv", ".xls", ".xlsx", ".docx", ".pdf", ".ods"]),
    )
    def of_files(content, name):
        write(content, name)

    @given(
        TABLES | SHAPED,
        st.randoms(use_true_random=False),
        DAMAGE,
        st.sampled_from([".xlsx", ".xls", ".docx"]),
    )
    def of_spreadsheets(rows, dice, spoil, name):
        write(spreadsheet(rows, dice, spoil), name)

    @given(TABLES | SHAPED)
    def of_tables(rows):
        lines = "\r\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
        write(lines.encode("gb18030", "replace"), ".csv")

    return {name[3:]: one for name, one in locals().items() if name.startswith("of_")}


KINDS = ("numbers", "periods", "reader", "files", "spreadsheets", "tables")


def run(trial: Callable, number: int, examples: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
    seed(number)(
        settings(
            max_examples=examples,
            deadline=None,
            suppress_health_check=quiet,
            database=None,
            derandomize=False,
        )(trial)
    )()


@pytest.mark.parametrize("kind", KINDS)
def test_made_up_input_gets_an_answer_or_our_own_error(kind, tmp_path):
    run(trials(tmp_path)[kind], 7, 60)


@pytest.mark.slow
def test_made_up_input_for_half_an_hour(tmp_path):
    end, number = time.monotonic() + 60 * MINUTES, 0
    while time.monotonic() < end:
        for kind, trial in trials(tmp_path).items():
            run(trial, number, 200)
            print(f"{kind} {number}", flush=True)
        number += 1


def long_texts() -> dict[str, str]:
    """100 KB of what a backtracking expression likes least."""
    size = 100_000
    made = {
        "one digit": "1", "commas": "1,", "hanzi digits": "一", "ten": "十", "units": "万", "dashes": "1-", "quotes": "“", "brackets": "（", "years": "2024年", "lists": "12人、", "spaces": " ",
        "share": "提升至35%，", "hanzi": "医院床位", "words": "约近余", "tags": "<b><i>", "points": "1.", "mixed": "第一百二十三亿4567.89万人次，",
    }  # fmt: skip
    dice = random.Random(3)
    texts = {name: (piece * (size // len(piece) + 1))[:size] for name, piece in made.items()}
    return texts | {"shuffled": "".join(dice.choice(PIECES) for _ in range(size // 2))}


@pytest.mark.parametrize("name", list(long_texts()))
def test_a_hundred_kilobytes_hold_nothing_up(name, tmp_path):
    text = long_texts()[name]
    path = tmp_path / "long.html"
    path.write_text(text, encoding="utf-8")
    for act, argument in ((bulletin, text), (numbers.parse, text), (documents.read, path)):
        started = time.process_time()
        own_errors(act, argument)
        spent = time.process_time() - started
        assert spent < 2 * HANG, (
            f"{act.__name__} on {name}: {spent:.1f} s"
        )  # twice: other work shares the caches


def test_the_fuzzing_sees_an_error_that_is_not_ours(monkeypatch, tmp_path):
    """The mutation: a parser that lets a KeyError through."""
    whole = numbers.parse
    monkeypatch.setattr(numbers, "parse", lambda text: {}[text] if "亿" in text else whole(text))
    with pytest.raises(BaseException) as found:
        run(trials(tmp_path)["numbers"], 7, 300)
    assert "KeyError" in repr(found.value) or isinstance(found.value, KeyError)
    assert zipfile.is_zipfile(io.BytesIO(spreadsheet([[1]], random.Random(1), 0)))


def misnamed(path: Path) -> Path:
    """A workbook with a member whose name says that it is UTF-8 and is not."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/部.xml", "<a/>")
    path.write_bytes(out.getvalue().replace("部".encode(), b"\x80\x80\x80"))
    return path


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx"])
def test_a_name_inside_that_no_encoding_holds_is_damage(name, tmp_path):
    """Found by the fuzzing with seed 5081: a UnicodeError of the archive's own directory."""
    for read in (documents.read, lambda path: user.read(path, SAID)):
        with pytest.raises(YigaiError):
            read(misnamed(tmp_path / name))


def test_the_archive_does_not_refuse_such_a_name_itself(tmp_path):
    """The mutation: without our own refusal the library's error reaches the researcher."""
    with pytest.raises(UnicodeDecodeError):
        zipfile.ZipFile(misnamed(tmp_path / "a.xlsx"))
