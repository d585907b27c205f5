"""CPU time of every method against an earlier state of the code, as ratios: ``python benchmarks/methods_before.py OTHER/src``.

OTHER is a checkout of an earlier commit (``git worktree add --detach OTHER COMMIT``). The same calls run in fresh processes, now and before in
turn, three times each; a ratio is the best time now over the best before. Calls that the earlier code does not know are left out. The goal is that
no method is slower: exit 1 where one takes over 1.25 times as long and a millisecond more (below that the checks of a table's door are all that is measured).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

SLOWER, LEAST = 1.25, 0.001
ROUNDS = 3


def calls() -> dict:
    """Name -> call, on tables of the size that the reports have: 31 places, ten years; 300 cities."""
    from analysis.methods import effects, efficiency, equity, indices, ranking, scoring, variation

    rng = np.random.default_rng(0)
    panel = pd.DataFrame([(u, t) for u in range(31) for t in range(2014, 2024)], columns=["unit", "time"])
    panel["first"] = panel["unit"].map(lambda u: 2018 if u < 6 else 2020 if u < 12 else 0)
    panel["treated"] = (panel["unit"] < 7).astype(int)
    panel["x"] = rng.normal(size=len(panel))
    panel["y"] = rng.normal(size=len(panel)) + panel["x"] + rng.normal(size=31)[panel["unit"]]
    panel["size"] = np.exp(rng.normal(size=len(panel)))
    one = panel[panel["time"] == 2014]
    keys = {"outcome": "y", "unit": "unit", "time": "time"}
    large = pd.DataFrame({"unit": np.repeat(np.arange(3000), 10), "time": np.tile(np.arange(10), 3000)})
    large["x"] = rng.normal(size=len(large))
    large["y"] = 0.5 * large["x"] + rng.normal(size=len(large))
    wide = panel.pivot(index="time", columns="unit", values="y")
    months = pd.DataFrame({"t": range(120), "n": rng.poisson(90, 120)})
    cities = pd.DataFrame(rng.uniform(1, 9, (300, 6)), columns=list("abcdef"))
    a, b, people = cities["a"], cities["b"], pd.Series(rng.integers(100, 900, 300))
    events = pd.Series(rng.integers(1, 90, 300))
    sectors = pd.DataFrame([(u, s) for u in range(31) for s in range(12)], columns=["unit", "sector"])
    sectors["before"], sectors["later"] = rng.integers(5, 90, 372), rng.integers(5, 90, 372)
    structure = {"p": ["a", "b", "c"], "q": ["d", "e", "f"]}
    inputs, outputs = cities[["a", "b"]].iloc[:100], cities[["c"]].iloc[:100]
    return {
        "rank": lambda: ranking.rank(a, better="higher"),
        "rank_intervals": lambda: ranking.rank_intervals(a, se=b / 5, better="higher", draws=500),
        "top_set": lambda: ranking.top_set(a.iloc[:31], se=b.iloc[:31], k=5, better="higher", draws=500),
        "stability_interval": lambda: ranking.stability_interval(a.iloc[:31], relative_error=0.1, better="higher"),
        "mobility": lambda: ranking.mobility(a, b),
        "transition_matrix": lambda: ranking.transition_matrix(a, b),
        "noise_needed": lambda: ranking.noise_needed(a, b),
        "regression_to_mean": lambda: ranking.regression_to_mean(a, b, reliability=0.7, reference=5.0),
        "rank_change": lambda: ranking.rank_change(panel, unit="unit", time="time", value="y", better="higher"),
        "gini": lambda: equity.gini(a, people),
        "lorenz": lambda: equity.lorenz(a, people),
        "theil": lambda: equity.theil(a, people),
        "concentration_index": lambda: equity.concentration_index(a, b, people),
        "hrad": lambda: equity.hrad(a, b),
        "entropy_weights": lambda: indices.entropy_weights(cities),
        "topsis": lambda: indices.topsis(cities, [1, 2, 3, 1, 2, 3]),
        "rank_sum_ratio": lambda: indices.rank_sum_ratio(cities),
        "composite": lambda: indices.composite(cities, structure),
        "weight_sensitivity": lambda: indices.weight_sensitivity(cities, draws=500),
        "xmr": lambda: variation.xmr(a),
        "xmr_signals": lambda: variation.xmr_signals(a),
        "wilson": lambda: variation.wilson(events, people),
        "funnel_limits": lambda: variation.funnel_limits(events, people),
        "decompose_share": lambda: variation.decompose_share(a, b),
        "credited": lambda: scoring.credited(a, cap=5),
        "next_point": lambda: scoring.next_point(a, cap=5),
        "score effects": lambda: scoring.effects(a, cap=5),
        "dea": lambda: efficiency.dea(inputs, outputs),
        "scale_efficiency": lambda: efficiency.scale_efficiency(inputs, outputs),
        "malmquist": lambda: efficiency.malmquist(panel.assign(y=np.exp(panel["y"])), inputs=["size"], outputs=["y"], unit="unit", time="time"),
        "panel": lambda: effects.panel(panel, regressors="x", **keys),
        "panel 3000 x 10": lambda: effects.panel(large, regressors="x", **keys),
        "did": lambda: effects.did(panel, treated="treated", start=2019, **keys),
        "event_study": lambda: effects.event_study(panel, first_treated="first", **keys),
        "pretrend_test": lambda: effects.pretrend_test(panel, first_treated="first", **keys),
        "staggered_did": lambda: effects.staggered_did(panel, first_treated="first", **keys),
        "lead_test": lambda: effects.lead_test(panel, regressors="x", **keys),
        "placebo_test": lambda: effects.placebo_test(panel, treated="treated", start=2020, **keys),
        "leave_one_out": lambda: effects.leave_one_out(lambda d: d["y"].mean(), panel, unit="unit"),
        "wild_cluster_bootstrap": lambda: effects.wild_cluster_bootstrap(panel, regressors="x", cluster="unit", draws=1999, **keys),
        "permutation_test": lambda: effects.permutation_test(panel, treated="treated", start=2019, draws=1999, **keys),
        "minimum_detectable_effect": lambda: effects.minimum_detectable_effect(one, outcome="y", unit="unit", treated="treated", draws=499),
        "convergence": lambda: effects.convergence(panel.assign(y=np.exp(panel["y"])), **keys),
        "shift_share": lambda: effects.shift_share(sectors, unit="unit", sector="sector", before="before", after="later"),
        "interrupted_time_series": lambda: effects.interrupted_time_series(months, outcome="n", time="t", start=60),
        "synthetic_control": lambda: effects.synthetic_control(wide, treated=1, start=2020),
    }  # fmt: skip


def measured() -> dict[str, float | str]:
    """The best CPU time of each call in this process, over a tenth of a second or three runs; why a call failed."""
    found: dict[str, float | str] = {}
    for name, call in calls().items():
        try:
            call()
            times, spent = [], 0.0
            while len(times) < 3 or (spent < 0.1 and len(times) < 200):
                begin = time.process_time()
                call()
                times.append(time.process_time() - begin)
                spent += times[-1]
            found[name] = min(times)
        except Exception as error:  # the earlier code may know other arguments
            found[name] = f"{type(error).__name__}: {error}"[:120]
    return found


def run(src: Path) -> dict[str, float | str]:
    own = {"PYTHONPATH": str(src), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, __file__, "--child"],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def main(other: Path) -> int:
    now, before = Path(__file__).resolve().parents[1] / "src", other.resolve()
    rounds = [(run(now), run(before)) for _ in range(ROUNDS)]
    ratios, skipped, slower = {}, {}, []
    for name in rounds[0][0]:
        pairs = [(one[name], two[name]) for one, two in rounds]
        wrong = [value for pair in pairs for value in pair if isinstance(value, str)]
        if wrong:
            skipped[name] = wrong[0]
            continue
        best = [min(pair[side] for pair in pairs) for side in (0, 1)]
        ratios[name] = [round(best[0] / best[1], 2), round(best[0] * 1000, 2), round(best[1] * 1000, 2)]
        slower += [name] if best[0] > SLOWER * best[1] and best[0] - best[1] > LEAST else []
    report = {"benchmark": "methods_before", "ratio, ms now, ms before": ratios, "skipped": skipped}
    print(json.dumps({**report, "slower": slower}, indent=1))
    return 1 if slower else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--child"]:
        print(json.dumps(measured()))
    else:
        sys.exit(main(Path(sys.argv[1])))
