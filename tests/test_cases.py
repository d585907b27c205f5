"""Teaching cases: no answer reaches a student, every edition runs, both languages say the same, nobody is named."""

from __future__ import annotations

import copy
import json
import re

from hypothesis import given
from hypothesis import strategies as st
from pytest import fixture, mark, raises

import test_notebooks as rules
from analysis import charts, cli, paths
from analysis.cases import bethune, checks, editions, simulated
from analysis.errors import DataError, MethodError, ParameterError

pytestmark = mark.xdist_group("cases")  # one kernel serves them all
NAMES = editions.names()
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳史唐费廉岑薛雷贺倪汤罗毕郝安常乐于傅皮齐康伍余元卜顾孟黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计成戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房解应丁宣邓郁杭洪包石崔吉龚程嵇邢裴陆荣翁荀羊甄曲家封储靳段焦牧隗山谷车侯全班秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲邰从索赖卓屠蒙池乔阴能苍双闻党翟谭贡申扶堵冉宰郦雍桑桂濮牛寿通边冀郏浦尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终步都耿满弘匡国文寇广禄东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
PERSON = re.compile(rf"(?<![\u4e00-\u9fff])[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(院长|书记|主任|教授|同志|先生|女士)|\b(Dr|Prof|Professor|Mr|Mrs|Ms)\.? [A-Z][a-z]+")


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
    texts = ["".join(o["data"]["text/plain"]) for c in notebook["cells"] for o in c.get("outputs", ()) if "text/plain" in o.get("data", {})]
    return [text for text in texts if re.match(r"[RCJ]\d ", text)]


def cell_of(notebook, exercise):
    return next(c for c in notebook["cells"] if c["metadata"].get("yigai", {}).get("exercise") == exercise)


# --- the student's edition ---------------------------------------------------------------------------------------------


def test_student_holds_nothing_of_the_solutions(built, source):
    made = books(built / "student")
    assert sorted(made) == ["case.en.ipynb", "case.ipynb", "exercises.en.ipynb", "exercises.ipynb"]
    assert not (built / "student" / editions.NOTE).exists()
    whole = "\n".join((built / "student" / name).read_text("utf-8") for name in made)
    assert "BEGIN SOLUTION" not in whole and "HIDDEN" not in whole and '"instructor"' not in whole
    answers = editions.solved(source["exercises"])[1]
    for notebook in made.values():
        text = editions.readable(notebook)
        assert not re.search(rf"(?<!\d){abs(answers['change'])}(?!\d)", text) and f"{answers['noise']:.1f}" not in text
    stubs = [c for c in made["exercises.ipynb"]["cells"] if "exercise" in c["metadata"].get("yigai", {})]
    assert stubs and all("..." in c["source"] and editions.STUB["code"] in c["source"] for c in stubs)


def test_student_runs_and_the_stubs_fail_readably(source):
    for lang in editions.LANGS:
        executed, _ = editions.run(editions.make(source["exercises"], "student", lang), [a for e in editions.exercises(source["exercises"]) for a in e["answers"]])
        said = verdicts(executed)
        assert len(said) == len(editions.exercises(source["exercises"]))
        assert all("○" in text and "Traceback" not in text for text in said), said
        assert not any(o["output_type"] in ("error", "stream") for c in executed["cells"] for o in c.get("outputs", ()))


@mark.parametrize("edition", ["solution", "instructor"])
def test_solutions_pass_every_check(built, source, edition):
    for name in ("exercises.ipynb", "exercises.en.ipynb"):
        notebook = books(built / edition)[name]
        said = verdicts(notebook)
        assert len(said) == len(editions.exercises(source["exercises"])) and all("✓" in text for text in said), said
        hidden = "HIDDEN TESTS" in json.dumps(notebook)
        assert hidden == (edition == "instructor")


def test_instructor_has_the_note_with_answers_filled_in(built, source):
    note = (built / "instructor" / editions.NOTE).read_text("utf-8")
    answers = editions.solved(source["exercises"])[1]
    assert "{{" not in note and f"{answers['noise']:.1f}" in note and str(abs(answers["change"])) in note
    assert not (built / "solution" / editions.NOTE).exists()
    for heading in ("## 目标", "## 板书", "## 常见错误", "## 量表", "## Objectives", "## Board", "## Common errors", "## Rubric"):
        assert heading in note


def test_an_editions_folder_never_keeps_anothers_files(tmp_path):
    (tmp_path / editions.NOTE).write_text("answers")
    (tmp_path / "own.txt").write_text("mine")
    editions._write(tmp_path, {"case.ipynb": "{}"})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["case.ipynb", "own.txt"]


