"""Teaching packs: marks are what the self-check said, no answer reaches a student, every edition runs, both languages say the same."""

from __future__ import annotations

import ast
import copy
import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

import nbformat
from pytest import approx, fixture, importorskip, mark, raises, skip
from traitlets.config import Config

import test_notebooks as rules
from analysis import paths, tables
from analysis.cases import (
    books,
    caselab,
    exhibits,
    leaks,
    marking,
    notes,
    packs,
    page,
    seals,
    slices,
    slides,
    values,
)
from analysis.errors import DataError, MethodError, ParameterError, YigaiError

NAMES = packs.names()
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏窦章苏潘葛范彭郎鲁韦昌马苗凤方俞任袁柳史唐费薛雷贺倪汤罗毕郝安常于傅康伍余顾孟黄穆萧尹姚邵汪祁毛狄米明臧计成戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房解应丁宣邓郁杭洪包石崔吉龚程"
PERSON = re.compile(
    rf"(?<![\u4e00-\u9fff])[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(院长|书记|主任|教授|同志|先生|女士)|\b(Dr|Prof|Professor|Mr|Mrs|Ms)\.? [A-Z][a-z]+"
)


@fixture(scope="session")
def made(processed):
    """Every pack with its numbers, made once."""
    held: dict[str, books.Made] = {}

    def get(name):
        if name not in held:
            held[name] = books.make(name)
        return held[name]

    return get


@fixture(scope="module")
def student(made):
    """The student's files of every pack, without Python inside."""
    held: dict[str, dict[str, str]] = {}

    def get(name):
        if name not in held:
            held[name] = books.edition_files(made(name), "student")
        return held[name]

    return get


def pack_files(pack):
    """What a submission runs beside."""
    return dict(pack.data) | {"checks.json": books.written(pack.checks), "caselab.py": books.LAYER.read_text("utf-8")}  # fmt: skip


# --- the source ----------------------------------------------------------------------------------------------------------


def test_there_are_six_packs():
    assert len(NAMES) == 6


@mark.parametrize("name", NAMES)
def test_texts_type_no_result_and_name_nobody(name):
    source = packs.load(name)
    texts = [t for s in source.sections for t in s["text"]] + [t for e in source.exhibits for t in (*e.title, *e.note)]  # fmt: skip
    assert [
        problem for text in texts for problem in rules.prose_problems(re.sub(r"\{\{.*?\}\}", "", text))
    ] == []
    whole = (packs.folder() / name / "pack.toml").read_text("utf-8")
    assert not PERSON.search(whole)
    assert source.question[0].endswith("？") and source.question[1].endswith("?")


def test_a_named_person_is_found():
    assert PERSON.search("，张三院长说") and PERSON.search("said Dr. Smith") and not PERSON.search("院长说")


def test_the_package_knows_no_pack_by_name():
    for path in (paths.home() / "src" / "analysis").rglob("*.py"):
        assert not re.search(r"\b(" + "|".join(NAMES) + r")\b", path.read_text("utf-8")), path


def test_a_wrong_source_is_answered_with_every_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(packs, "folder", lambda: tmp_path)
    (tmp_path / "shared.toml").write_text((paths.notebooks() / "cases" / "shared.toml").read_text("utf-8"))
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "pack.toml").write_text(
        '[pack]\ntitle = { zh = "甲", en = "甲" }\n[[exercise]]\nid = "R1"\nlevel = "reed"\nzh = "问"\nen = "ask"\n'
        '[exercise.items.a]\nask = { zh = "数", en = "number" }\n'
        '[[exercise]]\nid = "R2"\nlevel = "read"\nzh = "问"\nen = "ask"\n[exercise.options]\na = { zh = "能", en = "can" }\nb = { zh = "不能", en = "Can" }\n'
        '[exercise.items.a]\nask = { zh = "能否", en = "can it" }\nis = "a"\n',
        "utf-8",
    )
    with raises(DataError) as caught:
        packs.load("odd")
    said = str(caught.value)
    for part in (
        "pack.title.en",
        "pack.question",
        "R1.level",
        "R1.a.is",
        "R1.a.hint",
        "R1.work",
        "R2.options",
        "sample",
    ):
        assert part in said, part
    (tmp_path / "odd" / "pack.toml").write_text("[pack\n")
    with raises(DataError, match="TOML"):
        packs.load("odd")
    with raises(ParameterError, match="one of odd"):
        packs.load("none")


@mark.parametrize(
    ("declared", "said"),
    [
        ({"a": "999-999"}, "999-999"),
        ({"a": {"table": "observations", "where": {"source_id": "doc-004"}}}, "one row"),
        ({"a": {"expr": "b + 1"}}, "b"),
        ({"a": {"expr": "__import__('os')"}}, "arithmetic"),
        ({"a": "004-070"}, "no value"),
    ],
)
def test_a_value_that_the_tables_do_not_give_is_refused(processed, declared, said):
    with raises(DataError, match=re.escape(said)):
        values.resolve(declared, "pack")


# --- the layer ------------------------------------------------------------------------------------------------------------


