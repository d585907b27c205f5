"""A decided form -> coded statements in ``data/raw/bulletins``, in the format that ``clean.bulletins`` reads; all or nothing."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from analysis import catalog, paths
from analysis.clean import bulletins, numbers, periods, places
from analysis.errors import DataError, Problem
from analysis.intake import dictionary, labels
from analysis.intake.bulletins import agreement
from analysis.intake.bulletins.decided import Form, as_text, read
from analysis.intake.bulletins.forms import in_english
from analysis.intake.sidecar import INTERNAL, PUBLIC

_NUMBERS = ("value", "value_low", "value_high")
_WHOSE = "say whose figure it is: its words or the title name a place (全县, a county) below the one that the document was read for"
_COMPARED = (*_NUMBERS, "quantifier")


@dataclass(frozen=True)
class Accepted:
    """What was kept: the source, its file, how many rows of each kind, what the dictionaries gained."""

    source_id: str
    path: Path
    statements: int
    measures: int
    rejected: int
    added: tuple[str, ...]
    shown: str = ""  # the command that shows the figures on a page

    def __str__(self) -> str:
        lines = [
            f"{self.statements} statements and {self.measures} measures accepted, {self.rejected} rejected",
            *self.added,
            f"kept as {paths.relative(self.path)}",
            *([f"next: {self.shown}"] if self.shown else []),
        ]
        return "\n".join(lines)


# ------------------------------------------------------------------------------------------------------------- checks


def _numbers(row: dict[str, str], at: str, problems: list[Problem]) -> None:
    """The coded numbers against the printed string; a difference is kept with its reason or refused."""
    try:
        coded = tuple(numbers.cell(row[name]) for name in _NUMBERS)
    except DataError as error:
        problems.extend(Problem(f"{at} value", p.found, p.expected, p.fix) for p in error.problems)
        return
    try:
        read = numbers.parse(row["as_printed"], row["unit"])
        same = (read.value, read.low, read.high, read.quantifier) == (*coded, row["quantifier"])
    except DataError:
        same = False
    row["coded_beyond"] = ""
    if not same:
        row["coded_beyond"] = row["why"] or ("read in its sentence" if row.get("_proposed") == "yes" else "")
        if not row["coded_beyond"]:
            problems.append(
                Problem(f"{at} why", f'"{row["as_printed"]}" coded as {row["value"] or row["value_low"]} {row["quantifier"]}', "a reason in the column why", "say why the coding differs from the printed string")
            )  # fmt: skip


def _checked(form: Form, proposed: dict[tuple[str, str], dict[str, str]]) -> list[dict[str, str]]:
    problems: list[Problem] = []
    kept = []
    where = paths.relative(form.path)
    for row in form.statements:
        if row["decision"] == "reject":
            continue
        at = f"{where} statements row {row['_row']}"
        needed = (
            "as_printed",
            "quantifier",
            "measure",
            "status",
            "period_basis",
            "region_code",
            "indicator_zh",
            "theme",
            "salience",
            "char_start",
            "char_end",
        )
        problems += [
            Problem(
                f"{at} {name}", "a blank", "a value", _WHOSE if name == "region_code" else "fill in the cell"
            )
            for name in needed
            if not row[name]
        ]
        if any(not row[name] for name in needed):
            continue
        if row["qualifier"].count("；") != row["qualifier_en"].count("; ") or not row["qualifier_en"]:
            row["qualifier_en"] = in_english(row["qualifier"])
        before = proposed.get((row["char_start"], row["char_end"]))
        unchanged = before is not None and all(_same(before[name], row[name]) for name in _COMPARED)
        row["_proposed"] = "yes" if unchanged else "no"
        _numbers(row, at, problems)
        for name in ("period_start", "period_end"):
            try:
                periods.parse(row[name])
            except DataError as error:
                problems.extend(Problem(f"{at} {name}", p.found, p.expected, p.fix) for p in error.problems)
        try:
            place = places.resolve(row["region_code"])
            outlived = places.outlived(place.code, row["period_end"])
            if outlived and row["status"] == "actual":
                problems.append(replace(outlived, where=f"{at} region_code"))
        except DataError as error:
            problems.extend(Problem(f"{at} region_code", p.found, p.expected, p.fix) for p in error.problems)
        kept.append(row)
    if problems:
        raise DataError(problems)
    if not kept:
        raise DataError(
            Problem(where, "no accepted statement", "at least one", "accept a row, or leave the bulletin out")
        )
    return kept


def _same(a: str, b: str) -> bool:
    try:
        return float(a) == float(b)
    except ValueError:
        return a == b


# ------------------------------------------------------------------------------------------------------------- writing


def _indicator(row: dict[str, str], access: str, to: dictionary.Additions) -> str:
    for indicator in catalog.indicators().values():
        if row["indicator_zh"] == indicator.key:
            return indicator.key
        if row["indicator_zh"] in (indicator.label_zh, *indicator.aliases):
            first, last = row["period_start"], row["period_end"]
            year = first[:4] == last[:4] and first[4:] == "-01-01" and last[4:] == "-12-31"
            return labels.of_year(indicator.key) if year else indicator.key
    kind = "rate" if row["unit"] in ("%", "‰", "pp") else "stock"
    key = dictionary.indicator(to, row["indicator_zh"], row["indicator_en"], row["unit"], kind, access)
    catalog.renew()
    return key


def _source(form: Form, access: str, to: dictionary.Additions) -> str:
    name = dictionary.short(form.about["title"] + form.about["published"])
    source_id = f"doc-{name}" if access == PUBLIC else f"internal-{name}"
    if source_id not in catalog.sources():
        row = {
            "source_id": source_id, "kind": "bulletin", "title_zh": form.about["title"], "title_en": form.about["title_en"] or form.about["title"],
            "producer_zh": form.about["issuer"] or "未写明", "producer_en": form.about["issuer"] or "not stated", "published": form.about["published"], "published_basis": "printed",
            "period_end": form.about["published"], "grade": form.about["grade"] or "C", "url": form.about["url"], "publications": "", "access": access,
        }  # fmt: skip
        to.add(
            "sources.csv",
            row,
            f"document {form.about['title']} as {source_id}, {access}, grade {row['grade']}",
        )
        catalog.renew()
    return source_id


def _coded(
    rows: list[dict[str, str]], name: str, access: str, to: dictionary.Additions
) -> Iterator[dict[str, str]]:
    for number, row in enumerate(sorted(rows, key=lambda r: int(r["char_start"])), start=1):
        region = catalog.regions()[places.resolve(row["region_code"]).code]
        above = [region]
        while above[-1].parent:
            above.append(catalog.regions()[above[-1].parent])
        named = {place.level: place.name_zh for place in above}
        kept = {column: row.get(column, "") for column in bulletins.FACT_COLUMNS}
        known = catalog.institution_of(row["institution"]) if row["institution"] else None
        yield kept | {
            "fact_id": f"{name}-{number:03d}", "doc_id": name, "seq": str(number), "region_code": region.code, "province": named.get("province", ""), "city": named.get("city", ""),
            "institution": row["institution"] if known else "", "indicator_key": _indicator(row, access, to), "damaged": row["damaged"] or "false",
            "repair_confidence": "medium" if row["damaged"] == "true" else "", "notes": row["why"], "coded_beyond": row["coded_beyond"],
        }  # fmt: skip


@contextmanager
def _written(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> Iterator[None]:
    """A table in its place; taken out again, as it was, when what follows fails."""
    before = path.read_bytes() if path.is_file() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(fresh, path)
    try:
        yield
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(before)
        raise


def proposals(form: Form, text: str) -> dict[tuple[str, str], dict[str, str]]:
    """What the reader proposed, by place in the text: an unchanged row keeps the reader's reading of its sentence."""
    from analysis.intake.bulletins import reader

    made = reader.rows(text, form.about["published"], form.about["region_code"]) if text else []
    return {
        (str(row.char_start), str(row.char_end)): {name: as_text(getattr(row, name)) for name in _COMPARED}
        for row in made
    }


