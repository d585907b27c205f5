"""Charts: what is drawn is what the table says, in both widths and languages, with nothing hidden, invented or overlapping."""

from __future__ import annotations

import math
import re
import string
from importlib import import_module
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from analysis import charts, facts
from analysis.charts import maps, parts, plane, strips, style
from analysis.charts.canvas import Canvas
from analysis.charts.parts import ticks
from analysis.charts.png import to_png
from analysis.charts.svg import to_svg
from analysis.errors import MethodError

NAMES = {
    "110000": ("北京", "Beijing"), "120000": ("天津", "Tianjin"), "130000": ("河北", "Hebei"), "140000": ("山西", "Shanxi"),
    "150000": ("内蒙古", "Inner Mongolia"), "230000": ("黑龙江", "Heilongjiang"), "410000": ("河南", "Henan"), "440000": ("广东", "Guangdong"),
    "610000": ("陕西", "Shaanxi"), "650000": ("新疆", "Xinjiang"),
}  # fmt: skip
CODES = list(NAMES)
REGION = "140000"
YEARS = range(2014, 2024)


def name(code: str, lang: str) -> str:
    return NAMES[code][lang == "en"]


def value(code: str, year: int = 2023, shift: float = 0.0) -> float:
    """Test numbers without meaning, different for every code and year."""
    place = CODES.index(code)
    return round(
        2.0 + 0.37 * ((place * 7) % 10) + 0.11 * (year - 2014) + 0.05 * math.sin(place + year) + shift, 3
    )


def spine_rows(lang: str) -> pd.DataFrame:
    labels = {
        "doctors": ("执业(助理)医师", "Licensed doctors"),
        "beds": ("医疗卫生机构床位", "Beds, all institutions"),
    }
    return pd.DataFrame(
        [
            {
                "indicator": key,
                "label": label[lang == "en"],
                "code": code,
                "name": name(code, lang),
                "value": value(code, shift=shift),
                "peer": code == "410000",
            }
            for shift, (key, label) in enumerate(labels.items())
            for code in CODES
        ]
    )


def rank_rows(lang: str) -> pd.DataFrame:
    rows = []
    for year in YEARS:
        values = pd.Series({code: value(code, year) for code in CODES})
        for code, rank in values.rank(ascending=False).items():
            own = code == REGION
            rows.append(
                {
                    "panel": "d",
                    "label": "医师",
                    "code": code,
                    "name": name(code, lang),
                    "year": year,
                    "rank": rank,
                    "peer": code == "410000",
                    "low": rank if own else None,
                    "high": rank + (year == 2014) if own else None,
                    "stable_low": max(rank - 2, 1) if own else None,
                    "stable_high": min(rank + 2, 10) if own else None,
                    "text": f"{values[code]:.2f}" if own else "",
                }
            )
    return pd.DataFrame(rows)


def trend_rows() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "panel": panel,
                "label": panel,
                "year": year,
                "value": value(REGION, year),
                "median": value("410000", year),
                "p10": 1.5,
                "p90": 7.0,
            }
            for panel in ("甲", "乙")
            for year in YEARS
        ]
    )