def test_the_layer_is_standard_library_alone():
    for node in ast.walk(ast.parse(books.LAYER.read_text("utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else []  # fmt: skip
        assert all(name.split(".")[0] in sys.stdlib_module_names for name in names), names


def test_the_layer_computes_what_its_formulas_say():
    assert caselab.chance(caselab.error_needed(101) * 1.959964 * 2**0.5, caselab.error_needed(101)) == approx(0.05)  # fmt: skip
    for error in (20, 40, 60):
        far = sum(abs(d) >= 80 for d in caselab.unchanged(error, seed=3)) / 20_000
        assert far == approx(caselab.chance(80, error), abs=0.01)
    assert caselab.kendall([1, 2, 3], [1, 2, 3]) == 1 and caselab.kendall([1, 2, 3], [3, 2, 1]) == -1
    assert caselab.adjusted(96, 90, 70, 3, 85) == 90 and caselab.adjusted(50, 90, 70, 3, 85) == 70
    assert caselab.spread([1, 3]) == 1 and caselab.expected_place(280, 700, 1) == 280
    assert caselab.simulated_scores() == caselab.simulated_scores()
    with raises(ValueError):
        caselab.chance(1, 0)


def test_simulated_bars_carry_the_word():
    for lang, word in (("zh", "模拟"), ("en", "simulated")):
        svg = caselab.Bars({"a": 1.0}, lang, simulated=True)._repr_svg_()
        assert f">{word}<" in svg and caselab.SIMULATED[lang == "en"] in svg
        assert word not in caselab.Bars({"a": 1.0}, lang)._repr_svg_()


@mark.parametrize(
    ("given", "unit", "number"),
    [
        ("−101", "", -101), ("－101", "", -101), ("1,250", "", 1250), ("75%", "%", 75), ("75％", "%", 75), ("75%", "", None),
        ("1.5万", "元", 15000), ("2亿元", "元", 2e8), ("3/4", "", 0.75), ("x", "", None), (True, "", None), (float("nan"), "", None),
        ("1e3", "", 1000), ("", "", None), ([1], "", None), ("12 人", "人", 12), ("1/0", "", None),
        ("１２．５％", "%", 12.5), ("12.5 %", "%", 12.5), ("12.5 个百分点", "%", 12.5), ("－１０１ 名次", "名次", -101), ("１，２５０", "", 1250), ("1 250", "", 1250),
        ("12,5", "", None), ("1,25,000", "", None), ("1,2345", "", None), ("36 7", "", None), ("+1,250.5", "", 1250.5), ("²", "", 2), ("280。", "", 280), ("３．５ ％。", "%", 3.5), ("。", "", None), ("约 280", "", None),
    ],
)  # fmt: skip
def test_numbers_are_taken_as_people_write_them(given, unit, number):
    found = caselab.number(given, unit)
    assert found is None if number is None else found == approx(number)


# --- marks are what the self-check said ----------------------------------------------------------------------------------


def oracle(item, pack, answer):
    """Points of an answer straight from the source, without seals: the other way to the same mark."""
    if item.kind == "choice":
        if answer == item.answer:
            return item.points
        return next((w.share * item.points for w in item.wrong if w.answer == answer), 0.0)
    found = caselab.number(answer, item.unit)
    if found is None or (item.whole and abs(found - round(found)) > 1e-9):
        return 0.0
    right = pack.values.compute(item.answer)
    expected = [(right, 1.0)] + [(pack.values.compute(w.answer), w.share) for w in item.wrong]
    expected += [(value, share) for value, share, _ in seals.slips(item, right)]
    for value, share in expected:
        if item.whole and abs(value - round(value)) > 1e-9:
            continue
        if abs(found - value) <= item.tolerance + item.step / 2:
            return share * item.points
    return 0.0


def mutated(pack, seed):
    """One mutated set of answers: right, expected wrong, a slip, near, far, text, or nothing, each item by lot."""
    draw, answers = random.Random(seed), {}
    for exercise in pack.source.exercises:
        if exercise.by_person:
            continue
        given = {}
        for item in exercise.items:
            if item.kind == "choice":
                given[item.key] = draw.choice([*item.options, "other", None])
                continue
            right = pack.values.compute(item.answer)
            wrong = [pack.values.compute(w.answer) for w in item.wrong]
            near = right + 0.4 * item.tolerance * draw.choice([-1, 1])
            given[item.key] = draw.choice(
                [
                    right,
                    str(right),
                    near,
                    -right,
                    right / 100,
                    right * 1.37 + 3 * item.step,
                    "?",
                    None,
                    *wrong,
                ]
            )
        answers[exercise.id] = given
    return answers


@mark.parametrize("name", NAMES)
def test_thirty_mutated_answers_get_the_right_part_and_leak_nothing(made, name):
    pack = made(name)
    agreed = total = 0
    known = leaks.secret(pack)
    for seed in range(30):
        answers = mutated(pack, seed)
        for exercise, marks in caselab.grade(pack.checks, answers).items():
            source = pack.source.exercise(exercise)
            if source.by_person:
                continue
            for item, given in zip(source.items, marks, strict=True):
                total += 1
                agreed += given.points == approx(round(oracle(item, pack, answers[exercise][item.key]), 2))
                said = " ".join(given.words)
                assert not [f for f in known if re.search(rf"(?<![\w.,]){re.escape(f)}(?![\d%]|[.,]\d)", said)], said  # fmt: skip
    assert agreed / total >= 0.95 and total >= 30 * 10, (agreed, total)


@mark.parametrize("name", NAMES)
def test_a_tuple_a_list_any_order_and_numbers_as_text_are_alike(made, name):
    pack = made(name)
    right = seals.answers(pack.source, pack.values)
    full = sum(e.points for e in pack.source.exercises if not e.by_person)
    ways = [
        right,
        {e: tuple(items.values()) for e, items in right.items()},
        {e: list(items.values()) for e, items in right.items()},
        {e: dict(reversed(items.items())) for e, items in right.items()},
        {e: {k: str(v) for k, v in items.items()} for e, items in right.items()},
        {e: next(iter(items.values())) if len(items) == 1 else items for e, items in right.items()},
        {e: {f" {key.upper().translate(WIDE)} ": f"{v}。" for key, v in items.items()} for e, items in right.items()},
        *({e: {k: pack.source.exercise(e).options.get(v, {0: v, 1: v})[i] for k, v in items.items()} for e, items in right.items()} for i in (0, 1)),
    ]  # fmt: skip
    for answers in ways:
        assert sum(m.points for given in caselab.grade(pack.checks, answers).values() for m in given) == full


def test_marks_go_by_item(made):
    pack = made("bethune")
    right = copy.deepcopy(seals.answers(pack.source, pack.values))
    right["J1"]["c"] = "can"
    marks = caselab.grade(pack.checks, right)["J1"]
    assert [m.points for m in marks] == [1, 1, 0, 1, 1, 1] and "comparison" in marks[2].words[1]


def test_every_wrong_option_and_expected_number_has_words_in_both_languages(made):
    for name in NAMES:
        pack = made(name)
        for exercise in pack.source.exercises:
            checks = {i["key"]: i for i in pack.checks["exercises"][exercise.id]["items"]}
            for item in exercise.items:
                for option in item.options:
                    said = caselab.grade_item(checks[item.key], option).words
                    assert all(said) and (option == item.answer or said != caselab.WORDS["right"])


def test_a_wrong_seal_is_no_mark(made):
    """With the digests of another version nothing is right: marks come from the seals and from nowhere else."""
    pack = made("bethune")
    other = seals.checks(replace(pack.source, version="0"), pack.values)
    mixed = copy.deepcopy(dict(pack.checks))
    for exercise in mixed["exercises"]:
        for mine, theirs in zip(mixed["exercises"][exercise]["items"], other["exercises"][exercise]["items"], strict=True):  # fmt: skip
            if "sealed" in mine:
                mine["sealed"] = theirs["sealed"]
    right = seals.answers(pack.source, pack.values)
    assert sum(m.points for given in caselab.grade(mixed, right).values() for m in given) == 0


# --- editions --------------------------------------------------------------------------------------------------------------


@mark.parametrize("name", NAMES)
def test_students_get_stubs_and_no_answer(made, student, name):
    files = student(name)  # refuses to be made with a leak, a stub that is answered, or a cell that fails
    assert not [f for f in files if "note" in f or "key" in f]
    for lang in ("zh", "en"):
        text = files[books.file_name("exercises", lang, "ipynb")]
        assert "..." in text and not any(
            line.strip() in text
            for e in made(name).source.exercises
            for line in e.work.splitlines()
            if len(line) > 12
        )
        page_text = files[books.file_name("pack", lang, "html")]
        assert (
            'id="runtime-' not in page_text and re.findall(r'(?:src|href)="(?!#|pack)[^"]*"', page_text) == []
        )
    english = re.sub(r'data-id.*|<script.*|"image/png".*', "", files["exercises.en.ipynb"])
    assert not re.search(r"[\u4e00-\u9fff]", english)


@mark.parametrize("name", NAMES)
def test_worked_solutions_earn_every_point_and_the_note_is_filled_in(made, name):
    pack = made(name)
    files = books.edition_files(pack, "instructor")  # refuses to be made when a solution does not earn its points  # fmt: skip
    for lang in ("zh", "en"):
        note = files[books.file_name("teaching_note", lang, "md")]
        assert "{" not in note and note.count("\n## ") == 11
        solved = json.loads(files[books.file_name("exercises", lang, "ipynb")])
        assert all(c["execution_count"] and c["outputs"] for c in solved["cells"] if c["metadata"].get("yigai", {}).get("part") == "check")  # fmt: skip
    for plan, minutes in (("plan90", 90), ("plan45", 45)):
        assert sum(step["minutes"] for step in packs.shared()[plan]) == minutes
    assert json.loads(files["key.json"]) == seals.answers(pack.source, pack.values)
    totals = [sum(s["marks"].values()) for s in pack.source.samples]
    assert totals == sorted(totals, reverse=True) and totals[0] > totals[1] > totals[2]


def test_a_rebuilt_pack_regrades_itself(made, monkeypatch):
    """A new value in the tables moves answers and note with it: nothing is typed."""
    pack = made("bethune")
    changed = values.Values(dict(pack.values.numbers) | {"second": 150, "change": -130}, pack.values.facts)
    again = seals.checks(pack.source, changed)
    assert caselab.grade(again, {"C1": -130})["C1"][0].state == "right"
    assert caselab.grade(again, {"C1": -101})["C1"][0].state == "wrong"
    assert "−130" in notes.teaching_note(replace(pack, values=changed), "en")


@mark.parametrize("where", ["section", "note", "work"])
def test_an_answer_in_a_students_file_stops_the_build(made, student, where):
    pack, files = made("bethune"), dict(student("bethune"))
    assert leaks.leaks(pack, files) == []
    change = pack.values.numbers["change"]
    added = {"section": f"差 {abs(change)} 位", "note": f"{pack.values.numbers['noise']:.1f}", "work": pack.source.exercise("C1").work}[where]  # fmt: skip
    files["README.md"] += f"\n{added}\n"
    assert leaks.leaks(pack, files)


def test_two_builds_give_the_same_bytes(made, student):
    again = books.edition_files(books.make("bethune"), "student")
    assert again == student("bethune")


def test_an_editions_folder_never_keeps_anothers_files(tmp_path):
    books._write(tmp_path, {"key.json": "{}", "data/a.csv": "x"})
    (tmp_path / "own.txt").write_text("mine")
    books._write(tmp_path, {"data/b.csv": "y"})
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")) == [
        books.MANIFEST, "data/b.csv", "own.txt",
    ]  # fmt: skip


def test_the_source_of_the_earlier_place_is_quoted_as_it_prints_it(processed):
    """280 is printed as the place before co-building; no edition says otherwise."""
    row = tables.read("observations", observation_id=["002-002"]).iloc[0]
    assert row["qualifier"] == "共建前"
    source = packs.load("bethune")
    assert source.exercise("R2").items[0].answer == "before"
    whole = (packs.folder() / "bethune" / "pack.toml").read_text("utf-8")
    assert "已部分共建" not in whole and "partly co-built" not in whole


def test_simulated_exhibits_say_so(made):
    found = [s for name in NAMES for lang in ("zh", "en") for s in made(name).shown[lang].values() if s.simulated]  # fmt: skip
    assert found
    for shown in found:
        svg, i = shown.drawing.svg(), ("zh", "en").index(shown.lang)
        assert f">{('模拟', 'simulated')[i]}<" in svg and caselab.SIMULATED[i] in svg
        assert shown.alt.startswith(caselab.SIMULATED[i]) and all(row[-1] in ("模拟", "simulated") for row in shown.rows)  # fmt: skip
    plain = exhibits._drawing(
        replace(shown.exhibit, kind="statements", chart={"kind": "bars"}),
        exhibits.pd.DataFrame({"label": ["a"], "value": [1.0]}),
        "en",
    )
    assert "simulated" not in plain.svg()


# --- data -------------------------------------------------------------------------------------------------------------------


def rows_of(text):
    assert text.startswith(slices.BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(slices.BOM))))


