"""Catalogues of words: what is refused at load, what each rule finds (a mutation a rule), and that every catalogue keeps them all."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from analysis import catalog, claims, paths, texts, wording, words
from analysis.commands import new
from analysis.errors import MethodError
from analysis.facts import Fact
from analysis.sentences import design, trend_allowed

PACKAGE = Path(words.__file__).parent
CATALOGUES = sorted(
    [
        *(PACKAGE / "themes").glob("*.toml"),
        *PACKAGE.glob("comparison.toml"),
        *PACKAGE.glob("methods/*.toml"),
        *PACKAGE.glob("lab/lab.toml"),
        *PACKAGE.glob("cases/cases.toml"),
    ]
)
GOOD = """claim = "description"

[beds]
headline.zh = "{place}有 {n} 张床位"
headline.en = "{place} has {n} beds"
caption = { zh = "床位", en = "Beds" }

[beds.sentences]
more.zh = "床位共 {n}。"
more.en = "Beds: {n}."
"""


def catalogue(folder: Path, text: str) -> words.Catalogue:
    file = folder / "made.toml"
    file.write_text(text, encoding="utf-8")
    return words.Catalogue(file)


def faults(folder: Path, old: str, new: str) -> list[str]:
    """What `check` says of the good catalogue after one change."""
    assert old in GOOD
    return [str(problem) for problem in wording.check(catalogue(folder, GOOD.replace(old, new, 1)))]


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda p: p.stem)
def test_every_catalogue_keeps_every_rule(file):
    problems = wording.check(words.catalogue(file))
    module = file.with_suffix(".py")
    problems += wording.usage(module) if module.is_file() else []
    assert not problems, "\n".join(map(str, problems))


def test_every_theme_has_its_words_beside_it():
    with_words = {file.stem for file in CATALOGUES}
    assert len(CATALOGUES) >= 30
    for module in (PACKAGE / "themes").glob("*.py"):
        if "TEXT = texts.of" in module.read_text("utf-8"):
            assert module.stem in with_words, module.stem


def test_the_words_that_all_pages_share_keep_every_rule():
    assert not wording.check(words.common())


def test_a_phrase_that_all_pages_share_stands_once():
    assert wording.repeated({"words": words.common()}) == {}


def test_a_phrase_that_stands_twice_is_found(tmp_path):
    twice = catalogue(tmp_path, GOOD.replace("more.zh", 'again = { zh = "床位", en = "Beds" }\nmore.zh'))
    assert wording.repeated({"made": twice}) == {
        ("床位", "Beds"): ["made beds.caption", "made beds.sentences.again"]
    }


def test_an_entry_may_have_the_words_of_another(tmp_path):
    linked = GOOD + '\n[more]\nhead = "beds.caption"\n'
    told = catalogue(tmp_path, linked)
    assert told.pair("more.head") == ("床位", "Beds") and told.group("more") == {"head": ("床位", "Beds")}
    with pytest.raises(MethodError, match=r"made.toml:13 more.head: found 'beds.none'"):
        catalogue(tmp_path, linked.replace("beds.caption", "beds.none"))


@pytest.mark.parametrize(
    ("section", "places"),
    [
        ("pages", ("report/**/*", "findings.py")),
        ("charts", ("charts/**/*",)),
        ("absence", ("report/plan/*",)),
        ("package", ("report/formats/package.py",)),
    ],
)
def test_every_fixed_word_is_printed_somewhere(section, places):
    source = "\n".join(
        path.read_text("utf-8")
        for place in places
        for path in sorted(PACKAGE.glob(place))
        if path.suffix in (".py", ".html")
    )
    built = set(re.findall(r"""["']([a-z_]+_)(?:\{|["'] ~)""", source))  # keys made of a beginning and a code
    keys = words.common().group(section)
    unused = [k for k in keys if not re.search(rf"\b{k}\b", source) and not k.startswith(tuple(built))]
    assert keys and not unused, unused


TWO_LANGUAGES_APART = {
    "words.py",  # where the one way stands
    "cases/caselab.py",  # handed out alone: it imports nothing of ours
}
APART_ROOMS = (
    "methods",
    "report/gate",
)  # methods know of no catalogue; a gate meets pages in a language that is none of ours


def chosen_otherwise(source: str) -> list[int]:
    """Lines that choose between the words of two languages in another way than ``words.pick`` and ``words.nth``."""

    def asks(node: ast.AST | None) -> bool:
        return (
            isinstance(node, ast.Compare)
            and isinstance(node.ops[0], ast.Eq | ast.NotEq)
            and isinstance(node.comparators[0], ast.Constant)
            and node.comparators[0].value in words.LANGS
        )

    found = []
    for node in ast.walk(ast.parse(source)):
        ways = [
            isinstance(node, ast.Subscript) and asks(node.slice),
            isinstance(node, ast.IfExp) and asks(node.test),
            isinstance(node, ast.Assign) and any(map(asks, getattr(node.value, "elts", [node.value]))),
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Mult)
            and (asks(node.left) or asks(node.right)),
            isinstance(node, ast.Call) and ast.unparse(node.func).endswith("LANGS.index"),
        ]
        if any(ways):
            found.append(node.lineno)
    return found


