"""Which notebooks the engine leaves to papermill's own, decided before anything of them runs.

A forked kernel (see :mod:`analysis.report.run.kernelserver`) is a kernel in every respect but two: some modules are there before
the notebook imports them, and it is not the process its command line names. A notebook that may notice either is left to papermill's
own engine, with the reason. The rules read a notebook's text, so they refuse more than they must: a comment that names
``os.environ`` is enough. A wrong refusal costs a second, a wrong acceptance a result.
"""

from __future__ import annotations

import ast
import importlib.machinery
import os
import re
import sys
import sysconfig
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from analysis.report.plan import promises
from analysis.report.run import processes

# packages whose import leaves nothing behind but modules: it reads no file, no folder, of the environment only what a server is kept
# apart by, and says nothing. Not matplotlib and what builds on it: it reads settings, the environment and the folder, and looks for a running shell.
PRELOADED = ("numpy", "pandas", "scipy", "statsmodels")
# what else may be imported beside them; it is imported by the notebook, as ever
KNOWN = (
    *PRELOADED,
    "analysis",
    "matplotlib",
    "mpl_toolkits",
    "seaborn",
    "IPython",
    "linearmodels",
    "patsy",
    "pyarrow",
)

IMPORT = re.compile(r"(?:^|[;:])\s*(?:from\s+(\.*[\w.]*)\s+import\b|import\s+(\w[\w., \t]*))", re.M)
# what a process looks like from inside: its parent, command line, memory, and what strings hash to
PROCESS = re.compile(
    r"\bgetppid\b|/proc\b|\bpsutil\b|\bcmdline\b|\bgc\b|\btracemalloc\b|\bgetrusage\b|\bhash\(|\b__hash__\b|\bps\s+-|%memit\b|%mprun\b"
)
# a function put in the place of one that a kernel itself works with: what then fails, fails in the kernel's own words
_KERNELS = r"(?:builtins|json|time|threading|socket|select|selectors|asyncio|logging|queue|zmq|tornado|traitlets|ipykernel|jupyter_client)"
PATCHED = re.compile(
    rf"\b{_KERNELS}(?:\.\w+)*\.(?!excepthook\b)\w+\s*=(?!=)|\b(?:setattr|patch(?:\.object)?)\(\s*['\"]?{_KERNELS}\b"
)
# what may change, or look at, how a module is found and what it sees when it is imported
IMPORTING = re.compile(
    r"\benviron(?:b)?\b|\b(?:put|unset|set)env\b|\bdotenv\b|%env\b|%set_env\b"
    r"|\bsys\s*\.\s*(?:path|modules|meta_path|path_hooks|flags|_xoptions|set\w+|addaudithook|dont_write_bytecode)\b"
    r"|\bfrom\s+sys\s+import\b|\bsite\b|\bimportlib\b|\b__import__\b|\bimp\b|\bpkgutil\b|\brunpy\b|\bzipimport\b|\breload\b"
    r"|\bexec\b|\beval\b|\bcompile\b|%run\b|%load\b|%load_ext\b|%reload_ext\b|%autoreload\b|%aimport\b|%rerun\b|%recall\b|%macro\b"
    r"|\bget_ipython\b|\bpip\d?\b|\bconda\b|\bmamba\b|\buv\b|\beasy_install\b"
    r"|\b(?:simplefilter|filterwarnings|resetwarnings|catch_warnings|showwarning|formatwarning)\b|\bwarnings\s*\.\s*filters\b"
    r"|\b__builtins__\b|\bbuiltins\b|\bsetrlimit\b|\bthreadpoolctl\b|\bsched_setaffinity\b|\btimeit\b|%time\b|%prun\b|\bcProfile\b"
)
WRITTEN = re.compile(r"(\w+)(?:\.py\b|/__init__)")


# what the plain shell of a report's fork does not do, or not as a kernel does (see analysis.report.run.shell)
SHELL = re.compile(
    r"\bipywidgets\b|\bipykernel\b|\bget_ipython\(\)\.kernel\b|%gui\b|\bcreate_comm\b|\bComm\("
    r"|\bdisplay_id\b|\bupdate_display\b|\bDisplayHandle\b"
    r"|\binput\(|\bgetpass\b|\bbreakpoint\(|\bset_trace\b|\bpdb\b|(?<![\w.])(?:exit|quit)\(|%(?:exit|quit|debug|pdb)\b"
    r"|\bcreate_task\b|\bensure_future\b|\bget_(?:running|event)_loop\b|\basyncio\.run\b|\bnest_asyncio\b"
    r"|\bthreading\b|\bconcurrent\b|\bmultiprocessing\b|\bjoblib\b|\bos\.fork|\bforkpty\b"
    r"|\bfaulthandler\b|__std(?:out|err|in)__|\bstd(?:out|err)\.(?:buffer|fileno)\b"
    r"|\bsys\.(?:argv|path|orig_argv)\b|%%(?:bash|sh|script|python\d?|perl|ruby)\b|%(?:pinfo2?|pdoc|psource|pfile|page)\b"
    r"|(?m:^\s*\?{1,2}[\w%]|^[^#'\"\n]*[\w)\]]\?{1,2}\s*$)"
)


