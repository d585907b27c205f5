"""The contract of each processed table: its columns, key and vocabularies; check, write, read, and the record of what was read.

Text columns hold "" where the source states nothing; numbers hold null. A table is one parquet file in ``data/processed``,
sorted by its key, without a pandas index, so the same rows give the same bytes. Every row names its source (``source_id``),
its place in it (``locator``) and the source's grade: a row that cannot cite its source is refused.

Longer than 400 lines because the contracts of all tables stand in one list, beside the one check and the one reader that apply them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, editions, known, paths, stored
from analysis.errors import DataError, MethodError, Problem
from analysis.facts import GRADES, PERIOD_BASES
from analysis.known import AS_OF, as_of
from analysis.told import Read

if os.environ.get("YIGAI_RENDER") == "page":
    # in a process that makes pages, text is held as Python's own: a page cuts and groups few rows many times, and each call into
    # Arrow costs more than its work (a fifth of a page's time); values and their order are the same
    pd.options.mode.string_storage = "python"

TEXT, FLOAT, YEAR, INT, BOOL = "str", "float64", "Int16", "Int32", "bool"
ISO_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
QUANTIFIERS = (
    "exact",
    "at_least",
    "more_than",
    "at_most",
    "just_under",
    "about",
    "range",
    "ratio",
    "unquantified",
)
# what decides whether a unit of a target counts: a register that someone keeps, a list of ranks, a judgement of level, a definition
# left open; context: no result to reach
DECIDES = ("register", "list", "level", "definition", "context")
# categories of the assessment in the order in which pages show them, and the lists that a number of hospitals counts; empty: not printed
ASSESSED_CATEGORIES = (
    "general",
    "tcm_general",
    "tcm_integrated",
    "obstetrics",
    "oncology",
    "psychiatric",
    "other_surgical",
)
ASSESSED_LISTS = ("all_tertiary", "all_western", "general_ranked", "general", "tcm_ranked", "tcm_general_ranked", "psychiatric_ranked")  # fmt: skip
# of a centre's project: named for tutoring and not yet approved, on the warning list, approved, or at work without a printed stage
CENTRE_STAGES = ("tutoring", "warned", "approved", "reported")
DERIVED_STYLES = ("count", "number", "percent", "pp", "money", "ratio", "rate", "days")  # of facts.STYLES
STATUSES = ("actual", "target", "commitment")
LIST_STATUSES = ("名次", "获提名", "档次")  # ranked, nominated without a rank, in a band
MEASURES = (
    "level", "flow", "count_cumulative", "share", "rate", "ratio", "rank", "percentile", "grade", "multiple", "standard", "target", "direction", "change_pct", "change_pp",
)  # fmt: skip
FLAGS = {
    "jump": "changes by 12 % or more on the year before (hospitals of a city by 20 % and five hospitals): a recount rather than a year's growth is likely",
    "equals_previous": "repeats the year before and is suspected to be carried forward",
    "break": "first year of a changed definition: not comparable with the year before",
    "conflict": "another source prints a value that rounding cannot explain",
    "doubtful": "stands so in the publication or its carrier and is probably wrong: shown, never ranked",
    "not_ranked": "an isolated value that is shown and named but never ranked",
    "preliminary": "first release; the final figure may differ",
    "rounded": "printed in round hundreds",
    "underreported": "the publisher's quick report; some provinces reported incompletely",
    "likely_column": "the column's name was restored by matching: very likely, not certain",
    "carried_alone": "read through a single carrier",
    "two_readings": "the printed words have two readings; both are in the note",
}


@dataclass(frozen=True)
class Column:
    """A column's type and what may stand in it. ``required``: neither empty nor null. ``pattern``/``allowed`` judge filled cells."""

    dtype: str = TEXT
    required: bool = False
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class TableSpec:
    """What one row is, the columns in their order, and the columns whose values together occur once."""

    row: str
    columns: dict[str, Column]
    key: tuple[str, ...]


def _texts(names: str) -> dict[str, Column]:
    return {name: Column() for name in names.split()}


ID = Column(required=True)
REGION = Column(pattern=r"\d{6}")
DATE = Column(pattern=ISO_DATE)
FULL_DATE = Column(pattern=r"\d{4}-\d{2}-\d{2}")
CITE = {"source_id": ID, "locator": ID, "source_grade": Column(required=True, allowed=GRADES)}
BOUNDS = {"value_low": Column(FLOAT), "value_high": Column(FLOAT), "value": Column(FLOAT)}
QUANTIFIER = Column(required=True, allowed=QUANTIFIERS)

