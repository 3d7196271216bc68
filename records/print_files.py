"""Print files: encrypted as they are written, one for each run, until they are handed out.

A file is there whole or not at all. It is put in its place before its run is committed, so that no
run is ever committed without it; what a crash leaves in between is a file of no run, which nobody
can use and which `sweep` takes away.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ledger.errors import CommandInvalid, StoreUnavailable
from ledger.settings import Settings
from ledger.vocabulary import Seconds

SUFFIX = ".csv.age"
_PART = ".part"
_LEFT_BEHIND_SECONDS = 86_400
"""After so long nobody writes at it any more."""


def folder(settings: Settings) -> Path:
    """Where the files wait to be handed out."""
    return settings.data_dir / "print"


def path_of(settings: Settings, run_id: str) -> Path:
    """Where the file of a run waits."""
    return folder(settings) / f"{run_id}{SUFFIX}"


class NewFile:
    """A file that is being written beside its place."""

    def __init__(self, path: Path, part: Path, file: BinaryIO) -> None:
        self.path, self.file = path, file
        self._part = part

    def put_in_place(self) -> None:
        """Under its name, safe from a power cut.

        Raises:
            StoreUnavailable: the disk does not take it.
        """
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
            self._part.rename(self.path)
            _sync(self.path.parent)
        except OSError as error:
            said = f"the print file cannot be kept: {error.strerror}"
            raise StoreUnavailable(said) from error


@contextmanager
def new_file(path: Path) -> Iterator[NewFile]:
    """A file that only its owner may read. On an exception nothing is left of it.

    Raises:
        CommandInvalid: there is a file already, or it cannot be written there.
    """
    if path.exists():
        raise CommandInvalid(f"{path} is there already", field="out")
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandInvalid(f"{part} cannot be written: {error.strerror}", field="out") from error
    with os.fdopen(opened, "wb") as file:
        try:
            yield NewFile(path, part, file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            part.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Takes a file away for good."""
    path.unlink(missing_ok=True)
    _sync(path.parent)


def sweep(
    settings: Settings, known: Collection[str], now: Seconds, gone: Collection[str] = ()
) -> int:
    """Takes away what crashes have left: files of no run, a day old, and of runs whose file is
    ``gone``: it was handed out. Tells how many.
    """
    before = now - _LEFT_BEHIND_SECONDS
    left = [
        path
        for path in folder(settings).glob(f"*{SUFFIX}*")
        if path.name.removesuffix(SUFFIX) in gone
        or (path.name.partition(".")[0] not in known and path.stat().st_mtime < before)
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
