"""The variables that a report's notebook gets, and the masking of all others in what a failing one says.

A notebook of the collection needs to find programs, folders, fonts and its language, and nothing else; whatever else the caller's
environment holds (keys, passwords, addresses) never reaches its process. `papermill --engine yigai` passes everything on, as
papermill does.
"""

from __future__ import annotations

import base64
import html
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote, urlsplit

# fmt: skip
GIVEN = frozenset((
    "PATH HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TEMP TMP PWD "
    "VIRTUAL_ENV CONDA_PREFIX LD_LIBRARY_PATH DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH "
    "PYTHONPATH PYTHONHOME PYTHONHASHSEED PYTHONUTF8 PYTHONIOENCODING PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX PYTHONNOUSERSITE "
    "XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR FONTCONFIG_FILE FONTCONFIG_PATH MPLCONFIGDIR MPLBACKEND "
    "IPYTHONDIR JUPYTER_PATH JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR "
    "OPENBLAS_NUM_THREADS OMP_NUM_THREADS MKL_NUM_THREADS JE_ARROW_MALLOC_CONF SOURCE_DATE_EPOCH "
    "YIGAI_HOME YIGAI_WORK YIGAI_PROCESSED YIGAI_AS_OF YIGAI_RENDER YIGAI_INTERNAL YIGAI_DICTIONARY "
    "SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT APPDATA LOCALAPPDATA PROGRAMDATA USERPROFILE NUMBER_OF_PROCESSORS"
).split())  # fmt: skip
SHORT = 3  # a value of fewer characters stands in too many words to be masked


def given(caller: Mapping[str, str]) -> dict[str, str]:
    """The caller's variables that a notebook's process gets.

    >>> given({"PATH": "/bin", "LC_ALL": "C", "API_KEY": "k"})
    {'PATH': '/bin', 'LC_ALL': 'C'}
    """
    return {name: text for name, text in caller.items() if name in GIVEN or name.startswith("LC_")}


def masked(text: str, caller: Mapping[str, str] | None = None) -> str:
    """A text with every value of a variable that notebooks do not get, and the password of every address, replaced by the name.

    A value is found as it stands and as an error, JSON, an address or a header write it (``repr``, escapes, per cent, base64).

    >>> masked("bad key s3cret", {"API_KEY": "s3cret", "LANG": "bad"})
    'bad key <value of API_KEY>'
    """
    caller = os.environ if caller is None else caller
    hidden: dict[str, str] = {}
    for name, value in caller.items():
        parts = {value, value.strip(), *value.split("\n")} if name not in given({name: ""}) else set()
        parts |= {_password(value), unquote(_password(value))}
        hidden |= {form: name for part in parts if len(part) >= SHORT for form in _forms(part)}
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(value, f"<value of {hidden[value]}>")
    return text


@lru_cache(maxsize=1024)
def _forms(value: str) -> frozenset[str]:
    """How a value is written inside other texts; one escape inside another too, as where an error quotes JSON."""
    plain = value.encode("utf-8", "surrogateescape")
    coded = base64.b64encode(plain).decode().rstrip("=")
    once = _escaped(value)
    return once.union(*map(_escaped, once)) | {quote(plain), quote(plain, safe=""), quote_plus(plain), coded}


def _escaped(value: str) -> frozenset[str]:
    both = "'\""  # a text with both quotes has the single one escaped
    return frozenset(
        (
            value,
            repr(value)[1:-1],
            ascii(value)[1:-1],
            repr(both + value)[4:-1],
            ascii(both + value)[4:-1],
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
            html.escape(value),
        )
    )


def _password(value: str) -> str:
    try:
        return urlsplit(value).password or ""
    except ValueError:
        return ""
