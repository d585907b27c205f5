"""The variables that a report's notebook gets, and the masking of all others in what a failing one says.

A notebook of the collection needs to find programs, folders, fonts and its language, and nothing else; whatever else the caller's
environment holds (keys, passwords, addresses) never reaches its process. `papermill --engine yigai` passes everything on, as
papermill does.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

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

    >>> masked("bad key s3cret", {"API_KEY": "s3cret", "LANG": "bad"})
    'bad key <value of API_KEY>'
    """
    caller = os.environ if caller is None else caller
    hidden: dict[str, str] = {}
    for name, value in caller.items():
        parts = {value, value.strip(), *value.split("\n")} if name not in given({name: ""}) else set()
        parts.add(_password(value))
        hidden |= {part: name for part in parts if len(part) >= SHORT}
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(value, f"<value of {hidden[value]}>")
    return text


def _password(value: str) -> str:
    try:
        return urlsplit(value).password or ""
    except ValueError:
        return ""
