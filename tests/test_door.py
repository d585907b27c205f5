"""`yigai add` and `yigai check` in a project of their own: what is kept, what is internal, and that a refusal leaves no trace."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import Workbook

from analysis import catalog, cli
from analysis.clean import freshness, panel
from analysis.collection import build as building
from analysis.errors import DataError
from analysis.intake import dictionary, words

REPOSITORY = Path(__file__).resolve().parents[1]
FIXTURES = Path(__file__).parent / "fixtures" / "intake"
READ: dict[str, list] = {}


@pytest.fixture(autouse=True)
def the_collections_series_are_read_once(monkeypatch):
    """Fifteen builds here have the same long series: they are read again only when a byte of them or of a dictionary is another."""
    real = panel.parts

    def parts(raw: Path) -> list:
        files = [raw / "publications.csv", *(raw / "panel").glob("*.csv"), *raw.parent.glob("*.csv")]
        bytes_ = b"\0".join(path.name.encode() + path.read_bytes() for path in sorted(files))
        key = sha256(bytes_ + catalog.newest_date().encode()).hexdigest()
        if key not in READ:
            READ[key] = real(raw)
        return list(READ[key])

    monkeypatch.setattr(panel, "parts", parts)


def own_table(name: str = "运营月报.xlsx") -> Path:
    """A hospital group's own table: one hospital of the dictionary, one that is not, one indicator of its own."""
    book = Workbook()
    for row in [
        ["医院", "年份", "医院床位数(张)", "自编的随访率(%)"],
        ["山西白求恩医院", 2022, 2101, 88.1],
        ["自编的医院", 2023, 511, 79.6],
    ]:
        book.active.append(row)
    book.save(name)
    return Path(name)


