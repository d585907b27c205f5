"""Charts: one function per kind of figure, each returning a lazy :class:`Drawing` (inline SVG in two widths, standalone PNG).

Tables come in tidy, with labels already in the page's language. Forms, colours and sizes are the look's and live in ``style``;
``canvas`` is the display list, ``svg`` and ``png`` its two renderers; the other modules hold one family of charts each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.charts.families import *  # noqa: F403


def __getattr__(name: str) -> Any:
    """A chart, when it is first asked for: who needs a colour or a font of ``style`` alone does not import pandas."""
    if name != "families":  # its own import asks for it before it is there
        import analysis.charts.families as families

        if name in families.__all__:
            globals()[name] = found = getattr(families, name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    import analysis.charts.families as families

    return sorted(families.__all__)
