"""A user's own rows of the dictionaries: publications, hospitals and indicators that the project does not list.

They lie in ``data/raw/user/dictionary`` with the columns of ``data/*.csv`` and one more, ``access``: rows marked internal exist
only where internal figures are asked for. Additions are tried on a copy and kept when everything else is well.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from analysis import catalog, paths, scratch
from analysis.intake.sidecar import INTERNAL, PUBLIC

FOLDER = "dictionary"


def short(text: str) -> str:
    """Eight characters that stand for a text in an identifier (Chinese names have no letters of their own)."""
    return blake2b(text.encode(), digest_size=4).hexdigest()


def _columns(file: str) -> list[str]:
    with (paths.data() / file).open(encoding="utf-8", newline="") as opened:
        return [*next(csv.reader(opened)), "access"]


@dataclass
class Additions:
    """Rows that are being added, in a copy of the user's dictionary that counts until the copy is dropped."""

    folder: Path
    added: list[str] = field(default_factory=list)

    def add(self, file: str, row: dict[str, str], said: str) -> None:
        """Append a row (cells that are not given stay empty) and let every look-up see it."""
        columns = _columns(file)
        path = self.folder / file
        fresh = not path.is_file()
        with path.open("a", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, columns, restval="", lineterminator="\n")
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        self.added.append(said)

    def keep(self) -> None:
        """Put the additions into the user's folder, no newer than the tables, which were built with them."""
        if not self.added:
            return
        target = paths.user() / FOLDER
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted(self.folder.glob("*.csv")):
            new = target / (path.name + ".new")
            shutil.copyfile(path, new)
            os.replace(new, target / path.name)
            # an internal file's names change nothing in the public tables either: no newer than both
            tables = (paths.processed(), paths.data() / "processed")
            records = [folder / "build.json" for folder in tables if (folder / "build.json").is_file()]
            if records:
                built = min(record.stat().st_mtime_ns for record in records)
                os.utime(target / path.name, ns=(built, built))


def _copied(path: Path, to: Path) -> None:
    """A copy with the columns of today: what is added below the rows of an older file stands under the same headings."""
    columns = _columns(path.name)
    with path.open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        same = list(reader.fieldnames or ()) == columns
        rows = [] if same else list(reader)
    if same or any(None in row or None in row.values() for row in rows):
        shutil.copyfile(path, to)  # a ragged file is refused where it is read
        return
    with to.open("w", encoding="utf-8", newline="") as made:
        writer = csv.DictWriter(made, columns, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@contextmanager
def additions() -> Iterator[Additions]:
    """A copy of the user's dictionary that every look-up uses inside the block; what is not kept is forgotten after it."""
    before = os.environ.get("YIGAI_DICTIONARY")
    with scratch.folder() as folder:
        held = Path(before) if before else paths.user() / FOLDER
        for path in sorted(held.glob("*.csv")):
            _copied(path, folder / path.name)
        os.environ["YIGAI_DICTIONARY"] = str(folder)
        catalog.renew()
        try:
            yield Additions(folder)
        finally:
            if before is None:
                del os.environ["YIGAI_DICTIONARY"]
            else:
                os.environ["YIGAI_DICTIONARY"] = before
            catalog.renew()


@dataclass(frozen=True)
class Publication:
    """What is known of a publication that is being registered."""

    title: str
    access: str = INTERNAL
    title_en: str = ""
    producer: str = ""
    published: str = ""
    url: str = ""
    grade: str = ""


def register(to: Additions, publication: Publication) -> catalog.Source:
    """Add a publication and return it as a source. An internal one has ``internal-`` in front of its id, so that a page that
    names it can be found anywhere."""
    prefix = "user" if publication.access == PUBLIC else "internal"
    source_id = f"{prefix}-{short(publication.title)}"
    row = {
        "source_id": source_id,
        "kind": "series",
        "title_zh": publication.title,
        "title_en": publication.title_en or publication.title,
        "producer_zh": publication.producer or ("未写明" if publication.access == PUBLIC else "内部资料"),
        "producer_en": publication.producer or ("not stated" if publication.access == PUBLIC else "internal"),
        "published": publication.published,
        "published_basis": "edition" if publication.published else "not_stated",
        "grade": publication.grade or "C",
        "url": publication.url,
        "publications": publication.title,
        "access": publication.access,
    }
    said = f"publication {publication.title} as {source_id}, {publication.access}, grade {row['grade']}"
    to.add("sources.csv", row, said)
    catalog.renew()
    return catalog.source(source_id)


def hospital(to: Additions, name: str, region_code: str, access: str) -> None:
    """Add a hospital under the name that the file prints."""
    key = f"own-{short(name + region_code)}"
    row = {
        "institution_id": key,
        "type": "hospital",
        "name_zh": name,
        "name_en": name,
        "region_code": region_code,
        "basis": "a user's file",
        "access": access,
    }
    to.add("institutions.csv", row, f"hospital {name} ({region_code}) as {key}")


# what a new indicator is of, by its unit and its name: what happens over a time, a rate of it, what stands there on a day
_MAY_FALL = ("增幅", "增长率", "增速", "变化率", "结余", "差额")  # what may stand below zero
_RATE_UNITS = ("%", "％", "‰", "pp", "1/10万", "天", "日", "小时", "分钟", "分", "倍")
_A_RATE = re.compile(r"率|比例?$|占比|比重|药占|耗占|均|指数|CMI|CMI值|强度|得分|满意度", re.I)
_FLOW_UNITS = ("人次", "台次", "例次", "例", "件", "份", "次", "场", "剂次", "床日")
_A_FLOW = re.compile(
    r"人次|手术|收入|支出|费用|诊疗|门诊|急诊|出院|入院|住院|分娩|检查|就诊|投入|补助|结算|招聘|引进|培训"
)
# people counted by what happened to them in a time (出院人数), not those who are there on a day (职工人数, 在院人数)
_AN_EVENT = re.compile(
    r"(?:出院|入院|住院|就诊|门诊|急诊|诊疗|分娩|手术|死亡|转诊|上转|下转|体检|筛查|培训|招聘|引进|离职)(?:患者|病人|人才)?总?人数"
)
_A_STOCK = re.compile(r"床位|人数|医师|医生|护士|职工|人员|资产|负债|设备|机构数|面积|科室数")


def kind_of(label: str, unit: str) -> str:
    """Kind of an indicator that a file brings along: index (may fall below zero), rate, flow or stock.

    >>> kind_of("门急诊人次", "人次"), kind_of("平均住院日", "天"), kind_of("开放床位数", "张"), kind_of("收支结余", "万元")
    ('flow', 'rate', 'stock', 'index')
    """
    if label.endswith(_MAY_FALL):
        return "index"
    if unit in _RATE_UNITS or _A_RATE.search(label):
        return "rate"
    happened = _A_FLOW.search(label) and not _A_STOCK.search(label)
    if unit in _FLOW_UNITS or _AN_EVENT.search(label) or happened:
        return "flow"
    return "stock"


def indicator(to: Additions, label: str, english: str, unit: str, kind: str, access: str) -> str:
    """Add an indicator under the label that the file prints; returns its key."""
    key = f"own_{short(label)}"
    row = {
        "indicator": key,
        "label_zh": label,
        "label_en": english or label,
        "unit": unit,
        "unit_en": unit,
        "print_unit": unit,
        "polarity": "none",
        "ranked": "false",
        "theme": "resources",
        "kind": kind,
        "access": access,
    }
    to.add("indicators.csv", row, f"indicator {label} ({unit}) as {key}")
    return key