def accept(path: Path, *, public: bool = False, text: str = "", second: Path | None = None) -> Accepted:
    """Keep the accepted rows of a form as ``data/raw/bulletins/<source_id>.csv`` and build the tables.

    ``second`` is another person's form of the same bulletin: what both coded is kept beside it, and the evidence page shows how far
    they agree. ``text`` is the document's own text: with it every accepted row must stand in it where the form says. Raises DataError for a row
    without a decision, a value that differs from the printed string without a reason, and for all that the build refuses;
    everything is as it was then.
    """
    from analysis.collection import build
    from analysis.collection.door import mode

    form, access = read(path), PUBLIC if public else INTERNAL
    twice = agreement.pairs(form, read(second)) if second else []
    if text:
        _in_text(form, text)
    rows = _checked(form, proposals(form, text))
    with mode(not public), dictionary.additions() as to:
        source_id = _source(form, access, to)
        name = source_id.rpartition("-")[2]
        coded = list(_coded(rows, name, access, to))
        target = paths.raw() / "bulletins" / f"{source_id}.csv"
        others = _measure_rows(form, name)
        tables: list[tuple[Path, tuple[str, ...], list[dict[str, str]]]] = [
            (target, (*bulletins.FACT_COLUMNS, "coded_beyond"), coded)
        ]
        if others:
            tables.append((target.with_name(f"measures-{source_id}.csv"), bulletins.MEASURE_COLUMNS, others))
        if twice:
            rows_twice = [{"doc_id": name, **asdict(pair)} for pair in twice]
            tables.append((target.with_name(f"second-{source_id}.csv"), bulletins.CODING_COLUMNS, rows_twice))
        with ExitStack() as written:
            for place, columns, table in tables:
                written.enter_context(_written(place, columns, table))
            build.build()
        to.keep()
        added = tuple(to.added)
    rejected = sum(row["decision"] == "reject" for row in (*form.statements, *form.measures))
    return Accepted(source_id, target, len(coded), len(others), rejected, added, _shows(coded, public))


