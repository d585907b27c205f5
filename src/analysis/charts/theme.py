"""The look as settings of matplotlib, for plots that are drawn in JupyterLab with other libraries (seaborn).

    import seaborn
    from analysis.charts.theme import theme
    seaborn.set_theme(**theme())

Pages never use it: their charts are drawn by the functions of this package, in two widths and with text that a reader can select.
"""

from __future__ import annotations

from typing import Any

from analysis.charts.style import BIG, COLOURS, LABEL, SMALL, WIDE, font_files

# groups side by side, told apart also without colour: azurite, ochre, grey, and the paler steps of the first two
PALETTE = tuple(COLOURS[role] for role in ("az", "oc", "mk", "s2", "peer", "hair"))


def theme() -> dict[str, Any]:
    """Arguments of ``seaborn.set_theme``: style, palette and ``rc`` with the pinned CJK font, sizes and colours of the pages.

    The font is registered with matplotlib. Raises MethodError where its files are not installed.

    >>> sorted(theme()), theme()["palette"][0]
    (['palette', 'rc', 'style'], '#1A62A6')
    """
    from matplotlib import font_manager

    for path in font_files():
        font_manager.fontManager.addfont(str(path))
    family = font_manager.FontProperties(fname=str(font_files()[0])).get_name()
    return {
        "style": "ticks",
        "palette": list(PALETTE),
        "rc": {
            "font.family": family,
            "font.size": LABEL,
            "axes.titlesize": BIG,
            "axes.labelsize": LABEL,
            "xtick.labelsize": SMALL,
            "ytick.labelsize": SMALL,
            "legend.fontsize": SMALL,
            "axes.unicode_minus": False,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": COLOURS["mk"],
            "axes.labelcolor": COLOURS["ink2"],
            "axes.titleweight": "bold",
            "text.color": COLOURS["ink"],
            "xtick.color": COLOURS["ink2"],
            "ytick.color": COLOURS["ink2"],
            "figure.facecolor": COLOURS["paper"],
            "axes.facecolor": COLOURS["paper"],
            "figure.figsize": (WIDE / 72, WIDE / 72 * 0.62),
        },
    }
