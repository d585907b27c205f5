"""One estimate, one inference: no quantity of a site is printed with two values or two intervals."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

import one_value
from analysis.methods import effects
from analysis.report.pages import page
from analysis.themes import staff_effects
from theme_pages import findings


def write(folder: Path, stem: str, code: str) -> dict:
    """The facts.json of a real page."""
    shown = [finding.tell("en") for finding in findings(stem, code, "en")]
    facts, cells = page.merged(shown)
    held = json.loads(json.dumps({"facts": facts, "cells": cells}))
    (folder / code).mkdir(exist_ok=True)
    (folder / code / f"{stem}.facts.json").write_text(json.dumps(held), encoding="utf-8")
    return held


@pytest.fixture(scope="module")
def pages(processed, tmp_path_factory):
    """The two pages that print the elasticity of stay, and two that print a province's places."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIGAI_RENDER", "page")
        held = {
            stem: write(folder, stem, code)
            for stem, code in (
                ("05_talent_inflow", "110000"),
                ("23_staff_effects", "000000"),
                ("01_region_profile", "110000"),
            )
        }
    return folder, held


def named(held: dict, label: str) -> dict:
    return next(fact for fact in held["facts"].values() if fact["label"]["en"].startswith(label))


def test_pages_agree_on_every_quantity(pages):
    folder, held = pages
    assert one_value.conflicts(folder) == []
    for label in (
        "elasticity of stay to doctors (yearly",
        "interval of the elasticity of stay to doctors (yearly",
    ):
        one, two = (named(held[stem], label) for stem in ("05_talent_inflow", "23_staff_effects"))
        assert one["id"] == two["id"] and one["text"] == two["text"]
    zero = {named(held[s], "specifications whose")["value"] for s in ("05_talent_inflow", "23_staff_effects")}
    assert len(zero) == 1


def test_mutation_a_second_interval_of_one_estimate_is_found(pages, tmp_path):
    _, held = pages
    for code, stem in (("000000", "23_staff_effects"), ("110000", "05_talent_inflow")):
        mutant = copy.deepcopy(held[stem])
        if code == "110000":
            named(mutant, "interval of the elasticity")["low"] -= 0.01
        (tmp_path / code).mkdir()
        (tmp_path / code / f"{stem}.facts.json").write_text(json.dumps(mutant), encoding="utf-8")
    (conflict,) = one_value.conflicts(tmp_path)
    assert conflict[0][0].startswith("interval of the elasticity") and len(conflict[1]) == 2


@pytest.mark.slow
def test_no_quantity_of_a_site_has_two_values(site):
    assert one_value.conflicts(site) == []


@pytest.mark.slow
def test_no_verdict_on_the_stay_hangs_on_the_seed(processed):
    table, found = staff_effects.changes(staff_effects.read()), []
    for seed in (0, 1, 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(staff_effects, "SEED", seed)
            found.append(staff_effects.estimates(table, effects.wild_cluster_bootstrap, ["doctors"]))
    assert len({tuple(staff_effects.holds_zero(one)) for one in found}) == 1
    for key in found[0]:
        for end in ("low", "high"):
            ends = [getattr(one[key], end) for one in found]
            assert max(ends) - min(ends) <= staff_effects.TOLERANCE, (key, ends)
