"""Activating units: which places of which run a range names, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from api.schemas.requests import ActivatedRange
from indexer.queries.units import unit_issue
from ledger.errors import CommandInvalid, InvalidInput, NotFound
from ledger.vocabulary import OrgId, Seconds, lot
from records import units
from records.outbox import Operation
from records.units import Activation, PrintRun


def activate(
    records: Connection,
    mirror: Connection,
    org: OrgId,
    ranges: Sequence[ActivatedRange],
    reference: str,
    now: Seconds,
    *,
    field: str = "",
    operation: Operation | None = None,
) -> list[Activation]:
    """Activates ranges of an organisation's own runs, all or none.

    Raises:
        CommandInvalid: a range names no units; ``field`` is where the ranges stand.
        NotFound: it is of no run of the organisation.
    """
    done = []
    for number, asked in enumerate(ranges):
        prefix = f"{field}[{number}]." if field else ""
        try:
            run, first = _start(records, mirror, org, asked)
            count = run.count - first if asked.count is None else asked.count
            id_ = operation.id if operation else None
            done.append(
                units.activate(records, run, first, count, reference, operation=id_, now=now)
            )
        except InvalidInput as error:
            raise CommandInvalid(error.message, field=prefix + error.field) from error
    return done


def _start(
    records: Connection, mirror: Connection, org: OrgId, asked: ActivatedRange
) -> tuple[PrintRun, int]:
    """The run, and the place that the range begins with."""
    if asked.run is not None and (asked.gtin, asked.lot, asked.issue) == (None, None, None):
        return run_of(records, org, asked.run), asked.first or 0
    if asked.run is not None or not asked.gtin or not asked.lot or asked.issue is None:
        said = "a run is needed, or gtin, lot and issue, not both"
        raise CommandInvalid(said, field="run")
    packed = lot(asked.gtin, asked.lot).id
    issue = unit_issue(mirror, packed, asked.issue)
    found = units.run_of_root(records, packed, issue.root) if issue else None
    if issue is None or found is None or found.org != org:
        raise NotFound(f"issue {asked.issue} of this lot is of no run of yours")
    first = issue.first if asked.first is None else asked.first
    if first < issue.first:
        raise CommandInvalid(f"the issue begins with the index {issue.first}", field="first")
    return found, first - issue.first


def run_of(records: Connection, org: OrgId, run_id: str) -> PrintRun:
    """A run of an organisation. That of another is as if it were not there.

    Raises:
        NotFound: there is none.
    """
    found = units.run(records, run_id)
    if found.org != org:
        raise NotFound(f"no print run has the id {run_id}", id=run_id)
    return found