@mark.parametrize("name", NAMES)
def test_data_cite_and_the_codebook_explains_them(made, name):
    data = made(name).data
    zh, en = data[slices.CODEBOOK].split("# Codebook")
    assert not re.search(r"[\u4e00-\u9fff]", en)
    for file, body in data.items():
        if not file.endswith(".csv") or file == slices.SOURCES:
            continue
        for row in rows_of(body):
            assert row["source_id"] and row["locator"] and row["source_grade"], row
            assert not slices.JUDGED & set(row)
        assert all(f"| `{column}` |" in zh and f"| `{column}` |" in en for column in rows_of(body)[0])


def test_codebook_lines_explain_what_exists():
    made_up = {"indicator_zh", "indicator_en", "source_title_zh", "source_title_en", ""}
    for (table, column), said in slices.meanings().items():
        specs = [tables.spec(table)] if table else tables.SPECS.values()
        assert (
            column in made_up
            or column in slices.FROM_OBSERVATION
            or any(column in s.columns for s in specs)
        ), column  # fmt: skip
        assert all(said) and column not in slices.JUDGED
    with raises(DataError, match="no_such"):
        slices.meaning("observations", "no_such")


# --- submissions -------------------------------------------------------------------------------------------------------------


def book_of(*sources):
    return {"cells": [{"cell_type": "code", "source": s, "metadata": {}} for s in sources], "metadata": {}}