def drawings(lang: str) -> dict[str, charts.Drawing]:
    tile = pd.DataFrame([{"code": code, "name": name(code, lang), "value": value(code)} for code in CODES])
    ledger = pd.DataFrame(
        [
            {"group": "招聘", "label": "报名", "kind": "unpublished", "value": None, "step": 1},
            {"group": "招聘", "label": "面试", "kind": "actual", "value": 24, "printed": "24名", "step": 2},
            {
                "group": "其他",
                "label": "简历",
                "kind": "lower",
                "value": 30,
                "text": "> 30",
                "printed": "30余名",
            },
            {
                "group": "其他",
                "label": "经费",
                "kind": "upper",
                "value": 28,
                "text": "≤ 28",
                "printed": "近28名",
            },
            {
                "group": "其他",
                "label": "骨干",
                "kind": "approximate",
                "value": 12,
                "text": "约 12",
                "printed": "12名左右",
            },
            {"group": "其他", "label": "意向", "kind": "commitment", "value": 18, "printed": "18名（意向）"},
            {
                "group": "计划",
                "label": "专家",
                "kind": "target",
                "value": 15,
                "text": "约 15",
                "due": "2022-12-31",
                "approximate": True,
            },
        ]
    )
    shift = pd.DataFrame(
        [
            {
                "code": code,
                "name": name(code, lang),
                "growth": 20 + 7 * i,
                "gained": 1.0 + i,
                "share": 2.0,
                "own": i - 1.0,
                "peer": False,
            }
            for i, code in enumerate(CODES)
        ]
    )
    coefs = pd.DataFrame(
        [
            {
                "label": f"规格 {i}",
                "estimate": -0.2 + 0.1 * i,
                "low": -0.4 + 0.1 * i,
                "high": 0.1 * i,
                "main": i == 0,
            }
            for i in range(4)
        ]
    )
    points = pd.DataFrame(
        [
            {
                "code": code,
                "name": name(code, lang),
                "x": value(code),
                "y": value(code, 2014),
                "peer": code == "410000",
            }
            for code in CODES
        ]
    )
    series = pd.DataFrame(
        [
            {"code": code, "name": name(code, lang), "year": year, "value": value(code, year)}
            for code in CODES
            for year in YEARS
        ]
    )
    levels = pd.DataFrame(
        [
            {
                "name": group,
                "year": year,
                "value": 2 + 0.1 * (year - 2014) + (group == "其他"),
                "treated": group == "试点",
            }
            for group in ("试点", "其他")
            for year in YEARS
        ]
    )
    effects = pd.DataFrame(
        [
            {
                "year": year,
                "estimate": 0.01 * (year - 2019),
                "low": None if year == 2019 else -0.1,
                "high": None if year == 2019 else 0.2,
            }
            for year in YEARS
        ]
    )
    assessed = pd.DataFrame(
        [
            {
                "hospital": "甲医院",
                "year": 2019,
                "kind": "rank",
                "value": 280,
                "low": None,
                "high": None,
                "text": "280 (2019)",
                "highlight": True,
                "conflict": False,
            },
            {
                "hospital": "甲医院",
                "year": 2021,
                "kind": "rank",
                "value": 179,
                "low": None,
                "high": None,
                "text": "179 (2021)",
                "highlight": True,
                "conflict": False,
            },
            {
                "hospital": "乙医院",
                "year": 2022,
                "kind": "percentile",
                "value": 0.4,
                "low": None,
                "high": None,
                "text": "0.4%",
                "highlight": False,
                "conflict": True,
            },
            {
                "hospital": "乙医院",
                "year": 2022,
                "kind": "percentile",
                "value": 0.6,
                "low": None,
                "high": None,
                "text": "0.6%",
                "highlight": False,
                "conflict": True,
            },
            {
                "hospital": "丙医院",
                "year": 2023,
                "kind": "band",
                "value": None,
                "low": 1,
                "high": 10,
                "text": "A+",
                "highlight": False,
                "conflict": False,
            },
        ]
    )
    events = pd.DataFrame(
        [
            {"date": "2019-10", "label": "试点", "highlight": True},
            {"date": "2016", "label": "启动"},
            {"date": "2022-12-31", "label": "目标", "kind": "target"},
        ]
    )
    rungs = pd.DataFrame(
        [
            {"label": "能力", "text": "1 个中心", "kind": "actual"},
            {"label": "使用", "text": "目标全覆盖", "kind": "target"},
            {"label": "结果", "text": "", "kind": "unpublished"},
        ]
    )
    links = pd.DataFrame(
        [
            {"left": "甲", "right": "县 1", "highlight": True},
            {"left": "甲", "right": "县 2"},
            {"left": "乙", "right": "县 1"},
        ]
    )
    ranges = pd.DataFrame(
        [
            {
                "code": code,
                "name": name(code, lang),
                "value": i + 1,
                "low": i + 1,
                "high": i + 2,
                "outer_low": max(i - 1, 1),
                "outer_high": i + 4,
            }
            for i, code in enumerate(CODES)
        ]
    )
    targets = pd.DataFrame(
        [
            {"label": "前二十", "target": "5 个以上", "due": "2022-12-31", "evidence": "", "grade": "无"},
            {"label": "百强", "target": "2-3 所", "due": "2022-12-31", "evidence": "第 179 位", "grade": "B"},
        ]
    )
    curves = pd.DataFrame(
        [
            {"curve": k, "label": f"{k}", "x": x / 4, "y": (x / 4) ** (1 + 0.3 * i)}
            for i, k in enumerate((2014, 2023))
            for x in range(5)
        ]
    )
    cities = pd.DataFrame(
        [
            {"indicator": "beds", "label": "床位", "code": f"1{i}0100", "name": f"城{i}", "value": 10 + i}
            for i in range(5)
        ]
    )
    cells = pd.DataFrame(
        [{"row": "a", "column": "x", "text": "2"}, {"row": "b", "column": "y", "text": "1", "kind": "target"}]
    )
    return {
        "spine": charts.spine(
            spine_rows(lang),
            region=REGION,
            nation={"doctors": 4.0, "beds": 5.0},
            rank={"doctors": "第 4 位", "beds": "第 5 位"},
            lang=lang,
        ),
        "city_dots": charts.city_dots(cities, province={"beds": 12}, decimals=0, lang=lang),
        "rank_over_time": charts.rank_over_time(rank_rows(lang), region=REGION, lang=lang),
        "trends": charts.trends(
            trend_rows(), region_name=name(REGION, lang), breaks={"乙": [(2016, 2019)]}, lang=lang
        ),
        "tile_map": charts.tile_map(tile, [3, 4, 4.5, 5.5], region=REGION, lang=lang),
        "ledger": charts.ledger(ledger, lang=lang),
        "shift_share": charts.shift_share(shift, region=REGION, nation=50.0, unit="万人", lang=lang),
        "coefficients": charts.coefficients(coefs, lang=lang),
        "event_study": charts.event_study(
            levels,
            effects,
            treatment_year=2020,
            reference_year=2019,
            test="F = 1.8",
            can="区间包含零。",
            cannot="原因。",
            why="样本少。",
            lang=lang,
        ),
        "scatter": charts.scatter(
            points, x_label="x", y_label="y", region=REGION, line=(0.1, 0.9), lang=lang
        ),
        "assessed_ranks": charts.assessed_ranks(assessed, lang=lang),
        "lines": charts.lines(series, region=REGION, named=["110000"], lang=lang),
        "bars": charts.bars(
            pd.DataFrame({"label": ["甲", "乙"], "value": [3.0, None], "highlight": [True, False]}), lang=lang
        ),
        "lorenz": charts.lorenz(curves, x_label="人口", y_label="医师", lang=lang),
        "curve": charts.curve(
            [0, 1, 2],
            [0, 0.5, 0.7],
            pd.DataFrame([{"x": 1, "label": "观测", "kind": "observed"}]),
            x_label="x",
            y_label="y",
            lang=lang,
        ),
        "matrix": charts.matrix(
            {"a": "托管", "b": "柔性引才"}, {"x": "太原", "y": "无锡"}, cells, highlight="x", lang=lang
        ),
        "timeline": charts.timeline(events, lang=lang),
        "ladder": charts.ladder(rungs, lang=lang),
        "pairs": charts.pairs(links, left="医院", right="县", lang=lang),
        "intervals": charts.intervals(ranges, region=REGION, lang=lang),
        "tracker": charts.tracker(targets, lang=lang),
    }


