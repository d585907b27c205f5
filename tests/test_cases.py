"""Teaching cases: no answer reaches a student, every edition runs, both languages say the same, nobody is named."""

from __future__ import annotations

import copy
import csv
import json
import os
import re
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from pytest import fixture, mark, raises

import test_notebooks as rules
from analysis import charts, cli, paths, tables
from analysis.cases import bethune, checks, editions, simulated, slices
from analysis.errors import DataError, MethodError, ParameterError

pytestmark = mark.xdist_group("cases")  # one kernel serves them all
NAMES = editions.names()
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳史唐费廉岑薛雷贺倪汤罗毕郝安常乐于傅皮齐康伍余元卜顾孟黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计成戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房解应丁宣邓郁杭洪包石崔吉龚程嵇邢裴陆荣翁荀羊甄曲家封储靳段焦牧隗山谷车侯全班秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲邰从索赖卓屠蒙池乔阴能苍双闻党翟谭贡申扶堵冉宰郦雍桑桂濮牛寿通边冀郏浦尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终步都耿满弘匡国文寇广禄东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
PERSON = re.compile(
    rf"(?<![\u4e00-\u9fff])[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(院长|书记|主任|教授|同志|先生|女士)|\b(Dr|Prof|Professor|Mr|Mrs|Ms)\.? [A-Z][a-z]+"
)


@fixture(scope="module")
def source(processed):
    return editions.load("bethune")


@fixture(scope="module")
def built(processed, tmp_path_factory):
    """Every edition of the case, as the command writes it."""
    folder = tmp_path_factory.mktemp("cases")
    for edition in editions.EDITIONS:
        assert cli.main(["case", "bethune", "--edition", edition, "--out", str(folder / edition)]) == 0
    return folder


def books(folder):
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.ipynb"))}


def verdicts(notebook):
    """What the self-checks printed."""
    texts = [
        "".join(o["data"]["text/plain"])
        for c in notebook["cells"]
        for o in c.get("outputs", ())
        if "text/plain" in o.get("data", {})
    ]
    return [text for text in texts if re.match(r"[RCJ]\d ", text)]


def cell_of(notebook, exercise):
    return next(c for c in notebook["cells"] if c["metadata"].get("yigai", {}).get("exercise") == exercise)


# --- the student's edition ---------------------------------------------------------------------------------------------


def test_student_holds_nothing_of_the_solutions(built, source):
    made = books(built / "student")
    assert sorted(made) == ["case.en.ipynb", "case.ipynb", "exercises.en.ipynb", "exercises.ipynb"]
    assert not (built / "student" / editions.NOTE).exists()
    whole = "\n".join((built / "student" / name).read_text("utf-8") for name in made)
    assert "BEGIN SOLUTION" not in whole and "HIDDEN" not in whole
    answers = editions.solved(source["exercises"]).answers
    for notebook in made.values():
        text = editions.readable(notebook)
        assert (
            not re.search(rf"(?<!\d){abs(answers['change'])}(?!\d)", text)
            and f"{answers['noise']:.1f}" not in text
        )
    stubs = [c for c in made["exercises.ipynb"]["cells"] if "exercise" in c["metadata"].get("yigai", {})]
    assert stubs and all("..." in c["source"] and editions.STUB["code"] in c["source"] for c in stubs)


def test_student_runs_and_the_stubs_fail_readably(source):
    for lang in editions.LANGS:
        executed = editions.run(
            editions.make(source["exercises"], "student", lang),
            [a for e in editions.exercises(source["exercises"]) for a in e["answers"]],
        ).notebook
        said = verdicts(executed)
        assert len(said) == len(editions.exercises(source["exercises"]))
        assert all("○" in text and "Traceback" not in text for text in said), said
        assert not any(
            o["output_type"] in ("error", "stream") for c in executed["cells"] for o in c.get("outputs", ())
        )