def test_who_overwrites_the_checks_gets_no_points(made, tmp_path):
    pack = made("bethune")
    (tmp_path / "clever.ipynb").write_text(
        json.dumps(
            book_of(
                "import caselab\npack = caselab.open_pack()",
                "class Yes:\n    points = 99\npack.check = lambda *a: Yes()\ncaselab.grade = caselab.grade_exercise = lambda *a: []\nimport json\njson.dumps = lambda *a, **k: '{}'",
                "C1 = 1\npack.check('C1', C1)",
            )
        )
    )
    one = marking.submissions(tmp_path, pack_files(pack), pack.source)
    assert [g.total for g in marking.grade(pack.checks, one)] == [0]


def test_a_cell_that_fails_costs_its_own_answer_only(made, tmp_path):
    pack = made("bethune")
    change = pack.values.numbers["change"]
    (tmp_path / "s1.ipynb").write_text(json.dumps(book_of("%matplotlib inline\nR1 = 1 / 0", f"C1 = {change}", "while False:\n    pass\nC5 =")))  # fmt: skip
    (tmp_path / "s2.json").write_text(json.dumps({"answers": {"C1": -change}}))
    graded = marking.grade(pack.checks, marking.submissions(tmp_path, pack_files(pack), pack.source))
    assert [(g.submission.who, g.total) for g in graded] == [("s1", 2), ("s2", 1)]
    assert [where for where, _ in graded[0].submission.errors] == ["cell 1", "cell 3"]
    assert "division" in graded[0].submission.errors[0][1]


