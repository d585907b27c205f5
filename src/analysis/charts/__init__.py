"""Charts: one function per kind of figure, each returning a lazy :class:`Drawing` (inline SVG in two widths, standalone PNG).

Tables come in tidy, with labels already in the page's language. Forms, colours and sizes are the look's and live in ``style``;
``canvas`` holds the display list and its two renderers; the other modules hold one family of charts each.
"""

from analysis.charts.canvas import Drawing
from analysis.charts.effects import coefficients, curve, event_study, lorenz, scatter
from analysis.charts.ledger import bars, ladder, ledger, tracker
from analysis.charts.maps import tile_map
from analysis.charts.relations import assessed_ranks, matrix, pairs, timeline
from analysis.charts.series import lines, rank_over_time, trends
from analysis.charts.strips import city_dots, intervals, shift_share, spine

__all__ = [
    "Drawing", "assessed_ranks", "bars", "city_dots", "coefficients", "curve", "event_study", "intervals", "ladder", "ledger", "lines", "lorenz", "matrix", "pairs",
    "rank_over_time", "scatter", "shift_share", "spine", "tile_map", "timeline", "tracker", "trends",
]  # fmt: skip
