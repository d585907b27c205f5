"""The typed schema of a notebook's ``parameters`` cell, and the check of values against it.

The cell holds plain literals, one a line, each with a comment that says what it is. Nothing is evaluated: the cell is parsed,
so a value can neither run code nor turn ``010000`` into a number.
"""

from __future__ import annotations

import ast
import difflib
import io
import json
import math
import re
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.errors import DataError, ParameterError, Problem
from analysis.words import LANGS

LANGUAGES = LANGS


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell: its name, default, type (str, int, float, bool, list or NoneType) and comment."""

    name: str
    default: object
    help: str

    @property
    def type(self) -> type:
        return type(self.default)


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def schema(source: str, where: str) -> dict[str, Parameter]:
    """Read the parameters of a cell's source; ``where`` names the notebook in messages.

    Raises DataError when the cell holds anything but ``name = literal`` lines.
    """
    rule = ("lines of the form name = literal  # comment", "keep computation out of the parameters cell")
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise DataError(
            Problem(f"{where}, parameters cell, line {error.lineno}", error.msg, *rule)
        ) from error
    comments, found, problems = _comments(source), {}, []
    for node in body:
        target = (
            node.targets[0]
            if isinstance(node, ast.Assign) and len(node.targets) == 1
            else getattr(node, "target", None)
        )
        try:
            if (
                not isinstance(node, ast.Assign | ast.AnnAssign)
                or not isinstance(target, ast.Name)
                or node.value is None
            ):
                raise ValueError(ast.unparse(node))
            value = ast.literal_eval(node.value)
        except ValueError:
            problems.append(
                Problem(f"{where}, parameters cell, line {node.lineno}", ast.unparse(node), *rule)
            )
            continue
        found[target.id] = Parameter(target.id, value, comments.get(node.end_lineno or node.lineno, ""))
    if problems:
        raise DataError(problems)
    return found


def _nearest(name: str, allowed: Iterable[str]) -> str:
    allowed = list(allowed)
    near = difflib.get_close_matches(name, allowed, n=1)
    return (f"did you mean {near[0]}? " if near else "") + f"allowed: {', '.join(allowed) or 'none'}"


def check(parameters: Mapping[str, Parameter], values: Mapping[str, object], where: str) -> dict[str, object]:
    """The complete typed values: the cell's defaults replaced by ``values``.

    Raises ParameterError with every unknown name and every value of another type than its default. A whole number is taken where
    the default is a float; text is never turned into a number.
    """
    problems = []
    for name, value in values.items():
        if name not in parameters:
            problems.append(
                Problem(
                    f"{where}, parameter {name}",
                    "no such parameter",
                    "a name of the parameters cell",
                    _nearest(name, parameters),
                )
            )
            continue
        expected = parameters[name].type
        widened = expected is float and type(value) is int
        if type(value) is not expected and expected is not type(None) and not widened:
            problems.append(
                Problem(
                    f"{where}, parameter {name}",
                    f"{value!r} ({type(value).__name__})",
                    f"{expected.__name__}, as in {name} = {parameters[name].default!r}",
                    "write it in that type",
                )
            )
    if problems:
        raise ParameterError(problems)
    return {name: values.get(name, parameter.default) for name, parameter in parameters.items()}


BASE = ("region_code", "lang", "as_of")  # what a run gives to every notebook; a setting names another


def settings(texts: Iterable[str], notebooks: Mapping[str, Mapping[str, Parameter]]) -> dict[str, str]:
    """``NAME=VALUE`` texts as name -> text; ``notebooks``: file name -> the parameters it declares.

    Raises ParameterError with what is allowed for a text without a name, for a name that none of the notebooks declares and for one
    that has an option of its own.
    """
    allowed = sorted({name for declared in notebooks.values() for name in declared if name not in BASE})
    found, problems = {}, []
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals:
            problems.append(
                Problem("--set", repr(text), "NAME=VALUE, such as cap=85", _nearest(name, allowed))
            )
        elif name in BASE:
            problems.append(
                Problem("--set", name, "a parameter of a notebook's own", "use --region, --lang and --as-of")
            )
        elif name not in allowed:
            problems.append(
                Problem(
                    "--set",
                    repr(name),
                    f"a parameter of {', '.join(notebooks)}"
                    if len(notebooks) < 4
                    else "a parameter of a notebook",
                    _nearest(name, allowed),
                )
            )
        else:
            found[name] = value
    if problems:
        raise ParameterError(problems)
    return found


def _countable(value: object) -> bool:
    """Whether every number in it is one that a column of numbers can hold."""
    if isinstance(value, list | dict):
        return all(map(_countable, value.values() if isinstance(value, dict) else value))
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not isinstance(value, float) or math.isfinite(value)


def typed(parameter: Parameter, text: str, where: str) -> object:
    """A setting's text as a value of the parameter's type. Raises ParameterError; text is taken as it is, a number never from words."""
    try:
        if parameter.type is str:
            return text
        value = json.loads(text, parse_constant=str)  # NaN and Infinity are no numbers here
    except ValueError:
        value = text
    # 1e309 is read as infinity, and so would four hundred digits be; 1e-400 as nought
    if not _countable(value) or (value == 0 and re.search("[1-9]", re.split("[eE]", text)[0])):
        value = text
    checked = check({parameter.name: parameter}, {parameter.name: value}, where)[parameter.name]
    return float(str(checked)) if parameter.type is float else checked


def regions(texts: Iterable[str]) -> list[str]:
    """Six-digit codes for codes or names (``140000``, ``山西``, ``Shanxi``), in the order given, each once.

    Raises ParameterError with the nearest names for an unknown one and with the candidates for an ambiguous one (吉林).
    """
    from analysis import catalog

    codes: list[str] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            codes.append(catalog.region(text).code)
        except ParameterError as error:
            problems.extend(error.problems)
    if problems:
        raise ParameterError(problems)
    return list(dict.fromkeys(codes))


def languages(text: str) -> list[str]:
    """``zh,en`` -> ["zh", "en"], in the fixed order; raises ParameterError for anything else."""
    asked = [part.strip() for part in text.split(",")]
    wrong = [part for part in asked if part not in LANGUAGES]
    if wrong:
        raise ParameterError(
            Problem("--lang", ", ".join(map(repr, wrong)), "zh, en or zh,en", _nearest(wrong[0], LANGUAGES))
        )
    return [lang for lang in LANGUAGES if lang in asked]


FORMATS = ("pdf", "docx")


def formats(text: str, style: str = "house") -> tuple[str, ...]:
    """``html,pdf,docx`` -> the forms besides HTML, in the fixed order; raises ParameterError for anything else.

    >>> formats("docx,pdf"), formats("html")
    (('pdf', 'docx'), ())
    """
    asked = [part.strip() for part in text.split(",")]
    if wrong := [part for part in asked if part not in ("html", *FORMATS)]:
        found, expected = ", ".join(map(repr, wrong)), "html, pdf and docx, with commas"
        raise ParameterError(Problem("--format", found, expected, _nearest(wrong[0], ("html", *FORMATS))))
    if style != "house" and "docx" not in asked:
        fix = f"add it: --format docx --style {style}"
        raise ParameterError(Problem("--style", repr(style), "--format with docx: the style is Word's", fix))
    return tuple(form for form in FORMATS if form in asked)


def themes(asked: Iterable[str], known: Iterable[str]) -> list[str]:
    """The themes asked for (all when none is), in the notebooks' order; raises ParameterError with the allowed names."""
    asked, known = list(asked), list(known)
    tell = "; `yigai tidy --check` names a notebook that no report finds, and why"
    problems = [
        Problem("--theme", repr(name), "the theme of a notebook", _nearest(name, known) + tell)
        for name in asked
        if name not in known
    ]
    if problems:
        raise ParameterError(problems)
    return [name for name in known if not asked or name in asked]


def date(text: str, where: str = "--as-of") -> str:
    """An ISO date as it was written, or empty; raises ParameterError."""
    from analysis import catalog

    return catalog.day(text, where)
