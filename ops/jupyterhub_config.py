"""One installation of Yigai for many users, read-only: JupyterHub starts each user's JupyterLab in working copies of their own.

As root, once (the place in YIGAI_HOME is an example):

    python3 -m venv /opt/yigai && /opt/yigai/bin/pip install jupyterhub yigai-*.whl
    /opt/yigai/bin/yigai init /srv/yigai && cd /srv/yigai && /opt/yigai/bin/yigai data
    chmod -R a+rX,a-w /srv/yigai
    npm install -g configurable-http-proxy
    /opt/yigai/bin/jupyterhub -f jupyterhub_config.py

Users cannot write to the collection; their notebooks live in ~/yigai. Authentication is JupyterHub's own (PAM unless another is set).
"""

import os
import sys

c = get_config()  # noqa: F821  JupyterHub gives it to every configuration file

BIN = os.path.dirname(sys.executable)
c.Spawner.environment = {
    "YIGAI_HOME": os.environ.get("YIGAI_HOME", "/srv/yigai"),
    "YIGAI_WORK": lambda spawner: os.path.join(os.path.expanduser(f"~{spawner.user.name}"), "yigai"),
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
# the working copies are made or renewed first, then JupyterLab opens in them
c.Spawner.cmd = [
    "/bin/sh",
    "-c",
    f'"{BIN}/yigai" lab --no-open && cd "$YIGAI_WORK" && exec "{BIN}/jupyterhub-singleuser" '
    '--LabApp.app_settings_dir="$YIGAI_WORK/.settings" --LabApp.news_url=None '
    '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate "$@"',
    "yigai",
]
c.Spawner.default_url = "/lab/tree/开始.ipynb"
c.Spawner.start_timeout = 120
