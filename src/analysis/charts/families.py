"""The public functions of the charts, from the modules that hold one family each; what is drawn comes with pandas, and only then."""

from analysis.charts.assessed import assessed_ranks
from analysis.charts.drawing import Drawing, drawn
from analysis.charts.effects import coefficients, event_study
from analysis.charts.ledgers import bars, ladder, ledger, tracker
from analysis.charts.maps import CLASSES, tile_map
from analysis.charts.plane import curve, lorenz, scatter
from analysis.charts.ranks import rank_over_time
from analysis.charts.relations import matrix, pairs, timeline
from analysis.charts.rows import intervals, shift_share
from analysis.charts.series import lines, trends
from analysis.charts.strips import city_dots, spine

__all__ = [
    "CLASSES", "Drawing", "assessed_ranks", "bars", "city_dots", "coefficients", "curve", "drawn", "event_study", "intervals", "ladder", "ledger", "lines", "lorenz", "matrix", "pairs",
    "rank_over_time", "scatter", "shift_share", "spine", "tile_map", "timeline", "tracker", "trends",
]  # fmt: skip