# --- mutations: each leak turns the check red ---------------------------------------------------------------------------


@mark.parametrize(
    "line",
    ["### BEGIN SOLUTOIN", "###BEGIN SOLUTION", "## BEGIN SOLUTION", "### begin solution", "### BEGN SOLUTION", "# begin the hidden tests", "### End Solution", "# END HIDDEN TEST"],
)
def test_a_misspelt_marker_is_refused(source, line):
    mutated = copy.deepcopy(source["exercises"])
    cell = cell_of(mutated, "C1")
    cell["source"] = editions.text(cell).replace("### BEGIN SOLUTION", line)
    with raises(DataError, match="marker|spelling|pair"):
        editions.make(mutated, "student", "zh")
    assert editions.leaks({"f": line}, [], [])


@mark.parametrize("text", ["### BEGIN SOLUTION\nx = 1", "x = 1\n### END SOLUTION", "### BEGIN SOLUTION\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n### END SOLUTION"])
def test_regions_that_do_not_pair_are_refused(text):
    with raises(DataError):
        editions.split(text, "cell")


def test_a_solution_without_markers_is_refused(source):
    mutated = copy.deepcopy(source["exercises"])
    cell = cell_of(mutated, "C1")
    cell["source"] = "\n".join(line for line in editions.text(cell).split("\n") if line not in editions.MARKERS)
    with raises(DataError, match="no solution region"):
        editions.exercises(mutated)


def test_a_misspelt_tag_is_refused(source):
    mutated = copy.deepcopy(source["exercises"])
    note = next(c for c in mutated["cells"] if "instructor" in editions.tags(c))
    note["metadata"]["tags"][note["metadata"]["tags"].index("instructor")] = "instuctor"
    with raises(DataError, match="instuctor"):
        editions.make(mutated, "student", "zh")


def test_an_answer_in_text_output_or_code_stops_the_build(source):
    """One source with three leaks: a number in a text cell, one that only the run prints, and an answer outside its region."""
    mutated = copy.deepcopy(source)
    book = mutated["exercises"]
    answers = editions.solved(source["exercises"])[1]
    first = next(c for c in book["cells"] if c["cell_type"] == "markdown" and "instructor" not in editions.tags(c) and "lang-zh" in editions.tags(c))
    first["source"] = editions.text(first) + f"\n提示：误差约 {answers['noise']:.1f} 位。"
    table = next(c for c in book["cells"] if "evidence.ranks[[" in editions.text(c))
    table["source"] = 'print(int(evidence.ranks["value"].diff().iloc[1]))\n' + editions.text(table)
    given_away = cell_of(book, "R2")
    given_away["source"] = editions.text(given_away).replace("months = ...", "months = 4 + 1")
    with raises(DataError) as caught:
        editions.check_student("bethune", mutated)
    said = str(caught.value)
    assert f"the answer {answers['noise']:.1f}" in said and f"the answer {abs(answers['change'])}" in said and "exercises.ipynb, months: found an answer" in said


def test_a_line_of_a_solution_or_note_anywhere_is_a_leak(source):
    hidden = set().union(*(editions.secrets(book) for book in source.values()))
    assert len(hidden) > 20
    for line in hidden:
        assert editions.leaks({"README.md": f"see: {line} !"}, [], hidden), line


@mark.parametrize(("body", "found"), [("差 101 位", 1), ("−101", 1), ("(101)", 1), ("101.", 1), ("1010", 0), ("140101", 0), ("101.5", 0), ("0.101", 0), ("x101", 0)])
def test_an_answer_is_found_as_a_number_of_its_own(body, found):
    assert len(editions.leaks({"f": body}, ["101"], [])) == found


@given(st.floats(100, 1e6) | st.integers(100, 10**6))
def test_every_way_to_write_a_number_is_looked_for(value):
    strings = editions.answer_strings([value, {"k": value}])
    assert f"{value:.1f}" in strings and f"{value:.0f}" in strings


def test_answers_too_short_to_tell_are_left_to_the_other_checks():
    assert editions.answer_strings(5) == {f"{5:.{d}f}" for d in (2, 3)} | {"500%", "500.0%", "500.00%"}
    assert editions.answer_strings("can") == set() and editions.answer_strings(True) == set()


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
        zh, en = ([i for i, c in enumerate(cells) if f"lang-{lang}" in editions.tags(c)] for lang in ("zh", "en"))
        assert [i + 1 for i in zh] == en, "each Chinese cell is followed by its English twin"
        assert editions.text(cells[0]).startswith("# ") and editions.text(cells[0]).splitlines()[0].endswith("？")


