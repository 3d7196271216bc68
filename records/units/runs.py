"""Print runs: units of one lot that were prepared here, and how they came to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, tuple_

from ledger.errors import NotFound
from ledger.vocabulary import Amount, DocumentHash, Id, OrgId, Seconds
from records.schema.units import print_runs

AT_ONCE, DISPATCH = "at_once", "dispatch"
"""When the units of a run become active: with the run, or when they are dispatched."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a run is printed again for: ``count`` units of another run from the place ``first`` on,
    and why (`ledger.vocabulary.VoidReason`).
    """

    run: str
    first: int
    count: int
    reason: int


@dataclass(frozen=True, slots=True)
class PrintRun:
    """A run. ``each`` is how much of the lot a unit is. It is an issue of units once its
    ``operation`` is on chain: the one of its lot with its root.

    ``handing_out`` tells since when its print file is being sent, ``handed_out`` when it was sent
    whole.
    """

    id: str
    org: OrgId
    lot: Id
    count: int
    each: Amount
    root: DocumentHash
    codes: bool
    activation: str
    operation: str
    recipient: str
    replaces: Replaced | None
    created: Seconds
    handing_out: Seconds | None
    handed_out: Seconds | None


def run(connection: Connection, run_id: str) -> PrintRun:
    """A run by its id.

    Raises:
        NotFound: there is none.
    """
    found = _first(connection, print_runs.c.id == run_id)
    if found is None:
        raise NotFound(f"no print run has the id {run_id}", id=run_id)
    return found


def run_of_operation(connection: Connection, operation: str) -> PrintRun | None:
    """The run that an operation issues."""
    return _first(connection, print_runs.c.operation == operation)


def run_of_root(connection: Connection, lot: Id, root: DocumentHash) -> PrintRun | None:
    """The run of a lot whose leaves have this root."""
    return _first(connection, (print_runs.c.lot == lot) & (print_runs.c.root == root))


def runs(
    connection: Connection,
    *,
    org: OrgId | None = None,
    lot: Id | None = None,
    after: tuple[Seconds, str] | None = None,
    limit: int = 50,
) -> list[PrintRun]:
    """Runs, newest first; those of an organisation, of a lot. ``after`` is time and id of the last
    one seen.
    """
    r = print_runs.c
    query = select(print_runs).order_by(r.created.desc(), r.id.desc()).limit(limit)
    if org is not None:
        query = query.where(r.org == org)
    if lot is not None:
        query = query.where(r.lot == lot)
    if after is not None:
        query = query.where(tuple_(r.created, r.id) < tuple_(*after))
    return [print_run(row) for row in connection.execute(query)]


def ids(connection: Connection) -> set[str]:
    """The ids of all runs."""
    return set(connection.scalars(select(print_runs.c.id)))


def ids_handed_out(connection: Connection) -> set[str]:
    """The ids of runs whose print file was handed out."""
    return set(connection.scalars(select(print_runs.c.id).where(print_runs.c.handed_out > 0)))


def replacements(connection: Connection, run_id: str) -> list[PrintRun]:
    """The runs that replace units of a run, oldest first."""
    r = print_runs.c
    query = select(print_runs).where(r.replaces == run_id).order_by(r.created, r.id)
    return [print_run(row) for row in connection.execute(query)]


def print_run(row: Row[Any]) -> PrintRun:
    """A row as a run."""
    replaced = None
    if row.replaces is not None:
        replaced = Replaced(row.replaces, row.replaced_first, row.replaced_count, row.reason)
    return PrintRun(
        id=row.id,
        org=OrgId(row.org),
        lot=Id(row.lot),
        count=row._mapping["count"],  # noqa: SLF001  # tuples have a method of this name
        each=Amount(row.each),
        root=DocumentHash(row.root),
        codes=row.codes,
        activation=row.activation,
        operation=row.operation,
        recipient=row.recipient,
        replaces=replaced,
        created=Seconds(row.created),
        handing_out=row.handing_out,
        handed_out=row.handed_out,
    )


def _first(connection: Connection, condition: Any) -> PrintRun | None:
    row = connection.execute(select(print_runs).where(condition)).one_or_none()
    return None if row is None else print_run(row)
