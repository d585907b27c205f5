"""Which region a printed name means."""

import pytest

from analysis import catalog
from analysis.clean import places
from analysis.errors import DataError


@pytest.mark.parametrize(
    "text", ["140000", "山西", "山西省", "Shanxi", "shanxi province", " 山 西 省 ", "１４００００"]
)
def test_one_region_many_names(text):
    assert places.resolve(text).code == "140000"


def test_shanxi_is_not_shaanxi():
    assert places.resolve("陕西").code == places.resolve("Shaanxi").code == "610000"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("山西省太原市", "140100"),
        ("江苏省宿迁市沭阳县", "321322"),
        ("山西太原市", "140100"),
        ("全国", "000000"),
    ],
)
def test_joined_names(text, code):
    assert places.resolve(text).code == code


def test_a_wrong_chain_is_refused():
    with pytest.raises(DataError, match="陕西省太原市"):
        places.resolve("陕西省太原市")


def test_jilin_is_ambiguous_until_the_context_or_the_column_settles_it():
    with pytest.raises(DataError) as error:
        places.resolve("吉林")
    assert "220000" in str(error.value) and "220200" in str(error.value)
    assert places.resolve("吉林", "220000").code == "220200"
    assert places.resolve("吉林", level="province").code == "220000"


@pytest.mark.parametrize(
    ("text", "context", "code"),
    [
        ("该市", "321100", "321100"),
        ("该市", "320500", "320500"),
        ("我省", "140100", "140000"),
        ("全市", "321322", "321300"),
    ],
)
def test_words_that_mean_the_section(text, context, code):
    assert places.resolve(text, context).code == code


@pytest.mark.parametrize(("text", "context"), [("该市", None), ("该市", "320000"), ("我省", "000000")])
def test_words_that_mean_the_section_need_the_right_section(text, context):
    with pytest.raises(DataError, match="context"):
        places.resolve(text, context)


def test_an_unknown_name_gets_the_nearest_and_what_to_do():
    with pytest.raises(DataError) as error:
        places.resolve("浙江身")
    assert (
        "浙江" in str(error.value)
        and "330000" in str(error.value)
        and "add an alias in data/regions.csv" in str(error.value)
    )


def test_a_blank_is_no_region():
    with pytest.raises(DataError, match="fill in the cell"):
        places.resolve(" ")


def test_every_region_is_found_by_code_and_inside_its_parent():
    for code, region in catalog.regions().items():
        assert places.resolve(code) is region
        assert places.resolve(region.name_zh, region.parent or None) is region