@mark.parametrize("name", NAMES)
def test_exercises_at_three_levels_each_with_a_hidden_test(name):
    book = editions.load(name)["exercises"]
    declared = editions.exercises(book)
    levels = [e["level"] for e in declared]
    assert set(levels) == {"read", "compute", "judge"} and levels == sorted(levels, key=("read", "compute", "judge").index)
    assert not any(e.get("printed") for e in declared if e["level"] != "read"), "only what is read may stand in the exhibits"
    graded = [c["metadata"]["nbgrader"] for c in book["cells"] if "nbgrader" in c["metadata"] and "lang-en" not in editions.tags(c)]
    ids = [g["grade_id"] for g in graded]
    assert len(ids) == len(set(ids)) and all(g["points"] > 0 for g in graded if g["grade"])
    tests = [c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("locked")]
    assert len(tests) == len(declared) and all("### BEGIN HIDDEN TESTS" in editions.text(c) for c in tests)


@mark.parametrize("name", NAMES)
def test_nobody_is_named(name):
    folder = paths.notebooks() / "cases" / name
    for path in [*folder.glob("*.ipynb"), *folder.glob("*.md")]:
        assert not PERSON.search(path.read_text("utf-8")), f"{path.name} names a person"
    assert PERSON.search("据张某院长说") is None and PERSON.search("，张三院长说") and PERSON.search("said Dr. Smith")


def test_exhibits_name_nobody_and_hold_the_two_places(processed):
    evidence = bethune.load()
    for lang in editions.LANGS:
        drawing = charts.assessed_ranks(bethune.place_rows(evidence, lang), lang=lang)
        axis = charts.timeline(bethune.events(evidence, lang), lang=lang)
        shown = [bethune.places(evidence, drawing), bethune.timeline(evidence, axis), bethune.measures(evidence), bethune.claims(evidence), bethune.talent(evidence)]
        shown += [bethune.goals(evidence), bethune.lists(evidence), bethune.others(evidence), bethune.closing(evidence)]
        text = json.dumps([finding.json(lang) for finding in shown], ensure_ascii=False)
        assert not PERSON.search(text)
        first, second = bethune.place_facts(evidence)
        assert first.text(lang) in shown[0].headline.text(lang) and second.text(lang) in shown[0].headline.text(lang)
        assert [fact.observations for fact in (first, second)] == [("002-002",), ("002-003",)]
    table = bethune.moves(evidence)
    assert bethune.HOSPITAL not in set(table["institution_id"]) and (table["from_year"] < table["to_year"]).all()
    assert set(evidence.others["source_grade"]) <= {"A", "B"} and set(evidence.lists["source_grade"]) <= {"A", "B"}


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
        assert picture._repr_mimebundle_()["image/png"] == simulated.spread(readings, lang=lang)._repr_mimebundle_()["image/png"]


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
    [(3, (), True, ""), (4, (), False, "hint"), (..., (), None, "not answered yet"), ([1, ...], (), None, "not answered yet"), (3, (...,), None, "before"), ("x", (), False, "wrong type"), ({}, (), None, "not answered")],
)
def test_a_check_says_what_is_wrong_and_never_raises(answer, needs, ok, words):
    verdict = checks.holds("X", answer, lambda a: a - 3 == 0, HINT, "en", needs=needs)
    assert verdict.ok is ok and words in verdict.words and bool(verdict) is (ok is True) and repr(verdict).startswith("X ")


def test_choices_and_statements():
    assert checks.chosen("J", {"a": "can", "b": "can"}, "ab", ["can", "cannot"], "zh").ok
    assert checks.chosen("J", {"a": "can", "b": "can"}, "ab", ["can", "cannot"], "zh", once=True).ok is False
    assert checks.chosen("J", {"a": "can"}, "ab", ["can", "cannot"], "zh").ok is False
    mentions = {"2019": ("缺年度", "no year"), "source|report": ("缺来源", "no source")}
    assert checks.statement("J", "The report prints a place for 2019.", mentions, "en").ok
    assert checks.statement("J", "A place for 2019.", mentions, "en").words == "no source"
    assert "led to" in checks.statement("J", "Trusteeship led to our place in 2019, says the report.", mentions, "en").words
    assert checks.statement("J", "托管导致 2019 年度位次前移，见 report", mentions, "zh").ok is False
    assert checks.statement("J", ..., mentions, "zh").ok is None and checks.statement("J", 5, mentions, "zh").ok is False


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
    assert editions.filled("{{ noise:.1f }} {{ s[20]:.1%}} {{ p[1] }} {{ c }}", {"noise": 1.04, "s": {"20": 0.5}, "p": [1, 2], "c": -3}, "note") == "1.0 50.0% 2 −3"