def test_a_long_table_teaches_its_indicators_in_one_reading(home, capsys, monkeypatch):
    """--new: labels of rows that the dictionary lacks become indicators with the unit of their rows; the file is read once."""
    from analysis.intake import meaning, readers

    real_understood = meaning._understood
    reads, real = [], readers.read
    monkeypatch.setattr(readers, "read", lambda path: reads.append(path) or real(path))
    Path("长表.csv").write_text(
        "医院,地区,指标,年份,数值,单位\n山西白求恩医院,山西,自编的随访率,2023,88.1,%\n"
        "山西白求恩医院,山西,自编的例数,2023,7,例\n山西白求恩医院,山西,无单位的数,2023,7,\n",
        encoding="utf-8",
    )
    assert cli.main(["check", "长表.csv", "--source", "自编", "--new"]) != 0
    said = capsys.readouterr().err
    assert "无单位的数" in said and "自编的随访率" not in said and len(reads) == 1
    text = Path("长表.csv").read_text("utf-8").replace(",7,\n", ",7,个\n")
    Path("长表.csv").write_text(text, encoding="utf-8")
    assert cli.main(["check", "长表.csv", "--source", "自编", "--new"]) == 0
    said = capsys.readouterr().out
    assert all(
        f"indicator {name} as own_" in said
        for name in ("自编的随访率 (%)", "自编的例数 (例)", "无单位的数 (个)")
    )
    monkeypatch.setattr(
        meaning,
        "_understood",
        lambda path, answers, again, learn: real_understood(path, answers, again, None),
    )
    assert (
        cli.main(["check", "长表.csv", "--source", "自编", "--new"]) != 0
    )  # what is not learnt is asked for


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_an_internal_table_is_kept_apart_from_the_public_tables(home, capsys):
    before = own_table().read_bytes()
    code = cli.main(["add", "运营月报.xlsx", "--source", "本院2024年运营数据", "--place", "山西", "--new"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert "C  医院床位数(张) -> 医院床位数 (hospital_beds), 张" in said
    assert "hospital 自编的医院 (140000) as own-" in said and "indicator 自编的随访率 (%) as own_" in said
    kept = home / "data" / "raw" / "user" / "运营月报.xlsx"
    assert kept.read_bytes() == before
    assert 'access = "internal"' in (kept.parent / "运营月报.xlsx.toml").read_text(encoding="utf-8")
    assert not (home / "data" / "processed").exists(), "public tables are not touched by an internal file"
    held = home / "data" / "processed-internal"
    frame = _read(held)
    own = frame[frame["source_id"].str.startswith("internal-")]
    assert len(own) == 4 and set(own["source_grade"]) == {"C"} and (own["institution_id"] != "").all()
    # the public build: neither the rows nor the names
    summary = building.build()
    frame = _read(home / "data" / "processed")
    assert not frame["source_id"].str.startswith("internal-").any()
    assert "运营月报.xlsx: internal, only for --internal" in str(summary)
    assert catalog.institution_of("自编的医院") is None
    for path in (home / "data" / "processed").iterdir():
        assert "自编".encode() not in path.read_bytes() and b"internal-" not in path.read_bytes()


def _read(folder: Path):
    import pandas as pd

    return pd.read_parquet(folder / "observations.parquet")


def test_what_was_internal_is_public_when_it_is_added_as_public(home, capsys):
    shutil.copyfile(FIXTURES / "yearbook_merged.xls", "年鉴.xls")
    assert cli.main(["add", "年鉴.xls"]) == 2
    assert "but 20045 人 in data/raw/panel/city_yearbook_all.csv" in capsys.readouterr().err
    assert cli.main(["add", "年鉴.xls", "--edition", "2025-10"]) == 0
    side = home / "data" / "raw" / "user" / "年鉴.xls.toml"
    assert 'access = "internal"' in side.read_text(encoding="utf-8")
    assert cli.main(["add", "年鉴.xls", "--public"]) == 0
    assert 'access = "public"' in side.read_text(encoding="utf-8")
    frame = _read(home / "data" / "processed")
    assert frame["locator"].str.contains("年鉴.xls B6").sum() <= 1
    assert "internal:" not in capsys.readouterr().out.rpartition("tables built")[2]


@pytest.mark.parametrize("command", ["check", "add"])
def test_a_refusal_leaves_no_trace(home, command, capsys):
    own_table()
    (home / "data" / "processed-internal").mkdir()
    (home / "data" / "processed-internal" / "observations.parquet").write_bytes(b"the old table")
    before = tree(home)
    assert cli.main([command, "运营月报.xlsx", "--source", "本院2024年运营数据"]) == 2
    assert "--place" in capsys.readouterr().err
    assert cli.main([command, "运营月报.xlsx", "--source", "本院", "--place", "山西"]) == 2
    assert "--new" in capsys.readouterr().err
    assert tree(home) == before
    # a file that is well itself and contradicts another one: only the build can see it
    head = "region_code,region_zh,year,indicator_zh,value,unit,source_publication,note\n"
    (home / "data" / "raw" / "user" / "bad.csv").write_text(
        head + "140000,,2022,医院数,甲,个,,\n", encoding="utf-8"
    )
    before = tree(home)
    arguments = [command, "运营月报.xlsx", "--source", "本院", "--place", "山西", "--new"]
    assert cli.main(arguments) == 2 and "bad.csv" in capsys.readouterr().err
    assert tree(home) == before


def test_check_keeps_nothing(home, capsys):
    own_table()
    (home / "data" / "waiting.csv").write_text("decisions on another file, half filled in", encoding="utf-8")
    before = tree(home)
    arguments = ["check", "运营月报.xlsx", "--source", "本院", "--place", "山西", "--new"]
    assert cli.main(arguments) == 0
    assert "all checks passed; nothing was kept" in capsys.readouterr().out and tree(home) == before


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nothing.csv"], "a file"),
        (["运营月报.xlsx", "--public", "--internal"], "one of the two"),
        (["运营月报.xlsx", "--column", "床位"], "two names with = between"),
        (["运营月报.xlsx", "--source", "本院", "--place", "山西", "--grade", "Z"], "--grade"),
        (["运营月报.xlsx", "--sorce", "x"], "did you mean --source"),
    ],
)
def test_options_are_refused_in_one_sentence(home, arguments, expected, capsys):
    own_table()
    try:
        code = cli.main(["add", *arguments])
    except SystemExit as stop:
        code = stop.code
    assert code == 2 and expected in capsys.readouterr().err


def test_what_the_dictionary_gained_is_no_change_since_the_tables_were_built(home, monkeypatch):
    def add(title: str) -> str:
        with dictionary.additions() as to:
            dictionary.register(to, dictionary.Publication(title, access="public"))
            (home / "data" / "processed").mkdir(exist_ok=True)
            (home / "data" / "processed" / "build.json").write_text('{"raw": {}}', encoding="utf-8")
            to.keep()
        return freshness.hint()

    assert "user/dictionary" not in add("自编简报")
    monkeypatch.setattr(dictionary.os, "utime", lambda *a, **named: None)
    assert "user/dictionary" in add("另一份自编简报")