@mark.parametrize("edition", ["solution", "instructor"])
def test_solutions_pass_every_check(built, source, edition):
    for name in ("exercises.ipynb", "exercises.en.ipynb"):
        notebook = books(built / edition)[name]
        said = verdicts(notebook)
        assert len(said) == len(editions.exercises(source["exercises"])) and all(
            "✓" in text or checks.LEFT_OPEN[0] in text or checks.LEFT_OPEN[1] in text for text in said
        ), said
        checked = [
            o
            for c in notebook["cells"]
            if c["metadata"].get("nbgrader", {}).get("locked")
            for o in c["outputs"]
        ]
        assert {o["output_type"] for o in checked} == {"display_data"}, (
            "nbgrader would read a returned value as partial credit"
        )
        hidden = "HIDDEN TESTS" in json.dumps(notebook)
        assert hidden == (edition == "instructor")


def test_instructor_has_the_note_with_answers_filled_in(built, source):
    note = (built / "instructor" / editions.NOTE).read_text("utf-8")
    answers = editions.solved(source["exercises"]).answers
    total = editions.points(source["exercises"])
    assert (
        total["total"] == total["auto"] + total["manual"]
        and f"{total['auto']} 分" in note
        and f"{total['manual']} points" in note
    )
    assert "{{" not in note and f"{answers['noise']:.1f}" in note and str(abs(answers["change"])) in note
    assert not (built / "solution" / editions.NOTE).exists()
    for heading in (
        "## 目标",
        "## 板书",
        "## 常见错误",
        "## 评分标准",
        "## Objectives",
        "## Board",
        "## Common errors",
        "## Rubric",
    ):
        assert heading in note


def test_an_editions_folder_never_keeps_anothers_files(tmp_path):
    (tmp_path / editions.NOTE).write_text("answers")
    (tmp_path / "own.txt").write_text("mine")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "derived_checks.csv").write_text("answers")
    editions._write(tmp_path, {"case.ipynb": "{}", "data/measures.csv": "a"})
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")) == [
        "case.ipynb",
        "data/measures.csv",
        "own.txt",
    ]


# --- mutations: each leak turns the check red ---------------------------------------------------------------------------


@mark.parametrize(
    "line",
    [
        "### BEGIN SOLUTOIN",
        "###BEGIN SOLUTION",
        "## BEGIN SOLUTION",
        "### begin solution",
        "### BEGN SOLUTION",
        "# begin the hidden tests",
        "### End Solution",
        "# END HIDDEN TEST",
    ],
)
def test_a_misspelt_marker_is_refused(source, line):
    mutated = copy.deepcopy(source["exercises"])
    cell = cell_of(mutated, "C1")
    cell["source"] = editions.text(cell).replace("### BEGIN SOLUTION", line)
    with raises(DataError, match="marker|spelling|pair"):
        editions.make(mutated, "student", "zh")
    assert editions.leaks({"f": line}, [], [])


@mark.parametrize(
    "text",
    [
        "### BEGIN SOLUTION\nx = 1",
        "x = 1\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n### END SOLUTION",
    ],
)
def test_regions_that_do_not_pair_are_refused(text):
    with raises(DataError):
        editions.split(text, "cell")


def test_a_solution_without_markers_is_refused(source):
    mutated = copy.deepcopy(source["exercises"])
    cell = cell_of(mutated, "C1")
    cell["source"] = "\n".join(
        line for line in editions.text(cell).split("\n") if line not in editions.MARKERS
    )
    with raises(DataError, match="no solution region"):
        editions.exercises(mutated)


def test_a_misspelt_tag_is_refused(source):
    mutated = copy.deepcopy(source["exercises"])
    twin = next(c for c in mutated["cells"] if "lang-en" in editions.tags(c))
    twin["metadata"]["tags"] = ["lang-em"]
    with raises(DataError, match="lang-em"):
        editions.make(mutated, "student", "zh")


