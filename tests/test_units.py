"""Every column of numbers says in its head what it counts, unless its cells do or there is nothing to count."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from analysis import words

THEMES = Path(words.__file__).parent / "themes"
BARE = {"name", "text", "code", "date", "year", "state", "rank", "percent", "pp", "index", "ratio", "days"}
BY_ROW = {  # each row its own unit: in the cell or in a column beside it
    "city_profile position.columns.median", "city_profile position.columns.low", "city_profile position.columns.high",
    "city_profile change.columns.median", "evidence_base derived.columns.value", "funding rates.columns.n",
    "funding rates.columns.rate", "funding rates.columns.interval", "plan_targets falsifiable.columns.value", "plan_targets tracker.columns.value",
    "region_profile position.columns.count", "regional_centres described.columns.number",
    "resource_sinking pairing.columns.number", "resource_structure columns.middle", "resource_structure columns.least",
    "resource_structure columns.most", "services_context position.columns.middle", "statements table.columns.number",
    "talent_funnel funnel.columns.number", "talent_ledger contract.columns.heads",
}  # fmt: skip


def _style(call: ast.Call) -> str:
    given = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "style")]
    return str(given[0].value) if given and isinstance(given[0], ast.Constant) else "text"


def columns(module: Path) -> Iterator[tuple[str, str, bool]]:
    """Path, style and whether code gives a unit, of each TEXT.column of a theme."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        named = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "column"
        )
        if named and node.args and isinstance(node.args[0], ast.Constant):
            given = {k.arg for k in node.keywords}
            yield str(node.args[0].value), _style(node), "unit" in given


def without_unit(module: Path, told: words.Catalogue) -> list[str]:
    found = []
    for path, style, given in columns(module):
        if style in BARE or given or f"{module.stem} {path}" in BY_ROW or path not in told.entries:
            continue
        entry = told.entry(path)
        if "unit" not in entry and "（" not in entry["zh"]:
            found.append(f"{module.stem} {path}")
    return found


def test_a_column_of_numbers_names_its_unit():
    seen = 0
    for module in sorted(THEMES.glob("*.py")):
        if module.with_suffix(".toml").is_file():
            told = words.catalogue(module.with_suffix(".toml"))
            assert not without_unit(module, told)
            seen += len(list(columns(module)))
    assert seen > 300


def test_a_head_without_its_unit_turns_red(tmp_path):
    text = (THEMES / "counties.toml").read_text("utf-8")
    file = tmp_path / "counties.toml"
    file.write_text(text.replace(', unit = { zh = "张", en = "beds" }', ""), "utf-8")
    assert "counties columns.low" in without_unit(THEMES / "counties.py", words.Catalogue(file))