def test_another_file_under_a_kept_name_is_refused(home, capsys):
    shutil.copyfile(FIXTURES / "yearbook_merged.xls", "a.xls")
    kept = home / "data" / "raw" / "user" / "a.xls"
    kept.write_bytes(b"another")
    assert cli.main(["add", "a.xls"]) == 2
    assert "another file of that name" in capsys.readouterr().err and kept.read_bytes() == b"another"


# --------------------------------------------------------------------------------------------------------------- the recipes


def recipes(readme: str) -> list[list[str]]:
    """The commands of the README that begin with `yigai add`, each with those that follow it in its block."""
    text = (REPOSITORY / readme).read_text(encoding="utf-8")
    blocks = re.findall(r"(?m)(?:^    yigai [^\n]*\n)+", text)
    return [
        block.split("\n")
        for block in (b.replace("    yigai", "yigai").strip() for b in blocks)
        if block.startswith("yigai add")
    ]


def download() -> None:
    """An export with its heading lines cut, saved as .xls: a made-up year 2024, one in a hundred above the held 2023, so that no
    rule of plausibility stops it."""
    held = {}
    with (REPOSITORY / "data" / "raw" / "panel" / "province_nbs.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["indicator_zh"] == "执业(助理)医师数" and row["year"] == "2023":
                held[row["region_zh"]] = f"{float(row['value']) * 1.01:.2f}"
    assert len(held) == 31
    lines = ["地区,2024年", *(f"{name},{value}" for name, value in held.items()), "数据来源：国家统计局"]
    Path("分省年度数据.xls").write_text("\n".join(lines), encoding="gb18030")


def test_the_first_command_of_the_public_recipe_keeps_the_file_and_its_figures(home, capsys):
    download()
    assert cli.main(shlex.split(recipes("README.md")[0][0])[1:]) == 0, capsys.readouterr()
    frame = _read(home / "data" / "processed")
    new = frame[frame["observation_id"] == "nbs-province:140000:doctors:2024"]
    assert len(new) == 1 and "分省年度数据.xls" in new["locator"].iloc[0]


def test_both_readmes_give_the_same_recipes():
    assert recipes("README.md") == recipes("README.zh-CN.md") and len(recipes("README.md")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1])
def test_a_recipe_of_the_readme_runs_as_it_stands(home, number):
    download()
    own_table()
    for folder in ("notebooks", "src"):
        (home / folder).symlink_to(REPOSITORY / folder)
    shutil.copyfile(REPOSITORY / "requirements.lock", home / "requirements.lock")
    yigai = os.path.join(os.path.dirname(sys.executable), "yigai")
    for line in recipes("README.md")[number]:
        done = subprocess.run([yigai, *shlex.split(line)[1:]], capture_output=True, text=True, timeout=1200)
        assert done.returncode == 0, line + done.stdout[-3000:] + done.stderr[-3000:]
    site = home / ("reports" if number == 0 else "reports-internal")
    page = (site / "140000" / ("region_profile.html" if number == 0 else "stated_values.html")).read_text(
        "utf-8"
    )
    assert (
        ("自编的随访率" in page and 'class="internal"' in page) if number else 'class="internal"' not in page
    )


WRONGLY_TAKEN = "名称,卫生技术人员数(人)\n某县仁爱医院,230\n某县同济医院,310\n"


def test_a_file_taken_for_another_kind_is_put_right_by_one_word_and_remembered(home, capsys):
    """Names of hospitals without a heading that says so: refused as places, read with --as panel, kept with that answer."""
    from analysis.intake import sidecar

    Path("表.csv").write_text(WRONGLY_TAKEN, encoding="utf-8")
    said = ["表.csv", "--source", "本院报表", "--period", "2023", "--place", "山西", "--new"]
    assert cli.main(["check", *said]) == 2
    refusal = capsys.readouterr().err
    assert "某县仁爱医院" in refusal and refusal.count("--as yearbook") == 1 and "read_as" in refusal
    assert cli.main(["add", *said, "--as", "panel"]) == 0
    shown = capsys.readouterr().out
    assert "read as figures of hospitals (as panel was said); where that is wrong: --as yearbook" in shown
    kept = home / "data" / "raw" / "user" / "表.csv"
    assert 'read_as = "panel"' in sidecar.path_of(kept).read_text(encoding="utf-8")
    frame = _read(home / "data" / "processed-internal")
    assert (frame.loc[frame["source_id"].str.startswith("internal-"), "institution_id"] != "").sum() == 2