def test_an_answer_in_text_output_or_code_stops_the_build(source):
    """One source with three leaks: a number in a text cell, one that only the run prints, and an answer outside its region."""
    mutated = copy.deepcopy(source)
    book = mutated["exercises"]
    answers = editions.solved(source["exercises"]).answers
    first = next(c for c in book["cells"] if c["cell_type"] == "markdown" and "lang-zh" in editions.tags(c))
    first["source"] = editions.text(first) + f"\n提示：误差约 {answers['noise']:.1f} 位。"
    table = next(c for c in book["cells"] if "evidence.ranks[[" in editions.text(c))
    table["source"] = 'print(int(evidence.ranks["value"].diff().iloc[1]))\n' + editions.text(table)
    given_away = cell_of(book, "R2")
    given_away["source"] = editions.text(given_away).replace("months = ...", "months = 4 + 1")
    with raises(DataError) as caught:
        editions.check_student("bethune", mutated)
    said = str(caught.value)
    assert (
        f"the answer {answers['noise']:.1f}" in said
        and f"the answer {abs(answers['change'])}" in said
        and "exercises.ipynb, months: found an answer" in said
    )


def test_a_line_of_a_solution_or_note_anywhere_is_a_leak(source):
    hidden = set().union(*(editions.secrets(book) for book in source.values()))
    assert len(hidden) > 20
    for line in hidden:
        assert editions.leaks({"README.md": f"see: {line} !"}, [], hidden), line


def test_a_number_between_commas_is_found_in_data_and_not_in_part():
    assert editions.leaks({"data/x.csv": "a,101,b\n"}, ["101"], []) and editions.leaks(
        {"data/x.csv": 'a,"101, and more"\n'}, ["101"], []
    )
    assert editions.leaks({"data/x.csv": "a,1010,140101\n"}, ["101"], []) == []


def test_a_data_file_with_our_notes_stops_the_build(source, monkeypatch):
    """A note of the coder computes what an exercise asks for: with the notes handed out the build must fail."""
    monkeypatch.setattr(slices, "JUDGED", slices.JUDGED - {"note"})
    known = slices.meanings() | {("", "note"): ("批注", "note")}
    monkeypatch.setattr(slices, "meanings", lambda: known)
    answers = editions.solved(source["exercises"]).answers
    with raises(DataError, match=rf"data/observations.csv.*the answer {abs(answers['change'])}"):
        editions.check_student("bethune", source)


def test_a_table_of_computed_values_is_refused_as_data(source):
    mutated = copy.deepcopy(source)
    first = next(c for c in mutated["case"]["cells"] if "evidence = case.load()" in editions.text(c))
    first["source"] = (
        editions.text(first) + '\nfrom analysis import tables\n\nknown = tables.read("derived_checks")'
    )
    with raises(DataError, match="derived_checks.csv, column"):
        editions.check_student("bethune", mutated)


@mark.parametrize(
    ("body", "found"),
    [
        ("差 101 位", 1),
        ("−101", 1),
        ("(101)", 1),
        ("101.", 1),
        ("1010", 0),
        ("140101", 0),
        ("101.5", 0),
        ("0.101", 0),
        ("x101", 0),
    ],
)
def test_an_answer_is_found_as_a_number_of_its_own(body, found):
    assert len(editions.leaks({"f": body}, ["101"], [])) == found


@given(st.floats(100, 1e6) | st.integers(100, 10**6))
def test_every_way_to_write_a_number_is_looked_for(value):
    strings = editions.answer_strings([value, {"k": value}])
    assert f"{value:.1f}" in strings and f"{value:.0f}" in strings


def test_answers_too_short_to_tell_are_left_to_the_other_checks():
    assert editions.answer_strings(5) == {f"{5:.{d}f}" for d in (2, 3)} | {"500%", "500.0%", "500.00%"}
    assert editions.answer_strings("can") == set() and editions.answer_strings(True) == set()


# --- the data of the pack ------------------------------------------------------------------------------------------------


def rows_of(text):
    assert text.startswith(slices.BOM)
    return list(csv.DictReader(text.removeprefix(slices.BOM).splitlines()))


def data_of(folder):
    return {path.stem: rows_of(path.read_text("utf-8")) for path in (folder / "data").glob("*.csv")}


def test_data_are_the_rows_that_were_read(built, processed):
    tables.reset_reads()
    bethune.load()
    read = slices.rows(tables.reads())
    for edition in editions.EDITIONS:
        data = data_of(built / edition)
        assert set(data) == {*read, "sources"}
        for name, frame in read.items():
            key = tables.spec(name).key[0]
            assert [row[key] for row in data[name]] == frame[key].tolist()
        assert {row["source_id"] for row in data["sources"]} == {
            key for frame in read.values() for key in frame["source_id"]
        }
    assert (built / "student" / slices.CODEBOOK).read_text("utf-8") == (
        built / "instructor" / slices.CODEBOOK
    ).read_text("utf-8")


