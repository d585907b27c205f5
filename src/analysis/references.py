"""The two forms in which reference managers take a citation: BibTeX and RIS. What is cited and how stands with who cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


def _tex(value: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", value)


def bibtex(key: str, fields: Mapping[str, str]) -> str:
    """An entry of kind misc; empty fields are left out.

    >>> print(bibtex("a-1", {"title": "Beds", "year": ""}))
    @misc{a-1,
      title = "Beds",
    }
    """
    lines = [f'  {name} = "{_tex(value)}",' for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def ris(fields: Iterable[tuple[str, str]]) -> str:
    """A record of a data set; empty fields are left out. ``fields``: (tag, value) after the type."""
    kept = [("TY", "DATA"), *((tag, value) for tag, value in fields if value)]
    return "\n".join([*(f"{tag}  - {value}" for tag, value in kept), "ER  - "])
