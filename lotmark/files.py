"""Files that several processes meet at: locks, and writes that are whole or not there."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from ledger.errors import Unavailable


class AlreadyRunning(Unavailable):
    """Another process does this already for the same data folder."""


def lock(path: Path, message: str) -> IO[str]:
    """Holds a file's lock until the answer is closed or this process ends; its pid stands in it.

    Raises:
        AlreadyRunning: with the message, where another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    held = path.open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.seek(0)
        owner = held.read().strip()
        held.close()
        raise AlreadyRunning(f"{message} (process {owner})") from error
    held.truncate(0)
    held.write(str(os.getpid()))
    held.flush()
    return held


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replaces a file so that a crash leaves the old or the new one, on disk."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def is_held(path: Path) -> bool:
    """Whether some process holds a file's lock."""
    try:
        with lock(path, ""):
            return False
    except AlreadyRunning:
        return True