def test_data_follow_the_record_of_reading(processed):
    whole = [{"table": "observations", "selection": {"institution_id": "H01"}}]
    part = [
        {
            "table": "observations",
            "selection": {"institution_id": "H01", "indicator": "national_assessment_rank"},
        }
    ]
    ids = [
        {row["observation_id"] for row in rows_of(slices.files(reads)["data/observations.csv"])}
        for reads in (whole, part, part + whole)
    ]
    assert ids[1] < ids[0] == ids[2] and len(
        rows_of(slices.files(part + whole)["data/observations.csv"])
    ) == len(ids[0])


def test_every_row_cites_and_says_its_period(built):
    for name, rows in data_of(built / "student").items():
        if name == "sources":
            assert rows and all(
                row["title_zh"]
                and row["title_en"]
                and row["grade"]
                and row["licence_note_zh"]
                and row["licence_note_en"]
                for row in rows
            )
            continue
        for row in rows:
            assert (
                row["source_title_zh"]
                and row["source_title_en"]
                and row["locator"]
                and row["source_grade"]
                and row["status"]
            ), row
            if name == "measures":
                assert row["start_basis"] and "as_printed" not in row
            else:
                assert row["as_printed"] and row["period_basis"], row
            assert not slices.JUDGED & set(row)


def test_the_codebook_explains_every_column_and_code_in_both_languages(built):
    zh, en = (built / "student" / slices.CODEBOOK).read_text("utf-8").split("# Codebook")
    assert not re.search(r"[\u4e00-\u9fff]", en)
    for name, rows in data_of(built / "student").items():
        for column in rows[0]:
            assert name == "sources" or (f"| `{column}` |" in zh and f"| `{column}` |" in en), column
            if column in slices.VOCABULARIES:
                assert all(
                    f"`{row[column]}` |" in zh and f"`{row[column]}` |" in en for row in rows if row[column]
                )
        assert name == "sources" or f"| `{name}.csv` | {len(rows)} |" in en


def test_codebook_lines_explain_what_exists():
    made = {"indicator_zh", "indicator_en", "source_title_zh", "source_title_en", ""}
    for (table, column), said in slices.meanings().items():
        specs = [tables.spec(table)] if table else tables.SPECS.values()
        assert (
            column in made
            or column in slices.FROM_OBSERVATION
            or any(column in spec.columns for spec in specs)
        ), column
        assert all(said) and column not in slices.JUDGED
    with raises(DataError, match="no_such"):
        slices.meaning("observations", "no_such")


def test_the_readme_names_the_newest_source(built):
    readme = (built / "student" / editions.README).read_text("utf-8")
    assert (
        max(row["published"] for row in data_of(built / "student")["sources"]) in readme
        and "{{" not in readme
    )


def test_the_pack_works_in_any_folder(tmp_path, processed):
    """The README's claim: a notebook of the pack finds the project's tables wherever the pack lies."""
    environment = {key: value for key, value in os.environ.items() if key not in ("YIGAI_HOME", "PYTHONPATH")}
    code = "from analysis.cases import bethune; print(len(bethune.load().ranks))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0 and done.stdout.strip() == str(len(bethune.load().ranks)), done.stderr


# --- sources: conventions -----------------------------------------------------------------------------------------------


