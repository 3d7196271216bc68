"""Importing files: all are read before anything is kept, then taken in by time of event."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import Engine

from api.capture import CaptureReport, capture
from api.services import Services
from indexer.queries.status import status
from ledger import csv_lines, epcis
from ledger.epcis.mapping import acting_org
from ledger.errors import CsvInvalid, DocumentInvalid, InvalidInput, Refused
from ledger.history import State
from ledger.vocabulary import OrgId, Seconds, party
from records import accounts, outbox
from records.engine import reading
from records.outbox import Operation

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 60.0
CSV, JSON_LD = "text/csv", "application/ld+json"
_LATEST = Seconds(2**40)


class FilesInvalid(InvalidInput):
    """Files cannot be read as what they are; ``faults`` among the values lists file, line, field
    and reason.
    """


@dataclass(frozen=True)
class Source:
    """A file that was read: its bytes, and what it holds."""

    path: Path
    data: bytes
    media_type: str
    begins: Seconds
    """Time of its first event."""
    events: tuple[epcis.EpcisEvent, ...] = ()
    lines: tuple[csv_lines.CsvLine, ...] = ()


def read_files(paths: Iterable[Path], now: Seconds, *, keep_order: bool = False) -> list[Source]:
    """Files, by the time of their first events unless the order is to be kept.

    Raises:
        FilesInvalid: some cannot be read; all faults of all files are told.
    """
    sources: list[Source] = []
    faults: list[dict[str, Any]] = []
    for path in paths:
        try:
            sources.append(_read(path, now))
        except (DocumentInvalid, CsvInvalid) as error:
            found = error.values.get("faults")
            own = {"line": error.line, "field": error.field, "reason": error.message}
            listed = found if isinstance(found, Sequence) and found else [own]
            faults += [{"file": str(path), **fault} for fault in listed]
    if faults:
        files = len({fault["file"] for fault in faults})
        raise FilesInvalid(
            f"{len(faults)} faults in {files} of the files: nothing was imported",
            field=str(faults[0]["field"]), line=faults[0]["line"], faults=faults,
        )  # fmt: skip
    return sources if keep_order else sorted(sources, key=lambda each: each.begins)


def _read(path: Path, now: Seconds) -> Source:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentInvalid(f"cannot be read: {error.strerror}", field="") from error
    if path.suffix.lower() == ".csv":
        lines = csv_lines.read(data, now)
        begins = min((n.occurred_at for n in lines if n.occurred_at), default=_LATEST)
        return Source(path, data, CSV, begins, lines=lines)
    events = epcis.read(data, now).events
    times = (int(event.event_time.timestamp()) for event in events)
    return Source(path, data, JSON_LD, Seconds(min(times, default=_LATEST)), events)


@dataclass(frozen=True)
class Speakers:
    """Whose files these are: the organisations with an account here, and one that was named."""

    local: tuple[OrgId, ...]
    named: OrgId | None

    def of(self, source: Source, state: State) -> OrgId:
        """Who says what stands in a file: the one named, else who acts in its first event.

        Raises:
            Refused: nobody here does.
        """
        if self.named is not None:
            return self.named
        acting = (acting_org(event, state) for event in source.events)
        mine = next((org for org in acting if org in self.local), None)
        says_nothing = not source.events and not source.lines
        if mine is None and self.local and (len(self.local) == 1 or says_nothing):
            mine = self.local[0]
        if mine is None:
            raise Refused(
                f"no organisation here acts in {source.path.name}: name one with --as GLN, or "
                "create them with --bootstrap-master-data"
            )
        return mine


def speakers(records: Engine, gln: str | None) -> Speakers:
    """The organisations with an account here, and the one with this GLN.

    Raises:
        KeyInvalid: no GLN.
        Refused: it has no account here.
    """
    with reading(records) as connection:
        local = tuple(account.org for account in accounts.all_accounts(connection))
        if gln is None:
            return Speakers(local, None)
        found = accounts.account_of(connection, party(gln).digits)
    if found is None:
        raise Refused(f"the GLN {gln} has no account here: see `lotmark org list`", gln=gln)
    return Speakers(local, found.org)


def take_in(
    services: Services, source: Source, org: OrgId, authors: Sequence[OrgId], *, dry_run: bool
) -> CaptureReport:
    """One file through the same door as the web service's.

    Raises:
        FilesInvalid: a line of a CSV file cannot be performed; nothing of the file was kept.
    """
    try:
        return capture(
            services,
            org,
            source.data,
            source.media_type,
            authors=authors,
            dry_run=dry_run,
            name=source.path.name,
        )
    except CsvInvalid as error:
        listed = error.values.get("faults")
        faults = [{"file": str(source.path), **fault} for fault in listed or ()]  # type: ignore[attr-defined]
        raise FilesInvalid(
            f"{source.path.name}: {error.message}",
            field=error.field,
            line=error.line,
            faults=faults,
        ) from error


def wait_until_recorded(
    services: Services,
    ids: Iterable[str],
    stop: Event,
    moved: Callable[[int], None] = lambda _: None,
) -> list[Operation]:
    """Waits until operations are in blocks and the mirror has read these; tells how many are.

    Gives those that are not, when told to stop or after `PATIENCE_SECONDS` without progress.
    """
    waiting = set(ids)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while waiting and not stop.is_set():
        settled = _settled(services, waiting)
        waiting -= settled
        if settled:
            deadline = time.monotonic() + PATIENCE_SECONDS
            moved(len(settled))
        elif time.monotonic() > deadline:
            break
        if waiting:
            stop.wait(LOOK_SECONDS)
    with reading(services.records) as connection:
        return [outbox.get(connection, each) for each in sorted(waiting)]


def _settled(services: Services, ids: set[str]) -> set[str]:
    with reading(services.mirror) as connection:
        seen = status(connection)
    indexed = seen.block if seen else -1
    with reading(services.records) as connection:
        open_ones = {each.id: each for each in outbox.pending(connection)}
        ended = [outbox.get(connection, each) for each in ids - open_ones.keys()]
    blocks = {each.id: each.block for each in ended}
    blocks |= {i: n.block for i, n in open_ones.items() if n.state not in outbox.UNSETTLED}
    return {i for i in ids & blocks.keys() if (blocks[i] or 0) <= indexed}