SPECS: dict[str, TableSpec] = {
    "observations": TableSpec(
        "a value of an indicator for a place or an institution and a period, as one source printed it",
        {
            "observation_id": ID, "region_code": Column(required=True, pattern=r"\d{6}"), "institution_id": Column(), "indicator": ID,
            "year": Column(YEAR, low=1949, high=2100), "period_start": FULL_DATE, "period_end": FULL_DATE,
            "period_basis": Column(required=True, allowed=PERIOD_BASES), "value": Column(FLOAT), "value_low": Column(FLOAT), "value_high": Column(FLOAT),
            "print_step": Column(FLOAT, low=0), "unit": Column(), "quantifier": QUANTIFIER, "as_printed": ID, "qualifier": Column(), "qualifier_en": Column(), "measure": Column(required=True, allowed=MEASURES),
            "status": Column(required=True, allowed=STATUSES), "direction": Column(allowed=("up", "down")), "baseline_start": FULL_DATE, "baseline_end": FULL_DATE,
            "damaged": Column(BOOL), "repaired_reading": Column(), "repair_confidence": Column(allowed=("high", "medium", "low")),
            "theme": Column(), "salience": Column(required=True, allowed=("core", "minor", "metadata")), "programme": Column(), "institution": Column(),
            "flags": Column(pattern="(" + "|".join(FLAGS) + ")(;(" + "|".join(FLAGS) + "))*"), "note": Column(), "edition": DATE,
            "revises": Column(), "superseded_on": DATE, **CITE,
        },
        ("observation_id",),
    ),
    "targets": TableSpec(
        "a target of a plan or a hospital, with what would have to be counted to judge it",
        {
            "target_id": ID, "observation_id": ID, "region_code": REGION, **_texts("programme level target_zh as_printed"), **BOUNDS, "unit": Column(),
            "quantifier": QUANTIFIER, "due_date": FULL_DATE, **_texts("due_basis measurable_definition evidence_in_seeds evidence_observation_ids evidence_grade outside_data_needed"),
            "decides": Column(required=True, allowed=DECIDES), "needed": Column(), "needed_en": Column(), **CITE,
        },
        ("target_id",),
    ),
    "measures": TableSpec(
        "a reform measure described without a number, in the project's own words",
        {
            "measure_id": ID, "region_code": Column(required=True, pattern=r"\d{6}"), "institution_id": Column(), "institution": Column(), "programme": Column(),
            "mechanism": ID, "theme": ID, "paraphrase_zh": ID, "paraphrase_en": ID, "start_date": DATE, "start_basis": Column(),
            "status": Column(required=True, allowed=("in_force", "planned", "proposal")), "linked_observation_ids": Column(), "output_id": Column(), "host_id": Column(), **CITE,
        },
        ("measure_id",),
    ),
    "assessments": TableSpec(
        "a rank, percentile or grade band of a hospital in the national performance assessment, as published",
        {
            "assessment_id": ID, "institution_id": ID, "hospital": ID, "region_code": REGION, "province_code": Column(required=True, pattern=r"\d{6}"), "category": Column(allowed=ASSESSED_CATEGORIES),
            "assessment_year": Column(YEAR, required=True, low=2018, high=2100), "rank": Column(INT, low=1), "n_compared": Column(INT, low=1), "n_basis": Column(allowed=ASSESSED_LISTS),
            "grade": Column(), "percentile_top": Column(FLOAT, low=0, high=100), "score": Column(FLOAT, low=0, high=1000), "value_kind": ID, "how": Column(required=True, allowed=("stated", "derived")), "exact": Column(BOOL),
            "observation_id": ID, "conflict": Column(BOOL), "note": Column(), **CITE,
        },
        ("assessment_id",),
    ),
    "assessment_framework": TableSpec(
        "an indicator of the assessment's handbook, with numerator and denominator where they are known",
        {
            "no": Column(YEAR, required=True, low=1), "no_printed": ID, "indicator": ID, "dimension": ID, "second_level": Column(), "data_source": Column(), "direction_text": Column(),
            "direction": Column(), "national_monitoring": Column(BOOL), "unit": Column(), "edition": Column(), "numerator": Column(), "denominator": Column(),
            "formula_source_id": Column(), "confidence": Column(), **CITE,
        },
        ("no",),
    ),
    "assessment_bands": TableSpec(
        "the percentile cut-offs of a grade in a category",
        {"category": ID, "grade": ID, "pct_from": Column(FLOAT, low=0, high=100), "pct_to": Column(FLOAT, low=0, high=100), "years": Column(), "confidence": Column(), **CITE},
        ("category", "grade"),
    ),
    "assessment_rules": TableSpec(
        "a rule of the assessment or an edition of its handbook, in the project's own words",
        {"rule_no": Column(YEAR, required=True), "topic": ID, "fact": ID, "years": Column(), "confidence": Column(), **CITE},
        ("rule_no",),
    ),
    "policies": TableSpec(
        "the start of a national policy in a place or an institution; region_code is empty for an unnamed list of cities",
        {
            "policy": ID, "unit": Column(required=True, allowed=("country", "province", "city", "hospital")), "name": ID, "region_code": REGION, "date": Column(required=True, pattern=ISO_DATE),
            "date_start": FULL_DATE, "date_end": FULL_DATE, "precision": ID, "batch": Column(), "confidence": Column(), "note": Column(), **CITE,
        },
        ("policy", "name", "date"),
    ),
    "centres": TableSpec(
        "a project of a national regional medical centre (the list is partial)",
        {
            "centre_no": Column(YEAR, required=True), "batch": Column(), "batch_numbers": Column(pattern=r"\d(;\d)*"), "date": Column(), "day": DATE, "province_code": Column(required=True, pattern=r"\d{6}"), "region_code": REGION,
            "project_hospital": Column(), "project_id": Column(), "output_hospital": Column(), "output_id": Column(), "host_hospital": Column(), "host_id": Column(),
            "specialty": Column(pattern=r"[a-z_]+"), "stage": Column(required=True, allowed=CENTRE_STAGES), "status": Column(), "confidence": Column(), "note": Column(), **CITE,
        },
        ("centre_no",),
    ),
    "centre_batches": TableSpec(
        "a batch of projects of national regional medical centres: its number, its date, the observation that counts it, and the two totals whose difference the count is",
        {"batch": Column(YEAR, required=True, low=1), "date": Column(required=True, pattern=ISO_DATE), "observation_id": ID, "before_id": Column(), "after_id": Column(), **CITE},
        ("batch",),
    ),
    "hospital_lists": TableSpec(
        "a hospital's place, band or nomination in a published list of hospitals, as listed",
        {
            "list_row": ID, "list": ID, "scope": Column(), "edition_year": Column(YEAR, required=True, low=2000, high=2100), "specialty": Column(), "specialty_as_printed": Column(),
            "status": Column(required=True, allowed=LIST_STATUSES), "rank": Column(INT, low=1), "band": Column(), "hospital": ID, "hospital_as_printed": ID,
            "province_code": Column(required=True, pattern=r"\d{6}"), "region_code": REGION, "n_listed": Column(INT, low=1), "note": Column(), **CITE,
        },
        ("list_row",),
    ),
    "hospital_list_counts": TableSpec(
        "how many places or nominations the hospitals of a province have in a list of specialties, counted from the list",
        {
            "list": ID, "scope": Column(), "edition_year": Column(YEAR, required=True, low=2000, high=2100), "province_code": Column(required=True, pattern=r"\d{6}"),
            "basis": Column(required=True, allowed=("all", "fixed25")), "status": Column(required=True, allowed=LIST_STATUSES), "count": Column(INT, required=True, low=0),
            "n_specialties": Column(INT, required=True, low=1), "note": Column(), **CITE,
        },
        ("list", "scope", "edition_year", "province_code", "basis", "status"),
    ),
    "anomalies": TableSpec(
        "a damage, ambiguity or layout fault of a document, with its repair and how sure that is",
        {"anomaly_no": Column(YEAR, required=True), "char_start": Column(INT, required=True), "as_printed": ID, "type": ID, "repaired": Column(), "confidence": Column(),
         "affects_number": Column(BOOL), "note": Column(), **CITE},
        ("anomaly_no",),
    ),
    "codings": TableSpec(
        "one column of one statement as two people coded it, each without the other's form",
        {"coding_id": ID, "char_start": Column(INT, required=True), "as_printed": ID, "coded": ID, "first_code": Column(), "second_code": Column(), **CITE},
        ("coding_id",),
    ),
    "derived_checks": TableSpec(
        "a number that can be computed from printed ones and is printed nowhere",
        {"derived_id": ID, "expression": ID, "observation_ids": ID, "result": Column(FLOAT, required=True), "unit": Column(), "printed_in_seed": Column(BOOL),
         "label": ID, "label_en": ID, "formula": ID, "formula_en": ID, "compute": ID, "assumed": Column(pattern=r"[\d.]+(;[\d.]+)*"), "style": Column(required=True, allowed=DERIVED_STYLES),
         "print_unit": Column(), "scale": Column(FLOAT, required=True), "decimals": Column(INT, low=0, high=6), "quantifier": QUANTIFIER, "caveat": ID, "caveat_en": ID, **CITE},
        ("derived_id",),
    ),
}  # fmt: skip