@mark.parametrize("name", NAMES)
def test_sources_keep_the_notebook_rules(name):
    for part, book in editions.load(name).items():
        cells = book["cells"]
        assert [c["id"] for c in cells] == [f"cell-{i:02d}" for i in range(1, len(cells) + 1)]
        for cell in cells:
            text = editions.text(cell)
            if cell["cell_type"] == "code":
                assert cell["outputs"] == [] and cell["execution_count"] is None
                assert rules.code_problems(text) == [], text
            else:
                assert {"lang-zh", "lang-en"} & set(editions.tags(cell)), "text belongs to a language"
                if "lang-en" in editions.tags(cell):
                    assert not re.search(r"[\u4e00-\u9fff]", text), text
                if part == "case":
                    assert rules.prose_problems(text) == [], "no result is typed in prose"
        zh, en = (
            [i for i, c in enumerate(cells) if f"lang-{lang}" in editions.tags(c)] for lang in ("zh", "en")
        )
        assert [i + 1 for i in zh] == en, "each Chinese cell is followed by its English twin"
        assert editions.text(cells[0]).startswith("# ") and editions.text(cells[0]).splitlines()[0].endswith(
            "？"
        )


@mark.parametrize("name", NAMES)
def test_exercises_at_three_levels_each_with_a_hidden_test(name):
    book = editions.load(name)["exercises"]
    declared = editions.exercises(book)
    levels = [e["level"] for e in declared]
    assert set(levels) == {"read", "compute", "judge"} and levels == sorted(
        levels, key=("read", "compute", "judge").index
    )
    assert not any(e.get("printed") for e in declared if e["level"] != "read"), (
        "only what is read may stand in the exhibits"
    )
    tests = [c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("locked")]
    assert len(tests) == len(declared) and all("### BEGIN HIDDEN TESTS" in editions.text(c) for c in tests)


def nbgrader_problems(cells):
    """What nbgrader's schema (version 3) or our convention for its ids would refuse in the cells of one file."""
    problems, seen = [], set()
    for cell in cells:
        told = cell["metadata"].get("nbgrader")
        regions = {kind for kind, _ in editions.split(editions.text(cell), cell["id"])} - {"open", "marker"}
        if told is None:
            problems += [f"{cell['id']}: a region in a cell that nbgrader does not know"] if regions else []
            continue
        grade, solution, locked = told.get("grade"), told.get("solution"), told.get("locked")
        wanted = {"schema_version", "grade_id", "grade", "solution", "locked", "task", "cell_type"} | (
            {"points"} if grade else set()
        )
        name = cell["metadata"].get("yigai", {}).get("exercise", "").lower()
        for wrong, said in (
            (set(told) != wanted, f"keys {sorted(set(told) ^ wanted)}"),
            (told.get("schema_version") != 3, "schema"),
            (told.get("task") is not False, "task"),
            (told.get("cell_type") != cell["cell_type"], "cell_type"),
            (not re.fullmatch(r"[\w-]+", told.get("grade_id", "")), "grade_id"),
            (told.get("grade_id") in seen, "id twice"),
            (not (grade or solution), "neither graded nor answered"),
            (locked != (grade and not solution), "locked"),
            ("solution" in regions and not solution, "solution in a cell that is none"),
            ("hidden" in regions and not (grade and locked), "hidden test in a cell that is none"),
            (grade and solution and cell["cell_type"] == "code", "code that a person would have to read"),
            (grade and not (isinstance(told.get("points"), int) and told["points"] > 0), "points"),
            (name and told.get("grade_id") != name, "id is not the exercise's"),
        ):
            problems += [f"{cell['id']}: {said}"] if wrong else []
        seen.add(told.get("grade_id"))
    return problems


def marked_points(cells):
    """(exercise, points) of nbgrader's metadata, in order."""
    graded = [c["metadata"]["nbgrader"] for c in cells if c["metadata"].get("nbgrader", {}).get("grade")]
    return [(told["grade_id"].removesuffix("-check").upper(), told["points"]) for told in graded]


@mark.parametrize("name", NAMES)
@mark.parametrize("lang", editions.LANGS)
def test_nbgrader_takes_the_instructors_edition_and_students_see_the_points(name, lang):
    cells = editions.make(editions.load(name)["exercises"], "instructor", lang)["cells"]
    assert nbgrader_problems(cells) == []
    shown = [
        (e, int(n))
        for c in cells
        for e, n in re.findall(r"^\*\*([A-Z]\d+)(?:（| \()(\d+) ?(?:分|points?)", editions.text(c), re.M)
    ]
    assert shown == marked_points(cells) and {"R", "C", "J"} == {e[0] for e, _ in shown}