ALL = {lang: drawings(lang) for lang in ("zh", "en")}
EVERY = [(lang, chart, width) for lang in ALL for chart in ALL[lang] for width in ("wide", "narrow")]


def texts(svg: str) -> list[str]:
    return [node.text for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def text_boxes(canvas: Canvas) -> list[tuple[float, float, float, float, str]]:
    boxes = []
    for mark in canvas.marks:
        if mark[0] == "text":
            _, x, y, text, (size, _, anchor, bold, _) = mark
            width = style.text_width(text, size, bold) * 0.93  # without most of the slack
            left = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
            boxes.append((left, y - 0.72 * size, left + width, y + 0.04 * size, text))
    return boxes


def test_every_chart_is_exported_and_drawn_here():
    assert set(dir(charts)) - {"CLASSES", "Drawing", "drawn"} == set(ALL["zh"])


def test_nothing_to_draw_is_no_drawing():
    rows = pd.DataFrame({"label": ["a"], "value": [1.0]})
    assert charts.drawn(charts.bars, rows.iloc[:0], lang="zh") is None and isinstance(
        charts.drawn(charts.bars, rows, lang="zh"), charts.Drawing
    )


@pytest.mark.parametrize(("lang", "chart", "width"), EVERY)
def test_svg_is_small_well_formed_and_without_ids(lang, chart, width):
    svg = ALL[lang][chart].svg(width)
    root = ElementTree.fromstring(svg)
    assert root.attrib["viewBox"].split()[2] == ("518.4" if width == "wide" else "259.2")
    assert " id=" not in svg and "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"\b(nan|None|inf)\b", svg)
    assert len(svg.encode()) < 29_000
    for attribute in re.findall(r' (?:x|y|d)="([^"]*)"', svg):
        assert not re.search(r"\.(?!01)\d\d", attribute), attribute
    declared = dict(re.findall(r"\.(k[0-9a-f]{7})\{([^}]*)\}", svg))
    assert set(re.findall(r'class="([^"]*)"', svg)) == set(declared)


@pytest.mark.parametrize(("lang", "chart", "width"), EVERY)
def test_no_label_leaves_the_sheet_or_covers_another(lang, chart, width):
    canvas = ALL[lang][chart].canvas(style.WIDE if width == "wide" else style.NARROW)
    boxes = text_boxes(canvas)
    for left, top, right, bottom, text in boxes:
        assert left >= -6 and right <= canvas.width + 6 and top >= -2 and bottom <= canvas.height + 2, text
    for index, a in enumerate(boxes):
        for b in boxes[index + 1 :]:
            apart = a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5
            assert apart, (a[4], b[4])


def test_same_table_same_bytes():
    again = drawings("zh")
    for chart, drawing in ALL["zh"].items():
        assert drawing.svg("wide") == again[chart].svg("wide"), chart
    assert ALL["zh"]["bars"].png("标题") == again["bars"].png("标题")


def test_a_class_name_means_one_declaration_on_a_page():
    seen: dict[str, str] = {}
    for lang, chart, width in EVERY:
        for key, declaration in re.findall(r"\.(k[0-9a-f]{7})\{([^}]*)\}", ALL[lang][chart].svg(width)):
            assert seen.setdefault(key, declaration) == declaration


def test_azurite_is_the_region_alone():
    rows = spine_rows("zh")
    assert "--az" not in charts.spine(rows, region=None).svg()
    assert "--az" in charts.spine(rows, region=REGION).svg()
    tile = pd.DataFrame([{"code": code, "name": name(code, "zh"), "value": value(code)} for code in CODES])
    assert (
        "--az" not in charts.tile_map(tile, [3, 4, 4.5, 5.5], region=REGION).svg()
    )  # outlined in ink: the classes are blue themselves


def test_text_is_escaped_and_printed_numbers_stay_whole():
    rows = spine_rows("zh")
    rows["text"] = ""
    rows.loc[rows["code"] == REGION, "text"] = "1.08"
    rows.loc[rows["code"] == "110000", "name"] = "<b>&京"
    svg = charts.spine(rows, region=REGION).svg()
    assert "1.08" in texts(svg) and "<b>" not in svg
    assert any("<b>&京" in text for text in texts(svg))


def test_a_missing_value_is_no_dot_and_no_zero():
    rows = spine_rows("zh")
    rows.loc[rows["code"] == REGION, "value"] = float("nan")
    svg = charts.spine(rows, region=REGION).svg()
    full = charts.spine(spine_rows("zh"), region=REGION).svg()
    assert "0.00" not in texts(svg) and "–" in texts(svg)
    assert svg.count("h.01") == full.count("h.01") - 4  # two rows, dot and edge


def test_all_missing_indicator_still_draws_its_row():
    rows = spine_rows("zh")
    rows.loc[rows["indicator"] == "beds", "value"] = float("nan")
    assert "医疗卫生机构床位" in texts(charts.spine(rows, region=REGION).svg("narrow"))


@pytest.mark.parametrize(("lang", "said"), [("zh", "（日）"), ("en", " (days)")])
def test_on_a_phone_a_unit_stands_in_brackets_behind_its_label(lang, said):
    rows = spine_rows(lang).assign(label="x", unit=said.strip(" （）()"))
    drawn = charts.spine(rows, region=REGION, lang=lang)
    assert "x" + said in texts(drawn.svg("narrow")), "on one line the two would read as one name"
    assert "x" in texts(drawn.svg("wide")), "where there is room, the unit has a line of its own"


def test_every_problem_is_reported_at_once():
    with pytest.raises(MethodError) as caught:
        charts.spine(spine_rows("zh").drop(columns=["label"]), region="999999")
    assert len(caught.value.problems) == 2
    with pytest.raises(MethodError, match="empty"):
        charts.bars(pd.DataFrame({"label": [], "value": []}))
    with pytest.raises(MethodError, match="lang"):
        charts.spine(spine_rows("zh"), region=REGION, lang="fr").svg()
    with pytest.raises(MethodError, match="wide"):
        ALL["zh"]["bars"].svg("huge")


@pytest.mark.parametrize(
    ("value_", "decimals", "signed", "expected"),
    [
        (2.675, 2, False, "2.68"),
        (-0.004, 2, True, "0.00"),
        (-3.01, 2, True, "–3.01"),
        (2.86, 2, True, "+2.86"),
        (118400, 0, False, "118,400"),
        (0.125, 2, False, "0.13"),
    ],
)
def test_number(value_, decimals, signed, expected):
    assert parts.number(value_, decimals, signed, lang="en") == expected


@pytest.mark.parametrize("value_", [0.0, 999.5, 1547.0, 12_345.6, 2_345_678.0])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_drawing_parts_a_long_number_as_the_sentence_beside_it_does(value_, lang):
    """1547 in Chinese, 1,547 in English: on axes, beside marks and in text."""
    said = facts.number_text(value_, "number", lang, decimals=1)
    assert parts.number(value_, 1, lang=lang) == said
    assert parts.tick_texts([value_, 0.5], lang)[0] == said
    assert ("," in said) == (lang == "en" and value_ >= 1000)


def test_no_room_parts_thousands_by_itself():
    """A format of its own (``:,``) prints a comma in Chinese: numbers that readers see go through facts."""
    src = Path(parts.__file__).parents[1]
    rooms = [*src.glob("charts/*.py"), *src.glob("themes/*.py"), *src.glob("report/**/*.py")]
    rooms += [src / "comparison.py", src / "lab" / "select.py"]
    own = [f.name for f in rooms if re.search(r":[<>^+]?\d*,(\.|\}|d)", f.read_text(encoding="utf-8"))]
    assert len(rooms) > 100 and own == []


@given(st.lists(st.floats(0, 100), min_size=1, max_size=9), st.floats(1, 10))
def test_spread_keeps_gap_order_and_bounds(wanted, gap):
    out = parts.spread(wanted, gap, 0.0, 100.0)
    ordered = [out[index] for index in sorted(range(len(wanted)), key=lambda i: (wanted[i], i))]
    assert all(b - a >= gap - 1e-6 for a, b in zip(ordered, ordered[1:], strict=False))
    assert min(out) >= -1e-6 and max(out) <= 100 + 1e-6


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6))
def test_ticks_are_inside_and_few(low, span):
    marks = parts.ticks(low, low + span, 4)
    assert len(marks) <= 6
    assert all(low - span * 0.01 <= mark <= low + span * 1.01 for mark in marks)


