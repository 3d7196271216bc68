"""The command, run as a person runs it: as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 240


def environment() -> dict[str, str]:
    """Ours, without settings that a developer may have."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LOTMARK_")}


def lotmark(*arguments: object, data: Path, code: int = 0) -> Any:
    """Runs a command with --json and gives its answer; it must end with this exit code."""
    done = run(*arguments, "--json", data=data)
    assert done.returncode == code, done.stderr[-3000:]
    assert done.stdout.count("\n") == 1, done.stdout  # one JSON value, nothing else
    return json.loads(done.stdout)


def run(*arguments: object, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lotmark", *map(str, arguments), "--data", str(data)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=TIMEOUT,
    )  # fmt: skip


@contextmanager
def running(*arguments: object, data: Path, ends: bool = True) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on until the end of the block, then ends on SIGTERM without complaint.

    With ``ends`` False the block ends it itself.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "lotmark", *map(str, arguments), "--data", str(data)],
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
        if ends:
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
            assert code == 0, process.stderr.read()[-3000:] if process.stderr else ""
    finally:
        process.kill()
        process.communicate()


def answer_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The JSON that a running command tells once it is up."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read()[-3000:] if process.stderr else "no answer"
    answer: dict[str, Any] = json.loads(line)
    assert "error" not in answer, answer
    return answer


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # ended, and only not yet noted by its parent


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.05)