def test_the_words_of_two_languages_are_chosen_between_in_one_way():
    found = {
        name: lines
        for path in sorted(PACKAGE.rglob("*.py"))
        if (name := path.relative_to(PACKAGE).as_posix()) not in TWO_LANGUAGES_APART
        and not name.startswith(APART_ROOMS)
        and (lines := chosen_otherwise(path.read_text("utf-8")))
    }
    assert not found, f"take words.pick(pair, lang), or words.nth(lang) for many pairs: {found}"


@pytest.mark.parametrize(
    "way",
    [
        'x = pair[lang == "en"]',
        'x = "a" if self.lang == "zh" else "b"',
        'i = lang == "en"',
        'rows, zh = [], lang == "zh"',
        'x = "a" * (lang != "zh")',
        "x = pair[LANGS.index(lang)]",
    ],
)
def test_another_way_of_choosing_is_found(way):
    assert chosen_otherwise(way) == [1]
    assert chosen_otherwise("x = pick(pair, lang)\nif lang == 'en':\n    x = shorter(x)") == []


def asked_for(name: str, source: str) -> set[str]:
    """Keys of the pages' words that a template or a module asks for by name."""
    if name.endswith(".html"):
        return {key for key, built in re.findall(r"\bw\.([a-z_]+)(\s*~)?", source) if not built}
    found = re.findall(r'\bw(?:ords)?\["([a-z_]+)"\]|\bwords\([\w.]+\)\["([a-z_]+)"\]', source)
    return {one or other for one, other in found}


def test_every_word_that_a_page_asks_for_is_there():
    keys = set(words.common().group("pages"))
    files = [p for p in sorted(PACKAGE.glob("report/**/*")) if p.suffix in (".py", ".html")]
    asked = {path.name: asked_for(path.name, path.read_text("utf-8")) for path in files}
    built = {key for found in asked.values() for key in found if key.endswith("_")}  # w["per_" ~ unit]
    assert all(any(key.startswith(start) for key in keys) for start in built)
    assert sum(map(len, asked.values())) > 200
    assert not {name: lacking for name, found in asked.items() if (lacking := found - keys - built)}


def test_a_word_that_is_not_there_is_found():
    assert asked_for("a.html", "{{ w.skip }}{{ w.no_such }}") == {"skip", "no_such"}
    assert asked_for("a.py", 'w["skip"] + render.words(lang)["no_such"]') == {"skip", "no_such"}


def test_kinds_of_claim_are_those_of_the_net():
    assert words.KINDS == claims.KINDS