def test_a_notebook_that_does_not_end_is_told(made):
    ran = marking.run(book_of("while True:\n    pass"), {"caselab.py": books.LAYER.read_text("utf-8")}, ["C1"], seconds=1)  # fmt: skip
    assert ran.answers == {"C1": None} and "not ended" in ran.errors[0][1]


def test_a_folder_without_submissions_and_a_file_that_is_none(made, tmp_path):
    pack = made("bethune")
    with raises(DataError, match="no submission"):
        marking.submissions(tmp_path, {}, pack.source)
    (tmp_path / "x.json").write_text("[1]")
    (tmp_path / "y.ipynb").write_text('{"cells": [{"cell_type": "code"}]}')
    (tmp_path / "z.json").write_text('{"pack": "wuxi", "answers": {}}')
    (tmp_path / "w.json").write_text('{"answers": {}}')
    (tmp_path / "w.ipynb").write_text('{"cells": []}')
    with raises(DataError) as caught:
        marking.submissions(tmp_path, pack_files(pack), pack.source)
    for said in ("x.json: found neither", "y.ipynb: found a notebook whose", "z.json: found answers to the pack wuxi", "w: found two files"):  # fmt: skip
        assert said in str(caught.value), said


def test_right_half_right_wrong_and_empty_submissions_and_their_csv(made, student, tmp_path):
    pack = made("zhenjiang")
    solved = json.loads(books.edition_files(pack, "solution")["exercises.ipynb"])
    empty = json.loads(student("zhenjiang")["exercises.ipynb"])
    right = seals.answers(pack.source, pack.values)
    half = {e: items for n, (e, items) in enumerate(right.items()) if n % 2}
    for who, body in (
        ("a", solved),
        ("b", {"answers": half}),
        ("c", empty),
        ("d", {"answers": {e: "no" for e in right}}),
    ):
        (tmp_path / f"{who}.{'ipynb' if 'cells' in body else 'json'}").write_text(json.dumps(body))
    found = marking.submissions(tmp_path, pack_files(pack), pack.source)
    graded = {g.submission.who: g for g in marking.grade(pack.checks, found)}
    auto = sum(e.points for e in pack.source.exercises if not e.by_person)
    assert graded["a"].total == auto and graded["c"].total == graded["d"].total == 0
    assert graded["b"].total == sum(pack.source.exercise(e).points for e in half)
    form = marking.form(pack.source, found)
    rows = rows_of(form)
    assert {r["level_3"] for r in rows} and len(rows) == 4 * 4 and "doc-004" in rows[0]["answer"]
    marked = form.replace(',""\n', "\n")
    lines = [line for line in csv.reader(io.StringIO(marked.removeprefix("\ufeff")))]
    for line in lines[1:]:
        line[-1] = "2" if line[0] == "a" else ""
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    person = marking.filled(out.getvalue(), pack.source, "abcd")
    again = marking.grade(pack.checks, found, person)
    assert again[0].total == auto + 8
    moodle, canvas = rows_of(marking.moodle(pack.source, again)), rows_of(marking.canvas(pack.source, again))
    assert [r["Username"] for r in moodle] == list("abcd") and moodle[0][pack.source.title[1]] == f"{auto + 8:g}"  # fmt: skip
    assert canvas[0]["Student"].strip() == "Points Possible" and canvas[1]["SIS Login ID"] == "a"
    assert float(canvas[0][pack.source.title[1]]) == marking.points_of(pack.source)
    assert any(r["state"] == "right" for r in rows_of(marking.by_item(again)))
    assert "12" in marking.feedback(again[0], "zh")
    for wrong, said in (
        (out.getvalue().replace(",2\r\n", ",4\r\n", 1), "0 to 3"),
        (out.getvalue().replace("\r\na,", "\r\nz,", 1), "z, J3"),
        (out.getvalue() + "a,J3,memo,source,,,,,,,1\r\n", "twice"),
        ("student,points\r\na,1\r\n", "no column"),
    ):
        with raises(DataError, match=said):
            marking.filled(wrong, pack.source, "abcd")


def test_an_answer_is_no_formula_of_a_spreadsheet(made):
    pack = made("bethune")
    form = marking.form(pack.source, [marking.Submission("x", {"J3": "=HYPERLINK(1)"})])
    assert any(r["answer"] == "'=HYPERLINK(1)" for r in rows_of(form))


# --- the page ----------------------------------------------------------------------------------------------------------------


WIDE = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")
SPELT = (
    lambda v: str(v).translate(WIDE),
    lambda v: f"{v:,}",
    lambda v: f"{v:,}".replace(",", "\u00a0"),
    lambda v: str(v).replace(".", ","),
    lambda v: f" {v} % ",
    lambda v: f"{v} 个百分点",
    lambda v: f"{v}。",
)


