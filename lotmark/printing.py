"""Printing runs from the command line: with a bar, all processors, and a key if none is named."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pyrage
from rich.progress import MofNCompleteColumn, Progress

from api.names import Names
from api.printing.issuing import Wanted, issue, new_run_id
from api.refusals import told
from api.services import Services
from ledger.errors import ActRefused, CommandInvalid, PrintFileGone, Refused, Unavailable
from ledger.hashing import canonical, sha256
from ledger.vocabulary import OrgId
from lotmark.answers import note, notes
from lotmark.files import write_atomically
from lotmark.importing import wait_until_recorded
from lotmark.signals import stop_on_signals
from records import print_files, units
from records.engine import writing
from records.units import PrintRun

IDENTITY_SUFFIX = ".key"


@dataclass(frozen=True)
class Order:
    """What a person asks for. ``wanted`` names no recipient where a key is to be made."""

    services: Services
    org: OrgId
    wanted: Wanted
    out: Path | None
    key: str


@dataclass(frozen=True)
class Printed:
    """A run, its print file, and the file of the identity that reads it, if one was made."""

    run: str
    file: Path
    identity: Path | None


def print_units(order: Order, names: Names, *, wait: bool) -> Printed:
    """Makes a run.

    Raises:
        ActRefused, Refused: the rules say no, in words.
        CommandInvalid: no recipient, or a file cannot be written.
        Unavailable: it was to be waited for and is not on chain in time.
    """
    run_id = new_run_id()
    file = order.out or print_files.path_of(order.services.settings, run_id)
    identity = None if order.wanted.recipient else file.with_name(file.name + IDENTITY_SUFFIX)
    made = False
    try:
        if identity is not None:
            order = replace(order, wanted=replace(order.wanted, recipient=_new_identity(identity)))
        run = _issue(order, run_id)
        made = run.id == run_id
    except ActRefused as error:
        raise told(error, names) from error
    finally:
        if identity is not None and not made:
            identity.unlink(missing_ok=True)
    if wait:
        _wait(order.services, run)
    if not made:  # this request came before
        return Printed(run.id, print_files.path_of(order.services.settings, run.id), None)
    if identity is not None:
        note(f"no --to: {file} is read with the identity in {identity}, which lies beside it")
    return Printed(run.id, file, identity)


def _issue(order: Order, run_id: str) -> PrintRun:
    wanted = order.wanted
    with _progress() as progress:
        bar = progress.add_task("making units", total=wanted.count)
        return issue(
            order.services,
            order.org,
            wanted,
            order.key,
            _hash(wanted),
            out=order.out,
            run_id=run_id,
            processes=len(os.sched_getaffinity(0)),
            moved=lambda number: progress.advance(bar, number),
        )


def _hash(wanted: Wanted) -> bytes:
    """What makes the same request the same; whom the file is for may differ."""
    replaced = wanted.replaces
    return sha256(
        canonical(
            {
                "lot": str(wanted.lot),
                "count": wanted.count,
                "each": wanted.each,
                "codes": wanted.codes,
                "activation": wanted.activation,
                "replaces": [replaced.run, replaced.first, replaced.count, replaced.reason]
                if replaced
                else None,
            }
        )
    )


def _new_identity(path: Path) -> str:
    """Makes an age identity as `age-keygen` writes it; the recipient that belongs to it."""
    if path.exists():
        raise CommandInvalid(f"{path} is there already", field="out")
    made = pyrage.x25519.Identity.generate()
    recipient = str(made.to_public())
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, f"# public key: {recipient}\n{made}\n".encode(), 0o600)
    return recipient


def _wait(services: Services, run: PrintRun) -> None:
    if wait_until_recorded(services, [run.operation], stop_on_signals()):
        raise Unavailable("it is accepted but not on the chain yet: is `lotmark up` running?")


def take_file(services: Services, run: PrintRun, out: Path) -> None:
    """Takes the print file of a run out of the installation, and the identity that was made for it.

    Raises:
        PrintFileGone: it was handed out before, or is missing.
        Refused: another is taking it now.
        CommandInvalid: ``out`` cannot be written.
    """
    path = print_files.path_of(services.settings, run.id)
    if run.handed_out is not None or not path.exists():
        raise PrintFileGone(f"the print file of run {run.id} was handed out, or is missing")
    now = services.now()
    with writing(services.records) as records:
        if not units.hold_file(records, run.id, now):
            raise Refused(f"the print file of run {run.id} is being handed out now")
    try:
        with print_files.new_file(out) as new, path.open("rb") as file:
            while piece := file.read(1 << 20):
                new.file.write(piece)
            new.put_in_place()
    except BaseException:
        with writing(services.records) as records:
            units.let_file_go(records, run.id, now)
        raise
    with writing(services.records) as records:
        units.handed_out(records, run.id, services.now())
    print_files.remove(path)
    identity = path.with_name(path.name + IDENTITY_SUFFIX)
    if identity.exists():
        shutil.move(identity, out.with_name(out.name + IDENTITY_SUFFIX))


def _progress() -> Progress:
    return Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), console=notes(), transient=True
    )