def test_what_is_said_of_a_file_reaches_its_names(home, capsys):
    """The mutation: an answer that no table listens to leaves the refusal as it was."""
    from analysis.intake import meaning, sidecar

    Path("表.csv").write_text(WRONGLY_TAKEN, encoding="utf-8")
    sidecar.path_of(Path("表.csv")).write_text('read_as = "panel"\n', encoding="utf-8")
    said = ["check", "表.csv", "--source", "本院报表", "--period", "2023", "--place", "山西", "--new"]
    assert cli.main(said) == 0
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(meaning._Block, "_read_as", lambda self, keys: keys)
        assert cli.main(said) == 2
    sidecar.path_of(Path("表.csv")).write_text('read_as = "book"\n', encoding="utf-8")
    assert cli.main(said) == 2 and "write one of the words" in capsys.readouterr().err


def test_rows_of_indicators_and_a_text_in_sentences_are_said_to_be_so(home, capsys):
    Path("一表.csv").write_text("名称,2023年\n甲项目数(个),230\n乙项目数(个),310\n", encoding="utf-8")
    said = ["一表.csv", "--source", "本省年报", "--place", "山西", "--as", "indicators", "--new"]
    assert cli.main(["check", *said]) == 0
    assert "indicator 甲项目数 (个)" in capsys.readouterr().out
    Path("简报.txt").write_text("某市医改简报\n2023年5月1日\n2022年，全市引进博士35名。\n", encoding="utf-8")
    assert cli.main(["add", "简报.txt"]) == 2 and "bulletin (sentences)" in capsys.readouterr().err
    assert cli.main(["add", "简报.txt", "--as", "bulletin"]) == 0
    shown = capsys.readouterr().out
    assert "35名  =  35 人" in shown and "next: yigai review 简报.txt" in shown
    assert not (home / "data" / "raw" / "user" / "简报.txt").exists()


LONG = "地区,年份,指标,数值,单位\n山西,{0},自编的例数,7,例\n"


def test_files_put_there_by_hand_are_answered_one_after_the_other(home, capsys, monkeypatch):
    """The answer for one file is kept although the others still wait; the command that a message gives works where it is read."""
    from analysis.collection import door

    folder = home / "data" / "raw" / "user"
    for year, name in ((2022, "一 表.csv"), (2023, "二.csv")):
        (folder / name).write_text(LONG.format(year), encoding="utf-8")
    assert cli.main(["data"]) == 2
    told = capsys.readouterr().err
    commands = re.findall(r"`(yigai add [^`]*)`", told)
    assert len(commands) == 2
    first, second = (
        [*shlex.split(c.replace("NAME OF THE PUBLICATION", "自编"))[1:], "--new", "--public"]
        for c in commands
    )
    with monkeypatch.context() as patch:  # mutation: the other file is asked about with the first
        patch.setattr(door, "_waiting", lambda target: [])
        assert cli.main(first) == 2 and not (folder / "一 表.csv.toml").exists()
    capsys.readouterr()
    assert cli.main(first) == 2
    said = capsys.readouterr().err
    assert "the answers for 一 表.csv, which are kept" in said and "data/raw/user/二.csv" in said
    assert (folder / "一 表.csv.toml").is_file() and not (folder / "二.csv.toml").exists()
    assert not (home / "data" / "processed").exists()
    assert cli.main(second) == 0, capsys.readouterr().err
    assert len(_read(home / "data" / "processed").query("source_id.str.startswith('user-')")) == 2


def understood(name: str, text: str, source: str = "自编") -> tuple[list[str], list[str]]:
    """What the door adds to the dictionary for a file, and what becomes of its columns; nothing is built."""
    from analysis.collection import door
    from analysis.intake.sidecar import Answers

    Path(name).write_text(text, encoding="utf-8")
    answers = Answers(source=source, access="public")
    with dictionary.additions() as to:
        read = door._understood(door.Request(Path(name), answers, new=True), answers, to)
        return list(to.added), [f"{c.heading}: {c.what}" for c in read.found.columns]