def test_the_page_marks_as_the_layer_does(made):
    """The same answers through page.js and through caselab.py: equal points, states and words."""
    if shutil.which("node") is None:
        skip("no node on this machine: page.js cannot be run beside the layer")
    tasks = []
    for name in NAMES:
        pack = made(name)
        for seed in range(5):
            answers = mutated(pack, seed)
            as_text = {e: {k: "" if v is None else str(v) for k, v in items.items()} for e, items in answers.items()}  # fmt: skip
            as_text |= {e.id: {i.key: "据 2019 report 说 " * 12 for i in e.items} for e in pack.source.exercises if e.by_person}  # fmt: skip
            tasks.append((name, as_text))
        for way in SPELT:  # written as people write; both take the same for a number
            right = seals.answers(pack.source, pack.values)
            tasks.append((name, {e: {k: v if isinstance(v, str) else way(v) for k, v in items.items()} for e, items in right.items()}))  # fmt: skip
    script = (
        f"const LANG = 0, WORDS = {json.dumps({k: list(v) for k, v in caselab.WORDS.items()})};let PACK;\n"
        + (Path(page.__file__).parent / "page.js").read_text("utf-8")
        + "\nconst input = JSON.parse(require('fs').readFileSync(0, 'utf-8'));"
        "console.log(JSON.stringify(input.tasks.map(([n, a]) => Object.entries(input.checks[n].exercises).map(([e, x]) => gradeExercise(x, a[e])))));"
    )
    told = json.dumps({"checks": {n: made(n).checks for n in NAMES}, "tasks": tasks})
    done = subprocess.run(
        ["node", "-e", script], input=told, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr[-800:]
    for (name, answers), given in zip(tasks, json.loads(done.stdout), strict=True):
        mine = caselab.grade(made(name).checks, answers)
        theirs = [[(m["item"], m["points"], m["state"], m["words"]) for m in marks] for marks in given]
        assert theirs == [[(m.item, m.points, m.state, list(m.words)) for m in marks] for marks in mine.values()]  # fmt: skip


def test_a_changed_archive_is_refused_and_no_page_asks_a_network(student):
    with raises(YigaiError, match="not used"):
        page.checked(b"other")
    for name in NAMES:
        text = student(name)["pack.html"]
        assert "default-src 'none'" in text and "http" not in re.sub(r"inside\.invalid|https://inside|http://www\.w3\.org\S*|http-equiv", "", text).replace("https://", "")  # fmt: skip


def test_a_page_can_be_printed_and_read_by_machine(student):
    for name in NAMES:
        text = student(name)["pack.en.html"]
        assert "@media print" in text and text.count("<h1") == 2
        assert text.count("<select") + text.count("<input data-item") + text.count("<textarea data-item") == text.count("<label") - 1  # fmt: skip
        assert re.findall(r'<div role="img"(?! aria-label="[^"])', text) == []
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"<script.*?</script>|<td>.*?</td>|<nav>.*?</nav>|<style>.*?</style>", "", text, flags=re.S))  # fmt: skip


@mark.parametrize("name", NAMES)
def test_slides_hold_plan_exhibits_and_questions_and_are_the_instructors(made, student, name):
    pack = made(name)
    for lang in ("zh", "en"):
        deck = slides.slides(pack, lang)
        assert all(
            slide.head.endswith(("?", "？")) and slide.said
            for slide in slides.deck(pack, lang)
            if slide.kind == "question"
        )
        plan, shown = packs.shared()["plan90"], pack.shown[lang]
        expected = 1 + len(plan) + 1 + len(shown) + len(pack.source.note["questions"][lang]) + 1
        assert deck.count("<section") == expected and "{" not in re.sub(r"<style>.*?</style>|<script>.*?</script>", "", deck, flags=re.S)  # fmt: skip
        assert "default-src 'none'" in deck and "A4 landscape" in deck
        assert all(("simulated", "模拟")[lang == "zh"] in page.exhibit(one, 12) for one in shown.values() if one.simulated)  # fmt: skip
    assert not [file for file in student(name) if "slides" in file]


PRINTS = """
import io, json, sys
from pathlib import Path
from pptx import Presentation
from pypdf import PdfReader
import docx
from analysis.cases import books
said = {}
for name in sys.argv[1:]:
    made = books.make(name)
    files = books.prints(made, "student") | books.prints(made, "instructor")
    if name == sys.argv[1]:
        again = books.prints(made, "student") | books.prints(made, "instructor")
        said["same"] = files == again
    about = said[name] = {}
    for file, body in files.items():
        if file.endswith(".pdf"):
            reader = PdfReader(io.BytesIO(body))
            about[file] = {"text": "\\n".join(page.extract_text() for page in reader.pages), "tagged": bool(reader.trailer["/Root"].get("/MarkInfo"))}
        elif file.endswith(".docx"):
            about[file] = {"text": "\\n".join(p.text for p in docx.Document(io.BytesIO(body)).paragraphs)}
        else:
            deck = Presentation(io.BytesIO(body)).slides
            pictures = [s._element.nvPicPr.cNvPr.get("descr") for one in deck for s in one.shapes if s.shape_type == 13]
            about[file] = {"slides": len(deck), "titles": [one.shapes.title.text_frame.text for one in deck], "alts": pictures,
                           "tables": sum(s.has_table for one in deck for s in one.shapes), "notes": sum(one.has_notes_slide for one in deck)}
print(json.dumps(said))
"""