@settings(max_examples=60)
@given(
    st.text(alphabet="山西医师床位，。（）" + string.ascii_letters + string.digits + " .,", max_size=60),
    st.floats(40, 200),
)
def test_wrap_keeps_every_character(text, width):
    lines = style.wrap(text, width, 8.0)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(line[0] not in "，。）" for line in lines[1:])


def test_swarm_gives_the_region_its_place_first():
    xs = [10.0] * 5 + [30.0]
    offsets = strips.swarm(xs, [4.7 if i == 3 else 2.6 for i in range(6)], 3, 12.3)
    assert offsets[3] == 0.0 and offsets[5] == 0.0
    assert len(set(offsets[:5])) == 5


@pytest.mark.parametrize(("others", "roles"), [(False, {"az"}), (True, {"mk"})])
def test_the_key_has_the_colour_of_what_is_drawn(others, roles):
    """Where every hospital is the region's own nothing grey is drawn, and nothing in the key is grey."""
    one = [{"hospital": "甲", "year": y, "kind": "rank", "value": v, "low": None, "high": None, "text": str(v), "highlight": True} for y, v in ((2019, 280), (2021, 179))]  # fmt: skip
    more = [{**row, "hospital": "乙", "highlight": False} for row in one] if others else []
    marks = charts.assessed_ranks(pd.DataFrame(one + more)).canvas(600).marks
    top = next(i for i, mark in enumerate(marks) if mark[0] == "text" and mark[3] == "名次（左为第一）")
    assert {m[2][1] for m in marks[:top] if m[0] == "path"} - {"paper"} == roles