def test_years_in_the_headings_of_a_new_indicator_are_years(home):
    """One new indicator a label, not one a column; its unit may stand above the table, and is asked for where it stands nowhere."""
    added, columns = understood("率.csv", "地区,2022年随访率(%),2023年随访率(%)\n山西,88.1,89.2\n")
    assert [a for a in added if "indicator" in a] == [a for a in added if "随访率 (%) as own_" in a] != []
    assert sum("随访率 (%)" in a for a in added) == 1 and columns[1].endswith("%, 2023年")
    added, columns = understood("率.csv", "单位：%\n地区,随访率,\n,2022年,2023年\n山西,88.1,89.2\n")
    assert sum("随访率 (%)" in a for a in added) == 1 and columns[0].endswith("%, 2022年")
    with pytest.raises(DataError, match="a new indicator without a unit: 随访率"):
        understood("率.csv", "地区,2022年随访率,2023年随访率\n山西,88.1,89.2\n")


def test_a_name_that_ends_in_its_measure_needs_no_unit_beside_it(home, monkeypatch):
    """A hospital's own table is headed 门急诊人次 and 转诊人数; what says no unit at all is left out with what to do."""
    table = "地区,2023年夜诊人次,2023年转诊人数,2023年夜诊量\n山西,81234,312,77\n"
    added, columns = understood("夜诊.csv", table)
    assert sum("夜诊人次 (人次)" in a or "转诊人数 (人)" in a for a in added) == 2
    assert "2023年夜诊量: " in columns and sum(c.endswith(", 2023年") for c in columns) == 2
    monkeypatch.setattr(words, "named_unit", lambda name: "")  # mutation: the measure in the name is not read
    with pytest.raises(DataError, match="a new indicator without a unit"):
        understood("夜诊.csv", table.replace("夜诊", "晚诊").replace("转诊", "会诊"))


def test_a_publication_under_its_title_is_the_registered_one_and_a_like_name_is_pointed_out(
    home, monkeypatch
):
    """An edition of the yearbook under a name of its own would stand beside what it revises."""
    city = "城市,2023年医院数(个)\n青岛市,358\n"
    for name in ("中国城市统计年鉴（各年版）", "《中国城市统计年鉴》", "city-yearbook"):
        assert catalog.source_of(name).id == "city-yearbook"
        assert understood("市.csv", city, name)[0] == []
    added, _ = understood("市.csv", city, "中国城市统计年鉴2024")
    assert added[0].startswith("publication 中国城市统计年鉴2024 as user-")
    assert '--source "中国城市统计年鉴（各年版）"' in added[1] and "another publication" in added[1]
    assert catalog.near_publications("本院2024年运营数据") == []
    monkeypatch.setattr(catalog, "_spelled", lambda text: text)  # mutation: as it is spelt and no other way
    catalog.renew()
    assert understood("市.csv", city, "《中国城市统计年鉴》")[0] != []


def _followed(capsys: pytest.CaptureFixture, answer: str) -> tuple[list[str], int]:
    """The commands typed as each refusal prints them, from one option on, and the last one's exit."""
    Path("a.csv").write_text("地区,自编的比例\n山西省,55.5\n", encoding="utf-8")
    typed, arguments = [], ["check", "a.csv", "--source", "自编"]
    for _ in range(6):
        if (code := cli.main(arguments)) == 0:
            break
        command = re.findall(r"`(yigai add [^`]*)`", capsys.readouterr().err)[0]
        typed.append(command.replace("YEAR", answer))
        arguments = ["check", *shlex.split(typed[-1])[2:]]
    return typed, code


def test_the_commands_that_refusals_print_end_in_a_file_that_is_read(home, capsys):
    typed, code = _followed(capsys, "2023")
    assert code == 0 and len(typed) <= 3
    assert all("--source " in command and "自编" in command for command in typed) and "--new" in typed[-1]


def test_mutation_a_command_without_what_was_said_asks_for_it_again(home, capsys, monkeypatch):
    from analysis.collection import door

    monkeypatch.setattr(door, "_options_said", lambda request: [])
    assert _followed(capsys, "2023")[1] != 0