@mark.parametrize(
    ("key", "value", "said"),
    [
        ("grade_id", "c2", "id"),
        ("points", 0, "points"),
        ("locked", False, "locked"),
        ("solution", True, "code"),
        ("schema_version", 1, "schema"),
        ("cell_type", "markdown", "cell_type"),
        ("grade", False, "neither"),
    ],
)
def test_wrong_metadata_is_found(source, key, value, said):
    mutated = editions.make(source["exercises"], "instructor", "zh")["cells"]
    cell = next(c for c in mutated if c["metadata"].get("nbgrader", {}).get("grade_id") == "c2-check")
    cell["metadata"]["nbgrader"][key] = value
    assert any(said in problem for problem in nbgrader_problems(mutated))


@mark.parametrize("lang", editions.LANGS)
def test_what_nbgrader_releases_is_the_students_edition(source, lang):
    """nbgrader cuts its regions and nothing else: what remains of the instructor's edition must be what students get."""
    released, student = (
        [editions.text(c) for c in editions.make(source["exercises"], edition, lang)["cells"]]
        for edition in ("instructor", "student")
    )
    cut = [
        "\n".join(line for kind, line in editions.split(text, "cell") if kind == "open") for text in released
    ]
    stubs = [*editions.STUB.values()]
    assert [text.strip() for text in cut] == [
        "\n".join(line for line in text.split("\n") if line.strip() not in stubs).strip() for text in student
    ]


def test_the_package_knows_no_case_by_name():
    """A case is a module and a folder; the rest of the package would have to change with it."""
    for path in (paths.home() / "src" / "analysis").rglob("*.py"):
        assert path.stem in NAMES or not re.search("|".join(NAMES), path.read_text("utf-8"), re.I), path


@mark.parametrize("name", NAMES)
def test_nobody_is_named(name):
    folder = paths.notebooks() / "cases" / name
    for path in [*folder.glob("*.ipynb"), *folder.glob("*.md")]:
        assert not PERSON.search(path.read_text("utf-8")), f"{path.name} names a person"
    assert (
        PERSON.search("据张某院长说") is None
        and PERSON.search("，张三院长说")
        and PERSON.search("said Dr. Smith")
    )


def test_exhibits_name_nobody_and_hold_the_two_places(processed):
    evidence = bethune.load()
    for lang in editions.LANGS:
        drawing = charts.assessed_ranks(bethune.place_rows(evidence, lang), lang=lang)
        axis = charts.timeline(bethune.events(evidence, lang), lang=lang)
        shown = [
            bethune.places(evidence, drawing),
            bethune.timeline(evidence, axis),
            bethune.measures(evidence),
            bethune.claims(evidence),
            bethune.talent(evidence),
        ]
        shown += [
            bethune.goals(evidence),
            bethune.lists(evidence),
            bethune.others(evidence),
            bethune.closing(evidence),
        ]
        text = json.dumps([finding.json(lang) for finding in shown], ensure_ascii=False)
        assert not PERSON.search(text)
        first, second = bethune.place_facts(evidence)
        assert first.text(lang) in shown[0].headline.text(lang) and second.text(lang) in shown[
            0
        ].headline.text(lang)
        assert [fact.observations for fact in (first, second)] == [("002-002",), ("002-003",)]
    table = bethune.moves(evidence)
    assert (
        bethune.HOSPITAL not in set(table["institution_id"]) and (table["from_year"] < table["to_year"]).all()
    )
    assert set(evidence.others["source_grade"]) <= {"A", "B"} and set(evidence.lists["source_grade"]) <= {
        "A",
        "B",
    }


# --- simulated data -----------------------------------------------------------------------------------------------------


def test_simulated_figures_carry_the_word():
    readings = {20: simulated.unchanged(20.0, n=500), 40: simulated.unchanged(40.0, n=500)}
    for lang, word in simulated.MARK.items():
        picture = simulated.spread(readings, lang=lang)
        for width in ("wide", "narrow"):
            svg = picture.drawing.svg(width)
            assert f">{word}<" in svg and simulated.LINE[lang] in svg
        bare = charts.bars(bethune.pd.DataFrame({"label": ["a"], "value": [1.0]}), lang=lang)
        assert word not in bare.svg("wide") and simulated.watermarked(bare, lang).png() != bare.png()
        (data, about), (again, _) = (
            shown._repr_mimebundle_() for shown in (picture, simulated.spread(readings, lang=lang))
        )
        assert (
            data["image/png"] == again["image/png"]
            and about["image/png"]["alt"].startswith(simulated.LINE[lang])
            and "%" in about["image/png"]["alt"]
        )