def test_printed_value_decides_the_class():
    # 3.298 prints 3.30 and must not fall below the limit 3.3
    assert maps._class(parts.number(3.298, 2, lang="en"), [3.1, 3.3, 3.6, 4.0]) == 2
    assert maps._class(parts.number(3.294, 2, lang="en"), [3.1, 3.3, 3.6, 4.0]) == 1
    assert maps._class(facts.number_text(-1234.5, "rate", "en"), [-1000.0]) == 0


def test_tile_map_always_shows_what_is_not_in_the_source():
    tile = pd.DataFrame(
        [{"code": code, "name": name(code, "zh"), "value": value(code)} for code in CODES[:5]]
    )
    shown = texts(charts.tile_map(tile, [3, 4, 4.5, 5.5], region=REGION).svg())
    assert {"台湾", "香港", "澳门"} <= set(shown)
    # 31 - 5 provinces without a value and the three: hatched, and none of them carries a number
    assert shown.count("不在来源内") == 29
    with pytest.raises(MethodError, match="rising"):
        charts.tile_map(tile, [3, 3, 4, 5])
    with pytest.raises(MethodError, match="140100"):
        charts.tile_map(tile.assign(code="140100"), [3, 4, 4.5, 5.5])


def test_no_line_crosses_a_break():
    from analysis.charts.series import runs

    assert runs([2014, 2015, 2018, 2019], [1, 2, 3, 4], [(2015, 2018)]) == [
        [(2014, 1.0), (2015, 2.0)],
        [(2018, 3.0), (2019, 4.0)],
    ]
    assert runs([2014, 2015, 2016], [1, float("nan"), 3]) == [[(2014, 1.0)], [(2016, 3.0)]]
    shown = texts(charts.trends(trend_rows(), region_name="山西", breaks={"乙": [(2016, 2022)]}).svg())
    assert shown.count("口径变更") == 2  # once in the key, once in the hatching


def test_a_break_outside_the_years_shown_is_not_drawn_over_the_axis(monkeypatch):
    from analysis.charts import series

    years = list(range(2014, 2020))
    rows = pd.DataFrame(
        {"code": "140000", "name": "山西", "year": years, "value": [90000.0 + y for y in years]}
    )

    def hatched(breaks) -> bool:
        alone = charts.lines(rows, region="140000", breaks=breaks).svg()
        panels = charts.trends(trend_rows(), region_name="山西", breaks={"乙": breaks}).svg()
        return "口径变更" in texts(alone) or any("口径变更" in text for text in texts(panels))

    assert not hatched([(2013, 2014)]) and hatched([(2015, 2017)])
    monkeypatch.setattr(series, "within", lambda breaks, years: tuple(breaks))
    assert hatched([(2013, 2014)]), "the mutation"


def test_a_stage_without_a_number_is_unpublished():
    row = {"group": "招聘", "label": "到岗", "kind": "actual", "value": None}
    with pytest.raises(MethodError, match="到岗"):
        charts.ledger(pd.DataFrame([row]))
    shown = texts(charts.ledger(pd.DataFrame([row | {"kind": "unpublished"}])).svg())
    assert "0" not in shown and "未公布" in shown
    with pytest.raises(MethodError, match="promise"):
        charts.ledger(pd.DataFrame([row | {"kind": "promise"}]))


def test_target_and_commitment_are_never_solid():
    for kind in ("target", "commitment"):
        svg = charts.ledger(
            pd.DataFrame([{"group": "计划", "label": "专家", "kind": kind, "value": 15}])
        ).svg()
        assert "--az" not in svg and "fill:var(--oc" not in svg.split("</style>")[0].replace(
            "font-size:9.2px;fill:var(--oc", ""
        )


def test_rank_interval_is_printed_as_a_range_only_when_it_is_one():
    rows = rank_rows("zh")
    shown = texts(charts.rank_over_time(rows, region=REGION).svg())
    mine = rows[rows["code"] == REGION]
    first, last = int(mine["rank"].iloc[0]), int(mine["rank"].iloc[-1])
    assert f"{first}–{first + 1}" in shown and f"山西 {last}" in shown


def test_the_fitted_line_is_drawn_only_when_asked_for():
    points = pd.DataFrame(
        [{"code": code, "name": name(code, "zh"), "x": value(code), "y": value(code, 2014)} for code in CODES]
    )
    assert "拟合线" not in texts(charts.scatter(points, x_label="x", y_label="y", region=REGION).svg())


def test_dots_of_which_none_is_told_apart_are_not_called_the_others():
    points = pd.DataFrame(
        [{"code": code, "name": name(code, "zh"), "x": value(code), "y": value(code, 2014)} for code in CODES]
    )
    whole = texts(charts.scatter(points, x_label="x", y_label="y").svg())
    assert f"{len(CODES)} 省" in whole and not any("其余" in one for one in whole)
    marked = texts(charts.scatter(points, x_label="x", y_label="y", region=REGION).svg())
    assert f"其余 {len(CODES) - 1} 省" in marked, (
        "the mutation: one place is marked, and the rest are the others"
    )