def test_the_good_one_is_good(tmp_path):
    assert wording.check(catalogue(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('headline.en = "{place} has {n} beds"\n', "", "made.toml:4 beds.headline: found no en"),
        ('"Beds: {n}."', '"Beds."', "made.toml:9 beds.sentences.more: found {n} in one language"),
        ("caption = {", 'caption = { brif = "1",', "made.toml:6 beds.caption: found mark 'brif'"),
        ('"Beds: {n}."', '"Beds: {n."', "beds.sentences.more"),
        ("[beds]", "[beds", "TOML"),
    ],
    ids=["missing", "slots", "mark", "brace", "syntax"],
)
def test_refused_when_loaded(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(MethodError) as refused:
        catalogue(tmp_path, GOOD.replace(old, new, 1))
    assert said in str(refused.value)


MUTATIONS = [
    ("digit", "床位共 {n}。", "床位共 35 张，{n}。", "made.toml:9 beds.sentences.more (zh): found '35'"),
    ("digit in words", "Beds: {n}.", "2 kinds of beds: {n}.", "made.toml:10 beds.sentences.more (en): found '2'"),
    ("kind of words", "more.zh", 'more.as = "typed"\nmore.zh', "as = 'typed'"),
    ("no claim", 'claim = "description"\n', "", "claim ''; expected one of label, method, description"),
    ("unknown claim", 'claim = "description"', 'claim = "proof"', "claim 'proof'"),
    ("comparison", 'claim = "description"\n\n[beds]\nheadline.zh = "{place}有 {n} 张床位"',
     'claim = "description"\n\n[beds]\nheadline.zh = "{place}高于各省，有 {n} 张床位"', "'高于' in a description"),
    ("association", 'claim = "description"\n\n[beds]\nheadline.zh = "{place}有 {n} 张床位"',
     'claim = "comparison"\n\n[beds]\nheadline.zh = "{place}的床位与医师有关联：{n}"', "'关联' in a comparison"),
    ("cause", "床位共 {n}。", "托管带来床位 {n}。", "'带来'; expected claim = \"cause\" and requires"),
    ("cause in English", "Beds: {n}.", "Beds rose because of trusteeship: {n}.", "(en): found 'because of'"),
    ("cause without design", "more.zh", 'more.claim = "cause"\nmore.zh', "a cause without a design"),
    ("trend", "床位共 {n}。", "床位逐年增加，共 {n}。", "'逐年增加'"),
    ("trend in a caption", 'en = "Beds" }', 'en = "Trend of beds" }', "made.toml:6 beds.caption (en): found 'Trend'"),
    ("significant", "床位共 {n}。", "床位显著，共 {n}。", "'显著'"),
    ("Chinese beside Latin", "床位共 {n}。", "床位共ICU {n}。", "one space between Chinese and Latin"),
    ("half-width mark", "床位共 {n}。", "床位,共 {n}。", "full-width punctuation"),
    ("space beside full-width", "床位共 {n}。", "床位， 共 {n}。", "no space beside full-width punctuation"),
    ("comma within a number", "床位共 {n}。", "每 1,000 人床位 {n}。", "no comma in a number"),
    ("double space", "Beds: {n}.", "Beds:  {n}.", "single spaces"),
    ("hyphen between slots", "{place} has {n} beds", "{place}-{n} beds", "an en dash between slots"),
    ("spaced dash", "Beds: {n}.", "Beds – {n}.", "no spaces around a dash"),
    ("em dash", "Beds: {n}.", "Beds—{n}.", "an en dash"),
    ("straight quotes", "Beds: {n}.", '\\"Beds\\": {n}.', "curly quotation marks"),
    ("three dots", "Beds: {n}.", "Beds... {n}.", "one ellipsis"),
    ("full-width letter", "床位共 {n}。", "床位Ａ共 {n}。", "no full-width letters"),
    ("Chinese in English", "Beds: {n}.", "床位: {n}.", "no Chinese"),
    ("full-width in English", "Beds: {n}.", "Beds： {n}.", "half-width punctuation"),
    ("space before a mark", "Beds: {n}.", "Beds : {n}.", "no space inside brackets or before a mark"),
    ("sentence without end", "床位共 {n}。", "床位共 {n}", "one of 。 ！ ？ at the end"),
    ("headline that is a noun and its number", "{place}有 {n} 张床位", "{place}：床位 {n}", "found '{}：'; expected a sentence"),
    ("headline that ends in a colon and a number", "{place}有 {n} 张床位", "{place}的床位：{n}", "found '：{}'; expected a sentence"),
    ("headline that is a telegram", "{place} has {n} beds", "{place}, beds: {n}", "expected a sentence"),
    ("headline too long", "{place}有 {n} 张床位", "{place}" + "床位" * 16 + "{n}", "expected at most 32"),
    ("headline too long in English", "{place} has {n} beds", "{place} has " + "many " * 17 + "{n} beds", "expected at most 90"),
    ("headline with a stop", "{place} has {n} beds", "{place} has {n} beds.", "no full stop after a headline"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), [m[1:] for m in MUTATIONS], ids=[m[0] for m in MUTATIONS])
def test_each_rule_finds_its_fault(tmp_path, old, new, said):
    found = faults(tmp_path, old, new)
    assert any(said in problem for problem in found), found


def test_marks_license_what_they_name(tmp_path):
    assert not faults(tmp_path, "more.zh", 'more.as = "definition"\nmore.zh')
    assert not faults(tmp_path, '"床位共 {n}。"', '"床位逐年增加：{n}。"\nmore.requires = ["trend"]')
    assert not faults(
        tmp_path, '"床位共 {n}。"', '"托管带来床位 {n}。"\nmore.claim = "cause"\nmore.requires = ["design"]'
    )


MODULE = """from analysis import texts
TEXT = texts.of(__file__)
def page(n, place):
    return TEXT.say("beds.headline", n=n, place=place), TEXT.pair("beds.caption"), TEXT.say("beds.sentences.more", n=n)
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", ""),
        ('"beds.caption"', '"beds.heading"', "made.py:4: found no entry 'beds.heading' in made.toml"),
        (', TEXT.pair("beds.caption")', "", "made.toml:6 beds.caption: found an entry that nothing says"),
        ("more", "few", "made.toml:9 beds.sentences.more: found an entry that nothing says"),
        (', n=n)\n', ")\n", "made.py:4 beds.sentences.more: found no value for {n}"),
        (', n=n)\n', ", n=n, year=n)\n", "made.py:4 beds.sentences.more: found year in no slot"),
    ],
    ids=["good", "no entry", "unused", "unused sentence", "no value", "no slot"],
)  # fmt: skip
def test_entries_and_code_agree(tmp_path, old, new, said):
    assert old in MODULE
    module = tmp_path / "made.py"
    module.write_text(MODULE.replace(old, new, 1), encoding="utf-8")
    (tmp_path / "made.toml").write_text(GOOD, encoding="utf-8")
    words.catalogue.cache_clear()
    found = [str(problem) for problem in wording.usage(module)]
    assert (found == []) if not said else any(said in problem for problem in found), found


def test_a_real_catalogue_with_a_typed_number_turns_red(tmp_path):
    """The same check on a theme's own file: a digit typed into a sentence is found at its line."""
    original = (PACKAGE / "themes" / "region_profile.toml").read_text("utf-8").splitlines()
    at = next(i for i, line in enumerate(original) if line.startswith("best-worst.zh"))
    original[at] = original[at].replace("六项", "6 项")
    found = [str(problem) for problem in wording.check(catalogue(tmp_path, "\n".join(original)))]
    assert len(found) == 1 and f"made.toml:{at + 1} position.sentences.best-worst (zh)" in found[0]


def made(folder: Path, text: str) -> texts.Texts:
    (folder / "made.toml").write_text(text, encoding="utf-8")
    return texts.of(str(folder / "made.py"))


def test_a_path_without_entry_names_file_and_fix(tmp_path):
    with pytest.raises(MethodError, match=r"made.toml beds.none: found no such entry"):
        made(tmp_path, GOOD).pair("beds.none")


def test_conditions_are_named_on_both_sides(tmp_path):
    text = GOOD.replace("more.zh", 'more.requires = ["known"]\nmore.zh') + (
        '\n[beds.conditions]\nknown = { zh = "不知道。", en = "It is not known." }\n'
    )
    told = made(tmp_path, text)
    assert told.say("beds.sentences.more", n="some", holds={"known": True}).text("en") == "Beds: some."
    assert told.say("beds.sentences.more", n="some", holds={"known": False}).text("en") == "It is not known."
    for holds in ({}, {"known": True, "trend": trend_allowed(9)}):
        with pytest.raises(MethodError, match="name the same conditions"):
            told.say("beds.sentences.more", n="some", holds=holds)


def test_causal_words_need_the_design_in_file_and_code(tmp_path):
    text = GOOD.replace("Beds: {n}.", "Beds because of it: {n}.").replace(
        "more.zh", 'more.claim = "cause"\nmore.requires = ["design"]\nmore.zh'
    )
    told = made(tmp_path, text)
    passed = design("双重差分", "difference in differences", checks_passed=True)
    assert told.say("beds.sentences.more", n="some", holds={"design": passed}).failed is None
    with pytest.raises(MethodError, match="a causal claim only with a design"):
        made(tmp_path, text.replace('requires = ["design"]', "requires = []")).say(
            "beds.sentences.more", n=""
        )


def test_ids_follow_the_path(tmp_path):
    told = made(tmp_path, GOOD)
    assert told.say("beds.headline", n="", place="").id == "beds"
    assert told.say("beds.caption").id == "beds-caption"
    assert told.say("beds.sentences.more", n="").id == "more"
    assert told.say("beds.sentences.more", id="x", n="").id == "x"


def test_the_words_of_a_new_theme_keep_every_rule(tmp_path):
    theme = new.Theme("a_few_nurses", "nurses", ("护士", "Nurses"), ("注册护士", "Registered nurses"), 91)
    written = {path.name: text for path, text in new.contents(theme, paths.home()).items()}
    for name in ("a_few_nurses.py", "a_few_nurses.toml"):
        (tmp_path / name).write_text(written[name], encoding="utf-8")
    problems = wording.check(words.catalogue(tmp_path / "a_few_nurses.toml"))
    problems += wording.usage(tmp_path / "a_few_nurses.py")
    assert not problems, "\n".join(map(str, problems))


def test_readers_see_one_apostrophe_and_code_keeps_its_own():
    """Authors type a straight one; every English entry of every catalogue is printed with a curly one."""
    assert words.typeset("the nation's `it's` provinces' share") == "the nation’s `it's` provinces’ share"
    assert words.typeset('a "set" (**"b"**), "{n}"') == "a “set” (**“b”**), “{n}”"
    assert words.apostrophes('a "set"') == 'a "set"', "in a catalogue it is refused"
    printed = [e.en for file in CATALOGUES for e in words.catalogue(file).entries.values()]
    assert not [text for text in printed if re.search(r"(?<=[A-Za-z0-9}])'", text)]
    typed = [file.read_text("utf-8") for file in CATALOGUES]
    assert any(re.search(r"[a-z]'s ", text) for text in typed), "the mutation: as typed they are straight"


def test_a_straight_quotation_mark_in_english_turns_red(tmp_path):
    file = tmp_path / "made.toml"
    file.write_text('[a]\nheadline.zh = "甲"\nheadline.en = "the so-called \'trend-free\' year"\n', "utf-8")
    assert any("apostrophe" in str(p) or "'" in p.found for p in wording.check(words.Catalogue(file)))


NONE = GOOD.replace(
    "caption = {",
    'headline.zero.n = { zh = "{place}没有床位", en = "{place} has no bed" }\ncaption = {',
)


def test_where_a_count_is_nought_the_words_for_none_are_said(tmp_path):
    told = made(tmp_path, NONE)
    assert wording.check(words.catalogue(tmp_path / "made.toml")) == []

    def said(n: int) -> str:
        fact = Fact(
            ("床", "beds"),
            n,
            style="number",
            as_printed=str(n),
            source_ids=("doc-001",),
            observations=("doc-001-001",),
            locators=("第二段",),
        )
        return told.say("beds.headline", place=("山西", "Shanxi"), n=fact).text("en")

    assert said(0) == "Shanxi has no bed"
    assert said(2) == "Shanxi has 2 beds"


ALIKE = GOOD.replace(
    "caption = {",
    'headline_of.zh = "{place}的 {n}床位里 {k}空着"\n'
    'headline_of.en = "Of {n:bed|beds} of {place} {k} {k:~is|are} empty"\n'
    'headline_of.one.n-k = { zh = "{place}唯一的床位空着", en = "The one bed of {place} is empty" }\n'
    'headline_of.same.n-k = { zh = "{place}的 {n}床位都空着", en = "All {n} beds of {place} are empty" }\ncaption = {',
)


def test_counts_of_one_and_counts_alike_have_their_own_words(tmp_path):
    told = made(tmp_path, ALIKE)
    assert wording.check(words.catalogue(tmp_path / "made.toml")) == []

    def said(n: int, k: int) -> str:
        n_, k_ = (
            Fact(
                ("床", "beds"),
                value,
                style="number",
                as_printed=str(value),
                source_ids=("doc-001",),
                observations=("doc-001-001",),
                locators=("第二段",),
            )
            for value in (n, k)
        )
        return told.say("beds.headline_of", place=("山西", "Shanxi"), n=n_, k=k_).text("en")

    assert said(1, 1) == "The one bed of Shanxi is empty"
    assert said(3, 3) == "All 3 beds of Shanxi are empty"
    assert said(3, 1) == "Of 3 beds of Shanxi 1 is empty"


@pytest.mark.parametrize(
    ("old", "new"),
    [("zero.n =", "zero.m ="), ("has no bed", "has no bed of {k}"), ("zero.n =", "zero.n-m =")],
)
def test_words_for_none_name_slots_of_what_they_stand_for(tmp_path, old, new):
    text = NONE.replace(old, new)
    text = text.replace("没有床位", "没有床位 {k}") if "{k}" in new else text
    found = wording.check(catalogue(tmp_path, text))
    assert len(found) == 1 and "in no slot of beds.headline" in str(found[0])


def test_names_of_indicators_are_set_as_the_catalogues_are():
    """A file of data may hold SCI论文, the key of what a bulletin prints; a reader sees SCI 论文."""
    beside = wording.TYPOGRAPHY["zh"][0][0]
    assert re.search(beside, catalog.indicator("sci_papers").label_zh)
    for one in catalog.indicators().values():
        for said in (one.label("zh"), one.definition("zh"), one.needed("zh")):
            assert not re.search(beside, said), said
