#!/bin/sh
# One archive that installs and runs Yigai where no package index can be reached: every wheel of requirements.lock, our own, and an installer.
# Made on a machine like the one it is for (same system, processor and Python). Usage: sh ops/bundle.sh [PYTHON]
set -eu
cd "$(dirname "$0")/.."
python=${1:-.venv/bin/python}
tag=$("$python" -c 'import sys, sysconfig; print(f"py{sys.version_info[0]}{sys.version_info[1]}-{sysconfig.get_platform()}".replace(".", "_"))')
out=dist/yigai-bundle-$tag
rm -rf "$out" "$out.tar.gz"
mkdir -p "$out/wheelhouse"
"$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip --upgrade >/dev/null
"$python" -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement requirements.lock --dest "$out/wheelhouse"
.venv/bin/uv build --quiet --wheel --no-build-isolation --python "$python" --out-dir "$out" .
cp requirements.lock "$out/requirements.lock"
# Python inside the students' pages of the teaching packs; without npm the bundle does without (yigai case --no-python)
if pyodide=$(.venv/bin/python -c 'from analysis.cases import page; print(page.fetch())'); then cp "$pyodide" "$out/"; else echo "no Pyodide in this bundle: yigai case will need --no-python"; fi
cat > "$out/install.sh" <<'INSTALL'
#!/bin/sh
# Installs into FOLDER (default: yigai): FOLDER/.venv and the collection. Asks no network. Usage: sh install.sh [FOLDER] [PYTHON]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-yigai}
python=${2:-python3}
"$python" -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Yigai needs Python 3.11 or newer")'
test ! -e "$folder" || { echo "$folder exists: name another folder"; exit 2; }
"$python" - "$here" "$folder" <<'LAYOUT'
import pathlib, sys, zipfile
here, folder = map(pathlib.Path, sys.argv[1:])
(wheel,) = here.glob("yigai-*.whl")
inside = "analysis/_collection/"
with zipfile.ZipFile(wheel) as held:
    for name in held.namelist():
        if name.startswith(inside) and not name.endswith("/"):
            path = folder / name[len(inside):]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(held.read(name))
for name in ("reports", "data/processed", "data/raw/user"):
    (folder / name).mkdir(parents=True, exist_ok=True)
LAYOUT
for archive in "$here"/pyodide-*.tgz; do
  if test -e "$archive"; then mkdir -p "$folder/build/pyodide"; cp "$archive" "$folder/build/pyodide/"; fi
done
"$python" -m venv "$folder/.venv"
"$folder/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheelhouse" --require-hashes --requirement "$here/requirements.lock"
"$folder/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "$here"/yigai-*.whl
echo "installed in $folder. Go on with: cd $folder && .venv/bin/yigai data && .venv/bin/yigai lab"
INSTALL
tar -C dist -czf "$out.tar.gz" "$(basename "$out")"
rm -rf "$out"
echo "$out.tar.gz"
