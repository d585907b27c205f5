"""Which places the reports of hospital and talent themes are about, with or without a page.

They do not depend on the day of a run: a place whose documents are of later days is one that has nothing yet, not one of another kind.
"""

from __future__ import annotations

from analysis import catalog, tables

COMPARED = ("140000", "320000")  # provinces whose every city has a page of its own figures


# series that hold nearly every city: that a city stands there says nothing of what documents or lists say of it
EVERYWHERE = (
    "city-yearbook",
    "city-yearbook-second-carrier",
    "city-gdp-per-head",
    "census-prefectures",
    "county-yearbook",
)


def codes() -> list[str]:
    """The provinces, and the cities of which any other observation than those of ``EVERYWHERE`` or any measure is held, in code
    order, with the cities that a whole province's page compares."""
    rows = tables.read("observations", as_of="")
    seen = {
        *rows.loc[~rows["source_id"].isin(EVERYWHERE), "region_code"],
        *tables.read("measures", as_of="")["region_code"],
    }
    whole = {r.code for province in COMPARED for r in catalog.cities_of(province)}
    cities = [
        code for code, region in catalog.regions().items() if region.level == "city" and code in seen | whole
    ]
    return [region.code for region in catalog.provinces()] + cities


def known() -> list[str]:
    """The places of ``codes``, and the cities of a hospital, an office or a project that is named, in code order."""
    seen = {*codes(), *(i.region_code for i in catalog.institutions().values())}
    seen |= {
        code
        for name in ("assessments", "centres", "policies")
        for code in tables.read(name, as_of="")["region_code"]
    }
    return [
        r.code
        for r in catalog.regions().values()
        if r.level in ("province", "city") and r.code in seen and not r.state
    ]