def test_columns_of_numbers_beside_bars_say_their_unit():
    rows = pd.DataFrame(
        {
            "code": CODES,
            "name": [name(c, "zh") for c in CODES],
            "growth": 1.0,
            "gained": 3.0,
            "share": 2.0,
            "own": 1.0,
        }
    )
    assert "右三列：万人" in texts(
        charts.shift_share(rows, region=REGION, nation=5.0, unit="右三列：万人").svg()
    )
    assert not any("万人" in one for one in texts(charts.shift_share(rows, region=REGION, nation=5.0).svg()))


def test_png_stands_alone_with_the_pinned_palette():
    data = ALL["zh"]["spine"].png("标题为一句话", "副标题", "说明")
    image = Image.open(BytesIO(data))
    assert image.mode == "P" and image.width > 1440 and len(data) < 150_000
    colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20)}
    assert {style.rgb("az"), style.rgb("ink"), style.rgb("paper")} <= colours
    assert image.height > Image.open(BytesIO(ALL["zh"]["spine"].png())).height


def test_a_character_without_a_glyph_is_an_error():
    rows = pd.DataFrame({"label": ["\U0001f3e5"], "value": [1.0]})
    with pytest.raises(MethodError, match="Noto"):
        charts.bars(rows).png()


def test_palette_keeps_ochre_ochre():
    canvas = Canvas(100, "zh")
    canvas.height = 40
    canvas.rect(10, 10, 50, 20, "oc")
    assert Image.open(BytesIO(to_png(canvas))).convert("RGB").getpixel((60, 50)) == style.rgb("oc")
    assert to_svg(canvas).count("var(--oc") == 1


def test_axis_of_places_begins_at_one():
    places = pd.DataFrame(
        {
            "code": ["140000", "110000", "120000"],
            "name": ["山西", "北京", "天津"],
            "x": [1, 16, 31],
            "y": [31, 1, 12],
        }
    )
    texts = re.findall(
        r">([^<>]+)</text>", charts.scatter(places, x_label="a", y_label="b", region="140000").svg("wide")
    )
    assert "0" not in texts and texts.count("1") == 2
    texts = re.findall(
        r">([^<>]+)</text>",
        charts.scatter(places.assign(x=[0.5, 16, 31]), x_label="a", y_label="b", region="140000").svg("wide"),
    )
    assert texts.count("0") == 1, "a value below one keeps the zero"


def _at(drawing, text: str) -> tuple[float, float]:
    """Where a word of the wide drawing stands, the first that reads so."""
    found = re.search(rf'<text[^>]*? x="([\d.-]+)" y="([\d.-]+)"[^>]*>{text}</text>', drawing.svg("wide"))
    assert found, text
    return float(found[1]), float(found[2])


def test_first_place_stands_at_the_left_or_the_top_in_every_drawing_of_places():
    """Drawings of places: scatter (places), intervals, rank_over_time, assessed_ranks; strips print places as text."""
    held = pd.DataFrame(
        {
            "code": ["140000", "110000", "120000"],
            "name": ["山西", "北京", "天津"],
            "x": [1, 16, 31],
            "y": [31, 1, 12],
        }
    )
    sheet = dict(x_label="a", y_label="b")
    ticks = [_at(charts.scatter(held, places=True, **sheet), text) for text in ("1", "20")]
    assert ticks[0][1] < ticks[1][1], "up the side, the first at the top"
    free = [_at(charts.scatter(held, **sheet), text) for text in ("1", "20")]
    assert free[0][1] > free[1][1], "the mutation: an axis of amounts rises"
    across = held.assign(value=held["x"], low=held["x"], high=held["x"])
    assert _at(charts.intervals(across), "1")[0] < _at(charts.intervals(across), "20")[0]
    years = [2014, 2023]
    panels = pd.DataFrame(
        [
            {"panel": "a", "label": "医师", "code": row.code, "name": row.name, "year": y, "rank": rank}
            for row in held.itertuples(index=False)
            for y, rank in zip(years, (row.x, row.y), strict=True)
        ]
    )
    over = charts.rank_over_time(panels, region="140000")
    assert _at(over, "1")[1] < _at(over, "31")[1]


def test_every_dot_of_two_orders_is_named_where_it_finds_room_the_farthest_first():
    codes = [f"{n:02d}0000" for n in range(11, 42)]
    rows = pd.DataFrame(
        {"code": codes, "name": [f"省{n}" for n in range(31)], "x": range(1, 32), "y": range(31, 0, -1)}
    )
    sheet = dict(x_label="a", y_label="b", places=True)
    shown = texts(charts.scatter(rows, named=codes[::-1], **sheet).svg("wide"))
    assert sum(name in shown for name in rows["name"]) > 25 and "省30" in shown
    few = texts(charts.scatter(rows, named=codes[:3], **sheet).svg("wide"))
    assert sum(name in few for name in rows["name"]) == 3, "the mutation: three named dots"