def shell(nb: Mapping, kernel_name: str) -> str:
    """Why a report's notebook needs a kernel, not the plain shell in a fork; empty when it does not."""
    if kernel_name != "python3":
        return f"kernel {kernel_name}"
    if nb["metadata"].get("yigai", {}).get("kernel"):
        return "its metadata asks for a kernel"
    found = [match.group() for text in texts(nb) if (match := SHELL.search(text))]
    return f"the notebook uses {found[0].strip()}" if found else ""


def texts(nb: Mapping) -> list[str]:
    """The texts of a notebook's code cells."""
    return [promises.source(cell) for cell in nb["cells"] if cell["cell_type"] == "code"]


def imported(text: str) -> set[str]:
    """Every module that a cell imports by a statement, in whatever branch; a relative import gives a name with dots before it."""
    found = set()
    for start, names in IMPORT.findall(text):
        found |= {start} if start else {name.split()[0] for name in names.split(",") if name.strip()}
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found  # magics, or no Python at all
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def preloads(cells: Iterable[str]) -> list[str]:
    """What a server holds for a notebook: the modules of the list that its cells import."""
    names = set().union(*(imported(text) for text in cells))
    return sorted(name for name in names if name.partition(".")[0] in PRELOADED)


def installed(root: str) -> bool:
    """Whether a top-level name is found where packages are installed (our own package counts), and nowhere before."""
    path = [entry for entry in sys.path if entry and entry != os.getcwd()]
    try:
        spec = importlib.machinery.PathFinder.find_spec(root, path)
    except (ImportError, ValueError):
        return False
    if spec is None or spec.origin is None:
        return False
    homes = {Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib")}
    homes |= {Path(__file__).resolve().parents[3]} if root == "analysis" else set()
    return Path(spec.origin).resolve().parents[1] in homes


def beside(folder: str) -> set[str]:
    """Names that an import would find in a folder."""
    endings = importlib.machinery.all_suffixes()
    found = set()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found.add(entry.name)
            else:
                found |= {entry.name.removesuffix(end) for end in endings if entry.name.endswith(end)}
    return found


def kernelspec(name: str) -> str:
    """Why kernels of this name cannot be forked; empty when they are this interpreter's ipykernel, started in the plain way."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        return f"no kernel is installed by the name {name}"
    own = {"python", "python3", f"python3.{sys.version_info.minor}", sys.executable}
    plain = spec.argv[:1] and spec.argv[0] in own
    if not plain or spec.argv[1:] != ["-m", "ipykernel_launcher", "-f", "{connection_file}"]:
        return f"kernel {name} is started in its own way"
    if spec.env or spec.interrupt_mode != "signal" or "kernel_provisioner" in spec.metadata:
        return f"kernel {name} has settings of its own"
    return ""


def reason(nb: Mapping, kernel_name: str, options: Collection[str], folder: str) -> str:
    """Why papermill's own engine runs this notebook, in words; empty when a forked kernel does."""
    if not processes.forking():
        return "no fork server on this platform"
    if taken := {"km", "kernel_manager_class", "config", "parent"} & set(options):
        return f"it is given {', '.join(sorted(taken))}"
    if why := kernelspec(kernel_name):
        return why
    cells = texts(nb)
    for text in cells:
        if match := PROCESS.search(text):
            return f"it looks at its process ({match.group().strip()})"
        if match := PATCHED.search(text):
            return f"it changes what its kernel works with ({match.group().strip()})"
    if not preloads(cells):
        return ""
    return imports_something_else(cells, folder)


def imports_something_else(cells: list[str], folder: str) -> str:
    """Why packages cannot be there before this notebook imports them."""
    for text in cells:
        if match := IMPORTING.search(text):
            return f"it may change how packages are imported ({match.group().strip()})"
    around = beside(folder)
    for name in sorted({name.partition(".")[0] for text in cells for name in imported(text)}):
        if not name or name in around:
            return f"it imports {name or 'modules'} from beside itself"
        if name in sys.stdlib_module_names:
            continue
        if name not in KNOWN or not installed(name):
            return f"it imports {name}, which is not on the list of packages"
    return ""


def shadowed(nb: Mapping, held: Collection[str], folder: str) -> str:
    """Why a server that holds these modules cannot serve a notebook of this folder: an import there would find another module."""
    written = {name for text in texts(nb) for name in WRITTEN.findall(text)}
    found = sorted((beside(folder) | written) & set(held))
    return f"{found[0]} is a module beside the notebook and one that packages import" if found else ""
