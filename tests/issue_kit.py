"""What tests of dated issues share: a stand-in for the runner that publishes small pages through the real output folder."""

from __future__ import annotations

import json

from analysis.report.publish import batch, outputs


class Maker:
    """Stands for the runner: writes one page an issue for each name, through the real output folder, and notes what it was asked."""

    def __init__(self):
        self.calls: list[tuple[str, str]] = []
        self.failing: set[str] = set()
        self.stops: BaseException | None = None
        self.names = ["140000/a.html", "140000/b.html"]

    def __call__(self, options: batch.Options) -> batch.Summary:
        month = options.as_of[:7]
        self.calls.append((month, options.as_of))
        if self.stops:
            raise self.stops
        output, summary = outputs.Output(options.out), batch.Summary(index=options.out / "index.html")
        with output.lock():
            output.recover()
            output.load()
            for name in self.names:
                if name in self.failing:
                    summary.failed[name] = "no luck"
                    continue
                said = options.notice.get("zh", "")
                output.publish(
                    {name: f"<main>{said}{name} as of {options.as_of}".encode(), "same.css": b"{}"}
                )
                summary.made.append(name)
            if summary.made:
                rows = [
                    {"region_code": "140000", "theme": n[7], "lang": "zh", "status": "ok"} for n in self.names
                ]
                about = {"made_at": "2026-11-02T05:30", "pages": rows}
                output.publish({"manifest.json": json.dumps(about).encode(), "index.html": b"<main>"})
        return summary
