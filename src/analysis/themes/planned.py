"""Which places the reports of hospital and talent themes are about, with or without a page."""

from __future__ import annotations

from analysis import catalog, tables


def codes() -> list[str]:
    """The provinces, and the cities of which any observation or measure is held, in code order."""
    seen = {*tables.read("observations")["region_code"], *tables.read("measures")["region_code"]}
    cities = [code for code, region in catalog.regions().items() if region.level == "city" and code in seen]
    return [region.code for region in catalog.provinces()] + cities
