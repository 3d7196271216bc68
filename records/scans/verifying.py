"""Checks the log from its first entry on, and names the first place where it is not what it was.

Deleted, altered, inserted and exchanged entries break the chain of heads where they stand; details
are held against the record that the chain seals. What retention deleted is known from entries of
the log itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Row, select

from ledger.hashing import leaf_hash
from ledger.scan_log import EMPTY_HEAD, next_head, record_of
from ledger.unit_trees import CHUNK, root_over
from ledger.vocabulary import Seconds
from records.scans.details import details_of
from records.scans.retention import Forgetting, forgettings
from records.schema.scans import scan_details, scan_head, scan_log

_PART = 5_000


class FaultKind(StrEnum):
    """What is wrong at a place of the log."""

    ENTRY_MISSING = "entry_missing"
    ENTRY_ALTERED = "entry_altered"
    ENTRY_ADDED = "entry_added"
    DETAILS_ALTERED = "details_altered"
    DETAILS_MISSING = "details_missing"
    HEAD_ALTERED = "head_altered"
    ROOT_DIFFERS = "root_differs"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was, at the entry ``seq`` (from 1)."""

    seq: int
    kind: FaultKind


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. ``forgotten`` entries have lost their details to retention. ``faults``
    are in order of the log and end where the chain of heads first breaks.
    """

    entries: int
    forgotten: int
    head: bytes
    faults: tuple[Fault, ...]


def verify(
    connection: Connection,
    roots: Mapping[int, bytes] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Checks every entry; ``roots`` are anchored roots by the size of the log, ``progress`` hears
    how many entries are done.
    """
    kept = forgettings(connection)
    explained = _Explained(kept)
    faults = list(_outside(connection, kept))
    head, seq, forgotten = EMPTY_HEAD, 0, 0
    heads: list[bytes] = []
    for row in _rows(connection):
        seq += 1
        if broken := _broken(row, seq, head):
            faults.append(Fault(seq, broken))
            return Report(seq - 1, forgotten, head, tuple(faults))
        head = row.head
        heads.append(head)
        if row.salt is None and seq not in kept and row.time < explained.before(seq):
            forgotten += 1
        elif wrong := _wrong_details(row, kept.get(seq)):
            faults.append(Fault(seq, wrong))
        if seq % _PART == 0:
            progress(seq)
    progress(seq)
    faults += (Fault(each, FaultKind.ENTRY_ADDED) for each in sorted(kept) if each > seq)
    faults += _end_faults(connection, seq, head)
    faults += _root_faults(heads, roots or {})
    return Report(seq, forgotten, head, tuple(faults))


class _Explained:
    """What forgettings account for: details up to an entry, of times before another."""

    def __init__(self, kept: Mapping[int, Forgetting]) -> None:
        ordered = sorted((each.through, each.before) for each in kept.values())
        self._throughs = [through for through, _ in ordered]
        latest = accumulate((before for _, before in reversed(ordered)), max)
        self._befores = [*reversed(list(latest)), Seconds(0)]

    def before(self, seq: int) -> Seconds:
        """The details of an entry may be gone if it is older than this."""
        return self._befores[bisect_left(self._throughs, seq)]


def _outside(connection: Connection, kept: Mapping[int, Forgetting]) -> Iterator[Fault]:
    """What stands before the first entry, where no head seals it."""
    log = scan_log.c.seq
    found = set(connection.execute(select(log).where(log < 1)).scalars())
    for seq in sorted(found | {each for each in kept if each < 1}):
        yield Fault(seq, FaultKind.ENTRY_ADDED)


def _broken(row: Row[Any], seq: int, head: bytes) -> FaultKind | None:
    if row.entry != seq:
        return FaultKind.ENTRY_MISSING
    if next_head(head, seq, row.time, row.record) != row.head:
        return FaultKind.ENTRY_ALTERED
    return None


def _wrong_details(row: Row[Any], forgetting: Forgetting | None) -> FaultKind | None:
    if forgetting is not None:
        record = record_of(forgetting.salt, forgetting.canonical())
    elif row.salt is None:
        return FaultKind.DETAILS_MISSING
    else:
        record = record_of(row.salt, details_of(row).canonical())
    return None if record == row.record else FaultKind.DETAILS_ALTERED


def _end_faults(connection: Connection, seq: int, head: bytes) -> Iterator[Fault]:
    """The head knows how long the log is: its last entries cannot go missing alone."""
    known = connection.execute(select(scan_head)).one_or_none()
    if known is None or known.seq > seq:
        yield Fault(seq + 1, FaultKind.ENTRY_MISSING)
    elif known.seq < seq:
        yield Fault(known.seq + 1, FaultKind.ENTRY_ADDED)
    elif known.head != head:
        yield Fault(seq, FaultKind.HEAD_ALTERED)


def _root_faults(heads: list[bytes], roots: Mapping[int, bytes]) -> Iterator[Fault]:
    whole: list[bytes] = []
    for size, root in sorted(roots.items()):
        if size > len(heads):
            yield Fault(len(heads) + 1, FaultKind.ENTRY_MISSING)
            return
        new = range(len(whole) * CHUNK, size - CHUNK + 1, CHUNK)
        whole += [_root(heads[start : start + CHUNK]) for start in new]
        rest = heads[len(whole) * CHUNK : size]
        if root_over([*whole, _root(rest)] if rest else whole) != root:
            yield Fault(size, FaultKind.ROOT_DIFFERS)
            return


def _root(heads: list[bytes]) -> bytes:
    return root_over([leaf_hash(head) for head in heads])


def _rows(connection: Connection) -> Iterator[Row[Any]]:
    """Entries with their details where there are any, in parts."""
    log, after = scan_log.c, 0
    query = (
        select(log.seq.label("entry"), log.time, log.record, log.head, scan_details)
        .select_from(scan_log.outerjoin(scan_details, scan_details.c.seq == log.seq))
        .order_by(log.seq)
        .limit(_PART)
    )
    while rows := connection.execute(query.where(log.seq > after)).all():
        yield from rows
        after = rows[-1].entry