def _shows(coded: list[dict[str, str]], public: bool) -> str:
    """The command for the page of the place that most of the statements are about (a county's stand on its city's page)."""
    if not coded:
        return ""
    code = Counter(row["region_code"] for row in coded).most_common(1)[0][0]
    region = catalog.regions()[code]
    region = catalog.regions()[region.parent] if region.level == "county" else region
    return f"yigai report --region {region.name_zh} --theme stated_values" + ("" if public else " --internal")


def _in_text(form: Form, text: str) -> None:
    problems = [
        Problem(
            f"{paths.relative(form.path)} statements row {row['_row']} char_start", f'"{text[int(row["char_start"]) : int(row["char_end"])][:30]}" at {row["char_start"]}-{row["char_end"]}',
            f'"{row["as_printed"]}" as the row says', "correct the place, or name the document that the form was made from",
        )
        for row in form.statements
        if row["decision"] != "reject" and row["char_start"].isdigit() and row["char_end"].isdigit()
        and text[int(row["char_start"]) : int(row["char_end"])].split() != row["as_printed"].split()
    ]  # fmt: skip
    if problems:
        raise DataError(problems)


def _measure_rows(form: Form, name: str) -> list[dict[str, str]]:
    where = paths.relative(form.path)
    problems: list[Problem] = []
    kept: list[dict[str, str]] = []
    for row in form.measures:
        if row["decision"] == "reject":
            continue
        at = f"{where} measures row {row['_row']}"
        needed = ("mechanism", "region_code", "paraphrase_zh", "paraphrase_en", "status", "theme")
        blank = [
            Problem(f"{at} {column}", "a blank", "a value", "fill in the cell, in your own words")
            for column in needed
            if not row[column]
        ]
        problems += blank
        if blank:
            continue
        region = places.resolve(row["region_code"])
        kept.append(
            {
                "measure_id": f"M-{name}-{len(kept) + 1:02d}", "doc_id": name, "region_name": region.name_zh, "region_code": region.code, "institution": "", "programme": "",
                "mechanism": row["mechanism"], "theme": row["theme"], "paraphrase_zh": row["paraphrase_zh"], "paraphrase_en": row["paraphrase_en"], "start_date": row["start_date"],
                "start_basis": "printed" if row["start_date"] else "not_printed", "status": row["status"], "linked_facts": "",
            }
        )  # fmt: skip
    if problems:
        raise DataError(problems)
    return kept
