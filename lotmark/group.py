"""The process group of `lotmark up`: workers that are started, watched and stopped together.

Workers are this same command in processes of their own. Each ends when the group's process ends,
even when that is killed (`lotmark.dependence`); Ctrl-C reaches the group alone, which then stops
its workers one by one in the reverse order of their start, so that the chain goes last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Self

from ledger.errors import ChainContradiction, LotmarkError, SettingInvalid
from lotmark.exit_codes import CONTRADICTION, INVALID

LOOK_SECONDS = 0.1
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 15.0
CALM_SECONDS = 20.0
"""A worker that ran this long before it ended is started again after the shortest pause."""
STOP_SECONDS = 20.0
LOG_BYTES = 10_000_000
"""A log that has grown larger is set aside when its worker starts."""


@dataclass(frozen=True)
class Worker:
    """A member of the group: its name and the command line after ``lotmark``."""

    name: str
    arguments: tuple[str, ...]
    inherited: tuple[int, ...] = ()
    """File descriptors it takes over, such as a socket that listens already."""


@dataclass
class _Member:
    worker: Worker
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = field(default=0.0)


class WorkerFails(LotmarkError):
    """A worker ended too often. Not among what is waited out."""


class Group:
    """Workers of one data folder. To be used from one thread, which outlives them."""

    def __init__(
        self, logs: Path, heard: Callable[[str], None], patience: int | None = None
    ) -> None:
        """``heard`` is told of what an operator should know: restarts, and where to read more.

        After ``patience`` failures in a row a worker is given up; without, never.
        """
        self._logs = logs
        self._heard = heard
        self._patience = patience
        self._members: list[_Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *workers: Worker) -> None:
        """Starts workers, in this order."""
        self._logs.mkdir(parents=True, exist_ok=True)
        for worker in workers:
            member = _Member(worker)
            self._members.append(member)
            self._launch(member)

    def processes(self) -> dict[str, int]:
        """The process ids of the workers that run."""
        return {name: process.pid for name, process in self._running()}

    def run(self, stop: Event, done: Callable[[], bool] = lambda: False) -> None:
        """Watches over the workers until told to stop, or until ``done`` says so.

        Raises:
            SettingInvalid: a worker cannot run as it is set up.
            ChainContradiction: a worker met what only an operator can judge.
            WorkerFails: a worker was given up.
        """
        while not stop.wait(LOOK_SECONDS) and not done():
            self.look()

    def look(self) -> None:
        """Starts again what has ended, in its time.

        Raises:
            SettingInvalid, ChainContradiction, WorkerFails: as `run`.
        """
        now = time.monotonic()
        for member in self._members:
            process = member.process
            if process is not None and process.poll() is not None:
                self._note_end(member, process.returncode, now)
            if member.process is None and now >= member.again_at:
                self._launch(member)

    def stop(self) -> None:
        """Ends all workers, last started first, and waits for each."""
        for name, process in reversed(self._running()):
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._heard(f"{name} does not stop: killed")
                process.kill()
                process.wait()
        self._members.clear()

    def _running(self) -> list[tuple[str, subprocess.Popen[bytes]]]:
        return [
            (m.worker.name, m.process)
            for m in self._members
            if m.process is not None and m.process.poll() is None
        ]

    def _note_end(self, member: _Member, code: int, now: float) -> None:
        name, log = member.worker.name, self._log(member.worker)
        member.process = None
        if code == CONTRADICTION:
            raise ChainContradiction(f"{name} stopped and needs an operator: {_last_line(log)}")
        if code == INVALID:
            raise SettingInvalid(f"{name} cannot run like this: {_last_line(log)}")
        calm = now - member.started > CALM_SECONDS
        member.failures = 1 if calm else member.failures + 1
        if self._patience is not None and member.failures >= self._patience:
            raise WorkerFails(f"{name} does not stay up: {_last_line(log)}; see {log}")
        pause = min(FIRST_PAUSE * 2 ** (member.failures - 1), LONGEST_PAUSE)
        member.again_at = now + pause
        self._heard(
            f"{name} ended ({_ending(code)}), starting it again in {pause:.1f} s; see {log}"
        )

    def _launch(self, member: _Member) -> None:
        log = self._log(member.worker)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".old.log"))
        command = [sys.executable, "-m", "lotmark.tied", str(os.getpid()), *member.worker.arguments]
        with log.open("ab") as output:
            member.process = subprocess.Popen(  # noqa: S603  # this program itself
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                pass_fds=member.worker.inherited, process_group=0,
            )  # fmt: skip
        member.started = time.monotonic()

    def _log(self, worker: Worker) -> Path:
        return self._logs / f"{worker.name}.log"


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _last_line(log: Path) -> str:
    lines: Iterable[str] = log.read_text(errors="replace").splitlines()
    return next((line for line in reversed(list(lines)) if line.strip()), "no word of why")
