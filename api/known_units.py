"""Units that were prepared here to be printed, joined with what the chain says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from indexer.queries import units as queries
from indexer.queries.units import UnitIssueView, UnitView
from ledger.vocabulary import Address, Gs1Key, Id, Kind, OrgId, key_of
from records import outbox, units
from records.outbox import State
from records.units import PrintRun, RunUnit


class Books(Protocol):
    """Mirror and records, open to be read (`api.dependencies.View` is one)."""

    @property
    def mirror(self) -> Connection: ...

    @property
    def records(self) -> Connection: ...


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of a run of ``org``. ``unit`` is its id, None where nobody named it: serials are not
    kept. ``code`` is the address of its hidden code, zero where it has none.

    ``issue``, ``index`` and ``state`` are None until its run is on chain.
    """

    unit: Id | None
    lot: Id
    run: str
    place: int
    issue: int | None
    index: int | None
    code: Address
    activated: bool
    state: UnitView | None
    org: OrgId


def locate(books: Books, unit: Id) -> KnownUnit | None:
    """The unit of a run that has this id; None where there is none, or where the contract refused
    the run.
    """
    found = units.find(books.records, unit)
    if found is None:
        return None
    run = units.run(books.records, found.run)
    issue = queries.issue_of_root(books.mirror, run.lot, run.root)
    if issue is None and refused(books, run):
        return None
    return _known(books, found, unit, issue)


def locate_index(books: Books, lot: Id, index: int) -> KnownUnit | None:
    """The unit that has this number in its lot; None where it is of no run that is kept here."""
    state = queries.unit(books.mirror, lot, index)
    issue = queries.unit_issue(books.mirror, lot, state.issue) if state else None
    run = units.run_of_root(books.records, lot, issue.root) if issue else None
    if issue is None or run is None:
        return None
    found = units.unit_at(books.records, run, index - issue.first)
    return _known(books, found, None, issue) if found else None


def tracked(books: Books, key: Gs1Key) -> Gs1Key:
    """What is shipped and held under a code: the lot of a unit of a run, else what it names."""
    found = units.find(books.records, key.id) if key.kind is Kind.UNIT else None
    return key if found is None else key_of(found.lot)


def refused(books: Books, run: PrintRun) -> bool:
    """Whether the contract refused to issue a run: then its codes never count."""
    return outbox.get(books.records, run.operation).state is State.REFUSED


def _known(books: Books, found: RunUnit, unit: Id | None, issue: UnitIssueView | None) -> KnownUnit:
    index = None if issue is None else issue.first + found.place
    return KnownUnit(
        unit=unit,
        lot=found.lot,
        run=found.run,
        place=found.place,
        issue=None if issue is None else issue.issue,
        index=index,
        code=found.code,
        activated=found.activated,
        state=None if index is None else queries.unit(books.mirror, found.lot, index),
        org=found.org,
    )