def test_a_name_stands_nearest_to_its_own_dot(monkeypatch):
    """A name that keeps off the dots can still stand over another's: it would be read as that one's."""
    codes = [f"k{n}" for n in range(9)]
    near = [(100, 60), (117, 67), (128, 74), (95, 80), (140, 60), (160, 62), (60, 60), (75, 68), (110, 95)]
    rows = pd.DataFrame({"code": codes, "name": [f"Province {n}" for n in range(9)]})
    rows[["x", "y"]] = [(float(x), float(y)) for x, y in near]
    at = dict(zip(rows["name"], near, strict=True))

    def misread() -> tuple[int, list[str]]:
        canvas, said = Canvas(300, "en"), []
        monkeypatch.setattr(
            canvas, "text", lambda x, y, text, size, role, anchor, **_: said.append((x, y, text, anchor))
        )
        plane._point_names(canvas, rows, rows, float, float, (0, 0, 200), ["none", *codes])
        wrong = []
        for x, y, text, anchor in said:
            width = style.text_width(text, style.END)
            a = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
            box = (a, y - style.END / 2, a + width, y + style.END / 2)
            wrong += (
                [text] if min(at, key=lambda one: math.dist(at[one], _nearest(at[one], box))) != text else []
            )
        return len(said), wrong

    shown, wrong = misread()
    assert shown > 3 and not wrong
    monkeypatch.setattr(plane, "CLOSER", -99.0)
    assert misread()[1], "the mutation: names that only keep off the dots"


def _nearest(dot: tuple[float, float], box: tuple[float, float, float, float]) -> tuple[float, float]:
    return min(max(dot[0], box[0]), box[2]), min(max(dot[1], box[1]), box[3])


def test_pairs_of_intervals_stand_together_and_the_firm_ones_are_marked():
    rows = pd.DataFrame(
        [
            {"code": f"{k}-{y}", "name": f"{k} {y}", "value": v, "low": v, "high": v, "outer_low": v, "outer_high": v + 2, "highlight": k == "a", "group": k}
            for k, v in (("a", 3), ("b", 9))
            for y in (2014, 2023)
        ]
    )  # fmt: skip
    drawn = charts.intervals(rows, sort=False, marked="firm", lang="en")
    at = [_at(drawn, name)[1] for name in rows["name"]]
    assert at[2] - at[1] > at[1] - at[0] == at[3] - at[2] and "firm" in texts(drawn.svg("wide"))
    loose = charts.intervals(rows.drop(columns=["group"]), sort=False, lang="en")
    at = [round(_at(loose, name)[1], 1) for name in rows["name"]]
    assert at[2] - at[1] == pytest.approx(at[1] - at[0]), "the mutation: rows without groups"
    assert "firm" not in texts(loose.svg("wide"))


def test_long_names_and_texts_leave_the_scale_its_room_on_a_phone():
    rows = pd.DataFrame(
        [
            {"code": f"k{n}", "name": "Beds in primary care institutions 2023", "value": n, "low": n, "high": n + 4, "text": "recount, not judged"}
            for n in range(10, 30, 3)
        ]
    )  # fmt: skip

    def ticks(made: pd.DataFrame, width: str) -> list[float]:
        said = re.findall(r'<text[^>]*? x="([\d.-]+)"[^>]*>(\d+)</text>', charts.intervals(made).svg(width))
        return [float(x) for x, _ in sorted(said, key=lambda pair: int(pair[1]))]

    for width, of in (("wide", 518.4), ("narrow", 259.2)):
        at = ticks(rows, width)
        assert len(at) > 2 and at == sorted(at) and at[-1] - at[0] > 0.2 * of, (width, at)
    short = ticks(rows.assign(name="床位", text=""), "narrow")
    assert short[0] > ticks(rows, "narrow")[0], "the mutation: short names stand beside the marks"


def test_panels_of_one_measure_share_a_scale_from_nought():
    rows = pd.DataFrame(
        [
            {"panel": panel, "label": panel, "year": year, "value": value}
            for panel, values in {"a": (0.04, 0.05), "b": (0.2, 0.21)}.items()
            for year, value in zip((2014, 2023), values, strict=True)
        ]
    )
    shared = texts(charts.trends(rows, region_name="x", common=True).svg("wide"))
    own = texts(charts.trends(rows, region_name="x").svg("wide"))
    assert shared.count("0.0") == 2 and shared.count("0.2") == 2
    assert own.count("0.0") == 0, "the mutation: each panel its own scale"


def test_a_measure_over_all_regions_is_never_azurite():
    rows = pd.DataFrame(
        {"panel": "g", "label": "基尼系数", "year": [2014, 2019, 2023], "value": [0.08, 0.07, 0.06]}
    )
    own, measure = (
        charts.trends(rows, region_name="基尼系数", **role).canvas(style.WIDE)
        for role in ({}, {"role": "ink"})
    )
    assert "az" in {part for mark in own.marks for part in mark[-1]} and "az" not in {
        part for mark in measure.marks for part in mark[-1]
    }


def test_lines_of_counts_are_labelled_without_decimals_and_rates_with_theirs():
    counts = pd.DataFrame(
        {
            "code": "140000",
            "name": "山西",
            "year": [2014, 2020, 2023],
            "value": [39_000.0, 41_200.0, 42_900.0],
        }
    )
    drawn = charts.lines(counts, region="140000", lang="en").svg("wide")
    assert "42,900<" in drawn and "42,900.0" not in drawn
    rates = counts.assign(value=[2.0, 3.0, 3.42])
    assert "3.42<" in charts.lines(rates, region="140000", lang="en").svg("wide")