def test_simulation_agrees_with_the_formula():
    for sd in (20, 40, 60):
        share = (simulated.unchanged(sd, seed=3).abs() >= 80).mean()
        assert abs(share - simulated.chance(80, sd)) < 0.01
    assert abs(simulated.chance(1.96 * 2**0.5 * 7, 7) - 0.05) < 1e-4
    for call in (simulated.chance, lambda size, sd: simulated.unchanged(sd)):
        with raises(MethodError, match="above 0"):
            call(10, 0)


# --- self-checks --------------------------------------------------------------------------------------------------------

HINT = ("提示", "hint")


@mark.parametrize(
    ("answer", "needs", "ok", "words"),
    [
        (3, (), True, ""),
        (4, (), False, "hint"),
        (..., (), None, "not answered yet"),
        ([1, ...], (), None, "not answered yet"),
        (3, (...,), None, "before"),
        ("x", (), False, "wrong type"),
        ({}, (), None, "not answered"),
    ],
)
def test_a_check_says_what_is_wrong_and_never_raises(answer, needs, ok, words):
    verdict = checks.holds("X", answer, lambda a: a - 3 == 0, HINT, "en", needs=needs)
    assert (
        verdict.ok is ok
        and words in verdict.words
        and bool(verdict) is (ok is True)
        and repr(verdict).startswith("X ")
    )


def test_a_judgement_that_passes_is_not_called_right():
    assert checks.chosen("J", {"a": "can"}, "a", ["can", "cannot"], "en").words == checks.CHOSEN[1]
    assert checks.statement("J", "A place.", {}, "zh").words == checks.WORDED[0]


def test_choices_and_statements():
    assert checks.chosen("J", {"a": "can", "b": "can"}, "ab", ["can", "cannot"], "zh").ok
    assert checks.chosen("J", {"a": "can", "b": "can"}, "ab", ["can", "cannot"], "zh", once=True).ok is False
    assert checks.chosen("J", {"a": "can"}, "ab", ["can", "cannot"], "zh").ok is False
    mentions = {"2019": ("缺年度", "no year"), "source|report": ("缺来源", "no source")}
    assert checks.statement("J", "The report prints a place for 2019.", mentions, "en").ok
    assert checks.statement("J", "A place for 2019.", mentions, "en").words == "no source"
    assert (
        "led to"
        in checks.statement(
            "J", "Trusteeship led to our place in 2019, says the report.", mentions, "en"
        ).words
    )
    assert checks.statement("J", "托管导致 2019 年度位次前移，见 report", mentions, "zh").ok is False
    assert (
        checks.statement("J", ..., mentions, "zh").ok is None
        and checks.statement("J", 5, mentions, "zh").ok is False
    )


def test_answers_as_json():
    assert checks.plain({20: [1, ..., None, "a"]}) == {"20": [1, None, None, "a"]}
    with raises(MethodError, match="set"):
        checks.plain({1, 2} | set())


# --- the command --------------------------------------------------------------------------------------------------------


def test_an_unknown_case_or_slot_is_named(capsys):
    assert cli.main(["case", "nope"]) == 2
    assert "bethune" in capsys.readouterr().err
    with raises(ParameterError, match="student"):
        editions.build("bethune", "teacher")
    with raises(DataError, match="nosie"):
        editions.filled("{{ nosie:.1f }}", {"noise": 1.0}, "note")
    assert (
        editions.filled(
            "{{ noise:.1f }} {{ s[20]:.1%}} {{ p[1] }} {{ c }}",
            {"noise": 1.04, "s": {"20": 0.5}, "p": [1, 2], "c": -3},
            "note",
        )
        == "1.0 50.0% 2 −3"
    )
