"""A real scheduler and two workers on loopback, one killed while it works."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

import pytest

import report_kit

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.slow


def test_a_lost_workers_reports_run_elsewhere_and_none_is_doubled(tmp_path):
    project = report_kit.Project(tmp_path / "project")
    project.write(report_kit.IMPORTS, "import time; time.sleep(0.3)", report_kit.SHOW)
    environment = project.environment
    log = open(tmp_path / "scheduler.log", "w+")
    command = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ]
    started = [subprocess.Popen(command, env=environment, stderr=log, stdout=log, cwd=project.folder)]
    try:
        end = time.monotonic() + 60
        while not (found := re.search(r"tcp://127\.0\.0\.1:\d+", (tmp_path / "scheduler.log").read_text())):
            assert time.monotonic() < end, (tmp_path / "scheduler.log").read_text()
            time.sleep(0.1)
        worker = [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            found.group(),
            "--nworkers",
            "1",
            "--nthreads",
            "2",
            "--no-nanny",
            "--no-dashboard",
        ]
        started += [
            subprocess.Popen(worker, env=environment, cwd=project.folder, stdout=log, stderr=log)
            for _ in range(2)
        ]
        report_kit.KNOWN |= {process.pid for process in started}
        command = [sys.executable, "-m", "analysis.cli", "report", "--no-gate", "--scheduler", found.group()]
        run = subprocess.Popen(
            command,
            env=environment,
            cwd=project.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not list((project.reports / ".yigai" / "logs").glob("*/*/*.log")):
            assert time.monotonic() < end + 120 and run.poll() is None, run.communicate()
            time.sleep(0.02)
        os.kill(started[1].pid, signal.SIGKILL)
        out, err = run.communicate(timeout=180)
        assert run.returncode == 0 and "16 pages made, 0 kept, 0 failed" in out, (out, err)
        project.whole()
        journal = [row["status"] for row in project.manifest().values()]
        assert journal == ["made"] * 16
    finally:
        for process in started:
            process.kill()
            process.wait()
        report_kit.KNOWN.clear()
        log.close()
    report_kit.assert_none_left(15)