def test_names_that_do_not_fit_above_a_matrix_read_upwards_and_only_long_ones_are_numbered():
    names = {f"c{n}": name for n, name in enumerate(["Taiyuan", "Shanxi", "Lianyungang", "Zhengzhou"] * 5)}
    cells = pd.DataFrame({"row": ["r"], "column": ["c0"], "text": ["2"], "kind": ["mentioned"]})

    def drawn(columns):
        return charts.matrix({"r": "recruitment"}, columns, cells, lang="en").svg()

    svg = drawn(names)
    assert svg.count('transform="rotate(-90 ') == 20 and ">Lianyungang<" in svg and ">17<" not in svg
    long = drawn(names | {"c1": "First Affiliated Hospital of Xi'an Medical University"})
    assert "rotate" not in long and ">17<" in long
    few = drawn({"c0": "rules", "c1": "checks"})
    assert "rotate" not in few and ">rules<" in few
    chinese = charts.matrix(
        {"r": "招聘"}, {f"c{n}": "只说升降的结果" for n in range(20)}, cells, lang="zh"
    ).svg()
    assert "rotate" not in chinese and chinese.count(">果<") == 20, "one upright character below the other"
    assert charts.matrix({"r": "recruitment"}, names, cells, lang="en").png("x", "y", "z")[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("low", "high"), [(0.055, 0.082), (0.071, 0.095), (3.9, 6.1), (0.0, 1.0), (-3.0, 41.0)]
)
def test_an_axis_has_two_values_at_least(low, high):
    marks = ticks(low, high, 3)
    assert 2 <= len(marks) <= 7 and all(low <= v <= high for v in marks)


def test_levels_have_an_axis_without_plus_signs():
    rows = pd.DataFrame(
        {"label": ["2014", "2023"], "estimate": [0.08, 0.16], "low": [0.07, 0.15], "high": [0.1, 0.2]}
    )
    level, effect = (charts.coefficients(rows, signed=one, lang="en").svg() for one in (False, None))
    assert (
        ">+0." in effect
        and ">0.1<" in level.replace("0.10", "0.1")
        and ">+0.1<" not in level.replace("0.10", "0.1")
    )


def test_a_commitment_is_hatched_and_a_target_hollow():
    def drawn(kind):
        cells = pd.DataFrame({"row": ["r"], "column": ["c"], "text": ["2"], "kind": [kind]})
        return charts.matrix({"r": "a"}, {"c": "b"}, cells, lang="en").svg()

    assert drawn("commitment").count("l-") > 4 > drawn("target").count("l-")


def test_a_start_value_stands_away_from_its_line():
    def at(values):
        rows = pd.DataFrame({"panel": "p", "label": "Gini", "year": range(2014, 2018), "value": values})
        svg = charts.trends(rows, region_name="x", decimals=3, lang="en").svg()
        label, dot = (
            re.search(rf'y="([\d.]+)">{values[0]:.3f}<', svg),
            re.search(r'd="M[\d.]+ ([\d.]+)h\.01', svg),
        )
        return float(label[1]) - float(dot[1])

    assert at([0.18, 0.19, 0.2, 0.21]) > 0 > at([0.21, 0.2, 0.19, 0.18])


@pytest.mark.parametrize("width", [style.NARROW, style.WIDE])
def test_words_beside_a_number_do_not_take_the_bars_place(width, monkeypatch):
    """However long a qualifier is, bars keep their scale and their room; what does not fit beside them stands below."""
    rows = [
        {"group": "一", "label": f"Row {n}", "kind": "actual", "value": n, "text": str(n), "note": "a window"}
        for n in (1, 2, 4)
    ]
    rows[2]["text"] = (
        "4 (a year; through the medical university of the province, with two partners, for three years and no longer)"
    )

    def drawn(chart=charts.ledger) -> tuple[list[float], list[str]]:
        canvas = chart(pd.DataFrame(rows).assign(highlight=True), lang="en").canvas(width)
        marks = [m for m in canvas.marks if m[0] == "path" and m[2][0] == "az"]
        marks = marks[1:] if chart is charts.ledger else marks  # without the key's
        bars = [max(x for x, _ in m[1][0][0]) - min(x for x, _ in m[1][0][0]) for m in marks]
        assert all(0 <= x <= width for m in marks for x, _ in m[1][0][0])
        return bars, [m[3] for m in canvas.marks if m[0] == "text"]

    bars, said = drawn()
    module = import_module("analysis.charts.ledgers")
    assert max(bars) >= module.LEAST * width and bars[2] == pytest.approx(4 * bars[0])
    assert "4" in said and any(text.startswith("a year; through") for text in said)
    assert said.count("a window") == 1, "what all rows of a group share is said once"
    plain, told = drawn(charts.bars)
    assert max(plain) >= module.LEAST * width and plain[2] == pytest.approx(4 * plain[0]) and "4" in told
    monkeypatch.setattr(module, "LEAST", -9)
    with pytest.raises(AssertionError):  # the mutation: bars begin outside the drawing
        drawn()
    with pytest.raises(AssertionError):
        drawn(charts.bars)