HASH = "row_hash"
CUT = "as_of"  # in the record of a reading: the day by which it was cut


def spec(name: str) -> TableSpec:
    """The contract of a table. Raises MethodError naming the tables that exist."""
    if name not in SPECS:
        raise MethodError(
            Problem("tables", f'"{name}"', "one of " + ", ".join(SPECS), "use one of these names")
        )
    return SPECS[name]


# ---------------------------------------------------------------------------------------------------------------- check


def conform(name: str, rows: list[dict] | pd.DataFrame) -> pd.DataFrame:
    """The rows as a frame with the table's columns, types and order; a missing column or a cell of the wrong type is left for ``check``."""
    columns = spec(name).columns
    frame = pd.DataFrame(rows, columns=None if len(rows) else list(columns))
    for column, rule in columns.items():
        if column not in frame:
            continue
        if rule.dtype == TEXT:
            frame[column] = frame[column].fillna("").astype("str")
        elif rule.dtype == BOOL:
            frame[column] = frame[column].astype("bool")
        else:
            frame[column] = pd.to_numeric(frame[column].replace("", None)).astype(rule.dtype)
    return frame[[c for c in columns if c in frame] + [c for c in frame if c not in columns]]


def _of_form(column: pd.Series, pattern: str) -> pd.Series:
    """Which cells are blank or of a form, each distinct text matched once: a large table says the same codes and days again and again."""
    codes, texts = pd.factorize(column, use_na_sentinel=False)
    distinct = pd.Series(texts, dtype=column.dtype)
    held = ((distinct == "") | distinct.str.fullmatch(pattern)).to_numpy(dtype=bool)
    return pd.Series(held[codes], index=column.index)


