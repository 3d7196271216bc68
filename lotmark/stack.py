"""Everything that runs together: which workers there are, and how they come up and go."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import IO, TypeVar
from urllib.request import urlopen

from ledger.chain.deployment import Deployment
from ledger.errors import NodeUnavailable, SettingInvalid
from ledger.settings import Settings
from lotmark.deploying import deploy
from lotmark.files import is_held, lock
from lotmark.group import Group, Worker
from lotmark.waiting import START_SECONDS, mirror_of_this_version, until

BACKLOG = 128
PATIENCE = 4
"""Failures of a worker after which what somebody waits for is given up."""
T = TypeVar("T")
CHAIN, INDEX, SEND, SERVE, JOBS = "chain", "index", "send", "serve", "jobs"


def _lock_path(settings: Settings, worker: str) -> Path:
    folder = settings.data_dir / ("chain" if worker == CHAIN else "run")
    return folder / ("lock" if worker == CHAIN else f"{worker}.lock")


def only_one(settings: Settings, worker: str) -> IO[str]:
    """Makes this process the folder's only worker of its kind, until the answer is closed.

    Raises:
        AlreadyRunning: another process is.
    """
    return lock(_lock_path(settings, worker), f"`lotmark {worker}` runs already for this folder")


def runs(settings: Settings, worker: str) -> bool:
    """Whether a process of this kind works on the data folder."""
    return is_held(_lock_path(settings, worker))


def bring_up(group: Group, settings: Settings, stop: Event, *more: Worker) -> Deployment | None:
    """Starts what does not run yet: the chain where it is ours, indexer, sender and jobs, and
    ``more``.

    Comes back when the contracts stand and the mirror can be read; None when told to stop before.

    Raises:
        Unavailable: something does not come up.
    """
    data = ("--data", str(settings.data_dir))
    if settings.rpc_url is None and not runs(settings, CHAIN):
        settings.chain_path.unlink(missing_ok=True)  # left by one that was killed
        group.start(Worker(CHAIN, (CHAIN, *data)))
    missing = [name for name in (INDEX, SEND, JOBS) if not runs(settings, name)]
    group.start(*(Worker(name, (name, *data)) for name in missing), *more)

    def attempt() -> Deployment:
        group.look()
        return deploy(settings)[0]

    made = until(attempt, stop)
    if made is None or not mirror_of_this_version(settings, stop, group.look):
        return None
    return made


def web_worker(settings: Settings, listening: socket.socket) -> Worker:
    """The web server on a socket that listens already: a restart loses no visitor."""
    host, port = listening.getsockname()[:2]
    arguments = ("serve", "--data", str(settings.data_dir), "--host", host, "--port", str(port))
    number = listening.fileno()
    return Worker(SERVE, (*arguments, "--socket", str(number)), inherited=(number,))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is a free one.

    Raises:
        SettingInvalid: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise SettingInvalid(
            f"cannot listen on {host} port {port}: {error.strerror}; --port 0 takes a free one",
            field="port",
        ) from error
    return listening


def answers(base_url: str) -> bool:
    """Waits until the web server answers; its socket listens before it does.

    Raises:
        NodeUnavailable: it does not answer in time.
    """
    try:
        with urlopen(f"{base_url}/healthz", timeout=START_SECONDS) as answer:  # noqa: S310  # our own
            return bool(answer.status == HTTPStatus.OK)
    except OSError as error:
        raise NodeUnavailable(f"the web server does not answer: {error}") from error


def watched(group: Group, stop: Event, work: Callable[[], T]) -> T | None:
    """Does some work in a thread of its own while the group is watched over; None when stopped.

    Raises:
        LotmarkError: as the work, or as `Group.run`.
    """
    with ThreadPoolExecutor(1) as worker:
        done = worker.submit(work)
        try:
            group.run(stop, done.done)
        finally:
            if not done.done():
                stop.set()
        return None if stop.is_set() else done.result()