@fixture(scope="module")
def prints(processed):
    """What the printed and projected files of two packs hold; made in a process of their own, since their libraries start threads."""
    done = subprocess.run([sys.executable, "-c", PRINTS, "bethune", "nanchang"], capture_output=True, text=True, check=True)  # fmt: skip
    return json.loads(done.stdout)


@mark.parametrize("name", ["bethune", "nanchang"])
@mark.parametrize("lang", ["zh", "en"])
def test_slides_to_edit_are_the_same_deck_with_titles_alts_and_notes(made, prints, name, lang):
    deck, held = slides.deck(made(name), lang), prints[name][books.file_name("slides", lang, "pptx")]
    assert held["slides"] == len(deck) and all(held["titles"])
    drawn = [one for one in deck if one.shown is not None and one.shown.drawing is not None]
    assert held["alts"] == [one.shown.alt for one in drawn]
    assert held["tables"] == sum(one.shown is not None for one in deck) - len(drawn) + 1  # and the board
    assert held["notes"] == sum(bool(one.said) for one in deck) > 0
    marked = [one for one in drawn if one.shown.simulated]
    assert all(caselab.SIMULATED[("zh", "en").index(lang)] in one.shown.alt for one in marked)
    assert bool(marked) == (name == "nanchang")


@mark.parametrize("name", ["bethune", "nanchang"])
@mark.parametrize("lang", ["zh", "en"])
def test_the_handout_holds_case_and_exercises_and_no_answer(made, prints, name, lang):
    pack, held = made(name), prints[name]
    text = unicodedata.normalize("NFKC", held[books.file_name("handout", lang, "pdf")]["text"])
    flat, i = re.sub(r"\s|\u200b", "", text), ("zh", "en").index(lang)
    assert held[books.file_name("handout", lang, "pdf")]["tagged"] and prints["same"]
    for exercise in pack.source.exercises:
        assert exercise.id in text and all(re.sub(r"\s", "", unicodedata.normalize("NFKC", item.ask[i])) in flat for item in exercise.items)  # fmt: skip
    for file in (books.file_name("handout", lang, form) for form in ("pdf", "docx")):
        assert leaks.leaks(pack, {file: held[file]["text"]}) == []
    answer = next(e.work for e in pack.source.exercises if e.work)
    assert (
        leaks.leaks(pack, {"handout.pdf": text + "\n" + answer}) != []
    )  # the search sees an answer in such a text


@mark.browser
@mark.slow
@mark.parametrize("lang", ["zh", "en"])
@mark.parametrize("name", NAMES)
def test_the_page_opens_from_a_disk_checks_and_computes_with_no_network(made, tmp_path, name, lang):
    from playwright.sync_api import sync_playwright

    try:
        held = page.runtime(page.fetch())
    except MethodError as error:
        skip(f"Pyodide could not be fetched: {error}")
    pack = made(name)
    (tmp_path / "pack.html").write_text(page.html(pack, lang, held), "utf-8")
    exercise = next(e for e in pack.source.exercises if e.work)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(offline=True)
        tab, asked = context.new_page(), []
        tab.on("request", lambda r: asked.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None)  # fmt: skip
        tab.goto((tmp_path / "pack.html").as_uri())
        form = tab.locator(f"form#{exercise.id}")
        for key, answer in seals.answers(pack.source, pack.values)[exercise.id].items():
            form.locator(f'[data-item="{key}"]').fill(str(answer))
        form.locator("button:not([type])").click()
        assert "✗" not in form.locator(".said").inner_text() and "✓" in form.locator(".said").inner_text()
        form.locator("summary").click()
        form.locator(".python textarea").fill(f'{exercise.work}\npack.check("{exercise.id}", {exercise.id})')
        form.locator(".python button").click()
        tab.wait_for_function("id => /✓|rror/.test(document.querySelector(`#${id} output`).textContent)", arg=exercise.id, timeout=120_000)  # fmt: skip
        assert "rror" not in form.locator("output").inner_text() and asked == []
        browser.close()