def _once_each(frame: pd.DataFrame, key: list[str]) -> bool:
    """Whether no two rows share a key; of one column the distinct cells are counted, in half the time of telling which are alike."""
    return len(frame[key[0]].unique()) == len(frame) if len(key) == 1 else not frame.duplicated(key).any()


def _schema(name: str) -> Any:
    import pandera.pandas as pa

    def rules(column: Column) -> list:
        found = []
        if column.required and column.dtype == TEXT:
            found.append(pa.Check(lambda s: s != "", error="filled"))
        if column.allowed:
            allowed = {*column.allowed} if column.required else {*column.allowed, ""}
            found.append(
                pa.Check(lambda s, a=allowed: s.isin(a), error="one of " + ", ".join(column.allowed))
            )
        if column.pattern:
            found.append(
                pa.Check(
                    lambda s, p=column.pattern: _of_form(s, p),
                    error=f"of the form {column.pattern}",
                )
            )
        if column.low is not None:
            found.append(pa.Check.ge(column.low, error=f"at least {column.low:g}"))
        if column.high is not None:
            found.append(pa.Check.le(column.high, error=f"at most {column.high:g}"))
        return found

    columns = {
        label: pa.Column(
            column.dtype, rules(column), nullable=column.dtype in (FLOAT, YEAR, INT) and not column.required
        )
        for label, column in SPECS[name].columns.items()
    }
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _label(name: str, frame: pd.DataFrame, index: object) -> str:
    key = [c for c in spec(name).key if c in frame]
    if index is None or not key or index not in frame.index:
        return ""
    return " ".join(str(frame.loc[index, c]) for c in key)


def check(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame itself when it keeps the table's contract. Raises DataError listing every broken cell and every repeated key."""
    import pandera.errors

    problems = []
    key = list(spec(name).key)
    try:
        _schema(name).validate(frame.reset_index(drop=True), lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
        for case in cases.itertuples():
            index = None if pd.isna(case.index) else int(case.index)
            column = (
                case.failure_case
                if case.check in ("column_in_dataframe", "column_in_schema")
                else case.column
            )
            row = _label(name, frame.reset_index(drop=True), index)
            fix = (
                "correct the raw cell this row was made from"
                if row
                else "make the columns of the frame those of tables.SPECS"
            )
            problems.append(
                Problem(
                    f"table {name}, column {column}{', row ' + row if row else ''}",
                    f'"{case.failure_case}"',
                    str(case.check),
                    fix,
                )
            )
    if all(c in frame for c in key) and not _once_each(frame, key):
        repeated = frame[frame.duplicated(key, keep=False)]
        for values, group in repeated.groupby(key, sort=True):
            problems.append(
                Problem(
                    f"table {name}, key {' '.join(map(str, values))}",
                    f"{len(group)} rows",
                    "one row",
                    "remove the repeated raw row or make its key differ",
                )
            )
    if problems:
        raise DataError(problems)
    return frame


# ---------------------------------------------------------------------------------------------------------------- write


PART = 100_000
_MIX = np.uint64(0x9E3779B97F4A7C15)  # an odd constant: multiplying by it loses nothing


def _hashes(column: pd.Series) -> np.ndarray:
    """A 64-bit hash of each cell: of its bytes for text (each distinct text once), of its number else; a missing number is one."""
    if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
        parts = []
        for start in range(
            0, len(column), PART
        ):  # a million texts as objects would take more room than the table
            codes, texts = pd.factorize(column.iloc[start : start + PART])
            distinct = pd.util.hash_array(np.asarray(texts, dtype=object), categorize=False)
            parts.append(np.append(distinct, np.uint64(0))[codes])
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)
    numbers = column.astype("float64").to_numpy(na_value=np.nan) + 0.0  # no negative zero
    hashed = np.where(np.isnan(numbers), np.float64(np.nan), numbers).view(np.uint64)
    hashed = (hashed ^ (hashed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashed = (hashed ^ (hashed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashed ^ (hashed >> np.uint64(31))


def row_hashes(frame: pd.DataFrame) -> np.ndarray:
    """A 64-bit hash of each row, as uint64: the cells' hashes mixed in the order of the columns."""
    mixed = np.zeros(len(frame), dtype=np.uint64)
    for column in frame:
        mixed = (mixed ^ _hashes(frame[column])) * _MIX
        mixed ^= mixed >> np.uint64(29)
    return mixed


def content_hash(columns: list[str], hashes: np.ndarray) -> str:
    """A selection's content: the sorted row hashes and the names of the columns."""
    digest = blake2b(",".join(columns).encode(), digest_size=16)
    digest.update(np.sort(hashes).astype(">u8").tobytes())
    return digest.hexdigest()


def _order(frame: pd.DataFrame, key: list[str]) -> np.ndarray:
    """The places of the rows in the order of their key; Arrow sorts text by its bytes, which is the order of its characters."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(key) > 1 or frame[key[0]].dtype != TEXT:
        return frame[key].reset_index(drop=True).sort_values(key, kind="stable").index.to_numpy()
    return pc.sort_indices(pa.array(frame[key[0]])).to_numpy()


def write(name: str, frame: pd.DataFrame, folder: Path | None = None, *, checked: bool = False) -> dict:
    """Check, sort by the key and write ``<folder>/<name>.parquet``; returns {rows, sha, file}. Raises DataError as ``check`` does.

    ``checked``: the frame has passed ``check`` since it was last changed; it is not put to it a second time.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame = (frame if checked else check(name, frame)).copy(deep=False)
    order = _order(frame, list(spec(name).key))
    hashes = row_hashes(frame)[order]
    rows, taken = len(frame), pa.array(order)
    types = {TEXT: pa.string(), FLOAT: pa.float64(), YEAR: pa.int16(), INT: pa.int32(), BOOL: pa.bool_()}
    columns = spec(name).columns
    # column by column, each let go once it is in its order: two copies of a large table would not fit
    arrays = [
        pa.array(frame.pop(c), from_pandas=True).take(taken).cast(types[rule.dtype])
        for c, rule in columns.items()
    ]
    arrays.append(pa.array(hashes))
    folder = folder or paths.processed()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    pq.write_table(pa.Table.from_arrays(arrays, names=[*columns, HASH]), path, compression="zstd")
    return {"rows": rows, "sha": content_hash(list(columns), hashes), "file": paths.file_hash(path)}


def write_manifest(
    tables: dict[str, dict], raw: dict[str, str], checks: list[dict], folder: Path | None = None
) -> None:
    """Write ``build.json``: table -> rows and content hash, raw file -> hash, and the check sentences of the build."""
    text = json.dumps(
        {"tables": tables, "raw": raw, "checks": checks}, ensure_ascii=False, indent=1, sort_keys=True
    )
    ((folder or paths.processed()) / "build.json").write_text(text + "\n", encoding="utf-8")


def manifest() -> dict:
    """What ``build.json`` says. Raises DataError when the tables have not been built."""
    return json.loads(_existing("build.json").read_text(encoding="utf-8"))


# ----------------------------------------------------------------------------------------------------------------- read

_reads: dict[str, Read] = {}
_revised: dict[str, pd.DataFrame] = {}  # of the readings that returned any: their rows of a later edition
# columns whose values are a dictionary's keys, and columns with a small set of values of their own
REGIONS = ("region_code", "province_code")
DICTIONARIES = {
    "region_code": catalog.region,
    "province_code": catalog.region,
    "indicator": catalog.indicator,
    "source_id": catalog.source,
    "institution_id": catalog.institution,
}
# columns by whose values rows are looked up where that leaves few of them
LOOKED_UP = {"observations": ("region_code", "indicator", "source_id")}
YEARS, CALENDAR = ("year", "assessment_year"), range(1900, 2101)
CLOSED = (
    "status",
    "quantifier",
    "measure",
    "salience",
    "period_basis",
    "source_grade",
    "theme",
    "mechanism",
    "policy",
    "category",
)


def _existing(file: str) -> Path:
    path = paths.processed() / file
    if not path.is_file():
        raise DataError(
            Problem(paths.relative(path), "no such file", "a table built from data/raw", "run `make data`")
        )
    return path


@lru_cache(maxsize=32)
def _load(path: str, _stamp: tuple[int, int]) -> stored.Stored:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # without a thread: a process that reports are forked from must have none, and Arrow starts some to read a file
    content = pa.BufferReader(Path(path).read_bytes())
    texts = [field.name for field in pq.read_schema(content) if pa.types.is_string(field.type)]
    content.seek(0)
    made: dict[str, Any] = {}
    with pq.ParquetFile(content, pre_buffer=False, read_dictionary=texts) as file:
        for name in file.schema_arrow.names:
            part = file.read([name], use_threads=False)
            if name in texts:
                made[name] = stored.Texts(part.column(0))
            else:
                column = part.to_pandas(use_threads=False, types_mapper=_numbers(pa)).iloc[:, 0]
                made[name] = column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array
    return stored.Stored(made)


def _numbers(pa: Any) -> Any:
    return {pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype()}.get


def _stored(name: str) -> stored.Stored:
    spec(name)
    path, *stamp = state(name)
    return _load(path, (stamp[0], stamp[1]))


def _whole(name: str) -> pd.DataFrame:
    return _stored(name).frame()


def load_all() -> None:
    """Read every table that has been built, so that processes forked from this one need not; nothing counts as read."""
    for name in SPECS:
        if (paths.processed() / f"{name}.parquet").is_file():
            held = _stored(name)
            if name == "observations":  # every page looks up the rows behind its numbers
                held.find("observation_id", ())
                for column in LOOKED_UP[name]:
                    _where(state(name), column)


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _normal(name: str, selection: dict) -> dict:
    """The selection as JSON can hold it: scalars, sorted lists, and {"from", "to"} for a span of years."""
    normal: dict[str, Any] = {}
    for column, wanted in sorted(selection.items()):
        if column == CUT:
            if day := catalog.day(wanted):
                normal[CUT] = day
            continue
        if column not in spec(name).columns:
            fix = "select on one of " + ", ".join(spec(name).columns)
            raise MethodError(
                Problem(
                    f"tables.read({name!r}, {column}=...)",
                    f'no column "{column}"',
                    "a column of the table",
                    fix,
                )
            )
        if isinstance(wanted, dict):
            wanted = (wanted["from"], wanted["to"])
        if isinstance(wanted, tuple) and len(wanted) == 2 and column in YEARS:
            normal[column] = {"from": int(wanted[0]), "to": int(wanted[1])}
        elif isinstance(wanted, str | bool | int | float | np.generic):
            normal[column] = _resolved(column, _plain(wanted))
        elif isinstance(wanted, list | tuple | set | frozenset | np.ndarray | pd.Series | pd.Index):
            normal[column] = sorted({_resolved(column, _plain(value)) for value in wanted})
        else:
            raise MethodError(
                Problem(
                    f"tables.read({name!r}, {column}=...)",
                    repr(wanted),
                    "a value or a list of values",
                    "pass what stands in the column",
                )
            )
    return normal


def in_run() -> bool:
    """Whether this process makes pages for the runner, which has checked parameters and coverage before anything runs."""
    return os.environ.get("YIGAI_RENDER") == "page"


def cut(day: str) -> None:
    """Cut every reading of this process, and of those it starts, at a day; empty: read all. Raises ParameterError for no date."""
    if day := catalog.day(day):
        os.environ[AS_OF] = day
    else:
        os.environ.pop(AS_OF, None)


@lru_cache(maxsize=32)
def _known(
    path: str, stamp: tuple[int, int], name: str, day: str, _dictionary: tuple[int, int]
) -> np.ndarray:
    held = _load(path, stamp)
    dated = [c for c in ("source_id", known.PERIODS.get(name, "")) if c in held.columns]
    return known.rows(name, held.frame(dated), day).to_numpy(dtype=bool)


def _known_by(name: str, day: str) -> np.ndarray:
    """Which rows of a table were known on a day; worked out once for a table and a state of sources.csv."""
    path, dictionary = _existing(f"{name}.parquet"), (paths.data() / "sources.csv").stat()
    stat = path.stat()
    return _known(
        str(path), (stat.st_mtime_ns, stat.st_size), name, day, (dictionary.st_mtime_ns, dictionary.st_size)
    )


def _resolved(column: str, value: object) -> object:
    """A region's code for any of its names; other values as they are."""
    return catalog.code_of(value) if column in REGIONS and value != "" else value


def _refuse_unknown(name: str, column: str, wanted: Any) -> None:
    """One door for names and codes: what no dictionary and no row of the column holds is refused, with the nearest values."""
    if column == CUT:
        return
    if column in YEARS:
        _refuse_no_year(name, column, wanted)
    if isinstance(wanted, dict):
        return
    dtype = spec(name).columns[column].dtype
    for value in wanted if isinstance(wanted, list) else [wanted]:
        if (dtype == TEXT) is not isinstance(value, str) or (dtype == BOOL) is not isinstance(value, bool):
            raise MethodError(
                Problem(
                    f"tables.read({name!r}, {column}=...)",
                    f"{value!r} ({type(value).__name__})",
                    {TEXT: "text", BOOL: "True or False"}.get(dtype, "a number"),
                    "pass what stands in the column",
                )
            )
        if value != "" and (ask := DICTIONARIES.get(column)):
            ask(value)
        elif value != "" and (column in CLOSED or (name, column) == ("observations", "unit")):
            allowed = spec(name).columns[column].allowed
            if not allowed and not isinstance(wanted, list):
                allowed = tuple(
                    sorted(_stored(name).columns[column].distinct())
                )  # a list may name what other tables hold
            if allowed and value not in allowed:
                near = get_close_matches(value, allowed, n=3, cutoff=0.5) or allowed[:8]
                raise MethodError(
                    Problem(
                        f"tables.read({name!r}, {column}=...)",
                        repr(value),
                        "a value of the column",
                        f"did you mean {', '.join(near)}?",
                    )
                )


def _refuse_no_year(name: str, column: str, wanted: Any) -> None:
    """Numbers that no calendar has, and a span that ends before it begins, are refused: they would find nothing in silence.

    0 is no year and finds nothing: a theme asks for it where no year is held.
    """
    listed = (
        [*wanted.values()] if isinstance(wanted, dict) else wanted if isinstance(wanted, list) else [wanted]
    )
    wrong = [
        y
        for y in listed
        if isinstance(y, int | float) and not isinstance(y, bool) and y not in (0, *CALENDAR)
    ]
    backwards = isinstance(wanted, dict) and wanted["from"] > wanted["to"] != 0
    if wrong or backwards:
        found = f"{wanted['from']} to {wanted['to']}" if backwards else repr(wrong[0])
        fix = "put the earlier year first" if backwards else "write the year in four digits"
        raise MethodError(
            Problem(
                f"tables.read({name!r}, {column}=...)",
                found,
                f"years from {CALENDAR[0]} to {CALENDAR[-1]}",
                fix,
            )
        )


@lru_cache(maxsize=64)
def _where(of: tuple[str, int, int], column: str) -> dict[str, np.ndarray]:
    """By value of a text column, the rows that bear it, in order."""
    path, *stamp = of
    return _load(path, (stamp[0], stamp[1])).columns[column].places()


def _rows_bearing(name: str, normal: Mapping) -> np.ndarray | None:
    """The rows that may be selected, in order: those that bear the values asked for in the column that leaves fewest; None for all."""
    fewest = None
    for column in LOOKED_UP.get(name, ()):
        if isinstance(wanted := normal.get(column), str | list):
            known = _where(state(name), column)
            held = [known[one] for one in ([wanted] if isinstance(wanted, str) else wanted) if one in known]
            if fewest is None or sum(map(len, held)) < sum(map(len, fewest)):
                fewest = held
    return None if fewest is None else np.sort(np.concatenate([np.empty(0, dtype=np.intp), *fewest]))


def _chosen(name: str, normal: Mapping) -> np.ndarray | None:
    """The rows that a selection holds, in order; None for all."""
    held, day = _stored(name), normal.get(CUT, "")
    rows = _rows_bearing(name, normal)
    looked_at = dict.fromkeys([*normal, *editions.COLUMNS])
    few = held.frame([column for column in looked_at if column in held.columns], rows)
    keep = np.ones(len(held) if rows is None else len(rows), dtype=bool)
    if day:
        on_the_day = _known_by(name, day)
        keep &= on_the_day if rows is None else on_the_day[rows]
    for column, wanted in normal.items():
        if column == CUT:
            continue
        if isinstance(wanted, dict):
            found = few[column].between(wanted["from"], wanted["to"])
        elif isinstance(wanted, list):
            found = few[column].isin(wanted)
        else:
            found = few[column] == wanted
        keep &= found.fillna(False).to_numpy(dtype=bool)
    if not normal.keys() & {"edition", "superseded_on"}:  # who asks for editions gets all of them
        keep &= editions.current(few, day)
    if rows is None:
        return None if keep.all() else np.flatnonzero(keep)
    return rows[keep]


def _selected(name: str, normal: Mapping) -> pd.DataFrame:
    return _stored(name).frame(rows=_chosen(name, normal))


def read(name: str, **selection: Any) -> pd.DataFrame:
    """Rows of a table, in key order, as a copy. ``column=value`` or a list; ``year=(2014, 2023)`` is inclusive.

    Of a figure that a later edition revised, the newest is returned; ``superseded_on=...`` or ``edition=...`` reads the others.
    A region may be given by any of its names; ``as_of="2019-12-31"`` leaves out what was not known on that day (default: the day
    of the run, see ``cut``). What was read (table, selection, content hash) is recorded: see ``reads``. Raises MethodError for
    an unknown table or column, DataError or ParameterError with the nearest ones for a region, indicator, source or institution
    that no dictionary holds and for a value of another type, DataError when the tables have not been built.

    >>> tables.read("observations", region_code="山西", indicator="doctors", year=2023)  # doctest: +SKIP
    """
    catalog.known_day(selection.get(CUT, ""))  # a run has checked its own day
    normal = _normal(name, {CUT: as_of()} | selection)
    for column, wanted in normal.items():
        _refuse_unknown(name, column, wanted)
    rows = _selected(name, normal)
    frame = rows.drop(columns=HASH).reset_index(drop=True)
    record = Read(name, normal, len(rows), content_hash(list(frame), rows[HASH].to_numpy()))
    key = json.dumps([name, normal], ensure_ascii=False)
    _reads[key] = record
    if name == "observations" and (frame["edition"] != "").any():
        _revised[key] = frame[frame["edition"] != ""]
    return frame


def pieces(name: str, rows: int, columns: Iterable[str] | None = None) -> Iterator[pd.DataFrame]:
    """The rows that ``read(name)`` returns, in its order, so many at a time; at least one piece. Nothing counts as read.

    columns: those wanted (None: all). Memory does not grow with the table beyond what a process keeps of it anyway.
    """
    held = _stored(name)
    wanted = [c for c in held.columns if c != HASH] if columns is None else [*columns]
    chosen = _chosen(name, _normal(name, {CUT: as_of()}))
    chosen = np.arange(len(held)) if chosen is None else chosen
    for start in range(0, max(len(chosen), 1), rows):
        yield held.frame(wanted, chosen[start : start + rows])


def state(name: str) -> tuple[str, int, int]:
    """Which state of a table this process would read now: what is kept of its rows is kept with it."""
    path = _existing(f"{name}.parquet")
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size


def rows_by_id(name: str, column: str, ids: Iterable[str]) -> pd.DataFrame:
    """The rows of a table that bear these ids, in the order given; ids it lacks are left out. Nothing counts as read:
    whoever holds an id has read its row already.
    """
    held = _stored(name)
    return held.frame([c for c in held.columns if c != HASH], held.find(column, ids))


def records_by_id(name: str, column: str, ids: Iterable[str], columns: Iterable[str]) -> list[dict[str, Any]]:
    """The same as mappings of some columns, as far as the table has them: a row of a wide frame costs a hundred times as much."""
    held = _stored(name)
    rows = held.find(column, ids)
    lists = {wanted: held.values(wanted, rows) for wanted in columns if wanted in held.columns}
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]


def selection_hash(name: str, selection: dict) -> str:
    """The content hash that ``read`` would record for a selection (also in the form ``reads`` returns it) now."""
    rows = _selected(name, _normal(name, selection))
    return content_hash([c for c in rows if c != HASH], rows[HASH].to_numpy())


def reads() -> list[Read]:
    """What was read since ``reset_reads``, each selection once, in the order of first reading."""
    return [replace(record, selection=dict(record.selection)) for record in _reads.values()]


def later_editions() -> pd.DataFrame:
    """Rows of ``observations`` that a later edition printed among what was read since ``reset_reads``, each once; no row: no column."""
    held = [_revised[key] for key in _reads if key in _revised]
    return pd.concat(held).drop_duplicates("observation_id", ignore_index=True) if held else pd.DataFrame()


def reset_reads() -> None:
    """Forget what was read."""
    _reads.clear()
    _revised.clear()


Record = tuple[dict[str, Read], dict[str, pd.DataFrame]]


def record() -> Record:
    """What was read until now, to be put back or added later (see ``restore``)."""
    return dict(_reads), dict(_revised)


def restore(held: Record, *, add: bool = False) -> None:
    """Make ``held`` what was read; with ``add`` what was read since stays, and what ``held`` has beyond it comes after."""
    if not add:
        reset_reads()
    for now, then in zip((_reads, _revised), held, strict=True):
        now.update({key: value for key, value in then.items() if key not in now})


@contextmanager
def unrecorded() -> Iterator[None]:
    """Read without a record: for questions about a page (has it a place here?) whose answer the page does not print."""
    before = dict(_reads)
    try:
        yield
    finally:
        _reads.clear()
        _reads.update(before)


@contextmanager
def unshown() -> Iterator[None]:
    """Read what only decides (which places a page compares, which years count) and is not printed: the page is made again when it changes,
    and says nothing of its later editions."""
    before = dict(_revised)
    try:
        yield
    finally:
        _revised.clear()
        _revised.update(before)


# ----------------------------------------------------------------------------------------------------------------- place

_place: list[str] = []


def open_page(code: str) -> None:
    """The place that this process makes a page of, from a notebook's first cell on; empty: none."""
    _place[:] = [code] if code else []


def place() -> str:
    """The code given to ``open_page``, or empty."""
    return _place[-1] if _place else ""


@contextmanager
def elsewhere() -> Iterator[None]:
    """Inside, a theme may look at another place (the nation's rows, a neighbour's) for a part of its own page."""
    _place.append("")
    try:
        yield
    finally:
        _place.pop()