@mark.parametrize("lang", ["zh", "en"])
def test_what_nbgrader_releases_is_the_students_edition(made, student, lang):
    """Answer cells are the same to the letter, checks have the same name: a notebook from JupyterLite can be handed in as a released one."""
    tools = importorskip("nbgrader.preprocessors", reason="nbgrader is not installed: uv pip install nbgrader")  # fmt: skip
    utils = importorskip("nbgrader.utils")
    name = books.file_name("exercises", lang, "ipynb")
    settings = {}
    exec(books.NBGRADER, {"get_config": lambda: settings.setdefault("c", Config())})
    for pack in NAMES:
        held = nbformat.reads(books.written(books.notebook(books.exercise_cells(made(pack), "nbgrader", lang))), 4)  # fmt: skip
        released, _ = tools.ClearSolutions(config=settings["c"]).preprocess(held, {})
        released, _ = tools.LockCells().preprocess(released, {})
        handed = nbformat.reads(student(pack)[name], 4)
        known = [[c for c in book.cells if "nbgrader" in c.metadata] for book in (released, handed)]
        assert len(known[0]) == 2 * len(made(pack).source.exercises) - sum(e.by_person for e in made(pack).source.exercises)  # fmt: skip
        for ours, theirs in zip(*known, strict=True):
            assert ours.metadata == theirs.metadata
            assert utils.is_locked(ours) or utils.compute_checksum(ours) == utils.compute_checksum(theirs), ours.source  # fmt: skip
    marked = nbformat.reads(books.written(books.notebook(books.exercise_cells(made(pack), "nbgrader", lang))), 4)  # fmt: skip
    marked, _ = tools.ClearSolutions().preprocess(marked, {})
    unlike = {utils.compute_checksum(c) for c in marked.cells if "nbgrader" in c.metadata} - {utils.compute_checksum(c) for c in known[1]}  # fmt: skip
    assert len(unlike) > len(made(pack).source.exercises), "the mutation: with nbgrader's own stub they would not be the same"  # fmt: skip


def saved_by_jupyterlite(book):
    """A notebook as JupyterLite saves it: its kernel's name, which no other machine has, and what that kernel says of its language."""
    kernel = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    language = {"name": "python", "version": "3.8", "codemirror_mode": {"name": "python", "version": 3}, "file_extension": ".py", "mimetype": "text/x-python", "nbconvert_exporter": "python", "pygments_lexer": "ipython3"}  # fmt: skip
    saved = copy.deepcopy(book)
    saved["metadata"] |= {"kernelspec": kernel, "language_info": language}
    for count, cell in enumerate((c for c in saved["cells"] if c["cell_type"] == "code"), 1):
        cell["execution_count"], cell["metadata"]["trusted"] = count, True
    return saved


@mark.slow
def test_nbgraders_round_trip_gives_the_marks_of_the_self_check(made, student, tmp_path):
    """generate_assignment, autograde and generate_feedback on a right, a half-right, a wrong and an empty submission."""
    tool = shutil.which("nbgrader") or str(Path(sys.executable).with_name("nbgrader"))
    if not Path(tool).exists():
        skip("nbgrader is not installed: uv pip install nbgrader")
    pack = made("zhenjiang")
    files = books.edition_files(pack, "nbgrader")
    course, handed = tmp_path / "course", "exercises.ipynb"
    source = course / "source" / "ps1"
    for name, body in files.items():
        if name in (handed, "caselab.py", "checks.json") or name.startswith("data/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(body, "utf-8")
    (course / "nbgrader_config.py").write_text(files["nbgrader_config.py"])

    def run(*words):
        where = {
            **os.environ,
            "PATH": f"{Path(tool).parent}{os.pathsep}{os.environ['PATH']}",
        }  # it calls alembic by name
        done = subprocess.run([tool, *words], cwd=course, env=where, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-1500:]

    run("generate_assignment", "ps1", "--create")
    released = json.loads((course / "release" / "ps1" / handed).read_text("utf-8"))
    assert not [line for e in pack.source.exercises for line in e.work.splitlines() if len(line) > 12 and line in json.dumps(released, ensure_ascii=False)]  # fmt: skip
    right = {c["metadata"]["yigai"]["exercise"]: c["source"] for c in json.loads(files[handed])["cells"] if c["metadata"].get("yigai", {}).get("part") == "answer"}  # fmt: skip
    done = [e.id for e in pack.source.exercises if not e.by_person]
    plans = {"right": right, "half": {e: right[e] for e in done[::2]}, "wrong": {e: f"{e} = 'no'" for e in done}, "empty": {}}  # fmt: skip
    plain = json.loads(student("zhenjiang")[handed])
    for who, answers in plans.items():
        for way, book in (("", released), ("-lite", saved_by_jupyterlite(plain)), ("-plain", plain)):
            book = copy.deepcopy(book)
            for cell in book["cells"]:
                about = cell["metadata"].get("yigai", {})
                if about.get("part") == "answer" and about["exercise"] in answers:
                    cell["source"] = answers[about["exercise"]]
            folder = course / "submitted" / f"{who}{way}" / "ps1"
            folder.mkdir(parents=True)
            (folder / handed).write_text(json.dumps(book), "utf-8")
    run("autograde", "ps1", "--create")
    run("generate_feedback", "ps1")
    rows = json.loads(
        subprocess.run(
            [str(Path(tool).with_name("python")), "-c", "import json\nfrom nbgrader.api import Gradebook\nwith Gradebook('sqlite:///gradebook.db') as g:\n    print(json.dumps({s.student.id: s.score for s in g.assignment_submissions('ps1')}))"],
            cwd=course, capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    full = sum(e.points for e in pack.source.exercises if not e.by_person)
    points = {"right": full, "half": sum(pack.source.exercise(e).points for e in done[::2]), "wrong": 0, "empty": 0}  # fmt: skip
    assert rows == {f"{who}{way}": of for who, of in points.items() for way in ("", "-lite", "-plain")}
    assert (course / "feedback" / "right" / "ps1" / "exercises.html").exists()
